package records

import (
	"context"
	"errors"
	"fmt"

	"aidpost/records/staff"
)

// A Trail reads the audit trail from the newest entry to the oldest, some at a
// time, in constant memory. It serves one goroutine.
type Trail struct {
	access *Access
	filter AuditFilter
	names  map[ID]string
	before int64 // the entries not read yet are below
	left   int   // of the filter's limit; negative: no limit
	page   []AuditEntry
}

// Trail begins to read what a filter selects. It is one look, which is itself an
// entry.
func (a *Access) Trail(ctx context.Context, f AuditFilter) (*Trail, error) {
	about := f.About
	if about == "" {
		about = f.Who
	}
	if err := a.Note(ctx, Deed{Action: staff.ReadAudit, Object: about}); err != nil {
		return nil, err
	}
	return a.trail(ctx, f)
}

func (a *Access) trail(ctx context.Context, f AuditFilter) (*Trail, error) {
	names, err := a.store.accountNames(ctx)
	if err != nil {
		return nil, fmt.Errorf("audit trail: %w", err)
	}
	t := &Trail{access: a, filter: f, names: names, before: 1 << 62, left: f.Limit}
	if f.Limit == 0 {
		t.left = -1
	}
	return t, nil
}

// Next returns at most n more entries; fewer only at the end. It looks whether
// the reader may still read.
func (t *Trail) Next(ctx context.Context, n int) (list []AuditEntry, err error) {
	if err := t.access.Authorize(ctx, staff.ReadAudit); err != nil {
		return nil, err
	}
	for len(list) < n {
		e, err := t.next(ctx)
		if errors.Is(err, errFarEnough) {
			return list, nil
		}
		if err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	return list, nil
}

// next returns one entry, or errFarEnough if there is none.
func (t *Trail) next(ctx context.Context) (AuditEntry, error) {
	for t.left != 0 {
		if len(t.page) == 0 {
			page, last, err := t.access.store.auditFiltered(ctx, &t.filter, t.before)
			if err != nil {
				return AuditEntry{}, fmt.Errorf("audit trail: %w", err)
			}
			if last == 0 {
				break
			}
			t.page, t.before = page, last
			continue
		}
		e := t.page[0]
		t.page = t.page[1:]
		if !t.filter.takes(&e) {
			continue
		}
		t.left--
		e.Name = t.names[e.Who]
		return e, nil
	}
	t.left = 0
	return AuditEntry{}, errFarEnough
}
