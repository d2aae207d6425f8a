package visit

import (
	"context"
	"slices"
	"time"

	"aidpost/instruments"
	"aidpost/records"
	"aidpost/records/intended"
	"aidpost/records/vitals"
)

// An instrument may be another one than it was: swapped on its cable between two
// looks at it, or a meter that somebody else has lent. What it says of itself with
// each result is held against what was let in.

// AskOtherMeter is asked of a person who has read their own meter here before, about
// one with another serial number.
const AskOtherMeter QuestionID = "other-meter"

// settleTime is longer than an instrument takes to be ready after it was named.
const settleTime = 5 * time.Second

// Settled returns the instrument on the same cable as soon as it has said who it is.
// One that is only recognised, or ready by its first word, has not yet.
func Settled(ctx context.Context, counter Instruments, from instruments.Attached) instruments.Attached {
	for end := time.Now().Add(settleTime); (from.Likely || from.State == instruments.Recognised) && time.Now().Before(end); {
		if instruments.Pause(ctx, 50*time.Millisecond) != nil {
			return from
		}
		all := counter.Attached()
		i := slices.IndexFunc(all, func(a instruments.Attached) bool { return a.ID == from.ID })
		if i < 0 {
			return from
		}
		from = all[i]
	}
	return from
}

// AsSaid returns the instrument as it names itself in a reading, and whether it is
// another one than was let in. One that did not say who it is before is not.
func AsSaid(from instruments.Attached, r instruments.Reading) (instruments.Attached, bool) {
	if from.Identity.Serial == "" || r.Identity.Serial == "" || r.Identity.Serial == from.Identity.Serial {
		return from, false
	}
	from.Identity.Serial = r.Identity.Serial
	return from, true
}

// swapped returns why the results that were just read cannot be taken, if they came
// from another instrument than was let in, and whether that was let through a lock.
// It is called without the visit's lock.
func (v *Visit) swapped(ctx context.Context, from instruments.Attached, own bool) (through bool, err error) {
	v.mu.Lock()
	candidates := slices.Clone(v.m.candidates)
	v.mu.Unlock()
	for _, r := range candidates {
		other, is := AsSaid(from, r)
		if !is {
			continue
		}
		if v.cfg.Fit != nil && slices.Contains(v.cfg.Fit(other, intended.Person{}, own), intended.NotToBeShared) {
			return false, instruments.NewFault(instruments.OnePerson, "another one than was let in, and not this person's own")
		}
		if v.cfg.Admit != nil {
			through, err := v.cfg.Admit(ctx, other, own)
			return through, lockedFault(err)
		}
	}
	return false, nil
}

// unfamiliar reports whether a known person's own meter is another one than they
// have read here before. It is called without the lock.
func (v *Visit) unfamiliar(ctx context.Context, own bool) bool {
	v.mu.Lock()
	candidates, known := slices.Clone(v.m.candidates), v.p.found && v.p.encounter.Patient != nil
	var patient records.ID
	if known {
		patient = v.p.encounter.Patient.ID
	}
	v.mu.Unlock()
	if !own || !known || len(candidates) == 0 {
		return false
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lookUpTimeout)
	defer cancel()
	history, err := v.cfg.Store.History(ctx, patient, vitals.BloodGlucose, historyLimit)
	if err != nil {
		v.cfg.Log.Error("looking a person's own meter up", "error", err)
	}
	return Unfamiliar(history, candidates[len(candidates)-1].Identity.Serial)
}

// Unfamiliar reports whether a serial number is of none of the meters that a person
// has brought before, if there was one that told its own.
func Unfamiliar(history []records.Observation, serial string) bool {
	before := 0
	for _, o := range history {
		if !slices.Contains(o.Notes, NoteOwnMeter) || o.Origin.Device.Serial == "" {
			continue
		}
		if o.Origin.Device.Serial == serial {
			return false
		}
		before++
	}
	return before > 0 && serial != ""
}
