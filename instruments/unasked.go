package instruments

import (
	"context"
	"time"
)

// An Overhearer is a driver whose instrument sends a result whenever a person is
// done with it, whether anybody asked for one or not.
type Overhearer interface {
	Driver
	// Overhear emits each *Reading that comes and sends nothing. It returns when the
	// context ends, with its cause, or when the wire is gone, with a *Fault.
	Overhear(ctx context.Context, port Port, job Job, emit func(Event)) error
}

// Unasked says what becomes of results that come while nobody is being measured.
type Unasked struct {
	// Take is given each, on a goroutine of the rack.
	Take func(from Attached, r Reading)
	Zone *time.Location // where an instrument's clock stands; nil means UTC
}

// overhear listens to the instrument of s until somebody wants to use it, and
// reports whether somebody does. The caller holds its turn.
func (r *Rack) overhear(s *slot) (wanted bool) {
	driver, ok := s.driver.(Overhearer)
	if r.options.Unasked == nil || !ok {
		return false
	}
	ctx, cancel := context.WithCancel(s.ctx)
	defer cancel()
	if !r.idle(s, cancel) {
		return true
	}
	defer r.idle(s, nil)
	r.mu.Lock()
	from := s.at
	r.mu.Unlock()
	job := Job{Zone: r.options.Unasked.Zone}
	err := r.with(ctx, s, driver, func(ctx context.Context, port Port) error {
		return driver.Overhear(ctx, port, job, func(e Event) {
			if reading, ok := e.(*Reading); ok {
				r.options.Unasked.Take(from, *reading)
			}
		})
	})
	if ctx.Err() == nil {
		r.log.Debug("listening to an instrument that nobody uses", "port", from.Endpoint.Path, "error", err)
	}
	return ctx.Err() != nil
}

// idle notes how the instrument of s is asked to be given up, unless somebody
// wants it already.
func (r *Rack) idle(s *slot, giveUp context.CancelFunc) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	s.giveUp = giveUp
	return s.wanted == 0
}

// want has the instrument of s given up by whoever only listens to it, until got
// is called.
func (r *Rack) want(s *slot) (got func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	s.wanted++
	if s.giveUp != nil {
		s.giveUp()
	}
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		s.wanted--
	}
}
