package records

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"time"

	"aidpost/records/staff"
)

// An AuditMark is a place of the audit trail. With its hash on paper, nothing up
// to there can be changed any more without showing.
type AuditMark struct {
	Seq  int64     `json:"seq"`
	At   time.Time `json:"at"`
	Hash string    `json:"hash"` // in hex
}

// An Extract is a part of the audit trail for paper: what a filter selects of
// the entries that there are when it is made, and what the trail is worth.
type Extract struct {
	// First and Last are the ends of the time, whoever their entries are about;
	// without a Seq there is no entry in it.
	First, Last AuditMark
	// Verified is what came of a look at the whole trail, not at that time alone.
	Verified AuditReport

	store  *Store
	filter AuditFilter
	names  map[ID]string
	upTo   int64 // the newest entry when it was made
}

// Extract makes an extract and puts it on record, with what becomes of it: the
// newest entry that it knows is its own. A trail that is broken is no error; the
// extract says so.
func (a *Access) Extract(ctx context.Context, f AuditFilter, what string) (*Extract, error) {
	if err := a.Note(ctx, Deed{Action: staff.PrintAudit, Object: cmp.Or(f.About, f.Who), Reason: what}); err != nil {
		return nil, err
	}
	x := &Extract{store: a.store, filter: f}
	var err error
	if x.names, err = a.store.accountNames(ctx); err == nil {
		err = a.store.read(ctx, x.ends)
	}
	if err == nil {
		x.Verified, err = a.store.VerifyAudit(ctx)
	}
	if err != nil && !errors.Is(err, ErrTampered) {
		return nil, fmt.Errorf("extract of the audit trail: %w", err)
	}
	return x, nil
}

// ends finds where the time begins and ends in the trail. After the clock was
// set back, entries of another time may lie between.
func (x *Extract) ends(r *reader) error {
	if err := r.QueryRowContext(r.ctx, "SELECT coalesce(max(seq), 0) FROM audit").Scan(&x.upTo); err != nil {
		return err
	}
	for order, mark := range map[string]*AuditMark{"": &x.First, " DESC": &x.Last} {
		var err error
		if *mark, err = r.mark(inExtract+" ORDER BY seq"+order, x.args(0)...); err != nil {
			return err
		}
	}
	return nil
}

// mark returns the first entry that a condition selects, or the zero mark.
func (r *reader) mark(where string, args ...any) (m AuditMark, err error) {
	var at int64
	var hash []byte
	err = r.QueryRowContext(r.ctx, "SELECT seq, at, hash FROM audit WHERE "+where+" LIMIT 1", args...).Scan(&m.Seq, &at, &hash)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return AuditMark{}, nil
	case err != nil:
		return AuditMark{}, err
	}
	m.At, m.Hash = time.UnixMilli(at).UTC(), hex.EncodeToString(hash)
	return m, nil
}

// newestMark is the end of the audit trail.
func (s *Store) newestMark(ctx context.Context) (m AuditMark, err error) {
	err = s.read(ctx, func(r *reader) error {
		m, err = r.mark("true ORDER BY seq DESC")
		return err
	})
	return m, err
}

// inExtract are the entries of the time after one of them.
const inExtract = "seq > ? AND seq <= ? AND at >= ? AND at < ?"

func (x *Extract) args(after int64) []any {
	until := int64(math.MaxInt64)
	if !x.filter.Until.IsZero() {
		until = x.filter.Until.UnixMilli()
	}
	return []any{after, x.upTo, x.filter.Since.UnixMilli(), until}
}

// Name returns what an account is called now; empty: there is none.
func (x *Extract) Name(account ID) string { return x.names[account] }

// Each calls fn with every entry, the oldest first, in constant memory. It may be
// called again and gives the same. An error of fn ends it and is returned.
func (x *Extract) Each(ctx context.Context, fn func(AuditEntry) error) error {
	for after := int64(0); ; {
		page, err := x.store.auditRows(ctx, inExtract+" ORDER BY seq LIMIT ?", append(x.args(after), auditPage)...)
		if err != nil {
			return fmt.Errorf("extract of the audit trail: %w", err)
		}
		for i := range page {
			if e := &page[i]; x.filter.takes(e) {
				e.Name = x.names[e.Who]
				if err := fn(*e); err != nil {
					return err
				}
			}
		}
		if len(page) < auditPage {
			return nil
		}
		after = page[len(page)-1].Seq
	}
}
