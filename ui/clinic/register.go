package clinic

import (
	"fmt"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"aidpost/app/desk"
	"aidpost/assets"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/ui/kit"
)

// register writes down somebody new, in one screen: the form at the leading
// edge, and beside it who may be the same person.
type register struct {
	c      *Clinic
	draft  desk.Draft // as the fields show it
	fields map[desk.Field]*kit.Field
	given  *kit.Entry
	card   *kit.Entry
	age    *kit.Field
	share  *kit.Check
	save   *kit.Button
	foot   *kit.Row
	wrong  *kit.Text // how many fields need a look
	alike  *fyne.Container
	listed string
	form   *kit.Column
	scroll *kit.Scroll
	root   *fyne.Container
	beside *records.Duplicate
}

func newRegister(c *Clinic, s desk.State) *register {
	r := &register{c: c, root: container.NewStack(), alike: container.NewStack(), listed: "-"}
	r.build(s.Register.Draft)
	return r
}

func (r *register) content() fyne.CanvasObject { return r.root }
func (r *register) first() fyne.Focusable      { return r.given }

// reveal scrolls the form to the field that took the focus.
func (r *register) reveal(o fyne.CanvasObject) { r.scroll.Reveal(o) }

// scanned puts what was read where a card belongs, whatever field has the focus.
func (r *register) scanned(code string) { r.card.SetText(code) }

// edit changes the draft and tells the desk.
func (r *register) edit(fn func(*desk.Draft)) {
	fn(&r.draft)
	draft := r.draft
	r.c.desk.Edit(func(d *desk.Draft) { *d = draft })
}

// spoken is a draft that has a language: at first that of the screen.
func (r *register) spoken(draft desk.Draft) desk.Draft {
	if draft.Language == "" {
		draft.Language = r.c.lang.Tag()
	}
	return draft
}

// alikeWidth is that of the list beside the form.
const alikeWidth = 330

// build makes the form from what was typed.
func (r *register) build(draft desk.Draft) {
	c := r.c
	r.draft, r.fields = r.spoken(draft), map[desk.Field]*kit.Field{}
	row := func(fields ...fyne.CanvasObject) fyne.CanvasObject {
		var grown []fyne.CanvasObject
		for _, f := range fields {
			grown = append(grown, kit.NewGrow(1, f))
		}
		return kit.NewRow(c.look, kit.Space24, kit.CrossTop, grown...)
	}
	given, family := r.names()
	phone, card := r.numbers()
	r.form = kit.NewColumn(kit.Space8,
		row(given, family), r.birth(), row(r.sex()), row(phone, card), row(r.language(), r.consent()))
	r.save = kit.NewButton(c.look, c.t(words.RegisterSave), kit.ButtonStyle{Icon: assets.IconCheck}, r.send)
	r.wrong = kit.NewText(c.look, "", kit.TextStyle{Color: kit.ColorUrgentInk, Bold: true})
	clear := kit.NewButton(c.look, c.t(words.RegisterClear), kit.ButtonStyle{Rank: kit.Quiet}, c.desk.ClearDraft)
	heading := kit.NewColumn(4, c.title(c.t(words.RegisterTitle)), kit.NewText(c.look, c.t(words.RegisterLead), kit.TextStyle{Color: kit.ColorInk2}))
	r.scroll = kit.NewScroll(kit.NewInset(6, kit.Space8, r.form))
	r.foot = kit.NewRow(c.look, kit.Space16, kit.CrossCenter, kit.NewGrow(1, r.wrong), clear, r.save)
	left := kit.NewColumn(kit.Space16, kit.NewGrow(1, r.scroll), r.foot)
	r.root.Objects = []fyne.CanvasObject{kit.NewColumn(kit.Space8, heading,
		kit.NewGrow(1, kit.NewRow(c.look, kit.Space24, kit.CrossFill, kit.NewGrow(1, left), kit.NewSized(alikeWidth, r.alike))))}
	r.root.Refresh()
}

func (r *register) names() (given, family fyne.CanvasObject) {
	c := r.c
	style := kit.EntryStyle{Step: kit.SizeBody, Limit: 4 * desk.MaxName} // what is too long is said, not cut
	r.given = kit.NewEntry(c.look, style)
	r.given.SetText(r.draft.Given)
	r.given.OnChanged = func(text string) { r.edit(func(d *desk.Draft) { d.Given = text }) }
	second := kit.NewEntry(c.look, style)
	second.SetText(r.draft.Family)
	second.OnChanged = func(text string) { r.edit(func(d *desk.Draft) { d.Family = text }) }
	r.given.OnSubmitted = func(string) { c.focus(second) }
	second.OnSubmitted = func(string) { c.canvas.FocusNext() }
	r.fields[desk.FieldName] = kit.NewField(c.look, c.t(words.RegisterGiven), "", r.given)
	r.fields[desk.FieldFamily] = kit.NewField(c.look, c.t(words.RegisterFamily), "", second)
	return r.fields[desk.FieldName], r.fields[desk.FieldFamily]
}

// birth is a date or, where nobody knows it, an age.
func (r *register) birth() fyne.CanvasObject {
	c := r.c
	r.age = nil
	toggle := kit.NewCheck(c.look, c.t(words.RegisterByAge), r.draft.ByAge, func(on bool) {
		r.edit(func(d *desk.Draft) { d.ByAge = on })
		r.rebuild()
	})
	var field *kit.Field
	if r.draft.ByAge {
		entry := kit.NewEntry(c.look, kit.EntryStyle{Step: kit.SizeBody, Limit: 3, Accept: digit})
		entry.SetText(r.draft.Age)
		entry.OnChanged = func(text string) { r.edit(func(d *desk.Draft) { d.Age = text }) }
		entry.OnSubmitted = func(string) { c.canvas.FocusNext() }
		field = kit.NewField(c.look, c.t(words.RegisterAge), "", entry)
		r.fields[desk.FieldAge], r.age = field, field
	} else {
		parts := map[kit.DatePart]words.Key{kit.Day: words.WhoDay, kit.Month: words.WhoMonth, kit.Year: words.WhoYear}
		order := c.dateOrder()
		date := kit.NewDateEntry(c.look, order, [3]string{c.t(parts[order[0]]), c.t(parts[order[1]]), c.t(parts[order[2]])})
		date.SetParts(r.draft.Year, r.draft.Month, r.draft.Day)
		date.OnChanged = func(int, int, int, bool) {
			year, month, day := date.Segments()
			r.edit(func(d *desk.Draft) { d.Year, d.Month, d.Day = year, month, day })
		}
		date.OnSubmitted = func() { c.canvas.FocusNext() }
		field = kit.NewField(c.look, c.t(words.RegisterBirth), "", date)
		r.fields[desk.FieldBirth] = field
	}
	return kit.NewRow(c.look, kit.Space24, kit.CrossCenter, kit.NewGrow(1, field), kit.NewGrow(1, toggle))
}

func digit(r rune) bool { return r >= '0' && r <= '9' }

// dateOrder is the order in which the language writes a date.
func (c *Clinic) dateOrder() [3]kit.DatePart {
	switch c.lang.DateOrder() {
	case words.MDY:
		return [3]kit.DatePart{kit.Month, kit.Day, kit.Year}
	case words.YMD:
		return [3]kit.DatePart{kit.Year, kit.Month, kit.Day}
	}
	return [3]kit.DatePart{kit.Day, kit.Month, kit.Year}
}

// sex offers what papers say. The one that is chosen can be taken back.
func (r *register) sex() fyne.CanvasObject {
	c := r.c
	options := map[records.Sex]*kit.Option{}
	var row []fyne.CanvasObject
	for _, sex := range records.Sexes() {
		o := kit.NewOption(c.look, kit.OptionStyle{Label: c.sexName(sex)}, func() {
			r.edit(func(d *desk.Draft) {
				if d.Sex == sex {
					sex = ""
				}
				d.Sex = sex
			})
			for s, o := range options {
				o.SetSelected(s == r.draft.Sex)
			}
		})
		o.SetSelected(sex == r.draft.Sex)
		options[sex] = o
		row = append(row, kit.NewGrow(1, o))
	}
	return kit.NewField(c.look, r.optional(words.RegisterSex), "", kit.NewRow(c.look, kit.Space8, kit.CrossFill, row...)).Slim()
}

func (r *register) optional(key words.Key) string {
	return r.c.t(key) + " · " + r.c.t(words.RegisterOptional)
}

func (r *register) numbers() (phone, card fyne.CanvasObject) {
	c := r.c
	number := kit.NewEntry(c.look, kit.EntryStyle{Step: kit.SizeBody, Limit: 64})
	number.SetText(r.draft.Phone)
	number.OnChanged = func(text string) { r.edit(func(d *desk.Draft) { d.Phone = text }) }
	number.OnSubmitted = func(string) { c.canvas.FocusNext() }
	r.card = kit.NewEntry(c.look, kit.EntryStyle{Step: kit.SizeBody, Limit: 64})
	r.card.SetText(r.draft.Card)
	r.card.OnChanged = func(text string) { r.edit(func(d *desk.Draft) { d.Card = text }) }
	r.card.OnSubmitted = func(string) { c.canvas.FocusNext() }
	r.fields[desk.FieldPhone] = kit.NewField(c.look, r.optional(words.RegisterPhone), "", number)
	r.fields[desk.FieldCard] = kit.NewField(c.look, r.optional(words.RegisterCard), c.t(words.RegisterCardHint), r.card)
	return r.fields[desk.FieldPhone], r.fields[desk.FieldCard]
}

// language shows the language that is spoken with the person, and offers all
// others.
func (r *register) language() fyne.CanvasObject {
	c := r.c
	button := kit.NewButton(c.look, c.cfg.Words.Lang(r.draft.Language).Name(),
		kit.ButtonStyle{Rank: kit.Secondary, Icon: assets.IconLanguage}, r.chooseLanguage)
	return kit.NewField(c.look, c.t(words.RegisterLanguage), "", button).Slim()
}

func (r *register) chooseLanguage() {
	c := r.c
	var rows, row []fyne.CanvasObject
	const across = 4
	flush := func() {
		for len(row) > 0 && len(row) < across {
			row = append(row, kit.NewSpacer())
		}
		if len(row) > 0 {
			rows = append(rows, kit.NewRow(c.look, kit.Space8, kit.CrossFill, row...))
		}
		row = nil
	}
	for _, l := range c.cfg.Words.Langs() {
		o := kit.NewOption(c.look, kit.OptionStyle{Label: l.Name()}, func() {
			c.closeDialog()
			r.edit(func(d *desk.Draft) { d.Language = l.Tag() })
			r.rebuild()
		})
		o.SetSelected(l.Tag() == c.cfg.Words.Lang(r.draft.Language).Tag())
		if row = append(row, kit.NewGrow(1, o)); len(row) == across {
			flush()
		}
	}
	flush()
	rows = append([]fyne.CanvasObject{c.title(c.t(words.RegisterLanguage))}, rows...)
	c.showDialog(kit.NewOverlay(c.look, 760, kit.NewColumn(kit.Space8, rows...), c.closeButton()), nil)
}

func (r *register) consent() fyne.CanvasObject {
	c := r.c
	keep := kit.NewCheck(c.look, c.t(words.RegisterKeep), r.draft.Keep, func(on bool) { r.edit(func(d *desk.Draft) { d.Keep = on }) })
	r.share = kit.NewCheck(c.look, c.t(words.RegisterShare), r.draft.Share, func(on bool) { r.edit(func(d *desk.Draft) { d.Share = on }) })
	r.fields[desk.FieldConsent] = kit.NewField(c.look, c.t(words.RegisterConsent), "", &checks{kit.NewColumn(0, keep, r.share), keep}).Slim()
	return r.fields[desk.FieldConsent]
}

// checks are two ticks of which the first is needed.
type checks struct {
	*kit.Column
	needed *kit.Check
}

// SetBad marks the tick that is needed.
func (c *checks) SetBad(bad bool) { c.needed.SetBad(bad) }

// inOrder are the fields from the top.
var inOrder = []desk.Field{desk.FieldName, desk.FieldFamily, desk.FieldBirth, desk.FieldAge, desk.FieldPhone, desk.FieldCard, desk.FieldConsent}

// send writes the person down, or goes to the first field that needs a look.
func (r *register) send() {
	r.c.desk.Save()
	r.update(r.c.desk.State())
	var fields []*kit.Field
	for _, name := range inOrder {
		fields = append(fields, r.fields[name])
	}
	r.c.toWrong(fields...)
}

func (c *checks) first() fyne.Focusable { return c.needed }

// rebuild makes the form anew with what was typed.
func (r *register) rebuild() {
	r.build(r.draft)
	r.update(r.c.desk.State())
}

func (r *register) update(s desk.State) {
	c, reg := r.c, s.Register
	if reg.Beside != r.beside { // first: nothing under a dialog can take the focus
		r.beside = reg.Beside
		r.compare(reg)
	}
	if r.spoken(reg.Draft) != r.draft { // cleared, or put back
		r.build(reg.Draft)
		c.focus(r.given)
	}
	r.judge(reg)
	if reg.Saving {
		r.save.Disable()
	} else {
		r.save.Enable()
	}
	r.list(reg)
}

// judge puts what is wrong beside its field, and makes room for it.
func (r *register) judge(reg desk.Register) {
	changed := false
	for field, f := range r.fields {
		if said := r.c.message(reg.Problems[field]); f.Problem() != said {
			f.SetProblem(said)
			changed = true
		}
	}
	if r.age != nil && r.age.Hint() != r.ageMeans() {
		r.age.SetHint(r.ageMeans())
		changed = true
	}
	text := ""
	if n := len(reg.Problems); n > 0 && reg.Tried {
		text = r.c.lang.N(words.RegisterProblems, n)
	}
	if r.wrong.Text() != text {
		r.wrong.SetText(text)
		r.foot.Refresh() // it needs other room beside the buttons
	}
	if changed {
		r.form.Refresh()
		r.scroll.Refresh()
	}
}

// ageMeans says what is written down for an age.
func (r *register) ageMeans() string {
	age, err := strconv.Atoi(r.draft.Age)
	if err != nil {
		return ""
	}
	born := records.EstimatedBirth(age, r.c.desk.Now())
	return r.c.t(words.RegisterAgeMeans, words.With("year", fmt.Sprintf("%04d", born.Year)))
}
