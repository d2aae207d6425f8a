package conformance

import (
	"fmt"
	"regexp"
	"time"

	"aidpost/instruments"
	"aidpost/records/vitals"
)

var (
	idShape  = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)+$`)
	usbShape = regexp.MustCompile(`^[0-9A-F]{4}$`)
)

// Undescribed lists what is missing or wrong in a model.
func Undescribed(m instruments.Model) (wrong []string) {
	for _, rule := range []struct {
		broken bool
		what   string
	}{
		{m.Name == "", "no name"},
		{m.Panel == "", "no panel"},
		{m.Version == "", "no version"},
		{m.Wired() == (m.Evidence == instruments.ByHand), "it is typed and has a line, or neither"},
		{m.Wired() && !idShape.MatchString(m.ID), "the ID is not like maker-model"},
		{m.Wired() && m.Maker == "", "no maker"},
		{m.Wired() && (m.Line.DataBits < 7 || m.Line.DataBits > 8 || m.Line.StopBits < 1 || m.Line.StopBits > 2),
			"there is no serial line like " + m.Line.String()},
		{m.Wired() == (len(m.Adapters) == 0), "no adapter"},
	} {
		if rule.broken {
			wrong = append(wrong, rule.what)
		}
	}
	switch m.Evidence {
	case instruments.PublicCode, instruments.PublicRules, instruments.VendorManual, instruments.ByHand, instruments.Partial:
	default:
		wrong = append(wrong, fmt.Sprintf("evidence %q", m.Evidence))
	}
	for _, a := range m.Adapters {
		if !usbShape.MatchString(a.VID) || !usbShape.MatchString(a.PID) {
			wrong = append(wrong, fmt.Sprintf("adapter %s:%s is not like 0403:6001", a.VID, a.PID))
		}
	}
	return wrong
}

// ShowsPressure reports whether the instrument tells its cuff's pressure, so
// that a cuff that was let go can be seen to be empty. With others it is honest
// to say that nobody knows.
func ShowsPressure(m instruments.Model) bool { return m.Abilities.Live }

// Unfit says why a reading cannot be one of the model's, taken before now, or
// nothing.
func Unfit(m instruments.Model, r *instruments.Reading, now time.Time) string {
	switch {
	case r.Panel != m.Panel:
		return fmt.Sprintf("the reading is of %s", r.Panel)
	case len(r.Values) == 0:
		return "the reading has no value"
	case r.Taken.IsZero():
		return "the reading says not when it was taken"
	case r.Taken.After(now):
		return fmt.Sprintf("taken %s in the future", r.Taken.Sub(now))
	case m.Wired() && r.EnteredBy != "":
		return "the reading was typed in"
	case !m.Wired() && r.EnteredBy == "":
		return "the reading does not say who typed it"
	case len(r.Capture) == 0:
		return "the reading has no capture"
	}
	if err := Plausible(r); err != nil {
		return "the values are of no living person"
	}
	for i, f := range r.Capture {
		switch {
		case f.Direction != instruments.FromInstrument && f.Direction != instruments.ToInstrument:
			return fmt.Sprintf("frame %d of the capture has no direction", i)
		case len(f.Bytes) == 0:
			return fmt.Sprintf("frame %d of the capture is empty", i)
		}
	}
	return ""
}

// Unexplained says which byte of the frames no field covers, or two do, or
// nothing.
func Unexplained(frames []instruments.Frame, fields []instruments.Field) string {
	covered := make([][]bool, len(frames))
	for i, f := range frames {
		covered[i] = make([]bool, len(f.Bytes))
	}
	for _, f := range fields {
		if f.Name == "" || f.Frame < 0 || f.Frame >= len(frames) || f.Length < 1 ||
			f.Offset < 0 || f.Offset+f.Length > len(covered[f.Frame]) {
			return fmt.Sprintf("field %q at %d+%d of frame %d lies outside", f.Name, f.Offset, f.Length, f.Frame)
		}
		for i := f.Offset; i < f.Offset+f.Length; i++ {
			if covered[f.Frame][i] {
				return fmt.Sprintf("byte %d of frame %d is explained twice, also as %q", i, f.Frame, f.Name)
			}
			covered[f.Frame][i] = true
		}
	}
	for i, bytes := range covered {
		for j, ok := range bytes {
			if !ok {
				return fmt.Sprintf("byte %d of frame %d is not explained", j, i)
			}
		}
	}
	return ""
}

// wander is how far two fair readings of one finger may lie apart. A stream has
// no beginning: where a few seconds of it are lost, or one frame more is
// believed, the value is formed of another stretch of it.
var wander = map[vitals.Measure]vitals.Decimal{
	vitals.SpO2:           vitals.Int(2),
	vitals.Pulse:          vitals.Int(5),
	vitals.PerfusionIndex: vitals.Int(1),
}

// Alike reports whether two readings say the same. Those of a live finger do if
// they are close.
func Alike(a, b *instruments.Reading) bool {
	live := a.Panel == vitals.Oximetry
	if a.Panel != b.Panel || a.Meal != b.Meal || !live && len(a.Values) != len(b.Values) {
		return false
	}
	for _, v := range a.Values {
		q, ok := b.Values.Get(v.Measure)
		switch {
		case live && (!ok || near(q.Value, v.Quantity.Value, wander[v.Measure])):
			// A perfusion index may be missing in part of a stream.
		case !ok || q != v.Quantity:
			return false
		}
	}
	return true
}

func near(a, b, most vitals.Decimal) bool {
	return a.Sub(b).Cmp(most) <= 0 && b.Sub(a).Cmp(most) <= 0
}
