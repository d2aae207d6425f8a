package visit

import (
	"context"
	"errors"
	"slices"
	"time"

	"aidpost/app/tray"
	"aidpost/instruments"
	"aidpost/records"
	"aidpost/records/intended"
	"aidpost/records/vitals"
)

// maxTries is how often an oximeter or a meter is tried before staff is asked.
// A cuff has its own limit, the protocol's inflations.
const maxTries = 3

// measurement is what a visit knows of the panel at hand.
type measurement struct {
	panel     vitals.Panel
	questions []QuestionID // still to ask
	question  QuestionID
	meal      vitals.Meal
	resting   *resting      // while the rest goes on
	rest      *records.Rest // as it was; nil: there was none yet
	offered   records.KnownArm
	said      vitals.Arm // in this visit
	arm       vitals.Arm // that the person has agreed is in the cuff
	notes     []string
	history   []records.Observation

	// attempts are the readings of the series; a failed one has no reading.
	attempts   []attempt
	live       Live
	silence    *Silence
	last       *instruments.Reading
	candidates []instruments.Reading
	strays     tray.Strays // that are not the person's
	fault      *instruments.Fault
	savedOn    time.Time // of the result that is the fault
	inflated   bool      // the attempt at hand reached the pump
	recorded   bool      // the series is in the encounter
	alarm      Alarm
	admission  *admission
	whose      string               // the meter is, if that was asked
	cuff       instruments.Attached // of which it was asked how the arm lies to its marks
	lie        intended.Lie         // the answer
	from       instruments.Attached // of the candidates
	leave      bool                 // the visit ends when the instrument is safe
}

// attempt is one try of a series.
type attempt struct {
	reading *instruments.Reading
	from    instruments.Attached
}

func (v *Visit) readings() int {
	if v.m.panel != vitals.BloodPressure {
		return 1
	}
	return max(v.cfg.Rules.Protocol().Readings, len(v.m.attempts)+1)
}

// StartReading is the explicit act that starts an instrument, once.
func (v *Visit) StartReading() error {
	return v.command(func() error {
		v.start()
		return nil
	}, Ready)
}

// start measures with the attached instrument.
func (v *Visit) start() {
	v.m.fault, v.m.inflated, v.m.candidates, v.m.savedOn = nil, false, nil, time.Time{}
	v.m.live = Live{
		Phase: instruments.Connecting, Pressure: instruments.Missing, SpO2: instruments.Missing,
		Pulse: instruments.Missing, Signal: instruments.Missing,
	}
	from, ok := v.ready()
	if !ok {
		v.m.fault = instruments.NewFault(instruments.NoAnswer, "no instrument is ready")
		v.enter(Trouble)
		return
	}
	if v.forbidden(from) {
		return
	}
	ctx, cancel := context.WithCancel(v.ctx)
	v.stop = cancel
	v.m.silence = NewSilence(from.Model, v.fellSilent)
	v.enter(Measure)
	rule := v.cfg.Rules.Oximetry()
	job := instruments.Job{
		Since: v.p.encounter.Started, Zone: v.cfg.Zone, Oximetry: &rule, Contact: v.cfg.Contact, Person: v.card(),
	}
	admitted, visit, own := v.admit(from), v.p.encounter.ID, v.m.whose == MeterOwn
	v.work.Go(func() {
		err := admitted.wait(ctx)
		if err == nil {
			err = v.measure(ctx, from, own, job, visit)
		}
		through, swapped := v.swapped(ctx, from, own)
		if swapped != nil {
			err = swapped
		}
		cancel()
		saved, unfamiliar := v.savedBefore(from), v.unfamiliar(v.ctx, own)
		v.mu.Lock()
		if through || admitted.overridden() {
			LetThrough(v.m.candidates)
		}
		v.stop = nil
		v.m.silence.End()
		v.m.live.Silent = false
		v.measured(from, err, saved)
		if unfamiliar && v.step == Confirm {
			v.ask(AskOtherMeter)
		}
		v.mu.Unlock()
		v.cfg.Changed()
	})
}

// card is the number of the person's card, which an analyser may have been
// told, too; empty for a guest and for somebody who only said who they are.
func (v *Visit) card() string {
	if p := v.p.encounter.Patient; p != nil && v.p.shown {
		for _, id := range p.Identifiers {
			if id.System == CardSystem {
				return id.Value
			}
		}
	}
	return ""
}

func (v *Visit) ready() (instruments.Attached, bool) { return v.readyFor(v.m.panel) }

func (v *Visit) readyFor(p vitals.Panel) (instruments.Attached, bool) {
	for _, a := range v.cfg.Instruments.Attached() {
		if a.Startable() && a.Model.Panel == p {
			return a, true
		}
	}
	return instruments.Attached{}, false
}

// event takes what the driver tells. Live samples change what Live returns but
// do not announce a change of State, or sixty a second would.
func (v *Visit) event(e instruments.Event) {
	if s, ok := e.(*instruments.PlethSample); ok && v.cfg.Sample != nil {
		v.cfg.Sample(s)
	}
	v.mu.Lock()
	v.m.silence.Heard()
	announce, inflated := v.m.live.Take(e)
	v.m.inflated = v.m.inflated || inflated
	if r, ok := e.(*instruments.Reading); ok {
		v.m.candidates = append(v.m.candidates, *r)
	}
	v.mu.Unlock()
	if announce {
		v.cfg.Changed()
	}
}

// Live returns what the instrument shows now; cheaper than State.
func (v *Visit) Live() Live {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.m.live
}

// measured goes on after the driver has returned and the instrument is safe.
// saved says when each candidate was saved by an earlier visit, as savedBefore.
func (v *Visit) measured(from instruments.Attached, err error, saved []time.Time) {
	fault := asFault(err)
	if v.m.leave && (fault == nil || fault.Code != instruments.AbortUnconfirmed) {
		v.m.candidates = nil
		v.end(records.Cancelled)
		return
	}
	heard := len(v.m.candidates) > 0
	readings := v.fresh(from, saved)
	v.m.candidates = readings
	several := fault != nil && fault.Code == instruments.SeveralResults
	if len(readings) == 0 && (fault == nil || several) {
		fault = instruments.NewFault(instruments.Internal, "the driver returned without a reading")
		if heard || several {
			fault = instruments.NewFault(instruments.NoNewResult, "only results that are known already")
		}
		if !v.m.savedOn.IsZero() {
			fault = instruments.NewFault(instruments.AlreadySaved, "only results that an earlier visit saved")
		}
	}
	switch {
	case fault != nil && (!several || len(readings) == 0):
		if fault.Code == instruments.LockedOut || fault.Code == instruments.OnePerson {
			v.stray(from, records.Stranger, readings...)
		}
		v.m.candidates = nil
		v.m.fault = fault
		switch {
		case fault.Code == instruments.LockedOut, fault.Code == instruments.NotClean:
			v.lockedOut(from)
		case v.m.inflated || v.m.panel != vitals.BloodPressure:
			v.m.attempts = append(v.m.attempts, attempt{from: from})
		}
		v.enter(Trouble)
	case confirmed(v.m.panel):
		v.m.live.Phase = ""
		v.m.from = from
		v.enter(Confirm)
	default:
		last := len(readings) - 1
		v.stray(from, records.LeftOver, readings[:last]...)
		v.accept(from, readings[last])
	}
}

// asFault returns the fault in err. A cancelled measurement is one that was
// stopped; any other error is the program's own.
func asFault(err error) *instruments.Fault {
	var f *instruments.Fault
	switch {
	case err == nil:
		return nil
	case errors.As(err, &f):
		return f
	case errors.Is(err, context.Canceled):
		return instruments.NewFault(instruments.Stopped, "")
	}
	return instruments.Wrap(instruments.Internal, err)
}

// Stop stops the running instrument. The step is Stopping until it is safe.
func (v *Visit) Stop() error {
	return v.command(func() error {
		v.answer("stopped", string(v.m.panel))
		v.enter(Stopping)
		v.stop()
		return nil
	}, Measure, OwnRead)
}

// ConfirmReading tells that the meter shows the i-th candidate, too.
func (v *Visit) ConfirmReading(i int) error {
	return v.command(func() error {
		if i < 0 || i >= len(v.m.candidates) {
			return ErrNotNow
		}
		v.answer("meter-shows", Yes)
		v.stray(v.m.from, records.LeftOver, slices.Delete(slices.Clone(v.m.candidates), i, i+1)...)
		v.accept(v.m.from, v.m.candidates[i])
		return nil
	}, Confirm)
}

// RefuseReading tells that no candidate is what the meter shows; nothing of
// them is the person's.
func (v *Visit) RefuseReading() error {
	return v.command(func() error {
		v.answer("meter-shows", No)
		v.stray(v.m.from, records.NotShown, v.m.candidates...)
		v.m.candidates = nil
		v.m.attempts = append(v.m.attempts, attempt{})
		v.m.fault = instruments.NewFault(instruments.NoNewResult, "the person refused what was read")
		v.enter(Trouble)
		return nil
	}, Confirm)
}

// canRetry reports whether another try makes sense and is allowed.
func (v *Visit) canRetry() bool {
	if v.m.panel == "" {
		return false
	}
	if v.m.fault != nil {
		switch v.m.fault.Code {
		case instruments.OutOfOrder, instruments.AbortUnconfirmed, instruments.LockedOut, instruments.NotClean:
			return false
		}
	}
	if v.m.panel == vitals.BloodPressure {
		return len(v.m.attempts) < v.cfg.Rules.Protocol().MaxInflations
	}
	return len(v.m.attempts) < maxTries
}

// Retry goes back to where the trouble can be mended; the reading is started
// by a tap of its own. What was measured already is kept.
func (v *Visit) Retry() error {
	return v.command(func() error {
		if !v.canRetry() {
			return ErrNotNow
		}
		v.m.fault = nil
		switch {
		case v.m.panel != vitals.BloodPressure:
			v.enter(Prepare)
		case v.m.inflated:
			// An arm that was just squeezed rests as long as between two
			// readings of a series.
			v.pause()
		default:
			v.enter(Ready)
		}
		return nil
	}, Trouble)
}

// GiveUp leaves the panel. Readings of the series that were good still count.
func (v *Visit) GiveUp() error {
	return v.command(func() error {
		if v.m.leave {
			v.end(records.Cancelled)
			return nil
		}
		v.m.fault = nil
		if v.goodReadings() > 0 {
			v.conclude()
			return nil
		}
		v.beginPanel(measurement{})
		v.enter(Choose)
		return nil
	}, Trouble, Unsuitable, Pause, Ready, Connect)
}

func (v *Visit) goodReadings() int {
	n := 0
	for _, a := range v.m.attempts {
		if a.reading != nil {
			n++
		}
	}
	return n
}
