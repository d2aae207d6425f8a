package settings

import (
	"context"
	"log/slog"
	"sync"

	"aidpost/app/site"
	"aidpost/records"
	"aidpost/records/carry"
)

// CarryConfig is what the view of carrying needs.
type CarryConfig struct {
	Folder string
	Store  *records.Store
	Do     func(work func(ctx context.Context, a *records.Access) error, done func(err error) bool)
	// Sticks are where visits are carried, on the disks that are plugged in.
	Sticks  func() []string
	Log     *slog.Logger
	Changed func()
}

// Carrying is how it stands with visits that go to an office on a stick. Its
// methods may be called from any goroutine.
type Carrying struct {
	cfg   CarryConfig
	mu    sync.Mutex
	state CarryState
}

// A CarryState is what a screen shows.
type CarryState struct {
	Read   bool // it was read from the records
	Status carry.Status
	Stick  string // where the first stick is; "": none is plugged in
	// Busy says that the stick must not be taken out; Done of Total visits are
	// through, as far as is known.
	Busy        bool
	Done, Total int
	// Out and In are what came of the last act; nil: it was another one.
	Out    *carry.Carried
	In     *carry.Taken
	Failed string // why it came to nothing

	Compared records.ID // the visit of which both versions are shown; "": none
	Dispute  carry.Dispute
}

// NewCarrying returns how it stands with the records in a data folder.
func NewCarrying(cfg CarryConfig) *Carrying { return &Carrying{cfg: cfg} }

// State returns what to show now.
func (c *Carrying) State() CarryState {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.state
}

func (c *Carrying) change(fn func(*CarryState)) {
	c.mu.Lock()
	fn(&c.state)
	c.mu.Unlock()
	if c.cfg.Changed != nil {
		c.cfg.Changed()
	}
}

// statusShown bounds how many visits are counted as local or carried.
const statusShown = 10_000

// Look reads how it stands, and which stick is there.
func (c *Carrying) Look() {
	c.do(func(context.Context, *carry.Carrier, *CarryState) error { return nil })
}

// do runs work and reads how it stands then. What work notes is shown with that.
func (c *Carrying) do(work func(context.Context, *carry.Carrier, *CarryState) error) {
	var now CarryState
	c.cfg.Do(func(ctx context.Context, a *records.Access) error {
		carrier, err := site.NewCarrier(c.cfg.Folder, c.cfg.Store, a, c.cfg.Log)
		if err != nil {
			return err
		}
		carrier.Progress = func(done, total int) { c.change(func(s *CarryState) { s.Done, s.Total = done, total }) }
		if err := work(ctx, carrier, &now); err != nil {
			now.Failed = carry.Why(err)
		}
		if now.Status, err = carrier.Status(ctx, statusShown); err != nil {
			return err
		}
		if sticks := c.cfg.Sticks(); len(sticks) > 0 {
			now.Stick = sticks[0]
		}
		now.Read = true
		return nil
	}, func(error) bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.state.Busy = false
		if now.Read {
			c.state = now
		}
		return false
	})
}

// act is do with a stick, which must not be taken out meanwhile.
func (c *Carrying) act(work func(context.Context, *carry.Carrier, carry.Stick, *CarryState) error) {
	folder := c.State().Stick
	c.change(func(s *CarryState) { *s = CarryState{Read: s.Read, Status: s.Status, Stick: s.Stick, Busy: true} })
	c.do(func(ctx context.Context, carrier *carry.Carrier, now *CarryState) error {
		return work(ctx, carrier, carry.OnStick(folder), now)
	})
}

// Out puts on the stick what has to go on it.
func (c *Carrying) Out() {
	c.act(func(ctx context.Context, carrier *carry.Carrier, stick carry.Stick, now *CarryState) error {
		r, err := carrier.Out(ctx, stick)
		now.Out = &r
		return err
	})
}

// In takes in what the stick has for this computer.
func (c *Carrying) In() {
	c.act(func(ctx context.Context, carrier *carry.Carrier, stick carry.Stick, now *CarryState) error {
		r, err := carrier.In(ctx, stick)
		now.In = &r
		return err
	})
}

// Compare shows both versions of a visit that was changed here and where it comes
// from. What is seen of the person is on record.
func (c *Carrying) Compare(visit records.ID) {
	c.do(func(ctx context.Context, carrier *carry.Carrier, now *CarryState) (err error) {
		if now.Dispute, err = carrier.Compare(ctx, visit); err == nil {
			now.Compared = visit
		}
		return err
	})
}

// Uncompare ends looking at both versions, with nothing chosen.
func (c *Carrying) Uncompare() {
	c.change(func(s *CarryState) { s.Compared, s.Dispute = "", carry.Dispute{} })
}

// Keep carries out which version holds: the one that is here, or the one that was
// brought. Both stay, each where it is.
func (c *Carrying) Keep(visit records.ID, brought bool) {
	c.do(func(ctx context.Context, carrier *carry.Carrier, _ *CarryState) error {
		return carrier.Access.Settle(ctx, visit, brought)
	})
}
