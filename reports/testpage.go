package reports

import (
	"context"
	"fmt"
	"io"

	"aidpost/assets/words"
	"aidpost/records/guideline"
	"aidpost/reports/paper"
)

// A TestPage shows whether a printer prints what reports need: all of the page,
// in its size, every script, patterns and codes. It is about nobody.
type TestPage struct {
	Issue
	Queue   string       // empty: the system's default
	Scripts []words.Lang // a line in each
}

// WriteTestPage writes the page. Errors are those of ctx and of w, ErrNoLanguage
// and paper.ErrDrawing.
func WriteTestPage(ctx context.Context, w io.Writer, t TestPage) error {
	return produce(ctx, w, "test page", func() (layout, error) { return composeTestPage(t) })
}

// The measures of the page, in points: a frame 5 mm from the edge, which office
// printers reach, on a roll 4 mm; a millimetre; and the code.
const (
	millimetre   = 72 / 25.4
	frameMargin  = 5 * millimetre
	rollMargin   = 4 * millimetre
	testCodeSide = 74.0
)

func composeTestPage(t TestPage) (layout, error) {
	d, err := newDesk(t.Issue)
	if err != nil {
		return layout{}, err
	}
	name := d.Lang.T(words.PapersTest)
	f := newFlow(d, d.again(d.Site.Name, name))
	f.place([]block{d.letterhead(name, ""), d.printed(t)})
	f.place([]block{d.section(d.Lang.T(words.PapersTestSize), ""), d.lines(body, bodyLead, d.Lang.T(words.PapersTestFrame)), d.ruler()})
	f.place([]block{d.section(d.Lang.T(words.PapersTestPatterns), ""), d.patterns()})
	code, err := d.testCode(fmt.Sprintf("AIDPOST TEST %s", d.Kiosk))
	if err != nil {
		return layout{}, err
	}
	f.place([]block{d.section(d.Lang.T(words.PapersTestCode), ""), code})
	f.title(d.section(d.Lang.T(words.PapersTestScripts), ""))
	for _, l := range t.Scripts {
		f.place([]block{d.script(l)})
	}
	pages := f.end("", name)
	d.frame(pages[0])
	return layout{desk: d, title: name, pages: pages}, nil
}

// printed says what was printed where, and when.
func (d *desk) printed(t TestPage) block {
	queue := t.Queue
	if queue == "" {
		queue = d.Lang.T(words.PapersUsual)
	}
	size, name := d.Paper.size(), latin(d.Paper.String())
	high := ""
	if d.Paper == Receipt {
		name = d.Lang.T(words.PapersOnReceipt)
	} else { // a roll is cut where the text ends
		high = fmt.Sprintf(" × %.0f", size.Height/millimetre)
	}
	sh := d.sheet()
	y := d.columns(sh, 3*step, []field{
		{d.Lang.T(words.PapersPrinter), latin(queue)},
		{d.Lang.T(words.PapersPaper), name + paper.Between + latin(fmt.Sprintf("%.0f%s mm", size.Width/millimetre, high))},
		{d.Lang.T(words.AboutKiosk), latin(d.Kiosk)},
		{d.Lang.T(words.ReportDate), d.when(d.Printed)},
	})
	return block{sheet: sh, height: y + step}
}

// ruler is a line of a known length, with a mark at every centimetre.
func (d *desk) ruler() block {
	long := 100.0
	if d.narrow {
		long = 50
	}
	sh := d.sheet()
	y := 4.0
	sh.Line(paper.Point{Y: y + 8}, paper.Point{X: long * millimetre, Y: y + 8}, 0.8, ink)
	for mm := 0.0; mm <= long; mm += 10 {
		sh.Line(paper.Point{X: mm * millimetre, Y: y + 3}, paper.Point{X: mm * millimetre, Y: y + 8}, 0.8, ink)
	}
	y = sh.Paragraph(0, y+20, d.width, bodyLead, body, d.Lang.T(words.PapersTestRuler, words.With("length", latin(fmt.Sprintf("%.0f mm", long)))))
	return block{sheet: sh, height: y - step, gap: step}
}

// patterns are those of the bands, which must be told apart without colour.
func (d *desk) patterns() block {
	all := []guideline.Severity{guideline.Low, guideline.Usual, guideline.Watch, guideline.High, guideline.Urgent}
	sh := d.sheet()
	width := (d.width - float64(len(all)-1)*step) / float64(len(all))
	for i, s := range all {
		x := float64(i) * (width + step)
		fillBand(sh, x, 0, width, 26, s, false)
		sh.Path([]paper.Point{{X: x, Y: 0}, {X: x + width, Y: 0}, {X: x + width, Y: 26}, {X: x, Y: 26}, {X: x, Y: 0}}, paper.Stroke{Width: 0.6, Ink: ink2})
	}
	return block{sheet: sh, height: 26, gap: step}
}

// testCode is a code as fine as the one on papers for people.
func (d *desk) testCode(text string) (block, error) {
	dark, err := squares(text)
	if err != nil {
		return block{}, err
	}
	sh := d.sheet()
	sh.Code(0, 0, testCodeSide, dark)
	sh.Paragraph(testCodeSide+3*step, 12, d.width-testCodeSide-3*step, bodyLead, body, d.Lang.T(words.PapersTestScan, words.With("text", latin(text))))
	return block{sheet: sh, height: testCodeSide, gap: step}, nil
}

// script is a sentence in a language, with its name.
func (d *desk) script(l words.Lang) block {
	return d.spoken(l, body, l.Name()+": "+l.T(words.ReportNotDiagnosis))
}

// spoken is a text in another language than that of the paper.
func (d *desk) spoken(l words.Lang, style paper.Style, text string) block {
	mark := "\u200e" // keeps a point at the end of a sentence that is read from the left
	if l.Direction() == words.RTL {
		mark = "\u200f"
	}
	sh := d.sheet()
	y := 10.0
	for _, line := range d.set.Wrap(text, style, d.width) {
		sh.Text(0, y, paper.Start, style, mark+line+mark)
		y += bodyLead
	}
	return block{sheet: sh, height: y - 9}
}

// frame draws a line around the page, which a printer that cannot reach its edge
// or scales it cuts off. On a roll the text begins where the line stands, so only
// its ends do.
func (d *desk) frame(page *paper.Sheet) {
	size, margin := d.Paper.size(), frameMargin
	side := size.Height
	if d.Paper == Receipt {
		size.Height, margin, side = page.Height, rollMargin, 4*step
	}
	right, bottom := size.Width-margin, size.Height-margin
	for _, end := range []struct{ from, to float64 }{{margin, min(margin+side, bottom)}, {bottom, max(bottom-side, margin)}} {
		page.Path([]paper.Point{{X: margin, Y: end.to}, {X: margin, Y: end.from}, {X: right, Y: end.from}, {X: right, Y: end.to}},
			paper.Stroke{Width: 0.8, Ink: ink})
	}
}
