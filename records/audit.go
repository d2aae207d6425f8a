package records

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// auditEntry is the sealed part of an entry: what was done to which record. It
// holds no clinical value and no name.
type auditEntry struct {
	Action   string `json:"action"` // "encounter.save"
	Object   ID     `json:"object"`
	Revision int64  `json:"revision,omitempty"`
}

// The actions of the audit trail.
const (
	auditSaved          = "encounter.save"
	auditPatientCreated = "patient.create"
	auditPatientChanged = "patient.change"
)

// auditHead is the last entry of the chain.
type auditHead struct {
	seq  int64
	boot int64 // of this program
	hash [sha256.Size]byte
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

// audit appends an entry to the chain in this transaction.
func (t *tx) audit(e auditEntry) error {
	body, err := json.Marshal(e)
	if err != nil {
		return err
	}
	head := t.auditing()
	s := t.store
	r := auditRecord{
		seq: head.seq + 1, at: s.now().UnixMilli(), mono: time.Since(s.opened).Milliseconds(),
		boot: head.boot, alg: s.seal.alg(),
	}
	r.body = s.seal.seal(body, binding{table: auditRow, rev: r.seq})
	next := auditHead{seq: r.seq, boot: r.boot, hash: r.chain(head.hash)}
	err = t.do("INSERT INTO audit (seq, at, mono, boot, alg, body, hash) VALUES (?, ?, ?, ?, ?, ?, ?)",
		r.seq, r.at, r.mono, r.boot, r.alg, r.body, next.hash[:])
	if err != nil {
		return err
	}
	t.chained = &next
	return nil
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
	t := tx{writer: w, ctx: ctx}
	var hash []byte
	w.head = auditHead{}
	ok, err := t.row("SELECT seq, boot, hash FROM audit ORDER BY seq DESC LIMIT 1", nil, &w.head.seq, &w.head.boot, &hash)
	if err != nil {
		return err
	}
	if ok {
		copy(w.head.hash[:], hash)
	}
	w.head.boot++
	return nil
}

// An AuditReport is the state of an audit chain that holds.
type AuditReport struct {
	Entries int64  `json:"entries"`
	Head    string `json:"head"` // hash of the last entry, in hex; to be kept elsewhere
}

// A TamperedError says where the audit chain breaks. It matches ErrTampered.
type TamperedError struct {
	Seq int64  // the first entry that is missing or wrong
	Why string // "missing", "changed"
}

func (e *TamperedError) Error() string {
	return fmt.Sprintf("%v: entry %d is %s", ErrTampered, e.Seq, e.Why)
}

func (e *TamperedError) Unwrap() error { return ErrTampered }

// VerifyAudit reads the whole audit chain. It returns a *TamperedError for the
// first entry that was removed, changed or moved. A chain whose end was cut
// off still holds: compare Entries and Head with those noted elsewhere.
func (s *Store) VerifyAudit(ctx context.Context) (AuditReport, error) {
	var report AuditReport
	err := s.read(ctx, func(r *reader) error {
		var err error
		report, err = r.verifyAudit()
		return err
	})
	if err != nil {
		return AuditReport{}, fmt.Errorf("verify audit: %w", err)
	}
	return report, nil
}

func (r *reader) verifyAudit() (AuditReport, error) {
	rows, err := r.QueryContext(r.ctx, "SELECT seq, at, mono, boot, alg, body, hash FROM audit ORDER BY seq")
	if err != nil {
		return AuditReport{}, err
	}
	defer rows.Close()
	var head [sha256.Size]byte
	var seq int64
	for rows.Next() {
		var e auditRecord
		var hash []byte
		if err := rows.Scan(&e.seq, &e.at, &e.mono, &e.boot, &e.alg, &e.body, &hash); err != nil {
			return AuditReport{}, err
		}
		seq++
		if e.seq != seq {
			return AuditReport{}, &TamperedError{Seq: seq, Why: "missing"}
		}
		head = e.chain(head)
		if string(hash) != string(head[:]) {
			return AuditReport{}, &TamperedError{Seq: seq, Why: "changed"}
		}
		if _, err := r.seal.open(e.alg, e.body, binding{table: auditRow, rev: seq}); err != nil {
			return AuditReport{}, &TamperedError{Seq: seq, Why: "changed"}
		}
	}
	return AuditReport{Entries: seq, Head: hex.EncodeToString(head[:])}, rows.Err()
}

// AuditHead returns the hash of the newest entry in hex, "" if there is none:
// it changes with every change of the records.
func (s *Store) AuditHead(ctx context.Context) (string, error) {
	var hash []byte
	err := s.read(ctx, func(r *reader) error {
		err := r.QueryRowContext(ctx, "SELECT hash FROM audit ORDER BY seq DESC LIMIT 1").Scan(&hash)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	if err != nil {
		return "", fmt.Errorf("audit head: %w", err)
	}
	return hex.EncodeToString(hash), nil
}
