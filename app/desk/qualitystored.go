package desk

import (
	"context"

	"aidpost/assets/words"
	"aidpost/instruments"
	"aidpost/records"
	"aidpost/records/staff"
	"aidpost/records/vitals"
)

// CanReadControls reports whether the controls in the memory of the attached meter
// can be fetched.
func (d *Desk) CanReadControls(c Checked) bool {
	return d.cfg.Live != nil && c.Attached.ID != "" && c.Attached.State == instruments.Ready &&
		c.Model.Panel == vitals.BloodGlucose && c.Model.Abilities.Memory && d.May(staff.RunControl)
}

// ReadControls fetches the controls in the memory of the attached meter, of whatever
// time. Whatever reads a meter puts them on record; this asks for nothing else.
func (d *Desk) ReadControls(c Checked) {
	if !d.CanReadControls(c) {
		return
	}
	begins, age := false, 0
	d.change(func() {
		age = d.ages.session
		begins = !d.state.Quality.Reading
		d.state.Quality.Reading = true
	})
	if !begins {
		return
	}
	d.beside(func(ctx context.Context) {
		ctx, stop := context.WithTimeout(ctx, liveLimit)
		defer stop()
		job := instruments.Job{Controls: true, Zone: d.cfg.Zone, Now: d.cfg.Now}
		err := d.cfg.Live(ctx, c.Attached.ID, job, func(instruments.Event) {})
		d.change(func() { d.state.Quality.Reading = false })
		d.Do(d.foundControls(c, age, err))
	})
}

// foundControls reads what is on record after the memory of a meter was read, and
// says what came of it.
func (d *Desk) foundControls(c Checked, age int, read error) (func(context.Context, *records.Access) error, func(error) bool) {
	var found onRecord
	return func(ctx context.Context, a *records.Access) (err error) {
			found, err = readQuality(ctx, a)
			return err
		}, func(err error) bool {
			if err != nil || age != d.ages.session {
				return false
			}
			fresh := len(found.log.StoredOf(c.ID)) > len(c.Stored)
			d.takeQuality(found)
			switch code := instruments.CodeOf(read); {
			case fresh:
				d.say(Message{Key: words.QCStoredNew}, false, nil)
			case read == nil, code == instruments.NoNewResult:
				d.say(Message{Key: words.QCStoredNone}, false, nil)
			default:
				d.say(Message{Key: words.FaultTitle(string(code))}, true, nil)
			}
			return false
		}
}
