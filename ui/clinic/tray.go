package clinic

import (
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

// trayPage is the readings that came without a person, and beside them the one
// that is open in full, where it is said whose it is.
type trayPage struct {
	c       *Clinic
	tray    *office.Tray
	settled bool // those are shown that do not wait any more
	rows    []records.Trayed
	shown   string // what the list was last filled with
	full    string // what the side was last made from
	done    office.TrayState
	filters [2]*kit.Option // waiting, settled
	list    *kit.List
	table   fyne.CanvasObject
	body    *fyne.Container
	side    *fyne.Container
	scroll  *kit.Scroll     // of the side; nil while none is open
	form    *ownerForm      // likewise
	compare *kit.Button     // the memories of the instruments with the records
	lead    *fyne.Container // what the page is for, or what went wrong
	said    *kit.Text
	object  fyne.CanvasObject
}

// trayColumns are the shares of the reading, when it was measured, and why it is
// here.
var trayColumns = []float32{2.4, 2.2, 3.1}

// How wide the one is that is open in full, and at most with large letters.
const (
	traySide     = 400
	traySideMost = 460
)

func newTray(c *Clinic) page {
	p := &trayPage{c: c, body: container.NewStack(), side: container.NewStack(), said: c.wrong()}
	p.list = kit.NewList(c.look, c.listRowHeight(), func() kit.ListRow { return kit.NewCells(c.look, trayColumns, p.cells) })
	p.list.OnOpened = func(i int) { p.tray.Choose(p.rows[i].ID) }
	p.table = kit.NewCard(c.look, 0, container.NewBorder(
		kit.NewColumn(0, kit.NewHead(c.look, trayColumns,
			c.t(words.TrayColumnReading), c.t(words.TrayColumnTaken), c.t(words.TrayColumnWhy)),
			kit.NewHairline(c.look)),
		nil, nil, nil, p.list))
	var filters []fyne.CanvasObject
	for i, label := range []words.Key{words.TrayWaiting, words.TraySettled} {
		p.filters[i] = kit.NewOption(c.look, kit.OptionStyle{Label: c.t(label), Count: "0"}, func() { p.show(i == 1) })
		filters = append(filters, kit.NewGrow(1, p.filters[i]))
	}
	p.lead = container.NewStack(kit.NewText(c.look, c.t(words.TrayLead), kit.TextStyle{Color: kit.ColorInk2}), p.said)
	p.said.Hide()
	p.compare = kit.NewButton(c.look, c.t(words.TrayCompare), kit.ButtonStyle{Rank: kit.Secondary, Icon: assets.IconGlucose}, func() { p.tray.Compare(c.comparing()) })
	if c.equipment == nil || c.place == nil || !c.desk.May(staff.SaveRecord) {
		p.compare.Hide()
	}
	wide := min(traySide*max(c.look.Text, kit.TextNormal), traySideMost)
	p.object = kit.NewColumn(kit.Space16,
		kit.NewRow(c.look, kit.Space16, kit.CrossCenter, kit.NewGrow(1, kit.NewColumn(0, c.title(c.t(words.TrayNav)), p.lead)), p.compare),
		kit.NewRow(c.look, kit.Space8, kit.CrossFill, filters...),
		kit.NewGrow(1, kit.NewRow(c.look, kit.Space16, kit.CrossFill, kit.NewGrow(1, p.body), kit.NewSized(wide, p.side))))
	p.tray = office.NewTray(c.office(), c.rules())
	return p
}

func (p *trayPage) content() fyne.CanvasObject { return p.object }
func (p *trayPage) first() fyne.Focusable      { return p.list }
func (p *trayPage) resume()                    { p.tray.Resume() }

func (p *trayPage) reveal(o fyne.CanvasObject) {
	if p.scroll != nil {
		p.scroll.Reveal(o)
	}
}

// scanned looks up whose the open reading may be, or else somebody's page.
func (p *trayPage) scanned(code string) {
	if p.form == nil {
		p.c.lookUp(code)
		return
	}
	p.form.scanned(code)
}

// show shows those that wait, or those that do not any more.
func (p *trayPage) show(settled bool) {
	p.settled = settled
	p.tray.Choose("")
}

func (p *trayPage) update(desk.State) {
	s, task := p.tray.State(), p.tray.Task()
	text := ""
	if task.Problem != nil {
		text = p.c.accountProblem(task.Problem)
	}
	p.said.SetText(text)
	p.lead.Objects[0].(*kit.Text).Hidden, p.said.Hidden = text != "", text == ""
	p.lead.Refresh()
	if label := p.comparingLabel(task); p.compare.Label() != label {
		p.compare.SetLabel(label)
	}
	p.tell(s)
	p.filters[0].SetSelected(!p.settled)
	p.filters[1].SetSelected(p.settled)
	p.filters[0].SetCount(fmt.Sprint(len(s.Waiting)))
	p.filters[1].SetCount(fmt.Sprint(len(s.Settled)))
	if s.Loaded {
		p.showList(s)
	}
	p.showSide(s)
}

// tell says what was settled.
func (p *trayPage) tell(s office.TrayState) {
	switch {
	case s.Given > p.done.Given:
		p.c.closeDialog()
		p.c.desk.Say(desk.Message{Key: words.TrayGiven, Args: []words.Arg{words.With("name", desk.NameOf(s.To))}}, nil)
	case s.Aside > p.done.Aside:
		p.c.closeDialog()
		p.c.desk.Say(desk.Message{Key: words.TraySetAside}, nil)
	case s.Comparisons > p.done.Comparisons:
		p.showCompared(s.Compared)
	case s.Late > p.done.Late:
		p.c.closeDialog()
		p.c.desk.Say(desk.Message{Key: words.TrayTaken}, nil)
	}
	p.done = s
}

func (p *trayPage) showList(s office.TrayState) {
	rows := s.Waiting
	if p.settled {
		rows = s.Settled
	}
	shown := fmt.Sprint(p.settled)
	for _, row := range rows {
		shown += fmt.Sprint("|", row.ID, row.Revision)
	}
	if shown == p.shown {
		return
	}
	p.shown, p.rows = shown, rows
	p.list.SetLength(len(rows))
	instead := p.table
	switch {
	case len(rows) > 0:
	case p.settled:
		instead = p.c.emptySaying(assets.DrawingDone, p.c.t(words.TrayNoneSettled), "")
	default:
		instead = p.c.empty(assets.DrawingDone, words.TrayNoneTitle, words.TrayNone)
	}
	p.body.Objects = []fyne.CanvasObject{instead}
	p.body.Refresh()
}

// cells is one reading as the list shows it.
func (p *trayPage) cells(i int) []kit.Cell {
	if i < 0 || i >= len(p.rows) {
		return nil
	}
	c, row := p.c, p.rows[i]
	o := row.Reading()
	why := kit.Cell{Text: c.t(words.OrphanName(string(row.Orphan.Why))), Under: strings.Join(named(o.Origin.Device.Model, o.Origin.Device.Serial), "  ·  ")}
	if !row.Waits() {
		why = kit.Cell{Text: c.became(row), Under: c.when(o.Correction.At)}
	}
	return []kit.Cell{
		{Text: c.valueOf(o), Under: c.t(words.PanelName(string(o.Panel))), Bold: true},
		{Text: c.lang.Time(o.Taken.In(c.desk.Zone())), Under: c.lang.Date(o.Taken.In(c.desk.Zone()))},
		why,
	}
}

// instrumentOf names the instrument that a reading is of.
func instrumentOf(o records.Observation) string {
	return instrumentNamed(o.Origin.Device.Maker, o.Origin.Device.Model)
}

func instrumentNamed(maker, model string) string { return strings.TrimSpace(maker + " " + model) }

// named are the names that are not empty, each with its own direction.
func named(names ...string) (list []string) {
	for _, name := range names {
		if name != "" {
			list = append(list, kit.Isolate(name))
		}
	}
	return list
}

// became is what became of a reading.
func (c *Clinic) became(t records.Trayed) string {
	if t.To != nil {
		return c.t(words.TrayTo, words.With("name", desk.NameOf(t.To)))
	}
	return c.t(words.TrayNobodys)
}

// showSide shows the reading that is open in full.
func (p *trayPage) showSide(s office.TrayState) {
	c := p.c
	row, ok := s.Open()
	full := fmt.Sprint(ok, row.Encounter != nil && row.Waits(), s.Chosen)
	if full == p.full {
		if p.form != nil {
			p.form.update(s.Found, s.For)
		}
		return
	}
	p.full, p.scroll, p.form = full, nil, nil
	if !ok {
		p.side.Objects = []fyne.CanvasObject{kit.NewCard(c.look, kit.Space24,
			kit.NewMiddle(kit.NewText(c.look, c.t(words.TrayChoose), kit.TextStyle{Color: kit.ColorInk2, Align: kit.Center})))}
		p.side.Refresh()
		return
	}
	o := row.Reading()
	head := kit.NewColumn(0, c.title(c.valueOf(o)), c.quiet(c.t(words.PanelName(string(o.Panel)))+"  ·  "+c.when(o.Taken)))
	rows, actions := p.facts(row), []fyne.CanvasObject(nil)
	if row.Waits() {
		p.form = newOwnerForm(c, p.owning(row))
		rows = append(rows, p.form.object)
		actions = []fyne.CanvasObject{kit.NewRow(c.look, kit.Space8, kit.CrossFill,
			kit.NewButton(c.look, c.t(words.TrayAside), kit.ButtonStyle{Rank: kit.Secondary}, func() { p.askAside(row) }),
			kit.NewGrow(1, kit.NewButton(c.look, c.t(words.TrayGive), kit.ButtonStyle{}, p.form.confirm)))}
	}
	p.scroll = kit.NewScroll(kit.NewColumn(kit.Space16, rows...))
	parts := append([]fyne.CanvasObject{head, kit.NewHairline(c.look), kit.NewGrow(1, p.scroll)}, actions...)
	p.side.Objects = []fyne.CanvasObject{kit.NewCard(c.look, kit.Space16, kit.NewColumn(kit.Space8, parts...))}
	p.side.Refresh()
	if p.form != nil {
		p.form.update(s.Found, s.For)
		c.focus(p.form.who)
	}
}

// owning asks whose a reading is.
func (p *trayPage) owning(row records.Trayed) owning {
	return owning{
		Observation: row.Reading(), asked: words.TrayHow, reasons: codesOf(records.ClaimReasons()), reason: words.ClaimName, search: p.tray.Search,
		give: func(to *records.Patient, how records.Correction, _ *kit.Text) { p.tray.Give(row.ID, to, how) },
		drawn: func(last fyne.CanvasObject) {
			p.side.Refresh()
			if last != nil {
				p.reveal(last)
			}
		},
	}
}

// facts are how the reading came, and who was here about then.
func (p *trayPage) facts(row records.Trayed) []fyne.CanvasObject {
	c, o := p.c, row.Reading()
	rows := []fyne.CanvasObject{
		kit.NewColumn(0, c.plain(c.t(words.OrphanName(string(row.Orphan.Why)))), c.quiet(c.t(words.TrayCame, words.With("time", c.when(row.Orphan.At)))),
			c.quiet(strings.Join(named(instrumentOf(o), o.Origin.Device.Serial, row.Orphan.Port), "  ·  "))),
	}
	if !row.Waits() {
		done := []fyne.CanvasObject{kit.NewHairline(c.look), c.strong(c.became(row)), c.plain(c.settledBy(row))}
		if note := o.Correction.Note; note != "" {
			done = append(done, c.quiet(note))
		}
		return append(rows, done...)
	}
	near := []fyne.CanvasObject{c.caption(words.TrayNear)}
	for _, sum := range row.Near[:min(len(row.Near), mostNear)] {
		near = append(near, c.plain(kit.Isolate(c.whoIs(sum.Patient))+"  ·  "+c.when(sum.Started)))
	}
	if len(row.Near) > 0 {
		return append(rows, kit.NewColumn(0, append(near, c.quiet(c.t(words.TrayNearHint)))...))
	}
	return append(rows, c.quiet(c.t(words.TrayNearNone)))
}

// mostNear is how many visits about that time are worth showing.
const mostNear = 4

// settledBy is the reason why a reading left the tray.
func (c *Clinic) settledBy(row records.Trayed) string {
	k := row.Reading().Correction
	if row.To != nil || k.Moved != "" {
		return c.t(words.ClaimName(string(k.Reason)))
	}
	return c.t(words.NobodysName(string(k.Reason)))
}

// askAside asks why a reading is nobody's.
func (p *trayPage) askAside(row records.Trayed) {
	c := p.c
	said := c.wrong()
	d := c.drafted("aside|" + string(row.ID))
	why := d.keepChoice(c, "why", 2, codesOf(records.AsideReasons()), words.NobodysName)
	note := c.noteEntry(200)
	d.keep("note", note)
	do := kit.NewButton(c.look, c.t(words.TrayAside), kit.ButtonStyle{}, func() {
		k := &correction{why: why, note: note}
		if c, ok := k.take(p.c, said); ok {
			p.tray.Aside(row.ID, c)
		}
	})
	c.showDialog(kit.NewOverlay(c.look, dialogWidth, kit.NewColumn(kit.Space16,
		c.title(c.t(words.TrayAsideWhy)), c.plain(c.valueOf(row.Reading())+"  ·  "+kit.Isolate(instrumentOf(row.Reading()))),
		why.object, kit.NewField(c.look, c.t(words.DossierInWords), "", note), said), c.closeButton(), do), nil)
}
