package clinic

import (
	"fmt"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"aidpost/app/desk"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/guideline"
	"aidpost/ui/kit"
)

// owning is a reading of which it is asked whose it is.
type owning struct {
	records.Observation
	asked   words.Key // over the reasons
	reasons []string
	reason  func(string) words.Key
	search  func(text string)
	// give puts it into the record of a person; what goes wrong is said in said.
	give func(to *records.Patient, how records.Correction, said *kit.Text)
	// drawn is called with who was found last on the screen, after they were drawn.
	drawn func(last fyne.CanvasObject)
}

// ownerForm is the first of the two steps that give a reading to a person: who,
// and how that is known. The second shows both once more.
type ownerForm struct {
	c      *Clinic
	of     owning
	who    *kit.Entry
	field  *kit.Field
	found  *fyne.Container
	chosen *records.Patient
	how    *picks
	note   *kit.Entry
	said   *kit.Text
	shown  string
	object fyne.CanvasObject
}

func newOwnerForm(c *Clinic, of owning) *ownerForm {
	f := &ownerForm{c: c, of: of, found: container.NewStack(), said: c.wrong()}
	f.who = kit.NewEntry(c.look, kit.EntryStyle{Step: kit.SizeBody, Limit: 200})
	f.who.OnSubmitted = of.search
	find := kit.NewButton(c.look, c.t(words.TrayFind), kit.ButtonStyle{Rank: kit.Secondary}, func() { of.search(f.who.Text()) })
	f.field = kit.NewField(c.look, c.t(words.TrayWho), c.t(words.FindPrompt), kit.NewRow(c.look, kit.Space8, kit.CrossFill, kit.NewGrow(1, f.who), find)).Slim()
	f.who.OnChanged = func(string) { f.field.SetProblem("") }
	d := c.drafted("owner|" + string(of.ID))
	d.keep("who", f.who)
	f.how = d.keepChoice(c, "how", 2, of.reasons, of.reason)
	f.note = c.noteEntry(200)
	d.keep("note", f.note)
	f.object = kit.NewColumn(kit.Space8, kit.NewHairline(c.look), f.field, f.found,
		c.caption(of.asked), f.how.object, kit.NewField(c.look, c.t(words.DossierInWords), "", f.note).Slim(), f.said)
	return f
}

// scanned looks up whose card it is.
func (f *ownerForm) scanned(code string) {
	f.who.SetText(code)
	f.of.search(code)
}

// update shows who was found by a text. Nobody is chosen by being the only one.
func (f *ownerForm) update(found []*records.Patient, by string) {
	c := f.c
	shown := by
	for _, p := range found {
		shown += fmt.Sprint("|", p.ID)
	}
	if shown == f.shown {
		return
	}
	f.shown, f.chosen = shown, nil
	var options []*kit.Option
	var rows []fyne.CanvasObject
	for _, p := range found {
		var o *kit.Option
		o = kit.NewOption(c.look, kit.OptionStyle{Label: desk.NameOf(p) + "  ·  " + c.facts(p), Leading: true}, func() {
			f.chosen = p
			for _, each := range options {
				each.SetSelected(each == o)
			}
		})
		options, rows = append(options, o), append(rows, o)
	}
	var last fyne.CanvasObject
	switch {
	case len(rows) > 0:
		last = rows[len(rows)-1]
	case by != "":
		rows = append(rows, c.quiet(c.t(words.TrayFindNone)))
	}
	f.found.Objects = []fyne.CanvasObject{kit.NewColumn(kit.Space8, rows...)}
	f.found.Refresh()
	f.of.drawn(last)
}

// confirm is the second step: whose it would be, large, beside what it is.
func (f *ownerForm) confirm() {
	c := f.c
	f.said.SetText("")
	if f.chosen == nil {
		f.field.SetProblem(c.t(words.TrayWhoMissing))
		c.focus(f.who)
		return
	}
	how, ok := (&correction{why: f.how, note: f.note}).take(c, f.said)
	if !ok {
		f.of.drawn(f.said)
		return
	}
	to, o, said, closed := f.chosen, f.of.Observation, c.wrong(), c.closed
	do := kit.NewButton(c.look, c.t(words.TrayConfirmDo), kit.ButtonStyle{}, func() { f.of.give(to, how, said) })
	c.showDialog(kit.NewOverlay(c.look, dialogWidth, kit.NewColumn(kit.Space16,
		c.title(c.t(words.TrayConfirm, words.With("name", desk.NameOf(to)))),
		kit.NewColumn(0, c.strong(kit.Isolate(desk.NameOf(to))), c.plain(c.facts(to))),
		kit.NewHairline(c.look),
		kit.NewColumn(0, c.strong(c.valueOf(o)), c.plain(c.when(o.Taken)+"  ·  "+kit.Isolate(instrumentOf(o)))),
		c.quiet(c.t(f.of.reason(string(how.Reason)))), said), c.closeButton(), do), closed)
}

// rules are those of the place, or none.
func (c *Clinic) rules() *guideline.Rules {
	if c.equipment == nil {
		return nil
	}
	return c.equipment.Rules
}
