// Package call keeps the calls for help of a kiosk: why and when somebody called,
// whether a member of staff has answered, and what happens if nobody does. It
// needs no network. Whatever shows or sounds an alarm, such as the window of the
// staff, subscribes to a Board and answers through it. What else may call for
// help, such as a pendant, raises calls there.
package call

import (
	"time"

	"aidpost/records"
)

// A Call is one call for help.
type Call = records.Call

// Why is the reason for a call.
type Why = records.CallReason

// The reasons, from the least urgent.
const (
	Button    = records.CallButton
	NoData    = records.CallNoData
	Silence   = records.CallSilence
	Emergency = records.CallEmergency
)

// DefaultWaits are how long after a call, unanswered, it goes to the next level.
func DefaultWaits() []time.Duration {
	return []time.Duration{30 * time.Second, 60 * time.Second, 120 * time.Second}
}

// State says in a word how a call stands, for programs.
func State(c Call) string {
	switch {
	case !c.Closed.IsZero():
		return "closed"
	case !c.Answered.IsZero():
		return "answered"
	}
	return "calling"
}
