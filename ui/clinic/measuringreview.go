package clinic

import (
	"strconv"
	"strings"

	"fyne.io/fyne/v2"

	"aidpost/app/bedside"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/guideline"
	"aidpost/records/vitals"
	"aidpost/ui/kit"
)

// review shows each reading and what they come to, before it is accepted.
func (m *measuring) review(s bedside.State) part {
	c := m.c
	rows := []fyne.CanvasObject{c.strong(c.t(words.PanelName(string(s.Panel))))}
	if s.Fault != nil {
		rows = append(rows, m.trouble(s))
		if own := m.ownMeter(s.Fault); own != nil {
			rows = append(rows, c.row(0, own, kit.NewSpacer()))
		}
	}
	if r := s.Result; r != nil {
		rows = append(rows, m.resultRows(r)...)
	}
	if s.Panel == vitals.BloodGlucose {
		rows = append(rows, m.meals(s))
	}
	rows = append(rows, kit.NewHairline(c.look), c.strong(c.t(words.BedsideReadings)))
	for i, a := range s.Attempts {
		rows = append(rows, m.attempt(i, a))
	}
	actions := []fyne.CanvasObject{m.button(words.BedsideGiveUp, kit.Quiet, m.bedside.GiveUp), kit.NewSpacer()}
	if s.CanMore {
		actions = append(actions, m.button(words.BedsideAgain, kit.Secondary, m.bedside.Again))
	}
	if s.Result != nil && !s.Result.RepeatDue {
		actions = append(actions, m.button(words.BedsideAccept, kit.Primary, m.bedside.Accept))
	}
	return calm{kit.NewColumn(kit.Space16, kit.NewGrow(1, kit.NewScroll(kit.NewColumn(kit.Space8, rows...))), c.row(kit.Space16, actions...))}
}

// resultRows are the value, its range, its grade, and what is due.
func (m *measuring) resultRows(r *bedside.Result) []fyne.CanvasObject {
	c := m.c
	number, unit := "", ""
	if upper, ok := r.Values.Get(vitals.Systolic); ok {
		lower, _ := r.Values.Get(vitals.Diastolic)
		number, unit = c.digits(upper)+"/"+c.digits(lower), upper.Unit.Symbol()
	} else if q, ok := r.Values.Get(r.Panel.Main()[0]); ok {
		number, unit = c.lang.Number(c.digits(q)), q.Unit.Symbol()
	}
	side := []fyne.CanvasObject{kit.NewQuantity(c.look, number, unit, number, kit.SizeValue, kit.Leading)}
	if len(r.Judged) > 0 && r.Judged[0].Band != "" {
		side = append(side, kit.NewBadge(c.look, bandShape(r.Judged[0].Severity), c.t(words.Band(r.Judged[0].Band)), kit.SizeBody))
	}
	by := ""
	if len(r.Judged) > 0 {
		by = separated(c.judgedBy(r.Judged[0].RuleSet.ID, r.Judged[0].RuleSet.Edition))
	}
	note := c.t(words.DossierGrade, words.With("grade", r.Grade))
	if r.Of > 1 {
		note = c.t(words.BedsideMean, words.With("n", strconv.Itoa(r.Of))) + "  ·  " + note
	}
	if pulse, ok := r.Values.Get(vitals.Pulse); ok {
		note += "  ·  " + c.t(words.QuantityPulse) + " " + c.quantity(pulse)
	}
	note += by
	rows := []fyne.CanvasObject{c.row(kit.Space24, side...), c.plain(note)}
	var reasons []string
	for _, reason := range r.Reasons {
		reasons = append(reasons, c.t(words.CautionName(reason)))
	}
	if len(reasons) > 0 {
		rows = append(rows, kit.NewText(c.look, strings.Join(reasons, " · "), kit.TextStyle{Color: kit.ColorInk2}))
	}
	return append(rows, m.repeatRows(r)...)
}

// repeatRows say how it stands with the second measurement of a critical result, and
// take a reason where one is due.
func (m *measuring) repeatRows(r *bedside.Result) (rows []fyne.CanvasObject) {
	c := m.c
	limit := words.With("limit", c.quantity(r.Agree.Limit))
	switch r.Repeat {
	case bedside.RepeatDue:
		text := c.t(words.BedsideRepeatDue)
		if r.Panel == vitals.BloodGlucose {
			text = c.t(words.BedsideRepeatGlucose, words.With("time", c.lang.Duration(bedside.RepeatSoon)))
		}
		rows = append(rows, kit.NewNotice(c.look, kit.ToneWrong, text))
	case bedside.RepeatOther:
		rows = append(rows, kit.NewNotice(c.look, kit.ToneWrong, c.t(words.BedsideRepeatOther, words.With("time", c.lang.Duration(bedside.RepeatWithin)))))
	case bedside.RepeatThird:
		rows = append(rows, kit.NewNotice(c.look, kit.ToneWrong, c.t(words.BedsideRepeatThird, limit)))
	case bedside.Unlike:
		rows = append(rows, kit.NewNotice(c.look, kit.ToneWrong, c.t(words.BedsideRepeatUnlike)))
	case bedside.Agreed:
		if r.Agree.Limit.Unit != "" {
			rows = append(rows, c.plain(c.t(words.BedsideRepeatAgreed, limit)))
		}
	}
	if r.RepeatDue {
		p := c.pick(bedside.RepeatReasons(), words.RepeatName, "", func(code string) { m.press(func() error { return m.bedside.SkipRepeat(code) })() })
		rows = append(rows, p.object)
	}
	return rows
}

// attempt is one reading: what it said, whether it counts, and why not.
func (m *measuring) attempt(i int, a bedside.Attempt) fyne.CanvasObject {
	c := m.c
	text := strconv.Itoa(i+1) + ".  "
	use := c.t(words.UseName(string(a.Use)))
	if a.Reading == nil {
		text += c.t(words.FaultTitle(string(a.Fault.Code)))
	} else {
		o := observationOf(a)
		text += c.valueOf(o)
		if pulse, ok := o.Values.Get(vitals.Pulse); ok {
			text += "  ·  " + c.t(words.QuantityPulse) + " " + c.quantity(pulse)
		}
	}
	switch a.Arm {
	case vitals.LeftArm:
		text += "  ·  " + c.t(words.BedsideLeft)
	case vitals.RightArm:
		text += "  ·  " + c.t(words.BedsideRight)
	}
	if a.Aside != "" {
		use += ": " + c.t(words.AsideName(a.Aside))
	}
	ink := kit.ColorInk
	if a.Use != guideline.Counts {
		ink = kit.ColorInk2
	}
	row := []fyne.CanvasObject{kit.NewGrow(1, kit.NewColumn(0,
		kit.NewText(c.look, text, kit.TextStyle{Color: ink, Bold: a.Use == guideline.Counts}),
		kit.NewText(c.look, use, kit.TextStyle{Size: kit.SizeCaption, Color: kit.ColorInk2})))}
	switch {
	case a.Reading == nil:
	case a.Aside != "":
		row = append(row, m.button(words.BedsideCountAgain, kit.Secondary, func() error { return m.bedside.SetAside(i, "") }))
	default:
		row = append(row, kit.NewButton(c.look, c.t(words.BedsideSetAside), kit.ButtonStyle{Rank: kit.Secondary}, func() { m.askAside(i) }))
	}
	return c.row(kit.Space16, row...)
}

// observationOf is a reading as an observation, for its words.
func observationOf(a bedside.Attempt) records.Observation {
	return records.Observation{Panel: a.Reading.Panel, Values: a.Reading.Values}
}

// askAside asks why a reading does not count.
func (m *measuring) askAside(i int) {
	c := m.c
	p := c.pick(bedside.AsideReasons(), words.AsideName, "", func(code string) {
		c.closeDialog()
		m.press(func() error { return m.bedside.SetAside(i, code) })()
	})
	c.showDialog(kit.NewOverlay(c.look, dialogWidth, kit.NewColumn(kit.Space16, c.title(c.t(words.BedsideAsideWhy)), p.object), c.closeButton()), nil)
}

// typing takes the values of an instrument without a cable.
type typing struct {
	m      *measuring
	form   *numbers
	object fyne.CanvasObject
}

func newTyping(m *measuring, s bedside.State) part {
	c := m.c
	if old, ok := m.part.(*typing); ok && old.form.panel == s.Panel && len(s.Attempts) == 0 { // what was typed stays
		return old
	}
	t := &typing{m: m, form: newNumbers(c, s.Panel, nil)}
	rows := []fyne.CanvasObject{c.strong(c.t(words.PanelName(string(s.Panel)))), t.form.object}
	main := s.Panel.Main()[0]
	if units := bedside.UnitsFirst(main, c.equipment.Units); len(units) > 1 {
		t.form.setUnit(main, units[0])
		rows = append(rows, t.form.unitChoice(main, codesOf(units)))
	}
	if s.Panel == vitals.BloodPressure {
		rows = append(rows, m.arms(s))
	}
	if s.Panel == vitals.BloodGlucose {
		rows = append(rows, m.meals(s))
	}
	actions := []fyne.CanvasObject{m.button(words.BedsideGiveUp, kit.Quiet, m.bedside.GiveUp), kit.NewSpacer()}
	if len(s.Attempts) > 0 {
		actions = append(actions, m.button(words.BedsideLook, kit.Secondary, m.bedside.Look))
	}
	actions = append(actions, kit.NewButton(c.look, c.t(words.BedsideTake), kit.ButtonStyle{}, t.take))
	t.form.inputs[t.form.order[len(t.form.order)-1]].OnSubmitted = func(string) { t.take() }
	t.object = kit.NewColumn(kit.Space16, append(rows, kit.NewSpacer(), c.row(kit.Space16, actions...))...)
	return t
}

// take hands the values on; one that is far outside what is usual is asked for
// once more, since it may be a slip of the finger.
func (t *typing) take() {
	c := t.m.c
	values, ok := t.form.take()
	if !ok {
		return
	}
	typed := t.form.typed()
	accept := func() {
		c.closeDialog()
		t.m.press(func() error {
			_, err := t.m.bedside.Type(typed)
			return err
		})()
	}
	if !t.m.bedside.Severe(t.form.panel, values) {
		accept()
		return
	}
	yes := kit.NewButton(c.look, c.t(words.BedsideSureYes), kit.ButtonStyle{}, accept)
	var said []string
	for _, v := range values {
		said = append(said, c.t(words.QuantityName(string(v.Measure)))+" "+c.quantity(v.Quantity))
	}
	c.showDialog(kit.NewOverlay(c.look, dialogWidth, kit.NewColumn(kit.Space16,
		c.title(strings.Join(said, "  ·  ")), c.plain(c.t(words.BedsideSure))), c.closeButton(), yes), nil)
}

func (t *typing) content() fyne.CanvasObject { return t.object }
func (t *typing) live(*measuring)            {}
func (t *typing) first() fyne.Focusable      { return t.form.inputs[t.form.order[0]] }
