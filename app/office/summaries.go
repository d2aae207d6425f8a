package office

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"aidpost/app/site"
	"aidpost/records"
	"aidpost/records/staff"
)

// Summaries are what people saved at the kiosk when there was no printer.
type Summaries struct {
	model[SummariesState]
	place Place
	print func(ctx context.Context, a *records.Access, sealed []byte) error
}

// A SummariesState is what a screen shows of them.
type SummariesState struct {
	Loaded bool
	Saved  []Saved // the newest first
	// Did is what was done last.
	Did SummaryDeed
}

// A SummaryDeed is what can be done with a summary.
type SummaryDeed int

// What can be done.
const (
	NoDeed SummaryDeed = iota
	SummaryPrinted
	SummaryRemoved
)

// Saved is one summary.
type Saved struct {
	records.SavedSummary
	Path string
	At   time.Time // it was saved
	// Gone: nobody can open it any more.
	Gone bool
}

// NewSummaries returns the summaries of a place and begins to look for them. They are
// printed by print.
func NewSummaries(cfg Config, place Place, print func(ctx context.Context, a *records.Access, sealed []byte) error) *Summaries {
	s := &Summaries{place: place, print: print, model: newModel[SummariesState](cfg)}
	s.Load()
	return s
}

// Load looks for them.
func (s *Summaries) Load() {
	s.act(NoDeed, func(context.Context, *records.Access) error { return nil })
}

// Resume is called when the screen was covered and is back.
func (s *Summaries) Resume() {
	s.resume()
	s.Load()
}

// Print prints one.
func (s *Summaries) Print(one Saved) {
	s.act(SummaryPrinted, func(ctx context.Context, a *records.Access) error {
		sealed, err := os.ReadFile(one.Path)
		if err != nil {
			return err
		}
		return s.print(ctx, a, sealed)
	})
}

// Remove destroys one: its key first, so that whatever is left of the file on the disk
// is gone, and with it all others of the same visit.
func (s *Summaries) Remove(one Saved) {
	s.act(SummaryRemoved, func(ctx context.Context, a *records.Access) error {
		if err := a.Authorize(ctx, staff.DropSummary); err != nil {
			return err
		}
		if one.Encounter != "" {
			if err := a.DropSummary(ctx, one.Encounter); err != nil {
				return err
			}
		}
		files, err := s.look()
		if err != nil {
			return err
		}
		for _, f := range files {
			if f.Path == one.Path || one.Encounter != "" && f.Encounter == one.Encounter {
				err = errors.Join(err, os.Remove(f.Path))
			}
		}
		return err
	})
}

// act does something and looks what is there then.
func (s *Summaries) act(what SummaryDeed, do func(context.Context, *records.Access) error) {
	var found []Saved
	s.change(func(now *SummariesState) { now.Did = NoDeed })
	s.do(func(ctx context.Context, a *records.Access) error {
		if err := do(ctx, a); err != nil {
			return err
		}
		opened, err := a.SavedSummaries(ctx)
		if err != nil {
			return err
		}
		if found, err = s.look(); err != nil {
			return err
		}
		for i := range found {
			of, ok := opened[found[i].Encounter]
			if found[i].Gone = !ok; ok {
				found[i].SavedSummary = of
			}
		}
		return nil
	}, func(now *SummariesState) { now.Loaded, now.Saved, now.Did = true, found, what })
}

// look finds the files, the newest first.
func (s *Summaries) look() ([]Saved, error) {
	files, err := site.SavedSummaries(filepath.Join(s.place.Data, site.SummaryFolder))
	if err != nil {
		return nil, err
	}
	var all []Saved
	for _, path := range files {
		of, at, err := site.SummaryIn(path)
		switch {
		case errors.Is(err, fs.ErrNotExist), err == nil && at.IsZero():
			continue // removed meanwhile, or none of ours
		case err != nil:
			return nil, err
		}
		all = append(all, Saved{SavedSummary: records.SavedSummary{Encounter: of}, Path: path, At: at})
	}
	slices.SortStableFunc(all, func(a, b Saved) int { return b.At.Compare(a.At) })
	return all, nil
}
