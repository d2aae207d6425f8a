package office

import (
	"context"
	"errors"
	"sync"

	"aidpost/records"
)

// A Trail is the record of who did what, read from the newest entry down as far
// as somebody looks.
type Trail struct {
	cfg Config

	mu    sync.Mutex
	state TrailState
	age   int            // of the filter: later answers to older ones are dropped
	read  *records.Trail // of that age; nil before the first page
	stop  context.CancelFunc
}

// A TrailState is what a screen shows of the trail.
type TrailState struct {
	Filter  records.AuditFilter
	Loaded  bool
	Reading bool
	Rows    []records.AuditEntry // so far, the newest first
	End     bool                 // there are no more
	Problem error
	Check   TrailCheck
}

// A TrailCheck is how it stands with a look at the whole trail.
type TrailCheck struct {
	Running bool
	Done    int // in hundredths
	// Report is what came of it; nil: none was made, or it could not be.
	Report  *records.AuditReport
	Problem error
}

// trailPage is how many entries are read at once.
const trailPage = 500

// NewTrail returns a trail and begins to read what a filter selects.
func NewTrail(cfg Config, f records.AuditFilter) *Trail {
	cfg.fill()
	t := &Trail{cfg: cfg, state: TrailState{Filter: f}}
	t.Show(f)
	return t
}

// State returns what to show now.
func (t *Trail) State() TrailState {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.state
}

func (t *Trail) change(fn func(*TrailState)) {
	t.mu.Lock()
	fn(&t.state)
	t.mu.Unlock()
	t.cfg.Changed()
}

// Show reads what another filter selects.
func (t *Trail) Show(f records.AuditFilter) {
	t.mu.Lock()
	t.age++
	age := t.age
	t.read = nil
	t.state = TrailState{Filter: f, Reading: true, Check: t.state.Check}
	t.mu.Unlock()
	t.cfg.Changed()
	t.page(age, func(ctx context.Context, a *records.Access) (*records.Trail, error) { return a.Trail(ctx, f) })
}

// More reads further down, unless that is under way or there is no more.
func (t *Trail) More() {
	t.mu.Lock()
	trail, age := t.read, t.age
	more := trail != nil && !t.state.Reading && !t.state.End
	if more {
		t.state.Reading = true
	}
	t.mu.Unlock()
	if more {
		t.page(age, func(context.Context, *records.Access) (*records.Trail, error) { return trail, nil })
	}
}

// page reads the next entries of a trail.
func (t *Trail) page(age int, of func(context.Context, *records.Access) (*records.Trail, error)) {
	var trail *records.Trail
	var rows []records.AuditEntry
	t.cfg.Hands.Do(func(ctx context.Context, a *records.Access) (err error) {
		if trail, err = of(ctx, a); err != nil {
			return err
		}
		rows, err = trail.Next(ctx, trailPage)
		return err
	}, func(err error) bool {
		t.change(func(s *TrailState) {
			if age != t.age {
				return
			}
			s.Reading, s.Problem = false, err
			if err == nil {
				t.read = trail
				s.Loaded, s.Rows, s.End = true, append(s.Rows, rows...), len(rows) < trailPage
			}
		})
		return !over(err)
	})
}

// Verify looks at the whole trail, from the first entry to the newest, and for
// what was noted down of it elsewhere.
func (t *Trail) Verify(noted ...records.Anchor) {
	var ctx context.Context
	t.mu.Lock()
	begin := !t.state.Check.Running
	if begin {
		t.state.Check = TrailCheck{Running: true}
		ctx, t.stop = context.WithCancel(context.Background())
	}
	t.mu.Unlock()
	if !begin {
		return
	}
	t.cfg.Changed()
	var report records.AuditReport
	t.cfg.Hands.Do(func(desk context.Context, a *records.Access) (err error) {
		defer context.AfterFunc(desk, t.Leave)()
		report, err = a.WatchAudit(ctx, func(done, total int64) {
			t.change(func(s *TrailState) { s.Check.Done = int(100 * done / max(total, 1)) })
		}, noted...)
		return err
	}, func(err error) bool {
		t.change(func(s *TrailState) {
			s.Check = TrailCheck{Problem: err}
			if err == nil || errors.Is(err, records.ErrTampered) {
				s.Check = TrailCheck{Report: &report}
			}
		})
		return !over(err)
	})
}

// Leave ends a look at the whole trail that is under way.
func (t *Trail) Leave() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.stop != nil {
		t.stop()
	}
}

// Resume is called when the screen was covered and is back: what was under way
// then was dropped.
func (t *Trail) Resume() {
	t.Leave()
	t.mu.Lock()
	t.state.Check.Running = false
	f := t.state.Filter
	t.mu.Unlock()
	t.Show(f)
}
