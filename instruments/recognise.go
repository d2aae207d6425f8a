package instruments

import (
	"cmp"
	"context"
	"slices"
)

// recognise asks the drivers that may fit in turn. A driver that is returned
// with an error has recognised its instrument, which cannot be offered yet;
// without one, the error is that of the last driver.
func (r *Rack) recognise(s *slot) (Driver, Identity, error) {
	last := error(NewFault(WrongModel, "no driver for this adapter"))
	for _, d := range r.candidates(s) {
		identity, found, err := r.probe(s, d)
		if found {
			return d, identity, err
		}
		if s.ctx.Err() != nil {
			return nil, Identity{}, err
		}
		last = err
		if code := CodeOf(err); code == PortBusy || code == Permission || code == Unplugged {
			break // the same for every driver
		}
	}
	return nil, Identity{}, last
}

// probe reports whether d has found its instrument, and why that cannot be
// offered although it was found.
func (r *Rack) probe(s *slot, d Driver) (identity Identity, found bool, err error) {
	defer recoverTo(&err, r.log)
	ctx, cancel := context.WithTimeoutCause(s.ctx, probeTimeout, NewFault(NoAnswer, "not recognised in time"))
	defer cancel()
	port, err := r.bus.Open(ctx, s.at.Endpoint, d.Model().Line)
	if err != nil {
		return Identity{}, false, err
	}
	defer port.Close()
	identity, err = d.Probe(ctx, port)
	if err != nil {
		return Identity{}, false, err
	}
	return identity, true, r.release(s, d, port)
}

// release lets go a cuff that may be tight: one that was not seen before,
// since whoever drove it last may have been killed, this program included, and
// one of a model that was lost. Which of several cuffs was lost nobody knows
// once the cable was pulled, so each is told once; one that is at rest does
// not mind.
func (r *Rack) release(s *slot, d Driver, port Port) error {
	releaser, ok := d.(Releaser)
	if !ok {
		return nil
	}
	r.mu.Lock()
	losses := 1 + r.losses[d.Model().ID]
	r.mu.Unlock()
	if s.released >= losses {
		return nil
	}
	if err := releaser.Release(port); err != nil {
		return err
	}
	s.released = losses
	return nil
}

// candidates orders the drivers that may fit: the pinned or the recognised
// one alone, or else those that own the adapter, then those that only listen,
// then those that must ask.
func (r *Rack) candidates(s *slot) []Driver {
	if s.driver != nil {
		return []Driver{s.driver}
	}
	e := s.at.Endpoint
	pin := cmp.Or(r.pins[e.USBSerial], r.pins[e.Path])
	var fit []Driver
	rank := map[string]int{}
	for _, d := range r.drivers {
		m := d.Model()
		if pin != "" {
			if m.ID == pin {
				return []Driver{d}
			}
			continue
		}
		own, known := adapterOf(m, e)
		switch {
		case m.Chosen: // no probe finds it, so it is only where staff named the port
			continue
		case own:
			rank[m.ID] = 0
		case known && !m.Talks:
			rank[m.ID] = 1
		case known:
			rank[m.ID] = 2
		default:
			continue
		}
		fit = append(fit, d)
	}
	slices.SortStableFunc(fit, func(a, b Driver) int { return rank[a.Model().ID] - rank[b.Model().ID] })
	return fit
}

// adapterOf reports whether the model is seen with the endpoint's adapter, and
// whether that adapter is sold for its family alone. An endpoint that is not
// on USB may be anything.
func adapterOf(m Model, e Endpoint) (own, known bool) {
	if e.VID == "" {
		return false, true
	}
	for _, a := range m.Adapters {
		if a.USBID == e.USB() {
			return a.Own, true
		}
	}
	return false, false
}
