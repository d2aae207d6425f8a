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
// which leaves nearly all of the two seconds that a person waits without wondering
// to recognising what hangs on it.
const (
	pollEvery    = 25 * time.Millisecond
	probeAgain   = 3 * time.Second // after nothing was recognised
	expectAgain  = time.Second     // after what is expected there did not answer
	probeTimeout = 4 * time.Second
	listTimeout  = 2 * time.Second

	// A port that was just plugged in is often refused for a moment, until the
	// system has given it its owner or has looked at it.
	freshFor   = 2 * time.Second
	freshAgain = 100 * time.Millisecond
)

// A Rack keeps what is attached to a bus: it notices what comes and goes,
// recognises it, and lends each instrument to one caller at a time.
type Rack struct {
	bus     Bus
	drivers []Driver
	options RackOptions
	log     *slog.Logger

	mu        sync.Mutex
	slots     map[string]*slot
	listeners map[int]func()
	nextID    int
	// losses counts, by model, the measurements that ended without a proof
	// that the cuff was empty.
	losses map[string]int
}

// RackOptions say how a rack goes about its work. The zero value finds out
// everything by itself.
type RackOptions struct {
	// Pins name the model on a port, by the adapter's USB serial number or by
	// the port's path, and spare it the probing by others.
	Pins map[string]string
	// ListenOnly names ports in the same way on which nothing is ever sent.
	// Drivers that must ask are not tried there.
	ListenOnly map[string]bool
	// Habits remembers what hung on a cable; nil: nothing is remembered.
	Habits Habits
	// Unasked takes the results that come while nobody is being measured; nil: nobody
	// listens for them.
	Unasked *Unasked
	// Record, if set, returns the port that a measurement uses in place of
	// port, to write down what crosses it, and what is called at the end.
	Record func(from Attached, job Job, port Port) (recorded Port, end func())
	// Controls, if set, is given what a measurement has found that a meter marks as
	// results of control solution, when it is over, whatever came of it.
	Controls func(from Attached, found []*Control)
}

// Habits remember which model was last recognised on a cable, so that it is
// asked first when the cable is plugged in again. Its methods are called from
// several goroutines.
type Habits interface {
	Recall(at Endpoint) (model string)
	Remember(at Endpoint, model string)
}

// NewRack returns a rack for the drivers over the bus.
func NewRack(bus Bus, drivers []Driver, options RackOptions, log *slog.Logger) *Rack {
	return &Rack{
		bus: bus, drivers: drivers, options: options, log: log,
		slots: map[string]*slot{}, listeners: map[int]func(){}, losses: map[string]int{},
	}
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
	// strangers counts the looks at which one driver that is not expected
	// there was tried, too.
	strangers int
	plugged   time.Time
	// wanted counts those who wait for their turn, and giveUp ends the listening of
	// whoever has it only for that.
	wanted int
	giveUp context.CancelFunc
	// looking ends when s is gone, or at breakOff, since staff says what is looked
	// for. It and listens, the times that s was listened to, belong to the holder
	// of the turn.
	looking  context.Context
	breakOff context.CancelFunc
	listens  int
	refused  bool // its port cannot be opened at present
	heard    map[string]Hearsay
	murmurs  []murmur // of the look that goes on; with looking
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
	present := byID(endpoints)
	changed := r.dropMissing(present)
	for id, e := range present {
		if s := r.add(ctx, id, e); s != nil {
			changed = true
			probes.Go(func() { r.keep(s) })
		}
	}
	if r.grow() || changed {
		r.notify()
	}
	return nil
}

// byID names endpoints by the cable where it has a serial number of its own,
// so that two of a kind keep their places when the system renames its ports.
// Cables that share a number, as cheap ones do, or have none are told apart by
// their sockets, or by their paths where the system tells no sockets.
func byID(endpoints []Endpoint) map[string]Endpoint {
	alike := map[string]int{}
	for _, e := range endpoints {
		alike[e.cable()]++
	}
	named := make(map[string]Endpoint, len(endpoints))
	for _, e := range endpoints {
		place := cmp.Or(e.Socket, e.Path)
		switch {
		case e.USBSerial == "" && e.Socket == "": // a built-in port, or one of another system
			named[place] = e
		case e.Number() == "" || alike[e.cable()] > 1:
			named[e.cable()+"@"+place] = e
		default:
			named[e.cable()] = e
		}
	}
	return named
}

func (r *Rack) dropMissing(present map[string]Endpoint) (changed bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for id, s := range r.slots {
		if e, ok := present[id]; !ok || e != s.at.Endpoint {
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
	s := &slot{at: Attached{ID: id, Endpoint: e, State: Probing}, turn: make(chan struct{}, 1), plugged: time.Now()}
	s.ctx, s.gone = context.WithCancelCause(ctx)
	s.looking = s.ctx
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
			wait = r.attend(s)
		}
		if r.trusted(s) && r.overhear(s) {
			wait = freshAgain // somebody uses it now; nothing is missed after that
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

// attend looks at s, and listens to it if that was in vain, until staff says what
// it is. It returns how long to leave it alone.
func (r *Rack) attend(s *slot) time.Duration {
	ctx, cancel := context.WithCancel(s.ctx)
	defer cancel()
	attended := func(ctx context.Context, breakOff context.CancelFunc) {
		r.mu.Lock()
		defer r.mu.Unlock()
		s.looking, s.breakOff = ctx, breakOff
	}
	attended(ctx, cancel)
	defer attended(s.ctx, nil)
	wait := r.look(s)
	if s.driver != nil || wait != probeAgain {
		return wait
	}
	began := time.Now()
	if err := r.listen(s, wait); err != nil {
		r.log.Debug("listening to what nobody recognises", "port", s.at.Endpoint.Path, "error", err)
	}
	return max(wait-time.Since(began), freshAgain)
}

// look probes the slot once and returns when to look again.
func (r *Rack) look(s *slot) time.Duration {
	s.murmurs = nil
	driver, identity, err := r.recognise(s)
	r.mu.Lock()
	s.refused = driver == nil && sameForAll(err)
	r.mu.Unlock()
	switch {
	case s.looking.Err() != nil, s.refused && time.Since(s.plugged) < freshFor:
		return freshAgain
	}
	r.settleOn(s, driver, identity, err)
	switch {
	case err == nil:
	case s.driver != nil, r.expected(s.at.Endpoint) != "":
		return expectAgain
	default:
		return probeAgain
	}
	return cmp.Or(driver.Model().Recheck, probeAgain)
}

// settle names the instrument on s, before the look at it is over. Nobody sees
// that of one that was known before, and the first to be named stays so until it
// is unsettled.
func (r *Rack) settle(s *slot, as State, d Driver, identity Identity) {
	r.update(s, func(a *Attached) {
		if s.driver == nil && (a.Model.ID == "" || a.Model.ID == d.Model().ID) {
			a.State, a.Fault, a.Model, a.Identity = as, "", d.Model(), identity
			a.Likely = as == Ready
		}
	})
}

// unsettle says that it was not d after all.
func (r *Rack) unsettle(s *slot, d Driver) {
	r.update(s, func(a *Attached) {
		if s.driver == nil && a.Model.ID == d.Model().ID {
			a.State, a.Model, a.Identity, a.Likely = Probing, Model{}, Identity{}, false
		}
	})
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
	same := before.State == s.at.State && before.Fault == s.at.Fault && before.Identity == s.at.Identity &&
		before.Likely == s.at.Likely
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
