package records

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"aidpost/records/staff"
)

// An AuditEntry is one line of the audit trail: who did what to which record
// and when. It holds no clinical value and no patient's name.
type AuditEntry struct {
	Seq      int64        `json:"seq"`
	At       time.Time    `json:"at"`
	Action   staff.Action `json:"action"`
	Object   ID           `json:"object,omitempty"`
	Revision int64        `json:"revision,omitempty"`
	Patient  ID           `json:"patient,omitempty"`
	Role     staff.Role   `json:"role,omitempty"` // empty in entries of the first Aidpost
	Who      ID           `json:"who,omitempty"`
	Name     string       `json:"name,omitempty"` // of the account, as it is called now
	User     string       `json:"user,omitempty"`
	Station  string       `json:"station,omitempty"`
	Outcome  Outcome      `json:"outcome,omitempty"`
	Reason   string       `json:"reason,omitempty"`
	// Emergency: it was done under emergency access.
	Emergency bool `json:"emergency,omitempty"`
}

// An AuditFilter selects entries. The zero AuditFilter selects all.
type AuditFilter struct {
	Since time.Time // at or after; zero: from the first
	Until time.Time // before; zero: to the last
	About ID        // whose object, patient or account this is
	Who   ID        // the account that did it
	// Kinds are the first words of actions, up to the dot: "staff", "encounter".
	// None: all.
	Kinds []string
	// Refused takes only what was refused or has failed.
	Refused bool
	Limit   int // the newest so many; zero: all
}

func (f *AuditFilter) takes(e *AuditEntry) bool {
	kind, _, _ := strings.Cut(string(e.Action), ".")
	switch {
	case e.At.Before(f.Since), !f.Until.IsZero() && !e.At.Before(f.Until),
		f.Who != "" && f.Who != e.Who, f.Refused && e.Outcome == Done, len(f.Kinds) > 0 && !slices.Contains(f.Kinds, kind):
		return false
	}
	return f.About == "" || f.About == e.Object || f.About == e.Patient || f.About == e.Who
}

// mayTake reports whether the content of an entry can be one that takes wants.
// Most cannot, and are not read any further: reading JSON is most of the cost.
func (f *AuditFilter) mayTake(content []byte) bool {
	// No value of the content has a quotation mark that is not escaped.
	named := func(id ID) bool { return id == "" || bytes.Contains(content, []byte(`"`+id+`"`)) }
	return named(f.About) && named(f.Who) && (!f.Refused || bytes.Contains(content, []byte(`"outcome":`)))
}

// unreadable stands in a list for an entry that nobody can read any more.
const unreadable staff.Action = "unreadable"

// auditPage is how many entries are read at a time.
const auditPage = 500

// Audit gives yield the entries from the newest to the oldest. Reading the
// trail is itself an entry.
func (a *Access) Audit(ctx context.Context, f AuditFilter, yield func(AuditEntry) error) error {
	if err := a.Note(ctx, Deed{Action: staff.ReadAudit, Object: f.About}); err != nil {
		return err
	}
	return a.store.auditEach(ctx, f, yield)
}

// auditEach is Access.Audit without asking.
func (s *Store) auditEach(ctx context.Context, f AuditFilter, yield func(AuditEntry) error) error {
	t, err := (&Access{store: s}).trail(ctx, f)
	if err != nil {
		return err
	}
	for {
		e, err := t.next(ctx)
		if errors.Is(err, errFarEnough) {
			return nil
		}
		if err == nil {
			err = yield(e)
		}
		if err != nil {
			return err
		}
	}
}

// auditBefore returns a page of entries before one, the newest first.
func (s *Store) auditBefore(ctx context.Context, seq int64) (page []AuditEntry, err error) {
	page, _, err = s.auditFiltered(ctx, &AuditFilter{}, seq)
	return page, err
}

// auditFiltered returns those of a page of entries before one that a filter may
// take, the newest first, and the last that was looked at, which is 0 at the end.
func (s *Store) auditFiltered(ctx context.Context, f *AuditFilter, before int64) (page []AuditEntry, last int64, err error) {
	err = s.auditScan(ctx, func(row auditRecord) {
		last = row.seq
		if e, ok := row.filtered(s.seal, f); ok {
			page = append(page, e)
		}
	}, "seq < ? ORDER BY seq DESC LIMIT ?", before, auditPage)
	return page, last, err
}

// auditRows returns the entries that a condition selects, in its order.
func (s *Store) auditRows(ctx context.Context, where string, args ...any) (page []AuditEntry, err error) {
	err = s.auditScan(ctx, func(row auditRecord) { page = append(page, row.entry(s.seal)) }, where, args...)
	return page, err
}

// auditScan calls each with the rows that a condition selects.
func (s *Store) auditScan(ctx context.Context, each func(auditRecord), where string, args ...any) error {
	return s.read(ctx, func(r *reader) error {
		rows, err := r.QueryContext(r.ctx, "SELECT seq, at, alg, body FROM audit WHERE "+where, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var row auditRecord
			if err := rows.Scan(&row.seq, &row.at, &row.alg, &row.body); err != nil {
				return err
			}
			each(row)
		}
		return rows.Err()
	})
}

// filtered returns the row as a line of the trail, unless a filter cannot take it.
func (r auditRecord) filtered(seal sealer, f *AuditFilter) (AuditEntry, bool) {
	at := time.UnixMilli(r.at)
	if at.Before(f.Since) || !f.Until.IsZero() && !at.Before(f.Until) {
		return AuditEntry{}, false
	}
	if content, err := r.content(seal); err == nil && !f.mayTake(content) {
		return AuditEntry{}, false
	}
	return r.entry(seal), true
}

// entry returns the row as a line of the trail.
func (r auditRecord) entry(seal sealer) AuditEntry {
	line := AuditEntry{Seq: r.seq, At: time.UnixMilli(r.at).UTC(), Action: unreadable}
	e, err := r.open(seal)
	if err != nil {
		return line
	}
	line.Action, line.Object, line.Revision, line.Patient = e.Action, e.Object, e.Revision, e.Patient
	line.Role, line.Who, line.User, line.Station = e.Role, e.Who, e.User, e.Station
	line.Outcome, line.Reason, line.Emergency = e.Outcome, e.Reason, e.Emergency
	return line
}

// AuditHead returns the hash of the newest entry in hex, "" if there is none:
// it changes with every change of the records.
func (s *Store) AuditHead(ctx context.Context) (string, error) {
	m, err := s.newestMark(ctx)
	if err != nil {
		return "", fmt.Errorf("audit head: %w", err)
	}
	return m.Hash, nil
}
