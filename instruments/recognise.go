package instruments

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// recognise asks the drivers that may fit in turn. A driver that is returned
// with an error has recognised its instrument, which cannot be offered yet;
// without one, the error is that of the last driver.
//
// Where a model is expected, it is asked at every look and then one more that
// is not: something else may hang on the cable, but what is expected there must
// not wait until all have been asked.
func (r *Rack) recognise(s *slot) (Driver, Identity, error) {
	expected, strangers := r.candidates(s)
	if len(expected) > 0 && len(strangers) > 0 {
		strangers = strangers[s.strangers%len(strangers):][:1]
		s.strangers++
	}
	last := error(NewFault(WrongModel, "no driver for this adapter"))
	for _, group := range groups(expected, strangers) {
		d, identity, err := r.ask(s, group)
		switch {
		case d != nil:
			return d, identity, err
		case s.ctx.Err() != nil:
			return nil, Identity{}, err
		}
		last = err
		switch CodeOf(err) {
		case PortBusy, Permission, Unplugged: // the same for every driver
			return nil, Identity{}, err
		}
	}
	return nil, Identity{}, last
}

// groups puts strangers that only listen on the same line together, since they
// can listen at the same time, and leaves every other driver alone.
func groups(expected, strangers []Driver) [][]Driver {
	var all [][]Driver
	for _, d := range expected {
		all = append(all, []Driver{d})
	}
	listening := map[Line]int{} // index in all
	for _, d := range strangers {
		m := d.Model()
		if i, ok := listening[m.Line]; ok && !m.Talks {
			all[i] = append(all[i], d)
			continue
		}
		if !m.Talks {
			listening[m.Line] = len(all)
		}
		all = append(all, []Driver{d})
	}
	return all
}

// ask probes with the drivers of a group, all on the same line. What several
// of them hear is heard once and played to each. See recognise for what it
// returns.
func (r *Rack) ask(s *slot, group []Driver) (_ Driver, _ Identity, err error) {
	defer recoverTo(&err, r.log)
	port, err := r.open(s.ctx, s.at.Endpoint, group[0].Model().Line)
	if err != nil {
		return nil, Identity{}, err
	}
	defer port.Close()
	heard := &overheard{Port: port}
	if len(group) > 1 {
		if err := heard.listen(s.ctx, gapOf(group)); err != nil {
			return nil, Identity{}, err
		}
		port = heard
	}
	last := error(nil)
	for _, d := range group {
		heard.at = 0
		identity, found, err := r.probe(s, d, port)
		if found {
			return d, identity, err
		}
		if last = err; s.ctx.Err() != nil {
			break
		}
	}
	return nil, Identity{}, last
}

// leastGap is how long it is listened for an instrument that is never silent
// for long.
const leastGap = 500 * time.Millisecond

// gapOf is the longest gap of the group, with a little more.
func gapOf(group []Driver) time.Duration {
	gap := leastGap
	for _, d := range group {
		gap = max(gap, d.Model().Gap+leastGap)
	}
	return gap
}

// probe reports whether d has found its instrument, and why that cannot be
// offered although it was found.
func (r *Rack) probe(s *slot, d Driver, port Port) (identity Identity, found bool, err error) {
	defer recoverTo(&err, r.log)
	ctx, cancel := context.WithTimeoutCause(s.ctx, probeTimeout, NewFault(NoAnswer, "not recognised in time"))
	defer cancel()
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

// expected is the model that is pinned to the endpoint, or that was seen there
// before.
func (r *Rack) expected(e Endpoint) string {
	pin := cmp.Or(r.options.Pins[e.USBSerial], r.options.Pins[e.Path])
	if pin == "" && r.options.Habits != nil {
		return r.options.Habits.Recall(e)
	}
	return pin
}

// candidates returns the driver that is expected: the one that was recognised
// here, is pinned, or hung on the cable before. Others that may fit follow,
// unless it is certain: those that own the adapter, then those that only
// listen, then those that must ask.
func (r *Rack) candidates(s *slot) (expected, strangers []Driver) {
	if s.driver != nil {
		return []Driver{s.driver}, nil
	}
	e := s.at.Endpoint
	pinned := cmp.Or(r.options.Pins[e.USBSerial], r.options.Pins[e.Path]) != ""
	habit := r.expected(e)
	rank := map[string]int{}
	for _, d := range r.drivers {
		m := d.Model()
		own, known := adapterOf(m, e)
		switch {
		case m.Talks && r.listensOnly(e):
			continue
		case m.ID == habit:
			expected = append(expected, d)
			continue
		case m.Chosen:
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
		strangers = append(strangers, d)
	}
	if pinned {
		return expected, nil
	}
	slices.SortStableFunc(strangers, func(a, b Driver) int { return rank[a.Model().ID] - rank[b.Model().ID] })
	return expected, strangers
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
