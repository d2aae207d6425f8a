package clinic

import (
	"fmt"
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"aidpost/app/bedside"
	"aidpost/app/desk"
	"aidpost/assets/words"
	"aidpost/instruments"
	"aidpost/records/quality"
	"aidpost/records/vitals"
	"aidpost/ui/kit"
)

// qualityForm is a form of quality control in a dialog: its fields, what sends
// it, and what became of that.
type qualityForm struct {
	c      *Clinic
	fields map[desk.QualityField]*kit.Field
	order  []typedField // those to type into, from the top
	column *kit.Column
	said   *kit.Text
	send   *kit.Button
	before int // what was done before it opened
	draft  draft
	// done is called when it was put on record, scanned with what a scanner reads
	// while it is open, and live with a control that is being measured. All may be
	// nil.
	done    func(q desk.Quality)
	scanned func(code string)
	live    func(l desk.Live)
}

// typedField is a field to type into.
type typedField struct {
	name  desk.QualityField
	input fyne.Focusable
}

func (f *qualityForm) field(name desk.QualityField) *kit.Field { return f.fields[name] }

// entry is a field to type into.
func (f *qualityForm) entry(name desk.QualityField, label, hint, text string) *kit.Entry {
	e := f.c.noteEntry(200)
	e.SetText(text)
	f.wrap(name, label, hint, e)
	f.typed(name, e)
	if name != desk.QualityBadge && !ofRun(name) { // a badge is of whoever is there
		f.draft.keep(string(name), e)
	}
	e.OnSubmitted = func(string) { f.c.canvas.FocusNext() }
	return e
}

// typed notes a field to type into.
func (f *qualityForm) typed(name desk.QualityField, input fyne.Focusable) {
	f.order = append(f.order, typedField{name, input})
}

// wrap makes a field of anything.
func (f *qualityForm) wrap(name desk.QualityField, label, hint string, o fyne.CanvasObject) *kit.Field {
	field := kit.NewField(f.c.look, label, hint, o)
	f.fields[name] = field
	return field
}

// day is a field for a date.
func (f *qualityForm) day(name desk.QualityField, label string, typed desk.Day) *kit.DateEntry {
	c := f.c
	parts := map[kit.DatePart]words.Key{kit.Day: words.WhoDay, kit.Month: words.WhoMonth, kit.Year: words.WhoYear}
	order := c.dateOrder()
	date := kit.NewDateEntry(c.look, order, [3]string{c.t(parts[order[0]]), c.t(parts[order[1]]), c.t(parts[order[2]])})
	f.draft.keepDate(string(name), date, typed)
	date.OnSubmitted = func() { c.canvas.FocusNext() }
	f.wrap(name, label, "", date)
	f.typed(name, date)
	return date
}

// dayIn is what was typed into a date.
func dayIn(d *kit.DateEntry) desk.Day {
	year, month, day := d.Segments()
	return desk.Day{Year: year, Month: month, Day: day}
}

// update says what became of what was sent.
func (f *qualityForm) update(q desk.Quality) {
	if f.live != nil {
		f.live(q.Live)
	}
	if q.Busy || q.Live.Running {
		f.send.Disable()
	} else {
		f.send.Enable()
	}
	if q.Done > f.before {
		f.before = q.Done
		clear(f.draft)
		f.c.closeDialog()
		if f.done != nil {
			f.done(q)
		}
		return
	}
	said, changed := "", false
	for name, problem := range q.Problems {
		if f.fields[name] == nil {
			said = f.c.message(problem)
		}
	}
	for name, field := range f.fields {
		if text := f.c.message(q.Problems[name]); field.Problem() != text {
			field.SetProblem(text)
			changed = true
		}
	}
	if f.said.Text() != said {
		f.said.SetText(said)
		changed = true
	}
	if !changed {
		return
	}
	f.column.Refresh()
	for _, t := range f.order { // where to go on typing
		if _, wrong := q.Problems[t.name]; wrong {
			f.c.focus(t.input)
			return
		}
	}
}

// newForm is a form of which nothing is typed but what is in its draft. The name says
// what it is about.
func (p *qualityPage) newForm(name ...string) *qualityForm {
	p.c.desk.ClearProblems()
	return &qualityForm{
		c: p.c, fields: map[desk.QualityField]*kit.Field{}, said: p.c.wrong(), before: p.c.desk.State().Quality.Done,
		draft: p.c.drafted("quality|" + strings.Join(name, "|")),
	}
}

// ask shows a form; send puts it on record.
func (p *qualityPage) ask(f *qualityForm, title, label words.Key, rows []fyne.CanvasObject, send func()) {
	c := p.c
	f.column = kit.NewColumn(kit.Space8, rows...)
	f.send = kit.NewButton(c.look, c.t(label), kit.ButtonStyle{}, send)
	content := kit.NewColumn(kit.Space16, c.title(c.t(title)), f.column, f.said)
	c.showDialog(kit.NewOverlay(c.look, dialogWidth, content, c.closeButton(), f.send), func() {
		p.form = nil
		c.desk.StopLive()
	})
	p.form = f
}

// beside puts fields side by side.
func (c *Clinic) beside(fields ...fyne.CanvasObject) fyne.CanvasObject {
	var grown []fyne.CanvasObject
	for _, f := range fields {
		grown = append(grown, kit.NewGrow(1, f))
	}
	return kit.NewRow(c.look, kit.Space24, kit.CrossTop, grown...)
}

// unitOf is the unit of what a panel is about, as results are usually given.
func unitOf(p vitals.Panel) vitals.Unit {
	if main := p.Main(); len(main) > 0 {
		if units := bedside.UnitsOf(main[0]); len(units) > 0 {
			return units[0]
		}
	}
	return ""
}

// askRun asks for a control: with what, and what came out.
func (p *qualityPage) askRun(i desk.Checked) {
	c := p.c
	lots := lotsOf(i, false)
	if len(lots) == 0 {
		c.showDialog(kit.NewOverlay(c.look, dialogWidth, kit.NewColumn(kit.Space16, c.title(c.t(words.QCRun)),
			c.plain(c.t(words.QCNoSolution))), c.closeButton()), nil)
		return
	}
	chosen := i.Due.Next
	if chosen.Number == "" {
		chosen = lots[0]
	}
	p.askOf(i, words.QCRun, lots, chosen)
}

// askOf asks what came out of what is chosen.
func (p *qualityPage) askOf(i desk.Checked, title words.Key, lots []quality.Lot, chosen quality.Lot, lead ...fyne.CanvasObject) {
	if chosen.Target.Paired() {
		p.askPairs(i, lots, chosen)
		return
	}
	p.askValue(i, title, lots, chosen, lead...)
}

// lotsOf are the blind samples that an instrument can measure now, or what it is
// checked with.
func lotsOf(i desk.Checked, blind bool) []quality.Lot {
	return slices.DeleteFunc(slices.Clone(i.Lots), func(l quality.Lot) bool { return l.Kind.Blind() != blind })
}

// askValue asks which of some lots was measured, and what came out.
func (p *qualityPage) askValue(i desk.Checked, title words.Key, lots []quality.Lot, chosen quality.Lot, lead ...fyne.CanvasObject) {
	c := p.c
	f := p.newForm(string(title), i.ID.Model, i.ID.Serial)
	unit := func() vitals.Unit {
		if chosen.Target.Known() {
			return chosen.Target.Mean.Unit
		}
		return unitOf(i.Model.Panel)
	}
	label := func() string { return c.t(words.QCValue, words.With("unit", unit().Symbol())) }
	value := f.entry(desk.QualityValue, label(), "", "")
	solutions := p.solutions(f, lots, chosen, func(lot quality.Lot) {
		if lot.Target.Paired() {
			p.askPairs(i, lots, lot)
			return
		}
		chosen = lot
		f.fields[desk.QualityValue].SetLabel(label())
		c.focus(value)
	})
	remark := f.entry(desk.QualityReason, c.t(words.QCRemark)+" · "+c.t(words.RegisterOptional), "", "")
	rows := append(lead, solutions, f.fields[desk.QualityValue])
	if c.desk.CanRunLive(i) {
		rows = append(rows, p.liveRow(f, i, func(l desk.Live) { value.SetText(c.lang.Number(l.Value.Value.String())) }))
	}
	rows = append(rows, f.fields[desk.QualityReason])
	send := func() {
		c.desk.RunControl(desk.RunForm{Instrument: i.ID, Solution: chosen.Number, Value: value.Text(), Unit: unit(), Reason: remark.Text()})
	}
	f.done = func(q desk.Quality) { p.showVerdict(q, i) }
	p.ask(f, title, words.QCSave, rows, send)
	c.focus(value)
}

// liveRow measures the control with the instrument that is attached; take puts what
// came out into the form.
func (p *qualityPage) liveRow(f *qualityForm, i desk.Checked, take func(desk.Live)) fyne.CanvasObject {
	c := p.c
	said := kit.NewText(c.look, "", kit.TextStyle{Color: kit.ColorInk2})
	start := kit.NewButton(c.look, c.t(words.QCLive), kit.ButtonStyle{Rank: kit.Secondary}, func() { c.desk.RunLive(i) })
	stop := kit.NewButton(c.look, c.t(words.BedsideStop), kit.ButtonStyle{Rank: kit.Secondary}, c.desk.StopLive)
	stop.Disable()
	shown := ""
	f.live = func(l desk.Live) {
		key := fmt.Sprint(l)
		if key == shown {
			return
		}
		shown = key
		text := ""
		switch {
		case l.Running:
			text = c.t(words.QCLiveRuns)
		case l.Value.Unit != "":
			take(l)
		case l.Fault != nil && *l.Fault == instruments.ControlTest:
			text = c.t(words.QCLiveMarked)
		case l.Fault != nil:
			text = c.t(words.FaultTitle(string(*l.Fault)))
		}
		if l.Running {
			start.Disable()
			stop.Enable()
		} else {
			start.Enable()
			stop.Disable()
		}
		said.SetText(text)
		f.column.Refresh()
	}
	return c.row(kit.Space16, start, stop, kit.NewGrow(1, said))
}

// showVerdict says what a control was judged as, and what to do then.
func (p *qualityPage) showVerdict(q desk.Quality, i desk.Checked) {
	c := p.c
	band, title, rows := kit.Low, c.t(words.QCVerdictBlind), p.sampleSaid(q, i)
	if v := q.Verdict; v != nil {
		rows = nil
		band, title = kit.Good, c.runVerdict(*v)
		switch {
		case v.Rejected():
			band = kit.High
			rows = append(rows, c.plain(c.t(words.QCVerdictNext)))
		case len(v.Broken) > 0:
			band = kit.Watch
		}
	}
	rows = append([]fyne.CanvasObject{kit.NewRow(c.look, 0, kit.CrossCenter, kit.NewBadge(c.look, band, title, kit.SizeLead), kit.NewSpacer())}, rows...)
	button := c.closeButton()
	c.showDialog(kit.NewOverlay(c.look, dialogWidth, kit.NewColumn(kit.Space16, rows...), button), nil)
	c.focus(button)
}

// askOverride asks a supervisor to let measurements through.
func (p *qualityPage) askOverride(i desk.Checked) {
	c := p.c
	f := p.newForm("override", i.ID.Model, i.ID.Serial)
	var reasons []fyne.CanvasObject
	for _, lock := range i.Locks {
		reasons = append(reasons, kit.NewNotice(c.look, kit.ToneWrong, c.t(words.LockName(string(lock)))))
	}
	reason := f.entry(desk.QualityReason, c.t(words.QCReason), "", "")
	badge := f.entry(desk.QualityBadge, c.t(words.QCBadge), "", "")
	pin := kit.NewEntry(c.look, kit.EntryStyle{Step: kit.SizeBody, Secret: true})
	f.wrap(desk.QualityPIN, c.t(words.QCPIN), "", pin)
	f.typed(desk.QualityPIN, pin)
	f.scanned = func(code string) {
		badge.SetText(code)
		c.focus(pin)
	}
	rows := append(reasons, c.plain(c.t(words.QCOverrideLead)), c.plain(c.lang.N(words.QCOverrideCount, i.Allowed)),
		f.fields[desk.QualityReason], c.beside(f.fields[desk.QualityBadge], f.fields[desk.QualityPIN]))
	p.ask(f, words.QCOverride, words.QCOverride, rows, func() {
		c.desk.Override(desk.OverrideForm{Instrument: i.ID, Badge: badge.Text(), PIN: pin.Text(), Reason: reason.Text()})
	})
	c.focus(reason)
}

// askCalibrate notes a calibration.
func (p *qualityPage) askCalibrate(i desk.Checked) {
	c := p.c
	f := p.newForm("calibration", i.ID.Model, i.ID.Serial)
	due := f.day(desk.QualityUntil, c.t(words.QCDue), desk.Day{})
	remark := f.entry(desk.QualityReason, c.t(words.QCRemark)+" · "+c.t(words.RegisterOptional), "", "")
	p.ask(f, words.QCCalibrate, words.QCSave, []fyne.CanvasObject{f.fields[desk.QualityUntil], f.fields[desk.QualityReason]}, func() {
		c.desk.Calibrate(i.ID, dayIn(due), remark.Text())
	})
	c.focus(due)
}

// askMishap notes what has happened to an instrument.
func (p *qualityPage) askMishap(i desk.Checked) {
	c := p.c
	f := p.newForm("mishap", i.ID.Model, i.ID.Serial)
	what := f.draft.keepChoice(c, string(desk.QualityWhat), 1, codesOf(quality.Mishaps()), words.MishapName)
	f.wrap(desk.QualityWhat, c.t(words.QCMishapWhat), "", what.object)
	remark := f.entry(desk.QualityReason, c.t(words.QCRemark)+" · "+c.t(words.RegisterOptional), "", "")
	rows := []fyne.CanvasObject{f.fields[desk.QualityWhat], f.fields[desk.QualityReason], c.plain(c.t(words.QCMishapLead))}
	p.ask(f, words.QCMishap, words.QCSave, rows, func() { c.desk.Happened(i.ID, quality.Mishap(what.chosen), remark.Text()) })
}

// askEnrol puts an instrument on the list of those that belong here.
func (p *qualityPage) askEnrol(i desk.Checked) {
	c := p.c
	f := p.newForm("enrol", i.ID.Model, i.ID.Serial)
	place := f.entry(desk.QualityPlace, c.t(words.QCPlace), "", i.Place)
	onePerson := false
	check := kit.NewCheck(c.look, c.t(words.QCOnePerson), false, func(on bool) { onePerson = on })
	p.ask(f, words.QCEnrol, words.QCSave, []fyne.CanvasObject{f.fields[desk.QualityPlace], check}, func() {
		c.desk.Enrol(i.ID, place.Text(), onePerson)
	})
	c.focus(place)
}

// lotFormOf is a form with what the code on a box says.
func lotFormOf(c *Clinic, scan quality.Scan) desk.LotForm {
	f := desk.LotForm{Kind: quality.Reagent, Opened: desk.DayOf(c.desk.Now()), Number: scan.Number}
	if !scan.Expires.IsZero() {
		f.Expires = desk.DayOf(scan.Expires)
	}
	return f
}

// lotFormFor is a form for strips of an instrument.
func lotFormFor(c *Clinic, i desk.Checked) desk.LotForm {
	f := lotFormOf(c, quality.Scan{})
	f.Model = i.ID.Model
	return f
}
