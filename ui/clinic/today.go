package clinic

import (
	"fmt"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"aidpost/app/desk"
	"aidpost/assets"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/staff"
	"aidpost/ui/kit"
)

// today is the list of those who came today.
type today struct {
	c       *Clinic
	rows    []desk.Visitor
	shown   string // what the list was last filled with
	filters map[desk.Group]*kit.Option
	list    *kit.List
	table   fyne.CanvasObject
	body    *fyne.Container
	title   *kit.Text
	head    fyne.CanvasObject
	tray    *kit.Button // the way to readings that came without a person
	object  fyne.CanvasObject
}

// todayColumns are the shares of number, person, birth, what was measured, and state.
var todayColumns = []float32{1.2, 3.8, 2.1, 2.4, 3.1}

// listRowHeight is that of lists of people: two lines and a finger's room.
func (c *Clinic) listRowHeight() float32 { return c.look.Size(kit.SizeBody)*3 + 12 }

func newToday(c *Clinic, s desk.State) *today {
	t := &today{c: c, filters: map[desk.Group]*kit.Option{}, body: container.NewStack()}
	t.title = c.title("")
	t.list = kit.NewList(c.look, c.listRowHeight(), func() kit.ListRow { return kit.NewCells(c.look, todayColumns, t.cells) })
	t.list.OnOpened = func(i int) { t.open(t.rows[i]) }
	t.table = kit.NewCard(c.look, 0, container.NewBorder(
		kit.NewColumn(0, kit.NewHead(c.look, todayColumns,
			c.t(words.TodayColumnNumber), c.t(words.TodayColumnPerson), c.t(words.TodayColumnBorn), c.t(words.TodayColumnMeasured), c.t(words.TodayColumnState)),
			kit.NewHairline(c.look)),
		nil, nil, nil, t.list))
	var filters []fyne.CanvasObject
	for _, g := range []desk.Group{desk.Registered, desk.Waiting, desk.Held, desk.Measured, desk.Attention, desk.Absent} {
		o := kit.NewOption(c.look, kit.OptionStyle{Label: c.t(groupWords(g)), Count: "0"}, func() { c.desk.ShowGroup(g) })
		t.filters[g] = o
		filters = append(filters, kit.NewGrow(kit.PreferredWidth(o), o)) // a long word has more room
	}
	find := kit.NewButton(c.look, c.t(words.NavFind), kit.ButtonStyle{Rank: kit.Secondary, Icon: assets.IconFind}, t.goFind)
	fresh := kit.NewButton(c.look, c.t(words.NavRegister), kit.ButtonStyle{Icon: assets.IconAddPerson}, t.goNew)
	t.tray = kit.NewButton(c.look, c.t(words.TrayNav), kit.ButtonStyle{Rank: kit.Quiet, Icon: assets.IconTray}, func() { c.desk.Go(desk.Route{Page: desk.PageTray}) })
	t.head = c.heading(t.title, append(append([]fyne.CanvasObject{t.tray}, t.printing()...), find, fresh)...)
	t.object = kit.NewColumn(kit.Space16,
		t.head,
		c.filters(filters),
		kit.NewGrow(1, t.body))
	return t
}

// filters stand in a row, with large letters in two: none of their words is torn.
func (c *Clinic) filters(all []fyne.CanvasObject) fyne.CanvasObject {
	if c.look.Text > kit.TextNormal {
		return c.wrap((len(all)+1)/2, all...)
	}
	return kit.NewRow(c.look, kit.Space8, kit.CrossFill, all...)
}

// printing is the way to the papers of everybody on the list, for those who may
// print them.
func (t *today) printing() []fyne.CanvasObject {
	c := t.c
	if !c.desk.MayOpen(desk.PagePapers) || !c.desk.May(staff.PrintRecord) {
		return nil
	}
	return []fyne.CanvasObject{kit.NewButton(c.look, c.t(words.TakePrint), kit.ButtonStyle{Rank: kit.Quiet, Icon: assets.IconPrint}, func() {
		c.desk.Go(desk.Route{Page: desk.PagePapers})
		c.desk.ChooseBatch()
	})}
}

func (t *today) goFind() { t.c.desk.Go(desk.Route{Page: desk.PageFind}) }
func (t *today) goNew()  { t.c.desk.Go(desk.Route{Page: desk.PageRegister}) }

func groupWords(g desk.Group) words.Key {
	switch g {
	case desk.Waiting:
		return words.TodayWaiting
	case desk.Measured:
		return words.TodayMeasured
	case desk.Attention:
		return words.TodayAttention
	case desk.Held:
		return words.TodayHeld
	case desk.Absent:
		return words.TodayAbsent
	}
	return words.TodayRegistered
}

func (t *today) content() fyne.CanvasObject { return t.object }

func (t *today) first() fyne.Focusable {
	if t.list.Length() == 0 {
		return nil
	}
	return t.list
}

// key opens the place in the queue of whoever is chosen.
func (t *today) key(e *fyne.KeyEvent) bool {
	i := t.list.Selected()
	if e.Name != queueKey || i < 0 || i >= len(t.rows) {
		return false
	}
	return t.c.showQueue(t.rows[i])
}

func (t *today) open(v desk.Visitor) {
	r := desk.Route{Page: desk.PagePatient, Visit: v.Visit}
	if v.Patient != nil {
		r.Patient = v.Patient.ID
	}
	t.c.desk.Go(r)
}

func (t *today) update(s desk.State) {
	c := t.c
	if title := c.t(words.TodayTitle, words.With("date", c.lang.Date(c.desk.Now()))); title != t.title.Text() {
		t.title.SetText(title)
		t.object.Refresh() // it may be longer
	}
	for g, o := range t.filters {
		o.SetSelected(g == s.Today.Show)
		o.SetCount(fmt.Sprint(s.Today.Counts[g]))
	}
	label := c.t(words.TrayNav)
	if s.Today.Tray > 0 {
		label = fmt.Sprintf("%s  ·  %d", label, s.Today.Tray)
	}
	if t.tray.Label() != label {
		t.tray.SetLabel(label)
		t.head.Refresh()
	}
	if !s.Today.Loaded {
		return // what was there stays until something else is known
	}
	t.rows = s.Today.Shown()
	if shown := t.fingerprint(s); shown != t.shown {
		t.shown = shown
		t.list.SetLength(len(t.rows))
		t.body.Objects = []fyne.CanvasObject{t.instead(s)}
		t.body.Refresh()
	}
}

// instead is the table, or what stands in its place while it is empty.
func (t *today) instead(s desk.State) fyne.CanvasObject {
	switch {
	case len(t.rows) > 0:
		return t.table
	case len(s.Today.Rows) > 0:
		return t.c.empty(assets.DrawingDone, words.TodayNoneTitle, words.TodayNone)
	}
	return t.c.empty(assets.DrawingPosture, words.TodayEmptyTitle, words.TodayEmpty,
		kit.NewButton(t.c.look, t.c.t(words.NavFind), kit.ButtonStyle{Rank: kit.Secondary, Icon: assets.IconFind}, t.goFind),
		kit.NewButton(t.c.look, t.c.t(words.NavRegister), kit.ButtonStyle{Rank: kit.Secondary, Icon: assets.IconAddPerson}, t.goNew))
}

// fingerprint changes when the list has to be painted again: with its rows, and
// with the minute, since it says how long people wait.
func (t *today) fingerprint(s desk.State) string {
	var b strings.Builder
	fmt.Fprint(&b, s.Today.Show, t.c.desk.Now().Unix()/60)
	for _, v := range t.rows {
		fmt.Fprint(&b, v.Visit, v.Group, v.Tier, v.Over, len(v.Panels), len(v.Turns))
	}
	return b.String()
}

// cells is a row as the table shows it.
func (t *today) cells(i int) []kit.Cell {
	if i < 0 || i >= len(t.rows) {
		return nil
	}
	c, v := t.c, t.rows[i]
	name := desk.NameOf(v.Patient)
	if v.Patient == nil {
		name = c.t(words.TodayGuest)
	}
	born, age := c.born(v.Patient)
	var panels []string
	for _, p := range v.Panels {
		panels = append(panels, c.t(words.PanelName(string(p))))
	}
	return []kit.Cell{
		{Text: v.Ticket, Bold: true, Whole: true},
		{Text: name, Under: c.number(v.Patient), Bold: true},
		{Text: born, Under: age},
		{Text: strings.Join(panels, " · ")},
		t.stateOf(v),
	}
}

func (t *today) stateOf(v desk.Visitor) kit.Cell {
	c := t.c
	recheck := ""
	if !v.Recheck.IsZero() {
		recheck = c.t(words.TodayRecheck, words.With("time", c.lang.Time(v.Recheck.In(c.desk.Zone()))))
	}
	switch v.Group {
	case desk.Attention:
		if v.RecheckDue(c.desk.Now()) {
			return kit.Cell{Text: c.t(words.TodayRecheckNow), Under: recheck, Color: kit.ColorHighInk, Bold: true, Marked: true, Band: kit.High}
		}
		return kit.Cell{Text: c.t(words.TodayAct), Color: kit.ColorHighInk, Bold: true, Marked: true, Band: kit.High}
	case desk.Waiting:
		waits := c.desk.Now().Sub(v.Came)
		if waits < time.Minute {
			return kit.Cell{Text: c.t(words.TodayWaitsNow), Under: c.called(v.Turns)}
		}
		return kit.Cell{Text: c.t(words.TodayWaits, words.With("time", c.lang.Duration(waits.Truncate(time.Minute)))), Under: c.called(v.Turns)}
	case desk.Held:
		hold := v.Turns.Last()
		return kit.Cell{Text: c.t(words.TodayHeld) + separated(c.heldUntil(hold)), Under: c.t(words.HoldName(string(hold.Reason))), Marked: true, Band: kit.Watch}
	case desk.Absent:
		return kit.Cell{Text: c.t(words.TodayAbsent), Under: c.called(v.Turns), Color: kit.ColorInk2}
	}
	return kit.Cell{Text: c.t(words.TodayMeasuredAt, words.With("time", c.lang.Time(v.Came.In(c.desk.Zone())))), Under: recheck, Color: kit.ColorInk2}
}

// born is a birth date and an age in words; of an estimate the year alone.
func (c *Clinic) born(p *records.Patient) (date, age string) {
	if p == nil {
		return "", ""
	}
	if p.BirthDate.IsZero() {
		return c.t(words.PersonUnknownBirth), ""
	}
	date = c.lang.Date(p.BirthDate.Time())
	if p.BirthEstimated {
		date = c.t(words.PersonAbout, words.With("year", fmt.Sprintf("%04d", p.BirthDate.Year)))
	}
	if years, ok := p.BirthDate.AgeOn(c.desk.Now()); ok {
		age = c.lang.N(words.PersonYears, years)
	}
	return date, age
}

// number is the card of a person, or else their phone.
func (c *Clinic) number(p *records.Patient) string {
	if p == nil {
		return ""
	}
	phone := ""
	for _, id := range p.Identifiers {
		if id.System != records.PhoneSystem {
			return kit.Isolate(id.Value)
		}
		phone = kit.Isolate(id.Value)
	}
	return phone
}
