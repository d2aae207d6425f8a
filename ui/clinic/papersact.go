package clinic

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"aidpost/app/desk"
	"aidpost/app/strongbox"
	"aidpost/assets"
	"aidpost/assets/words"
	"aidpost/reports"
	"aidpost/reports/cups"
	"aidpost/ui/kit"
)

// showAct is the button, and with it how the print is or was.
func (p *papers) showAct(s desk.Papers) {
	c := p.c
	said := c.message(s.Said)
	if s.Printing && s.Batch > 0 && !s.Bad {
		said = c.t(words.PapersProgress, words.With("n", s.Done), words.With("total", s.Batch))
	}
	key := fmt.Sprint(s.Printing, said, s.Bad, s.Asks, len(s.Pages) > 0, s.Batch, s.Done, s.Kind)
	if key == p.acted {
		return
	}
	p.acted = key
	rows := []fyne.CanvasObject{}
	if said != "" {
		tone := kit.ToneDone
		if s.Bad {
			tone = kit.ToneWatch
		}
		rows = append(rows, kit.NewNotice(c.look, tone, said))
	}
	switch {
	case s.Printing:
		rows = append(rows, kit.NewButton(c.look, c.t(words.CommonCancel), kit.ButtonStyle{Rank: kit.Secondary, Icon: assets.IconClose}, c.desk.CancelPrint))
	case len(s.Pages) > 0:
		if s.Asks {
			rows = append(rows, p.whyAgain(s))
		}
		rows = append(rows, kit.NewButton(c.look, p.printWords(s), kit.ButtonStyle{Icon: assets.IconPrint}, c.desk.PrintPaper))
		if s.Batch == 0 && len(c.desk.SaveFolders()) > 0 {
			rows = append(rows, kit.NewButton(c.look, c.t(words.PapersSave), kit.ButtonStyle{Rank: kit.Quiet, Icon: assets.IconLock}, p.askSave))
		}
	}
	p.act.Objects = []fyne.CanvasObject{kit.NewColumn(kit.Space8, rows...)}
	p.act.Refresh()
	p.object.Refresh()
	if s.Asks && !s.Printing {
		c.focus(p.again)
	}
}

func (p *papers) printWords(s desk.Papers) string {
	switch {
	case s.Batch > 0 && s.Done > 0:
		return p.c.t(words.PapersGoOn, words.With("n", s.Done), words.With("total", s.Batch))
	case s.Batch > 0:
		return p.c.lang.N(words.PapersPrintAll, s.Batch)
	}
	return p.c.t(words.TakePrint)
}

// whyAgain asks why something is printed once more.
func (p *papers) whyAgain(s desk.Papers) fyne.CanvasObject {
	c := p.c
	p.again = c.noteEntry(100)
	p.again.SetText(s.Again)
	p.again.OnChanged = c.desk.SayWhy
	p.again.OnSubmitted = func(string) { c.desk.PrintPaper() }
	return kit.NewField(c.look, c.t(words.PapersAgain), "", p.again).Slim()
}

// showHow says in one button how the paper comes out; pressed, it asks.
func (p *papers) showHow(s desk.Papers) {
	c := p.c
	parts := []string{c.t(sizeWords()[s.How.On])}
	if s.How.Lang != "" {
		parts = append(parts, c.cfg.Words.Lang(s.How.Lang).Name())
	}
	if s.How.Queue != "" {
		parts = append(parts, kit.Isolate(s.How.Queue))
	}
	trouble := ""
	for _, q := range s.How.Queues {
		if m, bad := desk.QueueWords(q); bad && (q.Name == s.How.Queue || s.How.Queue == "" && (q.Default || len(s.How.Queues) == 1)) {
			trouble = c.message(m)
		}
	}
	said := strings.Join(parts, "  ·  ") + trouble + fmt.Sprint(s.Printing)
	if said == p.howSaid {
		return
	}
	p.howSaid = said
	button := kit.NewButton(c.look, c.t(words.PapersHow)+": "+strings.Join(parts, "  ·  "), kit.ButtonStyle{Rank: kit.Quiet}, p.askHow)
	if s.Printing {
		button.Disable()
	}
	rows := []fyne.CanvasObject{button}
	if trouble != "" && !s.Printing { // while something is printed, how that goes is said
		rows = append([]fyne.CanvasObject{kit.NewNotice(c.look, kit.ToneWatch, trouble)}, rows...)
	}
	p.how.Objects = []fyne.CanvasObject{kit.NewColumn(kit.Space8, rows...)}
	p.how.Refresh()
	p.object.Refresh()
}

func sizeWords() []words.Key {
	return []words.Key{reports.A4: words.PapersOnA4, reports.Letter: words.PapersOnLetter, reports.Receipt: words.PapersOnReceipt}
}

// askHow lets the paper, the printer and the language be chosen.
func (p *papers) askHow() {
	c := p.c
	s := c.desk.State().Papers
	chosen := func(label string, on bool, choose func()) fyne.CanvasObject {
		o := kit.NewOption(c.look, kit.OptionStyle{Label: label}, func() {
			choose()
			p.askHow()
		})
		o.SetSelected(on)
		return kit.NewGrow(1, o)
	}
	var sizes, langs, printers []fyne.CanvasObject
	for i, key := range sizeWords() {
		sizes = append(sizes, chosen(c.t(key), s.How.On == reports.Paper(i), func() { c.desk.ChooseSize(reports.Paper(i)) }))
	}
	usual := c.lang.Name()
	all := c.cfg.Words.StaffLangs()
	if s.Kind.TakenHome() {
		usual, all = c.t(words.PapersTheirs), c.cfg.Words.Langs()
	}
	langs = append(langs, chosen(usual, s.How.Lang == "", func() { c.desk.ChooseLanguage("") }))
	for _, l := range all {
		if usual != l.Name() {
			langs = append(langs, chosen(l.Name(), s.How.Lang == l.Tag(), func() { c.desk.ChooseLanguage(l.Tag()) }))
		}
	}
	printers = append(printers, chosen(c.t(words.PapersUsual), s.How.Queue == "", func() { c.desk.ChooseQueue("") }))
	for _, q := range s.How.Queues {
		printers = append(printers, chosen(c.printerSaid(q), s.How.Queue == q.Name, func() { c.desk.ChooseQueue(q.Name) }))
	}
	rows := []fyne.CanvasObject{c.title(c.t(words.PapersHow)), c.caption(words.PapersPaper), c.rowsOf(3, sizes)}
	rows = append(rows, c.caption(words.PapersLanguage), c.rowsOf(4, langs), c.caption(words.PapersPrinter), c.rowsOf(2, printers))
	close := c.closeButton()
	c.showDialog(kit.NewOverlay(c.look, dialogWidth, kit.NewColumn(kit.Space8, rows...), close), nil)
	c.focus(close)
	c.desk.LookAtPrinters()
}

// printerSaid names a printer with how it is.
func (c *Clinic) printerSaid(q cups.Queue) string {
	said := kit.Isolate(q.Name)
	if m, bad := desk.QueueWords(q); bad {
		return c.message(m)
	}
	if q.Waiting > 0 {
		said += "  ·  " + c.lang.N(words.PapersWaiting, q.Waiting)
	}
	return said
}

// rowsOf lays choices out in rows of so many, all of them equally wide.
func (c *Clinic) rowsOf(most int, all []fyne.CanvasObject) fyne.CanvasObject {
	var rows []fyne.CanvasObject
	for line := range slices.Chunk(all, most) {
		for len(line) < most && len(rows) > 0 {
			line = append(line[:len(line):len(line)], kit.NewGrow(1, kit.NewSpacer()))
		}
		rows = append(rows, kit.NewRow(c.look, kit.Space8, kit.CrossFill, line...))
	}
	return kit.NewColumn(4, rows...)
}

// askSave asks for a passphrase and a folder, and writes the encrypted file.
func (p *papers) askSave() {
	c := p.c
	secret := func(key words.Key) (*kit.Entry, *kit.Field) {
		e := kit.NewEntry(c.look, kit.EntryStyle{Step: kit.SizeLead, Secret: true, Limit: 100})
		f := kit.NewField(c.look, c.t(key), "", e)
		e.OnChanged = func(string) { f.SetProblem("") }
		return e, f
	}
	first, firstField := secret(words.PapersPassphrase)
	second, secondField := secret(words.PapersPassphraseAgain)
	folders := c.desk.SaveFolders()
	folder := folders[0]
	var places []fyne.CanvasObject
	options := map[string]*kit.Option{}
	for _, f := range folders {
		options[f] = kit.NewOption(c.look, kit.OptionStyle{Label: kit.Isolate(filepath.Clean(f)), Leading: true}, func() {
			folder = f
			for each, o := range options {
				o.SetSelected(each == f)
			}
		})
		options[f].SetSelected(f == folder)
		places = append(places, options[f])
	}
	save := kit.NewButton(c.look, c.t(words.PapersSave), kit.ButtonStyle{Icon: assets.IconLock}, func() {
		if first.Text() != second.Text() {
			secondField.SetProblem(c.t(words.PapersPassphraseDiffers))
			return
		}
		if err := c.desk.SavePaper(folder, first.Text()); errors.Is(err, strongbox.ErrShort) {
			firstField.SetProblem(c.lang.N(words.PapersPassphraseShort, strongbox.LeastPassphrase))
			return
		}
		c.closeDialog()
	})
	first.OnSubmitted = func(string) { c.focus(second) }
	rows := []fyne.CanvasObject{c.title(c.t(words.PapersSave)), c.plain(c.t(words.PapersSaveLead)),
		kit.NewRow(c.look, kit.Space16, kit.CrossTop, kit.NewGrow(1, firstField), kit.NewGrow(1, secondField)),
		c.caption(words.PapersFolder), kit.NewColumn(4, places...)}
	c.showDialog(kit.NewOverlay(c.look, dialogWidth, kit.NewColumn(kit.Space8, rows...), c.closeButton(), save), nil)
	c.focus(first)
}
