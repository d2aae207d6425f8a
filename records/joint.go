package records

import (
	"context"
	"errors"
	"slices"
	"sync"
)

// mostJoint bounds how many changes share a commit, so that none waits long.
const mostJoint = 32

// A jointChange is a change that may be committed together with others. It may
// run more than once until it is done.
type jointChange struct {
	ctx  context.Context
	fn   func(*tx) error
	done chan error // holds what came of it
}

// A joint is where changes gather while another one is being committed. Those
// that have gathered share the next commit, and so one wait for the disk; each
// is acknowledged only after that. Nobody waits for company.
type joint struct {
	mu      sync.Mutex
	waiting []*jointChange
}

func (j *joint) join(c *jointChange) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.waiting = append(j.waiting, c)
}

// leave reports whether c was still waiting; it will not run then.
func (j *joint) leave(c *jointChange) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	i := slices.Index(j.waiting, c)
	if i >= 0 {
		j.waiting = slices.Delete(j.waiting, i, i+1)
	}
	return i >= 0
}

// take returns those whose turn it is, in the order in which they came.
func (j *joint) take() []*jointChange {
	j.mu.Lock()
	defer j.mu.Unlock()
	n := min(len(j.waiting), mostJoint)
	out := slices.Clone(j.waiting[:n])
	j.waiting = slices.Delete(j.waiting, 0, n)
	return out
}

// changeJointly is change for what many may ask for at once. fn may run again
// after it failed or its commit did, and must then begin anew.
func (s *Store) changeJointly(ctx context.Context, fn func(*tx) error) error {
	if s.write == nil {
		return ErrReadOnly
	}
	c := &jointChange{ctx: ctx, fn: fn, done: make(chan error, 1)}
	s.joint.join(c)
	select {
	case err := <-c.done:
		return err
	case <-s.closed:
		return s.leaveJoint(c, ErrClosed)
	case <-ctx.Done():
		return s.leaveJoint(c, context.Cause(ctx))
	case s.write.turn <- struct{}{}:
	}
	for !s.settled(c) {
		s.commitJointly(s.joint.take())
	}
	<-s.write.turn
	return <-c.done
}

// leaveJoint gives up a change for the reason why, unless it is under way.
func (s *Store) leaveJoint(c *jointChange, why error) error {
	if s.joint.leave(c) {
		return why
	}
	return <-c.done
}

// settled reports whether it is known what came of c.
func (s *Store) settled(c *jointChange) bool { return len(c.done) > 0 }

// commitJointly runs the changes in one transaction. If one of them fails,
// nothing of it was done: the others are tried again without it, and it gets a
// transaction to itself, so that none fails for another's sake.
func (s *Store) commitJointly(all []*jointChange) {
	var alone []*jointChange
	again := false
	for len(all) > 1 {
		failed := -1
		err := s.transact(context.Background(), s.write, func(t *tx) error {
			for i, c := range all {
				t.ctx = context.WithoutCancel(c.ctx)
				if err := c.fn(t); err != nil {
					failed = i
					return err
				}
			}
			return nil
		})
		if err == nil {
			for _, c := range all {
				c.done <- nil
			}
			all = nil
			break
		}
		if full := errors.Is(classify(err), ErrFull); full && !again {
			again = true // there may be room now
			continue
		}
		if failed < 0 { // the commit itself
			break
		}
		alone = append(alone, all[failed])
		all = slices.Delete(all, failed, failed+1)
	}
	for _, c := range slices.Concat(all, alone) {
		ctx := context.WithoutCancel(c.ctx)
		err := s.transact(ctx, s.write, c.fn)
		if errors.Is(classify(err), ErrFull) {
			err = s.transact(ctx, s.write, c.fn)
		}
		c.done <- classify(schemaDamage(err))
	}
}
