package bedside_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/app/bedside"
	"aidpost/app/tray"
	"aidpost/instruments"
	"aidpost/records"
	"aidpost/records/intended"
	"aidpost/records/quality"
	"aidpost/records/vitals"
)

// memory is what a meter holds, the newest last.
func memory(mgdl ...int) []instruments.Reading {
	var all []instruments.Reading
	for i, n := range mgdl {
		at := time.Now().Add(time.Duration(i) * time.Second)
		all = append(all, instruments.Reading{
			Panel: vitals.BloodGlucose, Values: vitals.Values{{Measure: vitals.Glucose, Quantity: vitals.Of(n, vitals.MgPerDL)}},
			Taken: at, InstrumentTime: at, Record: fmt.Sprint(i), Identity: instruments.Identity{Serial: "M1"},
		})
	}
	return all
}

// trayBench is a bench with a tray.
func trayBench(t *testing.T, change func(*bedside.Config)) *bench {
	t.Helper()
	b := &bench{t: t, rack: &counter{}, store: openStore(t)}
	for _, panel := range vitals.Panels() {
		b.rack.plug(panel)
	}
	b.hands = &hands{a: b.store.Console("ben", "k")}
	cfg := config(t, b.rack, b.hands)
	cfg.Tray = tray.New(tray.Config{Put: b.store.PutInTray, Place: cfg.Place})
	if change != nil {
		change(&cfg)
	}
	b.Bedside = bedside.New(cfg, bedside.Visit(lena(), cfg.Place, time.UTC, time.Now()), b.subject, false)
	b.identified()
	return b
}

// inTray is what waits in it, in a line.
func (b *bench) inTray() string {
	b.t.Helper()
	all, err := b.store.Tray(b.t.Context())
	if err != nil {
		b.t.Fatal(err)
	}
	var list []string
	for _, e := range all {
		o := e.Observations[0]
		list = append(list, fmt.Sprintf("%s %s", o.Values[0].Quantity.Value, e.Orphan.Why))
		if e.Patient != nil || e.Orphan.Visit != b.State().Visit.ID || e.Orphan.Port != "/dev/blood-glucose" {
			b.t.Errorf("how it came: %+v", e.Orphan)
		}
	}
	slices.Sort(list)
	return strings.Join(list, ", ")
}

// TestWhatIsNotTheirs: readings that are not the person's go to the tray when the
// series is over, and none of them into the visit.
func TestWhatIsNotTheirs(t *testing.T) {
	for name, tt := range map[string]struct {
		steps func(b *bench)
		want  string
	}{
		"another was taken": {func(b *bench) { b.do(b.Shows(1)); b.do(b.Accept()) }, "101 left-over, 103 left-over"},
		"none was shown":    {func(b *bench) { b.do(b.Shows(-1)); b.do(b.GiveUp()) }, "101 not-shown, 102 not-shown, 103 not-shown"},
		"left":              {func(b *bench) { b.do(b.GiveUp()) }, "101 abandoned, 102 abandoned, 103 abandoned"},
		"closed":            {func(b *bench) { b.Close() }, "101 abandoned, 102 abandoned, 103 abandoned"},
		"after all": {func(b *bench) {
			b.do(b.Shows(-1))
			b.do(b.Again())
			b.rack.gives(memory(101, 102, 103))
			b.do(b.Start())
			b.do(b.Shows(2))
			b.do(b.Accept())
		}, "101 not-shown, 102 not-shown"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := trayBench(t, nil)
				b.rack.gives(memory(101, 102, 103))
				b.do(b.Measure(vitals.BloodGlucose))
				b.do(b.Start())
				b.at(bedside.Confirm)
				if got := b.inTray(); got != "" {
					t.Errorf("while it is asked: %s", got)
				}
				tt.steps(b)
				synctest.Wait()
				if got := b.inTray(); got != tt.want {
					t.Errorf("in the tray: %q, want %q", got, tt.want)
				}
				b.Close()
			})
		})
	}
}

// TestStrangersReading: a reading of an instrument that was swapped for one that
// may measure nobody goes to the tray.
func TestStrangersReading(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := trayBench(t, func(c *bedside.Config) {
			c.Plan = func(p vitals.Panel) (quality.Plan, bool) {
				return quality.Plan{Panel: p, Enrolled: []string{"fake-blood-glucose/M0"}}, true
			}
			c.Fit = func(instruments.Attached, intended.Person, bool) []intended.Objection { return nil }
		})
		b.rack.attached[slices.IndexFunc(b.rack.attached, func(a instruments.Attached) bool { return a.Model.Panel == vitals.BloodGlucose })].Identity.Serial = "M0"
		b.rack.gives(memory(104))
		b.do(b.Measure(vitals.BloodGlucose))
		b.do(b.Start())
		b.do(b.GiveUp())
		if got := b.inTray(); got != "104 stranger" {
			t.Errorf("in the tray: %q", got)
		}
		b.Close()
	})
}

// TestTheirOwnMeter: what somebody's own meter holds is theirs and goes nowhere.
func TestTheirOwnMeter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := trayBench(t, func(c *bedside.Config) {
			c.Fit = func(_ instruments.Attached, _ intended.Person, own bool) []intended.Objection {
				if own {
					return nil
				}
				return []intended.Objection{intended.NotToBeShared}
			}
		})
		b.rack.gives(memory(101, 102))
		b.do(b.Measure(vitals.BloodGlucose))
		b.do(b.Start())
		b.do(b.OwnMeter())
		b.do(b.Start())
		b.do(b.Shows(0))
		b.do(b.Accept())
		if got := b.inTray(); got != "" {
			t.Errorf("in the tray: %q", got)
		}
		if e := b.stored(); len(e.Observations) != 1 || e.Observations[0].State != records.Confirmed {
			t.Errorf("%+v", e.Observations)
		}
		b.Close()
	})
}
