package records

import (
	"context"
	"fmt"
)

// AuditAfter returns up to limit entries of the audit trail after the one with a
// number, in their order. It is for the sender of the trail; whoever looks at it
// uses Access.Audit, which puts that on record.
func (s *Store) AuditAfter(ctx context.Context, seq int64, limit int) (page []AuditEntry, err error) {
	err = s.read(ctx, func(r *reader) error {
		rows, err := r.QueryContext(r.ctx, "SELECT seq, at, alg, body FROM audit WHERE seq > ? ORDER BY seq LIMIT ?", seq, limit)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var row auditRecord
			if err := rows.Scan(&row.seq, &row.at, &row.alg, &row.body); err != nil {
				return err
			}
			page = append(page, row.entry(s.seal))
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("audit trail: %w", err)
	}
	return page, nil
}
