package clinic

import (
	"errors"
	"fmt"
	"image/color"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"

	"aidpost/app/bedside"
	"aidpost/app/desk"
	"aidpost/app/dossier"
	"aidpost/app/tray"
	"aidpost/app/visit"
	"aidpost/assets"
	"aidpost/assets/words"
	"aidpost/instruments"
	"aidpost/records"
	"aidpost/records/guideline"
	"aidpost/records/intended"
	"aidpost/records/quality"
	"aidpost/records/staff"
	"aidpost/records/vitals"
	"aidpost/ui/kit"
)

// Equipment is what measuring and looking at a person need besides the desk.
type Equipment struct {
	Instruments visit.Instruments
	Rules       *guideline.Rules
	Grades      *quality.Grades
	Plan        func(vitals.Panel) (quality.Plan, bool) // nil: the site asks nothing
	Fit         visit.Fit                               // nil: every instrument is for everybody
	// Cuff says for which arms the cuff on an instrument is made; nil: of none.
	Cuff    func(instruments.Attached) intended.Range
	Labels  *intended.Labels // nil: nothing is said of what instruments are meant for
	Hygiene bedside.Hygiene  // nil: nothing has to be cleaned
	Tray    *tray.Tray       // nil: readings without a person are kept nowhere
	Place   records.Place
	// Units are those in which values are typed first.
	Units []vitals.Unit
}

// Equip gives the screen what it measures with. Without it the page of a person
// cannot be opened. It is called before Serve.
func (c *Clinic) Equip(e Equipment) { c.equipment = &e }

// personPage is the page of one person: who it is, everything that was measured, the
// trend of it, and what can be done.
type personPage struct {
	c       *Clinic
	dossier *dossier.Dossier
	shown   string // what is on screen
	measure vitals.Measure
	period  time.Duration
	rows    []dossier.Row

	head    *fyne.Container
	notices *fyne.Container
	filters *fyne.Container // the newest values, to choose from
	all     *fyne.Container // whether all is shown
	body    *fyne.Container
	chart   *fyne.Container
	list    *kit.List
	table   fyne.CanvasObject
	scroll  *kit.Scroll
	// After a dialog has asked for a change: where its trouble is said, and how
	// many changes were made before.
	asked   *kit.Text
	before  int
	turns   int        // that were made in the queue when the page was read
	moving  *ownerForm // while it is asked whose a result is; nil otherwise
	unread  *unread    // while it is asked who signs; nil otherwise
	merging bool       // it was asked who may be the same person
	draft   draft      // of the dialog; may be nil
	stands  visitStanding
}

// personColumns are the shares of when, value, range and how.
var personColumns = []float32{1.6, 2.7, 2.9, 2.8}

func newPerson(c *Clinic, s desk.State) page {
	if c.equipment == nil {
		return &still{c.empty(assets.DrawingDone, words.FrameNothingTitle, words.FrameNothing)}
	}
	p := &personPage{
		c: c, measure: vitals.Systolic, period: year, turns: s.Turns, stands: visitStanding{c: c},
		head: container.NewStack(), notices: container.NewVBox(), filters: container.NewStack(), all: container.NewStack(), body: container.NewStack(), chart: container.NewStack(),
	}
	p.list = kit.NewList(c.look, c.listRowHeight(), func() kit.ListRow { return kit.NewCells(c.look, personColumns, p.cells) })
	p.list.OnOpened = func(i int) { p.open(p.rows[i]) }
	p.table = kit.NewCard(c.look, 0, container.NewBorder(
		kit.NewColumn(0, kit.NewHead(c.look, personColumns, c.t(words.DossierColumnTime), c.t(words.DossierColumnValue), c.t(words.DossierColumnMeaning), c.t(words.DossierColumnHow)), kit.NewHairline(c.look)),
		nil, nil, nil, p.list))
	p.dossier = dossier.New(dossier.Config{
		Patient: s.Route.Patient, Hands: c.desk, Rules: c.equipment.Rules, Now: c.desk.Now, Changed: c.Changed,
	})
	p.scroll = kit.NewScroll(kit.NewColumn(kit.Space16, p.head, p.notices, p.filters, p.values()))
	return p
}

// leastRows of the table are in sight where the page scrolls.
const leastRows = 5

// values are the table and the chart side by side, or one below the other where
// letters are so large that a value would be cut before its unit.
func (p *personPage) values() fyne.CanvasObject {
	c, chart := p.c, kit.NewCard(p.c.look, kit.Space16, p.chart)
	if c.look.Text > kit.TextNormal {
		least := canvas.NewRectangle(color.Transparent)
		least.SetMinSize(fyne.NewSize(0, leastRows*c.listRowHeight()))
		return kit.NewGrow(1, kit.NewColumn(kit.Space16, kit.NewColumn(0, container.NewStack(least, p.body), p.all), chart))
	}
	return kit.NewGrow(1, kit.NewRow(c.look, kit.Space16, kit.CrossFill,
		kit.NewGrow(13, kit.NewColumn(0, kit.NewGrow(1, p.body), p.all)), kit.NewGrow(10, chart)))
}

func (p *personPage) content() fyne.CanvasObject { return p.scroll }

// reveal scrolls to what took the focus, where letters are too large for one page.
func (p *personPage) reveal(o fyne.CanvasObject) { p.scroll.Reveal(o) }

func (p *personPage) first() fyne.Focusable { return p.list }

func (p *personPage) update(at desk.State) {
	if p.turns != at.Turns {
		p.turns = at.Turns
		p.dossier.Load()
	}
	s := p.dossier.State()
	p.answer(s)
	p.stands.update()
	if p.moving != nil {
		p.moving.update(s.Found, s.For)
	}
	if p.merging && !s.Busy {
		p.merging = false
		p.offerMerge(s)
	}
	place, _ := p.inQueue(s) // a hold may end by itself
	if shown := fmt.Sprintf("%t %t %d %v %v %p %d", s.Loaded, s.Gone, s.Done, s.Filter, p.measure, firstOf(s.Visits), place.Group) + p.marksOf(s); shown != p.shown {
		p.shown = shown
		p.show(s)
	}
}

func firstOf(visits []*records.Encounter) *records.Encounter {
	if len(visits) == 0 {
		return nil
	}
	return visits[0]
}

func (p *personPage) marksOf(s dossier.State) string {
	if s.Patient == nil {
		return ""
	}
	return fmt.Sprint(s.Patient.Marks)
}

// answer says in an open dialog what has become of its change.
func (p *personPage) answer(s dossier.State) {
	if p.asked == nil || s.Busy {
		return
	}
	if s.Problem == nil && s.Done > p.before {
		p.asked = nil
		clear(p.draft)
		p.c.closeDialog()
		return
	}
	if s.Problem != nil {
		p.asked.SetText(p.c.problem(s.Problem))
	}
}

// problem puts an error of the records into words that help.
func (c *Clinic) problem(err error) string {
	switch {
	case errors.Is(err, records.ErrReadBack):
		return c.t(words.TellWrong)
	case errors.Is(err, records.ErrSecond), errors.Is(err, records.ErrSignIn), errors.Is(err, records.ErrMustChangePIN):
		return c.t(words.TellUnreadWrong)
	case errors.Is(err, records.ErrStale), errors.Is(err, records.ErrChanged):
		return c.t(words.DossierStale)
	case errors.Is(err, records.ErrCalculated):
		return c.t(words.DossierCalculated)
	case errors.Is(err, records.ErrOngoing):
		return c.t(words.DossierOngoing)
	case errors.Is(err, staff.ErrDenied):
		return c.t(words.ProblemDenied)
	}
	return c.t(words.DossierRefused)
}

// show draws everything anew.
func (p *personPage) show(s dossier.State) {
	c := p.c
	if s.Gone {
		p.body.Objects = []fyne.CanvasObject{c.emptySaying(assets.DrawingDone, c.t(words.DossierGone), "")}
		p.body.Refresh()
		return
	}
	if !s.Loaded {
		return
	}
	p.rows = s.Rows
	latest := s.Latest()
	if of := func(l dossier.Latest) bool { return l.Measure == p.measure }; len(latest) > 0 && !slices.ContainsFunc(latest, of) {
		// A chart of what was never measured says nothing, and a pulse is not what
		// somebody came for: what it was measured with is.
		p.measure = latest[0].Measure
		if main := latest[0].Panel.Main(); len(main) > 0 {
			p.measure = main[0]
		}
	}
	put := func(into *fyne.Container, what ...fyne.CanvasObject) {
		into.Objects = what
		into.Refresh()
	}
	put(p.head, p.heading(s))
	put(p.notices, p.warnings(s)...)
	put(p.filters, p.latest(s, latest))
	switch {
	case len(s.Rows) > 0:
		put(p.body, p.table)
	case s.First():
		put(p.body, c.empty(assets.DrawingPosture, words.DossierEmptyTitle, words.DossierEmpty))
	default:
		put(p.body, c.emptySaying(assets.DrawingDone, c.t(words.DossierNone), ""))
	}
	put(p.all, p.showAll(s))
	p.list.SetLength(len(p.rows))
	put(p.chart, p.trend(s))
	p.scroll.Refresh()
	if c.canvas != nil && c.canvas.Focused() == nil && c.dialog == nil {
		c.focus(p.list) // before, there was no list to take the keys
	}
}

// heading is who it is, with what is done most at its end, and below it the marks and
// what is done less often: a name has the room that it needs.
func (p *personPage) heading(s dossier.State) fyne.CanvasObject {
	c := p.c
	var about []fyne.CanvasObject // number and marks, and at the end what is seldom done
	v, queues := p.inQueue(s)
	if v.Ticket != "" {
		about = append(about, c.strong(c.ticket(v)))
	}
	for _, m := range s.Patient.Marks {
		about = append(about, kit.NewBadge(c.look, kit.Watch, c.t(words.MarkName(string(m))), kit.SizeCaption))
	}
	button := func(key words.Key, rank kit.Rank, icon assets.Picture, run func()) fyne.CanvasObject {
		return kit.NewButton(c.look, c.t(key), kit.ButtonStyle{Rank: rank, Icon: icon}, run)
	}
	about = append(about, kit.NewGrow(1, kit.NewSpacer()))
	if c.desk.May(staff.MarkPatient) {
		about = append(about, button(words.DossierMarks, kit.Quiet, assets.Picture{}, p.editMarks))
	}
	if c.desk.May(staff.MergePatient) {
		about = append(about, button(words.DossierMerge, kit.Quiet, assets.Picture{}, p.askMerge))
	}
	if c.desk.May(staff.ReadAudit) {
		who := s.Patient.ID
		about = append(about, button(words.AuditTrailOf, kit.Quiet, assets.Picture{}, func() { c.desk.Go(desk.Route{Page: desk.PageAudit, Patient: who}) }))
	}
	if c.desk.May(staff.ChangeConsent) {
		about = append(about, button(words.DossierConsent, kit.Quiet, assets.Picture{}, p.askConsent))
	}
	if s.PIN && c.desk.May(staff.RemovePIN) {
		about = append(about, button(words.DossierPIN, kit.Quiet, assets.Picture{}, p.askRemovePIN))
	}
	var actions []fyne.CanvasObject
	if queues && c.desk.May(staff.QueuePatient) {
		actions = append(actions, button(words.QueueTitle, kit.Secondary, assets.Picture{}, func() { c.showQueue(v) }))
	}
	if c.desk.MayOpen(desk.PagePersonPapers) && measured(s) {
		actions = append(actions, button(words.DossierPrint, kit.Secondary, assets.IconPrint, func() {
			c.desk.Go(desk.Route{Page: desk.PagePersonPapers, Patient: s.Patient.ID})
		}))
	}
	if c.desk.May(staff.SaveRecord) {
		actions = append(actions, button(words.DossierMeasure, kit.Primary, assets.IconPressure, p.begin))
	}
	top := c.row(kit.Space8, append([]fyne.CanvasObject{kit.NewGrow(1, c.whose(desk.NameOf(s.Patient), s.Patient))}, actions...)...)
	return kit.NewColumn(0, top, c.row(kit.Space8, about...))
}

// whose heads each page that is about one person: nobody is known by a name
// alone.
func (c *Clinic) whose(title string, p *records.Patient) fyne.CanvasObject {
	return kit.NewColumn(4, c.title(title), kit.NewText(c.look, c.facts(p), kit.TextStyle{Color: kit.ColorInk2}))
}

// facts are what tells a person from another of that name.
func (c *Clinic) facts(p *records.Patient) string {
	if p == nil {
		return ""
	}
	born, age := c.born(p)
	sex := ""
	if p.Sex == records.Female || p.Sex == records.Male { // the other answers need their question
		sex = c.sexName(p.Sex)
	}
	all := []string{born, age, sex, c.number(p)}
	return strings.Join(slices.DeleteFunc(all, func(fact string) bool { return fact == "" }), "  ·  ")
}

func (c *Clinic) row(gap float32, children ...fyne.CanvasObject) fyne.CanvasObject {
	return kit.NewRow(c.look, gap, kit.CrossCenter, children...)
}

// measured reports whether there is something to print.
func measured(s dossier.State) bool {
	return slices.ContainsFunc(s.Visits, func(e *records.Encounter) bool { return len(e.Observations) > 0 && e.Status.Visit() })
}

// warnings name each critical value that nobody was told of.
func (p *personPage) warnings(s dossier.State) []fyne.CanvasObject {
	c := p.c
	var list []fyne.CanvasObject
	for _, row := range s.Untold {
		text := c.t(words.DossierUntold, words.With("what", c.valueOf(row.Observation)), words.With("time", c.when(row.Taken)))
		tell := kit.NewButton(c.look, c.t(words.DossierTell), kit.ButtonStyle{Rank: kit.Urgent}, func() { p.tell(row) })
		list = append(list, kit.NewNotice(c.look, kit.ToneWrong, text, tell))
	}
	return append(list, p.queued(s)...)
}

// longestWait is for how long somebody who came is still there: a visit of
// yesterday is not gone on with.
const longestWait = 18 * time.Hour

// begin opens the page for measuring: in the visit that the person waits in, or
// in a new one.
func (p *personPage) begin() {
	s := p.dossier.State()
	if s.Patient == nil {
		return
	}
	r := desk.Route{Page: desk.PageMeasure, Patient: s.Patient.ID}
	if b := p.c.parked; b != nil && b.State().Visit.Patient.ID == s.Patient.ID {
		p.c.opening, p.c.parked = b, nil
		p.c.desk.Go(r)
		return
	}
	if e := s.Waiting(p.c.desk.Now().Add(-longestWait)); e != nil {
		r.Visit = e.ID
	}
	p.c.opening = newBedside(p.c, s, r)
	if p.c.shown(s.Patient) {
		_ = p.c.opening.ShowCard(p.c.card.code) // it is sure already who this is
	}
	p.c.desk.Go(r)
}

// newBedside makes the measuring of somebody whose dossier is open.
func newBedside(c *Clinic, s dossier.State, r desk.Route) *bedside.Bedside {
	e := s.Waiting(c.desk.Now().Add(-longestWait))
	if e == nil {
		e = bedside.Visit(s.Patient, c.equipment.Place, c.desk.Zone(), c.desk.Now())
	}
	who := c.desk.State().Who
	cfg := bedside.Config{
		Instruments: c.equipment.Instruments, Hands: c.desk, Rules: c.equipment.Rules, Grades: c.equipment.Grades,
		Plan: c.equipment.Plan, Fit: c.equipment.Fit, Cuff: c.equipment.Cuff, Arm: s.KnownArm(), Hygiene: c.equipment.Hygiene, Tray: c.equipment.Tray, Place: c.equipment.Place, Zone: c.desk.Zone(), Who: who.Clinician(), Now: c.desk.Now, Changed: c.Changed, Sample: c.sample,
	}
	return bedside.New(cfg, e, s.Subject(c.desk.Now()), s.First())
}
