// Package passport is what a member of staff carries from one site to another: a
// signed text, short enough for a code on a badge, that says which tests they may
// run and till when. Another site checks it without a network, against the public
// keys of the sites that it trusts. It expires by itself; a site that takes one
// back signs a list of those, which travels the same way.
package passport

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"aidpost/records/signing"
	"aidpost/records/vitals"
)

// A Passport is what one says.
type Passport struct {
	ID     string // of this one, never used again
	Issuer string // what the site is called
	Key    string // id of the key that signed it
	Name   string // of whose it is, as the account is called
	Issued time.Time
	Grants []Grant
}

// A Grant lets somebody run the instruments of a panel.
type Grant struct {
	Panel vitals.Panel
	Until time.Time
}

// Until is when the last grant ends.
func (p Passport) Until() (last time.Time) {
	for _, g := range p.Grants {
		if g.Until.After(last) {
			last = g.Until
		}
	}
	return last
}

// Errors of Open.
var (
	// ErrExpired: nothing in it holds any more.
	ErrExpired = errors.New("the passport has expired")
	// ErrClock: it is of the future, so the clock here is wrong.
	ErrClock = errors.New("the passport was made after the time this clock shows")
)

// Prefix begins the text of a passport, so that a scanner's code is known for
// one.
const Prefix = "aidpost-passport:"

// Types of signed texts, so that none is taken for another.
const (
	passportType = "aidpost-passport"
	revokedType  = "aidpost-revoked"
)

// clockSlack is how far the clocks of two sites may differ.
const clockSlack = time.Hour

// claims are a passport as it is signed, in the words of RFC 7519.
type claims struct {
	ID      string                 `json:"jti"`
	Issuer  string                 `json:"iss"`
	Name    string                 `json:"name"`
	Issued  int64                  `json:"iat"`
	Expires int64                  `json:"exp"`
	Grants  map[vitals.Panel]int64 `json:"grants"` // until, in Unix seconds
}

// Seal signs a passport with the key of the site.
func Seal(k signing.Key, p Passport) (string, error) {
	c := claims{
		ID: p.ID, Issuer: p.Issuer, Name: p.Name, Issued: p.Issued.Unix(), Expires: p.Until().Unix(), Grants: map[vitals.Panel]int64{},
	}
	for _, g := range p.Grants {
		c.Grants[g.Panel] = g.Until.Unix()
	}
	body, err := json.Marshal(c)
	if err != nil {
		return "", err
	}
	token, err := signing.Seal(k, signing.Head{Type: passportType}, body)
	if err != nil {
		return "", fmt.Errorf("signing a passport: %w", err)
	}
	return Prefix + token, nil
}

// Open checks a passport against the keys of the sites that are trusted, and by
// the clock. It returns the grants that still hold. Besides ErrExpired and
// ErrClock the errors are those of signing.Open. Whether it was revoked the
// caller knows.
func Open(text string, keys signing.Set, now time.Time) (Passport, error) {
	token, ok := strings.CutPrefix(strings.TrimSpace(text), Prefix)
	if !ok {
		return Passport{}, signing.ErrToken
	}
	var c claims
	key, err := open(token, passportType, keys, &c)
	if err != nil {
		return Passport{}, err
	}
	p := Passport{ID: c.ID, Issuer: c.Issuer, Key: key, Name: c.Name, Issued: time.Unix(c.Issued, 0).UTC()}
	if c.ID == "" || c.Name == "" {
		return Passport{}, fmt.Errorf("%w: it names nobody", signing.ErrToken)
	}
	if now.Before(p.Issued.Add(-clockSlack)) {
		return Passport{}, ErrClock
	}
	for panel, until := range c.Grants {
		if g := (Grant{panel, time.Unix(min(until, c.Expires), 0).UTC()}); now.Before(g.Until) {
			p.Grants = append(p.Grants, g)
		}
	}
	if len(p.Grants) == 0 {
		return Passport{}, ErrExpired
	}
	slices.SortFunc(p.Grants, func(a, b Grant) int { return strings.Compare(string(a.Panel), string(b.Panel)) })
	return p, nil
}

// open reads a signed text of a type.
func open(token, kind string, keys signing.Set, into any) (key string, err error) {
	head, body, err := signing.Open(token, keys)
	if err != nil {
		return "", err
	}
	if head.Type != kind {
		return "", fmt.Errorf("%w: it is something else that was signed", signing.ErrToken)
	}
	if err := json.Unmarshal(body, into); err != nil {
		return "", fmt.Errorf("%w: what was signed", signing.ErrToken)
	}
	return head.KeyID, nil
}

// Revoked are passports that a site has taken back.
type Revoked struct {
	Issuer string   `json:"iss"`
	Issued int64    `json:"iat"` // Unix seconds
	IDs    []string `json:"revoked"`
	// Key is the id of the key that signed the list: the passports are of that
	// site and of no other.
	Key string `json:"-"`
}

// SealRevoked signs the list of what a site has taken back.
func SealRevoked(k signing.Key, r Revoked) (string, error) {
	body, err := json.Marshal(r)
	if err != nil {
		return "", err
	}
	return signing.Seal(k, signing.Head{Type: revokedType}, body)
}

// OpenRevoked checks the list of a site that is trusted.
func OpenRevoked(text string, keys signing.Set) (r Revoked, err error) {
	r.Key, err = open(strings.TrimSpace(text), revokedType, keys, &r)
	return r, err
}
