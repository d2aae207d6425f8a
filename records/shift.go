package records

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"aidpost/records/staff"
)

// The kinds of what is on record about shifts. They stand in the table of quality
// control, whose numbers go on: like those, they are never changed.
const (
	shiftHandover int64 = 14
	shiftClosing  int64 = 15
)

// A Handover is what one shift leaves to the next in a few words. It is about
// the work and names nobody who was measured.
type Handover struct {
	ID   ID        `json:"-"`
	By   Clinician `json:"by"`
	At   time.Time `json:"at"`
	Text string    `json:"text"`
}

// maxHandover is how long one may be, in bytes.
const maxHandover = 2000

// A Check is one thing to be done before a day is closed.
type Check struct {
	Name string `json:"name"` // of CheckNames
	// Open is how many are left, and Which names them, if they are no persons: of
	// people on hold, the reasons.
	Open  int      `json:"open,omitempty"`
	Which []string `json:"which,omitempty"`
	// Reason says why it is left open.
	Reason string `json:"reason,omitempty"`
}

// CheckNames returns the names of the checks in the order of a list on screen:
// critical results that nobody was told of, visits that were begun and not
// finished, those that are on hold, readings without a person, controls that are due, instruments that wait to be cleaned, a newest
// backup that is too old, visits on their way to the server, and those that it
// refuses.
func CheckNames() []string {
	return []string{"criticals", "unfinished", "holds", "tray", "controls", "cleaning", "backup", "waiting", "refused"}
}

// A SyncReceipt is how it stood with the server when a day was closed, by what it
// has proved to hold.
type SyncReceipt struct {
	Server   string    `json:"server,omitempty"` // its address; empty: none is set
	Holds    int       `json:"holds"`            // revisions that it has proved to hold, of all days
	Waiting  int       `json:"waiting"`
	Refused  int       `json:"refused"`
	Kept     int       `json:"kept"` // not agreed to be shared
	Oldest   time.Time `json:"oldest,omitzero"`
	Answered time.Time `json:"answered,omitzero"` // when it last answered
}

// A Closing is the end of a day: who closed it and when, what was left open and
// why, and where the audit trail stood.
type Closing struct {
	ID     ID          `json:"-"`
	By     Clinician   `json:"by"`
	Role   staff.Role  `json:"role"`
	At     time.Time   `json:"at"`
	Since  time.Time   `json:"since"` // the closing before, or when the day began
	Visits int         `json:"visits"`
	Checks []Check     `json:"checks"`
	Sync   SyncReceipt `json:"sync"`
	// Signer answers for it, who may do so: whoever closed it, or somebody else with
	// their own badge and PIN. Empty in closings of the first Aidpost.
	Signer     Clinician  `json:"signer,omitzero"`
	SignerRole staff.Role `json:"signerRole,omitempty"`
	// Chain is the newest entry before.
	Chain AuditMark `json:"chain"`
}

// Left returns the checks that were left open.
func (c Closing) Left() []Check {
	return slices.DeleteFunc(slices.Clone(c.Checks), func(k Check) bool { return k.Open == 0 })
}

// ErrUnsigned: whoever closes a day may not answer for it, and nobody who may has
// signed.
var ErrUnsigned = errors.New("a supervisor has to sign")

// ErrNoReason: something is left open, and nobody says why.
var ErrNoReason = errors.New("nobody says why it is left open")

// A ReasonError names the check that is left open without a reason. It matches
// ErrNoReason.
type ReasonError struct{ Check string }

func (e *ReasonError) Error() string { return fmt.Sprintf("%s: %v", e.Check, ErrNoReason) }
func (e *ReasonError) Unwrap() error { return ErrNoReason }

// HandOver writes something down for the next shift.
func (a *Access) HandOver(ctx context.Context, text string) (Handover, error) {
	h := Handover{Text: text}
	id, err := a.putShift(ctx, staff.HandOver, shiftHandover, "", nil, func(now time.Time) (any, error) {
		h.By, h.At = a.who.Clinician(), now
		var c checker
		c.text("text", &h.Text, maxHandover)
		c.require(h.Text != "", "text", "missing")
		return h, c.err
	})
	h.ID = id
	return h, err
}

// TakeOver puts on record that the actor has read a handover.
func (a *Access) TakeOver(ctx context.Context, h ID) error {
	return a.Note(ctx, Deed{Action: staff.TakeOver, Object: h})
}

// CloseDay is CloseDaySigned by whoever closes it.
func (a *Access) CloseDay(ctx context.Context, c Closing) (Closing, error) {
	return a.CloseDaySigned(ctx, c, a)
}

// CloseDaySigned puts the end of a day on record, as of now and at the end of the
// audit trail. What is left open needs a reason, else it is a *ReasonError, and
// somebody who may answer for it signs, else it is ErrUnsigned.
func (a *Access) CloseDaySigned(ctx context.Context, c Closing, signer *Access) (Closing, error) {
	if signer == a && staff.Allow(a.who.Role, staff.SignDay) != nil {
		return Closing{}, fmt.Errorf("%s: %w", staff.CloseDay, ErrUnsigned)
	}
	if err := signer.Authorize(ctx, staff.SignDay); err != nil {
		return Closing{}, err
	}
	signed := func(t *tx, id ID) error {
		if signer.who.ID == a.who.ID {
			return nil
		}
		as := *t
		as.ctx = signer.As(t.ctx)
		err := as.audit(auditEntry{Action: staff.SignDay, Object: id})
		t.chained = as.chained
		return err
	}
	id, err := a.putShift(ctx, staff.CloseDay, shiftClosing, leftOpen(c), signed, func(now time.Time) (any, error) {
		c.By, c.Role, c.At = a.who.Clinician(), a.who.Role, now
		c.Signer, c.SignerRole = signer.who.Clinician(), signer.who.Role
		var check checker
		check.list("checks", len(c.Checks))
		for i := range c.Checks {
			k := &c.Checks[i]
			check.require(slices.Contains(CheckNames(), k.Name), "checks", "unknown")
			check.text("reason", &k.Reason, maxText)
			if k.Open > 0 && k.Reason == "" && check.err == nil {
				check.err = &ReasonError{k.Name}
			}
		}
		check.require(c.Since.Before(c.At), "since", "not before now")
		if check.err != nil {
			return nil, check.err
		}
		var err error
		c.Chain, err = a.store.newestMark(ctx)
		return c, err
	})
	c.ID = id
	return c, err
}

// leftOpen names what a closing leaves open, for the audit trail.
func leftOpen(c Closing) string {
	reason := "all done"
	for i, k := range c.Left() {
		if i == 0 {
			reason = "left open: "
		} else {
			reason += ", "
		}
		reason += fmt.Sprint(k.Name, " ", k.Open)
	}
	return reason
}

// putShift asks for a right, has made finish a record, and writes it with an entry
// in the audit trail, and what also does in the same transaction, unless it is nil.
func (a *Access) putShift(ctx context.Context, right staff.Action, kind int64, reason string, also func(*tx, ID) error, made func(now time.Time) (any, error)) (ID, error) {
	if err := a.Authorize(ctx, right); err != nil {
		return "", err
	}
	id := uuid.New()
	record, err := made(a.store.now().UTC().Round(0))
	if err == nil {
		err = a.store.record(a.As(ctx), func(t *tx) error {
			err := t.putQualityAs(id, kind, record, auditEntry{Action: right, Reason: reason})
			if err == nil && also != nil {
				err = also(t, ID(id.String()))
			}
			return err
		})
	}
	if err != nil {
		return "", fmt.Errorf("%s: %w", right, err)
	}
	return ID(id.String()), nil
}

// Shifts are the handovers and the closings of days, the newest last.
type Shifts struct {
	Handovers []Handover
	Closings  []Closing
}

// Last returns the newest closing, or false.
func (s Shifts) Last() (Closing, bool) {
	if len(s.Closings) == 0 {
		return Closing{}, false
	}
	return s.Closings[len(s.Closings)-1], true
}

// Closing returns the closing with an id, or false.
func (s Shifts) Closing(id ID) (Closing, bool) {
	i := slices.IndexFunc(s.Closings, func(c Closing) bool { return c.ID == id })
	if i < 0 {
		return Closing{}, false
	}
	return s.Closings[i], true
}

// Shifts returns what shifts have left to each other. That it was read is on
// record.
func (a *Access) Shifts(ctx context.Context) (Shifts, error) {
	if err := a.Authorize(ctx, staff.ReadShift); err != nil {
		return Shifts{}, err
	}
	s, err := a.store.shifts(ctx)
	if err != nil {
		return Shifts{}, fmt.Errorf("%s: %w", staff.ReadShift, err)
	}
	return looked(ctx, a, Deed{Action: staff.ReadShift}, s)
}

func (s *Store) shifts(ctx context.Context) (all Shifts, err error) {
	err = s.read(ctx, func(r *reader) error {
		rows, err := r.QueryContext(r.ctx, "SELECT uuid, kind, salt, alg, sealed FROM quality WHERE kind IN (?, ?) ORDER BY id", shiftHandover, shiftClosing)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id, salt, sealed []byte
			var kind, alg int64
			if err := rows.Scan(&id, &kind, &salt, &alg, &sealed); err != nil {
				return err
			}
			content, err := r.seal.open(alg, sealed, qualityBinding(uuidOf(id), kind, salt))
			if err == nil {
				err = all.add(kind, ID(uuidOf(id).String()), content)
			}
			if err != nil {
				return err
			}
		}
		return rows.Err()
	})
	return all, err
}

func (s *Shifts) add(kind int64, id ID, content []byte) (err error) {
	if kind == shiftHandover {
		h := Handover{ID: id}
		err = json.Unmarshal(content, &h)
		s.Handovers = append(s.Handovers, h)
	} else {
		c := Closing{ID: id}
		err = json.Unmarshal(content, &c)
		s.Closings = append(s.Closings, c)
	}
	if err != nil {
		return fmt.Errorf("%w: shift record: %w", ErrCorrupt, err)
	}
	return nil
}
