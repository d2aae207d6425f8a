package instruments

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"
)

// nameAfter is how long staff are not troubled with the question what was plugged
// in: by then nearly everything that can be asked has answered, and the question
// still comes within two seconds.
const nameAfter = 1800 * time.Millisecond

// A Candidate is a model that may be what nobody recognises.
type Candidate struct {
	Model Model
	Heard Hearsay // in what the instrument has said by itself
	// Adapter reports that the model is seen with this adapter.
	Adapter bool
}

// Candidates are the models that the instrument id may be, the most probable
// first: those that were heard, then those that are seen with its adapter, and
// among these the ones that no probe can find, since the others would have
// answered.
func (r *Rack) Candidates(id string) []Candidate {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := r.slots[id]
	if s == nil {
		return nil
	}
	var list []Candidate
	for _, d := range r.drivers {
		m := d.Model()
		if m.Talks && r.listensOnly(s.at.Endpoint) {
			continue
		}
		_, known := adapterOf(m, s.at.Endpoint)
		list = append(list, Candidate{Model: m, Heard: s.heard[m.ID], Adapter: known})
	}
	slices.SortStableFunc(list, func(a, b Candidate) int {
		return cmp.Or(
			cmp.Compare(b.Heard, a.Heard),
			cmp.Compare(behind(a.Adapter), behind(b.Adapter)), cmp.Compare(behind(a.Model.Chosen), behind(b.Model.Chosen)),
			cmp.Compare(len(a.Model.Adapters), len(b.Model.Adapters)))
	})
	return list
}

// behind puts what is not so behind what is.
func behind(so bool) int {
	if so {
		return 0
	}
	return 1
}

// Name says, because staff does, that the instrument id is of the model. It is
// probed for that alone: what contradicts is refused with a *Fault, and things
// stay as they were. What does not contradict is ready when Name returns, and is
// remembered for the cable.
func (r *Rack) Name(ctx context.Context, id, model string) error {
	i := slices.IndexFunc(r.drivers, func(d Driver) bool { return d.Model().ID == model })
	if i < 0 {
		return NewFault(WrongModel, "no driver for "+model)
	}
	d := r.drivers[i]
	r.mu.Lock()
	s := r.slots[id]
	var breakOff context.CancelFunc
	inUse := false
	if s != nil {
		breakOff, inUse = s.breakOff, s.at.State == InUse
	}
	r.mu.Unlock()
	switch {
	case s == nil:
		return NewFault(Unplugged, "no instrument "+id)
	case inUse:
		return NewFault(PortBusy, "somebody is being measured with it")
	case d.Model().Talks && r.listensOnly(s.at.Endpoint):
		return NewFault(WrongModel, fmt.Sprintf("a %s has to be asked, and its port is listened to alone", model))
	case breakOff != nil:
		breakOff()
	}
	defer r.want(s)()
	select {
	case s.turn <- struct{}{}:
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-s.ctx.Done():
		return context.Cause(s.ctx)
	}
	defer func() { <-s.turn }()
	found, identity, err := r.ask(s, []Driver{d})
	if found == nil || err != nil {
		return cmp.Or(err, error(NewFault(NoAnswer, "it does not answer")))
	}
	r.settleOn(s, found, identity, nil)
	return nil
}

// settleOn notes what a look, or staff, has found out: the driver that has
// recognised its instrument, if any, and why that cannot be offered.
func (r *Rack) settleOn(s *slot, driver Driver, identity Identity, err error) {
	if driver != nil && (s.driver == nil || s.driver.Model().ID != driver.Model().ID) {
		r.log.Info("instrument recognised", "model", driver.Model().ID, "port", s.at.Endpoint.Path)
		if r.options.Habits != nil {
			r.options.Habits.Remember(s.at.Endpoint, driver.Model().ID)
		}
	}
	r.update(s, func(a *Attached) {
		a.Looks++
		a.Likely = false
		if driver != nil {
			s.driver, s.heard = driver, nil
			a.Model, a.Identity, a.Nameable = driver.Model(), identity, false
		}
		a.Fault = CodeOf(err)
		switch {
		case err == nil:
			a.State = Ready
		case s.driver != nil:
			a.State = Silent
		default:
			a.State = Unknown
		}
	})
}

// grow marks what has not been recognised for so long that staff should say what
// it is. A port that cannot be opened has another remedy.
func (r *Rack) grow() (changed bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, s := range r.slots {
		if nameable := s.at.Model.ID == "" && !s.refused && time.Since(s.plugged) >= nameAfter; nameable != s.at.Nameable {
			s.at.Nameable, changed = nameable, true
		}
	}
	return changed
}
