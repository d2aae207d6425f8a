package visit

import (
	"context"
	"slices"

	"aidpost/records"
	"aidpost/records/vitals"
)

// The arm that the cuff goes on. A kiosk sees no arm: it knows what the person says. Whoever
// keeps their results is asked once and offered the same arm from then on; a guest leaves
// nothing that could be offered, and is not asked.

// An ArmState is which arm the person is to put into the cuff, or has.
type ArmState struct {
	// Arm is the one that is offered or was said; with MaySay and no arm, it is asked.
	Arm vitals.Arm
	Why ArmWhy
	// MaySay is set if the person may say that it is the other one.
	MaySay bool
}

// An ArmWhy is why an arm is offered.
type ArmWhy string

// The reasons.
const (
	ArmLast   ArmWhy = "last"   // it was measured last time
	ArmHigher ArmWhy = "higher" // both were compared, and this is the one to stay with
	ArmSpared ArmWhy = "spared" // no cuff goes on the other one
	ArmSaid   ArmWhy = "said"   // in this visit
)

// loadArm asks the records which arm of a known person is measured. Whoever has not
// shown that they are the one on record is told nothing, so nothing is asked.
func (v *Visit) loadArm() {
	if !v.p.keep || !v.p.found || !v.p.shown || v.p.encounter.Patient == nil || v.p.armAsked {
		return
	}
	v.p.armAsked = true
	patient, current, since := v.p.encounter.Patient.ID, v.p.encounter.ID, v.p.since
	v.work.Go(func() {
		ctx, cancel := context.WithTimeout(v.ctx, historyTimeout)
		defer cancel()
		known, err := v.cfg.Store.KnownArm(ctx, patient, since)
		if err != nil {
			v.cfg.Log.Error("reading which arm is measured", "error", err)
			return
		}
		v.mu.Lock()
		if e := v.p.encounter; e != nil && e.ID == current && v.p.arm.Arm == vitals.UnknownArm {
			v.p.arm = known
		}
		v.mu.Unlock()
	})
}

// arms is how the arm stands.
func (v *Visit) arms() ArmState {
	if v.m.panel != vitals.BloodPressure || !v.p.keep || v.p.encounter == nil || v.p.encounter.Patient == nil {
		return ArmState{}
	}
	first := len(v.m.attempts) == 0
	switch spared := v.spared(); {
	case len(spared) > 1:
		return ArmState{} // nobody is told to put either in
	case len(spared) == 1:
		return ArmState{Arm: otherArm(spared[0]), Why: ArmSpared}
	case v.m.said != vitals.UnknownArm:
		return ArmState{v.m.said, ArmSaid, first}
	case v.m.offered.Arm != vitals.UnknownArm && v.m.offered.Compared:
		return ArmState{v.m.offered.Arm, ArmHigher, first}
	case v.m.offered.Arm != vitals.UnknownArm:
		return ArmState{v.m.offered.Arm, ArmLast, first}
	}
	return ArmState{MaySay: first}
}

// spared are the arms that a mark of staff says to leave alone. It is told of to nobody
// but whoever has shown that they are the one on record.
func (v *Visit) spared() (arms []vitals.Arm) {
	if !v.p.found || !v.p.shown {
		return nil
	}
	for _, arm := range []vitals.Arm{vitals.LeftArm, vitals.RightArm} {
		if slices.Contains(v.p.encounter.Patient.Marks, records.Mark("fistula-"+string(arm))) {
			arms = append(arms, arm)
		}
	}
	return arms
}

func otherArm(arm vitals.Arm) vitals.Arm {
	if arm == vitals.LeftArm {
		return vitals.RightArm
	}
	return vitals.LeftArm
}

// SayArm tells which arm is going to be in the cuff.
func (v *Visit) SayArm(arm vitals.Arm) error {
	return v.command(func() error {
		if !v.arms().MaySay || arm != vitals.LeftArm && arm != vitals.RightArm {
			return ErrNotNow
		}
		v.m.said, v.m.arm = arm, arm
		v.prepare() // whoever changes arms has only begun to get ready
		return nil
	}, Prepare)
}

// agreeToArm takes the arm on the screen for that in the cuff: whoever says that they
// are ready has read which one it is. Of a rest that began by itself nobody has said so,
// and what nobody said is not on record.
func (v *Visit) agreeToArm() {
	if v.m.panel == vitals.BloodPressure && len(v.m.attempts) == 0 {
		v.m.arm = v.arms().Arm
	}
}

// armed has the arm of a result offered for the next one of the same visit.
func (v *Visit) armed() {
	if v.m.arm != vitals.UnknownArm && !v.p.arm.Compared {
		v.p.arm = records.KnownArm{Arm: v.m.arm}
	}
}

// armOf is the arm of an attempt; unknown if a person typed what an instrument that is
// not here has shown.
func (v *Visit) armOf(a attempt) vitals.Arm {
	if a.reading.EnteredBy != "" {
		return vitals.UnknownArm
	}
	return v.m.arm
}
