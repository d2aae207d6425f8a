package clinic

import (
	"errors"
	"fmt"
	"path/filepath"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"aidpost/app/desk"
	"aidpost/app/extract"
	"aidpost/app/office"
	"aidpost/app/strongbox"
	"aidpost/assets"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/staff"
	"aidpost/ui/kit"
)

// exportPage has the records written into files for other programs: what at the
// leading side, and beside it where to and who may read it.
type exportPage struct {
	c     *Clinic
	model *office.Exports
	order office.ExportOrder
	span  desk.Span

	phrase, again     *kit.Entry // the passphrase, twice
	firstField, twice *kit.Field
	secret            *fyne.Container // both, or what it means that there is none
	names             *kit.Check
	status            *fyne.Container
	begin, cancel     *kit.Button // one of them shows
	shown             string
	object            fyne.CanvasObject
}

func newExport(c *Clinic) page {
	folders := c.desk.SaveFolders()
	if c.place == nil || len(folders) == 0 {
		return &still{c.empty(assets.DrawingDone, words.FrameNothingTitle, words.FrameNothing)}
	}
	p := &exportPage{
		c: c, model: office.NewExports(c.office(), *c.place), span: desk.SpanMonth,
		order:  office.ExportOrder{Format: extract.Table, Folder: folders[0]},
		secret: container.NewStack(), status: container.NewStack(),
	}
	p.begin = kit.NewButton(c.look, c.t(words.ExportStart), kit.ButtonStyle{Icon: assets.IconTray}, p.start)
	p.cancel = kit.NewButton(c.look, c.t(words.CommonCancel), kit.ButtonStyle{Rank: kit.Secondary, Icon: assets.IconClose}, p.model.Cancel)
	p.cancel.Hide()
	p.makeSecret()
	p.names = kit.NewCheck(c.look, c.t(words.ExportNameless), false, func(on bool) { p.order.Nameless = on })
	what := kit.NewCard(c.look, kit.Space24, kit.NewColumn(kit.Space16, c.strong(c.t(words.ExportKind)), p.formats(), p.names,
		kit.NewColumn(kit.Space8, c.caption(words.ReportTime), p.spans())))
	where := kit.NewCard(c.look, kit.Space24, kit.NewColumn(kit.Space16, c.strong(c.t(words.PapersFolder)), p.folders(folders),
		c.strong(c.t(words.ExportProtect)), p.protection(), p.secret))
	p.object = kit.NewColumn(kit.Space16,
		c.adminHeading(words.ExportTitle, p.begin, p.cancel), c.plain(c.t(words.ExportLead)), p.status,
		kit.NewGrow(1, kit.NewScroll(kit.NewRow(c.look, kit.Space16, kit.CrossTop, kit.NewGrow(1, what), kit.NewGrow(1, where)))))
	return p
}

func (p *exportPage) content() fyne.CanvasObject { return p.object }
func (p *exportPage) resume()                    { p.model.Resume() }

// choice is a column of options of which one is chosen.
func choice[T comparable](c *Clinic, all []T, chosen T, style func(T) kit.OptionStyle, choose func(T)) []*kit.Option {
	options := make([]*kit.Option, len(all))
	for i, each := range all {
		options[i] = kit.NewOption(c.look, style(each), func() {
			for j, o := range options {
				o.SetSelected(j == i)
			}
			choose(each)
		})
		options[i].SetSelected(each == chosen)
	}
	return options
}

func columnOf(options []*kit.Option) fyne.CanvasObject {
	rows := make([]fyne.CanvasObject, len(options))
	for i, o := range options {
		rows[i] = o
	}
	return kit.NewColumn(4, rows...)
}

func (p *exportPage) formats() fyne.CanvasObject {
	c := p.c
	said := map[extract.Format][2]words.Key{
		extract.Table: {words.ExportTable, words.ExportTableNote}, extract.Resources: {words.ExportResources, words.ExportResourcesNote},
	}
	return columnOf(choice(c, []extract.Format{extract.Table, extract.Resources}, p.order.Format, func(f extract.Format) kit.OptionStyle {
		return kit.OptionStyle{Label: c.t(said[f][0]), Note: c.t(said[f][1]), Leading: true}
	}, func(f extract.Format) {
		p.order.Format = f
		if p.names.Show(); f != extract.Table { // resources refer to people
			p.names.Hide()
		}
		p.object.Refresh()
	}))
}

func (p *exportPage) spans() fyne.CanvasObject {
	c := p.c
	said := spanWords()
	all := []desk.Span{desk.SpanDay, desk.SpanWeek, desk.SpanMonth, desk.SpanQuarter, desk.SpanYear, desk.SpanAll}
	options := choice(c, all, p.span, func(s desk.Span) kit.OptionStyle { return kit.OptionStyle{Label: c.t(said[s])} }, func(s desk.Span) { p.span = s })
	cells := make([]fyne.CanvasObject, len(options))
	for i, o := range options {
		cells[i] = kit.NewGrow(1, o)
	}
	return c.rowsOf(3, cells)
}

func (p *exportPage) folders(all []string) fyne.CanvasObject {
	return columnOf(choice(p.c, all, p.order.Folder, func(f string) kit.OptionStyle {
		return kit.OptionStyle{Label: kit.Isolate(filepath.Clean(f)), Leading: true}
	}, func(f string) { p.order.Folder = f }))
}

// protection is the choice of who can read the files.
func (p *exportPage) protection() fyne.CanvasObject {
	c := p.c
	return columnOf(choice(c, []bool{false, true}, p.order.Open, func(open bool) kit.OptionStyle {
		key := words.ExportEncrypted
		if open {
			key = words.ExportOpen
		}
		return kit.OptionStyle{Label: c.t(key), Leading: true}
	}, func(open bool) {
		p.order.Open = open
		p.showSecret()
	}))
}

// makeSecret makes the two fields of a passphrase.
func (p *exportPage) makeSecret() {
	c := p.c
	field := func(key words.Key) (*kit.Entry, *kit.Field) {
		e := kit.NewEntry(c.look, kit.EntryStyle{Step: kit.SizeLead, Secret: true, Limit: 100})
		f := kit.NewField(c.look, c.t(key), "", e)
		e.OnChanged = func(string) { f.SetProblem("") }
		return e, f
	}
	p.phrase, p.firstField = field(words.PapersPassphrase)
	p.again, p.twice = field(words.PapersPassphraseAgain)
	p.phrase.OnSubmitted = func(string) { c.focus(p.again) }
	p.again.OnSubmitted = func(string) { p.start() }
	p.showSecret()
}

// showSecret asks for a passphrase, or says what it means that there is none.
func (p *exportPage) showSecret() {
	c := p.c
	var rows fyne.CanvasObject = kit.NewNotice(c.look, kit.ToneWatch, c.t(words.ExportOpenWarning))
	if !p.order.Open {
		rows = kit.NewColumn(kit.Space8,
			kit.NewRow(c.look, kit.Space16, kit.CrossTop, kit.NewGrow(1, p.firstField), kit.NewGrow(1, p.twice)), c.quiet(c.t(words.PapersSaveLead)))
	}
	p.secret.Objects = []fyne.CanvasObject{rows}
	p.secret.Refresh()
	if p.object != nil {
		p.object.Refresh()
	}
}

// start begins to write what is chosen.
func (p *exportPage) start() {
	c, o := p.c, p.order
	if !o.Open && p.phrase.Text() != p.again.Text() {
		p.twice.SetProblem(c.t(words.PapersPassphraseDiffers))
		c.focus(p.again)
		return
	}
	if p.span != desk.SpanAll {
		o.Since = c.desk.SpanFrom(p.span)
	}
	o.Passphrase = p.phrase.Text()
	if err := p.model.Start(o); errors.Is(err, strongbox.ErrShort) {
		p.firstField.SetProblem(c.lang.N(words.PapersPassphraseShort, strongbox.LeastPassphrase))
		c.focus(p.phrase)
		return
	}
	p.phrase.SetText("")
	p.again.SetText("")
}

func (p *exportPage) update(desk.State) {
	c, s, task := p.c, p.model.State(), p.model.Task()
	shown := fmt.Sprint(s, task.Busy, task.Problem)
	if shown == p.shown {
		return
	}
	p.shown = shown
	if p.begin.Show(); task.Busy {
		p.begin.Hide()
	}
	if p.cancel.Hide(); task.Busy {
		p.cancel.Show()
	}
	var notice fyne.CanvasObject
	switch {
	case task.Busy:
		notice = kit.NewNotice(c.look, kit.ToneWatch, c.t(words.ExportProgress, words.With("n", s.Visits)))
	case task.Problem != nil:
		notice = kit.NewNotice(c.look, kit.ToneWrong, p.problem(task.Problem))
	case s.Done:
		notice = kit.NewNotice(c.look, kit.ToneDone, c.t(words.ExportDone, words.With("n", s.Visits), words.With("file", kit.Isolate(s.Path))))
	}
	p.status.Objects = nil
	if notice != nil {
		p.status.Objects = []fyne.CanvasObject{notice}
	}
	p.status.Refresh()
	p.object.Refresh()
}

// problem puts an error of an export into words that help.
func (p *exportPage) problem(err error) string {
	c := p.c
	for _, known := range []struct {
		err error
		key words.Key
	}{
		{office.ErrNothing, words.ExportNothing}, {office.ErrNoFolder, words.ExportNoFolder}, {office.ErrUnwritable, words.PapersNotSaved},
		{records.ErrFull, words.ExportFull}, {staff.ErrDenied, words.ProblemDenied}, {records.ErrCorrupt, words.ExportDamaged},
	} {
		if errors.Is(err, known.err) {
			return c.t(known.key)
		}
	}
	if isCancelled(err) {
		return c.t(words.ExportCancelled)
	}
	return c.t(words.ExportFailed)
}
