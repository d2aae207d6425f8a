package records

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"

	"aidpost/records/staff"
)

// paperSeedSize is what package proof makes a key of.
const paperSeedSize = 32

// PaperSeed returns what the key is made of that signs the numbers on this
// kiosk's papers. It is made the first time, and sealed like the records.
func (a *Access) PaperSeed(ctx context.Context) (seed []byte, err error) {
	if err := a.Authorize(ctx, staff.PrintRecord); err != nil {
		return nil, err
	}
	err = a.store.record(a.As(ctx), func(t *tx) error {
		if seed, err = t.secret(paperKeyName); err != nil || seed != nil {
			return err
		}
		seed, err = t.newSecret(paperKeyName, paperSeedSize)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("the key of papers: %w", err)
	}
	return seed, nil
}

// KeepServerSecret keeps the token, password or private key that the server lets
// this kiosk in with, sealed like the records, and puts on record that it was
// changed. An empty one forgets it.
func (a *Access) KeepServerSecret(ctx context.Context, secret []byte) error {
	if err := a.Authorize(ctx, staff.ChangeSetting); err != nil {
		return err
	}
	if len(secret) > mostSecret {
		return &InvalidError{Field: "secret", Why: "too long"}
	}
	err := a.store.record(a.As(ctx), func(t *tx) error {
		what, err := "the server's secret was replaced", t.keepSecret(serverKeyName, secret)
		if len(secret) == 0 {
			what, err = "the server's secret was forgotten", t.do("DELETE FROM secret WHERE name = ?", serverKeyName)
		}
		if err != nil {
			return err
		}
		return t.audit(auditEntry{Action: staff.ChangeSetting, Reason: what})
	})
	if err != nil {
		return fmt.Errorf("the server's secret: %w", err)
	}
	return nil
}

// mostSecret bounds a secret for the server; a private key of 8192 bits has less.
const mostSecret = 16 << 10

// ServerSecret returns what KeepServerSecret kept; nil if nothing.
func (s *Store) ServerSecret(ctx context.Context) (secret []byte, err error) {
	err = s.read(ctx, func(r *reader) error {
		secret, err = r.secret(serverKeyName)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("the server's secret: %w", err)
	}
	return secret, nil
}

// secret returns a secret of this kiosk, or nil if there is none of that name.
func (r *reader) secret(name string) ([]byte, error) {
	var alg int64
	var sealed []byte
	err := r.QueryRowContext(r.ctx, "SELECT alg, sealed FROM secret WHERE name = ?", name).Scan(&alg, &sealed)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return r.seal.open(alg, sealed, secretBinding(name))
}

// The secrets of this kiosk. The names are on disk.
const (
	auditKeyName = "audit-key" // seed of the key that signs the audit trail
	badgeKeyName = "badge-key" // of the tokens that stand for badges
	paperKeyName = "paper-key" // seed of the key that signs numbers on paper
	siteKeyName  = "site-key"  // seed of the key that signs passports of staff

	serverKeyName = "server-key" // what the server lets this kiosk in with
	settingsName  = "settings"   // the settings file as it was last known

	carryKeyName = "carry-key"      // what the keys of carried visits are made of
	partnersName = "carry-partners" // with whom they are carried
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
	return content, t.keepSecret(name, content)
}

// keepSecret keeps a secret in the place of one that may be there.
func (t *tx) keepSecret(name string, content []byte) error {
	seal := t.store.seal
	return t.do("INSERT OR REPLACE INTO secret (name, alg, sealed) VALUES (?, ?, ?)",
		name, seal.alg(), seal.seal(content, secretBinding(name)))
}

func secretBinding(name string) binding {
	sum := sha256.Sum256([]byte(name))
	return binding{table: secretRow, id: uuidOf(sum[:16])}
}
