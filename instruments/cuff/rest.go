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
