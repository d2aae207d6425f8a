package clinic

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"aidpost/app/dossier"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/guideline"
	"aidpost/records/vitals"
	"aidpost/ui/kit"
)

// The periods to choose from.
const (
	day     = 24 * time.Hour
	month   = 31 * day
	quarter = 92 * day
	year    = 366 * day
	years   = 5 * year
)

// cells is one observation as the table shows it. What was taken back or does
// not count stays, in quiet ink and with the reason.
func (p *personPage) cells(i int) []kit.Cell {
	if i < 0 || i >= len(p.rows) {
		return nil
	}
	c, o := p.c, p.rows[i].Observation
	ink := kit.ColorInk
	if !o.Result() {
		ink = kit.ColorInk2
	}
	value := kit.Cell{Text: c.valueOf(o), Under: c.panelName(o.Panel) + separated(c.meal(o)), Color: ink, Bold: o.Result()}
	if o.State == records.Voided {
		value.Text = struck(value.Text)
	}
	meaning := kit.Cell{Color: ink}
	if len(o.Judged) > 0 && o.State != records.Voided {
		meaning.Text, meaning.Band, meaning.Marked = c.bandOf(o.Judged[0])
		meaning.Under = c.judgedBy(o.Judged[0].Guideline, o.Judged[0].Edition)
	}
	return []kit.Cell{
		{Text: c.dayOf(o.Taken), Under: c.lang.Time(o.Taken.In(c.desk.Zone())), Color: ink},
		value, meaning, {Text: c.howOf(o), Under: c.cautions(o), Color: ink},
	}
}

// judgedBy names in a few letters whose ranges a value was judged by.
func (c *Clinic) judgedBy(guideline, edition string) string {
	if guideline == "" {
		return ""
	}
	name, _, _ := strings.Cut(guideline, "-")
	if name == "aidpost" { // its own choice, after the source that is cited
		name = "Aidpost"
	} else {
		name = strings.ToUpper(name)
	}
	return c.t(words.DossierJudgedBy, words.With("guideline", kit.Isolate(strings.TrimSpace(name+" "+edition))))
}

func separated(text string) string {
	if text == "" {
		return ""
	}
	return " · " + text
}

// panelName is what a panel is called in a table, shorter than on a result.
func (c *Clinic) panelName(p vitals.Panel) string {
	if main := p.Main(); p != vitals.BloodPressure && len(main) > 0 && slices.Contains(dossier.Measures(), main[0]) {
		return c.t(words.QuantityName(string(main[0])))
	}
	return c.t(words.PanelName(string(p)))
}

// struck draws a line through a text, letter by letter.
func struck(text string) string {
	var b strings.Builder
	for _, r := range text {
		b.WriteRune(r)
		b.WriteRune('\u0336')
	}
	return b.String()
}

func (c *Clinic) meal(o records.Observation) string {
	if o.Panel != vitals.BloodGlucose {
		return ""
	}
	return c.t(words.MealName(string(o.Meal)))
}

// when is a date and a time as the kiosk's zone has them.
func (c *Clinic) when(at time.Time) string { return c.lang.DateTime(at.In(c.desk.Zone())) }

// dayOf is a day as short as it can be: the year is there unless it is this one.
func (c *Clinic) dayOf(at time.Time) string {
	at = at.In(c.desk.Zone())
	text := c.lang.ShortDate(at)
	if at.Year() != c.desk.Now().Year() {
		text += " " + strconv.Itoa(at.Year())
	}
	return text
}

// valueOf is what an observation says, with its unit: 142/91 mmHg, pulse 71.
func (c *Clinic) valueOf(o records.Observation) string {
	if upper, ok := o.Values.Get(vitals.Systolic); ok {
		lower, _ := o.Values.Get(vitals.Diastolic)
		return c.lang.Quantity(c.digits(upper)+"/"+c.digits(lower), upper.Unit.Symbol())
	}
	main := o.Panel.Main()
	if len(main) == 0 {
		return ""
	}
	q, _ := o.Values.Get(main[0])
	return c.quantity(q)
}

func (c *Clinic) digits(q vitals.Quantity) string {
	return string(q.Comparator) + q.Value.String()
}

func (c *Clinic) quantity(q vitals.Quantity) string {
	return c.lang.Quantity(c.digits(q), q.Unit.Symbol())
}

// bandOf is a judgement in words, with its shape.
func (c *Clinic) bandOf(j records.Judgement) (string, kit.Band, bool) {
	if j.Band == "" {
		return c.t(words.ResultNoBand), kit.Good, false
	}
	return c.t(words.Band(j.Band)), bandShape(severityOf(j.Severity)), true
}

func severityOf(name string) guideline.Severity {
	var s guideline.Severity
	if s.UnmarshalText([]byte(name)) != nil {
		return guideline.Unjudged
	}
	return s
}

func bandShape(s guideline.Severity) kit.Band {
	switch s {
	case guideline.Watch:
		return kit.Watch
	case guideline.High, guideline.Urgent:
		return kit.High
	case guideline.Low:
		return kit.Low
	}
	return kit.Good
}

// howOf says how a value came to be, or why it does not count.
func (c *Clinic) howOf(o records.Observation) string {
	why := words.With("why", c.t(words.WhyName(string(o.Correction.Reason))))
	switch {
	case o.State == records.Voided:
		return c.t(words.DossierVoided, why)
	case o.State == records.Amended:
		return c.t(words.DossierAmended, why)
	case o.Excluded != "":
		return c.t(words.DossierExcluded, words.With("why", c.exclusion(o.Excluded)))
	case o.Statement != nil:
		return c.t(words.DossierGrade, words.With("grade", o.Statement.Grade))
	case o.Origin.EnteredBy != "":
		return c.t(words.DossierByHand, words.With("name", o.Origin.EnteredBy))
	case o.Origin.Device.Model != "":
		return kit.Isolate(strings.TrimSpace(o.Origin.Device.Maker + " " + o.Origin.Device.Model))
	}
	return ""
}

// exclusion puts why a reading does not count into words.
func (c *Clinic) exclusion(why string) string {
	if reason, ok := strings.CutPrefix(why, "set-aside-"); ok {
		return c.t(words.AsideName(reason))
	}
	return c.t(words.UseName(why))
}

func (c *Clinic) cautions(o records.Observation) string {
	if o.Statement == nil {
		return ""
	}
	var list []string
	for _, reason := range o.Statement.Reasons {
		list = append(list, c.t(words.CautionName(reason)))
	}
	return strings.Join(list, " · ")
}

// showAll chooses whether what does not count is in the table.
func (p *personPage) showAll(s dossier.State) fyne.CanvasObject {
	return kit.NewCheck(p.c.look, p.c.t(words.DossierShowAll), s.Filter.All, func(on bool) { p.filter(func(f *dossier.Filter) { f.All = on }) })
}

func (p *personPage) filter(change func(*dossier.Filter)) {
	f := p.dossier.State().Filter
	change(&f)
	p.dossier.Show(f)
}
