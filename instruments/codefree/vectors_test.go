package codefree

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/explaintest"
	"aidpost/records/vitals"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func noon2026() time.Time { return time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC) }

const filling = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

// The first is of glucometers-tech/glucometerutils (drivers/sdcodefree.py); the
// others are made by its rules and were read by it.
func TestFrames(t *testing.T) {
	for _, tt := range []struct {
		name string
		got  frame
		want string
	}{
		{"switched on", challenge(), "53 20 04 10 30 20 AA"},
		{"here", newFrame(fromHost, here), "53 10 04 10 40 50 AA"},
		{"next", newFrame(fromHost, next), "53 10 04 10 60 70 AA"},
		{"disconnected", newFrame(fromMeter, disconnected), "53 20 04 10 70 60 AA"},
		{"clock", newFrame(fromHost, clockSetting(time.Date(2024, 5, 6, 7, 8, 0, 0, time.UTC))),
			"53 10 13 41 44 41 54 45 32 30 32 34 30 35 30 36 30 37 30 38 5D AA"},
		{"clock set", newFrame(fromMeter, clockSet), "53 20 04 10 10 00 AA"},
	} {
		if got := instruments.Hex(tt.got...); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

// record is the frame of a result, whose message lacks what is not known.
func record(t testing.TB, hex string) []byte {
	message := append([]byte{0, 0}, unhex(t, hex)...)
	return newFrame(fromMeter, string(append(message, 1, 2, 3, 4, 5, 6, 7)))
}

// TestDecodeVectors: "before a meal" was read by glucometers-tech/
// glucometerutils as it is here; the others are made by its rules.
func TestDecodeVectors(t *testing.T) {
	good := unhex(t, "53 20 13 00 00 10 0B 0C 08 1E 00 6E 10 01 02 03 04 05 06 07 7F AA")
	const want = "110 mg/dL before-meal @2016-11-12 08:30"
	tests := []struct {
		name         string
		said         []byte
		want, faults string
	}{
		{"before a meal", good, want, ""},
		{"after a meal", record(t, "10 0B 0C 08 1E 00 6E 20"), "110 mg/dL after-meal @2016-11-12 08:30", ""},
		{"no meal", record(t, "10 0B 0C 08 1E 00 6E 00"), "110 mg/dL @2016-11-12 08:30", ""},
		{"a mark that is not known", record(t, "10 0B 0C 08 1E 00 6E 30"), "", "damaged-record"},
		{"600", record(t, "10 0B 0C 08 1E 02 58 00"), "600 mg/dL @2016-11-12 08:30", ""},
		{"601", record(t, "10 0B 0C 08 1E 02 59 00"), "", "damaged-record"},
		{"9", record(t, "10 0B 0C 08 1E 00 09 00"), "", "damaged-record"},
		{"30 February", record(t, "10 02 1E 08 1E 00 6E 00"), "", "damaged-record"},
		{"an end in the message", record(t, "10 0B 0C 08 1E 00 AA 00"), "170 mg/dL @2016-11-12 08:30", ""},
		{"a session", bytes.Join([][]byte{{0}, challenge(), unhex(t, "53 20 18 30 00 01"+filling+"9B AA"), good, unhex(t, "53 20 04 10 70 60 AA")}, nil), want, ""},
		{"no results", unhex(t, "53 20 18 30 00 00"+filling+"9A AA"), "", ""},
		{"a wrong sum", append(unhex(t, "53 20 13 00 00 10 0B 0C 08 1E 00 6E 10 01 02 03 04 05 06 07 7E AA"), good...), want, "garbled"},
		{"a wrong end", unhex(t, "53 20 13 00 00 10 0B 0C 08 1E 00 6E 10 01 02 03 04 05 06 07 7F AB"), "", "garbled"},
		{"another size", unhex(t, "53 20 12 00 00 10 0B 0C 08 1E 00 6E 10 01 02 03 04 05 06 7F AA"), "", "garbled"},
		{"of the host", unhex(t, "53 10 04 10 60 70 AA"), "", "garbled"},
		{"cut", good[:21], "", "garbled"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var values, faults []string
			err := New().Decode(bytes.NewReader(tt.said), instruments.Job{Now: noon2026}, func(e instruments.Event) {
				switch e := e.(type) {
				case *instruments.Reading:
					text := e.Values[0].Quantity.String()
					if e.Meal != vitals.MealUnknown {
						text += " " + string(e.Meal)
					}
					values = append(values, text+e.Taken.Format(" @2006-01-02 15:04"))
					checkReading(t, e, tt.said)
				case *instruments.Fault:
					faults = append(faults, string(e.Code))
				}
			})
			if err != nil || strings.Join(values, ", ") != tt.want || strings.Join(faults, ", ") != tt.faults {
				t.Errorf("%q, %q, %v", values, faults, err)
			}
		})
	}
}

// Every byte of a session is named.
func TestExplain(t *testing.T) {
	from, to := instruments.FromInstrument, instruments.ToInstrument
	fields := explaintest.Whole(t, New(), []instruments.Frame{
		{Direction: from, Bytes: challenge()},
		{Direction: to, Bytes: newFrame(fromHost, here)},
		{Direction: from, Bytes: unhex(t, "53 20 18 30 00 02"+filling+"98 AA")},
		{Direction: to, Bytes: newFrame(fromHost, next)},
		{Direction: from, Bytes: record(t, "10 0B 0C 08 1E 00 6E 10")},
		{Direction: to, Bytes: newFrame(fromHost, clockSetting(noon2026()))},
		{Direction: from, Bytes: newFrame(fromMeter, clockSet)},
		{Direction: from, Bytes: newFrame(fromMeter, disconnected)},
	})
	for name, want := range map[string]string{
		"message": "is a host there?", "number of results": "2", "value": "110 mg/dL", "meal": "10, before-meal",
		"year, month, day, hour, minute": "2016-11-12 08:30",
	} {
		if got := explaintest.Value(fields, name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

// checkReading fails unless r may be shown to a person and is what its frame,
// which is in said, says.
func checkReading(t *testing.T, r *instruments.Reading, said []byte) {
	t.Helper()
	if err := vitals.CheckPlausible(r.Values); err != nil || len(r.Values) != 1 || len(r.Capture) != 1 {
		t.Fatalf("%v from %v: %v", r.Values, r.Capture, err)
	}
	explaintest.Whole(t, New(), r.Capture)
	f := r.Capture[0].Bytes
	if q := r.Values[0].Quantity; !bytes.Contains(said, f) || len(f) != 22 || q.Unit != vitals.MgPerDL || q.Value.Int() != int(binary.BigEndian.Uint16(f[10:])) {
		t.Errorf("%s from % X", q, f)
	}
	if r.Taken.After(noon2026().Add(5*time.Minute)) || r.Note == "" {
		t.Errorf("%+v", r)
	}
}

// FuzzDecode: whatever is captured, every reading is what its bytes say. With
// sums, messages of the right sizes are put into frames.
func FuzzDecode(f *testing.F) {
	f.Add(record(f, "10 0B 0C 08 1E 00 6E 10"), false)
	f.Add(unhex(f, "00 00 10 0B 0C 08 1E 00 6E 10 01 02 03 04 05 06 07"), true)
	f.Add(bytes.Join(visit2026(f), nil), false)
	f.Fuzz(func(t *testing.T, said []byte, sums bool) {
		if sums {
			said = newFrame(fromMeter, string(said[:min(len(said), recordSize)]))
		}
		err := New().Decode(bytes.NewReader(said), instruments.Job{Now: noon2026}, func(e instruments.Event) {
			if r, ok := e.(*instruments.Reading); ok {
				checkReading(t, r, said)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range []instruments.Direction{instruments.FromInstrument, instruments.ToInstrument} {
			explaintest.Sound(t, New(), []instruments.Frame{{Direction: d, Bytes: said}})
		}
	})
}

// visit2026 is what a meter says in a visit at noon2026 with one result, once it
// is switched on and then after each thing that the host says.
func visit2026(t testing.TB) [][]byte {
	return [][]byte{
		challenge(), unhex(t, "53 20 18 30 00 02"+filling+"98 AA"),
		record(t, "1A 03 0A 0B 3A 00 68 00"), record(t, "1A 03 09 0B 3A 00 99 10"), newFrame(fromMeter, disconnected),
	}
}

// atScript runs act at a meter that says the given things.
func atScript(t *testing.T, said [][]byte, act func(port instruments.Port) error) error {
	t.Helper()
	host, wire := instruments.Pipe()
	var run sync.WaitGroup
	run.Go(func() {
		defer wire.Close()
		time.Sleep(time.Second)
		question := make([]byte, 64)
		for _, b := range said {
			if _, err := wire.Write(b); err != nil {
				return
			}
			if _, err := instruments.ReadSome(t.Context(), wire, question, time.Minute); err != nil {
				return
			}
		}
	})
	err := act(host)
	host.Close()
	run.Wait()
	return err
}

func measureScript(t *testing.T, said [][]byte, visit bool) (readings []*instruments.Reading, err error) {
	t.Helper()
	job := instruments.Job{Now: noon2026}
	if visit {
		job.Since = noon2026().Add(-5 * time.Minute)
	}
	err = atScript(t, said, func(port instruments.Port) error {
		return New().Measure(t.Context(), port, job, func(e instruments.Event) {
			if r, ok := e.(*instruments.Reading); ok {
				readings = append(readings, r)
				checkReading(t, r, bytes.Join(said, nil))
				if visit && r.Taken.Before(job.Since.Add(-2*time.Minute)) {
					t.Errorf("taken %s, before the visit", r.Taken)
				}
			}
		})
	})
	return readings, err
}

// A clock that the meter does not say to have set is not set.
func TestUnsetClock(t *testing.T) {
	good := [][]byte{challenge(), visit2026(t)[1], newFrame(fromMeter, clockSet), newFrame(fromMeter, disconnected)}
	for at := range good {
		synctest.Test(t, func(t *testing.T) {
			said := append([][]byte(nil), good...)
			if at > 0 {
				said[at] = newFrame(fromMeter, whoIsThere)
			}
			err := atScript(t, said, func(port instruments.Port) error {
				_, ok, err := New().SetClock(t.Context(), port, noon2026())
				if ok {
					t.Error("a clock that cannot be read was read")
				}
				return err
			})
			if (err == nil) != (at == 0) || err != nil && instruments.CodeOf(err) != instruments.Garbled {
				t.Errorf("wrong answer %d: %v", at, err)
			}
		})
	}
}

// FuzzMeasure says any bytes in the place of one thing that a meter says in a
// visit.
func FuzzMeasure(f *testing.F) {
	f.Add([]byte{}, uint8(9), true)
	f.Add(record(f, "1A 03 0A 0B 3B 00 69 10"), uint8(3), true)
	f.Add(record(f, "1A 03 0A 0B 3B 00 69 10"), uint8(3), false)
	f.Add([]byte{start, fromMeter}, uint8(1), false)
	f.Fuzz(func(t *testing.T, b []byte, at uint8, visit bool) {
		said := visit2026(t)
		if int(at) < len(said) {
			said[at] = b
		}
		synctest.Test(t, func(t *testing.T) {
			readings, err := measureScript(t, said, visit)
			if code := instruments.CodeOf(err); err == nil && visit && len(readings) != 1 || code == instruments.Internal ||
				err != nil && len(readings) > 0 && code != instruments.SeveralResults {
				t.Errorf("%d readings, %v", len(readings), err)
			}
		})
	})
}

// An answer that is not what was asked for ends the measurement: the meter is
// not where it was thought to be.
func TestUnexpected(t *testing.T) {
	good := record(t, "1A 03 0A 0B 3A 00 68 00")
	for name, tt := range map[string]struct {
		at   int
		said []byte
	}{
		"something else in place of the number": {1, newFrame(fromMeter, "1\x00\x02"+strings.Repeat("\xAA", 19))},
		"a result in place of the number":       {1, good},
		"the end in place of a result":          {2, newFrame(fromMeter, disconnected)},
		"two results for one":                   {2, append(bytes.Clone(good), good...)},
		"half a result":                         {3, good[:11]},
		"nothing":                               {3, nil},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				said := visit2026(t)
				said[tt.at] = tt.said
				want := instruments.Garbled
				if tt.said == nil {
					want = instruments.NoAnswer
				}
				if readings, err := measureScript(t, said, true); instruments.CodeOf(err) != want || len(readings) > 0 {
					t.Errorf("%d readings, %v", len(readings), err)
				}
			})
		})
	}
}

// The seed of FuzzMeasure reaches its end.
func TestSeedMeasures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		readings, err := measureScript(t, visit2026(t), true)
		if err != nil || len(readings) != 1 || readings[0].Values[0].Quantity.String() != "104 mg/dL" {
			t.Errorf("%v, %v", readings, err)
		}
	})
}

// BenchmarkDecode decodes captured results.
func BenchmarkDecode(b *testing.B) {
	captured := bytes.Repeat(record(b, "10 0B 0C 08 1E 00 6E 10"), 500)
	b.SetBytes(int64(len(captured)))
	b.ReportAllocs()
	for b.Loop() {
		readings := 0
		if err := New().Decode(bytes.NewReader(captured), instruments.Job{}, func(instruments.Event) { readings++ }); err != nil || readings != 500 {
			b.Fatal(readings, err)
		}
	}
}
