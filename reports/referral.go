package reports

import (
	"context"
	"io"
	"slices"
	"strings"
	"time"

	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/vitals"
	"aidpost/reports/paper"
)

// A Referral asks somebody else to see a person, with what was measured and
// done. Its lower part comes back.
type Referral struct {
	Issue
	Encounter records.Encounter
	To        string // who is asked; empty leaves a line to write on
	By        string // who refers
	Reason    string // in the words of whoever refers
	Done      string // what was done here; empty leaves a line
	// Until is when the person should be seen; zero leaves a line.
	Until time.Time
	// Code is the number of the referral, on the part that comes back: digits.
	Code    string
	Checked *Check
	// Theirs is the language of whoever takes the letter there: a line says in it what
	// to do with it, where the letter is in another one. The zero Lang: none does.
	Theirs words.Lang
}

// WriteReferral writes the letter. Nothing is written to w before it is drawn.
// Errors are those of ctx and of w, ErrNoLanguage and paper.ErrDrawing.
func WriteReferral(ctx context.Context, w io.Writer, r Referral) error {
	return produce(ctx, w, "referral", func() (layout, error) { return composeReferral(r) })
}

func composeReferral(l Referral) (layout, error) {
	d, err := newDesk(l.Issue)
	if err != nil {
		return layout{}, err
	}
	r := newReport(Data{
		Encounter: l.Encounter, Lang: l.Lang, Site: l.Site, Printed: l.Printed, Copy: l.Copy, Paper: l.Paper, Checked: l.Checked,
	}, d)
	name := d.Lang.T(words.PapersReferral)
	f := newFlow(d, d.again(d.called(l.Encounter.Patient), r.mark()))
	f.place(append([]block{d.letterhead(name, "")}, append(d.takeThere(l.Theirs), r.between(l))...))
	f.place([]block{r.person()})
	f.place(r.asked())
	f.place(r.marked())
	f.place([]block{d.section(d.Lang.T(words.PapersReason), ""), d.written(l.Reason, 2)})
	f.place(r.findings())
	for _, part := range [][]block{r.told(), r.discarded(), r.remarked()} {
		f.place(part)
	}
	f.place([]block{d.section(d.Lang.T(words.PapersDone), ""), d.written(l.Done, 2)})
	f.place(r.handover())
	f.place(r.reply(l.Code))
	return layout{d, name + " " + shortID(l.Encounter.ID), l.Checked.keywords(), f.end(d.Lang.T(words.PapersPersonal), r.mark())}, nil
}

// takeThere tells whoever carries a letter in another language to show it.
func (d *desk) takeThere(theirs words.Lang) []block {
	if theirs == (words.Lang{}) || theirs.Tag() == d.Lang.Tag() {
		return nil
	}
	return []block{d.spoken(theirs, strong, theirs.T(words.ReportTakeAlong))}
}

// between says who asks whom, and until when.
func (r *report) between(l Referral) block {
	sh := r.sheet()
	until := ""
	if !l.Until.IsZero() {
		until = r.Lang.Date(r.at(l.Until))
	}
	blank := func(s string) string {
		if s == "" {
			return "\n……………………………"
		}
		return s
	}
	y := r.columns(sh, 3*step, []field{
		{r.Lang.T(words.PapersTo), blank(l.To)}, {r.Lang.T(words.PapersFrom), blank(l.By)}, {r.Lang.T(words.PapersUntil), blank(until)},
	})
	return block{sheet: sh, height: y + step}
}

// written is a text, or lines to write one on.
func (d *desk) written(s string, lines int) block {
	if s != "" {
		return d.lines(body, bodyLead, s)
	}
	sh := d.sheet()
	y := 0.0
	for range lines {
		y += 20
		sh.Line(paper.Point{Y: y}, paper.Point{X: d.width, Y: y}, 0.5, hairline)
	}
	return block{sheet: sh, height: y, gap: step}
}

// findings are the results of the visit, with all that their reader needs to
// trust them.
func (r *report) findings() []block {
	l := r.list(column{r.Lang.T(words.PapersResults), 0.42}, column{r.Lang.T(words.ReportMeasured), 0.2},
		column{r.Lang.T(words.ReportInstrument), 0.2}, column{r.Lang.T(words.ReportNotes), 0.18})
	blocks := append([]block{r.section(r.Lang.T(words.PapersResults), "")}, l.head()...)
	for _, p := range r.panels {
		from := p.result
		if from.Origin.Device.Model == "" && len(p.singles) > 0 {
			from = p.singles[len(p.singles)-1]
		}
		notes := ""
		if s := p.result.Statement; s != nil {
			notes = r.Lang.T(words.DossierGrade, words.With("grade", s.Grade)) + "\n"
			for _, line := range r.cuffFit(s.Cuff) {
				notes += line + "\n"
			}
		}
		for _, line := range append(r.remarks(p.result), r.statements(p)...) {
			notes += line + "\n"
		}
		if p.kind == vitals.BloodGlucose {
			notes += r.Lang.T(mealKey(p.result.Meal))
		}
		device := from.Origin.Device
		c := r.result(p.result)
		c.strong = true
		blocks = append(blocks, l.row(c, text(r.when(p.result.Taken)),
			text(latin(strings.TrimSpace(device.Maker+" "+device.Model))+"\n"+latin(device.Serial)), text(notes)))
	}
	if len(r.panels) == 0 {
		blocks = append(blocks, r.lines(body, bodyLead, r.Lang.T(words.PapersNoResult)))
	}
	return blocks
}

// handover is what the person is told, where to sign, and the code.
func (r *report) handover() []block {
	bring := r.Lang.T(words.PapersBring)
	keys := []words.Key{words.ReportSignedBy, words.ReportSignature, words.ReportDate}
	code := r.sealed()
	if code == nil || r.narrow {
		return append([]block{r.lines(body, bodyLead, bring), r.signatures(keys...)}, code...)
	}
	sh, width := code[0].sheet, r.width-codeSide-4*step
	sh.Paragraph(0, 14, width, bodyLead, body, bring)
	r.sign(sh, codeSide-14, width, keys...)
	return code
}

// replySide is how wide the code on the part that comes back is: squares of
// almost a millimetre, which a crumpled page keeps.
const replySide = 74.0

// reply is the part that comes back, which closes the loop, with the code that
// finds the referral again.
func (r *report) reply(code string) []block {
	sh := r.sheet()
	sh.Path([]paper.Point{{Y: 4}, {X: r.width, Y: 4}}, paper.Stroke{Width: 0.7, Dash: 4, Ink: ink2})
	dark, err := squares(code)
	if code == "" || err != nil { // a code that cannot be made costs the code, not the page
		dark = nil
	}
	width := r.width
	if dark != nil && !r.narrow {
		width -= replySide + 3*step
		r.replyCode(sh, r.width-replySide, 12, code, dark)
	}
	y := sh.Paragraph(0, 20, width, bodyLead, strong, r.Lang.T(words.PapersReply))
	line := r.called(r.Encounter.Patient)
	y = sh.Paragraph(0, y+2, width, captionLead, caption.In(ink), line+paper.Between+r.mark()) - captionLead + 2
	for _, key := range []words.Key{words.PapersSeen, words.PapersFound, words.PapersBack} {
		y += 18
		r.field(sh, y, width, key)
	}
	if dark != nil && r.narrow {
		r.replyCode(sh, (r.width-replySide)/2, y+2*step, code, dark)
		y += 2*step + replySide + captionLead
	} else if dark != nil {
		y = max(y, 12+replySide+captionLead)
	}
	return []block{{sheet: sh, height: y + 2, gap: 3 * step}, r.answered()}
}

// replyCode draws the code and under it its digits, for whoever has no scanner.
func (d *desk) replyCode(sh *paper.Sheet, x, y float64, code string, dark [][]bool) {
	quiet := codeQuiet * replySide / float64(len(dark)+2*codeQuiet)
	sh.Code(x+quiet, y+quiet, replySide-2*quiet, dark)
	sh.Text(x+replySide/2, y+replySide+4, paper.Middle, tiny.In(ink), latin(Grouped(code)))
}

// Grouped writes a long number in groups of four, as people read it aloud.
func Grouped(number string) string {
	var groups []string
	for group := range slices.Chunk([]byte(number), 4) {
		groups = append(groups, string(group))
	}
	return strings.Join(groups, " ")
}

// answered is where whoever answers signs.
func (r *report) answered() block {
	keys := []words.Key{words.ReportSignedBy, words.ReportSignature, words.ReportDate}
	if r.narrow {
		return r.signatures(keys...)
	}
	sh := r.sheet()
	r.sign(sh, 20, r.width, keys...)
	return block{sheet: sh, height: 30, gap: 2 * step}
}

// field is a label with a line to write on.
func (d *desk) field(sh *paper.Sheet, y, width float64, key words.Key) {
	label := d.set.Fit(d.Lang.T(key), caption, width*0.45)
	w := sh.Text(0, y-2, paper.Start, caption, label)
	sh.Line(paper.Point{X: w + step, Y: y - 1}, paper.Point{X: width, Y: y - 1}, 0.5, ink2)
}
