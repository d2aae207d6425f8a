package vault

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
)

// KeySize is the size of every key, for AES-256 and HMAC-SHA-256.
const KeySize = 32

// SaltSize is the size of the salt of one record.
const SaltSize = 32

// TokenSize is how much of a token's HMAC is kept.
const TokenSize = 16

// versionSize is the version of the data key at the head of what is sealed.
const versionSize = 2

// A Purpose keeps keys of one data key apart.
type Purpose string

// The purposes. Audit entries are part of a chain of hashes and can never be
// sealed anew: their key outlives the data key that it was made of.
const (
	Content Purpose = "aidpost content"
	Audit   Purpose = "aidpost audit"
	tokens  Purpose = "aidpost tokens"
)

// derive makes the key for a purpose out of another. The inputs have sizes that
// HKDF takes, so it cannot fail.
func derive(from, salt []byte, purpose Purpose) []byte {
	key, err := hkdf.Key(sha256.New, from, salt, string(purpose), KeySize)
	if err != nil {
		panic(fmt.Sprintf("vault: derive: %v", err))
	}
	return key
}

// A version is one version of the data key, unwrapped. A retired one has its
// audit key alone.
type version struct {
	data, audit, tokens []byte
}

func newVersion(data []byte) version {
	return version{data: data, audit: derive(data, nil, Audit), tokens: derive(data, nil, tokens)}
}

// sealer returns the cipher for a purpose and a salt.
func (v version) sealer(purpose Purpose, salt []byte) (cipher.AEAD, error) {
	key := v.audit
	if purpose != Audit {
		if v.data == nil {
			return nil, fmt.Errorf("%w: its key was retired", ErrDamaged)
		}
		key = derive(v.data, salt, purpose)
	}
	return gcm(key)
}

// gcm returns AES-256-GCM that puts a random nonce before what it seals. A key
// of a person seals a few thousand times at most, far from 2^32.
func gcm(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// Keys are the unwrapped data keys of a ring. They do not change.
type Keys struct {
	current  uint16
	versions map[uint16]version
}

// Current is the version that is sealed with.
func (k *Keys) Current() uint16 { return k.current }

// Seal returns content as it goes to disk: the version of the data key, the
// nonce, the ciphertext and the tag. It opens only for the same purpose, salt
// and row.
func (k *Keys) Seal(purpose Purpose, salt, content, row []byte) []byte {
	aead, err := k.versions[k.current].sealer(purpose, salt)
	if err != nil {
		panic(fmt.Sprintf("vault: the current key cannot seal: %v", err)) // Ring makes sure that it can
	}
	out := make([]byte, versionSize, versionSize+aead.Overhead()+len(content))
	binary.BigEndian.PutUint16(out, k.current)
	return aead.Seal(out, nil, content, row)
}

// Open returns the content of what Seal returned, or an error that matches
// ErrDamaged, or ErrKey for a version of the data key that is not known.
func (k *Keys) Open(purpose Purpose, salt, sealed, row []byte) ([]byte, error) {
	number, ok := SealedWith(sealed)
	if !ok {
		return nil, fmt.Errorf("%w: cut short", ErrDamaged)
	}
	v, ok := k.versions[number]
	if !ok {
		return nil, fmt.Errorf("%w: version %d is not among its keys", ErrKey, number)
	}
	aead, err := v.sealer(purpose, salt)
	if err != nil {
		return nil, err
	}
	content, err := aead.Open(nil, nil, sealed[versionSize:], row)
	if err != nil {
		return nil, ErrDamaged
	}
	return content, nil
}

// SealAlone returns head and behind it content, sealed with a key that belongs to
// no ring and bound to the head. The key is of KeySize bytes.
func SealAlone(key, head, content []byte) []byte {
	aead, err := gcm(key)
	if err != nil {
		panic(fmt.Sprintf("vault: seal alone: %v", err)) // a key of another size
	}
	return aead.Seal(bytes.Clone(head), nil, content, head)
}

// OpenAlone returns the content of what SealAlone returned for a head of that
// size, or an error that matches ErrDamaged.
func OpenAlone(key, sealed []byte, head int) ([]byte, error) {
	aead, err := gcm(key)
	if err != nil || len(sealed) < head {
		return nil, ErrDamaged
	}
	content, err := aead.Open(nil, nil, sealed[head:], sealed[:head])
	if err != nil {
		return nil, ErrDamaged
	}
	return content, nil
}

// SealedWith returns the version of the data key that something was sealed
// with.
func SealedWith(sealed []byte) (version uint16, ok bool) {
	if len(sealed) < versionSize {
		return 0, false
	}
	return binary.BigEndian.Uint16(sealed), true
}

// Tokens returns what may stand in an exact-match index for a text: first what
// is written now, then, while records are being sealed anew, what is still
// there from before.
func (k *Keys) Tokens(text []byte) [][]byte {
	out := [][]byte{token(k.versions[k.current].tokens, text)}
	for number, v := range k.versions {
		if number != k.current && v.tokens != nil {
			out = append(out, token(v.tokens, text))
		}
	}
	return out
}

func token(key, text []byte) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write(text)
	return mac.Sum(nil)[:TokenSize]
}
