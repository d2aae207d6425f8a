package quality

import (
	"slices"
	"time"

	"aidpost/records/signing"
	"aidpost/records/vitals"
)

// A Certificate lets a member of staff run the instruments of a panel.
type Certificate struct {
	Account string       `json:"account"`
	Panel   vitals.Panel `json:"panel"`
	Until   time.Time    `json:"until"`
	At      time.Time    `json:"at"`
	// Passport is the one of another site that it was taken from; empty: it was
	// given here.
	Passport string `json:"passport,omitempty"`
	Key      string `json:"key,omitempty"` // id of the key that signed it
}

// TakenBack reports whether the certificate says that there is none any more.
func (c Certificate) TakenBack() bool { return !c.Until.After(c.At) }

// An Observed is a test that somebody did under the eyes of whoever certifies.
type Observed struct {
	Account string       `json:"account"`
	Panel   vitals.Panel `json:"panel"`
	Passed  bool         `json:"passed"`
	Comment string       `json:"comment,omitempty"`
	By      string       `json:"by"` // the account of who looked on
	At      time.Time    `json:"at"`
}

// observedHolds is for how long an observed test lets a certificate be given.
const observedHolds = 365 * 24 * time.Hour

// WasObserved reports whether the last observed test of an account was passed,
// within a year.
func (l *Log) WasObserved(account string, p vitals.Panel, now time.Time) bool {
	for _, o := range slices.Backward(l.Observed) {
		if o.Account == account && o.Panel == p {
			return o.Passed && now.Sub(o.At) < observedHolds
		}
	}
	return false
}

// A Passport is one that was given out here, with the certificates of an account.
type Passport struct {
	ID      string    `json:"id"`
	Account string    `json:"account"`
	Until   time.Time `json:"until"`
	At      time.Time `json:"at"`
}

// A Revoked says that a passport is good no more: one that was given out here,
// or one of another site that told so.
type Revoked struct {
	Passport string    `json:"passport"`
	Reason   string    `json:"reason,omitempty"`
	Issuer   string    `json:"issuer,omitempty"` // id of its key; empty: this site
	At       time.Time `json:"at"`
}

// An Issuer is another site whose passports are good here. The last one of a
// name counts; without keys it is trusted no more.
type Issuer struct {
	Name string      `json:"name"`
	Keys signing.Set `json:"keys"`
	At   time.Time   `json:"at"`
}

// Trusted returns the keys of the other sites whose passports are good here.
func (l *Log) Trusted() signing.Set {
	var keys signing.Set
	for i, issuer := range l.Issuers {
		later := slices.ContainsFunc(l.Issuers[i+1:], func(o Issuer) bool { return o.Name == issuer.Name })
		if !later {
			keys.Keys = append(keys.Keys, issuer.Keys.Keys...)
		}
	}
	return keys
}

// WasRevoked reports whether a passport is good no more: because this site says
// so, or the one whose key signed it. No other has a say.
func (l *Log) WasRevoked(passport, key string) bool {
	return slices.ContainsFunc(l.Revoked, func(r Revoked) bool {
		return r.Passport == passport && (r.Issuer == "" || r.Issuer == key)
	})
}

// CertificateOf returns the certificate that counts for an account and a panel:
// the last, so that one can be taken back. One whose passport was revoked is as
// if it had not been.
func (l *Log) CertificateOf(account string, p vitals.Panel) (Certificate, bool) {
	for _, c := range slices.Backward(l.Certificates) {
		if c.Account == account && c.Panel == p && (c.Passport == "" || !l.WasRevoked(c.Passport, c.Key)) {
			return c, true
		}
	}
	return Certificate{}, false
}

// Certified reports whether an account may run the instruments of a panel. By a
// clock from before the certificate nobody may: it was set back.
func (l *Log) Certified(account string, p vitals.Panel, now time.Time) bool {
	c, ok := l.CertificateOf(account, p)
	return ok && now.Before(c.Until) && !now.Before(c.At.Add(-time.Hour))
}
