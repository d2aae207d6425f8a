package clinic

import (
	"cmp"
	"fmt"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"aidpost/app/desk"
	"aidpost/app/settings"
	"aidpost/assets"
	"aidpost/assets/words"
	"aidpost/reports"
	"aidpost/reports/cups"
	"aidpost/ui/kit"
)

// printers says how the print queues stand, in the words of the print service,
// with a way to try each.
func (p *settingsPage) printers(s settings.State) []fyne.CanvasObject {
	c := p.c
	if s.Trouble != nil || len(s.Queues) == 0 {
		return []fyne.CanvasObject{kit.NewNotice(c.look, kit.ToneWatch, c.t(words.SettingsPrinterNone))}
	}
	var rows []fyne.CanvasObject
	for _, q := range s.Queues {
		tone, text := kit.ToneDone, c.t(words.SettingsPrinterReady)
		if q.Status != cups.Ready && q.Status != cups.Printing {
			tone, text = kit.ToneWatch, cmp.Or(q.Reason, c.t(words.PrinterName(q.Status.String())))
		}
		test := kit.NewButton(c.look, c.t(words.PapersTest), kit.ButtonStyle{Rank: kit.Quiet, Icon: assets.IconPrint}, func() { c.askTestPrint(q.Name) })
		rows = append(rows, kit.NewRow(c.look, kit.Space16, kit.CrossCenter,
			kit.NewGrow(1, kit.NewNotice(c.look, tone, kit.Isolate(q.Name)+": "+kit.Isolate(text))), test))
	}
	return rows
}

// testPrint is the dialog that prints a test page, and says how that goes.
type testPrint struct {
	c     *Clinic
	queue string
	on    reports.Paper
	sizes []*kit.Option
	print *kit.Button
	said  *fyne.Container
	shown string
}

// askTestPrint asks on which paper a queue prints its test page: that of the
// settings at first.
func (c *Clinic) askTestPrint(queue string) {
	t := &testPrint{c: c, queue: queue, said: container.NewStack()}
	if c.admin != nil {
		t.on = c.admin.Settings.PaperIn(queue)
	}
	var sizes []fyne.CanvasObject
	for i, key := range sizeWords() {
		o := kit.NewOption(c.look, kit.OptionStyle{Label: c.t(key)}, func() { t.choose(reports.Paper(i)) })
		t.sizes = append(t.sizes, o)
		sizes = append(sizes, kit.NewGrow(1, o))
	}
	t.choose(t.on)
	t.print = kit.NewButton(c.look, c.t(words.PapersTestPrint), kit.ButtonStyle{Icon: assets.IconPrint}, func() { c.desk.PrintTest(queue, t.on) })
	c.showDialog(kit.NewOverlay(c.look, dialogWidth, kit.NewColumn(kit.Space16,
		c.title(c.t(words.PapersTest)), c.strong(kit.Isolate(queue)), c.caption(words.PapersPaper), c.rowsOf(3, sizes), t.said),
		c.closeButton(), t.print), func() { c.testing = nil })
	c.testing = t
	t.update(c.desk.State().TestPrint)
	c.focus(t.print)
}

func (t *testPrint) choose(on reports.Paper) {
	t.on = on
	for i, o := range t.sizes {
		o.SetSelected(reports.Paper(i) == on)
	}
}

// update says how the print is, in the words of the print service if it needs
// somebody.
func (t *testPrint) update(s desk.TestPrint) {
	c, text := t.c, ""
	if s.Queue == t.queue {
		text = c.message(s.Said)
	}
	shown := fmt.Sprint(text, s.Bad, s.Printing)
	if shown == t.shown {
		return
	}
	t.shown = shown
	t.print.Enable()
	if s.Printing {
		t.print.Disable()
	}
	t.said.Objects = nil
	if text != "" {
		tone := kit.ToneDone
		if s.Bad {
			tone = kit.ToneWatch
		}
		t.said.Objects = []fyne.CanvasObject{kit.NewNotice(c.look, tone, text)}
	}
	t.said.Refresh()
	c.dialog.Refresh()
}
