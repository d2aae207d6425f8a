package reports

import (
	"context"
	"io"
	"strings"

	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/reports/paper"
)

// A Book is what a clinic needs while there is no power, for days or weeks: who is
// due, what was measured last of everybody, and coded forms to write on.
type Book struct {
	Issue
	Due, Others []Due
	// Codes are those of the forms, which are on record already. An empty one is
	// that of a form that is only looked at.
	Codes []string
}

// Due is somebody with their last values, and why they are due.
type Due struct {
	Who  *records.Patient
	Why  string // empty: they are not
	Last []records.Observation
}

// WriteBook writes the list and the forms. Errors are those of ctx and of w,
// ErrNoLanguage and paper.ErrDrawing.
func WriteBook(ctx context.Context, w io.Writer, b Book) error {
	return produce(ctx, w, "book for days without power", func() (layout, error) { return composeBook(b) })
}

func composeBook(b Book) (layout, error) {
	d, err := newDesk(b.Issue)
	if err != nil {
		return layout{}, err
	}
	name := d.Lang.T(words.BookTitle)
	f := newFlow(d, d.again(d.Site.Name, name))
	f.place([]block{d.letterhead(name, "")})
	d.due(f, words.BookDue, b.Due)
	d.due(f, words.BookOthers, b.Others)
	for _, code := range b.Codes {
		f.list = nil
		f.turn()
		d.form(f, code)
	}
	return layout{desk: d, title: name, pages: f.end(d.Lang.T(words.PapersPersonal), name)}, nil
}

// due lists people with their last values.
func (d *desk) due(f *flow, title words.Key, people []Due) {
	t := d.Lang.T
	f.list = nil
	f.title(d.section(t(title), ""))
	if len(people) == 0 {
		f.place([]block{d.lines(body, bodyLead, t(words.BookNobody))})
		return
	}
	l := d.list(column{t(words.ReportPatient), 0.32}, column{t(words.BookLast), 0.42}, column{t(words.BookWhy), 0.26})
	rows := make([]block, 0, len(people))
	for _, p := range people {
		who := fullName(p.Who)
		for _, fact := range d.identity(p.Who, d.Printed) {
			who = joined([]string{who, strings.ReplaceAll(fact.value, "\n", ", ")}, "\n")
		}
		last := []cell{text("–")}
		if len(p.Last) > 0 {
			last = nil
		}
		for _, o := range p.Last {
			c := d.result(o)
			c.text += " · " + d.Lang.Date(d.at(o.Taken))
			last = append(last, c)
		}
		rows = append(rows, l.row(cell{text: who}, stackOf(last), cell{text: p.Why, strong: true}))
	}
	l.place(f, rows...)
}

// form is a page to write one visit on.
func (d *desk) form(f *flow, code string) {
	f.place([]block{d.formHead(code)})
	f.place([]block{d.formWho()})
	f.place([]block{d.section(d.Lang.T(words.PapersResults), ""), d.formValues()})
	f.place([]block{d.section(d.Lang.T(words.BookQuality), ""), d.ticks(words.BookRested, words.BookStill, words.BookCuff, words.BookHands)})
	sh, y := d.sheet(), 0.0
	for _, key := range []words.Key{words.BookDone, words.BookTold} {
		y = d.blank(sh, 0, y+formLine, d.width, d.Lang.T(key))
	}
	f.place([]block{{sheet: sh, height: y + step, gap: 2 * step}})
	f.place([]block{d.signatures(words.BookBy, words.ReportSignature)})
}

// formLine is how far lines that are written on by hand are apart.
const formLine = 26.0

// formHead is what the form is, how it comes back, and its code.
func (d *desk) formHead(code string) block {
	sh := d.sheet()
	width := d.width
	if !d.narrow {
		width -= replySide + 4*step
	}
	y := sh.Paragraph(0, 16, width, 20, title, d.Lang.T(words.BookForm))
	y = sh.Paragraph(0, y, width, captionLead+1, caption, d.Lang.T(words.BookFormHow))
	at := paper.Point{X: d.width - replySide}
	if d.narrow {
		at = paper.Point{X: (d.width - replySide) / 2, Y: y}
		y += replySide + 4*step
	}
	dark, err := squares(code)
	if code == "" || err != nil { // a code that cannot be made costs the code, not the page
		sh.Frame(at.X, at.Y, replySide, replySide, paper.Stroke{Width: 0.6, Ink: ink2})
		sh.Paragraph(at.X+step, at.Y+replySide/2, replySide-2*step, tinyLead, tiny, d.Lang.T(words.BookNoCode))
	} else {
		d.replyCode(sh, at.X, at.Y, code, dark)
	}
	return block{sheet: sh, height: max(y, replySide+2*step)}
}

// formWho is the person, the time and whether both are certain.
func (d *desk) formWho() block {
	t, sh, w := d.Lang.T, d.sheet(), d.width
	half := w
	if !d.narrow {
		half = (w - 4*step) / 2
	}
	pair := func(y float64, a, b words.Key) float64 {
		below := d.blank(sh, 0, y+formLine, half, t(a))
		if d.narrow {
			return d.blank(sh, 0, below+formLine, half, t(b))
		}
		return max(below, d.blank(sh, half+4*step, y+formLine, half, t(b)))
	}
	y := d.blank(sh, 0, formLine, w, t(words.BookName))
	y = pair(y, words.BookBorn, words.BookCard)
	y = d.tick(sh, 0, y+3*step, w, t(words.BookSaid))
	y = pair(y-step, words.BookDate, words.BookTime)
	y = d.tick(sh, 0, y+3*step, w, t(words.BookDoubt))
	return block{sheet: sh, height: y, gap: step}
}

// A value to write, with its unit or the units to choose from.
type blankValue struct {
	label string
	units []string
}

// formValues are boxes for what was measured: pressure twice, and once everything
// else that can be typed in.
func (d *desk) formValues() block {
	t, sh := d.Lang.T, d.sheet()
	upper, lower := blankValue{t(words.BookUpper), nil}, blankValue{t(words.BookLower), []string{"mmHg"}}
	pulse := blankValue{t(words.ResultPulse), []string{"/min"}}
	arms := []string{t(words.BedsideLeft), t(words.BedsideRight)}
	meals := []string{t(words.MealName("fasting")), t(words.MealName("before-meal")), t(words.MealName("after-meal"))}
	y := 0.0
	for _, row := range []struct {
		name   string
		values []blankValue
		choose []string
	}{
		{t(words.PanelName("blood-pressure")) + " 1", []blankValue{upper, lower, pulse}, arms},
		{t(words.PanelName("blood-pressure")) + " 2", []blankValue{upper, lower, pulse}, arms},
		{t(words.PanelName("oximetry")), []blankValue{{"", []string{"%"}}, pulse}, nil},
		{t(words.PanelName("blood-glucose")), []blankValue{{"", nil}}, append([]string{latin("mg/dL"), latin("mmol/L")}, meals...)},
		{t(words.PanelName("body-temperature")), []blankValue{{"", nil}}, []string{latin("°C"), latin("°F")}},
		{t(words.PanelName("body-weight")), []blankValue{{"", nil}}, []string{latin("kg"), latin("lb")}},
	} {
		y = d.valueRow(sh, y+2*step, row.name, row.values, row.choose)
		sh.Line(paper.Point{Y: y}, paper.Point{X: d.width, Y: y}, hair, hairline)
	}
	return block{sheet: sh, height: y}
}

// The boxes of a form.
const (
	boxWidth, boxHeight = 44.0, 20.0
	tickSide            = 8.0
)

// valueRow is a name, boxes for numbers, and what to tick; what does not fit goes
// on below.
func (d *desk) valueRow(sh *paper.Sheet, y float64, name string, values []blankValue, choose []string) float64 {
	start := d.width * 0.2
	if d.narrow {
		y = sh.Paragraph(0, y+8, d.width, captionLead, strong, name)
		start = 0
	} else {
		sh.Paragraph(0, y+13, start-step, captionLead, strong, name)
	}
	x := start
	room := func(width float64) {
		if x > start && x+width > d.width {
			x, y = start, y+boxHeight+2*step
		}
	}
	for _, v := range values {
		unit := ""
		if len(v.units) > 0 {
			unit = latin(v.units[0])
		}
		label, after := d.set.Width(v.label, caption), d.set.Width(unit, caption)
		width := label + boxWidth + after + 5*step
		room(width)
		sh.Text(x, y+13, paper.Start, caption, v.label)
		if label > 0 {
			x += label + step
		}
		sh.Frame(x, y, boxWidth, boxHeight, paper.Stroke{Width: 0.7, Ink: ink})
		sh.Text(x+boxWidth+step, y+13, paper.Start, caption, unit)
		x += boxWidth + after + 4*step
	}
	for _, choice := range choose {
		width := tickSide + step + d.set.Width(choice, caption) + 3*step
		room(width)
		d.tick(sh, x, y+6, width, choice)
		x += width
	}
	return y + boxHeight + 2*step
}

// ticks are boxes to tick, two in a row.
func (d *desk) ticks(keys ...words.Key) block {
	sh, y, columns := d.sheet(), 0.0, 2
	if d.narrow {
		columns = 1
	}
	width := d.width / float64(columns)
	for i := 0; i < len(keys); i += columns {
		below := y
		for n, key := range keys[i:min(i+columns, len(keys))] {
			below = max(below, d.tick(sh, float64(n)*width, y+step, width, d.Lang.T(key)))
		}
		y = below
	}
	return block{sheet: sh, height: y}
}

// tick is a box with what it says, and returns where that ends.
func (d *desk) tick(sh *paper.Sheet, x, y, width float64, label string) float64 {
	sh.Frame(x, y, tickSide, tickSide, paper.Stroke{Width: 0.7, Ink: ink})
	return sh.Paragraph(x+tickSide+step, y+tickSide-1, width-tickSide-2*step, captionLead, caption.In(ink), label) - captionLead + 2*step
}

// blank is a line to write on, with what belongs there under it, and returns where
// that ends.
func (d *desk) blank(sh *paper.Sheet, x, y, width float64, label string) float64 {
	sh.Line(paper.Point{X: x, Y: y}, paper.Point{X: x + width, Y: y}, 0.6, ink2)
	return sh.Paragraph(x, y+8, width, captionLead, caption, label) - captionLead + step
}
