package lifescan

import (
	"bytes"
	"encoding/binary"
	"testing"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/meter/metertest"
	"aidpost/records/vitals"
)

// checkReading fails unless r may be shown to a person and is what one of its
// frames, which is in b, says.
func checkReading(t *testing.T, r *instruments.Reading, b []byte) {
	t.Helper()
	q := r.Values[0].Quantity
	if err := vitals.CheckPlausible(r.Values); err != nil || q.Unit != vitals.MgPerDL || len(r.Values) != 1 {
		t.Errorf("%v: %v", r.Values, err)
	}
	if r.Taken.After(noon2026().Add(5 * time.Minute)) {
		t.Errorf("taken in the future: %s", r.Taken)
	}
	said := false
	for _, c := range r.Capture {
		f, _ := frameAt(c.Bytes)
		if f == nil || len(f) != len(c.Bytes) {
			t.Fatalf("captured % x", c.Bytes)
		}
		if c.Direction == instruments.FromInstrument && len(f.payload()) > 7 {
			number := int(binary.LittleEndian.Uint16(f.payload()[6:]))
			said = bytes.Contains(b, c.Bytes) && (q.Comparator != vitals.Exactly || q.Value.Int() == number)
		}
	}
	if !said {
		t.Errorf("%s of % x", q, r.Capture)
	}
}

// withSums gives every frame whose length is right its end and its sum, so
// that a fuzzer gets past them.
func withSums(b []byte) []byte {
	b = bytes.Clone(b)
	for at := 0; at+1 < len(b); {
		size := int(b[at+1])
		if b[at] != stx || size < bareSize || at+size > len(b) {
			at++
			continue
		}
		copy(b[at:], newFrame(b[at+2], b[at+headSize:at+size-tailSize]))
		at += size
	}
	return b
}

func driverOf(easy bool) Driver {
	if easy {
		return UltraEasy()
	}
	return VerioIQ()
}

// session2026 is what a meter says in a visit at noon2026 with one result.
func session2026(easy bool) []byte {
	var b []byte
	odd := false
	say := func(payload string) {
		if easy {
			b = append(b, newFrame(map[bool]byte{false: 6, true: 5}[odd], nil)...)
			b = append(b, newFrame(map[bool]byte{false: 2, true: 1}[odd], []byte("\x05"+payload))...)
			odd = !odd
			return
		}
		b = append(b, newFrame(0, []byte("\x03"+payload))...)
	}
	at := func(d dialect, ago time.Duration) string {
		return string(binary.LittleEndian.AppendUint32(nil, uint32(noon2026().Add(-ago).Sub(d.base)/time.Second)))
	}
	if easy {
		d := ultraEasy()
		b = append(b, newFrame(linkDisconnect|linkAck, nil)...)
		say("\x06\x11P02.00.0030/08/06")
		say("\x06FFZ049BER")
		say("\x06" + at(d, 0))
		for range 2 {
			say("\x0F\x01\x00")
			say("\x06" + at(d, time.Minute) + "\x51\x00\x00\x00")
		}
		say("\x06FFZ049BER")
		return b
	}
	d := verioIQ()
	say("\x06VerioIQ\x00" + string(make([]byte, 18)))
	say("\x06\x1101.10.00 03/15/13\x00")
	say("\x06TCFPQRMG\x00")
	say("\x06" + at(d, 0))
	for range 2 {
		say("\x06\x01\x00")
		say("\x06" + at(d, time.Minute) + "\x51\x00\x00\x01\x00\x00")
	}
	say("\x06TCFPQRMG\x00")
	return b
}

// FuzzDecode: every reading of any capture is what its frame says.
func FuzzDecode(f *testing.F) {
	for _, easy := range []bool{false, true} {
		f.Add(session2026(easy), false, easy)
		f.Add(session2026(easy), true, easy)
	}
	f.Fuzz(func(t *testing.T, b []byte, sums, easy bool) {
		if sums {
			b = withSums(b)
		}
		err := driverOf(easy).Decode(bytes.NewReader(b), instruments.Job{Now: noon2026}, func(e instruments.Event) {
			if r, ok := e.(*instruments.Reading); ok {
				checkReading(t, r, b)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// wholeFrame are pieces of one frame.
func wholeFrame(rest []byte) int {
	if f, _ := frameAt(rest); f != nil {
		return len(f)
	}
	return 1
}

func measureScript(t *testing.T, b []byte, easy, visit bool) (readings []*instruments.Reading, err error) {
	t.Helper()
	job := instruments.Job{Now: noon2026}
	if visit {
		job.Since = noon2026().Add(-5 * time.Minute)
	}
	err = driverOf(easy).Measure(t.Context(), metertest.Script(b, wholeFrame), job, func(e instruments.Event) {
		if r, ok := e.(*instruments.Reading); ok {
			readings = append(readings, r)
			checkReading(t, r, b)
			if visit && r.Taken.Before(job.Since.Add(-30*time.Second)) {
				t.Errorf("taken %s, before the visit", r.Taken)
			}
		}
	})
	return readings, err
}

// FuzzMeasure answers a visit with any bytes.
func FuzzMeasure(f *testing.F) {
	for _, easy := range []bool{false, true} {
		f.Add(session2026(easy), false, easy, true)
		f.Add(session2026(easy), true, easy, false)
	}
	f.Fuzz(func(t *testing.T, b []byte, sums, easy, visit bool) {
		if sums {
			b = withSums(b)
		}
		readings, err := measureScript(t, b, easy, visit)
		if (err == nil) != (len(readings) == 1) && visit || err == nil && len(readings) == 0 {
			t.Errorf("%d readings, %v", len(readings), err)
		}
		if _, err := driverOf(easy).Probe(t.Context(), metertest.Script(b, wholeFrame)); err != nil && instruments.CodeOf(err) == instruments.Internal {
			t.Errorf("probe: %v", err)
		}
	})
}

// The seeds are good sessions, so the fuzzer begins where readings are.
func TestSeedMeasures(t *testing.T) {
	for _, easy := range []bool{false, true} {
		readings, err := measureScript(t, session2026(easy), easy, true)
		if err != nil || len(readings) != 1 || readings[0].Values[0].Quantity.String() != "81 mg/dL" {
			t.Errorf("%v, %v", readings, err)
		}
	}
}
