package oemnibp_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/cuff/cufftest"
	"aidpost/instruments/oemnibp"
	"aidpost/instruments/simulated"
)

func kit() cufftest.Kit {
	return cufftest.Kit{
		Driver: func() cufftest.Driver { return oemnibp.New() },
		Twin: func(o simulated.Options, q simulated.CuffQuirks) *simulated.HostCuff {
			return simulated.NewQuirkyOEMNIBP(o, q, simulated.OEMNIBPQuirks{})
		},
		Takes:  30 * time.Second,
		Phases: []instruments.Phase{instruments.Inflating, instruments.Measuring, instruments.Releasing},
		Faults: map[simulated.Fault]instruments.FaultCode{
			simulated.CuffLoose:  instruments.CuffLoose,
			simulated.HoseKinked: instruments.CuffLoose,
			simulated.Movement:   instruments.Moved,
			simulated.Unstable:   instruments.Moved,
			simulated.WeakSignal: instruments.NoPulse,
			simulated.Overshoot:  instruments.Overpressure,
			simulated.LowBattery: instruments.OutOfOrder,
		},
		Codes: map[int]instruments.FaultCode{
			1: instruments.OutOfOrder, 2: instruments.CuffLoose, 3: instruments.CuffLoose, 4: instruments.NoPulse,
			5: instruments.NoPulse, 6: instruments.OutOfOrder, 7: instruments.Moved, 8: instruments.OutOfRange,
			9: instruments.OutOfRange, 10: instruments.Overpressure, 11: instruments.TooLong, 12: instruments.OutOfOrder,
			99: instruments.OutOfOrder,
		},
		Device:   func(code int) string { return fmt.Sprint(code) },
		NoEnd:    instruments.NoAnswer,
		OneStart: true,
		Stale:    true,
	}
}

func TestBoard(t *testing.T) { cufftest.Run(t, kit()) }

// measure takes a reading of a board, over a wire that the host's end of may be
// disturbed.
func measure(t *testing.T, c simulated.CuffQuirks, q simulated.OEMNIBPQuirks, disturb func(instruments.Port) instruments.Port) (*simulated.HostCuff, []*instruments.Reading, error) {
	host, wire := instruments.Pipe()
	twin := simulated.NewQuirkyOEMNIBP(simulated.Options{Seed: 1}, c, q)
	go func() { _ = twin.Run(t.Context(), wire) }()
	reach := host
	if disturb != nil {
		reach = disturb(host)
	}
	var readings []*instruments.Reading
	err := oemnibp.New().Measure(t.Context(), reach, instruments.Job{}, func(e instruments.Event) {
		if r, ok := e.(*instruments.Reading); ok {
			readings = append(readings, r)
		}
	})
	for range 60 { // nothing starts afterwards, nor goes on
		if twin.Pressure() >= 15 {
			t.Errorf("the cuff holds %d mmHg after the end", twin.Pressure())
			break
		}
		time.Sleep(time.Second)
	}
	host.Close()
	return twin, readings, err
}

// TestBoards are states in which somebody else may have left a board.
func TestBoards(t *testing.T) {
	for name, c := range map[string]struct {
		quirks simulated.OEMNIBPQuirks
		want   instruments.FaultCode
		starts int
		serial string
	}{
		"good":                         {simulated.OEMNIBPQuirks{}, "", 1, "4660"},
		"says late that it works":      {simulated.OEMNIBPQuirks{Hesitates: 600 * time.Millisecond}, "", 1, "4660"},
		"tells little":                 {simulated.OEMNIBPQuirks{Terse: true}, "", 1, ""},
		"set to a series":              {simulated.OEMNIBPQuirks{Mode: 1}, instruments.OutOfOrder, 0, ""},
		"a gauge":                      {simulated.OEMNIBPQuirks{Gauge: true}, instruments.OutOfOrder, 0, ""},
		"without a result":             {simulated.OEMNIBPQuirks{NoResult: true}, instruments.NoAnswer, 1, ""},
		"resets itself":                {simulated.OEMNIBPQuirks{Resets: 7 * time.Second}, instruments.Garbled, 1, ""},
		"keeps somebody else's result": {simulated.OEMNIBPQuirks{Keeps: true}, instruments.Garbled, 1, ""},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				twin, readings, err := measure(t, simulated.CuffQuirks{}, c.quirks, nil)
				if instruments.CodeOf(err) != c.want || (len(readings) == 1) != (err == nil) {
					t.Errorf("%d readings, %v", len(readings), err)
				}
				if twin.Starts() != c.starts || len(twin.Violations()) > 0 {
					t.Errorf("%d starts, %q", twin.Starts(), twin.Violations())
				}
				for _, r := range readings {
					if r.Identity.Serial != c.serial {
						t.Errorf("serial number %q", r.Identity.Serial)
					}
				}
			})
		})
	}
}

// A slip has the board hear a start in place of the n-th byte.
type slip struct {
	instruments.Port
	n, said int
}

func (s *slip) Write(b []byte) (int, error) {
	if s.said++; s.said == s.n {
		return s.Port.Write([]byte{0xA1})
	}
	return s.Port.Write(b)
}

// TestStrayStart: a question that arrives as a start does not squeeze an arm for
// long, wherever it happens, and not if the first stops are lost either.
func TestStrayStart(t *testing.T) {
	for _, deaf := range []int{0, 2} {
		for n, said := 1, 1; n <= said; n += 1 + n/20 {
			synctest.Test(t, func(t *testing.T) {
				s := &slip{n: n}
				disturb := func(p instruments.Port) instruments.Port { s.Port = p; return s }
				_, readings, err := measure(t, simulated.CuffQuirks{DeafAborts: deaf}, simulated.OEMNIBPQuirks{}, disturb)
				if (len(readings) == 1) != (err == nil) {
					t.Errorf("byte %d: %d readings, %v", n, len(readings), err)
				}
				said = s.said
			})
		}
	}
}

// TestProbeStrayStart: the same for a probe.
func TestProbeStrayStart(t *testing.T) {
	for n := 1; n <= 5; n++ {
		synctest.Test(t, func(t *testing.T) {
			host, wire := instruments.Pipe()
			twin := simulated.NewOEMNIBP(simulated.Options{Seed: 1})
			go func() { _ = twin.Run(t.Context(), wire) }()
			_, err := oemnibp.New().Probe(t.Context(), &slip{Port: host, n: n})
			if instruments.CodeOf(err) != instruments.Garbled {
				t.Errorf("byte %d: %v", n, err)
			}
			time.Sleep(time.Second)
			if twin.Starts() != 1 || twin.Aborts() != 1 || twin.Pressure() >= 15 {
				t.Errorf("byte %d: %d starts, %d aborts, %d mmHg", n, twin.Starts(), twin.Aborts(), twin.Pressure())
			}
			host.Close()
		})
	}
}

func TestProbeIdentity(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		host, wire := instruments.Pipe()
		twin := simulated.NewOEMNIBP(simulated.Options{Seed: 1})
		go func() { _ = twin.Run(t.Context(), wire) }()
		id, err := oemnibp.New().Probe(t.Context(), host)
		if err != nil || id.Serial != "4660" || id.Firmware != "7" {
			t.Errorf("%+v, %v", id, err)
		}
		host.Close()
	})
}

// FuzzMeasure has arbitrary bytes answer the driver.
func FuzzMeasure(f *testing.F) {
	const (
		rest    = "\xA0\x00\x00\x02\x00\x00\x00\x04\x00\xA6"
		pumping = "\xA1\x00\x00\x7C\x07\x00\x00\x06\x00\x2A"
		works   = "\xA0\x00\x00\x7C\x06\x00\x00\x04\x00\x26"
		mapOf   = "\xA0\x80\x52\x03\x40\x00\x00\x06\x61\x1C"
		pulseOf = "\xA0\x80\x52\x03\x40\x00\x00\x07\x47\x03"
		failed  = "\xA0\x00\x00\x02\x00\x04\x00\x04\x00\xAA"
		stopped = "\xA2\x00\x00\x3C\x00\x00\x00\x04\x00\xE2"
	)
	ten := func(then ...string) []string {
		return append(strings.Split(strings.Repeat(rest+"|", 9)+rest, "|"), then...)
	}
	cufftest.AddScripts(f,
		ten(pumping, works, rest, mapOf, pulseOf, rest),
		ten(pumping, works, failed, failed, stopped, rest),
		ten("", works, works, rest, pulseOf, mapOf, rest),
		[]string{rest, pumping, stopped, rest},
	)
	f.Fuzz(func(t *testing.T, data []byte) {
		cufftest.Script{
			Driver: oemnibp.New(), Answers: data,
			Starts: func(command string) bool { return strings.Contains(command, "\xA1") },
			Stops:  func(command string) bool { return strings.Contains(command, "\xA2") },
		}.Run(t)
	})
}
