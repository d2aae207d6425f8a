package outbox

import (
	"context"
	"errors"
	"net"
	"slices"
	"strings"
	"time"
)

// look is how often this machine's own addresses are looked at while the server
// cannot be reached. That costs no traffic.
const look = 5 * time.Second

// rest is how long what can wait does so at most while the network costs by volume.
const rest = 24 * time.Hour

// Watch sends what is due as soon as it is there, until ctx ends. A server that
// failed is left alone for the time that was noted, unless this machine comes
// into another network meanwhile. In between it asks whether the server still
// holds what it should. A network that costs by volume is spared, see Config. Told
// is called after each run that did anything; it may be nil.
func (s *Sender) Watch(ctx context.Context, told func(Report)) error {
	defer func() { s.sparing = false }()
	checking := false
	for {
		if err := errors.Join(s.waitForServer(ctx), s.waitForNetwork(ctx)); err != nil {
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
		if checking, err = s.checkSome(ctx, checking); err != nil {
			return err
		}
		if checking {
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

// checkSome checks some of what is due and reports whether to go on: more is due, or
// something has to be sent again. On a network that costs by volume a day passes
// before it begins once more.
func (s *Sender) checkSome(ctx context.Context, begun bool) (goOn bool, err error) {
	if s.sparing && !begun {
		state, err := s.store.ServerState(ctx, s.server)
		if err != nil || s.restsFrom(state.Checked) {
			return false, err
		}
	}
	found, more, err := s.CheckDue(ctx)
	return more || found.Lost > 0 || found.Stopped != "", err
}

// restsFrom reports whether what was done last at an instant can still wait.
func (s *Sender) restsFrom(last time.Time) bool {
	since := s.Now().Sub(last)
	return s.sparing && since >= 0 && since < rest
}

// waitForNetwork finds out whether the network costs by volume, and waits until it
// does not if nothing at all may be sent meanwhile.
func (s *Sender) waitForNetwork(ctx context.Context) error {
	for {
		s.sparing = s.Metered != nil && s.Metered(ctx)
		if !s.sparing || !s.WaitMetered {
			return ctx.Err()
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(look):
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
