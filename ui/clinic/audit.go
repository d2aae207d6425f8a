package clinic

import (
	"fmt"
	"strings"
	"time"

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

// auditPage is the trail of who did what, the newest first. It reads on while
// somebody scrolls.
type auditPage struct {
	c       *Clinic
	trail   *office.Trail
	rows    []records.AuditEntry
	period  int // of auditPeriods
	kind    int // of auditKinds
	filters *fyne.Container
	verdict *fyne.Container
	body    *fyne.Container
	list    *kit.List
	table   fyne.CanvasObject
	count   *kit.Text
	verify  *kit.Button
	shown   string
	said    string
	object  fyne.CanvasObject
}

// auditColumns are the shares of when, who, what and which.
var auditColumns = []float32{2.1, 2.8, 3.6, 2.2}

// The choices of the filter.
var (
	auditKinds = []struct {
		label words.Key
		kinds []string
	}{
		{words.AuditAll, nil},
		{words.AuditPeople, []string{"patient", "encounter", "observation", "history", "critical", "referral"}},
		{words.AuditOut, []string{"record", "backup", "restore", "outbox"}},
		{words.AuditStaff, []string{"staff", "audit", "emergency"}},
		{words.AuditMachine, []string{"setting", "clock", "keys", "quality", "help"}},
	}
	auditPeriods = []struct {
		label words.Key
		days  int // zero: all
		span  desk.Span
	}{{words.AuditDay, 1, desk.SpanDay}, {words.AuditWeek, 7, desk.SpanWeek}, {words.AuditMonth, 30, desk.SpanMonth}, {words.AuditEver, 0, desk.SpanAll}}
)

// auditWeek is the period that the page begins with.
const auditWeek = 1

func newAudit(c *Clinic, s desk.State) page {
	p := &auditPage{
		c: c, period: auditWeek, filters: container.NewStack(), verdict: container.NewStack(), body: container.NewStack(),
		count: kit.NewText(c.look, "", kit.TextStyle{Color: kit.ColorInk2}),
	}
	f := records.AuditFilter{About: s.Route.Patient, Who: s.Route.Account}
	if f.About != "" || f.Who != "" {
		p.period = len(auditPeriods) - 1
	}
	f.Since = p.since()
	p.list = kit.NewList(c.look, c.listRowHeight(), func() kit.ListRow { return kit.NewCells(c.look, auditColumns, p.cells) })
	p.list.OnOpened = func(i int) { p.openEntry(p.rows[i]) }
	p.table = kit.NewCard(c.look, 0, container.NewBorder(
		kit.NewColumn(0, kit.NewHead(c.look, auditColumns, c.t(words.AuditColumnTime), c.t(words.AuditColumnWho), c.t(words.AuditColumnWhat), c.t(words.AuditColumnWhich)), kit.NewHairline(c.look)),
		nil, nil, nil, p.list))
	p.verify = kit.NewButton(c.look, c.t(words.AuditVerify), kit.ButtonStyle{Rank: kit.Secondary}, func() { p.trail.Verify() })
	p.trail = office.NewTrail(c.office(), f)
	actions := []fyne.CanvasObject{p.verify, kit.NewButton(c.look, c.t(words.AuditCompare), kit.ButtonStyle{Rank: kit.Secondary}, p.askHash)}
	if c.desk.MayOpen(desk.PageAuditPapers) {
		actions = append(actions, kit.NewButton(c.look, c.t(words.AuditPrint), kit.ButtonStyle{Rank: kit.Secondary, Icon: assets.IconPrint}, func() {
			c.desk.ExtractAudit(p.trail.State().Filter, auditPeriods[p.period].span)
		}))
	}
	p.object = kit.NewColumn(kit.Space16, c.adminHeading(words.AdminAudit, actions...),
		p.verdict, p.filters, p.count, kit.NewGrow(1, p.body))
	return p
}

func (p *auditPage) content() fyne.CanvasObject { return p.object }
func (p *auditPage) first() fyne.Focusable      { return p.list }
func (p *auditPage) leave()                     { p.trail.Leave() }
func (p *auditPage) resume()                    { p.trail.Resume() }

// since is when the chosen period begins.
func (p *auditPage) since() time.Time {
	days := auditPeriods[p.period].days
	if days == 0 {
		return time.Time{}
	}
	y, m, d := p.c.desk.Now().Date()
	return time.Date(y, m, d+1-days, 0, 0, 0, 0, p.c.desk.Zone())
}

// filter changes what is shown.
func (p *auditPage) filter(change func(*records.AuditFilter)) {
	f := p.trail.State().Filter
	change(&f)
	f.Kinds, f.Since = auditKinds[p.kind].kinds, p.since()
	p.trail.Show(f)
	p.list.Top()
}

func (p *auditPage) update(desk.State) {
	s := p.trail.State()
	p.showCheck(s.Check)
	shown := fmt.Sprint(s.Loaded, s.Reading, len(s.Rows), s.End, s.Filter, s.Problem)
	if shown == p.shown {
		return
	}
	p.shown, p.rows = shown, s.Rows
	p.list.SetLength(len(p.rows))
	p.filters.Objects = []fyne.CanvasObject{p.filterRows(s.Filter)}
	p.filters.Refresh()
	p.count.SetText(p.counted(s))
	instead := p.table
	switch {
	case s.Problem != nil:
		instead = p.c.emptySaying(drawingOfNothing(), p.c.accountProblem(s.Problem), "")
	case s.Loaded && len(p.rows) == 0:
		instead = p.c.emptySaying(drawingOfNothing(), p.c.t(words.AuditNone), "")
	}
	p.body.Objects = []fyne.CanvasObject{instead}
	p.body.Refresh()
	p.object.Refresh()
}

// counted says how many entries there are.
func (p *auditPage) counted(s office.TrailState) string {
	switch {
	case s.Reading && len(s.Rows) == 0:
		return p.c.t(words.AuditReading)
	case !s.End:
		return p.c.t(words.AuditMore, words.With("n", len(s.Rows)))
	}
	return p.c.lang.N(words.AuditCount, len(s.Rows))
}

// filterRows chooses the kind of deed and the period, and says whose alone are
// shown.
func (p *auditPage) filterRows(f records.AuditFilter) fyne.CanvasObject {
	c := p.c
	option := func(label words.Key, chosen bool, run func()) fyne.CanvasObject {
		o := kit.NewOption(c.look, kit.OptionStyle{Label: c.t(label)}, run)
		o.SetSelected(chosen)
		return o
	}
	var kinds, periods []fyne.CanvasObject
	for i, k := range auditKinds {
		kinds = append(kinds, option(k.label, i == p.kind, func() { p.kind = i; p.filter(func(*records.AuditFilter) {}) }))
	}
	for i, period := range auditPeriods {
		periods = append(periods, option(period.label, i == p.period, func() { p.period = i; p.filter(func(*records.AuditFilter) {}) }))
	}
	periods = append(periods, kit.NewCheck(c.look, c.t(words.AuditRefused), f.Refused, func(on bool) {
		p.filter(func(f *records.AuditFilter) { f.Refused = on })
	}))
	rows := []fyne.CanvasObject{c.row(kit.Space8, kinds...), c.row(kit.Space8, periods...)}
	if about := p.about(f); about != "" {
		all := kit.NewButton(c.look, c.t(words.AuditAboutAll), kit.ButtonStyle{Rank: kit.Secondary}, func() {
			p.filter(func(f *records.AuditFilter) { f.About, f.Who = "", "" })
		})
		rows = append(rows, c.row(kit.Space16, kit.NewGrow(1, c.strong(c.t(words.AuditAbout, words.With("who", about)))), all))
	}
	return kit.NewColumn(kit.Space8, rows...)
}

// about names whose entries alone are shown; empty: everybody's.
func (p *auditPage) about(f records.AuditFilter) string {
	if f.Who == "" {
		return shortID(f.About)
	}
	for _, e := range p.rows {
		if e.Who == f.Who && e.Name != "" {
			return e.Name
		}
	}
	return shortID(f.Who)
}

// readAhead is how near the last row that was read one may come before more is.
const readAhead = 100

// cells is one entry as the list shows it.
func (p *auditPage) cells(i int) []kit.Cell {
	if i < 0 || i >= len(p.rows) {
		return nil
	}
	if i > len(p.rows)-readAhead {
		p.trail.More()
	}
	c, e := p.c, p.rows[i]
	why := c.lang.Why(string(e.Action), e.Reason)
	if why != "" {
		why = kit.Isolate(why)
	}
	what := kit.Cell{Text: c.deed(e.Action), Under: why}
	if mark := c.outcome(e); mark != "" {
		what.Under, what.Marked, what.Band = mark+separated(why), true, kit.Watch
	}
	return []kit.Cell{
		{Text: c.dayOf(e.At), Under: c.lang.Time(e.At.In(c.desk.Zone()))},
		{Text: c.actor(e), Under: c.actorRole(e)}, what,
		{Text: shortID(e.Object), Under: kit.Isolate(e.Station), Color: kit.ColorInk2},
	}
}

// deed is what was done, in words; an action that has none stands by its name.
func (c *Clinic) deed(a staff.Action) string {
	text, known := c.lang.Deed(string(a))
	if !known {
		text = kit.Isolate(text)
	}
	return text
}

// outcome marks what did not simply happen.
func (c *Clinic) outcome(e records.AuditEntry) string {
	if key := words.OutcomeName(string(e.Outcome), e.Emergency); key != "" {
		return c.t(key)
	}
	return ""
}

// actor is who did something.
func (c *Clinic) actor(e records.AuditEntry) string {
	return c.lang.Doer(e.Name, shortID(e.Who), string(e.Role), e.User)
}

// actorRole is the role of a member of staff; whoever else it was is named by
// actor.
func (c *Clinic) actorRole(e records.AuditEntry) string {
	if !e.Role.Staff() {
		return ""
	}
	return c.role(e.Role)
}

// shortID is enough of an ID to tell records apart by eye.
func shortID(id records.ID) string {
	if id == "" {
		return ""
	}
	short, _, _ := strings.Cut(string(id), "-")
	return kit.Isolate(short)
}
