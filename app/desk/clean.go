package desk

import (
	"context"
	"time"

	"aidpost/app/hygiene"
	"aidpost/app/visit"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/quality"
	"aidpost/records/staff"
)

// Hygiene is what the site knows of cleaning its instruments.
type Hygiene interface {
	Rule(i quality.Instrument) (hygiene.Rule, bool)
	Soiled(i quality.Instrument) (hygiene.Soil, bool, error)
	Record(ctx context.Context, a *records.Access, i quality.Instrument, skipped string) error
}

// A Soiling says how an instrument is cleaned, and whether it waits for it.
type Soiling struct {
	Rule  hygiene.Rule
	Waits bool
	Since time.Time // zero if nobody knows
}

// soiling returns how an instrument is cleaned; nil where nothing is asked.
func (d *Desk) soiling(i Instrument) *Soiling {
	if d.cfg.Hygiene == nil || i.Model.ID == "" {
		return nil
	}
	which := visit.InstrumentOf(i.Attached)
	rule, asked := d.cfg.Hygiene.Rule(which)
	if !asked {
		return nil
	}
	soil, waits, err := d.cfg.Hygiene.Soiled(which)
	if err != nil {
		d.cfg.Log.Error("looking whether an instrument is clean", "instrument", i.Model.ID, "error", err)
	}
	return &Soiling{Rule: rule, Waits: waits, Since: soil.Since}
}

// MayClean reports whether whoever is signed in may say that an instrument is
// clean, and whether anybody waits for it.
func (d *Desk) MayClean(i Instrument) bool {
	return i.Soiling != nil && i.Soiling.Waits && d.May(staff.CleanInstrument)
}

// Cleaned puts on record that whoever is signed in has cleaned an instrument.
func (d *Desk) Cleaned(i Instrument) {
	if !d.MayClean(i) {
		return
	}
	d.Do(func(ctx context.Context, a *records.Access) error {
		return d.cfg.Hygiene.Record(ctx, a, visit.InstrumentOf(i.Attached), "")
	}, func(err error) bool {
		d.countInstruments()
		if err == nil {
			d.say(Message{Key: words.MeantCleaned}, false, nil)
		}
		return err == nil
	})
}
