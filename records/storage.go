package records

import (
	"context"
	"errors"
	"strings"

	"aidpost/records/quality"
	"aidpost/records/staff"
	"aidpost/records/vitals"
)

// ErrNoReading: there is no reading of the store that could be put right.
var ErrNoReading = errors.New("no reading to put right")

// NoteStorage puts on record how cold and how warm it was where strips are kept. To
// put the last reading right is to let a lot be used that was held by it: it asks for
// the right to let measurements through, and for a reason.
func (a *Access) NoteStorage(ctx context.Context, r quality.Storage) error {
	r.At = a.store.now().UTC()
	what := strings.TrimSpace(r.Store + " " + span(r))
	if r.Corrects {
		before, err := a.misread(ctx, r.Store)
		if err != nil {
			return err
		}
		what = strings.TrimSpace(r.Store+" "+span(before)) + " → " + span(r) + ": " + r.Comment
	}
	return a.putQuality(ctx, staff.NoteStorage, qualityStorage, &r, what, func(*tx, *quality.Log) error {
		var c checker
		c.text("store", &r.Store, maxText)
		c.text("comment", &r.Comment, maxText)
		c.require(r.Plausible(), "low", "no thermometer of a store shows that")
		c.require(!r.Corrects || r.Comment != "", "reason", "missing")
		return c.err
	})
}

// span writes a reading as the audit trail has it, in no language.
func span(r quality.Storage) string { return r.Low.String() + "–" + r.High.String() + " °C" }

// misread returns the reading that whoever may is about to put right.
func (a *Access) misread(ctx context.Context, store string) (quality.Storage, error) {
	if err := a.Authorize(ctx, staff.Override); err != nil {
		return quality.Storage{}, err
	}
	l, err := a.store.QualityLog(ctx)
	if err != nil {
		return quality.Storage{}, err
	}
	readings := l.StorageOf(store)
	if len(readings) == 0 {
		return quality.Storage{}, ErrNoReading
	}
	return readings[len(readings)-1], nil
}

// checkKept checks how a lot is to be kept, and that two things are compared on
// somebody's arm with a cuff alone.
func checkKept(c *checker, lot quality.Lot) {
	c.text("store", &lot.Store, maxText)
	c.require(!lot.Kept.Known() || lot.Kept.Plausible() && lot.Kept.High.Cmp(lot.Kept.Low) > 0, "kept", "not two temperatures, the lower one first")
	c.require(lot.Kind == quality.Reagent || !lot.Kept.Known() && lot.Store == "", "kept", "of strips alone")
	if t := lot.Target; t.Single.Cmp(vitals.Int(0)) != 0 {
		none := t.Mean.Value.Cmp(vitals.Int(0)) == 0 && t.Mean.Unit == vitals.MmHg
		c.require(lot.Kind == quality.Standard && lot.Panel == vitals.BloodPressure && none && t.Paired(), "target", "of a volunteer check is 0 mmHg, of cuffs")
	}
}
