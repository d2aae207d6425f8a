package visit

import (
	"context"
	"errors"
	"slices"

	"aidpost/instruments"
	"aidpost/records/intended"
	"aidpost/records/quality"
	"aidpost/records/vitals"
)

// Admit asks whether an instrument may be used that is, or is not, the person's own.
// It returns nil or a *quality.LockedError, and whether it is let through a lock.
type Admit func(ctx context.Context, from instruments.Attached, own bool) (through bool, err error)

// An admission is quality control's word on one instrument for one panel of a
// visit, asked once, so that a series of readings counts as one measurement.
type admission struct {
	cable      string // the instrument hangs on
	instrument quality.Instrument
	own        bool
	done       chan struct{} // closed when the rest is set
	through    bool          // a lock, by an override
	err        error
}

// admit asks whether an instrument is clean and may be used, or returns what was
// answered before. It returns nil where the site asks neither.
func (v *Visit) admit(from instruments.Attached) *admission {
	if v.cfg.Admit == nil && v.cfg.Hygiene == nil {
		return nil
	}
	own := v.m.whose == MeterOwn
	if a := v.m.admission; a != nil && a.cable == from.ID && a.instrument == InstrumentOf(from) && a.own == own {
		return a
	}
	a := &admission{cable: from.ID, instrument: InstrumentOf(from), own: own, done: make(chan struct{})}
	v.m.admission = a
	visit := v.p.encounter.ID
	v.work.Go(func() {
		known := Settled(v.ctx, v.cfg.Instruments, from)
		if a.err = v.clean(known, visit); a.err == nil && v.cfg.Admit != nil {
			a.through, a.err = v.cfg.Admit(v.ctx, known, own)
		}
		close(a.done)
	})
	return a
}

// LetThrough marks readings that an override let an instrument take.
func LetThrough(readings []instruments.Reading) {
	for i := range readings {
		r := &readings[i]
		r.Flags = append(slices.Clone(r.Flags), vitals.Overridden)
	}
}

// wait returns the answer as the fault that it is for the person.
func (a *admission) wait(ctx context.Context) error {
	if a == nil {
		return nil
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-a.done:
	}
	return lockedFault(a.err)
}

// overridden reports that the instrument was let through a lock. It is asked after
// wait.
func (a *admission) overridden() bool { return a != nil && a.through }

// lockedFault makes the fault for the person of what quality control refuses.
func lockedFault(err error) error {
	if _, ok := errors.AsType[*quality.LockedError](err); ok {
		return instruments.NewFault(instruments.LockedOut, err.Error())
	}
	return err
}

// admitEarly tells a person who has chosen a panel that its instrument is locked
// out before they have rolled up a sleeve or pricked a finger.
func (v *Visit) admitEarly() {
	from, ok := v.ready()
	if !ok || slices.Contains(v.objections(from), intended.NotToBeShared) {
		return // whose it is has to be asked first
	}
	a := v.admit(from)
	if a == nil {
		return
	}
	v.work.Go(func() {
		err := a.wait(v.ctx)
		v.mu.Lock()
		if err != nil && v.m.admission == a && v.beforeReading() {
			v.m.fault = asFault(err)
			v.lockedOut(from)
			v.enter(Trouble)
		}
		v.mu.Unlock()
		v.cfg.Changed()
	})
}

// beforeReading reports whether the person is still on the way to the first
// reading of a panel.
func (v *Visit) beforeReading() bool {
	switch v.step {
	case Question, Prepare, Rest, Connect, Ready:
		return len(v.m.attempts) == 0
	}
	return false
}

// lockedOut tells staff which instrument it is and why.
func (v *Visit) lockedOut(from instruments.Attached) {
	v.cfg.Log.Warn("instrument not used", "instrument", from.Model.ID, "port", from.ID, "why", v.m.fault)
}
