// Package reports makes what goes on paper, as PDF: what a person takes away
// from a visit, how their results went over time, a referral, and the lists
// that a site keeps.
//
// It reads records and never judges: bands, tiers and sources are printed as
// they were stored with the observation. Its words come from the catalogue, in
// the person's language. The page prints well without colour: a range has a
// word, a shape and a pattern. Every report fits A4, Letter and a receipt.
package reports

import (
	"context"
	"fmt"
	"io"
	"time"

	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/guideline"
)

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
	// Leaves is that of an Issue.
	Leaves func(code string) (int, error)
	Paper  Paper
	Demo   bool // the instruments were simulated; every page says so
	// Forgotten says on paper that nothing of the visit stays in the kiosk: the
	// receipt of a guest.
	Forgotten bool
	// Checked lets the numbers be checked; nil prints without.
	Checked *Check
}

// Summary writes the summary of a visit as PDF. Names and notes may be any
// text: what cannot be printed is replaced, what is too long is broken or cut.
// Nothing is written to w before the whole page is drawn, and nothing is kept
// outside memory. Errors are those of ctx and of w, ErrNoLanguage and
// paper.ErrDrawing.
func Summary(ctx context.Context, w io.Writer, d Data) error {
	return produce(ctx, w, fmt.Sprintf("summary of visit %s", d.Encounter.ID), func() (layout, error) { return compose(ctx, d) })
}

// issue returns what the visit has in common with other reports. Its times are
// read where it happened.
func (d Data) issue() Issue {
	zone, err := time.LoadLocation(d.Encounter.Zone)
	if err != nil {
		zone = time.UTC
	}
	thresholds := ""
	if d.Rules != nil {
		thresholds = d.Rules.Version()
	}
	return Issue{
		Lang: d.Lang, Site: d.Site, Kiosk: d.Encounter.Place.Kiosk, Zone: zone, Thresholds: thresholds,
		Printed: d.Printed, Copy: d.Copy, Leaves: d.Leaves, Paper: d.Paper, Demo: d.Demo,
	}
}

// onOneSheet sets what should be a sheet of two sides, and again tighter if it would
// be more. The pages are not ended yet.
func onOneSheet(set func(tight bool) (*report, *flow, error)) (*report, *flow, error) {
	r, f, err := set(false)
	if err == nil && f.count > 2 && !r.narrow {
		return set(true)
	}
	return r, f, err
}

// compose lays out the pages.
func compose(ctx context.Context, d Data) (layout, error) {
	r, f, err := onOneSheet(func(tight bool) (*report, *flow, error) { return setVisit(ctx, d, tight) })
	if err != nil {
		return layout{}, err
	}
	name := r.Lang.T(words.ReportTitle) + " " + shortID(d.Encounter.ID)
	return layout{r.desk, name, d.Checked.keywords(), f.end(r.notDiagnosis(), r.mark())}, nil
}

func setVisit(ctx context.Context, d Data, tight bool) (*report, *flow, error) {
	desk, err := newDesk(d.issue())
	if err != nil {
		return nil, nil, err
	}
	r := newReport(d, desk)
	r.tight = tight
	groups := [][]block{{r.letterhead(r.Lang.T(words.ReportTitle), r.Lang.T(words.ReportTakeAlong)), r.person()}, r.asked(), r.callout()}
	for _, p := range r.panels {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		groups = append(groups, r.panel(p))
	}
	if len(r.panels) == 0 {
		groups = append(groups, []block{r.lines(body, bodyLead, r.Lang.T(words.ReportNothing))})
	}
	groups = append(groups, r.trends(r.Lang.T(words.ReportTrend)), r.smallPrint())
	groups = append(groups, r.last()...)
	f := newFlow(desk, r.runningHead())
	f.near = tight
	for _, group := range groups {
		f.place(group)
	}
	return r, f, nil
}
