package records

import (
	"crypto/rand"
	"crypto/sha256"
)

// The secrets of this kiosk. The names are on disk.
const (
	auditKeyName = "audit-key" // seed of the key that signs the audit trail
	badgeKeyName = "badge-key" // of the tokens that stand for badges
)

// secret returns a secret of this kiosk, or nil if there is none of that name.
func (t *tx) secret(name string) ([]byte, error) {
	var alg int64
	var sealed []byte
	ok, err := t.row("SELECT alg, sealed FROM secret WHERE name = ?", []any{name}, &alg, &sealed)
	if !ok {
		return nil, err
	}
	return t.store.seal.open(alg, sealed, secretBinding(name))
}

// newSecret makes a secret of so many bytes, in the place of one that may be
// there.
func (t *tx) newSecret(name string, size int) ([]byte, error) {
	content := make([]byte, size)
	rand.Read(content) // never fails
	seal := t.store.seal
	return content, t.do("INSERT OR REPLACE INTO secret (name, alg, sealed) VALUES (?, ?, ?)",
		name, seal.alg(), seal.seal(content, secretBinding(name)))
}

func secretBinding(name string) binding {
	sum := sha256.Sum256([]byte(name))
	return binding{table: secretRow, id: uuidOf(sum[:16])}
}
