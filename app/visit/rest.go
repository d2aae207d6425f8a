package visit

import (
	"context"
	"slices"
	"time"

	"aidpost/instruments"
	"aidpost/records"
	"aidpost/records/quality/rest"
	"aidpost/records/vitals"
)

// The seated rest before a pressure. It lasts as long as the protocol asks, and is over
// sooner when the pulse of a finger in the oximeter is that of a person at rest, or when
// the person says why it should be. However it ends, nothing pumps before a tap.

// The reasons for skipping the rest.
const (
	SkipHurry  = "hurry"
	SkipRested = "rested"
	SkipStaff  = "staff"
	SkipOther  = "other"
)

// SkipReasons lists the reasons for skipping the rest.
func SkipReasons() []string { return []string{SkipRested, SkipHurry, SkipStaff, SkipOther} }

// The notes that a rest leaves with a pressure.
const (
	NoteRestSkipped   = "rest-not-completed" // the person did not take the whole rest
	NoteRestUnsettled = "rest-unsettled"     // it was over, and the pulse not at rest
	NoteRestByPulse   = "rest-by-pulse"      // the pulse ended it, and the pressure is high
)

// A RestState is how a rest stands or stood.
type RestState struct {
	// Watched is set while an oximeter is there for the person to use.
	Watched bool
	Verdict rest.Verdict // of the pulse that is watched
	Pulse   int          // beats a minute; zero: none is seen
	// How the rest ended; empty while it goes on.
	How records.RestHow
}

// resting is a rest that goes on.
type resting struct {
	began   time.Time
	watch   *rest.Watch // nil: there is nothing to watch the pulse with
	verdict rest.Verdict
	stop    context.CancelFunc
}

// beginRest begins the rest, and lets the person put a finger into an oximeter that is
// there.
func (v *Visit) beginRest() {
	whole := v.cfg.Rules.Protocol().Rest
	v.enter(Rest)
	v.m.resting = &resting{began: time.Now()}
	v.countdown(whole, v.restIsOver)
	if v.cfg.Rest.ID == "" || v.cfg.Rest.Floor >= whole {
		return
	}
	all := v.cfg.Instruments.Attached()
	if i := slices.IndexFunc(all, watches); i >= 0 {
		v.watchPulse(all[i])
	}
}

// watches reports whether the pulse can be followed on an instrument.
func watches(a instruments.Attached) bool {
	return a.Startable() && a.Model.Panel == vitals.Oximetry && a.Model.Abilities.Live && !a.Model.Chosen
}

const (
	// watchFor is longer than any rest, so that no finger gives a reading meanwhile.
	watchFor = time.Hour
	// watchAgain is how soon a sensor that gave up is asked again.
	watchAgain = time.Second
)

// watchPulse follows the pulse until the rest is over. Nothing of it is kept.
func (v *Visit) watchPulse(from instruments.Attached) {
	r := v.m.resting
	r.watch, r.verdict = rest.NewWatch(v.cfg.Rest, time.Now()), rest.NoFinger
	ctx, cancel := context.WithCancel(v.ctx)
	r.stop = cancel
	visit := v.p.encounter.ID
	job := instruments.Job{Since: v.p.encounter.Started, Zone: v.cfg.Zone, Contact: watchFor}
	v.work.Go(func() {
		defer cancel()
		if v.clean(Settled(ctx, v.cfg.Instruments, from), visit) != nil {
			v.unwatch(r)
			return
		}
		used := false
		for ctx.Err() == nil {
			// What it ends with is no result, and what went wrong the verdict says.
			_ = v.cfg.Instruments.Measure(ctx, from.ID, job, func(e instruments.Event) {
				s, ok := e.(*instruments.PlethSample)
				if !ok {
					return
				}
				if !used && !s.FingerOut {
					used = true
					if v.touched(from, visit) != nil {
						v.unwatch(r)
						cancel()
						return
					}
				}
				v.feel(r, s)
			})
			_ = instruments.Pause(ctx, watchAgain)
		}
	})
}

// unwatch goes on with a rest that is only timed.
func (v *Visit) unwatch(r *resting) {
	v.mu.Lock()
	r.watch = nil
	v.mu.Unlock()
	v.cfg.Changed()
}

// feel takes a sample of the pulse in. The first moment of a steady one ends the rest.
func (v *Visit) feel(r *resting, s *instruments.PlethSample) {
	v.mu.Lock()
	if v.m.resting != r || r.watch == nil {
		v.mu.Unlock()
		return
	}
	now := time.Now()
	r.watch.Feed(now, rest.Sample{
		Pulse: max(int(s.Pulse), 0), Finger: !s.FingerOut,
		Doubt: s.Searching || s.Artifact || s.SensorAlarm || s.Signal.Valid() && s.Signal < leastSignal,
	})
	verdict := r.watch.Verdict(now)
	changed := verdict != r.verdict
	r.verdict = verdict
	if verdict == rest.Steady {
		v.rested(records.RestMeasured, v.cfg.Rest.ID)
	}
	v.mu.Unlock()
	if changed {
		v.cfg.Changed()
	}
}

// leastSignal of 8, below which the pulse of an oximeter is not trusted; that of its
// spot checks.
const leastSignal = 3

// restIsOver goes on when the whole time is over, with what kept the rest from being
// measured.
func (v *Visit) restIsOver() {
	why := ""
	if r := v.m.resting; r.watch != nil {
		verdict := r.watch.Verdict(time.Now())
		why = string(verdict)
		switch verdict {
		case rest.Moving, rest.Falling, rest.Uneven:
			v.m.notes = append(v.m.notes, NoteRestUnsettled)
		}
	}
	v.rested(records.RestTimed, why)
}

// SkipRest ends the rest early; the reason stays with the reading.
func (v *Visit) SkipRest(reason string) error {
	return v.command(func() error {
		if !slices.Contains(SkipReasons(), reason) {
			return ErrNotNow
		}
		v.answer("rest-skipped", reason)
		v.m.notes = append(v.m.notes, NoteRestSkipped)
		v.rested(records.RestShortened, reason)
		return nil
	}, Rest)
}

// rested ends the rest.
func (v *Visit) rested(how records.RestHow, why string) {
	v.m.rest = &records.Rest{How: how, Seconds: int(time.Since(v.m.resting.began) / time.Second), Why: why}
	v.enter(Ready)
}

// endWatch lets the oximeter of a rest go.
func (v *Visit) endWatch() {
	if r := v.m.resting; r != nil && r.stop != nil {
		r.stop()
	}
	v.m.resting = nil
}

// restTooShortFor reports whether a rest that the pulse ended was shorter than a result
// as high as this one should have had.
func (v *Visit) restTooShortFor(res PanelResult) bool {
	systolic, ok := res.Values.Get(vitals.Systolic)
	if !ok || v.m.rest == nil || v.m.rest.How != records.RestMeasured {
		return false
	}
	return systolic.Value.Cmp(vitals.Int(v.cfg.Rest.SoundBelow)) >= 0
}

func (v *Visit) restState(now time.Time) RestState {
	s := RestState{}
	if v.m.rest != nil {
		s.How = v.m.rest.How
	}
	if r := v.m.resting; r != nil && r.watch != nil {
		s.Watched, s.Verdict, s.Pulse = true, r.watch.Verdict(now), r.watch.Pulse()
	}
	return s
}
