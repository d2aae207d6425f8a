package instruments

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Measure takes a reading from the attached instrument id. While it runs the
// instrument is InUse for everybody else. When the endpoint vanishes the
// measurement ends with an Unplugged *Fault. See Driver.Measure for the rest.
func (r *Rack) Measure(ctx context.Context, id string, job Job, emit func(Event)) error {
	from, controls := r.at(id), []*Control(nil)
	err := r.lend(ctx, id, job, func(ctx context.Context, d Driver, port Port) error {
		return d.Measure(ctx, port, job, func(e Event) {
			if c, ok := e.(*Control); ok {
				controls = append(controls, c)
			}
			emit(e)
		})
	})
	if len(controls) > 0 && r.options.Controls != nil {
		r.options.Controls(from, controls)
	}
	return err
}

// at is what is known of the attached instrument id.
func (r *Rack) at(id string) (a Attached) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if s := r.slots[id]; s != nil {
		a = s.at
	}
	return a
}

// Recall fetches the recordings in the memory of the attached instrument id. One
// that keeps none gives a WrongModel *Fault. See Recaller for the rest.
func (r *Rack) Recall(ctx context.Context, id string, job Job, emit func(Event)) error {
	return r.lend(ctx, id, job, func(ctx context.Context, d Driver, port Port) error {
		recaller, ok := d.(Recaller)
		if !ok {
			return NewFault(WrongModel, "it keeps no recordings")
		}
		return recaller.Recall(ctx, port, job, emit)
	})
}

// lend opens the port of the attached instrument id for use.
func (r *Rack) lend(ctx context.Context, id string, job Job, use func(context.Context, Driver, Port) error) (err error) {
	s, driver, err := r.take(ctx, id)
	if err != nil {
		return err
	}
	defer func() { <-s.turn }()
	used := false
	defer func() {
		if used && lost(ctx, err) {
			r.mu.Lock()
			r.losses[driver.Model().ID]++
			r.mu.Unlock()
		}
		r.update(s, func(a *Attached) {
			a.State, a.Fault = Ready, ""
			switch code := CodeOf(err); code {
			case NoAnswer, Unplugged, OutOfOrder, AbortUnconfirmed:
				a.State, a.Fault = Silent, code
			}
		})
	}()
	return r.with(ctx, s, driver, func(ctx context.Context, port Port) error {
		// A cuff that may be tight since somebody else was here is not used.
		if err := r.release(s, driver, Identity{}, port); err != nil {
			return err
		}
		used = true
		if r.options.Record != nil {
			recorded, end := r.options.Record(s.at, job, port)
			defer end()
			port = recorded
		}
		return use(ctx, driver, port)
	})
}

// lost reports that a use ended with err without a proof that the cuff is empty.
// One that was merely stopped has it: see Driver.Measure.
func lost(ctx context.Context, err error) bool {
	switch CodeOf(err) {
	case Unplugged, NoAnswer, AbortUnconfirmed:
		return true
	case Internal:
		return ctx.Err() == nil || !errors.Is(err, context.Cause(ctx))
	}
	return false
}

// take returns the slot of the attached instrument id and its driver, with the
// right to open its port. The caller gives its turn back. One that is not
// Ready yet is waited for.
func (r *Rack) take(ctx context.Context, id string) (*slot, Driver, error) {
	r.mu.Lock()
	s := r.slots[id]
	named := s != nil && (s.driver != nil || s.at.Startable())
	r.mu.Unlock()
	if !named {
		return nil, nil, NewFault(Unplugged, "no instrument "+id)
	}
	defer r.want(s)()
	select {
	case s.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, nil, context.Cause(ctx)
	case <-s.ctx.Done():
		return nil, nil, context.Cause(s.ctx)
	}
	r.mu.Lock()
	driver := s.driver
	r.mu.Unlock()
	if driver == nil {
		<-s.turn
		return nil, nil, NewFault(NoAnswer, "it is not the instrument that it seemed to be")
	}
	r.update(s, func(a *Attached) { a.State = InUse })
	return s, driver, nil
}

// with opens the port of s for use, and ends use when the endpoint vanishes.
func (r *Rack) with(ctx context.Context, s *slot, d Driver, use func(context.Context, Port) error) (err error) {
	defer recoverTo(&err, r.log)
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(s.ctx, func() { cancel(context.Cause(s.ctx)) })()
	port, err := r.open(ctx, s.at.Endpoint, d.Model().Line)
	if err != nil {
		return err
	}
	defer port.Close()
	return use(ctx, port)
}

// open opens the endpoint, for listening alone where nothing may be sent.
func (r *Rack) open(ctx context.Context, at Endpoint, line Line) (Port, error) {
	port, err := r.bus.Open(ctx, at, line)
	if err != nil || !r.listensOnly(at) {
		return port, err
	}
	return ListenOnly(port), nil
}

func (r *Rack) listensOnly(at Endpoint) bool { return meant(r.options.ListenOnly, at) }

// SetClock sets the clock of the attached instrument id to the time it is now
// in the zone, because staff asked for it. It returns how far the clock is off
// afterwards, if that can be told. An instrument whose clock cannot be set over
// the wire gives errors.ErrUnsupported.
func (r *Rack) SetClock(ctx context.Context, id string, zone *time.Location) (drift time.Duration, known bool, err error) {
	s, driver, err := r.take(ctx, id)
	if err != nil {
		return 0, false, err
	}
	defer func() { <-s.turn }()
	defer r.update(s, func(a *Attached) { a.State = Ready })
	setter, ok := driver.(ClockSetter)
	if !ok || r.listensOnly(s.at.Endpoint) {
		return 0, false, fmt.Errorf("setting the clock of a %s: %w", driver.Model().ID, errors.ErrUnsupported)
	}
	err = r.with(ctx, s, driver, func(ctx context.Context, port Port) (err error) {
		drift, known, err = setter.SetClock(ctx, port, time.Now().In(zone))
		return err
	})
	if err == nil && known {
		r.update(s, func(a *Attached) { a.Identity.Drift, a.Identity.HasClock = drift, true })
	}
	return drift, known, err
}
