package menarini

import (
	"bytes"
	"testing"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/meter/metertest"
	"aidpost/records/vitals"
)

// checkReading fails unless r may be shown to a person and its row is in said.
func checkReading(t *testing.T, r *instruments.Reading, said []byte) {
	t.Helper()
	q := r.Values[0].Quantity
	if err := vitals.CheckPlausible(r.Values); err != nil || len(r.Values) != 1 {
		t.Errorf("%v: %v", r.Values, err)
	}
	if r.Taken.After(noon2026().Add(5 * time.Minute)) {
		t.Errorf("taken in the future: %s", r.Taken)
	}
	if len(r.Capture) != 1 || !bytes.Contains(said, r.Capture[0].Bytes) {
		t.Fatalf("captured %v", r.Capture)
	}
	line := r.Capture[0].Bytes
	if !bytes.Contains(line, []byte(q.Unit)) || q.Comparator == vitals.Exactly && !bytes.Contains(line, []byte(q.Value.String())) {
		t.Errorf("%s from %q", q, line)
	}
}

// withSums gives whatever stands between brackets the sum that it needs.
func withSums(text []byte) []byte {
	var out []byte
	for rows := range bytes.SplitSeq(text, []byte("[")) {
		var lines []string
		for line := range bytes.SplitSeq(bytes.TrimSpace(rows), []byte("\n")) {
			lines = append(lines, string(bytes.TrimSpace(line)))
		}
		out = append(out, withSum(lines...)...)
	}
	return out
}

// A visit at noon2026 with one result.
const session2026 = info + "\n[Glu, 104, mg/dL,02,260310,1158\nGlu, 7.9,mmol/L,00,260309,1158\nGlu,  HI, mg/dL,10,260309,1158\n[" + info

// FuzzDecode: every reading of any capture is what its row says.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(session2026), true)
	f.Add(withSums([]byte(session2026)), false)
	f.Add([]byte("Glu, 112, mg/dL,00,240506,0708\r\n"), false)
	f.Add([]byte("[\r\n\x90\x3D\r\n]\r\n"), false)
	f.Fuzz(func(t *testing.T, said []byte, sums bool) {
		if sums {
			said = withSums(said)
		}
		err := Areo().Decode(bytes.NewReader(said), instruments.Job{Now: noon2026}, func(e instruments.Event) {
			if r, ok := e.(*instruments.Reading); ok {
				checkReading(t, r, said)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		Areo().Explain([]instruments.Frame{{Direction: instruments.FromInstrument, Bytes: said}, {Direction: instruments.ToInstrument, Bytes: said}})
	})
}

// measureScript runs a visit, or a download of all, on what a meter says.
func measureScript(t *testing.T, said []byte, visit bool) ([]*instruments.Reading, error) {
	t.Helper()
	job := instruments.Job{Now: noon2026}
	if visit {
		job.Since = noon2026().Add(-5 * time.Minute)
	}
	var readings []*instruments.Reading
	err := GlucoFix().Measure(t.Context(), metertest.Script(said, metertest.Lines), job, func(e instruments.Event) {
		if r, ok := e.(*instruments.Reading); ok {
			readings = append(readings, r)
			checkReading(t, r, said)
			if visit && (r.Taken.Before(job.Since.Add(-2*time.Minute)) || r.Panel != vitals.BloodGlucose) {
				t.Errorf("%s taken %s, before the visit", r.Panel, r.Taken)
			}
		}
	})
	return readings, err
}

// FuzzMeasure: a visit ends with one reading or with a fault.
func FuzzMeasure(f *testing.F) {
	f.Add([]byte(session2026), true, true)
	f.Add([]byte(session2026), true, false)
	f.Add(withSums([]byte(session2026)), false, true)
	f.Fuzz(func(t *testing.T, said []byte, sums, visit bool) {
		if sums {
			said = withSums(said)
		}
		readings, err := measureScript(t, said, visit)
		if (err == nil) != (len(readings) == 1) && visit || err == nil && len(readings) == 0 {
			if instruments.CodeOf(err) != instruments.SeveralResults {
				t.Errorf("%d readings, %v", len(readings), err)
			}
		}
		if _, err := Areo().Probe(t.Context(), metertest.Script(said, metertest.Lines)); instruments.CodeOf(err) == instruments.Internal {
			t.Errorf("probe: %v", err)
		}
	})
}

func TestSeedMeasures(t *testing.T) {
	readings, err := measureScript(t, withSums([]byte(session2026)), true)
	if err != nil || len(readings) != 1 || readings[0].Values[0].Quantity.String() != "104 mg/dL" {
		t.Errorf("%v, %v", readings, err)
	}
}
