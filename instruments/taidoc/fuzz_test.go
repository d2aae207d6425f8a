package taidoc

import (
	"bytes"
	"encoding/binary"
	"slices"
	"testing"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/meter/metertest"
	"aidpost/records/vitals"
)

// checkReading fails unless r may be shown to a person, and in a visit, is of
// the panel of the driver.
func checkReading(t *testing.T, d Driver, r *instruments.Reading, visit bool) {
	t.Helper()
	if err := vitals.CheckPlausible(r.Values); err != nil || len(r.Values) == 0 {
		t.Errorf("%v: %v", r.Values, err)
	}
	m := d.Model()
	if r.Panel != m.Panel && (visit || !slices.Contains(m.Also, r.Panel)) {
		t.Errorf("%s of a %s", r.Panel, m.ID)
	}
	if r.Taken.After(noon2026().Add(5 * time.Minute)) {
		t.Errorf("taken in the future: %s", r.Taken)
	}
}

// FuzzDecode: every reading of any capture is one whose two frames are in it.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		"51 25 04 27 25 0D A5 78 51 26 70 00 06 00 A5 92",
		"51 54 00 00 00 00 A5 4A 51 24 77 42 00 00 A5 D3 51 28 01 00 77 42 A5 D8 51 27 78 56 34 12 A5 31",
		"51 2B 03 00 02 00 A5 26 51 25 77 2F 85 09 A5 4F 51 26 80 00 52 47 A5 35",
		"51 25 04 27 25 0D A5 78 00 51 26 59 02 06 00 A5 7D",
		"51 24 28 31 00 00 A5 73 51 25 77 2F 85 09 A5 4F 51 26 80 61 52 47 A5 96",
		"51 25 04 27 25 0D A5 78 51 26 2D 00 00 1C A5 65",
	} {
		f.Add(unhex(f, seed), false)
		f.Add(unhex(f, seed), true)
	}
	f.Fuzz(func(t *testing.T, b []byte, isCuff bool) {
		driver := driverOf(isCuff)
		err := driver.Decode(bytes.NewReader(b), instruments.Job{Now: noon2026}, func(e instruments.Event) {
			r, ok := e.(*instruments.Reading)
			if !ok {
				return
			}
			checkReading(t, driver, r, false)
			if len(r.Capture) != 2 {
				t.Fatalf("capture of %d frames", len(r.Capture))
			}
			for _, c := range r.Capture {
				if !frame(c.Bytes).valid() || !bytes.Contains(b, c.Bytes) {
					t.Errorf("captured % x", c.Bytes)
				}
			}
			checkNumbers(t, r)
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func driverOf(isCuff bool) Driver {
	if isCuff {
		return Cuffs()
	}
	return New()
}

// checkNumbers compares a reading with the bytes of its value.
func checkNumbers(t *testing.T, r *instruments.Reading) {
	t.Helper()
	value := r.Capture[1].Bytes[2:]
	word := int(binary.LittleEndian.Uint16(value))
	q := r.Values[0].Quantity
	right := q.Value.Int() == word
	switch r.Panel {
	case vitals.BloodPressure:
		_, mean := r.Values.Get(vitals.MeanArterial)
		pulse, _ := r.Values.Get(vitals.Pulse)
		right = pulse.Value.Int() == int(value[3]) && (right || mean && q.Value.Int() == int(value[0]))
	case vitals.BloodKetone:
		off := q.Value.Float() - float64(word)/30
		right = off < 0.051 && off > -0.051
	case vitals.UricAcid:
		right = q.Value.Sub(vitals.Int(word/10)).Cmp(vitals.Int(1)) < 0
	}
	if !right && q.Comparator == vitals.Exactly {
		t.Errorf("%v from % x", r.Values, value)
	}
}

// FuzzMeasure answers a visit with any bytes.
func FuzzMeasure(f *testing.F) {
	for _, isCuff := range []bool{false, true} {
		f.Add(session42(f), false, true, isCuff)
		f.Add(session42(f), true, false, isCuff)
		f.Add(session31(f), false, true, isCuff)
		f.Add(unhex(f, "51 54 00 00 00 00 A5 4A"), false, true, isCuff)
	}
	f.Fuzz(func(t *testing.T, b []byte, sums, visit, isCuff bool) {
		driver := driverOf(isCuff)
		if sums {
			b = withSums(b)
		}
		job := instruments.Job{Now: noon2026}
		if visit {
			job.Since = noon2026().Add(-5 * time.Minute)
		}
		readings := 0
		err := driver.Measure(t.Context(), metertest.Script(b, metertest.Bytes(frameSize)), job, func(e instruments.Event) {
			if r, ok := e.(*instruments.Reading); ok {
				readings++
				checkReading(t, driver, r, visit)
				if visit && r.Taken.Before(job.Since.Add(-90*time.Second)) {
					t.Errorf("taken %s, before the visit", r.Taken)
				}
			}
		})
		if (err == nil) != (readings == 1) && visit || err == nil && readings == 0 {
			t.Errorf("%d readings, %v", readings, err)
		}
		if _, err := driver.Probe(t.Context(), metertest.Script(b, metertest.Bytes(frameSize))); err != nil && instruments.CodeOf(err) == instruments.Internal {
			t.Errorf("probe: %v", err)
		}
	})
}

// withSums gives every eight bytes the sum they need, so that a fuzzer gets
// past it.
func withSums(b []byte) []byte {
	b = bytes.Clone(b)
	for rest := b; len(rest) >= frameSize; rest = rest[frameSize:] {
		rest[frameSize-1] = frame(rest[:frameSize]).sum()
	}
	return b
}

// session42 is what a TD-4277 sends in a visit at noon2026 with one result, by
// the layout of the public drivers.
func session42(tb testing.TB) []byte {
	return visitOf(tb, "51 24 77 42 00 00", "51 25 6A 34 3B 0B", "51 26 70 00 06 00")
}

// session31 is the same of a TD-3128.
func session31(tb testing.TB) []byte {
	return visitOf(tb, "51 24 28 31 00 00", "51 25 6A 34 BB 0B", "51 26 80 61 52 47")
}

// visitOf is what an instrument with one result sends in a visit.
func visitOf(tb testing.TB, model, when, value string) []byte {
	said := []string{model, "51 28 01 00 77 42", "51 27 78 56 34 12", "51 23 6A 34 00 0C"}
	for range 2 { // the memory is read twice
		said = append(said, "51 2B 01 00 00 00", when, value)
	}
	var b []byte
	for _, s := range append(said, "51 28 01 00 77 42", "51 27 78 56 34 12") {
		f := frame{}
		copy(f[:], unhex(tb, s+"A5"))
		f[7] = f.sum()
		b = append(b, f[:]...)
	}
	return b
}

// The seeds are good sessions, so the fuzzer begins where readings are.
func TestSeedMeasures(t *testing.T) {
	for want, isCuff := range map[string]bool{"112 mg/dL": false, "128 mmHg": true} {
		said := session42(t)
		if isCuff {
			said = session31(t)
		}
		var got []string
		job := instruments.Job{Now: noon2026, Since: noon2026().Add(-5 * time.Minute)}
		err := driverOf(isCuff).Measure(t.Context(), metertest.Script(said, metertest.Bytes(frameSize)), job, func(e instruments.Event) {
			if r, ok := e.(*instruments.Reading); ok {
				got = append(got, r.Values[0].Quantity.String())
			}
		})
		if err != nil || len(got) != 1 || got[0] != want {
			t.Errorf("%q, %v, want %s", got, err, want)
		}
	}
}
