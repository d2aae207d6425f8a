package records

import "crypto/rand"

// The secrets of this kiosk. The numbers are on disk.
const (
	auditKey int64 = 1 // seed of the key that signs the audit trail
	badgeKey int64 = 2 // of the tokens that stand for badges
)

// secret returns a secret of this kiosk, or nil if there is none yet.
func (t *tx) secret(id int64) ([]byte, error) {
	var alg int64
	var sealed []byte
	ok, err := t.row("SELECT alg, sealed FROM secret WHERE id = ?", []any{id}, &alg, &sealed)
	if !ok {
		return nil, err
	}
	return t.store.seal.open(alg, sealed, secretBinding(id))
}

// newSecret makes a secret of so many bytes, in the place of one that may be
// there.
func (t *tx) newSecret(id int64, size int) ([]byte, error) {
	content := make([]byte, size)
	rand.Read(content) // never fails
	seal := t.store.seal
	return content, t.do("INSERT OR REPLACE INTO secret (id, alg, sealed) VALUES (?, ?, ?)",
		id, seal.alg(), seal.seal(content, secretBinding(id)))
}

func secretBinding(id int64) binding { return binding{table: secretRow, rev: id} }
