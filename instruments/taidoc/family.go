package taidoc

import (
	"errors"
	"fmt"
	"strings"

	"aidpost/instruments"
	"aidpost/instruments/cuff"
	"aidpost/instruments/meter"
	"aidpost/records/vitals"
)

// A family is a line of instruments that answer the same questions. Their
// results look alike, so each is asked for its model before anything else.
type family struct {
	id, name string
	panel    vitals.Panel
	also     []vitals.Panel
	series   []string // how the names of its models begin
	evidence instruments.Evidence
}

func glucoseMeters() family {
	return family{
		id: ModelID, name: "TD-41xx, TD-42xx (FORA)", panel: vitals.BloodGlucose,
		also:     append(analytes(), vitals.BloodPressure),
		series:   []string{"TD-41", "TD-42"},
		evidence: instruments.PublicCode,
	}
}

// analytes are the panels of what is told apart from glucose.
func analytes() []vitals.Panel {
	return []vitals.Panel{vitals.BloodKetone, vitals.UricAcid, vitals.Cholesterol, vitals.Haematocrit}
}

func cuffs() family {
	return family{
		id: CuffID, name: "TD-31xx, TD-32xx (FORA)", panel: vitals.BloodPressure,
		also:   append([]vitals.Panel{vitals.BloodGlucose}, analytes()...),
		series: []string{"TD-31", "TD-32"},
		// The frames are known from programs that read the cuffs over other
		// bridges than a serial port.
		evidence: instruments.Partial,
	}
}

// layout returns how a model writes down its results, or a WrongModel *Fault
// if it is none of the family.
func (f family) layout(model string) (layout, error) {
	for _, series := range f.series {
		if strings.HasPrefix(model, series) {
			return layoutOf(model), nil
		}
	}
	return anyLayout, instruments.NewFault(instruments.WrongModel, fmt.Sprintf("a %s is none of the %s", model, f.name))
}

// usual returns the layout where the model was not captured.
func (f family) usual() layout {
	if f.panel == vitals.BloodGlucose {
		return combined
	}
	return anyLayout
}

// A layout is how an instrument writes down a blood pressure.
type layout uint8

const (
	// anyLayout is that of an unknown model: what a result is and how it is
	// written is told by its bits.
	anyLayout layout = iota
	// pureCuff has one byte each for systolic, mean and diastolic pressure and
	// pulse, and stores nothing else.
	pureCuff
	// combined has two bytes for the systolic pressure and none for the mean,
	// and marks its blood pressures, since it stores glucose as well.
	combined
)

func layoutOf(model string) layout {
	switch {
	case model == "TD-3128", model == "TD-3140":
		return pureCuff
	case model == "TD-3261", strings.HasPrefix(model, "TD-41"), strings.HasPrefix(model, "TD-42"):
		return combined
	}
	return anyLayout
}

// pressure reports whether a result is a blood pressure, or why that cannot be
// told: a model that is not known may store pressures without a mark.
func (l layout) pressure(at stamp, value data) (bool, *instruments.Fault) {
	switch {
	case l == pureCuff, at.pressure:
		return true, nil
	case l == combined:
		return false, nil
	case hasMean(value):
		return true, nil
	}
	return false, instruments.NewFault(instruments.DamagedRecord, "how this model writes down its results is not known")
}

// hasMean reports whether a value can be one of a pure cuff.
func hasMean(value data) bool { return value[2] < value[1] && value[1] < value[0] }

// errorPulse is the greatest pulse that is the code of an error instead.
const errorPulse = 3

// parsePressure reads the value of a blood pressure. The two layouts cannot be
// mixed up: what is the mean in one is the upper byte of the systolic pressure
// in the other, which is 0 or 1.
func (l layout) parsePressure(row *meter.Row, at stamp, value data) {
	row.Measure = vitals.Systolic
	result := cuff.Result{Systolic: int(value[0]), Mean: int(value[1]), Diastolic: int(value[2]), Pulse: int(value[3])}
	if l == combined || l == anyLayout && !hasMean(value) {
		result.Systolic, result.Mean = int(value[0])|int(value[1])<<8, 0
	}
	if result.Pulse <= errorPulse {
		row.Refused = &instruments.Fault{Code: instruments.NoPulse, Device: fmt.Sprint(result.Pulse),
			Detail: "the instrument stored an error in place of a pulse"}
		return
	}
	values, flags, err := result.Values(cuff.AnyCuff())
	var fault *instruments.Fault
	switch {
	case errors.As(err, &fault):
		row.Refused = fault
		return
	case err != nil:
		row.Refused = instruments.Wrap(instruments.Implausible, err)
		return
	case l == pureCuff && result.Mean == 0:
		row.Refused = instruments.NewFault(instruments.DamagedRecord, "a pressure without its mean")
		return
	}
	row.Pressures, row.Flags = values, flags
	if at.irregular {
		row.Flags = append(row.Flags, vitals.IrregularPulse)
	}
}
