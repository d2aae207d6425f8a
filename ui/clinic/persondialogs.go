package clinic

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"aidpost/app/desk"
	"aidpost/app/dossier"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/staff"
	"aidpost/records/vitals"
	"aidpost/ui/kit"
)

// dialogWidth is that of most dialogs.
const dialogWidth = 760

// picks is one choice out of a few.
type picks struct {
	chosen string
	choose func(code string)
	object fyne.CanvasObject
}

// pick lets one of several codes be chosen; each has its words.
func (c *Clinic) pick(codes []string, name func(string) words.Key, chosen string, changed func(string)) *picks {
	return c.picking(mostInRow, codes, name, chosen, changed)
}

func (c *Clinic) picking(most int, codes []string, name func(string) words.Key, chosen string, changed func(string)) *picks {
	return c.pickSaying(most, codes, func(code string) string { return c.t(name(code)) }, chosen, changed)
}

// pickSaying is picking where the words are made up.
func (c *Clinic) pickSaying(most int, codes []string, say func(string) string, chosen string, changed func(string)) *picks {
	p := &picks{chosen: chosen}
	options := map[string]*kit.Option{}
	p.choose = func(code string) {
		p.chosen = code
		for each, o := range options {
			o.SetSelected(each == code)
		}
		if changed != nil {
			changed(code)
		}
	}
	var all []fyne.CanvasObject
	for _, code := range codes {
		o := kit.NewOption(c.look, kit.OptionStyle{Label: say(code)}, func() { p.choose(code) })
		o.SetSelected(code == chosen)
		options[code] = o
		if most < mostInRow {
			all = append(all, kit.NewGrow(1, o))
		} else {
			all = append(all, o)
		}
	}
	p.object = c.wrap(most, all...)
	return p
}

func codesOf[T ~string](list []T) []string {
	codes := make([]string, len(list))
	for i, v := range list {
		codes[i] = string(v)
	}
	return codes
}

func (c *Clinic) strong(text string) *kit.Text {
	return kit.NewText(c.look, text, kit.TextStyle{Size: kit.SizeLead, Bold: true})
}

func (c *Clinic) plain(text string) *kit.Text { return kit.NewText(c.look, text, kit.TextStyle{}) }

func (c *Clinic) wrong() *kit.Text {
	return kit.NewText(c.look, "", kit.TextStyle{Color: kit.ColorUrgentInk, Bold: true})
}

// askAs is ask for a form with a draft, which goes once the change is made.
func (p *personPage) askAs(d draft, content []fyne.CanvasObject, label words.Key, do func(said *kit.Text) bool) {
	p.ask(content, label, do)
	p.draft = d
}

// ask shows a dialog whose main button asks for a change; do reports whether it
// did. What becomes of it is said in the dialog, and nothing typed is lost.
func (p *personPage) ask(content []fyne.CanvasObject, label words.Key, do func(said *kit.Text) bool) {
	c := p.c
	said := c.wrong()
	p.draft = nil
	save := kit.NewButton(c.look, c.t(label), kit.ButtonStyle{}, func() {
		said.SetText("")
		before := p.dossier.State().Done
		if do(said) {
			p.asked, p.before = said, before
			p.answer(p.dossier.State())
		}
	})
	c.showDialog(kit.NewOverlay(c.look, dialogWidth, kit.NewColumn(kit.Space16, append(content, said)...), c.closeButton(), save), func() { p.asked = nil })
}

// open shows one observation in full, with what can be done about it.
func (p *personPage) open(row dossier.Row) {
	c, o := p.c, row.Observation
	lines := []fyne.CanvasObject{c.title(c.valueOf(o)), c.plain(c.t(words.PanelName(string(o.Panel))) + "  ·  " + c.when(o.Taken))}
	for _, text := range c.detailsOf(row) {
		lines = append(lines, c.plain(text))
	}
	if remarks := row.Visit.Remarks; len(remarks) > 0 {
		lines = append(lines, kit.NewHairline(c.look), c.strong(c.t(words.DossierRemarks)))
		for _, r := range remarks {
			lines = append(lines, c.plain(r.Text), kit.NewText(c.look,
				c.t(words.DossierRemarkBy, words.With("name", r.By.Name), words.With("time", c.when(r.At))),
				kit.TextStyle{Size: kit.SizeCaption, Color: kit.ColorInk2}))
		}
	}
	action := func(key words.Key, run func()) fyne.CanvasObject {
		return kit.NewButton(c.look, c.t(key), kit.ButtonStyle{Rank: kit.Secondary}, run)
	}
	actions := []fyne.CanvasObject{c.closeButton()}
	if c.desk.May(staff.AddRemark) {
		actions = append(actions, action(words.DossierRemarkAdd, func() { p.askRemark(row) }))
	}
	if o.State != records.Voided && c.desk.May(staff.VoidRecord) {
		actions = append(actions, action(words.DossierAmend, func() { p.askAmend(row) }), action(words.DossierVoid, func() { p.askVoid(row) }))
	}
	if o.State != records.Voided && c.desk.May(staff.MoveRecord) {
		actions = append(actions, action(words.DossierMoveDo, func() { p.askMove(row) }))
	}
	if c.admin != nil {
		actions = append(actions, p.stands.button(row.Visit.ID, kit.Secondary))
	}
	c.showDialog(kit.NewOverlay(c.look, wideDialog, kit.NewColumn(kit.Space8, lines...), actions...), nil)
}

// wideDialog has room for all that can be done about a value, side by side.
const wideDialog = 900

// detailsOf is everything that is known of how a value was measured.
func (c *Clinic) detailsOf(row dossier.Row) []string {
	o := row.Observation
	var lines []string
	add := func(text string) {
		if text != "" {
			lines = append(lines, text)
		}
	}
	if pulse, ok := o.Values.Get(vitals.Pulse); ok {
		add(c.t(words.QuantityPulse) + ": " + c.quantity(pulse))
	}
	if o.WavePulse.Unit != "" {
		add(c.t(words.MeantWave, words.With("value", c.quantity(o.WavePulse))))
	}
	if len(o.Judged) > 0 {
		name, _, _ := c.bandOf(o.Judged[0])
		add(strings.TrimPrefix(name+separated(c.judgedBy(o.Judged[0].Guideline, o.Judged[0].Edition)), " · "))
		if source := o.Judged[0].Source; source != "" {
			add(kit.Isolate(source))
		}
	}
	add(c.howOf(o))
	if by := o.Origin.EnteredBy; by != "" {
		add(c.t(words.DossierByHand, words.With("name", by)))
	} else if o.Origin.Device.Model != "" {
		add(c.t(words.DossierWith, words.With("instrument", kit.Isolate(strings.TrimSpace(o.Origin.Device.Maker+" "+o.Origin.Device.Model)))))
	}
	if l := c.equipment.Labels; l != nil && o.Origin.EnteredBy == "" {
		if v := l.Of(o.Origin.Driver).Validation; v != nil {
			add(c.t(words.MeantValidation) + ": " + c.validation(*v))
		}
	}
	switch o.Arm {
	case vitals.LeftArm:
		add(c.t(words.BedsideArm) + " " + c.t(words.BedsideLeft))
	case vitals.RightArm:
		add(c.t(words.BedsideArm) + " " + c.t(words.BedsideRight))
	}
	for _, text := range c.statementOf(o.Statement) {
		add(text)
	}
	if o.Correction.Moved != "" {
		add(c.t(map[bool]words.Key{true: words.DossierMovedAway, false: words.DossierMovedHere}[o.State == records.Voided]))
	}
	add(o.Correction.Note)
	for _, t := range row.Visit.Tellings {
		switch {
		case t.Observation != o.ID:
		case t.Unread != "":
			add(c.t(words.DossierUnread, words.With("time", c.when(t.At)), words.With("why", c.t(words.UnreadName(string(t.Unread)))),
				words.With("by", t.By.Name), words.With("second", t.Second.Name)))
		default:
			add(c.t(words.DossierTold, words.With("name", t.To), words.With("time", c.when(t.At)), words.With("by", t.By.Name)))
		}
	}
	return slices.Compact(lines)
}

func (c *Clinic) noteEntry(limit int) *kit.Entry {
	return kit.NewEntry(c.look, kit.EntryStyle{Step: kit.SizeBody, Limit: limit})
}

func (p *personPage) askRemark(row dossier.Row) {
	c := p.c
	entry := c.noteEntry(2000)
	d := c.drafted("remark|" + string(row.Visit.ID))
	d.keep("text", entry)
	p.askAs(d, []fyne.CanvasObject{c.title(c.t(words.DossierRemarkAdd)), entry}, words.DossierSave, func(said *kit.Text) bool {
		if strings.TrimSpace(entry.Text()) == "" {
			said.SetText(c.t(words.BedsideMissing))
			return false
		}
		p.dossier.Remark(p.fresh(row), entry.Text())
		return true
	})
	c.focus(entry)
}

// fresh is the visit of a row as it is known now: after somebody else was
// faster, the next press of the button is meant for what is in sight.
func (p *personPage) fresh(row dossier.Row) *records.Encounter {
	for _, e := range p.dossier.State().Visits {
		if e.ID == row.Visit.ID {
			return e
		}
	}
	return row.Visit
}

// correction is the reason of one, and a few words about it.
type correction struct {
	why  *picks
	note *kit.Entry
}

func (c *Clinic) correction(d draft) (*correction, []fyne.CanvasObject) {
	k := &correction{why: d.keepChoice(c, "why", mostInRow, codesOf(records.CorrectionReasons()), words.WhyName), note: c.noteEntry(200)}
	d.keep("note", k.note)
	return k, []fyne.CanvasObject{c.strong(c.t(words.DossierWhy)), k.why.object, kit.NewField(c.look, c.t(words.DossierInWords), "", k.note)}
}

// take returns the correction, or says what is missing.
func (k *correction) take(c *Clinic, said *kit.Text) (records.Correction, bool) {
	note := strings.TrimSpace(k.note.Text())
	switch {
	case k.why.chosen == "":
		said.SetText(c.t(words.DossierReasonMissing))
	case k.why.chosen == "other" && note == "":
		said.SetText(c.t(words.DossierInWords))
	default:
		return records.Correction{Reason: records.CorrectionReason(k.why.chosen), Note: note}, true
	}
	return records.Correction{}, false
}

func (p *personPage) askVoid(row dossier.Row) {
	c := p.c
	d := c.drafted("correction|" + string(row.ID))
	k, form := c.correction(d)
	head := []fyne.CanvasObject{c.title(c.t(words.DossierVoid) + ": " + c.valueOf(row.Observation))}
	p.askAs(d, append(head, form...), words.DossierVoid, func(said *kit.Text) bool {
		why, ok := k.take(c, said)
		if ok {
			p.dossier.Void(row.ID, why)
		}
		return ok
	})
}

func (p *personPage) askAmend(row dossier.Row) {
	c := p.c
	form := newNumbers(c, row.Panel, row.Values)
	d := c.drafted("correction|" + string(row.ID))
	k, why := c.correction(d)
	for m, e := range form.inputs {
		d.keep(string(m), e)
	}
	content := []fyne.CanvasObject{c.title(c.t(words.DossierAmend) + ": " + c.valueOf(row.Observation)), form.object}
	p.askAs(d, append(content, why...), words.DossierSave, func(said *kit.Text) bool {
		values, ok := form.take()
		if !ok {
			return false
		}
		reason, ok := k.take(c, said)
		if ok {
			p.dossier.Amend(row, values, nil, reason)
		}
		return ok
	})
}

// editMarks sets what whoever measures must know.
func (p *personPage) editMarks() {
	c := p.c
	chosen := slices.Clone(p.dossier.State().Patient.Marks)
	var boxes []fyne.CanvasObject
	for _, m := range records.Marks() {
		boxes = append(boxes, kit.NewGrow(1, kit.NewCheck(c.look, c.t(words.MarkName(string(m))), slices.Contains(chosen, m), func(on bool) {
			chosen = slices.DeleteFunc(chosen, func(other records.Mark) bool { return other == m })
			if on {
				chosen = append(chosen, m)
			}
		})))
	}
	rows := []fyne.CanvasObject{c.title(c.t(words.DossierMarks))}
	for len(boxes) > 1 {
		rows = append(rows, kit.NewRow(c.look, kit.Space16, kit.CrossCenter, boxes[:2]...))
		boxes = boxes[2:]
	}
	p.ask(rows, words.DossierSave, func(*kit.Text) bool {
		p.dossier.Mark(chosen)
		return true
	})
}

// askMerge asks who may be the same person; the dialog opens with the answer.
func (p *personPage) askMerge() {
	p.merging = true
	p.dossier.LookAlike()
}

// offerMerge offers who may be the same person.
func (p *personPage) offerMerge(s dossier.State) {
	c := p.c
	rows := []fyne.CanvasObject{c.title(c.t(words.DossierMerge))}
	if len(s.Alike) == 0 {
		rows = append(rows, c.plain(c.t(words.DossierMergeNone)))
		c.showDialog(kit.NewOverlay(c.look, dialogWidth, kit.NewColumn(kit.Space16, rows...), c.closeButton()), nil)
		return
	}
	rows = append(rows, c.plain(c.t(words.DossierMergeLead)))
	var chosen records.ID
	var options []*kit.Option
	for _, a := range s.Alike {
		label := desk.NameOf(a.Patient) + "  ·  " + c.facts(a.Patient)
		var o *kit.Option
		o = kit.NewOption(c.look, kit.OptionStyle{Label: label, Leading: true}, func() {
			chosen = a.Patient.ID
			for _, each := range options {
				each.SetSelected(each == o)
			}
		})
		options = append(options, o)
		rows = append(rows, o)
	}
	p.ask(rows, words.DossierMerge, func(said *kit.Text) bool {
		if chosen == "" {
			said.SetText(c.t(words.BedsideMissing))
			return false
		}
		p.dossier.Merge(chosen, "same person, confirmed at the desk")
		return true
	})
}

// askRemovePIN asks whether the person is who they say, before their PIN goes.
func (p *personPage) askRemovePIN() {
	c := p.c
	p.ask([]fyne.CanvasObject{c.title(c.t(words.DossierPIN)), c.plain(c.t(words.DossierPINLead))}, words.DossierPIN, func(*kit.Text) bool {
		p.dossier.RemovePIN()
		return true
	})
}

// tell asks for the read-back of a critical value.
func (p *personPage) tell(row dossier.Row) {
	form := newTelling(p.c, row.Visit.Patient, row.Observation)
	other := p.c.unreadButton(func() { p.askUnread(form, p.fresh(row)) })
	p.askAs(form.draft, []fyne.CanvasObject{form.object, p.c.row(0, other, kit.NewSpacer())}, words.TellSave, func(said *kit.Text) bool {
		t, ok := form.take(said)
		if ok {
			p.dossier.Tell(p.fresh(row), t)
		}
		return ok
	})
	p.c.focus(form.to)
}
