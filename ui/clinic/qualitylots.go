package clinic

import (
	"slices"
	"time"

	"fyne.io/fyne/v2"

	"aidpost/app/bedside"
	"aidpost/app/desk"
	"aidpost/assets"
	"aidpost/assets/words"
	"aidpost/records/quality"
	"aidpost/records/staff"
	"aidpost/records/vitals"
	"aidpost/ui/kit"
)

// ending is how it stands with what holds until a day.
func (c *Clinic) ending(end time.Time) kit.Cell {
	switch left := end.Sub(c.desk.Now()); {
	case left <= 0:
		return kit.Cell{Text: c.t(words.QCLotOver), Marked: true, Band: kit.High}
	case left <= quality.EndsSoon:
		return kit.Cell{Text: c.t(words.QCLotSoon), Marked: true, Band: kit.Watch}
	}
	return kit.Cell{Text: c.t(words.QCLotGood), Marked: true, Band: kit.Good}
}

// lots are the lots of strips, solutions, standards and samples, the last that
// were put to use first.
func (p *qualityPage) lots(q desk.Quality) fyne.CanvasObject {
	c := p.c
	var add []fyne.CanvasObject
	if c.desk.May(staff.ManageLot) {
		add = append(add, kit.NewButton(c.look, c.t(words.QCLotAdd), kit.ButtonStyle{}, func() { p.askLot(lotFormOf(c, quality.Scan{})) }))
	}
	if c.desk.May(staff.NoteStorage) {
		add = append(add, kit.NewButton(c.look, c.t(words.QCStorage), kit.ButtonStyle{Rank: kit.Secondary}, p.askStorage))
	}
	if len(q.Log.Lots) == 0 {
		return c.empty(assets.DrawingControl, words.QCLotsEmptyTitle, words.QCLotsEmpty, add...)
	}
	columns := []float32{1.5, 1.4, 1.5, 1.1, 1, 1.2, 1.4}
	rows := []fyne.CanvasObject{c.tableHead(columns, c.t(words.QCLotNumber), c.t(words.QCColKind), c.t(words.QCLotFor),
		c.t(words.QCExpected), c.t(words.QCLotOpened), c.t(words.QCLotExpires), c.t(words.QCColState))}
	var shown []string
	for _, lot := range slices.Backward(q.Log.Lots) {
		id := string(lot.Kind) + lot.Number
		if slices.Contains(shown, id) {
			continue // the last word on a lot counts
		}
		shown = append(shown, id)
		expected := "–"
		if lot.Target.Known() {
			expected = c.quantity(lot.Target.Mean)
		}
		rows = append(rows, c.tableRow(columns, kit.Cell{Text: kit.Isolate(c.lotName(lot)), Bold: true}, kit.Cell{Text: c.t(kindOfLot(lot.Kind))},
			kit.Cell{Text: p.lotFor(q, lot)}, kit.Cell{Text: expected}, kit.Cell{Text: c.dayOf(lot.Opened)},
			kit.Cell{Text: c.dayOf(lot.Expires.In(c.desk.Zone()).AddDate(0, 0, -1))}, p.lotState(q, lot)))
	}
	return kit.NewColumn(kit.Space16, kit.NewRow(c.look, kit.Space16, kit.CrossCenter, append([]fyne.CanvasObject{kit.NewSpacer()}, add...)...),
		kit.NewGrow(1, kit.NewScroll(kit.NewColumn(0, append(p.stores(q), rows...)...))))
}

// lotState is how it stands with a lot.
func (p *qualityPage) lotState(q desk.Quality, lot quality.Lot) kit.Cell {
	if lot.Kind == quality.Reagent && lot.Expires.After(p.c.desk.Now()) {
		if _, spoilt := q.Log.Spoilt(p.c.desk.PlanOf(lot.Model), lot); spoilt {
			return kit.Cell{Text: p.c.t(words.QCLotSpoilt), Marked: true, Band: kit.High}
		}
	}
	return p.c.ending(lot.Expires)
}

func kindOfLot(k quality.LotKind) words.Key {
	return map[quality.LotKind]words.Key{
		quality.Reagent: words.QCKindReagent, quality.Control: words.QCKindControl, quality.Standard: words.QCKindStandard,
		quality.Proficiency: words.QCKindProficiency, quality.Linearity: words.QCKindLinearity,
	}[k]
}

// lotFor is what a lot is for.
func (p *qualityPage) lotFor(q desk.Quality, lot quality.Lot) string {
	if lot.Kind == quality.Standard {
		return p.c.t(words.PanelName(string(lot.Panel)))
	}
	for _, i := range q.List {
		if i.ID.Model == lot.Model {
			return kit.Isolate(i.Model.Name)
		}
	}
	return kit.Isolate(lot.Model)
}

// checkedPanels are those that have no control solution.
func checkedPanels() []vitals.Panel {
	return []vitals.Panel{vitals.BloodPressure, vitals.Oximetry, vitals.BodyWeight}
}

// lotForm is the form for a lot while it is filled in: another kind has other
// fields, and what was typed stays.
type lotForm struct {
	p     *qualityPage
	form  *qualityForm
	typed desk.LotForm
	take  []func() // take what stands in the fields
	about []string // the draft of which lot it is
}

// askLot asks for a lot.
func (p *qualityPage) askLot(typed desk.LotForm) {
	l := &lotForm{p: p, typed: typed, about: []string{"lot", typed.Number, typed.Model}}
	l.show()
}

// show builds the form from what was typed.
func (l *lotForm) show() {
	p, c := l.p, l.p.c
	l.form, l.take = p.newForm(l.about...), nil
	kinds := c.picking(3, codesOf([]quality.LotKind{quality.Reagent, quality.Control, quality.Standard, quality.Proficiency, quality.Linearity}),
		func(code string) words.Key { return kindOfLot(quality.LotKind(code)) }, string(l.typed.Kind), func(code string) {
			l.taken()
			if l.typed.Kind = quality.LotKind(code); l.typed.Kind == quality.Standard && !slices.Contains(checkedPanels(), l.typed.Panel) {
				l.typed.Panel = vitals.BloodPressure
			}
			l.show()
		})
	number := l.text(desk.QualityNumber, c.t(words.QCLotNumber), c.t(words.QCLotScan), &l.typed.Number)
	rows := []fyne.CanvasObject{kinds.object, number, l.whom()}
	expires := l.form.day(desk.QualityExpires, c.t(words.QCLotExpires), l.typed.Expires)
	opened := l.form.day(desk.QualityOpened, c.t(words.QCLotOpened), l.typed.Opened)
	l.take = append(l.take, func() { l.typed.Expires, l.typed.Opened = dayIn(expires), dayIn(opened) })
	rows = append(rows, c.beside(l.form.fields[desk.QualityExpires], l.form.fields[desk.QualityOpened]))
	rows = append(rows, l.text(desk.QualityDays, c.t(words.QCLotDays)+" · "+c.t(words.RegisterOptional), "", &l.typed.Days))
	if l.typed.Kind == quality.Reagent {
		rows = append(rows, l.kept())
	} else {
		rows = append(rows, l.target()...)
	}
	l.form.scanned = func(code string) {
		scan, ok := c.desk.Scan(code)
		if !ok {
			scan.Number = code
		}
		l.taken()
		l.typed.Number = scan.Number
		if !scan.Expires.IsZero() {
			l.typed.Expires = desk.DayOf(scan.Expires)
		}
		l.show()
	}
	p.ask(l.form, words.QCLotAdd, words.QCLotAdd, rows, func() {
		l.taken()
		c.desk.AddLot(l.typed)
	})
}

func (l *lotForm) taken() {
	for _, take := range l.take {
		take()
	}
}

// text is a field for a text of the form.
func (l *lotForm) text(name desk.QualityField, label, hint string, into *string) fyne.CanvasObject {
	e := l.form.entry(name, label, hint, *into)
	l.take = append(l.take, func() { *into = e.Text() })
	return l.form.fields[name]
}

// whom is what the lot is for: a model, or of a standard a panel with its usual
// checks.
func (l *lotForm) whom() fyne.CanvasObject {
	c := l.p.c
	if l.typed.Kind == quality.Standard {
		panels := c.picking(3, codesOf(checkedPanels()), words.PanelName, string(l.typed.Panel), func(code string) {
			l.taken()
			l.typed.Panel, l.typed.Unit = vitals.Panel(code), unitOf(vitals.Panel(code))
			l.show()
		})
		return kit.NewColumn(kit.Space8, l.form.wrap(desk.QualityFor, c.t(words.QCLotFor), "", panels.object).Slim(), l.usual())
	}
	names := map[string]string{}
	var models []string
	for _, i := range c.desk.State().Quality.List {
		if names[i.ID.Model] == "" {
			names[i.ID.Model] = i.Model.Name
			models = append(models, i.ID.Model)
		}
	}
	if l.typed.Model == "" && len(models) == 1 {
		l.typed.Model = models[0]
	}
	var options []fyne.CanvasObject
	all := map[string]*kit.Option{}
	for _, model := range models {
		o := kit.NewOption(c.look, kit.OptionStyle{Label: kit.Isolate(names[model])}, func() {
			before := l.panel()
			l.typed.Model = model
			for each, o := range all {
				o.SetSelected(each == model)
			}
			if l.panel() != before && l.typed.Kind != quality.Reagent { // another unit
				l.taken()
				l.show()
			}
		})
		o.SetSelected(model == l.typed.Model)
		all[model] = o
		options = append(options, o)
	}
	return l.form.wrap(desk.QualityFor, c.t(words.QCLotFor), "", c.wrap(3, options...))
}

// panel is what the lot is measured as.
func (l *lotForm) panel() vitals.Panel {
	if l.typed.Kind == quality.Standard {
		return l.typed.Panel
	}
	for _, i := range l.p.c.desk.State().Quality.List {
		if i.ID.Model == l.typed.Model {
			return i.Model.Panel
		}
	}
	return vitals.BloodGlucose
}

// usual fills in one of the usual checks of a panel.
func (l *lotForm) usual() fyne.CanvasObject {
	c := l.p.c
	var options []fyne.CanvasObject
	for _, check := range quality.Checks(l.typed.Panel) {
		label := c.quantity(check.Target.Mean)
		switch {
		case check.Level == "leak":
			label = c.t(words.QCLeak)
		case check.Target.Paired():
			label = c.t(words.QCVolunteer)
		}
		options = append(options, kit.NewOption(c.look, kit.OptionStyle{Label: label}, func() {
			l.taken()
			l.typed.Level, l.typed.Target, l.typed.Spread = check.Level, check.Target.Mean.Value.String(), check.Target.Limit.String()
			l.typed.Unit, l.typed.Single = check.Target.Mean.Unit, ""
			if check.Target.Paired() {
				l.typed.Level, l.typed.Single = label, check.Target.Single.String()
			}
			l.show()
		}))
	}
	return kit.NewField(c.look, c.t(words.QCLotUsual), "", c.wrap(mostInRow, options...)).Slim()
}

// target is what the lot should give, and how far off is too far.
func (l *lotForm) target() []fyne.CanvasObject {
	c := l.p.c
	main := l.panel().Main()
	units := []vitals.Unit(nil)
	if len(main) > 0 {
		units = bedside.UnitsOf(main[0])
	}
	if !slices.Contains(units, l.typed.Unit) {
		l.typed.Unit = unitOf(l.panel())
	}
	level := l.text(desk.QualityLevel, c.t(words.QCLotLevel), "", &l.typed.Level)
	hint := ""
	if l.typed.Kind.Blind() {
		hint = c.t(words.QCLotLater)
	}
	target := l.text(desk.QualityTarget, c.t(words.QCLotTarget, words.With("unit", l.typed.Unit.Symbol())), hint, &l.typed.Target)
	row := []fyne.CanvasObject{level, target}
	switch l.typed.Kind {
	case quality.Control:
		row = append(row, l.text(desk.QualitySpread, c.t(words.QCLotSD), "", &l.typed.Spread))
	case quality.Standard:
		row = append(row, l.text(desk.QualitySpread, c.t(words.QCLotLimit), "", &l.typed.Spread))
	}
	if l.typed.Kind == quality.Standard && l.typed.Single != "" {
		row = append(row, l.text(desk.QualitySingle, c.t(words.QCSingle), "", &l.typed.Single))
	}
	rows := []fyne.CanvasObject{c.beside(row...)}
	if len(units) > 1 {
		var options []fyne.CanvasObject
		for _, u := range units {
			o := kit.NewOption(c.look, kit.OptionStyle{Label: kit.Isolate(u.Symbol())}, func() {
				l.taken()
				l.typed.Unit = u
				l.show()
			})
			o.SetSelected(u == l.typed.Unit)
			options = append(options, o)
		}
		rows = append(rows, c.wrap(mostInRow, options...))
	}
	return rows
}
