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
	"aidpost/reports"
	"aidpost/ui/kit"
)

// papers is the page of reports: what to print at the leading side, and beside
// it the pages as they will come out.
type papers struct {
	c       *Clinic
	kinds   map[clerk.Kind]*kit.Option
	spans   map[desk.Span]*kit.Option
	sizes   map[reports.Paper]*kit.Option
	span    fyne.CanvasObject
	act     *fyne.Container // print or cancel, and how it is
	sheet   *fyne.Container // the page
	foot    *fyne.Container // which page it is
	acted   string
	shown   image.Image
	drawing bool
	footed  string
	object  fyne.CanvasObject
}

// choicesWidth is that of the choices.
const choicesWidth = 300

func newPapers(c *Clinic) *papers {
	p := &papers{
		c: c, kinds: map[clerk.Kind]*kit.Option{}, spans: map[desk.Span]*kit.Option{}, sizes: map[reports.Paper]*kit.Option{},
		act: container.NewStack(), sheet: container.NewStack(), foot: container.NewStack(),
	}
	var kinds []fyne.CanvasObject
	for _, k := range c.desk.PaperKinds() {
		o := kit.NewOption(c.look, kit.OptionStyle{Label: c.t(kindWords(k)), Leading: true}, func() { c.desk.ChoosePaper(k) })
		p.kinds[k] = o
		kinds = append(kinds, o)
	}
	var spans, sizes []fyne.CanvasObject
	for i, key := range []words.Key{words.PapersSpanDay, words.PapersSpanWeek, words.PapersSpanMonth} {
		o := kit.NewOption(c.look, kit.OptionStyle{Label: c.t(key)}, func() { c.desk.ChooseSpan(desk.Span(i)) })
		p.spans[desk.Span(i)] = o
		spans = append(spans, kit.NewGrow(1, o))
	}
	for i, key := range []words.Key{words.PapersOnA4, words.PapersOnLetter, words.PapersOnReceipt} {
		o := kit.NewOption(c.look, kit.OptionStyle{Label: c.t(key)}, func() { c.desk.ChooseSize(reports.Paper(i)) })
		p.sizes[reports.Paper(i)] = o
		sizes = append(sizes, kit.NewGrow(1, o))
	}
	label := func(key words.Key) fyne.CanvasObject {
		return kit.NewText(c.look, c.t(key), kit.TextStyle{Size: kit.SizeCaption, Color: kit.ColorInk2})
	}
	p.span = kit.NewColumn(kit.Space8, label(words.ReportTime), kit.NewRow(c.look, kit.Space8, kit.CrossFill, spans...))
	choices := kit.NewColumn(kit.Space16,
		kit.NewColumn(kit.Space8, kinds...), p.span,
		kit.NewColumn(kit.Space8, label(words.PapersPaper), kit.NewRow(c.look, kit.Space8, kit.CrossFill, sizes...)),
		p.act)
	preview := kit.NewCard(c.look, kit.Space16, container.NewBorder(nil, p.foot, nil, nil, p.sheet))
	p.object = kit.NewColumn(kit.Space16, c.heading(c.title(c.t(words.NavReports))),
		kit.NewGrow(1, kit.NewRow(c.look, kit.Space24, kit.CrossFill, kit.NewSized(choicesWidth, choices), kit.NewGrow(1, preview))))
	return p
}

// kindWords are what a paper of the site is called.
func kindWords(k clerk.Kind) words.Key {
	return map[clerk.Kind]words.Key{
		clerk.Days: words.PapersDays, clerk.Quality: words.PapersQuality, clerk.Instruments: words.PapersInstruments, clerk.Activity: words.PapersActivity,
	}[k]
}

func (p *papers) content() fyne.CanvasObject { return p.object }

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
	for k, o := range p.kinds {
		o.SetSelected(k == s.Papers.Kind)
	}
	for k, o := range p.spans {
		o.SetSelected(k == s.Papers.Span)
	}
	for k, o := range p.sizes {
		o.SetSelected(k == s.Papers.On)
	}
	p.showPage(s.Papers)
	p.showFoot(s.Papers)
	p.showAct(s.Papers)
}

// showPage shows the page that is chosen, or what is being done.
func (p *papers) showPage(s desk.Papers) {
	var page image.Image
	if s.Page < len(s.Pages) {
		page = s.Pages[s.Page]
	}
	if page == p.shown && s.Drawing == p.drawing && len(p.sheet.Objects) > 0 {
		return
	}
	p.shown, p.drawing = page, s.Drawing
	p.sheet.Objects = nil
	switch {
	case page != nil:
		picture := canvas.NewImageFromImage(page)
		picture.FillMode, picture.ScaleMode = canvas.ImageFillContain, canvas.ImageScaleSmooth
		ground := canvas.NewRectangle(p.c.look.Color(kit.ColorGround))
		p.sheet.Objects = []fyne.CanvasObject{ground, container.NewPadded(picture)}
	case s.Drawing:
		p.sheet.Objects = []fyne.CanvasObject{kit.NewMiddle(kit.NewText(p.c.look, p.c.t(words.PapersDrawing), kit.TextStyle{Size: kit.SizeLead, Color: kit.ColorInk2, Align: kit.Center}))}
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
	}
	key := fmt.Sprint(text, s.Page, len(s.Pages))
	if key == p.footed {
		return
	}
	p.footed = key
	p.foot.Objects = nil
	if text != "" {
		turn := func(icon assets.Picture, by int) fyne.CanvasObject {
			return kit.NewButton(c.look, "", kit.ButtonStyle{Rank: kit.Quiet, Icon: icon}, func() { c.desk.TurnPaper(by) })
		}
		row := []fyne.CanvasObject{kit.NewGrow(1, kit.NewText(c.look, text, kit.TextStyle{Align: kit.Center}))}
		if s.Page > 0 {
			row = append([]fyne.CanvasObject{turn(assets.IconBack, -1)}, row...)
		}
		if s.Page+1 < len(s.Pages) {
			row = append(row, turn(assets.IconNext, 1))
		}
		p.foot.Objects = []fyne.CanvasObject{kit.NewRow(c.look, kit.Space8, kit.CrossCenter, row...)}
	}
	p.foot.Refresh()
}

// showAct is the button, and under it how the print is or was.
func (p *papers) showAct(s desk.Papers) {
	c := p.c
	said := c.message(s.Said)
	key := fmt.Sprint(s.Printing, said, s.Bad, len(s.Pages) > 0)
	if key == p.acted {
		return
	}
	p.acted = key
	rows := []fyne.CanvasObject{}
	switch {
	case s.Printing:
		rows = append(rows, kit.NewButton(c.look, c.t(words.CommonCancel), kit.ButtonStyle{Rank: kit.Secondary, Icon: assets.IconClose}, c.desk.CancelPrint))
	case len(s.Pages) > 0:
		rows = append(rows, kit.NewButton(c.look, c.t(words.TakePrint), kit.ButtonStyle{Icon: assets.IconPrint}, c.desk.PrintPaper))
	}
	if said != "" {
		tone := kit.ToneDone
		if s.Bad {
			tone = kit.ToneWatch
		}
		rows = append(rows, kit.NewNotice(c.look, tone, said))
	}
	p.act.Objects = []fyne.CanvasObject{kit.NewColumn(kit.Space16, rows...)}
	p.act.Refresh()
}
