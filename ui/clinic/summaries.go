package clinic

import (
	"errors"
	"fmt"

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

// summariesPage is what people saved at the kiosk when there was no printer.
type summariesPage struct {
	c      *Clinic
	model  *office.Summaries
	rows   []office.Saved
	status *fyne.Container
	body   *fyne.Container
	list   *kit.List
	table  fyne.CanvasObject
	shown  string
	object fyne.CanvasObject
}

// summaryColumns are the shares of the person, the visit and when it was saved.
var summaryColumns = []float32{3, 2, 2}

func newSummaries(c *Clinic) page {
	if c.place == nil {
		return &still{c.empty(assets.DrawingDone, words.FrameNothingTitle, words.FrameNothing)}
	}
	p := &summariesPage{c: c, status: container.NewStack(), body: container.NewStack()}
	p.list = kit.NewList(c.look, c.listRowHeight(), func() kit.ListRow { return kit.NewCells(c.look, summaryColumns, p.cells) })
	p.list.OnOpened = func(i int) { p.open(p.rows[i]) }
	p.table = kit.NewCard(c.look, 0, container.NewBorder(
		kit.NewColumn(0, kit.NewHead(c.look, summaryColumns,
			c.t(words.TodayColumnPerson), c.t(words.SummariesColumnVisit), c.t(words.SummariesColumnSaved)), kit.NewHairline(c.look)),
		nil, nil, nil, p.list))
	p.model = office.NewSummaries(c.office(), *c.place, c.desk.PrintSaved)
	p.object = kit.NewColumn(kit.Space16,
		kit.NewRow(c.look, kit.Space8, kit.CrossCenter, c.turn(assets.IconBack, c.desk.Back), kit.NewGrow(1,
			kit.NewColumn(0, c.title(c.t(words.SummariesTitle)), c.quiet(c.t(words.SummariesLead))))),
		p.status, kit.NewGrow(1, p.body))
	return p
}

func (p *summariesPage) content() fyne.CanvasObject { return p.object }
func (p *summariesPage) first() fyne.Focusable      { return p.list }
func (p *summariesPage) resume()                    { p.model.Resume() }

func (p *summariesPage) update(desk.State) {
	s, task := p.model.State(), p.model.Task()
	shown := fmt.Sprint(s.Loaded, s.Did, len(s.Saved), task.Busy, task.Done, task.Problem)
	if shown == p.shown {
		return
	}
	p.shown, p.rows = shown, s.Saved
	p.list.SetLength(len(p.rows))
	p.list.Refresh()
	p.body.Objects = []fyne.CanvasObject{p.table}
	if s.Loaded && len(p.rows) == 0 {
		p.body.Objects = []fyne.CanvasObject{kit.NewCard(p.c.look, kit.Space24,
			p.c.emptySaying(assets.DrawingDone, p.c.t(words.SummariesNone), p.c.t(words.SummariesNoneLead)))}
	}
	p.status.Objects = nil
	if n := p.notice(s, task); n != nil {
		p.status.Objects = []fyne.CanvasObject{n}
	}
	p.status.Refresh()
	p.body.Refresh()
	p.object.Refresh()
}

// notice says what came of what was done last.
func (p *summariesPage) notice(s office.SummariesState, task office.Task) fyne.CanvasObject {
	c := p.c
	switch {
	case task.Problem != nil:
		return kit.NewNotice(c.look, kit.ToneWrong, p.problem(task.Problem))
	case s.Did == office.SummaryPrinted:
		return kit.NewNotice(c.look, kit.ToneDone, c.t(words.PapersPrinted))
	case s.Did == office.SummaryRemoved:
		return kit.NewNotice(c.look, kit.ToneDone, c.t(words.SummariesRemoved))
	}
	return nil
}

func (p *summariesPage) problem(err error) string {
	c := p.c
	if m, _ := desk.PrintWords(err); m.Key != "" {
		return c.t(m.Key, m.Args...)
	}
	switch {
	case errors.Is(err, staff.ErrDenied):
		return c.t(words.ProblemDenied)
	case errors.Is(err, records.ErrNotFound):
		return c.t(words.SummariesGone)
	}
	return c.t(words.SummariesFailed)
}

// cells is one summary as the list shows it.
func (p *summariesPage) cells(i int) []kit.Cell {
	if i < 0 || i >= len(p.rows) {
		return nil
	}
	c, s := p.c, p.rows[i]
	visit := kit.Cell{Color: kit.ColorInk2}
	if !s.Started.IsZero() {
		visit.Text = c.when(s.Started)
	}
	return []kit.Cell{{Text: p.whose(s), Bold: s.Patient != nil}, visit, {Text: c.when(s.At), Color: kit.ColorInk2}}
}

// whose is the name of the person.
func (p *summariesPage) whose(s office.Saved) string {
	switch {
	case s.Gone:
		return p.c.t(words.SummariesGone)
	case s.Patient == nil:
		return p.c.t(words.TodayGuest)
	}
	return kit.Isolate(desk.NameOf(s.Patient))
}

// open offers what can be done with one summary.
func (p *summariesPage) open(s office.Saved) {
	c := p.c
	acts := []fyne.CanvasObject{c.closeButton()}
	add := func(key words.Key, style kit.ButtonStyle, act func()) {
		acts = append(acts, kit.NewButton(c.look, c.t(key), style, func() {
			c.closeDialog()
			act()
		}))
	}
	if c.desk.May(staff.DropSummary) {
		add(words.SummariesRemove, kit.ButtonStyle{Rank: kit.Secondary}, func() { p.askRemove(s) })
	}
	if s.Patient != nil && c.desk.MayOpen(desk.PagePatient) {
		add(words.SummariesOpenVisit, kit.ButtonStyle{Rank: kit.Secondary}, func() {
			c.desk.Go(desk.Route{Page: desk.PagePatient, Patient: s.Patient.ID, Visit: s.Encounter})
		})
	}
	if !s.Gone {
		add(words.TakePrint, kit.ButtonStyle{Icon: assets.IconPrint}, func() { p.model.Print(s) })
	}
	c.showDialog(kit.NewOverlay(c.look, dialogWidth, kit.NewColumn(kit.Space16,
		c.title(p.whose(s)), c.label(words.SummariesColumnSaved, c.when(s.At))), acts...), nil)
}

// askRemove asks once more before one is destroyed.
func (p *summariesPage) askRemove(s office.Saved) {
	c := p.c
	keep := kit.NewButton(c.look, c.t(words.CommonCancel), kit.ButtonStyle{Rank: kit.Secondary}, c.closeDialog)
	remove := kit.NewButton(c.look, c.t(words.SummariesRemove), kit.ButtonStyle{}, func() {
		c.closeDialog()
		p.model.Remove(s)
	})
	c.showDialog(kit.NewOverlay(c.look, dialogWidth, kit.NewColumn(kit.Space16,
		c.title(c.t(words.SummariesRemoveAsk)), c.plain(p.whose(s)), c.plain(c.t(words.SummariesRemoveLead))), keep, remove), nil)
}
