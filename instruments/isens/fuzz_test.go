package isens

import (
	"bytes"
	"encoding/binary"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/explaintest"
	"aidpost/instruments/meter"
	"aidpost/records/vitals"
)

// checkReading fails unless r may be shown to a person and is what its one
// result says, which must be in said.
func checkReading(t *testing.T, driver instruments.Explainer, r *instruments.Reading, said []byte) {
	t.Helper()
	if err := vitals.CheckPlausible(r.Values); err != nil || len(r.Values) != 1 || len(r.Capture) != 1 {
		t.Fatalf("%v from %v: %v", r.Values, r.Capture, err)
	}
	crossed := r.Capture[0].Bytes
	explaintest.Whole(t, driver, r.Capture)
	q := r.Values[0].Quantity
	number := 0
	if stored, ok := joined(crossed); ok {
		number = int(binary.LittleEndian.Uint16(stored[timeSize:])) % mealMark
	} else {
		crossed = frame(crossed).data()
		number = int(binary.BigEndian.Uint16(crossed[timeSize+1:]))
	}
	if !bytes.Contains(said, crossed) {
		t.Errorf("captured % X, which was not sent", crossed)
	}
	if q.Unit == vitals.MgPerDL && q.Comparator == vitals.Exactly && q.Value.Int() != number {
		t.Errorf("%s of %d", q, number)
	}
	if r.Taken.After(noon2026().Add(5 * time.Minute)) {
		t.Errorf("taken in the future: %s", r.Taken)
	}
}

// dialects are the two drivers.
func dialects(older bool) instruments.Decoder {
	if older {
		return NewCareSens()
	}
	return NewShine()
}

// aboutCNP is what a CareSens N says that it is.
func aboutCNP() []byte { return tripledBytes(0x39, 0x30, 0x07, 0, 0x03, 0, 0x01, 0, 0, 0) }

// visit2026 are the answers of a meter in a visit at noon2026 with one result.
func visit2026(older bool) [][]byte {
	if older {
		result := tripledBytes(26, 3, 10, 11, 58, 5, 104, 0)
		none := tripledBytes(0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF)
		return [][]byte{{ping, 0x10, 0x20}, aboutCNP(), aboutCNP(), result, none, result, result, none, aboutCNP(), aboutCNP()}
	}
	serial, clock := newFrame("RSNB", []byte("SHN12B34567\x00")...), newFrame("RTIM", 26, 3, 10, 12, 0, 0)
	count, result := newFrame("NCOT", 0, 1), newFrame("GLUE", 26, 3, 10, 11, 58, 5, 0x20, 0, 104)
	return [][]byte{{ping, 0x1E, 0x2E}, serial, clock, count, result, result, count, result, serial}
}

// FuzzDecode: whatever is captured, every reading is what its bytes say.
func FuzzDecode(f *testing.F) {
	for _, older := range []bool{true, false} {
		f.Add(bytes.Join(visit2026(older), nil), older)
	}
	f.Add(append(aboutCNP(), tripledBytes(26, 3, 10, 0, 5, 0, 10, 0)...), true)
	f.Add([]byte(newFrame("GLUE", 26, 3, 10, 11, 58, 5, 0x40, 0, 15, 26, 3, 10, 11, 57, 5, 0x88, 2, 0x58)), false)
	f.Fuzz(func(t *testing.T, said []byte, older bool) {
		driver := dialects(older)
		err := driver.Decode(bytes.NewReader(said), instruments.Job{Now: noon2026}, func(e instruments.Event) {
			if r, ok := e.(*instruments.Reading); ok {
				checkReading(t, driver.(instruments.Explainer), r, said)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range []instruments.Direction{instruments.FromInstrument, instruments.ToInstrument} {
			explaintest.Sound(t, driver.(instruments.Explainer), []instruments.Frame{{Direction: d, Bytes: said}})
		}
	})
}

// measureScript runs a visit, or a download of all, at a meter that answers one
// question after the other with the given bytes and is then gone.
func measureScript(t *testing.T, answers [][]byte, older, visit bool) (readings []*instruments.Reading, err error) {
	t.Helper()
	job := instruments.Job{Now: noon2026}
	if visit {
		job.Since = noon2026().Add(-5 * time.Minute)
	}
	host, wire := instruments.Pipe()
	var run sync.WaitGroup
	run.Go(func() {
		defer wire.Close()
		question := make([]byte, 64)
		for _, a := range answers {
			if _, err := instruments.ReadSome(t.Context(), wire, question, time.Minute); err != nil {
				return
			}
			if _, err := wire.Write(a); err != nil {
				return
			}
		}
		_, _ = instruments.ReadSome(t.Context(), wire, question, time.Minute)
	})
	driver := dialects(older)
	err = driver.Measure(t.Context(), host, job, func(e instruments.Event) {
		if r, ok := e.(*instruments.Reading); ok {
			readings = append(readings, r)
			checkReading(t, driver.(instruments.Explainer), r, bytes.Join(answers, nil))
			if visit && r.Taken.Before(job.Since.Add(-meter.SecondsMargin-2*time.Minute)) {
				t.Errorf("taken %s, before the visit", r.Taken)
			}
		}
	})
	host.Close()
	run.Wait()
	return readings, err
}

// FuzzMeasure answers a visit with any bytes, in the place of those that come at
// an offset of a good one.
func FuzzMeasure(f *testing.F) {
	f.Add([]byte{}, uint16(0), true, true)
	f.Add([]byte{}, uint16(0), false, true)
	f.Add([]byte{readMark, 0x13, 0x29}, uint16(63+18), true, true)
	f.Add([]byte{26, 3, 9}, uint16(3+25+19+15+10), false, true)
	f.Add([]byte{0, 2}, uint16(3+25+19+10), false, false)
	f.Fuzz(func(t *testing.T, text []byte, at uint16, older, visit bool) {
		answers := visit2026(older)
		offset := int(at)
		for _, a := range answers {
			if offset < len(a) {
				n := copy(a[max(offset, 0):], text)
				text = text[n:]
			}
			offset = max(0, offset-len(a))
		}
		synctest.Test(t, func(t *testing.T) {
			readings, err := measureScript(t, answers, older, visit)
			if (err == nil) != (len(readings) == 1) && instruments.CodeOf(err) != instruments.SeveralResults {
				t.Errorf("%d readings, %v", len(readings), err)
			}
			if err != nil && instruments.CodeOf(err) == instruments.Internal {
				t.Errorf("not a fault: %v", err)
			}
		})
	})
}

// The seeds of FuzzMeasure reach its end.
func TestSeedMeasures(t *testing.T) {
	for _, older := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			readings, err := measureScript(t, visit2026(older), older, true)
			if err != nil || len(readings) != 1 || readings[0].Values[0].Quantity.String() != "104 mg/dL" {
				t.Errorf("older %t: %v, %v", older, readings, err)
			}
		})
	}
}

// What a ping may be answered with: three bytes of which one names the protocol,
// or fewer.
func TestPong(t *testing.T) {
	for _, tt := range []struct {
		name string
		pong []byte
		code instruments.FaultCode
	}{
		{"as they are", []byte{ping, 0x10, 0x20}, ""},
		{"the protocol alone", []byte{0x20}, ""},
		{"the newer protocol", []byte{ping, 0x1E, 0x2E}, instruments.WrongModel},
		{"the obsolete protocol", []byte{ping, 0x1F, 0x2F}, instruments.WrongModel},
		{"two protocols", []byte{ping, 0x2E, 0x20}, instruments.Garbled},
		{"none", []byte{ping, 0x10, 0x21}, instruments.Garbled},
		{"too many bytes", []byte{ping, 0x10, 0x20, 0x20}, instruments.Garbled},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				answers := visit2026(true)
				answers[0] = tt.pong
				if tt.code == instruments.Garbled { // it is asked again
					answers = [][]byte{tt.pong, tt.pong, tt.pong}
				}
				readings, err := measureScript(t, answers, true, true)
				if instruments.CodeOf(err) != tt.code || (err == nil) != (len(readings) == 1) {
					t.Errorf("%d readings, %v", len(readings), err)
				}
			})
		})
	}
}
