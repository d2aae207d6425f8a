package clinic

import (
	"fmt"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"aidpost/app/desk"
	"aidpost/assets"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/staff"
	"aidpost/ui/kit"
)

// find looks somebody up while it is typed. The field keeps the focus; arrows
// move along the list below it and Return opens.
type find struct {
	c      *Clinic
	rows   []*records.Patient
	shown  string
	field  *kit.Entry
	list   *kit.List
	table  fyne.CanvasObject
	count  *kit.Text
	admit  *kit.Button
	open   *kit.Button
	body   *fyne.Container
	object fyne.CanvasObject
}

// findColumns are the shares of person, birth, and number.
var findColumns = []float32{4, 2.6, 3}

func newFind(c *Clinic, s desk.State) *find {
	f := &find{c: c, body: container.NewStack()}
	f.field = kit.NewEntry(c.look, kit.EntryStyle{Placeholder: c.t(words.FindPrompt), Step: kit.SizeLead, Limit: 200})
	f.field.SetText(s.Find.Text)
	f.field.OnChanged = c.desk.Search
	f.field.OnSubmitted = func(text string) {
		if referral, ok := records.ParseReferralCode(text); ok && len(f.rows) == 0 {
			c.desk.OpenReferral(referral, func() { c.desk.Say(desk.Message{Key: words.ReferralsUnknown}, nil) })
			return
		}
		if form, ok := records.ParseFormCode(text); ok && len(f.rows) == 0 {
			c.desk.OpenForm(form, func() { c.desk.Say(desk.Message{Key: words.BookUnknown}, nil) })
			return
		}
		f.openSelected()
	}
	f.list = kit.NewList(c.look, c.listRowHeight(), func() kit.ListRow { return kit.NewCells(c.look, findColumns, f.cells) })
	f.list.OnOpened = func(int) { f.openSelected() }
	f.list.OnSelected = func(int) { f.enable() }
	f.table = kit.NewCard(c.look, 0, container.NewBorder(
		kit.NewColumn(0, kit.NewHead(c.look, findColumns,
			c.t(words.TodayColumnPerson), c.t(words.TodayColumnBorn), c.t(words.FindColumnNumber)), kit.NewHairline(c.look)),
		nil, nil, nil, f.list))
	f.count = kit.NewText(c.look, "", kit.TextStyle{Color: kit.ColorInk2})
	f.admit = kit.NewButton(c.look, c.t(words.FindAdmit), kit.ButtonStyle{Rank: kit.Secondary, Icon: assets.IconToday}, func() {
		if p := f.selected(); p != nil {
			c.desk.CheckIn(p)
		}
	})
	f.open = kit.NewButton(c.look, c.t(words.FindOpen), kit.ButtonStyle{Icon: assets.IconNext, IconLast: true}, f.openSelected)
	fresh := kit.NewButton(c.look, c.t(words.NavRegister), kit.ButtonStyle{Rank: kit.Secondary, Icon: assets.IconAddPerson}, f.goNew)
	if !c.desk.May(staff.SaveRecord) { // looks by emergency access
		f.admit.Hide()
		fresh.Hide()
	}
	f.object = kit.NewColumn(kit.Space16,
		c.heading(c.title(c.t(words.FindTitle)), fresh),
		f.field,
		kit.NewRow(c.look, kit.Space16, kit.CrossCenter, kit.NewGrow(1, f.count), f.admit, f.open),
		kit.NewGrow(1, f.body))
	return f
}

func (f *find) goNew() { f.c.desk.Go(desk.Route{Page: desk.PageRegister}) }

func (f *find) content() fyne.CanvasObject { return f.object }
func (f *find) first() fyne.Focusable      { return f.field }

// scanned looks up what was read, in place of what was typed.
func (f *find) scanned(code string) {
	f.c.card = shownCard{code, f.c.desk.Now()}
	f.field.SetText(code)
}

// key moves along the list while somebody types.
func (f *find) key(e *fyne.KeyEvent) bool {
	switch e.Name {
	case fyne.KeyDown, fyne.KeyUp, fyne.KeyPageDown, fyne.KeyPageUp:
		return f.list.Steer(e.Name)
	}
	return false
}

func (f *find) selected() *records.Patient {
	if i := f.list.Selected(); i >= 0 && i < len(f.rows) {
		return f.rows[i]
	}
	return nil
}

func (f *find) openSelected() {
	if p := f.selected(); p != nil && !f.c.desk.State().Find.Busy {
		f.c.desk.Open(p)
	}
}

// enable lets be pressed what has somebody to do it to.
func (f *find) enable() {
	for _, b := range []*kit.Button{f.admit, f.open} {
		if f.selected() == nil {
			b.Disable()
		} else {
			b.Enable()
		}
	}
}

func (f *find) update(s desk.State) {
	if f.field.Text() != s.Find.Text && f.c.canvas != nil && f.c.canvas.Focused() != f.field {
		f.field.SetText(s.Find.Text) // a scan from another page
	}
	f.count.SetText(f.counted(s.Find))
	shown := fmt.Sprintf("%s|%t|%d|%p", s.Find.For, s.Find.Text == "", len(s.Find.Rows), first(s.Find.Rows))
	if shown == f.shown {
		return
	}
	f.shown, f.rows = shown, s.Find.Rows
	f.list.SetLength(len(f.rows))
	f.list.Top()
	if len(f.rows) > 0 {
		f.list.Select(0)
	}
	f.enable()
	f.body.Objects = []fyne.CanvasObject{f.instead(s.Find)}
	f.body.Refresh()
}

func first(rows []*records.Patient) *records.Patient {
	if len(rows) == 0 {
		return nil
	}
	return rows[0]
}

// counted says how many were found.
func (f *find) counted(s desk.Find) string {
	switch {
	case s.Busy && len(s.Rows) == 0:
		return f.c.t(words.FindSearching)
	case len(s.Rows) == 0:
		return ""
	case s.More:
		return f.c.t(words.FindMore, words.With("most", len(s.Rows)))
	}
	return f.c.lang.N(words.FindCount, len(s.Rows))
}

// instead is the table, or what to do where there is none.
func (f *find) instead(s desk.Find) fyne.CanvasObject {
	c := f.c
	switch {
	case len(f.rows) > 0:
		return f.table
	case s.For == "":
		return c.empty(assets.IconFind, words.FindHowTitle, words.FindHow)
	}
	return c.emptySaying(assets.IconFind, c.t(words.FindNoneTitle, words.With("text", short(s.For))), c.t(words.FindNone),
		kit.NewButton(c.look, c.t(words.NavRegister), kit.ButtonStyle{Rank: kit.Secondary, Icon: assets.IconAddPerson}, f.goNew))
}

// short cuts what somebody typed down to what fits into a title.
func short(text string) string {
	const most = 40
	if letters := []rune(text); len(letters) > most {
		return string(letters[:most]) + "…"
	}
	return text
}

// cells is a row as the table shows it.
func (f *find) cells(i int) []kit.Cell {
	if i < 0 || i >= len(f.rows) {
		return nil
	}
	p := f.rows[i]
	born, age := f.c.born(p)
	return []kit.Cell{
		{Text: desk.NameOf(p), Bold: true},
		{Text: born, Under: age},
		{Text: f.c.number(p), Under: f.c.phone(p)},
	}
}

// phone is the phone of somebody who has a card as well.
func (c *Clinic) phone(p *records.Patient) string {
	phone, card := "", false
	for _, id := range p.Identifiers {
		if id.System == records.PhoneSystem {
			phone = kit.Isolate(id.Value)
		} else {
			card = true
		}
	}
	if !card {
		return ""
	}
	return phone
}
