package freestyle

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/meter/metertest"
	"aidpost/records/vitals"
)

// checkReading fails unless r may be shown to a person and is what its line,
// which is in said, says.
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
	line := text(r.Capture[0].Bytes)
	number := fmt.Sprintf("%03d  ", q.Value.Int())
	if r.Panel == vitals.BloodGlucose && q.Comparator == vitals.Exactly && !bytes.HasPrefix(line, []byte(number)) || line[len(line)-1] != '0' {
		t.Errorf("%s from %q", q, line)
	}
}

// rows2026 are results of a meter at noon2026, of which one is of the visit.
const rows2026 = "120  Mar  10 2026 11:58 G 0x00\r\n099  Mar  10 2026 11:57 G 0x01\r\nHI   Mar  09 2026 08:15 17 0x00\r\n003  Mar  01 2026 07:00 K 0x00\r\n"

// FuzzDecode: every reading of any capture is what its line says.
func FuzzDecode(f *testing.F) {
	for _, said := range []string{optiumMemory, oddMemory, oneMemory, liteMemory, liteOddMemory} {
		f.Add([]byte(said), false)
	}
	f.Add([]byte(rows2026), true)
	f.Fuzz(func(t *testing.T, said []byte, sums bool) {
		if sums {
			said = []byte(withSum(string(said)))
		}
		err := Lite().Decode(bytes.NewReader(said), instruments.Job{Now: noon2026}, func(e instruments.Event) {
			if r, ok := e.(*instruments.Reading); ok {
				checkReading(t, r, said)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		Lite().Explain([]instruments.Frame{{Direction: instruments.FromInstrument, Bytes: said}, {Direction: instruments.ToInstrument, Bytes: said}})
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
	err := Optium().Measure(t.Context(), metertest.Script(said, metertest.Lines), job, func(e instruments.Event) {
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
	f.Add([]byte(rows2026), true, true)
	f.Add([]byte(rows2026), true, false)
	f.Add([]byte(oddMemory), false, false)
	f.Fuzz(func(t *testing.T, said []byte, sums, visit bool) {
		if sums {
			said = []byte(withSum(string(said)))
		}
		readings, err := measureScript(t, said, visit)
		if (err == nil) != (len(readings) == 1) && visit || err == nil && len(readings) == 0 {
			if instruments.CodeOf(err) != instruments.SeveralResults {
				t.Errorf("%d readings, %v", len(readings), err)
			}
		}
		for _, d := range []Driver{Optium(), Lite()} {
			if _, err := d.Probe(t.Context(), metertest.Script(said, metertest.Lines)); instruments.CodeOf(err) == instruments.Internal {
				t.Errorf("probe: %v", err)
			}
		}
	})
}

func TestSeedMeasures(t *testing.T) {
	readings, err := measureScript(t, []byte(withSum(rows2026)), true)
	if err != nil || len(readings) != 1 || readings[0].Values[0].Quantity.String() != "120 mg/dL" {
		t.Errorf("%v, %v", readings, err)
	}
}
