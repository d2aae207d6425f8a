package records

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"sync"
	"time"
)

// A Condition is how the file and its disk are, apart from what a single call
// meets with.
type Condition struct {
	// Damaged is what the look at every page after opening has found, or nil. It
	// matches ErrCorrupt. The next Open finds it at once and changes nothing.
	Damaged error
	// Room is how much is left on the disk.
	Room Room
	// ClockMoved is by how much the machine's clock was set since the store was
	// opened, in all: zero again when it was set back.
	ClockMoved time.Duration
}

// A condition is what the store knows of it, and who is told of a change.
type condition struct {
	mu      sync.Mutex
	now     Condition
	changed chan struct{} // holds one entry when there is something new
}

// Condition returns how the file and its disk are now.
func (s *Store) Condition() Condition {
	s.condition.mu.Lock()
	defer s.condition.mu.Unlock()
	return s.condition.now
}

// ConditionChanged tells one listener that the condition is another one.
func (s *Store) ConditionChanged() <-chan struct{} { return s.condition.changed }

func (c *condition) set(change func(*Condition)) {
	c.mu.Lock()
	before := c.now
	change(&c.now)
	same := c.now == before
	c.mu.Unlock()
	if !same {
		tell(c.changed)
	}
}

// clockMoved notes that the clock was set while the store was open.
func (c *condition) clockMoved(by time.Duration) {
	c.set(func(now *Condition) {
		if now.ClockMoved += by; now.ClockMoved.Abs() <= clockSlack {
			now.ClockMoved = 0
		}
	})
}

// damagedEnd ends the name of an empty file that stands beside a database of
// which a page was found damaged while it was in use, so that the next Open
// looks at all of it before it begins.
const damagedEnd = ".damaged"

// checkLater looks at every page while the store is in use.
func (s *Store) checkLater(ctx context.Context) {
	err := look(ctx, s.path, reading, func(db *sql.DB) error { return soundPages(ctx, db) })
	if err = classify(err); !errors.Is(err, ErrCorrupt) {
		if err != nil && ctx.Err() == nil {
			s.log.Warn("looking at the pages of the database", "path", s.path, "error", err)
		}
		return
	}
	s.log.Error("the database is damaged", "path", s.path, "error", err)
	if err := os.WriteFile(s.path+damagedEnd, nil, 0o600); err != nil {
		s.log.Error("marking the database as damaged", "path", s.path, "error", err)
	}
	s.condition.set(func(c *Condition) { c.Damaged = err })
}
