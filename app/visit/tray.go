package visit

import (
	"time"

	"aidpost/instruments"
	"aidpost/records"
)

// stray notes readings that the person has said are not theirs, or that came from
// an instrument which may measure nobody. What somebody's own meter holds is theirs,
// whoever it is about. It is called under the lock.
func (v *Visit) stray(from instruments.Attached, why records.OrphanReason, readings ...instruments.Reading) {
	if v.m.whose == MeterOwn {
		return
	}
	for _, r := range readings {
		v.m.strays.Add(observation(&r, from), records.Orphan{At: time.Now(), Why: why, Port: from.Endpoint.Path, Visit: v.p.encounter.ID})
	}
}

// beginPanel leaves the panel at hand for another one, or for none. What came without
// a person goes to the tray. It is called under the lock.
func (v *Visit) beginPanel(next measurement) {
	strays := v.m.strays
	v.m = next
	if len(strays) > 0 {
		v.work.Go(func() { strays.Keep(v.ctx, v.cfg.Tray) })
	}
}
