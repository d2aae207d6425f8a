package records

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"
	"unicode"

	"aidpost/records/staff"
)

// A Referral says that somebody else was asked to see the person of a visit. It
// is open until a Return says what came of it.
type Referral struct {
	Code   string    `json:"code"` // on the part of the letter that comes back
	At     time.Time `json:"at"`
	By     Clinician `json:"by"`
	To     string    `json:"to,omitempty"`
	Reason string    `json:"reason,omitempty"`
	Until  Date      `json:"until,omitzero"` // the last day to be seen on; zero: none was named
	Return *Return   `json:"return,omitempty"`
}

// A Return is what came of a referral.
type Return struct {
	At      time.Time     `json:"at"`
	By      Clinician     `json:"by"` // who wrote it down
	From    string        `json:"from,omitempty"`
	Outcome ReturnOutcome `json:"outcome"`
	Found   string        `json:"found,omitempty"`
}

// A ReturnOutcome is what may come of a referral.
type ReturnOutcome string

// The outcomes. The names are on disk.
const (
	SeenOnly    ReturnOutcome = "seen"     // and nothing had to be done
	Treated     ReturnOutcome = "treated"  // treatment was begun or changed
	Admitted    ReturnOutcome = "admitted" // to hospital
	NotAttended ReturnOutcome = "not-attended"
	Withdrawn   ReturnOutcome = "withdrawn" // it is not needed any more
)

// ReferralOutcomes returns the outcomes in the order of a list on screen.
func ReferralOutcomes() []ReturnOutcome {
	return []ReturnOutcome{SeenOnly, Treated, Admitted, NotAttended, Withdrawn}
}

// ErrNotOpen: something came back of the referral already.
var ErrNotOpen = errors.New("the referral is not open")

// Lengths of what a referral says, in letters.
const (
	maxReferralText = 2000
	// codeDigits is how many digits a code has, two of which check the others.
	codeDigits = 16
	codeMod    = 97
)

// codeFor is the code of a visit's referral with a number: digits alone, since
// scanners and hands type those on every keyboard. The last two check the others
// as ISO/IEC 7064 says (MOD 97-10).
func codeFor(visit ID, number int) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "referral %s %d", visit, number))
	n := binary.BigEndian.Uint64(sum[:]) % 1e14
	return fmt.Sprintf("%014d%02d", n, codeMod+1-n*100%codeMod)
}

// ParseReferralCode reads a code as it is scanned or typed: with spaces or
// hyphens, in digits of any script. False: it is none, or a digit is wrong.
func ParseReferralCode(text string) (code string, ok bool) { return parseCode(text, codeDigits) }

// digitValue is what a decimal digit stands for: those of a script follow one
// another from its zero.
func digitValue(r rune) byte {
	v := byte(0)
	for v < 9 && unicode.IsDigit(r-rune(v)-1) {
		v++
	}
	return v
}

// ReferralTo returns the referral to somebody that is open in the visit, or the
// one that Refer would make, with the code that it has or would get.
func (e *Encounter) ReferralTo(to string) Referral {
	to, _ = cleanText(to)
	for _, r := range e.Referrals {
		if r.Return == nil && r.To == to {
			return r
		}
	}
	return Referral{Code: codeFor(e.ID, len(e.Referrals)), To: to}
}

// Refer stores that somebody is asked to see the person of e, and returns what
// was stored. The one that is open to the same is the same referral: a letter
// that is written once more keeps its code and the day it was first written on.
func (a *Access) Refer(ctx context.Context, e *Encounter, r Referral) (Referral, error) {
	now, err := a.mayRefer(ctx, e, staff.ReferPatient)
	if err != nil {
		return Referral{}, err
	}
	was := e.ReferralTo(r.To)
	r.Code, r.To, r.At, r.By, r.Return = was.Code, was.To, was.At, was.By, nil
	if r.At.IsZero() {
		r.At, r.By = now, a.who.Clinician()
	}
	r.Reason, _ = cleanText(r.Reason)
	if r == was {
		return r, nil
	}
	return r, a.saveWith(ctx, e, func(out *Encounter) {
		if i := out.referral(r.Code); i >= 0 {
			out.Referrals[i] = r
		} else {
			out.Referrals = append(out.Referrals, r)
		}
	}, auditEntry{Action: staff.ReferPatient, Object: e.ID})
}

// CloseReferral stores what came of an open referral of e. ErrNotOpen: something
// did already, and ErrNotFound: e has none with the code.
func (a *Access) CloseReferral(ctx context.Context, e *Encounter, code string, back Return) error {
	now, err := a.mayRefer(ctx, e, staff.CloseReferral)
	if err != nil {
		return err
	}
	i := e.referral(code)
	switch {
	case i < 0:
		return fmt.Errorf("%s: %w", staff.CloseReferral, ErrNotFound)
	case e.Referrals[i].Return != nil:
		return fmt.Errorf("%s: %w", staff.CloseReferral, ErrNotOpen)
	}
	back.At, back.By = now, a.who.Clinician()
	return a.saveWith(ctx, e, func(out *Encounter) { out.Referrals[i].Return = &back },
		auditEntry{Action: staff.CloseReferral, Object: e.ID, Reason: string(back.Outcome)})
}

// ReopenReferral takes back what was stored as come back. What it said stays in
// the revision before.
func (a *Access) ReopenReferral(ctx context.Context, e *Encounter, code string) error {
	if _, err := a.mayRefer(ctx, e, staff.CloseReferral); err != nil {
		return err
	}
	i := e.referral(code)
	if i < 0 || e.Referrals[i].Return == nil {
		return fmt.Errorf("%s: %w", staff.CloseReferral, ErrNotFound)
	}
	return a.saveWith(ctx, e, func(out *Encounter) { out.Referrals[i].Return = nil },
		auditEntry{Action: staff.CloseReferral, Object: e.ID, Reason: "open again"})
}

// mayRefer asks for a right, and whether the visit is one that a person is still
// in the middle of, alone at a kiosk: it would be saved over.
func (a *Access) mayRefer(ctx context.Context, e *Encounter, action staff.Action) (now time.Time, err error) {
	if err := a.Authorize(ctx, action); err != nil {
		return now, err
	}
	now = a.store.now().UTC().Round(0)
	if e.Status == InProgress && e.Operator == (Clinician{}) && now.Sub(e.Started) < longestVisit {
		return now, fmt.Errorf("%s: %w", action, ErrOngoing)
	}
	return now, nil
}

func (e *Encounter) referral(code string) int {
	return slices.IndexFunc(e.Referrals, func(r Referral) bool { return r.Code == code })
}

// A Referred is a referral in a list.
type Referred struct {
	Encounter ID
	Patient   *Patient // nil for a guest
	Measured  time.Time
	Tier      int // highest that a result of the visit was judged by
	Referral
}

// Overdue reports whether the last day to be seen on has passed on a day and
// nothing came back.
func (r Referral) Overdue(on time.Time) bool {
	return r.Return == nil && !r.Until.IsZero() && r.Until.Time().Before(midnight(on))
}

// DaysLeft is how many days there are from a day to the last one to be seen on.
func (r Referral) DaysLeft(on time.Time) int {
	return int(r.Until.Time().Sub(midnight(on)) / (24 * time.Hour))
}

// midnight is the start of the day of t in its zone, as Date.Time has it.
func midnight(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// byNeed puts first what was to be seen first, then what has no day, the more
// urgent and the older one first. What came back comes last, the newest first.
func byNeed(a, b Referred) int {
	if a.Return != nil || b.Return != nil {
		if a.Return == nil || b.Return == nil {
			return cmp.Compare(boolNumber(a.Return != nil), boolNumber(b.Return != nil))
		}
		return b.Return.At.Compare(a.Return.At)
	}
	if a.Until.IsZero() != b.Until.IsZero() {
		return cmp.Compare(boolNumber(a.Until.IsZero()), boolNumber(b.Until.IsZero()))
	}
	return cmp.Or(a.Until.Time().Compare(b.Until.Time()), cmp.Compare(b.Tier, a.Tier), a.At.Compare(b.At))
}

func boolNumber(b bool) int {
	if b {
		return 1
	}
	return 0
}

// mostReturned is how many visits whose referrals came back a list looks at.
const mostReturned = 200

// Referrals returns all open referrals, those that are due first at the top,
// and after them the newest that came back. It is on record as one look at the list.
func (a *Access) Referrals(ctx context.Context) ([]Referred, error) {
	if err := a.Note(ctx, Deed{Action: staff.ListRecords, Reason: "referrals"}); err != nil {
		return nil, err
	}
	const open = "WHERE e.id IN (SELECT encounter FROM referral WHERE open = 1)"
	const back = "WHERE e.id IN (SELECT encounter FROM referral GROUP BY encounter HAVING max(open) = 0 ORDER BY encounter DESC LIMIT ?)"
	all := []Referred{}
	err := a.store.read(ctx, func(r *reader) error {
		all = all[:0]
		return errors.Join(r.referred(open, &all), r.referred(back, &all, mostReturned))
	})
	if err != nil {
		return nil, fmt.Errorf("referrals: %w", err)
	}
	slices.SortStableFunc(all, byNeed)
	return all, nil
}

// ReferralByCode returns the visit in which a referral with the code is, or
// ErrNotFound.
func (a *Access) ReferralByCode(ctx context.Context, code string) (*Encounter, error) {
	number, err := strconv.ParseInt(code, 10, 64)
	if err != nil {
		return nil, fmt.Errorf("referral: %w", ErrNotFound)
	}
	return a.read(ctx, func() (e *Encounter, err error) {
		err = a.store.read(ctx, func(r *reader) error {
			e, err = r.encounter(encounterColumns+"WHERE e.id = (SELECT encounter FROM referral WHERE code = ?)", number)
			return err
		})
		return e, err
	})
}

// referred adds the referrals of the visits that a condition finds.
func (r *reader) referred(where string, all *[]Referred, args ...any) error {
	rows, err := r.QueryContext(r.ctx, encounterColumns+where, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var row sealedEncounter
		if err := row.scan(rows); err != nil {
			return err
		}
		sum, rest, err := r.listed(&row)
		if err != nil {
			return err
		}
		said, _, err := decodeSaid(&r.json, rest)
		if err != nil {
			return err
		}
		for _, ref := range said.Referrals {
			*all = append(*all, Referred{Encounter: sum.ID, Patient: sum.Patient, Measured: sum.Started, Tier: sum.Tier, Referral: ref})
		}
	}
	return rows.Err()
}

// putReferrals notes where the codes of an encounter lead.
func (t *tx) putReferrals(e *Encounter, row int64) error {
	for _, r := range e.Referrals {
		number, err := strconv.ParseInt(r.Code, 10, 64)
		if err != nil {
			return err // checked by prepare
		}
		err = t.do(`INSERT INTO referral (code, encounter, open) VALUES (?1, ?2, ?3)
			ON CONFLICT (code) DO UPDATE SET open = excluded.open WHERE encounter = excluded.encounter`,
			number, row, boolNumber(r.Return == nil))
		if err != nil {
			return err
		}
	}
	return nil
}

func (c *checker) referrals(e *Encounter) {
	c.list("referrals", len(e.Referrals))
	for i := range e.Referrals {
		r := &e.Referrals[i]
		_, ok := ParseReferralCode(r.Code)
		c.require(ok, "referrals.code", "not a code")
		c.require(e.referral(r.Code) == i, "referrals.code", "given twice")
		c.moment("referrals.at", &r.At, true)
		c.clinician("referrals.by", &r.By)
		c.text("referrals.to", &r.To, maxText)
		c.text("referrals.reason", &r.Reason, maxReferralText)
		if back := r.Return; back != nil {
			c.moment("referrals.return.at", &back.At, true)
			c.clinician("referrals.return.by", &back.By)
			c.text("referrals.return.from", &back.From, maxText)
			c.text("referrals.return.found", &back.Found, maxReferralText)
			c.require(slices.Contains(ReferralOutcomes(), back.Outcome), "referrals.return.outcome", "unknown")
		}
	}
}
