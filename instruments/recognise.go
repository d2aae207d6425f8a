package instruments

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// recognise asks the drivers that may fit. A driver that is returned with an
// error has recognised its instrument, which cannot be offered yet; without
// one, the error is that of the last driver.
//
// What is expected there is asked first and alone. Then all others take a
// glance together, see glance, and those whose instruments are slower than
// that probe in turn. Where a model is expected, they do so one at each look:
// something else may hang on the cable, but what is expected must not wait
// until all have been asked.
func (r *Rack) recognise(s *slot) (Driver, Identity, error) {
	expected, strangers := r.candidates(s)
	if s.driver == nil && doubtful(s.at.Endpoint, expected) && !r.speaks(s, expected[0]) {
		if d, identity, err := r.glance(s, strangers, false); d != nil || err != nil {
			return d, identity, err
		}
	}
	last := error(NewFault(WrongModel, "no driver for this adapter"))
	for _, d := range expected {
		if s.at.Looks == 0 && seldom(d) {
			r.settle(s, Ready, d, Identity{}) // until it should have spoken
		}
		found, identity, err := r.ask(s, []Driver{d})
		if found != nil || s.looking.Err() != nil || sameForAll(err) {
			return found, identity, err
		}
		last = err
	}
	t := thorough{
		all: strangers, inTurn: groups(strangers), patient: len(expected) == 0,
		due: len(strangers) > 1 && (len(expected) == 0 || s.strangers%glanceEvery == 0),
	}
	if len(expected) > 0 && len(strangers) > 0 {
		t.inTurn = groups(strangers[s.strangers%len(strangers):][:1])
		s.strangers++
	}
	return r.thoroughly(s, t, last)
}

// Between glances.
const (
	glanceEvery = 5               // looks at what is expected to be something else
	glanceAgain = 3 * time.Second // of probing in turn: it may have been switched on meanwhile
)

// doubtful reports that the cable cannot be told from others of its kind, and that
// what hung on it before answers nothing: if anything else does, it is that.
func doubtful(e Endpoint, expected []Driver) bool {
	if e.Number() != "" || len(expected) == 0 {
		return false
	}
	m := expected[0].Model()
	return m.Chosen && !m.Talks
}

// thorough is how drivers are tried that have their instruments still to find.
type thorough struct {
	all    []Driver
	inTurn [][]Driver // see groups
	due    bool       // a glance, before the first of them
	// patient makes the first glance one that waits for those who speak seldom.
	// They do not get a turn of their own after it.
	patient bool
}

// thoroughly has groups of drivers probe in turn, and all of them take a glance
// before, if it is due, and now and then on the way.
func (r *Rack) thoroughly(s *slot, t thorough, last error) (Driver, Identity, error) {
	due, patient, glanced := t.due, t.due && t.patient, time.Now()
	heardOut := patient
	for _, group := range t.inTurn {
		if due {
			if d, identity, err := r.glance(s, t.all, patient); d != nil || err != nil {
				return d, identity, err
			}
			due, patient, glanced = false, false, time.Now()
		}
		if heardOut && !group[0].Model().Talks && slowest(group) > 0 {
			last = NewFault(NoAnswer, "nothing said that is understood")
			continue
		}
		d, identity, err := r.ask(s, group)
		if d != nil || s.looking.Err() != nil || sameForAll(err) {
			return d, identity, err
		}
		last = err
		due = len(t.inTurn) > 1 && time.Since(glanced) >= glanceAgain
	}
	return nil, Identity{}, last
}

// groups puts drivers that only listen on the same line together, since they
// can listen at the same time, and leaves every other one alone. Those that
// wait longest for a word come first: who talks all the time was found at a
// glance.
func groups(drivers []Driver) [][]Driver {
	var all [][]Driver
	listening := map[Line]int{} // index in all
	for _, d := range slices.SortedStableFunc(slices.Values(drivers), byGap) {
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

// byGap orders drivers by how long their instruments may be silent, longest
// first.
func byGap(a, b Driver) int { return cmp.Compare(b.Model().Gap, a.Model().Gap) }

// ask probes with the drivers of a group, all on the same line. See recognise
// for what it returns.
func (r *Rack) ask(s *slot, group []Driver) (_ Driver, _ Identity, err error) {
	defer recoverTo(&err, r.log)
	port, err := r.open(s.looking, s.at.Endpoint, group[0].Model().Line)
	if err != nil {
		return nil, Identity{}, err
	}
	defer port.Close()
	if len(group) == 1 {
		identity, found, err := r.probe(s, group[0], port)
		if found {
			return group[0], identity, err
		}
		return nil, Identity{}, err
	}
	first, err := r.party(s, group, newPartyLine(port, s.at.Endpoint, group[0].Model().Line), true)
	if first.driver == nil {
		return nil, Identity{}, cmp.Or(err, error(NewFault(NoAnswer, "nothing said that is understood")))
	}
	return first.driver, first.identity, r.release(s, first.driver, first.identity, port)
}

// Of instruments that are never silent for long.
const (
	leastGap  = 300 * time.Millisecond // how long it is listened for one: ten frames take half of it
	streamGap = 100 * time.Millisecond // a silence that none of them makes
)

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
	ctx, cancel := context.WithTimeoutCause(s.looking, probeTimeout, NewFault(NoAnswer, "not recognised in time"))
	defer cancel()
	identity, err = r.named(ctx, s, d, port)
	if err != nil {
		return Identity{}, false, err
	}
	return identity, true, r.release(s, d, identity, port)
}

// named is d's probe. While it goes on, the instrument is named as soon as that is
// likely, see Likely.
func (r *Rack) named(ctx context.Context, s *slot, d Driver, port Port) (Identity, error) {
	settled := false
	ctx = whenLikely(ctx, func() { r.settle(s, Ready, d, Identity{}) })
	defer func() {
		if !settled {
			r.unsettle(s, d)
		}
	}()
	identity, err := d.Probe(ctx, port)
	settled = err == nil
	return identity, err
}

// release lets go a cuff that may be tight: one that was not seen before,
// since whoever drove it last may have been killed, this program included, and
// one of a model that was lost. Which of several cuffs was lost nobody knows
// once the cable was pulled, so each is told once; one that is at rest does
// not mind. The holder of the turn of s calls it.
func (r *Rack) release(s *slot, d Driver, identity Identity, port Port) error {
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
	r.settle(s, Recognised, d, identity)
	if err := releaser.Release(port); err != nil {
		return err
	}
	s.released = losses
	return nil
}

// expected is the model that is pinned to the endpoint, or that was seen there
// before.
func (r *Rack) expected(e Endpoint) string {
	pin := meant(r.options.Pins, e)
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
	pinned, mute := meant(r.options.Pins, e) != "", r.listensOnly(e)
	habit := r.expected(e)
	rank := map[string]int{}
	for _, d := range r.drivers {
		m := d.Model()
		own, known := adapterOf(m, e)
		switch {
		case m.Talks && mute:
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
