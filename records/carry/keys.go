package carry

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"

	"filippo.io/age"

	"aidpost/records"
	"aidpost/records/signing"
)

// keys are those of this Aidpost: one signs, and the other opens what is for it.
type keys struct {
	sign     signing.Key
	public   signing.Public
	identity *age.X25519Identity
}

// secret is what keys are kept as, sealed in the records.
type secret struct {
	Seed     []byte `json:"seed"`
	Identity string `json:"identity"`
}

func freshSecret() ([]byte, error) {
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		return nil, err
	}
	s := secret{Seed: make([]byte, signing.SeedSize), Identity: identity.String()}
	rand.Read(s.Seed) // never fails
	return json.Marshal(s)
}

func ownKeys(ctx context.Context, a *records.Access) (k keys, err error) {
	text, err := a.CarrySecret(ctx, freshSecret)
	if err != nil {
		return k, err
	}
	var s secret
	if err = json.Unmarshal(text, &s); err == nil {
		k.sign, err = signing.NewKey(s.Seed)
	}
	if err == nil {
		k.public, err = k.sign.Public()
	}
	if err == nil {
		k.identity, err = age.ParseX25519Identity(s.Identity)
	}
	if err != nil {
		return keys{}, fmt.Errorf("the keys of what is carried: %w", err)
	}
	return k, nil
}

// A Card is what another Aidpost has to know to carry visits with this one. It is
// no secret; who hands it over must be known to whoever takes it.
type Card struct {
	Name      string           `json:"name"`
	Recipient string           `json:"recipient"` // age1…: what is for it is sealed to this
	Keys      []signing.Public `json:"keys"`      // one: it checks what it signs
}

// Fingerprint is short enough to be read out over a telephone.
func (c Card) Fingerprint() string {
	if len(c.Keys) == 0 {
		return ""
	}
	return tag(c.Keys[0])
}

// ErrCard reports a file that is no card.
var ErrCard = errors.New("not the key of an Aidpost that visits are carried with")

// MyCard returns that of this Aidpost; name is what it is called.
func MyCard(ctx context.Context, a *records.Access, name string) (Card, error) {
	k, err := ownKeys(ctx, a)
	if err != nil {
		return Card{}, err
	}
	return Card{name, k.identity.Recipient().String(), []signing.Public{k.public}}, nil
}

// ParseCard reads a card.
func ParseCard(text []byte) (Card, error) {
	set, err := signing.ParseSet(text)
	if err != nil {
		return Card{}, fmt.Errorf("%w: %w", ErrCard, err)
	}
	var c Card
	dec := json.NewDecoder(bytes.NewReader(text))
	if err := dec.Decode(&c); err != nil || len(set.Keys) != 1 {
		return Card{}, ErrCard
	}
	if _, err := age.ParseX25519Recipient(c.Recipient); err != nil {
		return Card{}, fmt.Errorf("%w: %w", ErrCard, err)
	}
	c.Keys = set.Keys
	return c, nil
}

// Partner returns whoever gave the card, under a name that staff chose or, if that
// is empty, the one on it.
func (c Card) Partner(name string, office bool) records.Partner {
	if name == "" {
		name = c.Name
	}
	return records.Partner{Name: name, Key: c.Keys[0], Recipient: c.Recipient, Office: office}
}
