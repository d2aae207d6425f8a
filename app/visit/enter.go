package visit

import (
	"aidpost/instruments"
)

// Enter takes a reading that a member of staff typed in, as package manual makes
// it, for an instrument without a wire. It is judged and kept like any other, and
// the records say for ever who entered it. A critical one is acted upon at once:
// there is nothing to measure it again with.
func (v *Visit) Enter(r instruments.Reading, from instruments.Model) error {
	return v.command(func() error {
		if r.EnteredBy == "" || len(r.Panel.Main()) == 0 {
			return ErrNotNow
		}
		v.beginPanel(measurement{panel: r.Panel})
		v.loadHistory(r.Panel)
		v.accept(instruments.Attached{Model: from}, r)
		return nil
	}, Choose, Result)
}
