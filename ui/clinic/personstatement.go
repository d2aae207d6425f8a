package clinic

import (
	"time"

	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/oximetry"
	"aidpost/ui/kit"
)

// statementOf is the quality statement in words.
func (c *Clinic) statementOf(s *records.Statement) []string {
	if s == nil {
		return nil
	}
	var lines []string
	if len(s.Reasons) > 0 {
		lines = append(lines, c.cautions(records.Observation{Statement: s}))
	}
	if s.Protocol != "" {
		lines = append(lines, c.t(words.DossierProtocol, words.With("protocol", c.lang.Protocol(s.Protocol))))
	}
	lines = append(lines, c.oximetry(s.Oximetry)...)
	if s.Cuff != nil {
		lines = append(lines, c.cuffFit(*s.Cuff))
	}
	if s.Rest != nil {
		lines = append(lines, c.rested(*s.Rest))
	}
	if s.Lot != "" {
		lines = append(lines, c.t(words.DossierLot, words.With("lot", kit.Isolate(s.Lot)), words.With("date", c.lang.Date(s.Expires))))
	}
	controls := map[string]words.Key{"in-control": words.DossierInControl, "no-control": words.DossierNoControl,
		"out-of-control": words.DossierOutOfControl, "overridden": words.CautionOverridden}
	if key, ok := controls[s.Control]; ok {
		lines = append(lines, c.t(key))
	}
	if s.Operator.Name != "" {
		lines = append(lines, c.t(words.DossierOperator, words.With("name", s.Operator.Name)))
	}
	return lines
}

// oximetry is how the value of an oximeter came to be taken.
func (c *Clinic) oximetry(t *oximetry.Taken) []string {
	if t == nil {
		return nil
	}
	if t.ByInstrument {
		return []string{c.t(words.DossierOximetryOwn, words.With("seconds", t.Contact))}
	}
	lines := []string{c.t(words.DossierOximetry, words.With("seconds", t.Stable), words.With("oxygen", t.SpO2Spread), words.With("pulse", t.PulseSpread))}
	if t.Signal != nil {
		lines = append(lines, c.t(words.DossierOximetrySignal, words.With("signal", *t.Signal)))
	}
	if t.Artefact > 0 {
		lines = append(lines, c.t(words.DossierOximetryArtefact, words.With("percent", t.Artefact)))
	}
	return lines
}

// rested is how the person rested before.
func (c *Clinic) rested(r records.Rest) string {
	how := map[records.RestHow]words.Key{
		records.RestMeasured: words.DossierRestMeasured, records.RestTimed: words.DossierRestTimed, records.RestShortened: words.DossierRestShortened,
	}
	return c.t(how[r.How], words.With("time", c.lang.Duration(time.Duration(r.Seconds)*time.Second)))
}

// cuffFit is how the arm lay to the cuff.
func (c *Clinic) cuffFit(f records.CuffFit) string {
	text := c.t(words.DossierCuff, words.With("lie", c.t(words.LieName(string(f.Lie)))))
	if f.From > 0 {
		text += " · " + c.t(words.DossierCuffMade, words.With("from", f.From), words.With("to", f.To))
	}
	if f.Arm > 0 {
		text += " · " + c.t(words.DossierGirth, words.With("arm", f.Arm))
	}
	return text
}
