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
func (r *Rest) Begin() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.since = time.Now()
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
func (r *Rest) Release(v Valve) error {
	g := &grip{Valve: v}
	err := Release(g)
	if err != nil || g.held {
		r.Begin()
	}
	return err
}

// A grip notes whether a cuff held pressure, or may have: an answer that did
// not come proves nothing.
type grip struct {
	Valve
	held bool
}

func (g *grip) Sense(ctx context.Context) (State, error) {
	s, err := g.Valve.Sense(ctx)
	g.held = g.held || err != nil || s.Unseen || s.Pressure >= Empty
	return s, err
}
