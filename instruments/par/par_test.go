package par_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/cuff/cufftest"
	"aidpost/instruments/par"
	"aidpost/instruments/simulated"
)

// kit returns the driver of a board with its twin, which has some quirk.
func kit(combined bool, p simulated.ParQuirks) cufftest.Kit {
	p.Combined = combined
	return cufftest.Kit{
		Driver: func() cufftest.Driver {
			if combined {
				return par.Combined()
			}
			return par.NIBP()
		},
		Twin: func(o simulated.Options, q simulated.CuffQuirks) *simulated.HostCuff {
			return simulated.NewQuirkyPar(o, q, p)
		},
		Takes:  30 * time.Second,
		Phases: []instruments.Phase{instruments.Inflating, instruments.Measuring, instruments.Releasing},
		Faults: map[simulated.Fault]instruments.FaultCode{
			simulated.CuffLoose:  instruments.CuffLoose,
			simulated.HoseKinked: instruments.CuffLoose,
			simulated.Movement:   instruments.Moved,
			simulated.Unstable:   instruments.Moved,
			simulated.WeakSignal: instruments.TooLong,
			simulated.Overshoot:  instruments.Overpressure,
			simulated.LowBattery: instruments.OutOfOrder,
		},
		Codes: map[int]instruments.FaultCode{
			2: instruments.WrongModel, 6: instruments.CuffLoose, 7: instruments.CuffLoose, 8: instruments.OutOfOrder,
			9: instruments.TooLong, 10: instruments.OutOfRange, 11: instruments.Moved, 12: instruments.Overpressure,
			13: instruments.Moved, 14: instruments.OutOfOrder, 15: instruments.OutOfOrder, 77: instruments.OutOfOrder,
		},
		Device: func(code int) string { return fmt.Sprintf("%02d", code) },
		Target: true,
		Stale:  true,
	}
}

func TestNIBP(t *testing.T)     { cufftest.Run(t, kit(false, simulated.ParQuirks{})) }
func TestCombined(t *testing.T) { cufftest.Run(t, kit(true, simulated.ParQuirks{})) }

// TestBoards are states in which somebody else may have left a board.
func TestBoards(t *testing.T) {
	for name, c := range map[string]struct {
		quirks simulated.ParQuirks
		want   instruments.FaultCode
		starts int
	}{
		"set to newborns":            {simulated.ParQuirks{Newborn: true}, "", 1},
		"set to newborns for good":   {simulated.ParQuirks{Newborn: true, Stubborn: true}, instruments.OutOfOrder, 0},
		"in a series":                {simulated.ParQuirks{Cycle: true}, "", 1},
		"in a series for good":       {simulated.ParQuirks{Series: 3}, instruments.OutOfOrder, 1},
		"testing itself":             {simulated.ParQuirks{Testing: true}, instruments.NoAnswer, 0},
		"a newborn's cuff":           {simulated.ParQuirks{Caution: 1}, instruments.OutOfOrder, 1},
		"set to newborns, it says":   {simulated.ParQuirks{Caution: 2}, instruments.OutOfOrder, 1},
		"a check that nobody knows":  {simulated.ParQuirks{Caution: 4}, "", 1},
		"set to newborns, in series": {simulated.ParQuirks{Newborn: true, Cycle: true}, "", 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				host, wire := instruments.Pipe()
				twin := simulated.NewQuirkyPar(simulated.Options{Seed: 1}, simulated.CuffQuirks{}, c.quirks)
				go func() { _ = twin.Run(t.Context(), wire) }()
				readings := 0
				err := par.NIBP().Measure(t.Context(), host, instruments.Job{}, func(e instruments.Event) {
					if _, ok := e.(*instruments.Reading); ok {
						readings++
					}
				})
				if instruments.CodeOf(err) != c.want || (readings == 1) != (err == nil) {
					t.Errorf("%d readings, %v", readings, err)
				}
				time.Sleep(5 * time.Minute) // nothing starts afterwards
				if twin.Starts() != c.starts || twin.Pressure() > 0 || len(twin.Violations()) > 0 {
					t.Errorf("%d starts, %d mmHg, %q", twin.Starts(), twin.Pressure(), twin.Violations())
				}
				host.Close()
			})
		})
	}
}

// TestCommands: what the host says from the beginning to the end, in order and
// no faster than a board can hear it.
func TestCommands(t *testing.T) {
	for combined, want := range map[bool]string{
		false: "\x0218;;DF\x03" + "\x0203;;D9\x03" + "\x0224;;DC\x03" + "\x0222;;DA\x03" + "\x0218;;DF\x03" + "\x0201;;D7\x03" +
			"\x0218;;DF\x03" + "\x0218;;DF\x03",
		true: "\xFD18;;DF\xFE\r" + "\xFD03;;D9\xFE\r" + "\xFD24;;DC\xFE\r" + "\xFD22;;DA\xFE\r" + "\xFD18;;DF\xFE\r" + "\xFD01;;D7\xFE\r" +
			"\xFD18;;DF\xFE\r" + "\xFD18;;DF\xFE\r",
	} {
		synctest.Test(t, func(t *testing.T) {
			host, wire := instruments.Pipe()
			k := kit(combined, simulated.ParQuirks{})
			twin := k.Twin(simulated.Options{Seed: 1}, simulated.CuffQuirks{})
			go func() { _ = twin.Run(t.Context(), wire) }()
			spy := &spy{Port: host, t: t}
			if err := k.Driver().Measure(t.Context(), spy, instruments.Job{}, func(instruments.Event) {}); err != nil {
				t.Fatal(err)
			}
			if string(spy.said) != want {
				t.Errorf("the host said %q", spy.said)
			}
			host.Close()
		})
	}
}

// A spy keeps what the host says.
type spy struct {
	instruments.Port
	t    *testing.T
	last time.Time
	said []byte
}

func (s *spy) Write(b []byte) (int, error) {
	if gap := time.Since(s.last); gap < 100*time.Millisecond {
		s.t.Errorf("%q came %s after the command before", b, gap)
	}
	s.last = time.Now()
	s.said = append(s.said, b...)
	return s.Port.Write(b)
}

// FuzzMeasure has arbitrary bytes answer the driver.
func FuzzMeasure(f *testing.F) {
	const (
		rest     = "\x02S1;A0;C00;M--;P---------;R---;T    ;;9A\x03\r"
		good     = "\x02S1;A0;C00;M00;P101065076;R060;T    ;;F3\x03\r"
		pressure = "\x02160C0S3\x03\r"
		end      = "\x02004C0S3\x03\r\x02999\x03\r"
	)
	cufftest.AddScripts(f,
		[]string{rest, "", "", "", rest, pressure + end, good, good},
		[]string{good, "", "", "", good, end, good, good},
		[]string{rest, "", "", "", rest, pressure, "\x02S2;A0;C00;M07;P120078090;R060;T    ;;FC\x03\r"},
		[]string{"\x02S3;A0;C00;M00;P---------;R---;T    ;;B1\x03\r", pressure + end, rest, "", "", "", rest},
	)
	f.Fuzz(func(t *testing.T, data []byte) {
		cufftest.Script{
			Driver: par.NIBP(), Answers: data,
			Starts: func(command string) bool { return strings.Contains(command, "\x0201;;D7\x03") },
			Stops:  func(command string) bool { return strings.Contains(command, "X") },
		}.Run(t)
	})
}
