package words

import "strings"

// RoleName is what a role of staff is called.
func RoleName(role string) Key { return coded("role", role) }

// Deed is what was done, by the name of the action on record; one that has no
// words stands by that name, and is not known.
func (l Lang) Deed(action string) (text string, known bool) {
	key := DeedName(action)
	if text := l.T(key); text != string(key) {
		return text, true
	}
	return action, false
}

// Doer is who did something: by the name of their account, or else by the role
// on record, with the user of the operating system for a command line. Account
// stands in for a name that is not known any more.
func (l Lang) Doer(name, account, role, user string) string {
	switch {
	case name != "":
		return name
	case account != "":
		return account
	case role == "program":
		return l.T(AuditProgram)
	case role == "patient":
		return l.T(AuditPatient)
	case role == "console":
		return l.T(AuditConsole, With("name", user))
	}
	return l.T(AuditNobody)
}

// OutcomeName marks what did not simply happen, by the outcome on record; empty:
// it did.
func OutcomeName(outcome string, emergency bool) Key {
	switch {
	case outcome == "refused":
		return AuditOutcomeRefused
	case outcome == "failed":
		return AuditOutcomeFailed
	case emergency:
		return AuditEmergency
	}
	return ""
}

// Broken says which entries of the trail are wrong, and how, in the word of the
// check; with a hash, that no entry has it.
func (l Lang) Broken(why, hash string, from, to int) string {
	first, last := With("from", from), With("to", to)
	switch {
	case hash != "":
		return l.T(AuditBrokenHash, With("hash", l.isolate(hash)))
	case why == "missing":
		return l.T(AuditBrokenMissing, first, last)
	case why == "changed":
		return l.T(AuditBrokenChanged, first)
	case why == "moved":
		return l.T(AuditBrokenMoved, first)
	case why == "not what was signed":
		return l.T(AuditBrokenSigned, first)
	case why == "the end, and its signature is missing":
		return l.T(AuditBrokenEnd, first)
	case strings.HasPrefix(why, "a note that the trail was broken before"): // and how, for whoever repairs it
		return l.T(AuditBrokenNoted, first)
	}
	return l.T(AuditBrokenOther, first, With("why", why))
}
