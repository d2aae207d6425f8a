package desk

import (
	"context"
	"time"
)

// healthEvery is how often somebody looks at what the records stand on.
const healthEvery = time.Minute

// A Health is how it stands with what the records need. Each field that is not
// zero is told at the top of every page.
type Health struct {
	Simulated bool
	// Free is the room left on the disk in bytes, if it is little.
	Free uint64
	// Overdue says that no backup was made for too long; Backup is when the last
	// one was, zero if never.
	Overdue bool
	Backup  time.Time
	Damaged bool
	// Battery is what is left of the computer's battery in percent, if it runs on it
	// and that is little; NoCuff says that no cuff is started any more, and Closing
	// that the program ends before the battery does.
	Battery int
	NoCuff  bool
	Closing bool
	// Clock is by how much the machine's clock was set while the program ran.
	Clock time.Duration
}

// LookAgain asks how the records stand, since something may be another.
func (d *Desk) LookAgain() { d.look() }

// look asks how the records stand.
func (d *Desk) look() {
	d.mu.Lock()
	d.looked = d.cfg.Now()
	d.mu.Unlock()
	if d.cfg.Health == nil {
		return
	}
	d.beside(func(ctx context.Context) {
		found := d.cfg.Health(ctx)
		d.mu.Lock()
		found.Damaged = found.Damaged || d.state.Health.Damaged // stays until the program starts anew
		same := found == d.state.Health
		d.mu.Unlock()
		if !same {
			d.change(func() { d.state.Health = found })
		}
	})
}
