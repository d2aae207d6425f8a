package clinic

import (
	"fmt"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"aidpost/app/desk"
	"aidpost/app/office"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/guideline"
	"aidpost/ui/kit"
)

// ownerForm is the first of the two steps that give a reading to a person: who,
// and how that is known. The second shows both once more.
type ownerForm struct {
	p      *trayPage
	row    records.Trayed
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

func newOwnerForm(p *trayPage, row records.Trayed) *ownerForm {
	c := p.c
	f := &ownerForm{p: p, row: row, found: container.NewStack(), said: c.wrong()}
	f.who = kit.NewEntry(c.look, kit.EntryStyle{Step: kit.SizeBody, Limit: 200})
	f.who.OnSubmitted = p.tray.Search
	find := kit.NewButton(c.look, c.t(words.TrayFind), kit.ButtonStyle{Rank: kit.Secondary}, func() { p.tray.Search(f.who.Text()) })
	f.field = kit.NewField(c.look, c.t(words.TrayWho), c.t(words.FindPrompt), kit.NewRow(c.look, kit.Space8, kit.CrossFill, kit.NewGrow(1, f.who), find)).Slim()
	f.who.OnChanged = func(string) { f.field.SetProblem("") }
	f.how = c.pickIn(2, codesOf(records.ClaimReasons()), words.ClaimName)
	f.note = c.noteEntry(200)
	f.object = kit.NewColumn(kit.Space8, kit.NewHairline(c.look), f.field, f.found,
		c.caption(words.TrayHow), f.how.object, kit.NewField(c.look, c.t(words.DossierInWords), "", f.note).Slim(), f.said)
	return f
}

// update shows who was found. Nobody is chosen by being the only one.
func (f *ownerForm) update(s office.TrayState) {
	c := f.p.c
	shown := s.For
	for _, p := range s.Found {
		shown += fmt.Sprint("|", p.ID)
	}
	if shown == f.shown {
		return
	}
	f.shown, f.chosen = shown, nil
	var options []*kit.Option
	var rows []fyne.CanvasObject
	for _, p := range s.Found {
		var o *kit.Option
		o = kit.NewOption(c.look, kit.OptionStyle{Label: desk.NameOf(p) + "  ·  " + c.facts(p), Leading: true}, func() {
			f.chosen = p
			for _, each := range options {
				each.SetSelected(each == o)
			}
		})
		options, rows = append(options, o), append(rows, o)
	}
	if len(rows) == 0 && s.For != "" {
		rows = append(rows, c.quiet(c.t(words.TrayFindNone)))
	}
	f.found.Objects = []fyne.CanvasObject{kit.NewColumn(kit.Space8, rows...)}
	f.found.Refresh()
	f.p.side.Refresh()
	if len(options) > 0 {
		f.p.reveal(options[len(options)-1])
	}
}

// confirm is the second step: whose it would be, large, beside what it is.
func (f *ownerForm) confirm() {
	c := f.p.c
	f.said.SetText("")
	if f.chosen == nil {
		f.field.SetProblem(c.t(words.TrayWhoMissing))
		c.focus(f.who)
		return
	}
	how, ok := (&correction{why: f.how, note: f.note}).take(c, f.said)
	if !ok {
		f.p.reveal(f.said)
		return
	}
	to, row := f.chosen, f.row
	o := row.Reading()
	do := kit.NewButton(c.look, c.t(words.TrayConfirmDo), kit.ButtonStyle{}, func() { f.p.tray.Give(row.ID, to, how) })
	c.showDialog(kit.NewOverlay(c.look, dialogWidth, kit.NewColumn(kit.Space16,
		c.title(c.t(words.TrayConfirm, words.With("name", desk.NameOf(to)))),
		kit.NewColumn(0, c.strong(kit.Isolate(desk.NameOf(to))), c.plain(c.facts(to))),
		kit.NewHairline(c.look),
		kit.NewColumn(0, c.strong(c.valueOf(o)), c.plain(c.when(o.Taken)+"  ·  "+kit.Isolate(instrumentOf(o)))),
		c.quiet(c.t(words.ClaimName(string(how.Reason))))), c.closeButton(), do), nil)
}

// rules are those of the place, or none.
func (c *Clinic) rules() *guideline.Rules {
	if c.equipment == nil {
		return nil
	}
	return c.equipment.Rules
}
