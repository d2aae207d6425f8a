// Package call keeps the calls for help of a kiosk: why and when somebody called,
// whether a member of staff has answered, and what happens if nobody does. It
// needs no network. Whatever shows or sounds an alarm, such as the window of the
// staff, subscribes to a Board and answers through it.
package call

import (
	"time"

	"aidpost/records"
)

// Why is the reason for a call.
type Why string

// The reasons, from the least urgent. The names are in the audit trail.
const (
	Button    Why = "button"    // somebody pressed the help button
	Silence   Why = "no-answer" // nobody answered whether there are warning signs
	Emergency Why = "emergency" // a value or a warning sign that cannot wait
)

// Urgent reports whether a call is more than a wish for help.
func (w Why) Urgent() bool { return w == Silence || w == Emergency }

// A Call is one call for help. It is open until somebody has come or the person
// has taken it back, also when the visit is over.
type Call struct {
	ID       records.ID
	Why      Why
	Opened   time.Time
	Answered time.Time // when a member of staff said that they are coming
	By       string    // who that was
	Closed   time.Time
	// Level says who is called: 1 the staff, and one more for each time that
	// nobody answered within the set time.
	Level int
	// Last is set at the highest level, when nobody is left to call: the person
	// is told to call the emergency number.
	Last bool
}

// IsOpen reports whether the call waits for somebody.
func (c Call) IsOpen() bool { return c.ID != "" && c.Closed.IsZero() }

// DefaultWaits are how long after a call, unanswered, it goes to the next level.
func DefaultWaits() []time.Duration {
	return []time.Duration{30 * time.Second, 60 * time.Second, 120 * time.Second}
}
