package quality

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"aidpost/records/vitals"
)

// TestStricter: whatever is on record, the stricter of two plans locks an
// instrument wherever one of them does, and lets no more through.
func TestStricter(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	coin := func() bool { return r.IntN(2) == 0 }
	plan := func() Plan {
		lists := [][]string{nil, nil, {"m"}, {"m/1"}, {"m/1", "n"}, {"m/2", "n"}}
		return Plan{
			Enrolled: lists[r.IntN(len(lists))],
			Panel:    vitals.BloodGlucose, ControlEvery: r.IntN(4) * 12, Lots: coin(), Calibration: coin(), Certificates: coin(), Overrides: r.IntN(4),
			ControlAfter: r.IntN(3) * 10, Shifts: [][]string{nil, {"07:00"}, {"08:30", "20:00"}}[r.IntN(3)], ControlLots: coin(), Alternate: coin(), VolunteerEvery: r.IntN(3), StoreEvery: r.IntN(3),
			Kept: []Limits{{}, kept(2, 8), kept(8, 30), kept(15, 25), kept(-5, 20)}[r.IntN(5)],
		}
	}
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	ago := func() time.Time { return now.Add(-time.Duration(r.IntN(60)) * time.Hour) }
	i := Instrument{Model: "m", Serial: "1"}
	locked := 0
	for range 3000 {
		l := &Log{}
		if coin() {
			l.Lots = append(l.Lots, Lot{Number: "L", Kind: Reagent, Model: "m", Opened: ago(), Expires: now.Add(time.Duration(r.IntN(40)-20) * time.Hour)})
		}
		for range r.IntN(2) {
			low := r.IntN(20)
			l.Storages = append(l.Storages, Storage{Limits: kept(low, low+r.IntN(12)), At: ago()})
		}
		for _, c := range []string{"C", "D"} {
			l.Lots = append(l.Lots, Lot{Number: c, Kind: Control, Model: "m", Level: c, Opened: now.Add(-1000 * time.Hour), Expires: now.Add(1000 * time.Hour)})
		}
		for range r.IntN(4) {
			l.Runs = append(l.Runs, Run{Instrument: i, Control: []string{"C", "D"}[r.IntN(2)], At: ago()})
		}
		slices.SortFunc(l.Runs, func(a, b Run) int { return a.At.Compare(b.At) })
		l.Tallies = []Tally{{Instrument: i, Tests: r.IntN(25)}}
		if coin() {
			l.Calibrations = append(l.Calibrations, Calibration{Instrument: i, At: ago(), Due: now.Add(time.Duration(r.IntN(40)-20) * time.Hour)})
		}
		a, b := plan(), plan()
		both := a.Stricter(b)
		if !reflect.DeepEqual(both, b.Stricter(a)) {
			t.Fatalf("%+v and %+v: it matters which is asked first", a, b)
		}
		locks := both.locks(l, i, now)
		for _, one := range []Plan{a, b} {
			if len(l.Locks(one, i, now)) > 0 {
				locked++
				if len(locks) == 0 {
					t.Fatalf("%+v locks, %+v does not: %+v", one, both, l)
				}
			}
			if one.Certificates && !both.Certificates || max(one.Overrides, 1) < both.Overrides {
				t.Fatalf("%+v lets more through than %+v", both, one)
			}
		}
	}
	if locked < 100 {
		t.Errorf("only %d were locked", locked)
	}
}

func (p Plan) locks(l *Log, i Instrument, now time.Time) []Lock { return l.Locks(p, i, now) }

// TestStricterLimitsStayLimits: whatever two places keep their strips at, what was in
// neither's limits, or in one's only, is not within both.
func TestStricterLimitsStayLimits(t *testing.T) {
	for low := -30; low <= 30; low += 5 {
		a, b := kept(-20, 0), kept(low, low+30)
		both := a.stricter(b)
		for at := -30; at <= 30; at++ {
			if one := kept(at, at); both.Known() && both.holds(one) && !(a.holds(one) && b.holds(one)) {
				t.Errorf("%d °C is within %v and %v together", at, a, b)
			}
		}
		if !both.Known() {
			t.Errorf("%v and %v together are no limits", a, b)
		}
	}
}
