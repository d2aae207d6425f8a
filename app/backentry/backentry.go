// Package backentry makes a visit of what was written on a form while there was no
// power, as it is typed in later: whose it is, when it was and whether that is
// certain, who measured, how, and the values. It has no widgets.
package backentry

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"aidpost/app/bedside"
	"aidpost/app/site"
	"aidpost/app/visit"
	"aidpost/instruments"
	"aidpost/instruments/manual"
	"aidpost/records"
	"aidpost/records/guideline"
	"aidpost/records/intended"
	"aidpost/records/quality"
	"aidpost/records/vitals"
)

// A Sheet is what was typed from a form, as typed.
type Sheet struct {
	Form    records.Form
	Patient *records.Patient
	Said    bool   // the person said their name and birth date
	Date    string // day, month and year in digits
	Time    string // hour and minute
	Doubt   bool   // whoever wrote it was not sure of the time
	By      string // who measured
	Values  []Value
	// Of the ticks, those that were made.
	Rested, Still, Cuff, Hands bool
	Again                      string // why a form that came back already is typed in again
}

// A Value is what was written of one measurement.
type Value struct {
	bedside.Typed
	Arm  vitals.Arm
	Meal vitals.Meal
}

// empty reports whether nothing was written.
func (v Value) empty() bool {
	for _, n := range v.Numbers {
		if strings.TrimSpace(n) != "" {
			return false
		}
	}
	return true
}

// A Field is what something can be wrong with.
type Field string

// The fields besides the values.
const (
	FieldWho   Field = "who"
	FieldWhen  Field = "when"
	FieldBy    Field = "by"
	FieldAgain Field = "again"
	FieldAll   Field = "all" // no value was typed
)

// A Problem is what is wrong with a field.
type Problem string

// The problems.
const (
	Missing Problem = "missing"
	NoTime  Problem = "no-time" // not a date and a time
	Future  Problem = "future"
	Early   Problem = "early" // before the form was printed
)

// Problems are all that is wrong, beside what it is wrong with. The numbers are by
// the place of the value.
type Problems struct {
	Fields  map[Field]Problem
	Numbers map[int]map[vitals.Measure]bedside.Problem
}

// None reports whether nothing is wrong.
func (p Problems) None() bool { return len(p.Fields)+len(p.Numbers) == 0 }

// A Desk is where forms are typed in.
type Desk struct {
	Rules  *guideline.Rules
	Grades *quality.Grades
	Place  records.Place
	Zone   *time.Location
	Now    func() time.Time
	Who    records.Clinician // who types
}

// Check returns what is wrong with a sheet.
func (d Desk) Check(s Sheet) Problems {
	p := Problems{map[Field]Problem{}, map[int]map[vitals.Measure]bedside.Problem{}}
	if s.Patient == nil {
		p.Fields[FieldWho] = Missing
	}
	if strings.TrimSpace(s.By) == "" {
		p.Fields[FieldBy] = Missing
	}
	if len(s.Form.Uses) > 0 && strings.TrimSpace(s.Again) == "" {
		p.Fields[FieldAgain] = Missing
	}
	at, ok := d.taken(s)
	switch {
	case !ok:
		p.Fields[FieldWhen] = NoTime
	case at.After(d.Now()):
		p.Fields[FieldWhen] = Future
	case !s.Doubt && at.Before(s.Form.At.Truncate(time.Minute)):
		p.Fields[FieldWhen] = Early
	}
	any := false
	for i, v := range s.Values {
		if v.empty() {
			continue
		}
		any = true
		if _, wrong := v.Check(d.Now()); len(wrong) > 0 {
			p.Numbers[i] = wrong
		}
	}
	if !any {
		p.Fields[FieldAll] = Missing
	}
	return p
}

// taken is when it was measured, of eight digits and of three or four.
func (d Desk) taken(s Sheet) (time.Time, bool) {
	date, hour := digitsOf(s.Date), digitsOf(s.Time)
	if len(date) != 8 || len(hour) != 3 && len(hour) != 4 {
		return time.Time{}, false
	}
	at, err := time.ParseInLocation("02012006 1504", date+" "+strings.Repeat("0", 4-len(hour))+hour, d.Zone)
	return at, err == nil
}

// digitsOf are the digits of a text, of any script, as people separate them.
func digitsOf(text string) string {
	var b strings.Builder
	for _, r := range text {
		if unicode.IsDigit(r) {
			b.WriteRune(r)
		}
	}
	n, err := bedside.ParseNumber(b.String())
	if err != nil {
		return ""
	}
	return fmt.Sprintf("%0*d", len([]rune(b.String())), n.Int())
}

// Visit makes the visit of a sheet that nothing is wrong with. Access.BackEnter
// saves it, and puts the mark on each value.
func (d Desk) Visit(s Sheet) (*records.Encounter, error) {
	at, _ := d.taken(s)
	at = at.UTC()
	e := &records.Encounter{
		ID: records.NewID(), Patient: s.Patient, Status: records.Finished, Started: at, Ended: at, Zone: d.Zone.String(),
		Language: s.Patient.Language, Place: d.Place, Operator: records.Clinician{Name: strings.TrimSpace(s.By)},
		Paper: records.FromPaper{Form: s.Form.Code, Again: strings.TrimSpace(s.Again)},
	}
	if s.Said {
		e.Identity = records.Identity{With: []records.Trait{records.TraitName, records.TraitBirth}, By: e.Operator, At: at}
	}
	for question, ticked := range map[string]bool{"paper-rested": s.Rested, "paper-still": s.Still, "paper-cuff": s.Cuff, "paper-hands": s.Hands} {
		if ticked {
			e.Answers = append(e.Answers, records.Answer{Question: question, Answer: visit.Yes, At: at})
		}
	}
	slices.SortFunc(e.Answers, func(a, b records.Answer) int { return strings.Compare(a.Question, b.Question) })
	var pressures []Value
	for _, v := range s.Values {
		switch {
		case v.empty():
		case v.Panel == vitals.BloodPressure:
			pressures = append(pressures, v)
		default:
			o, err := d.observation(s, v, at)
			if err != nil {
				return nil, err
			}
			o.ID = e.ID.Part()
			d.judge(e, &o, s)
			e.Observations = append(e.Observations, o)
		}
	}
	return e, d.pressures(e, s, pressures, at)
}

// pressures adds the pressures and, of several, what the site's protocol makes of
// them.
func (d Desk) pressures(e *records.Encounter, s Sheet, all []Value, at time.Time) error {
	var tried []guideline.Attempt
	var taken []records.Observation
	for i, v := range all {
		o, err := d.observation(s, v, at)
		if err != nil {
			return err
		}
		o.ID, o.Number, o.Arm = e.ID.Part(), i+1, v.Arm
		taken, tried = append(taken, o), append(tried, guideline.Attempt{Values: o.Values, Arm: v.Arm})
	}
	if len(all) == 0 {
		return nil
	}
	series := d.Rules.Protocol().Series(tried, true)
	var used []records.ID
	for i := range taken {
		switch {
		case series.Uses[i] == guideline.Counts && series.Of > 1:
			taken[i].Excluded = visit.ExcludedAveraged
			used = append(used, taken[i].ID)
		case series.Uses[i] == guideline.Counts:
			taken[i].Notes = append(taken[i].Notes, visit.NoteSingle)
			d.judge(e, &taken[i], s)
		default:
			taken[i].Excluded = string(series.Uses[i])
		}
	}
	e.Observations = append(e.Observations, taken...)
	if len(used) > 1 {
		mean := taken[len(taken)-1]
		mean.ID, mean.Values, mean.Number, mean.Excluded, mean.Capture, mean.MeanOf = e.ID.Part(), series.Mean, 0, "", nil, used
		mean.Arm, mean.Method = series.Arm, "mean by the protocol "+d.Rules.Protocol().ID
		d.judge(e, &mean, s)
		e.Observations = append(e.Observations, mean)
	}
	return nil
}

// observation is one value, read by the driver for what is typed, so that the
// records have the line as it was typed.
func (d Desk) observation(s Sheet, v Value, at time.Time) (records.Observation, error) {
	values, wrong := v.Check(d.Now())
	if len(wrong) > 0 {
		return records.Observation{}, fmt.Errorf("typing in a form: %s cannot be", v.Panel)
	}
	var line []string
	for _, q := range values {
		line = append(line, fmt.Sprintf("%s %s %s", q.Measure, q.Quantity.Value, q.Quantity.Unit))
	}
	driver := manual.New(v.Panel, d.Who.Name)
	r, err := driver.Read(strings.Join(line, " "), at)
	if err != nil {
		return records.Observation{}, fmt.Errorf("typing in a form: %w", err)
	}
	r.Panel, r.Meal = v.Panel, v.Meal
	r.Flags = append(r.Flags, vitals.BackEntered)
	if s.Doubt {
		r.Flags = append(r.Flags, vitals.TimeDoubt)
	}
	o := visit.ObservationOf(r, instruments.Attached{Model: driver.Model()})
	if v.Panel == vitals.BloodPressure {
		if !s.Rested {
			o.Notes = append(o.Notes, visit.NoteRestSkipped)
		}
		if !s.Cuff {
			o.Notes = append(o.Notes, string(intended.CuffUnsure))
		}
	}
	return o, nil
}

// judge says in which range the value lies, and how good it is as a measurement.
func (d Desk) judge(e *records.Encounter, o *records.Observation, s Sheet) {
	judged, err := d.Rules.Judge(site.SubjectOf(e), o.Panel, o.Values, o.Meal)
	if err == nil {
		o.Judged = visit.Judgements(judged)
	}
	grade, reasons := d.Grades.Rate(o.Notes, o.Flags)
	o.Statement = &records.Statement{Grade: string(grade), Reasons: reasons, Operator: e.Operator}
	if o.Panel == vitals.BloodPressure {
		o.Statement.Protocol = d.Rules.Protocol().ID
	}
}
