package instruments

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"
)

// A quick look has all drivers that share a line setting probe at once, and
// goes from one line setting to the next. What answers promptly is recognised
// within a second and a half, whatever it is; the rest is left to recognise,
// which has one driver after the other probe as long as it likes.

// glance probes with all drivers, line by line. See recognise for what it
// returns; without a driver and without an error nobody has recognised
// anything. A patient glance waits on each line for what says a word only now
// and then.
func (r *Rack) glance(s *slot, drivers []Driver, patient bool) (Driver, Identity, error) {
	for _, group := range byLine(drivers) {
		d, identity, err := r.askTogether(s, group, patient && slowest(group) > 0)
		switch {
		case d != nil || s.looking.Err() != nil:
			return d, identity, err
		case err != nil && sameForAll(err):
			return nil, Identity{}, err
		}
	}
	return nil, Identity{}, nil
}

// sameForAll reports that every driver would meet the fault.
func sameForAll(err error) bool {
	switch CodeOf(err) {
	case PortBusy, Permission, Unplugged:
		return true
	}
	return false
}

// byLine groups drivers that can share an open port, in the order of their
// rank. Lines on which something may say a word only now and then come last:
// by then nobody else has to wait while it is listened for. Before them, the
// fastest come first: what is said fast is little noise to an instrument that
// listens slowly, and much the other way round.
func byLine(drivers []Driver) [][]Driver {
	var groups [][]Driver
	index := map[Line]int{}
	for _, d := range drivers {
		line := heardAs(d.Model().Line)
		i, ok := index[line]
		if !ok {
			i = len(groups)
			index[line] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], d)
	}
	slices.SortStableFunc(groups, func(a, b []Driver) int {
		return cmp.Or(cmp.Compare(slowest(a), slowest(b)), cmp.Compare(b[0].Model().Line.Baud, a[0].Model().Line.Baud))
	})
	return groups
}

// heardAs is the line on which all are understood that differ in the number of
// stop bits alone: a receiver looks at the first only.
func heardAs(l Line) Line {
	l.StopBits = 2
	return l
}

// slowest is the longest gap of the group.
func slowest(group []Driver) time.Duration {
	gap := time.Duration(0)
	for _, d := range group {
		gap = max(gap, d.Model().Gap)
	}
	return gap
}

// found is what a probe has come to.
type found struct {
	driver   Driver
	identity Identity
	err      error
}

// askTogether has a group of drivers probe at once.
func (r *Rack) askTogether(s *slot, group []Driver, patient bool) (_ Driver, _ Identity, err error) {
	defer recoverTo(&err, r.log)
	line := group[0].Model().Line
	for _, d := range group {
		line.StopBits = max(line.StopBits, d.Model().Line.StopBits)
	}
	port, err := r.open(s.looking, s.at.Endpoint, line)
	if err != nil {
		return nil, Identity{}, err
	}
	defer port.Close()
	first, err := r.party(s, group, newPartyLine(port, s.at.Endpoint, line), patient)
	if first.driver == nil {
		return nil, Identity{}, err
	}
	return first.driver, first.identity, r.release(s, first.driver, first.identity, port)
}

// party runs the line until a driver has recognised its instrument, or nobody
// will. It returns when every probe has ended. A patient party waits for
// something to be said by itself.
func (r *Rack) party(s *slot, group []Driver, line *partyLine, patient bool) (first found, err error) {
	if err := line.port.Discard(); err != nil { // what was said to nobody
		return found{}, Wrap(Unplugged, err)
	}
	ctx, cancel := context.WithTimeoutCause(s.looking, probeTimeout, errPartyOver)
	defer cancel()
	probes := make(chan found, len(group))
	for _, d := range group {
		p := line.join(d.Model())
		go func() {
			f := found{driver: d}
			f.identity, f.err = r.probeAt(whenLikely(ctx, func() { line.promise(p) }), s, d, p)
			line.leave(p)
			probes <- f
		}()
	}
	left := len(group)
	take := func(f found) {
		left--
		if f.err == nil && first.driver == nil {
			first = f
		}
	}
	guess := r.guess(s, group, patient)
	err = line.run(ctx, func() bool {
		guess(line)
		for {
			select {
			case f := <-probes:
				take(f)
			default:
				return first.driver != nil || left == 0 || line.settled(gapOf(group), patient)
			}
		}
	})
	line.end()
	s.murmurs = append(s.murmurs, line.murmurs...)
	cancel()
	for left > 0 {
		take(<-probes)
	}
	if first.driver == nil {
		first.driver = r.hear(s, line.line, line.unasked)
	}
	if errors.Is(err, errPartyOver) {
		err = nil
	}
	return first, err
}

// probeAt is one driver's probe.
func (r *Rack) probeAt(ctx context.Context, s *slot, d Driver, p *party) (identity Identity, err error) {
	defer recoverTo(&err, r.log)
	return r.named(ctx, s, d, p)
}
