package words

import (
	"strings"
	"time"
)

// Why is the reason of something that was done. What people typed stays as it is; what
// the program put on record stands there in English and in codes, for every reader, and
// is said in the language.
func (l Lang) Why(action, reason string) string {
	if l.t == nil || reason == "" || typed[action] {
		return reason
	}
	if action == "clock.moved" {
		return l.moved(reason)
	}
	if text, known := l.codes(codesOf[action], reason); known {
		return text
	}
	return l.noted(action, reason)
}

// typed are the deeds whose reason somebody types.
var typed = map[string]bool{
	"patient.merge": true, "patient.unmerge": true, "emergency.access": true, "quality.override": true, "quality.storage": true, "form.enter": true,
}

// codesOf are the families of the codes that the reasons of deeds are made of.
var codesOf = map[string][]func(code string) Key{
	"encounter.queue":   {func(code string) Key { return Key("noted.queue-" + code) }, HoldName},
	"observation.amend": {WhyName}, "observation.void": {WhyName}, "observation.move": {WhyName},
	"tray.claim": {ClaimName}, "tray.aside": {NobodysName}, "tray.receive": {OrphanName},
	"critical.tell":    {ToldRoleName, ToldWayName},
	"referral.close":   {ReferralOutcomeName},
	"patient.identify": {func(code string) Key { return Key("noted.trait-" + code) }, IdentityReasonName},
	"staff.add":        {RoleName}, "staff.role": {RoleName},
	"shift.left": {CheckName}, "quality.locks": {LockName}, "quality.skipped": {SkipCleaningName}, "patient.consent": {purposeName}, "help.call": {callName},
}

func purposeName(code string) Key { return coded("noted", code) }

// callName is why somebody called for help.
func callName(code string) Key { return Key("noted.call-" + code) }

// codes says a reason that is made of codes of some families, "[a b] c"; false if it is
// anything else.
func (l Lang) codes(families []func(string) Key, reason string) (text string, known bool) {
	if len(families) == 0 {
		return reason, false
	}
	var said []string
	for _, code := range strings.Fields(strings.NewReplacer("[", "", "]", "").Replace(reason)) {
		known := false
		for _, family := range families {
			key := family(code)
			if text := l.T(key); text != string(key) {
				said, known = append(said, text), true
				break
			}
		}
		if !known {
			return reason, false
		}
	}
	return strings.Join(said, l.comma()), len(said) > 0
}

// comma parts two things in a line.
func (l Lang) comma() string {
	if l.Direction() == RTL {
		return "، "
	}
	return ", "
}

// onlyOf are messages with so few words of their own that they are looked for in what
// was put on record of one deed alone: "from … to …" is in many a sentence.
var onlyOf = map[Key]string{
	NotedFirmware: "quality.firmware", NotedPresented: "quality.passport", NotedTypedIn: "quality.locked", NotedLocks: "quality.locked",
	NotedCleaned: "quality.clean", NotedUncleaned: "quality.clean.skip",
}

// noted says what the program wrote down, and leaves everything else as it is.
func (l Lang) noted(action, text string) string {
	for _, r := range l.t.noted {
		values := r.pattern.FindStringSubmatch(text)
		if only, ok := onlyOf[r.key]; values == nil || ok && only != action {
			continue
		}
		var args []Arg
		for i, name := range r.pattern.SubexpNames()[1:] {
			args = append(args, With(name, l.part(action, name, values[i+1])))
		}
		return l.T(r.key, args...)
	}
	// "days paper": a kind of report, and what became of it.
	kind, rest, found := strings.Cut(text, " ")
	if name, ok := reportNames[kind]; found && ok {
		if said := l.noted(action, rest); said != rest || l.Tag() == source {
			return l.T(name) + l.comma() + said
		}
	}
	return text
}

// reportNames are what the kinds of reports are called that are told apart on record.
var reportNames = map[string]Key{
	"person": PapersGlance, "trend": PapersTrend, "referral": PapersReferral, "days": PapersDays, "quality": PapersQuality,
	"instruments": PapersInstruments, "activity": PapersActivity, "audit": AuditExtract, "closing": ShiftPaper, "book": BookTitle,
}

// part says what stands for a placeholder.
func (l Lang) part(action, name, value string) string {
	switch name {
	case "what":
		return l.noted(action, value)
	case "purpose":
		value, _ = l.codes(codesOf["patient.consent"], value)
	case "call":
		value, _ = l.codes(codesOf["help.call"], value)
	case "locks":
		value, _ = l.codes(codesOf["quality.locks"], value)
	case "skipped":
		value, _ = l.codes(codesOf["quality.skipped"], value)
	case "panel":
		value = l.T(PanelName(value))
	case "list":
		return l.left(value)
	}
	return value
}

// left says what was left open at the end of a day: "tray 2, criticals 1".
func (l Lang) left(list string) string {
	all := strings.Split(list, ", ")
	for i, one := range all {
		code, count, _ := strings.Cut(one, " ")
		if name, known := l.codes(codesOf["shift.left"], code); known {
			all[i] = name + " " + count
		}
	}
	return strings.Join(all, l.comma())
}

// moved says how far the clock was put ahead or back: "by 1h0m0s".
func (l Lang) moved(reason string) string {
	by, found := strings.CutPrefix(reason, "by ")
	moved, err := time.ParseDuration(by)
	switch {
	case !found || err != nil:
		return reason
	case moved < 0:
		return l.T(AuditClockBack, With("duration", l.Duration(-moved)))
	}
	return l.T(AuditClockAhead, With("duration", l.Duration(moved)))
}
