package bedside

import (
	"aidpost/app/visit"
	"aidpost/instruments"
	"aidpost/records"
)

// stray notes readings that are not this person's. What somebody's own meter holds
// is theirs, whoever it is about, and is not looked at. It is called under the lock.
func (b *Bedside) stray(from instruments.Attached, why records.OrphanReason, readings ...instruments.Reading) {
	if b.m.own {
		return
	}
	for _, r := range readings {
		b.m.strays.Add(visit.ObservationOf(&r, from), records.Orphan{
			At: b.cfg.Now(), Why: why, Port: from.Endpoint.Path, Visit: b.encounter.ID,
		})
	}
}

// begin leaves the panel at hand for another one, or for none. What came without
// a person goes to the tray. It is called under the lock.
func (b *Bedside) begin(next measuring) {
	if b.phase == Confirm {
		b.stray(b.m.from, records.Abandoned, b.m.candidates...)
	}
	strays := b.m.strays
	b.m = next
	if len(strays) > 0 {
		b.work.Go(func() { strays.Keep(b.ctx, b.cfg.Tray) })
	}
}
