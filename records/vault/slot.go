package vault

import (
	"context"
	"crypto/hkdf"
	"crypto/hpke"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"
)

// A Kind is where the secret of a slot comes from. The names are on disk.
type Kind string

// The kinds of slots.
const (
	KeyStore   Kind = "key-store"  // of the operating system
	KeyFile    Kind = "key-file"   // on this machine
	Passphrase Kind = "passphrase" // typed by a person
	Recovery   Kind = "recovery"   // printed and put away
)

// A Slot is one way to open a ring.
type Slot struct {
	Number  int       `json:"number"`
	Kind    Kind      `json:"kind"`
	Label   string    `json:"label"`
	Created time.Time `json:"created"`
	Salt    []byte    `json:"salt"`
	Cost    *Cost     `json:"argon2id,omitempty"` // of a passphrase
	Public  []byte    `json:"public"`
	Wrapped []byte    `json:"wrapped"` // the master key
}

// A Credential is the secret of a slot that is to be made.
type Credential struct {
	Kind   Kind
	Label  string // for whoever looks at the list of slots
	Secret []byte
	Cost   *Cost // of a passphrase; nil: the usual
}

// suite is how the master key is wrapped to a slot: a hybrid of X25519 and
// ML-KEM-768, so that a ring copied today is of no use to tomorrow's machines
// either.
type suite struct {
	kem  hpke.KEM
	kdf  hpke.KDF
	aead hpke.AEAD
}

func wrapping() suite {
	return suite{hpke.MLKEM768X25519(), hpke.HKDFSHA256(), hpke.AES256GCM()}
}

// pair makes the key pair of the slot from its secret.
func (s *Slot) pair(secret []byte) (hpke.PrivateKey, error) {
	if s.Kind == Passphrase {
		if s.Cost == nil {
			return nil, fmt.Errorf("%w: slot %d has no cost", ErrDamaged, s.Number)
		}
		stretched, err := s.Cost.stretch(secret, s.Salt)
		if err != nil {
			return nil, err
		}
		secret = stretched
	}
	seed, err := hkdf.Key(sha256.New, secret, s.Salt, "aidpost slot "+string(s.Kind), KeySize)
	if err != nil {
		return nil, err
	}
	return wrapping().kem.DeriveKeyPair(seed)
}

// wrap puts the master key into the slot; only its public half is needed.
func (s *Slot) wrap(master []byte, ring string) error {
	w := wrapping()
	public, err := w.kem.NewPublicKey(s.Public)
	if err != nil {
		return fmt.Errorf("%w: slot %d: %w", ErrDamaged, s.Number, err)
	}
	s.Wrapped, err = hpke.Seal(public, w.kdf, w.aead, s.info(ring), master)
	return err
}

// unwrap takes the master key out of the slot, or returns ErrKey.
func (s *Slot) unwrap(secret []byte, ring string) ([]byte, error) {
	private, err := s.pair(secret)
	if err != nil {
		return nil, err
	}
	w := wrapping()
	master, err := hpke.Open(private, w.kdf, w.aead, s.info(ring), s.Wrapped)
	if err != nil || len(master) != KeySize {
		return nil, ErrKey
	}
	return master, nil
}

// info binds what is wrapped to the ring and the slot.
func (s *Slot) info(ring string) []byte {
	return fmt.Appendf(nil, "aidpost master %s %d %s", ring, s.Number, s.Kind)
}

// A Source has the secrets of slots of some kinds.
type Source interface {
	// Secret returns the secret of the slot of a ring, or ErrNoSecret.
	Secret(ctx context.Context, ring string, slot Slot) ([]byte, error)
}

// ErrNoSecret reports that a source has nothing for a slot.
var ErrNoSecret = errors.New("no secret there")
