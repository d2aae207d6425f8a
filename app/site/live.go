package site

import (
	"context"
	"sync"
)

// SummaryFolder is the folder within the data folder that summaries are saved to.
const SummaryFolder = "summaries"

// live is the settings as they count now. It is safe for use by several
// goroutines.
type live struct {
	mu      sync.Mutex
	is      Profile
	changed chan struct{} // closed when they are others
}

func newLive(p Profile) *live { return &live{is: p, changed: make(chan struct{})} }

func (l *live) profile() Profile {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.is
}

func (l *live) set(p Profile) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.is = p
	close(l.changed)
	l.changed = make(chan struct{})
}

// again runs what depends on the settings, and whenever they change, ends it and
// runs it anew, until ctx ends.
func (l *live) again(ctx context.Context, run func(context.Context)) {
	for ctx.Err() == nil {
		l.mu.Lock()
		changed := l.changed
		l.mu.Unlock()
		turn, stop := context.WithCancel(ctx)
		var work sync.WaitGroup
		work.Go(func() { run(turn) })
		select {
		case <-ctx.Done():
		case <-changed:
		}
		stop()
		work.Wait()
	}
}
