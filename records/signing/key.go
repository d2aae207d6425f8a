// Package signing signs short texts, so that whoever holds the public key finds
// out whether any was changed: without a network, with ES256 as JOSE has it.
package signing

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/asn1"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
)

// SeedSize is the size of what a key is made of.
const SeedSize = 32

// A Key signs. It is kept with the records, sealed.
type Key struct{ private *ecdsa.PrivateKey }

// NewKey returns the key that a random seed makes.
func NewKey(seed []byte) (Key, error) {
	if len(seed) != SeedSize {
		return Key{}, fmt.Errorf("a signing key of %d bytes, not %d", len(seed), SeedSize)
	}
	// One seed in 2^32 is not below the order of the curve; then its hash is
	// the next one to try.
	for {
		private, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), seed)
		if err == nil {
			return Key{private}, nil
		}
		sum := sha256.Sum256(seed)
		seed = sum[:]
	}
}

// Public returns what checks the key's signatures.
func (k Key) Public() (Public, error) { return newPublic(&k.private.PublicKey) }

// coordinate is the size of a coordinate, and of each half of a signature.
const coordinate = 32

// sign returns the signature of a text in the form of JOSE: both halves, one
// after the other. The same text gives the same signature (RFC 6979).
func (k Key) sign(text []byte) ([]byte, error) {
	sum := sha256.Sum256(text)
	der, err := k.private.Sign(nil, sum[:], crypto.SHA256)
	if err != nil {
		return nil, err
	}
	var halves struct{ R, S *big.Int }
	if _, err := asn1.Unmarshal(der, &halves); err != nil {
		return nil, err
	}
	out := make([]byte, 2*coordinate)
	halves.R.FillBytes(out[:coordinate])
	halves.S.FillBytes(out[coordinate:])
	return out, nil
}

// A Public checks the signatures of one kiosk. Its JSON is a JWK (RFC 7517).
type Public struct {
	KeyType   string `json:"kty"`
	KeyID     string `json:"kid"` // RFC 7638
	Use       string `json:"use"`
	Algorithm string `json:"alg"`
	Curve     string `json:"crv"`
	X         string `json:"x"`
	Y         string `json:"y"`
}

// A Set is public keys as a file holds them, a JWKS.
type Set struct {
	Keys []Public `json:"keys"`
}

// text is how JOSE writes bytes. Strict, so that there is one way to write any.
var text = base64.RawURLEncoding.Strict()

func newPublic(k *ecdsa.PublicKey) (Public, error) {
	point, err := k.Bytes() // 4, x, y
	if err != nil {
		return Public{}, err
	}
	p := Public{KeyType: "EC", Use: "sig", Algorithm: algorithm, Curve: "P-256",
		X: text.EncodeToString(point[1 : 1+coordinate]), Y: text.EncodeToString(point[1+coordinate:])}
	p.KeyID = p.thumbprint()
	return p, nil
}

// thumbprint is RFC 7638's: the members that make the key, in order.
func (p Public) thumbprint() string {
	sum := sha256.Sum256(fmt.Appendf(nil, `{"crv":%q,"kty":%q,"x":%q,"y":%q}`, p.Curve, p.KeyType, p.X, p.Y))
	return text.EncodeToString(sum[:])
}

// ErrKeys reports a file that holds no public keys of this kind.
var ErrKeys = errors.New("no public keys in it")

// ParseSet reads a JWKS. Keys of other kinds are passed over; a key whose id is
// not its own thumbprint is an error.
func ParseSet(content []byte) (Set, error) {
	var all, fit Set
	if err := json.Unmarshal(content, &all); err != nil {
		return Set{}, fmt.Errorf("%w: %w", ErrKeys, err)
	}
	for _, p := range all.Keys {
		if p.KeyType != "EC" || p.Curve != "P-256" {
			continue
		}
		if p.KeyID != p.thumbprint() {
			return Set{}, fmt.Errorf("%w: the id of one is not its own", ErrKeys)
		}
		if _, err := p.key(); err != nil {
			return Set{}, fmt.Errorf("%w: %w", ErrKeys, err)
		}
		fit.Keys = append(fit.Keys, p)
	}
	if len(fit.Keys) == 0 {
		return Set{}, ErrKeys
	}
	return fit, nil
}

func (p Public) key() (*ecdsa.PublicKey, error) {
	point := []byte{4}
	for _, part := range []string{p.X, p.Y} {
		b, err := text.DecodeString(part)
		if err != nil || len(b) != coordinate {
			return nil, errors.New("a coordinate is damaged")
		}
		point = append(point, b...)
	}
	return ecdsa.ParseUncompressedPublicKey(elliptic.P256(), point)
}

// holds reports whether a signature is that of a text by this key.
func (p Public) holds(signed, signature []byte) bool {
	k, err := p.key()
	if err != nil || len(signature) != 2*coordinate {
		return false
	}
	sum := sha256.Sum256(signed)
	r, s := new(big.Int).SetBytes(signature[:coordinate]), new(big.Int).SetBytes(signature[coordinate:])
	return ecdsa.Verify(k, sum[:], r, s)
}
