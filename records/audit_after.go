package records

import (
	"context"
	"fmt"
)

// AuditAfter returns up to limit entries of the audit trail after the one with a
// number, in their order. It is for the sender of the trail; whoever looks at it
// uses Access.Audit, which puts that on record.
func (s *Store) AuditAfter(ctx context.Context, seq int64, limit int) (page []AuditEntry, err error) {
	page, err = s.auditRows(ctx, "seq > ? ORDER BY seq LIMIT ?", seq, limit)
	if err != nil {
		return nil, fmt.Errorf("audit trail: %w", err)
	}
	return page, nil
}
