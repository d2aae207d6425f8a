package clinic

import (
	"cmp"
	"fmt"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"aidpost/app/backentry"
	"aidpost/app/bedside"
	"aidpost/app/desk"
	"aidpost/assets"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/vitals"
	"aidpost/reports"
	"aidpost/ui/kit"
)

// formPage is where a form is typed in that was written on while there was no
// power: whose it is and when at one side, the values at the other, in the order in
// which they stand on the paper.
type formPage struct {
	c     *Clinic
	form  records.Form
	who   *records.Patient
	shown string

	head   *fyne.Container
	whose  *fyne.Container
	find   *kit.Entry
	fields map[backentry.Field]*kit.Field
	date   *kit.Entry
	hour   *kit.Entry
	by     *kit.Entry
	again  *kit.Entry
	said   *kit.Check
	doubt  *kit.Check
	ticks  map[words.Key]*kit.Check
	values []*formValue
	note   *kit.Text
	sides  [2]*kit.Scroll
	draft  draft
	sent   bool
	object fyne.CanvasObject
}

// formValue is one measurement of the form.
type formValue struct {
	*numbers
	arm, meal string
}

// mostFoundHere is how many people are offered while a name is typed.
const mostFoundHere = 4

func newFormPage(c *Clinic, s desk.State) page {
	if c.equipment == nil || s.Form.Form.Code == "" {
		return &still{c.empty(assets.DrawingDone, words.FrameNothingTitle, words.FrameNothing)}
	}
	p := &formPage{c: c, form: s.Form.Form, head: container.NewStack(), whose: container.NewStack(), fields: map[backentry.Field]*kit.Field{}, ticks: map[words.Key]*kit.Check{}, note: c.wrong(), draft: c.drafted("form|" + s.Form.Form.Code)}
	entry := func(limit int) *kit.Entry {
		return kit.NewEntry(c.look, kit.EntryStyle{Step: kit.SizeLead, Limit: limit})
	}
	p.find, p.date, p.hour, p.by, p.again = kit.NewEntry(c.look, kit.EntryStyle{Placeholder: c.t(words.FindPrompt), Step: kit.SizeLead, Limit: 200}), entry(14), entry(8), entry(100), entry(100)
	p.find.OnChanged = c.desk.Search
	for name, e := range map[string]*kit.Entry{"date": p.date, "hour": p.hour, "by": p.by, "again": p.again, "find": p.find} {
		p.draft.keep(name, e)
	}
	c.desk.Search(p.find.Text())
	field := func(f backentry.Field, label words.Key, input *kit.Entry) *kit.Field {
		p.fields[f] = kit.NewField(c.look, c.t(label), "", input)
		return p.fields[f]
	}
	who := field(backentry.FieldWho, words.BookWho, p.find)
	when := kit.NewRow(c.look, kit.Space16, kit.CrossTop, kit.NewGrow(3, field(backentry.FieldWhen, words.BookDate, p.date)), kit.NewGrow(2, kit.NewField(c.look, c.t(words.BookTime), "", p.hour)))
	p.said, p.doubt = p.draft.keepCheck(c, "said", c.t(words.BookSaid)), p.draft.keepCheck(c, "doubt", c.t(words.BookDoubt))
	left := []fyne.CanvasObject{who, p.whose, p.said, when, p.doubt, field(backentry.FieldBy, words.BookBy, p.by)}
	for _, key := range []words.Key{words.BookRested, words.BookStill, words.BookCuff, words.BookHands} {
		p.ticks[key] = p.draft.keepCheck(c, string(key), c.t(key))
		left = append(left, p.ticks[key])
	}
	save := kit.NewButton(c.look, c.t(words.BookSave), kit.ButtonStyle{}, p.save)
	p.sides = [2]*kit.Scroll{kit.NewScroll(kit.NewColumn(kit.Space8, left...)), kit.NewScroll(p.measured())}
	p.object = kit.NewColumn(kit.Space16, p.head,
		kit.NewGrow(1, kit.NewRow(c.look, kit.Space16, kit.CrossFill,
			kit.NewGrow(2, kit.NewCard(c.look, kit.Space16, p.sides[0])), kit.NewGrow(3, kit.NewCard(c.look, kit.Space16, p.sides[1])))),
		c.row(kit.Space16, kit.NewGrow(1, p.note), save))
	return p
}

// measured are the fields for the values, in the order of the paper.
func (p *formPage) measured() fyne.CanvasObject {
	c := p.c
	var rows []fyne.CanvasObject
	for i, panel := range []vitals.Panel{vitals.BloodPressure, vitals.BloodPressure, vitals.Oximetry, vitals.BloodGlucose, vitals.BodyTemperature, vitals.BodyWeight} {
		v := &formValue{numbers: newNumbers(c, panel, nil)}
		of := func(what string) string { return fmt.Sprintf("%d %s", i, what) }
		for m, e := range v.inputs {
			p.draft.keep(of(string(m)), e)
		}
		p.values = append(p.values, v)
		title := c.t(words.PanelName(string(panel)))
		if panel == vitals.BloodPressure {
			title += fmt.Sprintf(" %d", i+1)
		}
		head := []fyne.CanvasObject{kit.NewGrow(1, c.strong(title))}
		switch main := panel.Main()[0]; {
		case panel == vitals.BloodPressure:
			arms := p.draft.keepInto(c, of("arm"), &v.arm, []string{string(vitals.LeftArm), string(vitals.RightArm)}, armName)
			head = append(head, arms.object)
		case len(bedside.UnitsOf(main)) > 1:
			units := bedside.UnitsFirst(main, c.equipment.Units)
			v.setUnit(main, vitals.Unit(cmp.Or(p.draft[of("unit")], string(units[0])))) // a number of one is none of another
			v.chose = func(u vitals.Unit) { p.draft[of("unit")] = string(u) }
			head = append(head, v.unitChoice(main, codesOf(units)))
		}
		rows = append(rows, c.row(kit.Space16, head...), v.object)
		if panel == vitals.BloodGlucose {
			meals := p.draft.keepInto(c, of("meal"), &v.meal, codesOf([]vitals.Meal{vitals.Fasting, vitals.BeforeMeal, vitals.AfterMeal}), words.MealName)
			rows = append(rows, meals.object)
		}
		rows = append(rows, kit.NewHairline(c.look))
	}
	return kit.NewColumn(kit.Space8, rows...)
}

// armName is what an arm is called.
func armName(code string) words.Key {
	if code == string(vitals.LeftArm) {
		return words.BedsideLeft
	}
	return words.BedsideRight
}

// leave forgets what was typed once it is in the records.
func (p *formPage) leave() {
	if p.sent && p.c.desk.State().Said.Key == words.BookSaved {
		clear(p.draft)
	}
}

func (p *formPage) content() fyne.CanvasObject { return p.object }
func (p *formPage) first() fyne.Focusable      { return p.find }

// scanned takes the card of whoever the form is of.
func (p *formPage) scanned(code string) {
	if p.who == nil {
		p.find.SetText(code)
	}
}

func (p *formPage) update(s desk.State) {
	if s.Form.Form.Code == p.form.Code {
		p.form = s.Form.Form
	}
	key := fmt.Sprint(len(p.form.Uses), p.who != nil, s.Find.For, len(s.Find.Rows))
	if key == p.shown {
		return
	}
	p.shown = key
	c := p.c
	rows := []fyne.CanvasObject{c.title(c.t(words.BookEntry)), kit.NewText(c.look, c.t(words.BookEntryOf,
		words.With("code", kit.Isolate(reports.Grouped(p.form.Code))), words.With("time", c.when(p.form.At))), kit.TextStyle{Color: kit.ColorInk2})}
	if n := len(p.form.Uses); n > 0 {
		use := p.form.Uses[n-1]
		rows = append(rows, kit.NewNotice(c.look, kit.ToneWatch, c.t(words.BookAlready, words.With("name", use.By.Name), words.With("time", c.when(use.At)))), p.why())
	}
	p.head.Objects = []fyne.CanvasObject{kit.NewColumn(4, rows...)}
	p.whose.Objects = []fyne.CanvasObject{p.chosen(s.Find)}
	p.head.Refresh()
	p.object.Refresh()
}

// why asks why a form is typed in again.
func (p *formPage) why() fyne.CanvasObject {
	if p.fields[backentry.FieldAgain] == nil {
		p.fields[backentry.FieldAgain] = kit.NewField(p.c.look, p.c.t(words.BookAgain), "", p.again)
	}
	return p.fields[backentry.FieldAgain]
}

// chosen is whoever the form is of, or who may be.
func (p *formPage) chosen(f desk.Find) fyne.CanvasObject {
	c := p.c
	if p.who != nil {
		another := kit.NewButton(c.look, c.t(words.BookAnother), kit.ButtonStyle{Rank: kit.Quiet}, func() { p.choose(nil) })
		return c.row(kit.Space16, kit.NewGrow(1, kit.NewColumn(0, c.strong(desk.NameOf(p.who)), kit.NewText(c.look, c.facts(p.who), kit.TextStyle{Color: kit.ColorInk2}))), another)
	}
	var rows []fyne.CanvasObject
	for _, who := range f.Rows[:min(len(f.Rows), mostFoundHere)] {
		rows = append(rows, kit.NewTile(c.look, kit.TileStyle{Title: desk.NameOf(who), Note: c.facts(who), Wide: true}, func() { p.choose(who) }))
	}
	return kit.NewColumn(kit.Space8, rows...)
}

// choose takes somebody as whose form it is; nil nobody.
func (p *formPage) choose(who *records.Patient) {
	p.who = who
	p.fields[backentry.FieldWho].SetProblem("")
	p.c.render()
	if who != nil {
		p.c.focus(p.date)
		return
	}
	p.c.focus(p.find)
}

// sheet is what was typed.
func (p *formPage) sheet() backentry.Sheet {
	s := backentry.Sheet{
		Form: p.form, Patient: p.who, Said: p.said.On(), Date: p.date.Text(), Time: p.hour.Text(), Doubt: p.doubt.On(), By: p.by.Text(), Again: strings.TrimSpace(p.again.Text()),
		Rested: p.ticks[words.BookRested].On(), Still: p.ticks[words.BookStill].On(), Cuff: p.ticks[words.BookCuff].On(), Hands: p.ticks[words.BookHands].On(),
	}
	for _, v := range p.values {
		s.Values = append(s.Values, backentry.Value{Typed: v.typed(), Arm: vitals.Arm(v.arm), Meal: vitals.Meal(v.meal)})
	}
	return s
}

// save hands the form on, or says beside its fields what is wrong.
func (p *formPage) save() {
	c := p.c
	d := backentry.Desk{Rules: c.equipment.Rules, Grades: c.equipment.Grades, Place: c.equipment.Place, Zone: c.desk.Zone(), Now: c.desk.Now, Who: c.desk.State().Who.Clinician()}
	sheet := p.sheet()
	wrong := d.Check(sheet)
	p.say(wrong)
	if !wrong.None() {
		return
	}
	e, err := d.Visit(sheet)
	if err != nil {
		p.note.SetText(c.t(words.DossierRefused))
		return
	}
	p.sent = true
	c.desk.BackEnter(e)
}

// say puts what is wrong beside its field.
func (p *formPage) say(wrong backentry.Problems) {
	c := p.c
	for f, field := range p.fields {
		text := ""
		switch wrong.Fields[f] {
		case backentry.NoTime:
			text = c.t(words.BookNoTime)
		case backentry.Future:
			text = c.t(words.BookFuture)
		case backentry.Early:
			text = c.t(words.BookEarly)
		case backentry.Missing:
			text = c.t(words.BedsideMissing)
			if f == backentry.FieldWho {
				text = c.t(words.BookWhoMissing)
			}
		}
		field.SetProblem(text)
	}
	for i, v := range p.values {
		for m, field := range v.fields {
			text := ""
			if problem, bad := wrong.Numbers[i][m]; bad {
				text = c.problemOf(problem)
			}
			field.SetProblem(text)
		}
	}
	p.note.SetText("")
	if wrong.Fields[backentry.FieldAll] != "" {
		p.note.SetText(c.t(words.BookNothing))
	}
	p.object.Refresh()
	fields := []*kit.Field{p.fields[backentry.FieldAgain], p.fields[backentry.FieldWho], p.fields[backentry.FieldWhen], p.fields[backentry.FieldBy]}
	for _, v := range p.values {
		for _, m := range v.order {
			fields = append(fields, v.fields[m])
		}
	}
	c.toWrong(fields...)
}

// reveal scrolls to the field that took the focus.
func (p *formPage) reveal(o fyne.CanvasObject) {
	for _, side := range p.sides {
		side.Reveal(o)
	}
}
