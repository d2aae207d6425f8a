package quality

import (
	"errors"
	"testing"
	"time"

	"aidpost/records/vitals"
)

// scheduled is a log with strips, two levels of control and runs so many hours
// ago, of the level that each letter begins.
func scheduled(runs ...Run) *Log {
	target := Target{Mean: vitals.Of(100, vitals.MgPerDL), SD: vitals.Int(5)}
	lot := func(kind LotKind, number, level string) Lot {
		return Lot{Number: number, Kind: kind, Model: meter.Model, Level: level, Target: target, Opened: noon.Add(-240 * time.Hour), Expires: noon.Add(240 * time.Hour)}
	}
	l := &Log{Lots: []Lot{lot(Reagent, "S", ""), lot(Control, "L", "low"), lot(Control, "H", "high")}}
	for _, r := range runs {
		r.Instrument, r.Target, r.Value = meter, target, target.Mean
		l.Runs = append(l.Runs, r)
	}
	return l
}

func ago(control string, hours int) Run {
	return Run{Control: control, At: noon.Add(-time.Duration(hours) * time.Hour)}
}

func TestDue(t *testing.T) {
	plan := func(change func(*Plan)) Plan {
		p := Plan{Panel: vitals.BloodGlucose}
		change(&p)
		return p
	}
	hours := plan(func(p *Plan) { p.ControlEvery = 24 })
	count := plan(func(p *Plan) { p.ControlAfter = 20 })
	shifts := plan(func(p *Plan) { p.Shifts = []string{"07:00", "19:00"} })
	lots := plan(func(p *Plan) { p.ControlLots = true })
	turns := plan(func(p *Plan) { p.ControlEvery, p.Alternate = 24, true })
	all := plan(func(p *Plan) { p.ControlLots, p.Alternate = true, true })
	tally := func(l *Log, n int) *Log {
		l.Tallies = append(l.Tallies, Tally{meter, n}, Tally{Instrument{Model: "other"}, 999})
		return l
	}
	counted := ago("L", 100)
	counted.Tests = 500
	opened := func(l *Log, hours int) *Log {
		l.Lots[0].Opened = noon.Add(-time.Duration(hours) * time.Hour)
		return l
	}
	other := ago("L", 1)
	other.Reagent = "T"
	for name, tt := range map[string]struct {
		plan Plan
		log  *Log
		lock Lock
		next string
		left int
	}{
		"nothing is asked":                 {plan(func(*Plan) {}), scheduled(), "", "", -1},
		"never":                            {hours, scheduled(), NoControl, "L", -1},
		"hours: in time":                   {hours, scheduled(ago("L", 23)), "", "H", -1},
		"hours: too late":                  {hours, scheduled(ago("L", 24)), ControlDue, "H", -1},
		"hours: of the future":             {hours, scheduled(ago("L", -2)), ControlDue, "H", -1},
		"count: some left":                 {count, tally(scheduled(counted), 519), "", "H", 1},
		"count: none left":                 {count, tally(scheduled(counted), 520), ControlDue, "H", 0},
		"shift: since it began":            {shifts, scheduled(ago("H", 5)), "", "L", -1},
		"shift: before it began":           {shifts, scheduled(ago("H", 6)), ControlDue, "L", -1},
		"lot: since it was opened":         {lots, opened(scheduled(ago("L", 2)), 3), "", "H", -1},
		"lot: before":                      {lots, opened(scheduled(ago("L", 4)), 3), NoControl, "H", -1},
		"lot: with other strips":           {lots, scheduled(other), NoControl, "H", -1},
		"turns: another level":             {turns, scheduled(ago("H", 30), ago("L", 2)), "", "H", -1},
		"turns: the same level":            {turns, scheduled(ago("L", 30), ago("L", 2)), ControlDue, "H", -1},
		"every level with a new lot":       {all, opened(scheduled(ago("L", 2), ago("H", 1)), 3), "", "L", -1},
		"one level only with a new lot":    {all, opened(scheduled(ago("H", 5), ago("L", 2)), 3), NoControl, "H", -1},
		"turns: there is one level in use": {turns, func() *Log { l := scheduled(ago("L", 30), ago("L", 2)); l.Lots[2].Expires = noon; return l }(), "", "L", -1},
	} {
		got := tt.log.Due(tt.plan, meter, noon)
		if got.Lock != tt.lock || got.Next.Number != tt.next || got.Left != tt.left {
			t.Errorf("%s: %+v, want %q, next %s, %d left", name, got, tt.lock, tt.next, tt.left)
		}
	}
	if at := scheduled(ago("L", 1)).Due(shifts, meter, noon).At; !at.Equal(noon.Add(7 * time.Hour)) {
		t.Errorf("the next shift is at %v", at)
	}
	both := plan(func(p *Plan) { p.ControlEvery, p.Shifts = 3, []string{"19:00"} })
	if at := scheduled(ago("L", 1)).Due(both, meter, noon).At; !at.Equal(noon.Add(2 * time.Hour)) {
		t.Errorf("the sooner of the two is at %v", at)
	}
}

// TestShiftsInAZone: a shift begins by the clock of the place, also in the
// night in which that is set.
func TestShiftsInAZone(t *testing.T) {
	zone := time.FixedZone("plus five and a half", 5*3600+1800)
	p := Plan{Shifts: []string{"00:15", "22:00"}, Zone: zone}
	now := time.Date(2026, 3, 1, 18, 40, 0, 0, time.UTC) // 00:10 there
	began, next := p.shifts(now)
	if !began.Equal(now.Add(-130*time.Minute)) || !next.Equal(now.Add(5*time.Minute)) {
		t.Errorf("from %v to %v", began, next)
	}
	for _, bad := range []string{"7", "25:00", "", "07:00:00", "noon"} {
		if err := CheckShifts([]string{"07:00", bad}); !errors.Is(err, ErrShift) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
