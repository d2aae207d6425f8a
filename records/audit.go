package records

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"aidpost/records/staff"
)

// auditEntry is the sealed part of an entry: what was done to which record, and
// by whom. It holds no clinical value and no patient's name.
type auditEntry struct {
	Action   staff.Action `json:"action"` // "encounter.save"
	Object   ID           `json:"object,omitempty"`
	Revision int64        `json:"revision,omitempty"`
	Patient  ID           `json:"patient,omitempty"` // whose data it was
	Who      ID           `json:"who,omitempty"`     // the account
	User     string       `json:"user,omitempty"`    // of the operating system, at a console
	Role     staff.Role   `json:"role,omitempty"`
	// Emergency marks what was done under emergency access.
	Emergency bool    `json:"emergency,omitempty"`
	Station   string  `json:"station,omitempty"`
	Outcome   Outcome `json:"outcome,omitempty"`
	Reason    string  `json:"reason,omitempty"`
	// After is the beginning of the hash before. Whoever has no key cannot
	// change it, so nobody without one can compute the rest of the chain anew.
	After []byte `json:"after,omitempty"`
}

// The actions of the audit trail that need no right of their own.
const (
	auditSaved          = staff.SaveRecord
	auditPatientCreated = staff.Action("patient.create")
	auditPatientChanged = staff.Action("patient.change")
	auditClockMoved     = staff.Action("clock.moved")
	auditReceived       = staff.Action("tray.receive")
	auditBroken         = staff.Action("audit.broken")
)

// An Outcome says what came of an action; an empty one that it was done.
type Outcome string

// The outcomes. The names are on disk.
const (
	Done    Outcome = ""
	Refused Outcome = "refused"
	Failed  Outcome = "failed"
)

const (
	// afterSize is how much of a hash the next entry repeats.
	afterSize = 16
	// clockSlack is how far the clock may differ from the time that has passed
	// before it counts as moved.
	clockSlack = time.Minute
)

// auditHead is the last entry of the chain.
type auditHead struct {
	seq      int64
	at, mono int64
	boot     int64 // of the program that wrote it
	hash     [sha256.Size]byte
}

// auditRecord is an entry as the table has it, without the hash.
type auditRecord struct {
	seq, at, mono, boot, alg int64
	body                     []byte
}

// chain returns the hash of r as the entry after one with hash before.
func (r auditRecord) chain(before [sha256.Size]byte) [sha256.Size]byte {
	buf := make([]byte, 0, len(before)+5*8+len(r.body))
	buf = append(buf, before[:]...)
	for _, n := range []int64{r.seq, r.at, r.mono, r.boot, r.alg} {
		buf = binary.BigEndian.AppendUint64(buf, uint64(n))
	}
	return sha256.Sum256(append(buf, r.body...))
}

// audit appends an entry to the chain in this transaction, as of whoever the
// context names. Entries of another program beside this one are in the chain,
// too; the first to find that out reads its end again.
func (t *tx) audit(e auditEntry) error {
	a := actorOf(t.ctx)
	e.Who, e.User, e.Role, e.Station, e.Emergency = a.ID, a.User, a.Role, a.Station, a.Emergency
	err := t.appendAudit(e)
	if t.chained == nil && overtaken(err) {
		if err := t.readHead(t.ctx); err != nil {
			return err
		}
		err = t.appendAudit(e)
	}
	return err
}

// overtaken reports whether an entry was refused because its place is taken.
func overtaken(err error) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	return ok && e.Code() == sqlite3.SQLITE_CONSTRAINT_TRIGGER
}

func (t *tx) appendAudit(e auditEntry) error {
	s, head := t.store, t.auditing()
	r := auditRecord{
		seq: head.seq + 1, at: s.now().UnixMilli(), mono: time.Since(s.opened).Milliseconds(),
		boot: t.boot, alg: s.seal.alg(),
	}
	if moved := head.clockMoved(r); moved != 0 && e.Action != auditClockMoved {
		err := t.appendAudit(auditEntry{Action: auditClockMoved, Role: staff.Program, Reason: "by " + moved.Round(time.Second).String()})
		if err != nil {
			return err
		}
		s.condition.clockMoved(moved)
		return t.appendAudit(e)
	}
	e.After = head.hash[:afterSize]
	body, err := json.Marshal(e)
	if err != nil {
		return err
	}
	r.body = s.seal.seal(body, binding{table: auditRow, rev: r.seq})
	next := auditHead{seq: r.seq, at: r.at, mono: r.mono, boot: r.boot, hash: r.chain(head.hash)}
	err = t.do("INSERT INTO audit (seq, at, mono, boot, alg, body, hash) VALUES (?, ?, ?, ?, ?, ?, ?)",
		r.seq, r.at, r.mono, r.boot, r.alg, r.body, next.hash[:])
	if err != nil {
		return err
	}
	t.chained = &next
	return nil
}

// clockMoved returns by how much the clock was set since the last entry, or
// zero. Of the time between two programs only a step back is certain.
func (h auditHead) clockMoved(r auditRecord) time.Duration {
	passed := time.Duration(r.at-h.at) * time.Millisecond
	moved := passed
	if h.boot == r.boot {
		moved -= time.Duration(r.mono-h.mono) * time.Millisecond
	} else if passed > 0 {
		return 0
	}
	if h.seq == 0 || moved.Abs() <= clockSlack {
		return 0
	}
	return moved
}

// auditing returns the head as this transaction sees it.
func (t *tx) auditing() auditHead {
	if t.chained != nil {
		return *t.chained
	}
	return t.head
}

// loadAudit finds the end of the chain and counts this program as a new boot.
func (w *writer) loadAudit(ctx context.Context) error {
	if err := w.readHead(ctx); err != nil {
		return err
	}
	w.boot = w.head.boot + 1
	return nil
}

// readHead finds the end of the chain.
func (w *writer) readHead(ctx context.Context) error {
	t := tx{writer: w, ctx: ctx}
	var hash []byte
	w.head = auditHead{}
	h := &w.head
	ok, err := t.row("SELECT seq, at, mono, boot, hash FROM audit ORDER BY seq DESC LIMIT 1", nil, &h.seq, &h.at, &h.mono, &h.boot, &hash)
	if ok {
		copy(h.hash[:], hash)
	}
	return err
}
