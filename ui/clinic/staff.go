package clinic

import (
	"errors"
	"fmt"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"aidpost/app/desk"
	"aidpost/app/office"
	"aidpost/assets"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/staff"
	"aidpost/ui/kit"
)

// staffPage is the accounts: who there is at the leading side, and beside it the
// one that is chosen, or a form for what is done to it.
type staffPage struct {
	c      *Clinic
	roster *office.Roster
	rows   []records.Account
	chosen records.ID
	form   *accountForm // nil: the account is shown
	shown  string
	list   *kit.List
	panel  *fyne.Container
	object fyne.CanvasObject
}

// staffColumns are the shares of who, state and last sign-in.
var staffColumns = []float32{3, 2.9, 2.5}

func newStaff(c *Clinic) page {
	p := &staffPage{c: c, panel: container.NewStack()}
	p.list = kit.NewList(c.look, c.listRowHeight(), func() kit.ListRow { return kit.NewCells(c.look, staffColumns, p.cells) })
	p.list.OnOpened = func(i int) { p.choose(i) }
	p.list.OnSelected = func(i int) { p.choose(i) }
	table := kit.NewCard(c.look, 0, container.NewBorder(
		kit.NewColumn(0, kit.NewHead(c.look, staffColumns, c.t(words.AccountsColumnWho), c.t(words.AccountsColumnState), c.t(words.AccountsColumnLast)), kit.NewHairline(c.look)),
		nil, nil, nil, p.list))
	var actions []fyne.CanvasObject
	if c.desk.May(staff.ManageStaff) {
		actions = append(actions, kit.NewButton(c.look, c.t(words.AccountsAdd), kit.ButtonStyle{Icon: assets.IconAddPerson}, func() { p.open(newAccountForm(p)) }))
	}
	p.roster = office.NewRoster(c.office())
	p.object = kit.NewColumn(kit.Space16, c.adminHeading(words.AdminStaff, actions...),
		kit.NewGrow(1, kit.NewRow(c.look, kit.Space16, kit.CrossFill,
			kit.NewGrow(3, table), kit.NewGrow(2, kit.NewCard(c.look, kit.Space24, p.panel)))))
	return p
}

// office is what the models of the administration work with.
func (c *Clinic) office() office.Config {
	return office.Config{Hands: c.desk, Now: c.desk.Now, Changed: c.Changed}
}

func (p *staffPage) content() fyne.CanvasObject { return p.object }
func (p *staffPage) first() fyne.Focusable      { return p.list }
func (p *staffPage) resume()                    { p.roster.Resume() }

// scanned takes a badge where one is asked for.
func (p *staffPage) scanned(code string) {
	if p.form == nil || p.form.badge == nil {
		p.c.lookUp(code)
		return
	}
	p.form.badge.SetText(code)
}

func (p *staffPage) choose(i int) {
	if i < 0 || i >= len(p.rows) || p.rows[i].ID == p.chosen && p.form == nil {
		return
	}
	p.chosen = p.rows[i].ID
	p.open(nil)
}

// open shows a form beside the list; nil shows the account.
func (p *staffPage) open(f *accountForm) {
	p.form = f
	p.roster.Forget()
	p.shown = ""
	p.update(p.c.desk.State())
	if f != nil {
		p.c.focus(f.entries[0])
	}
}

func (p *staffPage) update(desk.State) {
	s, task := p.roster.State(), p.roster.Task()
	if p.form != nil && p.form.follow(task) {
		p.form, p.shown = nil, ""
	}
	shown := fmt.Sprint(s.Loaded, task.Done, p.chosen, p.form != nil, task.Problem)
	if shown == p.shown {
		return
	}
	p.shown, p.rows = shown, s.Accounts
	p.list.SetLength(len(p.rows))
	p.panel.Objects = []fyne.CanvasObject{p.beside(s, task)}
	p.panel.Refresh()
}

// beside is what stands beside the list.
func (p *staffPage) beside(s office.RosterState, task office.Task) fyne.CanvasObject {
	c := p.c
	if p.form != nil {
		return kit.NewScroll(p.form.object)
	}
	a, ok := s.Account(p.chosen)
	switch {
	case ok:
		return kit.NewScroll(p.account(a, task))
	case !s.Loaded && task.Problem != nil:
		return c.plain(c.accountProblem(task.Problem))
	}
	return kit.NewMiddle(kit.NewText(c.look, c.t(words.AccountsChoose), kit.TextStyle{Color: kit.ColorInk2, Align: kit.Center}))
}

// cells is one account as the list shows it.
func (p *staffPage) cells(i int) []kit.Cell {
	if i < 0 || i >= len(p.rows) {
		return nil
	}
	c, a := p.c, p.rows[i]
	state := kit.Cell{Text: c.accountState(a), Color: kit.ColorInk}
	who := kit.Cell{Text: a.Name, Under: c.role(a.Role), Bold: true}
	switch {
	case !a.Disabled.IsZero():
		who.Bold, who.Color, state.Color = false, kit.ColorInk2, kit.ColorInk2
	case a.Locked:
		state.Marked, state.Band, state.Bold = true, kit.High, true
	}
	return []kit.Cell{who, state, {Text: c.lastIn(a), Color: kit.ColorInk2}}
}

// accountState says how an account stands.
func (c *Clinic) accountState(a records.Account) string {
	switch {
	case !a.Disabled.IsZero():
		return c.t(words.AccountsClosed, words.With("date", c.lang.Date(a.Disabled.In(c.desk.Zone()))))
	case a.Locked:
		return c.t(words.AccountsLocked)
	case a.MustChange:
		return c.t(words.AccountsMustChange)
	case a.Failed > 0:
		return c.lang.N(words.AccountsFailed, a.Failed)
	}
	return c.t(words.AccountsInUse)
}

func (c *Clinic) lastIn(a records.Account) string {
	if a.LastIn.IsZero() {
		return c.t(words.AccountsNever)
	}
	return c.dayOf(a.LastIn) + "  " + c.lang.Time(a.LastIn.In(c.desk.Zone()))
}

// account is everything about one, and what may be done to it.
func (p *staffPage) account(a records.Account, task office.Task) fyne.CanvasObject {
	c := p.c
	rows := []fyne.CanvasObject{
		kit.NewColumn(4, c.title(a.Name), kit.NewText(c.look, c.role(a.Role), kit.TextStyle{Color: kit.ColorInk2})),
		c.label(words.AccountsColumnState, c.accountState(a)),
		c.label(words.AccountsColumnLast, c.lastIn(a)),
		c.label(words.AccountsCreated, c.lang.Date(a.Created.In(c.desk.Zone()))),
	}
	if task.Problem != nil {
		rows = append(rows, kit.NewNotice(c.look, kit.ToneWrong, c.accountProblem(task.Problem)))
	}
	button := func(key words.Key, rank kit.Rank, run func()) {
		rows = append(rows, kit.NewButton(c.look, c.t(key), kit.ButtonStyle{Rank: rank}, run))
	}
	open := a.Disabled.IsZero()
	if open && (a.Locked || a.Failed > 0) && c.desk.May(staff.UnlockStaff) {
		button(words.AccountsUnlock, kit.Primary, func() { p.roster.Unlock(a.ID) })
	}
	if open && c.desk.May(staff.ManageStaff) {
		button(words.AccountsRole, kit.Secondary, func() { p.open(roleForm(p, a)) })
		button(words.AccountsBadge, kit.Secondary, func() { p.open(badgeForm(p, a)) })
		if a.ID != c.desk.State().Who.ID {
			button(words.AccountsPIN, kit.Secondary, func() { p.open(pinForm(p, a)) })
		}
	}
	if c.desk.May(staff.ReadAudit) {
		button(words.AuditOnlyWho, kit.Secondary, func() { c.desk.Go(desk.Route{Page: desk.PageAudit, Account: a.ID}) })
	}
	if open && c.desk.May(staff.ManageStaff) {
		button(words.AccountsClose, kit.Quiet, func() { p.askClose(a) })
	}
	return kit.NewColumn(kit.Space16, rows...)
}

// askClose asks once more, since nothing opens an account again.
func (p *staffPage) askClose(a records.Account) {
	c := p.c
	sure := kit.NewButton(c.look, c.t(words.AccountsClose), kit.ButtonStyle{Rank: kit.Urgent}, func() {
		c.closeDialog()
		p.roster.Close(a.ID)
	})
	c.showDialog(kit.NewOverlay(c.look, 560, kit.NewColumn(kit.Space16,
		c.title(c.t(words.AccountsCloseTitle, words.With("name", a.Name))), c.plain(c.t(words.AccountsCloseLead))), c.closeButton(), sure), nil)
}

// accountProblem puts an error about accounts into words that help.
func (c *Clinic) accountProblem(err error) string {
	invalid, is := errors.AsType[*records.InvalidError](err)
	switch {
	case errors.Is(err, records.ErrTaken):
		return c.t(words.AccountsTaken)
	case errors.Is(err, records.ErrLastAdministrator):
		return c.t(words.AccountsLast)
	case errors.Is(err, staff.ErrWeakPIN), is && invalid.Field == "pin":
		return c.t(words.SetupPINWeak)
	case is && invalid.Field == "badge":
		return c.t(words.SetupBadgeShort)
	case errors.Is(err, staff.ErrDenied):
		return c.t(words.ProblemDenied)
	}
	return c.t(words.ProblemRecords)
}

// typedIn is what was typed, without the spaces around it.
func typedIn(e *kit.Entry) string { return strings.TrimSpace(e.Text()) }
