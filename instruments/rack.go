package instruments

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"sync"
	"time"
)

// Timing of the rack. A plugged or pulled cable is noticed within two polls,
// well under the two seconds that a person waits without wondering.
const (
	pollEvery    = 500 * time.Millisecond
	probeAgain   = 3 * time.Second // after nothing was recognised
	probeTimeout = 4 * time.Second
	listTimeout  = 2 * time.Second
)

// A Rack keeps what is attached to a bus: it notices what comes and goes,
// recognises it, and lends each instrument to one caller at a time.
type Rack struct {
	bus     Bus
	drivers []Driver
	pins    map[string]string
	log     *slog.Logger

	mu        sync.Mutex
	slots     map[string]*slot
	listeners map[int]func()
	nextID    int
	// losses counts, by model, the measurements that ended without a proof
	// that the cuff was empty.
	losses map[string]int
}

// NewRack returns a rack for the drivers over the bus. A pin names the model
// on a port, by the adapter's USB serial number or by the port's path, and
// spares it the probing by others.
func NewRack(bus Bus, drivers []Driver, pins map[string]string, log *slog.Logger) *Rack {
	return &Rack{
		bus: bus, drivers: drivers, pins: pins, log: log,
		slots: map[string]*slot{}, listeners: map[int]func(){}, losses: map[string]int{},
	}
}

// State is how an endpoint stands.
type State string

// The states of an endpoint.
const (
	Probing State = "probing" // something was plugged in; we are finding out what
	Ready   State = "ready"
	InUse   State = "in-use"
	Silent  State = "silent" // recognised before, but gone from its cable or asleep
	Unknown State = "unknown"
)

// Attached is one endpoint and what is known of the instrument on it.
type Attached struct {
	ID       string    `json:"id"` // stable while it is plugged in
	Endpoint Endpoint  `json:"endpoint"`
	State    State     `json:"state"`
	Model    Model     `json:"model,omitzero"` // valid unless Probing or Unknown
	Identity Identity  `json:"identity,omitzero"`
	Fault    FaultCode `json:"fault,omitempty"` // why it is Silent or Unknown
}

// slot is the rack's memory of one endpoint. Its state is guarded by the
// rack's mutex; turn holds the right to open its port.
type slot struct {
	at     Attached
	driver Driver
	turn   chan struct{}
	ctx    context.Context
	gone   context.CancelCauseFunc
	// released is how many losses of its model the instrument was released
	// after, the one before its first release included; it belongs to the
	// holder of the turn.
	released int
}

// Run watches the bus until ctx ends. It returns when every probe has ended.
func (r *Rack) Run(ctx context.Context) error {
	var probes sync.WaitGroup
	defer probes.Wait()
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	defer r.dropMissing(nil)
	for {
		if err := r.poll(ctx, &probes); err != nil && ctx.Err() == nil {
			r.log.Warn("listing instruments", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// poll compares the bus with the slots.
func (r *Rack) poll(ctx context.Context, probes *sync.WaitGroup) error {
	listCtx, cancel := context.WithTimeout(ctx, listTimeout)
	defer cancel()
	endpoints, err := r.bus.Endpoints(listCtx)
	if err != nil {
		return err
	}
	present := make(map[string]Endpoint, len(endpoints))
	for _, e := range endpoints {
		present[slotID(e)] = e
	}
	changed := r.dropMissing(present)
	for id, e := range present {
		if s := r.add(ctx, id, e); s != nil {
			changed = true
			probes.Go(func() { r.keep(s) })
		}
	}
	if changed {
		r.notify()
	}
	return nil
}

// slotID tells endpoints apart by the cable where it has a serial number, so
// that two of a kind keep their places when the system renames its ports.
func slotID(e Endpoint) string {
	if e.USBSerial != "" {
		return e.VID + ":" + e.PID + ":" + e.USBSerial + "@" + e.Path
	}
	return e.Path
}

func (r *Rack) dropMissing(present map[string]Endpoint) (changed bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for id, s := range r.slots {
		if _, ok := present[id]; !ok {
			s.gone(NewFault(Unplugged, s.at.Endpoint.Path+" is gone"))
			delete(r.slots, id)
			changed = true
		}
	}
	return changed
}

func (r *Rack) add(ctx context.Context, id string, e Endpoint) *slot {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, ok := r.slots[id]; ok {
		return nil
	}
	s := &slot{at: Attached{ID: id, Endpoint: e, State: Probing}, turn: make(chan struct{}, 1)}
	s.ctx, s.gone = context.WithCancelCause(ctx)
	r.slots[id] = s
	return s
}

// keep recognises the instrument of s, and then looks after it now and then,
// until the endpoint is gone. One that needs no rechecks is looked at again
// only after a measurement found it silent.
func (r *Rack) keep(s *slot) {
	for {
		select {
		case s.turn <- struct{}{}:
		case <-s.ctx.Done():
			return
		}
		wait := probeAgain
		if !r.trusted(s) {
			wait = r.look(s)
		}
		<-s.turn
		if Pause(s.ctx, wait) != nil {
			return
		}
	}
}

// trusted reports that the instrument of s needs no look.
func (r *Rack) trusted(s *slot) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return s.at.State == Ready && s.at.Model.Recheck == 0
}

// look probes the slot once and returns when to look again.
func (r *Rack) look(s *slot) time.Duration {
	driver, identity, err := r.recognise(s)
	if s.ctx.Err() != nil {
		return probeAgain
	}
	if driver != nil && s.driver == nil {
		r.log.Info("instrument recognised", "model", driver.Model().ID, "port", s.at.Endpoint.Path)
	}
	r.update(s, func(a *Attached) {
		if driver != nil {
			s.driver = driver
			a.Model, a.Identity = driver.Model(), identity
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
	if err != nil {
		return probeAgain
	}
	return cmp.Or(driver.Model().Recheck, probeAgain)
}

// Measure takes a reading from the attached instrument id. While it runs the
// instrument is InUse for everybody else. When the endpoint vanishes the
// measurement ends with an Unplugged *Fault. See Driver.Measure for the rest.
func (r *Rack) Measure(ctx context.Context, id string, job Job, emit func(Event)) (err error) {
	r.mu.Lock()
	s := r.slots[id]
	var driver Driver
	if s != nil {
		driver = s.driver
	}
	r.mu.Unlock()
	if driver == nil {
		return NewFault(Unplugged, "no instrument "+id)
	}
	select {
	case s.turn <- struct{}{}:
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-s.ctx.Done():
		return context.Cause(s.ctx)
	}
	defer func() { <-s.turn }()
	r.update(s, func(a *Attached) { a.State = InUse })
	defer func() {
		switch CodeOf(err) {
		case Unplugged, NoAnswer, AbortUnconfirmed, Internal:
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
	return r.measure(ctx, s, driver, job, emit)
}

func (r *Rack) measure(ctx context.Context, s *slot, d Driver, job Job, emit func(Event)) (err error) {
	defer recoverTo(&err, r.log)
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(s.ctx, func() { cancel(context.Cause(s.ctx)) })()
	port, err := r.bus.Open(ctx, s.at.Endpoint, d.Model().Line)
	if err != nil {
		return err
	}
	defer port.Close()
	return d.Measure(ctx, port, job, emit)
}

// recoverTo turns a panic into an Internal fault: a kiosk with a defect in one
// driver goes on with the others.
func recoverTo(err *error, log *slog.Logger) {
	if p := recover(); p != nil {
		log.Error("driver panicked", "stack", string(debug.Stack()))
		*err = errors.Join(NewFault(Internal, "the driver failed"), fmt.Errorf("panic of type %T", p))
	}
}

// update changes what is known of a slot and tells the listeners.
func (r *Rack) update(s *slot, change func(*Attached)) {
	r.mu.Lock()
	before := s.at
	change(&s.at)
	// The drift differs a little at each look and concerns nobody but the next
	// reading.
	before.Identity.Drift = s.at.Identity.Drift
	same := before.State == s.at.State && before.Fault == s.at.Fault && before.Identity == s.at.Identity
	r.mu.Unlock()
	if !same {
		r.notify()
	}
}

// Attached lists what is plugged in, ordered by panel and port.
func (r *Rack) Attached() []Attached {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := make([]Attached, 0, len(r.slots))
	for _, s := range r.slots {
		list = append(list, s.at)
	}
	slices.SortFunc(list, func(a, b Attached) int {
		return cmp.Or(cmp.Compare(a.Model.Panel, b.Model.Panel), cmp.Compare(a.ID, b.ID))
	})
	return list
}

// Notify has fn called after every change of Attached, on a goroutine of the
// rack, until stop is called. fn must not block.
func (r *Rack) Notify(fn func()) (stop func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	id := r.nextID
	r.nextID++
	r.listeners[id] = fn
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(r.listeners, id)
	}
}

func (r *Rack) notify() {
	r.mu.Lock()
	fns := make([]func(), 0, len(r.listeners))
	for _, fn := range r.listeners {
		fns = append(fns, fn)
	}
	r.mu.Unlock()
	for _, fn := range fns {
		fn()
	}
}
