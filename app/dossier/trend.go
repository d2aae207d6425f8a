package dossier

import (
	"slices"
	"time"

	"aidpost/app/site"
	"aidpost/records"
	"aidpost/records/guideline"
	"aidpost/records/vitals"
)

// A Trend is what a chart shows of one measure.
type Trend struct {
	Measure vitals.Measure
	Second  vitals.Measure // of a pair; empty for one
	Unit    vitals.Unit
	Points  []Point // oldest first
	// Bands are those of the measure and of the second.
	Bands, SecondBands []guideline.Span
}

// A Point is one value of a Trend.
type Point struct {
	At            time.Time
	Value, Second vitals.Quantity // as measured
	Y, SecondY    float64         // in the trend's unit, for the picture alone
	Excluded      bool            // shown, not counted
	Doubtful      bool            // when it was measured is in doubt
	Row           Row
}

// Measures lists what most trends are of, in the order of a list on screen.
func Measures() []vitals.Measure {
	return []vitals.Measure{vitals.Systolic, vitals.Pulse, vitals.SpO2, vitals.Glucose, vitals.Weight, vitals.Temperature}
}

// A Latest is the newest result with a measure.
type Latest struct {
	Measure vitals.Measure
	Row
}

// Latest lists the newest result of each measure that there is a trend of: of
// Measures first, then of what else a panel is about.
func (s State) Latest() []Latest {
	order := Measures()
	for _, p := range vitals.AllPanels() {
		if main := p.Main(); len(main) > 0 && !slices.Contains(order, main[0]) {
			order = append(order, main[0])
		}
	}
	newest := map[vitals.Measure]Row{}
	for _, row := range s.all() {
		for _, v := range row.Values {
			if _, ok := newest[v.Measure]; !ok && row.Result() {
				newest[v.Measure] = row
			}
		}
	}
	var list []Latest
	for _, m := range order {
		if row, ok := newest[m]; ok {
			list = append(list, Latest{m, row})
		}
	}
	return list
}

// TrendOf gathers every value of a measure; that of the upper pressure comes
// with the lower one. Values are converted to the unit of the newest, for the
// picture alone.
func (s State) TrendOf(m vitals.Measure, rules *guideline.Rules, now time.Time) Trend {
	t := Trend{Measure: m}
	if m == vitals.Systolic {
		t.Second = vitals.Diastolic
	}
	for _, row := range s.all() { // newest first
		q, ok := row.Values.Get(m)
		if !ok {
			continue
		}
		if t.Unit == "" {
			t.Unit = q.Unit
		}
		p := Point{At: row.Taken, Value: q, Excluded: !row.Result(), Doubtful: slices.Contains(row.Flags, vitals.ClockDoubt) || slices.Contains(row.Flags, vitals.TimeDoubt), Row: row}
		if p.Y, ok = plotted(q, t.Unit); !ok {
			continue
		}
		if t.Second != "" {
			p.Second, _ = row.Values.Get(t.Second)
			p.SecondY, _ = plotted(p.Second, t.Unit)
		}
		t.Points = append(t.Points, p)
	}
	for i, j := 0, len(t.Points)-1; i < j; i, j = i+1, j-1 {
		t.Points[i], t.Points[j] = t.Points[j], t.Points[i]
	}
	if t.Unit != "" && s.Patient != nil {
		bands := func(m vitals.Measure) []guideline.Span {
			return rules.Bands(s.Subject(now), m, t.Unit, vitals.MealUnknown)
		}
		t.Bands = bands(m)
		if t.Second != "" {
			t.SecondBands = bands(t.Second)
		}
	}
	return t
}

// plotted converts a quantity for the picture: an instrument may have been set
// to another unit meanwhile.
func plotted(q vitals.Quantity, to vitals.Unit) (float64, bool) {
	const pound = 0.45359237 // kg, exact
	if same, ok := q.In(to); ok {
		return same.Value.Float(), true
	}
	v := q.Value.Float()
	switch {
	case q.Unit == vitals.Pound && to == vitals.Kilogram:
		return v * pound, true
	case q.Unit == vitals.Kilogram && to == vitals.Pound:
		return v / pound, true
	case q.Unit == vitals.Fahrenheit && to == vitals.Celsius:
		return (v - 32) * 5 / 9, true
	case q.Unit == vitals.Celsius && to == vitals.Fahrenheit:
		return v*9/5 + 32, true
	}
	return 0, false
}

// all lists every observation but those that only went into a mean, newest
// first.
func (s State) all() []Row {
	everything := State{Visits: s.Visits, Filter: Filter{All: true}}
	everything.arrange()
	var rows []Row
	for _, r := range everything.Rows {
		if r.Excluded != "averaged" && r.State != records.Voided {
			rows = append(rows, r)
		}
	}
	return rows
}

// Subject is the person as the rules know them today.
func (s State) Subject(now time.Time) guideline.Subject {
	return site.SubjectOf(&records.Encounter{Patient: s.Patient, Started: now})
}

// First reports whether nothing was measured of the person yet.
func (s State) First() bool {
	for _, e := range s.Visits {
		for _, o := range e.Observations {
			if o.Result() {
				return false
			}
		}
	}
	return true
}

// KnownArm is the one that earlier visits have found to measure.
func (s State) KnownArm() vitals.Arm {
	var known records.KnownArm
	for _, e := range s.Visits {
		if e.Status != records.Cancelled {
			known.Add(e.Observations)
		}
	}
	return known.Arm
}

// Missed returns the newest visit if the person was called today and did not come;
// nil otherwise.
func (s State) Missed(since time.Time) *records.Encounter {
	if len(s.Visits) > 0 && s.Visits[0].NoShow() && !s.Visits[0].Started.Before(since) {
		return s.Visits[0]
	}
	return nil
}

// Waiting returns the visit that the person waits in today, which has not ended,
// or nil. A visit in which the person is measuring alone at a kiosk is not it:
// two would save over one another.
func (s State) Waiting(since time.Time) *records.Encounter {
	for _, e := range s.Visits {
		alone := e.Operator == (records.Clinician{}) && len(e.Observations) > 0
		if e.Status == records.InProgress && !e.Started.Before(since) && !alone {
			return e
		}
	}
	return nil
}
