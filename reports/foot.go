package reports

import (
	"crypto/sha256"
	"encoding/base32"
	"io"
	"strconv"
	"strings"

	"aidpost/assets/words"
	"aidpost/reports/paper"
)

// codeLetters are those of Crockford's base 32, which nobody takes for another.
var codeLetters = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// code names a paper by what it says: a reprint has the same one, and the paper of
// other numbers has not.
func (d *desk) code() string {
	said := sha256.Sum256(d.said.Sum(nil))
	text := codeLetters.EncodeToString(said[:5])
	return text[:4] + "-" + text[4:]
}

// read takes in what a part of the paper says.
func (d *desk) read(part *paper.Sheet) {
	for _, text := range part.Texts() {
		io.WriteString(d.said, text.Line+"\n") // a hash takes everything
	}
}

// leave tells that the paper is laid out and about to leave, and hears which copy it
// is.
func (d *desk) leave() error {
	d.coded = d.code()
	if d.Leaves == nil {
		return nil
	}
	n, err := d.Leaves(d.coded)
	d.Copy = n
	return err
}

// foot closes a page: a notice, who printed it, when and for what, and which
// page of how many it is. A reprint says so over the page, too.
func (d *desk) foot(l leaf, notice, mark string, n, of int) {
	if d.Copy > 1 {
		d.copied(l.sheet)
	}
	sh := d.sheet()
	sh.Line(paper.Point{}, paper.Point{X: d.width}, hair, hairline)
	number := d.Lang.T(words.ReportPage, words.With("page", n), words.With("pages", of))
	if d.narrow {
		y := 12.0
		if notice != "" {
			y = sh.Paragraph(0, y, d.width, tinyLead, tiny.In(ink), notice)
		}
		y = sh.Paragraph(0, y, d.width, tinyLead, tiny, d.imprint()+paper.Between+number)
		y = sh.Paragraph(0, y, d.width, tinyLead, tiny, d.which(mark))
		l.sheet.Place(sh, d.Paper.side(), l.end+3*step)
		l.sheet.Height = l.end + 3*step + y + 2*step
		return
	}
	sh.Text(0, 12, paper.Start, tiny.In(ink), d.set.Fit(notice, tiny, d.width))
	w := sh.Text(d.width, 12+tinyLead, paper.End, tiny, number)
	sh.Text(0, 12+tinyLead, paper.Start, tiny, d.set.Fit(d.imprint(), tiny, d.width-w-4*step))
	sh.Text(0, 12+2*tinyLead, paper.Start, tiny, d.set.Fit(d.which(mark), tiny, d.width))
	l.sheet.Place(sh, d.Paper.side(), d.Paper.size().Height-marginFoot+12)
}

// imprint says which machine printed the page, and when.
func (d *desk) imprint() string {
	room := d.width / 3
	if d.narrow {
		room = d.width
	}
	return joined([]string{d.set.Fit(d.Site.Name, tiny, room), d.set.Fit(latin(d.Kiosk), tiny, room/2),
		d.Lang.T(words.ReportPrinted, words.With("time", d.when(d.Printed)))}, paper.Between)
}

// which says what was printed: for what, by which version of the thresholds, which
// copy of it, and its code.
func (d *desk) which(mark string) string {
	room := d.width / 3
	if d.narrow {
		room = d.width
	}
	parts := []string{d.set.Fit(mark, tiny, room)}
	if d.Thresholds != "" {
		parts = append(parts, d.Lang.T(words.ReportThresholds, words.With("version", d.Thresholds)))
	}
	return joined(append(parts, d.copyName(), d.Lang.T(words.ReportCode, words.With("code", d.coded))), paper.Between)
}

// copyName says which copy it is.
func (d *desk) copyName() string {
	return d.Lang.T(words.ReportCopy, words.With("n", strconv.Itoa(max(1, d.Copy))))
}

// copied marks a page that was printed again in its upper margin.
func (d *desk) copied(page *paper.Sheet) {
	sh := d.sheet()
	style := paper.Style{Face: paper.Bold, Size: 9, Ink: ink}
	name := strings.ToUpper(d.copyName())
	w := d.set.Width(name, style) + 4*step
	sh.Frame(d.width-w, 0, w, 16, paper.Stroke{Width: 1, Ink: ink})
	sh.Text(d.width-2*step, 11.2, paper.End, style, name)
	page.Place(sh, d.Paper.side(), marginTop-22)
}
