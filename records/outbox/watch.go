package outbox

import (
	"context"
	"net"
	"slices"
	"strings"
	"time"
)

// look is how often this machine's own addresses are looked at while the server
// cannot be reached. That costs no traffic.
const look = 5 * time.Second

// Watch sends what is due as soon as it is there, until ctx ends. A server that
// failed is left alone for the time that was noted, unless this machine comes
// into another network meanwhile. In between it asks whether the server still
// holds what it should. Told is called after each run that did
// anything; it may be nil.
func (s *Sender) Watch(ctx context.Context, told func(Report)) error {
	for {
		if err := s.waitForServer(ctx); err != nil {
			return err
		}
		r, err := s.Once(ctx)
		if err != nil {
			return err
		}
		if told != nil && r != (Report{}) {
			told(r)
		}
		if r.Stopped != "" {
			continue
		}
		found, more, err := s.CheckDue(ctx)
		if err != nil {
			return err
		}
		if more || found.Lost > 0 || found.Stopped != "" {
			continue // what is new goes before more checks
		}
		if err := s.waitForWork(ctx); err != nil {
			return err
		}
	}
}

// waitForServer waits until the server may be asked.
func (s *Sender) waitForServer(ctx context.Context) error {
	here := addresses()
	for {
		state, err := s.store.ServerState(ctx, s.server)
		if err != nil {
			return err
		}
		wait := state.Next.Sub(s.Now())
		// A clock that was set back must not make it wait for years.
		if wait <= 0 || wait > 2*maxWait || addresses() != here {
			return ctx.Err()
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(min(wait, look)):
		}
	}
}

// waitForWork waits until something is saved or an entry is due again.
func (s *Sender) waitForWork(ctx context.Context) error {
	at, waiting, err := s.store.NextOutbox(ctx)
	if err != nil {
		return err
	}
	wait := maxWait // an encounter that was cut short becomes due by itself
	if waiting {
		wait = min(wait, max(at.Sub(s.Now()), time.Second))
	}
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-s.store.Queued():
	case <-time.After(wait):
	}
	return nil
}

// addresses are those of this machine now. They change when a cable is plugged
// in or a wireless network is joined.
func addresses() string {
	found, err := net.InterfaceAddrs()
	if err != nil {
		return ""
	}
	var all []string
	for _, a := range found {
		all = append(all, a.String())
	}
	slices.Sort(all)
	return strings.Join(all, " ")
}
