package visit

import (
	"slices"

	"aidpost/app/call"
	"aidpost/records"
)

// CallHelp calls a member of staff; it works at every step and never leaves it.
func (v *Visit) CallHelp() {
	v.mu.Lock()
	v.callStaff(call.Button)
	v.touch()
	v.mu.Unlock()
	v.cfg.Changed()
}

// callStaff opens a call for this person, or makes the one there is more urgent.
func (v *Visit) callStaff(why call.Why) {
	v.call = v.calls.RaiseIn(v.tellingVisit(), v.call, why)
	if !slices.Contains(v.called, v.call) {
		v.called = append(v.called, v.call)
	}
	v.answer("help", "called")
}

// tellingVisit is the visit if servers are told of what happens in it, as far as
// the person has agreed by now. A guest's never is.
func (v *Visit) tellingVisit() records.ID {
	e := v.p.encounter
	if e == nil || !v.p.keep || !e.Shares() {
		return ""
	}
	return e.ID
}

// HelpArrived takes the call back.
func (v *Visit) HelpArrived() {
	v.mu.Lock()
	if v.calls.Withdraw(v.call) == nil {
		v.answer("help", "closed")
	}
	v.call = ""
	v.touch()
	v.mu.Unlock()
	v.cfg.Changed()
}

// leaveCalls leaves the person's calls to the staff: those that are open stay so
// until somebody has come. Kept says that the visit goes into the records.
func (v *Visit) leaveCalls(kept bool) {
	for _, id := range v.called {
		v.calls.Leave(id, kept)
	}
	v.call, v.called = "", nil
}
