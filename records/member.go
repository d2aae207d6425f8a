package records

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/google/uuid"
)

// Member returns the account of a member of staff, disabled ones too; ErrNotFound
// if there is none.
func (s *Store) Member(ctx context.Context, id ID) (Account, error) {
	key, err := uuid.Parse(string(id))
	if err != nil {
		return Account{}, fmt.Errorf("account %.40q: %w", id, ErrNotFound)
	}
	var a accountRow
	err = s.read(ctx, func(r *reader) error {
		return a.scan(s.seal, r.QueryRowContext(r.ctx, accountColumns+"WHERE uuid = ?", key[:]))
	})
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrNotFound
	}
	if err != nil {
		return Account{}, fmt.Errorf("account %s: %w", key, err)
	}
	return a.account(), nil
}
