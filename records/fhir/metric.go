package fhir

import (
	"time"

	"github.com/google/uuid"

	"aidpost/records"
	"aidpost/records/vitals"
)

// A Calibration is when an instrument was checked against a standard, and when
// it has to be again.
type Calibration struct{ At, Due time.Time }

// A DeviceMetric says of what an instrument measures how it is calibrated.
type DeviceMetric struct {
	ResourceType      string            `json:"resourceType"`
	ID                string            `json:"id"`
	Identifier        []Identifier      `json:"identifier"`
	Type              CodeableConcept   `json:"type"`
	Unit              *CodeableConcept  `json:"unit,omitempty"`
	Source            *Reference        `json:"source"`
	OperationalStatus string            `json:"operationalStatus"`
	Category          string            `json:"category"`
	Calibration       []CalibrationInfo `json:"calibration"`
}

// CalibrationInfo is the state of a calibration. How it was done is not on
// record.
type CalibrationInfo struct {
	Type  string `json:"type"`
	State string `json:"state"`
	Time  string `json:"time"`
}

// metrics are the calibrations of the instruments used, as the newest on record
// has it. An instrument that was never calibrated here has none.
func (v *visitBuilder) metrics() []DeviceMetric {
	if v.Calibrated == nil {
		return nil
	}
	var out []DeviceMetric
	seen := map[string]bool{}
	for _, o := range v.e.Observations {
		d := trimmed(o.Origin.Device)
		space, err := uuid.Parse(string(d.ID))
		if err != nil || o.Origin.EnteredBy != "" || d.Maker+d.Model == "" {
			continue
		}
		id := uuid.NewSHA1(space, []byte("metric/"+string(o.Panel))).String()
		c, ok := v.Calibrated(o.Origin)
		if seen[id] || !ok {
			continue
		}
		seen[id] = true
		state := "calibrated"
		if !v.settled().Before(c.Due) {
			state = "calibration-required"
		}
		out = append(out, DeviceMetric{
			ResourceType: "DeviceMetric", ID: id, Identifier: v.named(records.ID(id)),
			Type: metricType(o.Panel), Unit: metricUnit(o), Source: reference("Device", d.ID),
			OperationalStatus: "on", Category: "measurement",
			Calibration: []CalibrationInfo{{Type: "unspecified", State: state, Time: v.time(c.At)}},
		})
	}
	return out
}

// metricType is what an instrument of a panel measures, in the codes of ISO/IEEE
// 11073. What depends on how the very meter is calibrated has a text.
func metricType(p vitals.Panel) CodeableConcept {
	codings := map[vitals.Panel][]Coding{
		vitals.BloodPressure: pressurePanel, vitals.Oximetry: saturation,
		vitals.BodyTemperature: plainCodes[vitals.Temperature], vitals.BodyWeight: plainCodes[vitals.Weight],
	}[p]
	for _, c := range codings {
		if c.System == mdc {
			return CodeableConcept{Coding: []Coding{c}}
		}
	}
	return CodeableConcept{Text: plain(string(p))}
}

func metricUnit(o records.Observation) *CodeableConcept {
	for _, v := range o.Values {
		return &CodeableConcept{Coding: []Coding{{System: ucum, Code: string(v.Quantity.Unit)}}, Text: unitName(v.Quantity.Unit)}
	}
	return nil
}
