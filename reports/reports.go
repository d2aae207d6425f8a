// Package reports makes what a person takes away: the summary of a visit on
// one or two pages of PDF.
//
// It reads records and never judges: bands, tiers and sources are printed as
// they were stored with the observation. Its words come from the catalogue, in
// the person's language. The page prints well without colour: a range has a
// word, a shape and a pattern.
package reports

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/guideline"
	"aidpost/reports/paper"
)

// A Paper is a size of paper.
type Paper uint8

// The papers.
const (
	A4 Paper = iota
	Letter
)

// String returns the name by which a print queue knows the paper.
func (p Paper) String() string {
	if p == Letter {
		return "Letter"
	}
	return "A4"
}

func (p Paper) size() paper.Size {
	if p == Letter {
		return paper.Letter
	}
	return paper.A4
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

// Data is everything that a summary shows.
type Data struct {
	Encounter records.Encounter
	// History are observations of earlier visits, in any order; none for a
	// guest. Those that belong to Encounter itself are passed over.
	History []records.Observation
	// Rules give the scale of bands beside a value and behind a trend; nil
	// shows values and stored judgements alone.
	Rules *guideline.Rules
	// Who is the person as the rules know them, as for Rules.Judge.
	Who guideline.Subject
	// Tier is how soon to act by the visit's own account, where symptoms raise
	// it above what the stored judgements say.
	Tier guideline.Tier
	Lang words.Lang
	Site Letterhead
	// Printed is when, also inside the file: the same Data gives the same bytes.
	Printed time.Time
	Copy    int // 2 and more are marked as copies
	Paper   Paper
	Demo    bool // the instruments were simulated; every page says so
}

// ErrNoLanguage reports Data without a language.
var ErrNoLanguage = errors.New("no language for the summary")

// Summary writes the summary of a visit as PDF. Names and notes may be any
// text: what cannot be printed is replaced, what is too long is broken or cut.
// Nothing is written to w before the whole page is drawn, and nothing is kept
// outside memory. Errors are those of ctx and of w, ErrNoLanguage and
// paper.ErrDrawing.
func Summary(ctx context.Context, w io.Writer, d Data) error {
	setter, pages, err := compose(ctx, d)
	if err != nil {
		return fmt.Errorf("summary of visit %s: %w", d.Encounter.ID, err)
	}
	doc := paper.Document{
		Title:   d.Lang.T(words.ReportTitle) + " " + shortID(d.Encounter.ID),
		Author:  d.Site.Name,
		Created: d.Printed,
		Pages:   pages,
	}
	if err := setter.Write(w, doc); err != nil {
		return fmt.Errorf("summary of visit %s: %w", d.Encounter.ID, err)
	}
	return nil
}

// compose lays out the pages.
func compose(ctx context.Context, d Data) (setter *paper.Setter, pages []*paper.Sheet, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("%w: %v", paper.ErrDrawing, cause)
		}
	}()
	if d.Lang == (words.Lang{}) {
		return nil, nil, ErrNoLanguage
	}
	setter, err = paper.NewSetter(d.Paper.size(), d.Lang.Direction() == words.RTL)
	if err != nil {
		return nil, nil, err
	}
	r := newReport(d, setter)
	groups := [][]block{{r.letterhead(), r.person()}, r.callout()}
	for _, p := range r.panels {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		groups = append(groups, r.panel(p))
	}
	groups = append(groups, r.trends(), r.smallPrint(), r.closing())
	f := newFlow(d.Paper.size(), setter, r.runningHead())
	for _, group := range groups {
		f.place(group)
	}
	r.footers(f)
	return setter, f.pages, ctx.Err()
}
