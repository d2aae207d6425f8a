package reports

import (
	"strings"

	"aidpost/assets/words"
	"aidpost/records"
)

// dayEnd sets what was left open when a day was closed, and why, who closed it,
// and what the server had proved to hold.
func (r *register) dayEnd(c *records.Closing) {
	t := r.Lang.T
	r.flow.list = nil
	l := r.desk.list(column{t(words.ShiftChecks), 0.42}, column{t(words.PapersState), 0.16}, column{t(words.ShiftColumnLeft), 0.42})
	rows := make([]block, 0, len(c.Checks))
	for _, k := range c.Checks {
		state := text(t(words.ShiftDone))
		if k.Open > 0 {
			state = cell{text: r.Lang.N(words.ShiftLeft, k.Open), strong: true}
		}
		var which []string
		for _, name := range k.Which {
			if k.Name == "holds" {
				which = append(which, t(words.HoldName(name)))
				continue
			}
			which = append(which, latin(name))
		}
		why := cell{text: joined([]string{k.Reason, strings.Join(which, ", ")}, "\n")}
		rows = append(rows, l.row(text(t(words.CheckName(k.Name))), state, why))
	}
	r.flow.title(r.section(t(words.ShiftChecks), t(words.ShiftSince, words.With("time", r.when(c.Since)))))
	l.place(r.flow, rows...)
	r.flow.place([]block{r.section(t(words.ShiftServer), ""), r.lines(body, bodyLead, r.receipt(c.Sync)...)})
	by := t(words.ShiftPaperBy, words.With("name", c.By.Name), words.With("role", t(words.RoleName(string(c.Role)))), words.With("time", r.when(c.At)))
	if !c.Role.Staff() { // at a command line, before there are accounts
		by = t(words.ShiftBy, words.With("name", r.Lang.Doer("", "", string(c.Role), c.By.Name)), words.With("time", r.when(c.At)))
	}
	by = joined([]string{by, r.signedBy(c)}, "\n")
	signed := r.lines(strong, bodyLead, strings.Split(by, "\n")...)
	signed.gap = 4 * step
	r.flow.place([]block{signed, r.lines(tiny, tinyLead, t(words.ShiftPaperChain, words.With("n", int(c.Chain.Seq)), words.With("hash", latin(c.Chain.Hash))))})
}

// signedBy is who answers for a closed day, if that is somebody else than who
// closed it.
func (d *desk) signedBy(c *records.Closing) string {
	if c.Signer == (records.Clinician{}) || c.Signer == c.By {
		return ""
	}
	return d.Lang.T(words.ShiftPaperSigned, words.With("name", c.Signer.Name), words.With("role", d.Lang.T(words.RoleName(string(c.SignerRole)))))
}

// receipt says how it stood with the server.
func (d *desk) receipt(s records.SyncReceipt) []string {
	t := d.Lang.T
	if s.Server == "" {
		return []string{t(words.ShiftServerNone)}
	}
	said := t(words.ShiftServerSilent)
	if !s.Answered.IsZero() {
		said = t(words.ShiftServerSaid, words.With("time", d.when(s.Answered)))
	}
	return []string{latin(s.Server), t(words.ShiftServerHolds, words.With("holds", s.Holds), words.With("waiting", s.Waiting),
		words.With("refused", s.Refused), words.With("kept", s.Kept)), said}
}
