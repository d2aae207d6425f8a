package bedside

import (
	"context"
	"errors"
	"slices"
	"time"

	"aidpost/app/visit"
	"aidpost/instruments"
	"aidpost/records"
	"aidpost/records/guideline"
	"aidpost/records/vitals"
)

// Measure begins with a panel and an instrument. A pressure begins with the
// seated rest.
func (b *Bedside) Measure(p vitals.Panel) error {
	return b.command(func() error {
		if len(p.Main()) == 0 {
			return ErrNotNow
		}
		b.begin(measuring{panel: p, live: silent()})
		b.proposeArm()
		if p != vitals.BloodPressure {
			b.enter(Ready)
			return nil
		}
		b.enter(Rest)
		b.countdown(b.cfg.Rules.Protocol().Rest, func() {
			b.m.rested = true
			b.enter(Ready)
		})
		return nil
	}, Choose)
}

// SkipRest ends the rest; that it was not completed stays with the result.
func (b *Bedside) SkipRest() error {
	return b.command(func() error {
		b.answer("rest-skipped", visit.SkipStaff)
		b.m.notes = append(b.m.notes, visit.NoteRestSkipped)
		b.enter(Ready)
		return nil
	}, Rest)
}

// SetArm says which arm the cuff is on.
func (b *Bedside) SetArm(arm vitals.Arm) error {
	return b.command(func() error {
		b.m.arm = arm
		return nil
	}, Rest, Ready, Pause, Review, ByHand)
}

// SetMeal says how the person's last meal lies.
func (b *Bedside) SetMeal(meal vitals.Meal) error {
	return b.command(func() error {
		b.m.meal = meal
		return nil
	}, Ready, Confirm, Review, ByHand)
}

// proposeArm takes the arm that the protocol would measure next, but never one
// that a mark says to leave alone.
func (b *Bedside) proposeArm() {
	b.m.arm = vitals.UnknownArm
	if b.m.panel != vitals.BloodPressure {
		return
	}
	b.m.arm = b.cfg.Rules.Protocol().NextArm(b.tried(), b.first && b.spared() == vitals.UnknownArm, b.cfg.Arm)
	switch b.spared() {
	case vitals.LeftArm:
		b.m.arm = vitals.RightArm
	case vitals.RightArm:
		b.m.arm = vitals.LeftArm
	}
}

// spared is the arm with a fistula, on which no cuff goes.
func (b *Bedside) spared() vitals.Arm {
	p := b.encounter.Patient
	switch {
	case p == nil:
	case slices.Contains(p.Marks, "fistula-left"):
		return vitals.LeftArm
	case slices.Contains(p.Marks, "fistula-right"):
		return vitals.RightArm
	}
	return vitals.UnknownArm
}

func silent() visit.Live {
	none := instruments.Missing
	return visit.Live{Phase: instruments.Connecting, Pressure: none, SpO2: none, Pulse: none, Signal: none}
}

// Start starts the instrument, once. The cuff of a spared arm is not inflated, nor one
// that is not made for the arm.
func (b *Bedside) Start() error {
	return b.command(func() error {
		if b.m.panel == vitals.BloodPressure && b.m.arm != vitals.UnknownArm && b.m.arm == b.spared() || !b.canMore() || b.misfits() {
			return ErrNotNow
		}
		b.start()
		return nil
	}, Ready)
}

// start is called under the lock.
func (b *Bedside) start() {
	b.m.fault, b.m.locks, b.m.inflated, b.m.candidates, b.m.live = nil, nil, false, nil, silent()
	from, ok := b.instrument()
	if !ok {
		b.failed(instruments.Attached{}, instruments.NewFault(instruments.NoAnswer, "no instrument is ready"))
		return
	}
	if b.forbidden(from) || b.uncleaned(from) {
		return
	}
	ctx, cancel := context.WithCancel(b.ctx)
	b.stop = cancel
	b.m.silence = visit.NewSilence(from.Model, b.fellSilent)
	b.enter(Running)
	rule := b.cfg.Rules.Oximetry()
	job := instruments.Job{
		Since: b.encounter.Started, Zone: b.cfg.Zone, Person: cardOf(b.encounter.Patient), Oximetry: &rule, Contact: rule.Watched,
	}
	panel, id, own := b.m.panel, b.encounter.ID, b.m.own
	b.work.Go(func() {
		word, err := b.admit(ctx, panel, from)
		if err == nil && b.cfg.Hygiene != nil && !own {
			err = b.cfg.Hygiene.Used(visit.InstrumentOf(from), id)
		}
		if err == nil {
			err = b.cfg.Instruments.Measure(ctx, from.ID, job, b.event)
		}
		other, swapped := b.swapped(ctx, panel, from, own)
		if swapped != nil {
			word.locks, err = other.locks, swapped
		}
		cancel()
		fresh, unfamiliar := b.unsavedOf(from), b.unfamiliar(own)
		b.mu.Lock()
		b.m.silence.End()
		b.m.live.Silent = false
		b.m.otherMeter = unfamiliar
		b.stop, b.m.standing, b.m.locks = nil, word.standing, word.locks
		if word.through || other.through {
			visit.LetThrough(b.m.candidates)
		}
		b.measured(from, err, fresh)
		b.mu.Unlock()
		b.cfg.Changed()
	})
}

func cardOf(p *records.Patient) string {
	if p != nil {
		for _, id := range p.Identifiers {
			if id.System == visit.CardSystem {
				return id.Value
			}
		}
	}
	return ""
}

// event takes what the driver tells. Live samples do not announce a change.
func (b *Bedside) event(e instruments.Event) {
	if s, ok := e.(*instruments.PlethSample); ok && b.cfg.Sample != nil {
		b.cfg.Sample(s)
	}
	b.mu.Lock()
	b.m.silence.Heard()
	announce, inflated := b.m.live.Take(e)
	b.m.inflated = b.m.inflated || inflated
	if r, ok := e.(*instruments.Reading); ok {
		b.m.candidates = append(b.m.candidates, *r)
	}
	b.mu.Unlock()
	if announce {
		b.cfg.Changed()
	}
}

// fellSilent shows that nothing comes from the instrument any more.
func (b *Bedside) fellSilent(s *visit.Silence) {
	b.mu.Lock()
	if b.m.silence == s && b.stop != nil {
		b.m.live.Fall()
	}
	b.mu.Unlock()
	b.cfg.Changed()
}

// measured goes on after the driver has returned and the instrument is safe. It
// is called under the lock.
func (b *Bedside) measured(from instruments.Attached, err error, fresh []bool) {
	heard := len(b.m.candidates) > 0
	var readings []instruments.Reading
	for i, r := range b.m.candidates {
		if fresh[i] && !b.has(r) {
			readings = append(readings, r)
		}
	}
	b.m.candidates, b.m.from = readings, from
	var fault *instruments.Fault
	switch {
	case err == nil:
	case errors.As(err, &fault):
	case errors.Is(err, context.Canceled):
		fault = instruments.NewFault(instruments.Stopped, "")
	default:
		fault = instruments.Wrap(instruments.Internal, err)
	}
	several := fault != nil && fault.Code == instruments.SeveralResults && len(readings) > 0
	if fault != nil && (fault.Code == instruments.LockedOut || fault.Code == instruments.OnePerson) {
		b.stray(from, records.Stranger, readings...)
	}
	if fault == nil && len(readings) == 0 {
		fault = instruments.NewFault(instruments.Internal, "the driver returned without a reading")
		if heard {
			fault = instruments.NewFault(instruments.AlreadySaved, "only results that are known already")
		}
	}
	switch {
	case fault != nil && !several:
		b.failed(from, fault)
	case b.m.panel == vitals.BloodGlucose || b.m.panel == vitals.BodyWeight:
		b.enter(Confirm) // a meter may hold somebody else's result
	default:
		last := len(readings) - 1
		b.stray(from, records.LeftOver, readings[:last]...)
		b.take(from, readings[last])
	}
}

// has reports whether a reading is in this visit already.
func (b *Bedside) has(r instruments.Reading) bool {
	same := func(values vitals.Values, at time.Time) bool {
		return !at.IsZero() && at.Equal(r.InstrumentTime) && slices.Equal(values, r.Values)
	}
	return slices.ContainsFunc(b.encounter.Observations, func(o records.Observation) bool {
		return o.Panel == r.Panel && len(o.MeanOf) == 0 && same(o.Values, o.Origin.InstrumentAt)
	}) || slices.ContainsFunc(b.m.attempts, func(a attempt) bool {
		return a.reading != nil && same(a.reading.Values, a.reading.InstrumentTime)
	})
}

// failed notes an attempt that gave nothing. A cuff that never began to fill is
// not one.
func (b *Bedside) failed(from instruments.Attached, fault *instruments.Fault) {
	b.m.fault, b.m.candidates = fault, nil
	if b.m.inflated {
		b.m.attempts = append(b.m.attempts, attempt{from: from, arm: b.m.arm, fault: fault})
	}
	b.settle()
}

// take puts a good reading into the series.
func (b *Bedside) take(from instruments.Attached, r instruments.Reading) {
	b.m.candidates, b.m.fault = nil, nil
	if r.Meal == vitals.MealUnknown {
		r.Meal = b.m.meal
	}
	if _, err := b.cfg.Rules.Judge(b.subject, r.Panel, r.Values, r.Meal); err != nil {
		b.failed(from, instruments.Wrap(instruments.Implausible, err))
		return
	}
	b.m.strays.Taken(visit.ObservationOf(&r, from))
	b.m.attempts = append(b.m.attempts, attempt{reading: &r, from: from, arm: b.m.arm})
	b.settle()
}

// settle decides what comes after an attempt: the arm rests if the protocol asks
// for more, else whoever measures looks at what there is.
func (b *Bedside) settle() {
	b.proposeArm()
	if b.m.panel == vitals.BloodPressure && !b.m.byHand && b.canMore() && len(b.m.attempts) > 0 && b.wantsMore() {
		b.enter(Pause)
		b.countdown(b.cfg.Rules.Protocol().Interval, func() { b.enter(Ready) })
		return
	}
	b.enter(Review)
}

// Stop stops the instrument. The phase is Stopping until it is safe.
func (b *Bedside) Stop() error {
	return b.command(func() error {
		b.enter(Stopping)
		b.stop()
		return nil
	}, Running)
}

// Shows says which of the results the instrument shows; none of them if i is
// below zero.
func (b *Bedside) Shows(i int) error {
	return b.command(func() error {
		switch {
		case i >= len(b.m.candidates):
			return ErrNotNow
		case i < 0:
			b.stray(b.m.from, records.NotShown, b.m.candidates...)
			b.failed(b.m.from, instruments.NewFault(instruments.NoNewResult, "not what the instrument shows"))
		default:
			b.stray(b.m.from, records.LeftOver, slices.Delete(slices.Clone(b.m.candidates), i, i+1)...)
			b.take(b.m.from, b.m.candidates[i])
		}
		return nil
	}, Confirm)
}

// Again measures once more: after the pause if the arm was squeezed.
func (b *Bedside) Again() error {
	return b.command(func() error {
		if !b.canMore() {
			return ErrNotNow
		}
		b.m.fault, b.m.locks = nil, nil
		if b.m.byHand {
			b.beginTyping(b.m.panel, false)
			return nil
		}
		if b.m.panel == vitals.BloodPressure && len(b.m.attempts) > 0 {
			b.enter(Pause)
			b.countdown(b.cfg.Rules.Protocol().Interval, func() { b.enter(Ready) })
			return nil
		}
		b.enter(Ready)
		return nil
	}, Review)
}

// Look shows what there is so far, though the protocol asks for more.
func (b *Bedside) Look() error {
	return b.command(func() error {
		b.enter(Review)
		return nil
	}, Rest, Ready, Pause, ByHand)
}

// GiveUp leaves the panel; nothing of it is kept.
func (b *Bedside) GiveUp() error {
	return b.command(func() error {
		b.begin(measuring{})
		b.enter(Choose)
		return nil
	}, Rest, Ready, Pause, Confirm, ByHand, Review)
}

// canMore reports whether another attempt is allowed: no arm is squeezed more
// often than the protocol says.
func (b *Bedside) canMore() bool {
	if b.m.panel != vitals.BloodPressure {
		return b.m.panel != "" && len(b.m.attempts) < mostAttempts
	}
	return len(b.m.attempts) < b.cfg.Rules.Protocol().MaxInflations
}

// mostAttempts bounds the tries of everything that does not squeeze.
const mostAttempts = 10

// wantsMore reports whether the protocol is not through: too few readings, or an
// arm that it asks for at a first visit.
func (b *Bedside) wantsMore() bool {
	if b.m.panel != vitals.BloodPressure {
		return len(b.m.attempts) == 0
	}
	s := b.series(false)
	if s.Verdict == guideline.NeedMore {
		return true
	}
	next := b.cfg.Rules.Protocol().NextArm(b.tried(), b.first && b.spared() == vitals.UnknownArm, b.cfg.Arm)
	return s.Of > 0 && next != s.Arm && s.Arm != vitals.UnknownArm
}
