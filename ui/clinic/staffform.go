package clinic

import (
	"unicode/utf8"

	"fyne.io/fyne/v2"

	"aidpost/app/desk"
	"aidpost/app/office"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/staff"
	"aidpost/ui/kit"
)

// accountForm is a form about an account. What is wrong stands beside its field,
// and nothing typed is lost.
type accountForm struct {
	c       *Clinic
	name    *kit.Entry
	badge   *kit.Entry
	pin     *kit.Entry
	again   *kit.Entry
	role    *picks
	fields  map[*kit.Entry]*kit.Field
	entries []fyne.Focusable
	inputs  []*kit.Entry
	said    *kit.Text
	draft   draft
	sent    bool // and the answer is not here yet
	done    int  // tasks that were done before
	object  fyne.CanvasObject
}

// formOf begins a form.
func (p *staffPage) formOf(name string) *accountForm {
	return &accountForm{c: p.c, fields: map[*kit.Entry]*kit.Field{}, said: p.c.wrong(), draft: p.c.drafted("account|" + name)}
}

// field adds a field.
func (f *accountForm) field(into **kit.Entry, label words.Key, hint string, secret bool) *kit.Field {
	c := f.c
	e := kit.NewEntry(c.look, kit.EntryStyle{Secret: secret, Step: kit.SizeLead, Limit: 200})
	*into = e
	f.fields[e] = kit.NewField(c.look, c.t(label), hint, e)
	e.OnChanged = func(string) { f.fields[e].SetProblem("") }
	if !secret {
		f.draft.keep(string(label), e)
	}
	f.inputs, f.entries = append(f.inputs, e), append(f.entries, e)
	return f.fields[e]
}

// pins adds the two fields of a PIN.
func (f *accountForm) pins(hint words.Key) []fyne.CanvasObject {
	return []fyne.CanvasObject{
		f.field(&f.pin, words.SigninNewPIN, f.c.t(hint), true), f.field(&f.again, words.SetupPINAgain, "", true),
	}
}

// chain has Return go from field to field and send from the last, and lays the
// form out.
func (f *accountForm) chain(p *staffPage, title string, rows []fyne.CanvasObject, send func()) *accountForm {
	c := f.c
	save := func() {
		if f.sent || !f.check() {
			return
		}
		f.said.SetText("")
		f.sent, f.done = true, p.roster.Task().Done
		send()
	}
	for i, e := range f.inputs {
		e.OnSubmitted = func(string) {
			if i+1 < len(f.inputs) {
				c.focus(f.inputs[i+1])
				return
			}
			save()
		}
	}
	button := kit.NewButton(c.look, c.t(words.DossierSave), kit.ButtonStyle{}, save)
	if len(f.entries) == 0 {
		f.entries = append(f.entries, button)
	}
	cancel := kit.NewButton(c.look, c.t(words.CommonCancel), kit.ButtonStyle{Rank: kit.Secondary}, func() { p.open(nil) })
	all := append([]fyne.CanvasObject{c.title(title)}, rows...)
	f.object = kit.NewColumn(kit.Space16, append(all, f.said, kit.NewRow(c.look, kit.Space16, kit.CrossCenter, kit.NewSpacer(), cancel, button))...)
	return f
}

// check says beside the fields what is wrong, and reports whether nothing is.
func (f *accountForm) check() bool {
	good := true
	wrong := func(e *kit.Entry, is bool, key words.Key) {
		if e != nil && is {
			f.fields[e].SetProblem(f.c.t(key))
			good = false
		}
	}
	if f.name != nil {
		wrong(f.name, typedIn(f.name) == "", words.AccountsNameMissing)
	}
	if f.badge != nil {
		wrong(f.badge, utf8.RuneCountInString(typedIn(f.badge)) < desk.LeastBadge, words.SetupBadgeShort)
	}
	if f.pin != nil {
		wrong(f.pin, staff.CheckPIN(f.pin.Text()) != nil, words.SetupPINWeak)
		wrong(f.again, f.pin.Text() != f.again.Text(), words.SetupPINDiffers)
	}
	if f.role != nil && f.role.chosen == "" {
		f.said.SetText(f.c.t(words.AccountsRoleMissing))
		good = false
	}
	var fields []*kit.Field
	for _, e := range f.inputs {
		fields = append(fields, f.fields[e])
	}
	f.c.toWrong(fields...)
	return good
}

// follow takes the answer to what was sent, and reports whether the form is done
// with.
func (f *accountForm) follow(task office.Task) bool {
	if !f.sent || task.Busy {
		return false
	}
	f.sent = false
	if task.Problem != nil {
		f.said.SetText(f.c.accountProblem(task.Problem))
		return false
	}
	if task.Done > f.done {
		clear(f.draft)
		return true
	}
	return false
}

func newAccountForm(p *staffPage) *accountForm {
	f, c := p.formOf("new"), p.c
	rows := []fyne.CanvasObject{
		f.field(&f.name, words.AccountsName, "", false),
		f.field(&f.badge, words.SigninBadge, c.t(words.SetupBadgeHint), false),
	}
	f.role = f.draft.keepChoice(c, "role", c.longInRow(), codesOf(staff.Roles()), roleName)
	rows = append(rows, kit.NewColumn(kit.Space8, c.strong(c.t(words.AccountsColumnRole)), f.role.object))
	rows = append(rows, f.pins(words.AccountsPINHint)...)
	return f.chain(p, c.t(words.AccountsAdd), rows, func() {
		p.roster.Add(records.NewAccount{Name: typedIn(f.name), Badge: typedIn(f.badge), Role: staff.Role(f.role.chosen), PIN: f.pin.Text()})
	})
}

func roleForm(p *staffPage, a records.Account) *accountForm {
	f, c := p.formOf("role|"+string(a.ID)), p.c
	f.role = c.picking(c.longInRow(), codesOf(staff.Roles()), roleName, string(a.Role), nil)
	rows := []fyne.CanvasObject{c.plain(c.t(words.AccountsRoleLead)), f.role.object}
	return f.chain(p, c.t(words.AccountsRole)+": "+a.Name, rows, func() { p.roster.SetRole(a.ID, staff.Role(f.role.chosen)) })
}

func badgeForm(p *staffPage, a records.Account) *accountForm {
	f, c := p.formOf("badge|"+string(a.ID)), p.c
	rows := []fyne.CanvasObject{c.plain(c.t(words.AccountsBadgeLead)), f.field(&f.badge, words.SigninBadge, c.t(words.SetupBadgeHint), false)}
	return f.chain(p, c.t(words.AccountsBadge)+": "+a.Name, rows, func() { p.roster.SetBadge(a.ID, typedIn(f.badge)) })
}

func pinForm(p *staffPage, a records.Account) *accountForm {
	f, c := p.formOf("pin|"+string(a.ID)), p.c
	return f.chain(p, c.t(words.AccountsPIN)+": "+a.Name, f.pins(words.AccountsPINHint), func() { p.roster.GivePIN(a.ID, f.pin.Text()) })
}

// longInRow is how many long words have room beside each other in the panel.
func (c *Clinic) longInRow() int {
	if c.look.Text > kit.TextNormal {
		return 1
	}
	return 2
}

// roleName is the key of what a role is called.
func roleName(code string) words.Key { return words.Key("role." + code) }
