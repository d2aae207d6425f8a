package bedside

import (
	"aidpost/app/visit"
	"aidpost/instruments"
	"aidpost/records"
	"aidpost/records/intended"
	"aidpost/records/vitals"
)

// cuff is how the arm lies to the cuff, as whoever put it on has said.
type cuff struct {
	lie   intended.Lie
	arm   int  // around it, in centimetres; zero: it was not measured
	other bool // a cuff of another size is on than the one that is known
}

// OtherCuff is what is said in the place of an [intended.Lie] where a cuff of another
// size was put on instead, which fits.
const OtherCuff = "other"

// Lies are the answers to how the arm lies to the cuff, in the order on screen.
func Lies() []string {
	var all []string
	for _, lie := range intended.Lies() {
		all = append(all, string(lie))
	}
	return append(all, OtherCuff)
}

// SetLie says how the arm lies to the marks of the cuff.
func (b *Bedside) SetLie(said string) error {
	return b.command(func() error {
		b.m.cuff = cuff{lie: intended.Lie(said)}
		if said == OtherCuff {
			b.m.cuff = cuff{lie: intended.Within, other: true}
		}
		return nil
	}, Rest, Ready, Pause)
}

// SetGirth says how far it is around the arm, in centimetres; zero takes it back.
func (b *Bedside) SetGirth(arm int) error {
	return b.command(func() error {
		if arm != 0 && (arm < intended.ThinnestArm || arm > intended.ThickestArm) {
			return ErrNotNow
		}
		b.m.cuff = cuff{arm: arm}
		return nil
	}, Rest, Ready, Pause)
}

// arms are for which arms the cuff on an instrument is made; the zero range is not
// known.
func (b *Bedside) arms(from instruments.Attached) intended.Range {
	if b.cfg.Cuff == nil {
		return intended.Range{}
	}
	return b.cfg.Cuff(from)
}

// lie is how the arm lies to the cuff on an instrument.
func (b *Bedside) lie(from instruments.Attached) intended.Lie {
	if b.m.cuff.arm > 0 {
		return b.arms(from).Lie(b.m.cuff.arm)
	}
	return b.m.cuff.lie
}

// asked is the cuff that would be used, as far as it is known for which arms it is
// made: then it is asked how the arm lies to it.
func (b *Bedside) asked() (intended.Range, intended.Lie) {
	from, ok := b.instrument()
	if !ok || b.m.panel != vitals.BloodPressure || b.m.byHand || b.arms(from) == (intended.Range{}) {
		return intended.Range{}, ""
	}
	return b.arms(from), b.lie(from)
}

// misfits reports whether the arm is too thin or too thick for the cuff that would
// be used.
func (b *Bedside) misfits() bool {
	_, lie := b.asked()
	return lie == intended.Thinner || lie == intended.Thicker
}

// cuffFit is what a statement says of the cuff.
func (b *Bedside) cuffFit(from instruments.Attached) *records.CuffFit {
	made := b.arms(from)
	if b.m.cuff.other {
		made = intended.Range{}
	}
	return visit.CuffFit(b.lie(from), b.m.cuff.arm, made)
}
