package cuff

import (
	"context"
	"sync"
	"time"

	"aidpost/instruments"
)

// A Rest keeps Interval between one inflation and the next. The zero value is
// ready; it may be used by several goroutines.
type Rest struct {
	mu    sync.Mutex
	since time.Time
}

// Begin notes that a cuff has just been let go.
func (r *Rest) Begin() { r.beginIn(0) }

// beginIn notes that a cuff will have emptied by itself so much later.
func (r *Rest) beginIn(fall time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.since = time.Now().Add(fall)
}

// Wait returns when a cuff may be started again, or with the cause of ctx.
func (r *Rest) Wait(ctx context.Context) error {
	r.mu.Lock()
	since := r.since
	r.mu.Unlock()
	if since.IsZero() {
		return context.Cause(ctx)
	}
	return instruments.Pause(ctx, Interval-time.Since(since))
}

// Release is the package's Release, after which the arm gets its rest. A cuff
// that never was seen to hold pressure squeezed nobody, and may be started at
// once.
//
// It does not watch one fall that tells no pressure: when the instrument has
// confirmed the abort and says that it is at rest, its valves are open, and
// nothing more can be learnt from it. That cuff is given the time to empty
// before its rest begins, so that it is started no sooner than if it had been
// watched.
func (r *Rest) Release(v Valve) error {
	g := &grip{Valve: v}
	unwatched := false
	err := release(g, func(s State) bool {
		unwatched = s.Unseen && s.Stopped && !g.held
		return unwatched
	})
	switch {
	case err == nil && unwatched:
		r.beginIn(unseenFall)
	case err != nil, g.held, g.unseen:
		r.Begin()
	}
	return err
}

// A grip notes whether a cuff held pressure, or may have: an answer that did
// not come proves nothing.
type grip struct {
	Valve
	held   bool
	unseen bool
}

func (g *grip) Sense(ctx context.Context) (State, error) {
	s, err := g.Valve.Sense(ctx)
	g.unseen = g.unseen || err == nil && s.Unseen
	g.held = g.held || err != nil || !s.Unseen && s.Pressure >= Empty
	return s, err
}
