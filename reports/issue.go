package reports

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/intended"
	"aidpost/records/vitals"
	"aidpost/reports/paper"
)

// A Paper is a size of paper.
type Paper uint8

// The papers. A receipt is a roll of 80 mm, cut where the text ends.
const (
	A4 Paper = iota
	Letter
	Receipt
)

var paperNames = [...]string{A4: "A4", Letter: "Letter", Receipt: "Receipt"}

// String returns the name by which people know the paper.
func (p Paper) String() string {
	if int(p) < len(paperNames) {
		return paperNames[p]
	}
	return fmt.Sprintf("paper %d", uint8(p))
}

// ParsePaper reads the name of a paper as people type it; nothing is A4.
func ParsePaper(s string) (Paper, bool) {
	if s == "" {
		return A4, true
	}
	for p, name := range paperNames {
		if strings.EqualFold(s, name) {
			return Paper(p), true
		}
	}
	return A4, false
}

// IsKind reports whether there is a report of that name.
func IsKind(name string) bool {
	return slices.Contains([]string{"visit", "person", "trend", "referral", "days", "quality", "instruments", "activity", "audit", "closing", "book", "ticket"}, name)
}

func (p Paper) size() paper.Size {
	switch p {
	case Letter:
		return paper.Letter
	case Receipt:
		return paper.Receipt
	}
	return paper.A4
}

// side is the margin beside the text. A receipt printer leaves 4 mm itself.
func (p Paper) side() float64 {
	if p == Receipt {
		return 12
	}
	return marginSide
}

// A Letterhead is who stands behind the page.
type Letterhead struct {
	Name    string
	Address []string // lines
	Phone   string
	// EmergencyNumber is the local one, or what else people must call there.
	EmergencyNumber string
	Logo            []byte // PNG or JPEG; none is fine
	// ApprovedBy is who approved the guidelines for this place.
	ApprovedBy string
}

// An Issue is what all reports have in common: in which words and on what
// paper they are printed, where and when.
type Issue struct {
	Lang words.Lang
	Site Letterhead
	// Kiosk is the name of the machine that prints.
	Kiosk string
	// Zone is where times are read; nil means UTC.
	Zone *time.Location
	// Printed is when, also inside the file: the same report gives the same
	// bytes.
	Printed time.Time
	Copy    int // 2 and more are marked as copies
	Paper   Paper
	Demo    bool // instruments were simulated; every page says so
	// Thresholds is the version of those that count here; empty is not printed.
	Thresholds string
	// Leaves is told the code of the paper when it is laid out, before any of it is
	// written, and says which copy it is. An error of it ends the report. Nil: Copy
	// says so.
	Leaves func(code string) (int, error)
}

// ErrNoLanguage reports a report without a language.
var ErrNoLanguage = errors.New("no language for the report")

// A desk is where one report is laid out.
type desk struct {
	Issue
	set    *paper.Setter
	width  float64 // of the text
	narrow bool    // no room for columns
	labels *intended.Labels
	said   hash.Hash // of all that the paper says
	coded  string    // its code
	failed error     // of Leaves
}

func newDesk(i Issue) (*desk, error) {
	if i.Lang == (words.Lang{}) {
		return nil, ErrNoLanguage
	}
	if i.Zone == nil {
		i.Zone = time.UTC
	}
	set, err := paper.NewSetter(i.Paper.size(), i.Lang.Direction() == words.RTL)
	if err != nil {
		return nil, err
	}
	labels, err := intended.Load()
	if err != nil {
		return nil, err
	}
	return &desk{Issue: i, said: sha256.New(), set: set, labels: labels, width: i.Paper.size().Width - 2*i.Paper.side(), narrow: i.Paper == Receipt}, nil
}

// drawn runs what lays out or draws. A fault inside the PDF library is an error.
func drawn(what string, draw func() error) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("%s: %w: %v", what, paper.ErrDrawing, cause)
		}
	}()
	if err := draw(); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// A layout is a report that is laid out and not written yet.
type layout struct {
	desk            *desk
	title, keywords string
	pages           []*paper.Sheet
}

// A pageTaker is a writer that takes finished pages as they are, and no file.
type pageTaker interface {
	add(d *desk, page *paper.Sheet) error
}

// produce lays a report out and writes it. Nothing is written before all of it
// is drawn.
func produce(ctx context.Context, w io.Writer, what string, compose func() (layout, error)) error {
	return drawn(what, func() error {
		l, err := compose()
		if err == nil {
			err = cmp.Or(l.desk.failed, ctx.Err())
		}
		if err != nil {
			return err
		}
		if taker, ok := w.(pageTaker); ok {
			for _, page := range l.pages {
				if err := taker.add(l.desk, page); err != nil {
					return err
				}
			}
			return nil
		}
		doc := l.desk.document(l.title, l.keywords)
		doc.Pages = l.pages
		return l.desk.set.Write(w, doc)
	})
}

// stream writes a report of people's data that may be of any length, in little
// memory. It is laid out twice, since pages are counted before the first is
// written: compose hands each finished page to out.
func stream(ctx context.Context, w io.Writer, what string, i Issue, title words.Key, compose func(ctx context.Context, d *desk, out func(leaf, int) error) error) error {
	return drawn(what, func() error {
		of := 0
		d, err := newDesk(i)
		if err == nil {
			err = compose(ctx, d, func(leaf, int) error { of++; return ctx.Err() })
		}
		if err == nil {
			err = d.leave()
		}
		if err != nil {
			return err
		}
		i.Copy = d.Copy
		coded := d.coded
		if d, err = newDesk(i); err != nil {
			return err
		}
		d.coded = coded
		press := d.set.Press(w, d.document(d.Lang.T(title), ""))
		taker, drawing := w.(pageTaker)
		err = compose(ctx, d, func(p leaf, n int) error {
			d.foot(p, d.Lang.T(words.PapersPersonal), "", n, of)
			if drawing {
				return taker.add(d, p.sheet)
			}
			return press.Page(p.sheet)
		})
		if err != nil || drawing {
			return err
		}
		return press.Close()
	})
}

// document is what a reader shows about the file.
func (d *desk) document(title, keywords string) paper.Document {
	return paper.Document{Title: title, Author: d.Site.Name, Keywords: keywords, Created: d.Printed}
}

// fixed writes a number with so many decimals.
func fixed(v float64, decimals int) string { return strconv.FormatFloat(v, 'f', decimals, 64) }

// sheet returns an empty sheet as wide as the text.
func (d *desk) sheet() *paper.Sheet { return d.set.Sheet(d.width) }

func (d *desk) at(t time.Time) time.Time { return t.In(d.Zone) }

// when writes an instant with its zone.
func (d *desk) when(t time.Time) string {
	t = d.at(t)
	name, _ := t.Zone()
	if strings.ContainsAny(name, "+-") {
		name = "UTC" + t.Format("-07:00")
	}
	return d.Lang.DateTime(t) + " " + name
}

// number writes the figures of a measure without the unit: "<20", "97".
func (d *desk) number(q vitals.Quantity) string {
	return string(q.Comparator) + d.Lang.Number(q.Value.String())
}

// figures writes the main numbers of an observation and their unit.
func (d *desk) figures(o records.Observation) (figures, unit string) {
	var parts []string
	for _, m := range o.Panel.Main() {
		if q, ok := o.Values.Get(m); ok {
			parts = append(parts, d.number(q))
			unit = q.Unit.Symbol()
		}
	}
	return strings.Join(parts, "/"), unit
}

// value writes the main numbers with their unit for a sentence.
func (d *desk) value(o records.Observation) string {
	figures, unit := d.figures(o)
	return d.Lang.Quantity(figures, unit)
}

// latin keeps a name or a number of a maker together in a line that is read
// from the right: without marks, "CMS50D+" would be torn apart.
func latin(s string) string {
	if s == "" {
		return ""
	}
	return "\u200e" + s + "\u200e"
}
