package vault

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

// ring is what is stored: no secret in it is readable without a slot's.
type ring struct {
	ID       string    `json:"id"` // random; names it in key stores
	Slots    []Slot    `json:"slots"`
	Versions []wrapped `json:"versions"` // oldest first
	// Plain is set until everything that was there before the ring is sealed.
	Plain bool `json:"plain,omitempty"`
	// MAC over all of the above by a key of the master key.
	MAC []byte `json:"mac,omitempty"`
}

// wrapped is one version of the data key under the master key.
type wrapped struct {
	Number  uint16    `json:"number"`
	Created time.Time `json:"created"`
	Retired time.Time `json:"retired,omitzero"`
	Key     []byte    `json:"key"` // of a retired version: its audit key alone
}

// A Vault is an opened ring. It does not change: what changes it returns
// another, which has to be stored before it is used.
type Vault struct {
	ring   ring
	master []byte
	keys   *Keys
}

const (
	macPurpose  Purpose = "aidpost ring"
	wrapPurpose Purpose = "aidpost data key"
)

// random returns n bytes nobody can guess.
func random(n int) []byte {
	out := make([]byte, n)
	rand.Read(out) // never fails
	return out
}

// New makes a ring with its first data key and no slot. Plain tells that there
// are records from before it.
func New(now time.Time, plain bool) (*Vault, error) {
	v := &Vault{ring: ring{ID: hex.EncodeToString(random(8)), Plain: plain}, master: random(KeySize)}
	return v.addVersion(now)
}

// ID names the ring. It is random and no secret.
func (v *Vault) ID() string { return v.ring.ID }

// Keys returns the data keys.
func (v *Vault) Keys() *Keys { return v.keys }

// Slots returns the ways to open the ring.
func (v *Vault) Slots() []Slot { return slices.Clone(v.ring.Slots) }

// Plain reports whether records from before the ring may not be sealed yet.
func (v *Vault) Plain() bool { return v.ring.Plain }

// Rotating reports whether records may still be sealed with an older key.
func (v *Vault) Rotating() bool {
	return len(v.ring.Versions) > 1 && v.ring.Versions[len(v.ring.Versions)-2].Retired.IsZero()
}

// KeyCreated returns when the current data key was made.
func (v *Vault) KeyCreated() time.Time { return v.ring.Versions[len(v.ring.Versions)-1].Created }

// copied returns a copy to be changed.
func (v *Vault) copied() *Vault {
	out := *v
	out.ring.Slots = slices.Clone(v.ring.Slots)
	out.ring.Versions = slices.Clone(v.ring.Versions)
	return &out
}

// addVersion adds a data key that is sealed with from now on.
func (v *Vault) addVersion(now time.Time) (*Vault, error) {
	out := v.copied()
	w := wrapped{Number: 1, Created: now.UTC().Truncate(time.Second)}
	if n := len(out.ring.Versions); n > 0 {
		w.Number = out.ring.Versions[n-1].Number + 1
	}
	if w.Number == 0 {
		return nil, errors.New("the data key was replaced too often")
	}
	var err error
	if w.Key, err = v.wrapKey(w, random(KeySize)); err != nil {
		return nil, err
	}
	out.ring.Versions = append(out.ring.Versions, w)
	return out, out.unwrapKeys()
}

// Rotate adds a new data key. Everything sealed with the one before has to be
// sealed anew and that be retired before there can be another.
func (v *Vault) Rotate(now time.Time) (*Vault, error) {
	if v.Rotating() {
		return nil, errors.New("records are still being sealed with the newest key")
	}
	return v.addVersion(now)
}

// Settle retires the data keys before the newest: nothing is sealed with them
// any more but audit entries. It also ends the time of plain records.
func (v *Vault) Settle(now time.Time) (*Vault, error) {
	out := v.copied()
	out.ring.Plain = false
	for i := range len(out.ring.Versions) - 1 {
		w := &out.ring.Versions[i]
		if !w.Retired.IsZero() {
			continue
		}
		w.Retired = now.UTC().Truncate(time.Second)
		var err error
		if w.Key, err = v.wrapKey(*w, v.keys.versions[w.Number].audit); err != nil {
			return nil, err
		}
	}
	return out, out.unwrapKeys()
}

func (v *Vault) keyRow(w wrapped) []byte {
	return fmt.Appendf(nil, "%s %d %t", v.ring.ID, w.Number, w.Retired.IsZero())
}

func (v *Vault) wrapKey(w wrapped, key []byte) ([]byte, error) {
	aead, err := gcm(derive(v.master, nil, wrapPurpose))
	if err != nil {
		return nil, err
	}
	return aead.Seal(nil, nil, key, v.keyRow(w)), nil
}

// unwrapKeys fills keys from the ring.
func (v *Vault) unwrapKeys() error {
	aead, err := gcm(derive(v.master, nil, wrapPurpose))
	if err != nil {
		return err
	}
	keys := &Keys{versions: map[uint16]version{}}
	for _, w := range v.ring.Versions {
		key, err := aead.Open(nil, nil, w.Key, v.keyRow(w))
		if err != nil {
			return fmt.Errorf("%w: data key %d", ErrDamaged, w.Number)
		}
		keys.current = w.Number
		if keys.versions[w.Number] = newVersion(key); !w.Retired.IsZero() {
			keys.versions[w.Number] = version{audit: key}
		}
	}
	if len(v.ring.Versions) == 0 || keys.versions[keys.current].data == nil {
		return fmt.Errorf("%w: the ring has no data key", ErrDamaged)
	}
	v.keys = keys
	return nil
}

// AddSlot adds a way to open the ring.
func (v *Vault) AddSlot(c Credential, now time.Time) (*Vault, Slot, error) {
	s := Slot{Number: 1, Kind: c.Kind, Label: c.Label, Created: now.UTC().Truncate(time.Second), Salt: random(SaltSize)}
	for _, other := range v.ring.Slots {
		s.Number = max(s.Number, other.Number+1)
	}
	if c.Kind == Passphrase {
		if s.Cost = c.Cost; s.Cost == nil {
			usual := UsualCost()
			s.Cost = &usual
		}
	}
	private, err := s.pair(c.Secret)
	if err != nil {
		return nil, Slot{}, err
	}
	s.Public = private.PublicKey().Bytes()
	if err := s.wrap(v.master, v.ring.ID); err != nil {
		return nil, Slot{}, err
	}
	out := v.copied()
	out.ring.Slots = append(out.ring.Slots, s)
	return out, s, nil
}

// RemoveSlot takes a way to open the ring away. The master key is replaced and
// wrapped to the slots that stay: who had the removed secret and an old copy of
// the ring cannot open what is sealed with data keys made later.
func (v *Vault) RemoveSlot(number int) (*Vault, error) {
	out := v.copied()
	out.ring.Slots = slices.DeleteFunc(out.ring.Slots, func(s Slot) bool { return s.Number == number })
	switch len(out.ring.Slots) {
	case len(v.ring.Slots):
		return nil, fmt.Errorf("slot %d: %w", number, ErrNoSlot)
	case 0:
		return nil, ErrLastSlot
	}
	out.master = random(KeySize)
	for i := range out.ring.Slots {
		if err := out.ring.Slots[i].wrap(out.master, out.ring.ID); err != nil {
			return nil, err
		}
	}
	for i, w := range out.ring.Versions {
		key := v.keys.versions[w.Number].data
		if !w.Retired.IsZero() {
			key = v.keys.versions[w.Number].audit
		}
		var err error
		if out.ring.Versions[i].Key, err = out.wrapKey(w, key); err != nil {
			return nil, err
		}
	}
	return out, out.unwrapKeys()
}

// Encode returns the ring as it is stored: SHA-256 and JSON.
func (v *Vault) Encode() ([]byte, error) {
	sealed := v.ring
	sealed.MAC = nil
	mac, err := sealed.mac(v.master)
	if err != nil {
		return nil, err
	}
	sealed.MAC = mac
	text, err := json.Marshal(sealed)
	if err != nil {
		return nil, err
	}
	return withSum(text), nil
}

func withSum(text []byte) []byte {
	sum := sha256.Sum256(text)
	return append(sum[:], text...)
}

func (r ring) mac(master []byte) ([]byte, error) {
	text, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	mac := hmac.New(sha256.New, derive(master, nil, macPurpose))
	mac.Write(text)
	return mac.Sum(nil), nil
}

// decode reads what Encode returned.
func decode(encoded []byte) (ring, error) {
	var r ring
	if len(encoded) < sha256.Size {
		return r, fmt.Errorf("%w: the ring is cut short", ErrDamaged)
	}
	sum, text := encoded[:sha256.Size], encoded[sha256.Size:]
	if got := sha256.Sum256(text); !bytes.Equal(got[:], sum) {
		return r, fmt.Errorf("%w: the ring does not match its checksum", ErrDamaged)
	}
	if err := json.Unmarshal(text, &r); err != nil {
		return r, fmt.Errorf("%w: the ring: %w", ErrDamaged, err)
	}
	return r, nil
}

// Whole reports whether encoded is a ring without a damaged bit. It needs no
// key.
func Whole(encoded []byte) bool {
	_, err := decode(encoded)
	return err == nil
}

// SlotsOf returns the slots of an encoded ring. Nobody vouches for them until
// the ring is opened.
func SlotsOf(encoded []byte) ([]Slot, error) {
	r, err := decode(encoded)
	return r.Slots, err
}

// Open opens an encoded ring with the first secret that fits. An error matches
// ErrLocked if there was none to try, ErrKey if none fits, or ErrDamaged.
func Open(ctx context.Context, encoded []byte, sources ...Source) (*Vault, error) {
	r, err := decode(encoded)
	if err != nil {
		return nil, err
	}
	reason := ErrLocked
	var why []error
	for _, source := range sources {
		for _, slot := range r.Slots {
			secret, err := source.Secret(ctx, r.ID, slot)
			if err != nil {
				if !errors.Is(err, ErrNoSecret) {
					why = append(why, err)
				}
				continue
			}
			master, err := slot.unwrap(secret, r.ID)
			if errors.Is(err, ErrKey) {
				reason = ErrKey
				continue
			}
			if err != nil {
				return nil, err
			}
			return r.opened(master)
		}
	}
	return nil, errors.Join(append([]error{reason}, why...)...)
}

// opened makes sure that the ring is what was written with the master key.
func (r ring) opened(master []byte) (*Vault, error) {
	bare := r
	bare.MAC = nil
	mac, err := bare.mac(master)
	if err != nil {
		return nil, err
	}
	if !hmac.Equal(mac, r.MAC) {
		return nil, fmt.Errorf("%w: the ring was changed", ErrDamaged)
	}
	v := &Vault{ring: r, master: master}
	return v, v.unwrapKeys()
}
