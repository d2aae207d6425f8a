package clinic

import (
	"fmt"
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"

	"aidpost/app/clerk"
	"aidpost/app/desk"
	"aidpost/assets"
	"aidpost/assets/words"
	"aidpost/ui/kit"
)

// papers is a page of papers, of the site or of one person: what to print at the
// leading side, and beside it the pages as they will come out.
type papers struct {
	c       *Clinic
	page    desk.Page
	kinds   map[clerk.Kind]*kit.Option
	title   *kit.Text
	scroll  *kit.Scroll
	about   *fyne.Container // what the kind of paper needs besides
	asked   string          // what about is for
	spans   map[desk.Span]*kit.Option
	visits  *visitPicker
	how     *fyne.Container // language, paper and printer in one button
	howSaid string
	act     *fyne.Container // print or cancel, and how it is
	acted   string
	again   *kit.Entry
	pages   *fyne.Container // the page over its foot
	sheet   *fyne.Container // the page
	foot    *fyne.Container // which page it is
	shown   image.Image
	instead string // what is said in the place of a page
	footed  string
	object  fyne.CanvasObject
}

// choicesWidth is that of the choices.
const choicesWidth = 336

func newPapers(c *Clinic, s desk.State) *papers {
	p := &papers{
		c: c, page: s.Route.Page, kinds: map[clerk.Kind]*kit.Option{}, title: c.title(c.t(words.NavReports)),
		about: container.NewStack(), how: container.NewStack(), act: container.NewStack(), sheet: container.NewStack(), foot: container.NewStack(),
	}
	var kinds []fyne.CanvasObject
	for _, k := range c.desk.PaperKinds(p.page) {
		o := kit.NewOption(c.look, kit.OptionStyle{Label: c.t(p.kindWords(k)), Leading: true}, func() { c.desk.ChoosePaper(k) })
		p.kinds[k] = o
		kinds = append(kinds, o)
	}
	if len(kinds) == 1 { // there is nothing to choose
		kinds = nil
	}
	p.scroll = kit.NewScroll(kit.NewColumn(kit.Space16, kit.NewColumn(4, kinds...), p.about))
	choices := kit.NewColumn(kit.Space8, kit.NewGrow(1, p.scroll), p.how, p.act)
	p.pages = container.NewBorder(nil, p.foot, nil, nil, p.sheet)
	preview := kit.NewCard(c.look, kit.Space16, p.pages)
	heading := c.heading(p.title)
	if p.page == desk.PagePapers && c.place != nil && c.desk.MayOpen(desk.PageSummaries) {
		heading = c.heading(p.title, kit.NewButton(c.look, c.t(words.SummariesTitle), kit.ButtonStyle{Rank: kit.Secondary},
			func() { c.desk.Go(desk.Route{Page: desk.PageSummaries}) }))
	}
	if p.page == desk.PageAuditPapers {
		heading = kit.NewRow(c.look, kit.Space8, kit.CrossCenter, c.turn(assets.IconBack, c.desk.Back), kit.NewGrow(1, c.title(c.t(words.AuditExtract))))
	}
	p.object = kit.NewColumn(kit.Space16, heading,
		kit.NewGrow(1, kit.NewRow(c.look, kit.Space24, kit.CrossFill, kit.NewSized(choicesWidth, choices), kit.NewGrow(1, preview))))
	return p
}

// kindWords are what a paper is called on this page.
func (p *papers) kindWords(k clerk.Kind) words.Key {
	if p.page == desk.PagePersonPapers {
		return map[clerk.Kind]words.Key{
			clerk.Person: words.PapersGlance, clerk.Trend: words.PapersTrend, clerk.Visit: words.PapersOfVisit, clerk.Referral: words.PapersReferral,
		}[k]
	}
	return map[clerk.Kind]words.Key{
		clerk.Days: words.PapersDays, clerk.Quality: words.PapersQuality, clerk.Instruments: words.PapersInstruments, clerk.Activity: words.PapersActivity,
		clerk.Audit: words.AuditExtract, clerk.Closing: words.ShiftPaper, clerk.Book: words.BookTitle,
		clerk.Visit: words.PapersEachOfVisits, clerk.Person: words.PapersEachOfPeople,
	}[k]
}

func (p *papers) content() fyne.CanvasObject { return p.object }

// reveal scrolls the choices to what took the focus.
func (p *papers) reveal(o fyne.CanvasObject) { p.scroll.Reveal(o) }

// key turns pages.
func (p *papers) key(e *fyne.KeyEvent) bool {
	switch e.Name {
	case fyne.KeyPageDown:
		p.c.desk.TurnPaper(1)
	case fyne.KeyPageUp:
		p.c.desk.TurnPaper(-1)
	default:
		return false
	}
	return true
}

func (p *papers) update(s desk.State) {
	if s.Papers.Who != nil {
		p.title.SetText(p.c.t(words.PapersOfPerson, words.With("name", desk.NameOf(s.Papers.Who))))
	}
	for k, o := range p.kinds {
		o.SetSelected(k == s.Papers.Kind)
	}
	p.showAbout(s.Papers)
	for k, o := range p.spans {
		o.SetSelected(k == s.Papers.Span)
	}
	if p.visits != nil {
		p.visits.show(s.Papers)
	}
	p.showHow(s.Papers)
	p.showPage(s.Papers)
	p.showFoot(s.Papers)
	p.showAct(s.Papers)
}

// showAbout asks what the chosen paper needs to know.
func (p *papers) showAbout(s desk.Papers) {
	asked := fmt.Sprint(s.Kind, s.Patient)
	if asked == p.asked {
		return
	}
	p.asked, p.spans, p.visits = asked, nil, nil
	var rows []fyne.CanvasObject
	if spans := s.Spans(); len(spans) > 0 {
		rows = append(rows, p.spanChoice(spans))
	}
	if s.Patient != "" && s.Kind.Of() == clerk.OneVisit {
		p.visits = newVisitPicker(p.c)
		rows = append(rows, p.visits.object)
	}
	if s.Kind == clerk.Referral {
		rows = append(rows, p.letter(s))
	}
	p.about.Objects = []fyne.CanvasObject{kit.NewColumn(kit.Space16, rows...)}
	p.about.Refresh()
	p.scroll.Refresh()
}

func (c *Clinic) caption(key words.Key) fyne.CanvasObject {
	return kit.NewText(c.look, c.t(key), kit.TextStyle{Size: kit.SizeCaption, Color: kit.ColorInk2})
}

// spanWords are what the times are called that a paper may be about.
func spanWords() map[desk.Span]words.Key {
	return map[desk.Span]words.Key{
		desk.SpanDay: words.PapersSpanDay, desk.SpanWeek: words.PapersSpanWeek, desk.SpanMonth: words.PapersSpanMonth,
		desk.SpanQuarter: words.PapersSpanQuarter, desk.SpanYear: words.PapersSpanYear, desk.SpanAll: words.PapersSpanAll,
	}
}

// spanChoice is the choice of the time that a paper is about.
func (p *papers) spanChoice(spans []desk.Span) fyne.CanvasObject {
	c := p.c
	called := spanWords()
	p.spans = map[desk.Span]*kit.Option{}
	var all []fyne.CanvasObject
	for _, span := range spans {
		o := kit.NewOption(c.look, kit.OptionStyle{Label: c.t(called[span])}, func() { c.desk.ChooseSpan(span) })
		p.spans[span] = o
		all = append(all, kit.NewGrow(1, o))
	}
	rows := []fyne.CanvasObject{c.caption(words.ReportTime)}
	if c.look.Text > kit.TextNormal { // a long word has a row to itself
		return kit.NewColumn(kit.Space8, append(rows, c.wrap(1, all...))...)
	}
	for len(all) > 3 { // four are two rows
		rows = append(rows, kit.NewRow(c.look, kit.Space8, kit.CrossFill, all[:2]...))
		all = all[2:]
	}
	return kit.NewColumn(kit.Space8, append(rows, kit.NewRow(c.look, kit.Space8, kit.CrossFill, all...))...)
}

// showPage shows the page that is chosen, or what is being done.
func (p *papers) showPage(s desk.Papers) {
	var page image.Image
	if s.Page < len(s.Pages) {
		page = s.Pages[s.Page]
	}
	instead := ""
	switch {
	case page != nil:
	case s.Drawing:
		instead = p.c.t(words.PapersDrawing)
	case s.Patient != "":
		instead = p.c.t(words.PapersNoReading)
	case s.Kind == clerk.Closing:
		instead = p.c.t(words.ShiftNever)
	case s.Kind.Of() != clerk.Site:
		instead = p.c.t(words.PapersNobodyCame)
	}
	if page == p.shown && instead == p.instead && len(p.sheet.Objects) > 0 {
		return
	}
	p.shown, p.instead = page, instead
	p.sheet.Objects = nil
	switch {
	case page != nil:
		picture := canvas.NewImageFromImage(page)
		picture.FillMode, picture.ScaleMode = canvas.ImageFillContain, canvas.ImageScaleSmooth
		ground := canvas.NewRectangle(p.c.look.Color(kit.ColorGround))
		p.sheet.Objects = []fyne.CanvasObject{ground, container.NewPadded(picture)}
	case instead != "":
		p.sheet.Objects = []fyne.CanvasObject{kit.NewMiddle(kit.NewText(p.c.look, instead, kit.TextStyle{Size: kit.SizeLead, Color: kit.ColorInk2, Align: kit.Center}))}
	}
	p.sheet.Refresh()
}

// showFoot says which page it is, and turns to others.
func (p *papers) showFoot(s desk.Papers) {
	c := p.c
	text := ""
	if n := len(s.Pages); n > 0 {
		text = c.t(words.ReportPage, words.With("page", s.Page+1), words.With("pages", n))
		if s.More {
			text = c.t(words.PapersMore, words.With("n", n))
		}
		if s.Batch > 0 {
			text = c.lang.N(words.PapersFirstOf, s.Batch) + "  ·  " + text
		}
	}
	key := fmt.Sprint(text, s.Page, len(s.Pages))
	if key == p.footed {
		return
	}
	p.footed = key
	p.foot.Objects = nil
	if text != "" {
		row := []fyne.CanvasObject{kit.NewGrow(1, kit.NewText(c.look, text, kit.TextStyle{Align: kit.Center}))}
		if s.Page > 0 {
			row = append([]fyne.CanvasObject{c.turn(assets.IconBack, func() { c.desk.TurnPaper(-1) })}, row...)
		}
		if s.Page+1 < len(s.Pages) {
			row = append(row, c.turn(assets.IconNext, func() { c.desk.TurnPaper(1) }))
		}
		p.foot.Objects = []fyne.CanvasObject{kit.NewRow(c.look, kit.Space8, kit.CrossCenter, row...)}
	}
	p.pages.Refresh() // the foot may be higher now
}

// turn is a small button of an icon.
func (c *Clinic) turn(icon assets.Picture, run func()) *kit.Button {
	return kit.NewButton(c.look, "", kit.ButtonStyle{Rank: kit.Quiet, Icon: icon}, run)
}
