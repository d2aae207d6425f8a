package records

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"aidpost/records/passport"
	"aidpost/records/quality"
	"aidpost/records/signing"
	"aidpost/records/staff"
)

// Errors of certificates and passports.
var (
	// ErrNotObserved: the site asks for a test under the eyes of whoever certifies.
	ErrNotObserved = errors.New("no test was observed and passed within a year")
	// ErrRevoked: whoever gave the passport out has taken it back.
	ErrRevoked = errors.New("the passport was taken back")
	// ErrNotTheirs: the passport names somebody else.
	ErrNotTheirs = errors.New("the passport names somebody else")
)

// Observe puts a test on record that somebody did under the actor's eyes.
func (a *Access) Observe(ctx context.Context, o quality.Observed) error {
	o.At, o.By = a.store.now().UTC(), string(a.who.ID)
	return a.putQuality(ctx, staff.Certify, qualityObserved, &o, "observed "+o.Account+" "+string(o.Panel), func(*tx, *quality.Log) error {
		var c checker
		c.id("account", ID(o.Account))
		c.needed("panel", (*string)(&o.Panel))
		c.text("comment", &o.Comment, maxText)
		c.require(ID(o.Account) != a.who.ID, "account", "nobody observes themselves")
		return c.err
	})
}

// Certify gives a member of staff a certificate, or with an end that has passed
// takes it back: then the passports that it stands in are good no more, either.
func (a *Access) Certify(ctx context.Context, p quality.Plan, n quality.Certificate) error {
	n.At = a.store.now().UTC()
	gives := n.Until.After(n.At)
	return a.putQuality(ctx, staff.Certify, qualityCertificate, &n, n.Account+" "+string(n.Panel), func(t *tx, l *quality.Log) error {
		var c checker
		c.id("account", ID(n.Account))
		c.needed("panel", (*string)(&n.Panel))
		c.require(ID(n.Account) != a.who.ID, "account", "nobody certifies themselves")
		if c.err != nil {
			return c.err
		}
		if gives && p.Observed && !l.WasObserved(n.Account, n.Panel, n.At) {
			return ErrNotObserved
		}
		if gives {
			return nil
		}
		return t.revokeAll(l, n)
	})
}

// revokeAll takes back the passports that a certificate stands in which is taken
// back: those given out here, and the one of another site that it came from, so
// that it cannot be shown again.
func (t *tx) revokeAll(l *quality.Log, n quality.Certificate) error {
	var ids []string
	for _, given := range l.Passports {
		if given.Account == n.Account && given.Until.After(n.At) {
			ids = append(ids, given.ID)
		}
	}
	if last, ok := l.CertificateOf(n.Account, n.Panel); ok && last.Passport != "" {
		ids = append(ids, last.Passport)
	}
	for _, id := range ids {
		if l.WasRevoked(id, "") {
			continue
		}
		if err := t.revoke(quality.Revoked{Passport: id, Reason: "certificate taken back", At: n.At}); err != nil {
			return err
		}
	}
	return nil
}

// revoke takes a passport back.
func (t *tx) revoke(r quality.Revoked) error {
	return t.putQuality(qualityRevoked, &r, auditEntry{Action: staff.Certify, Reason: "revoked passport " + r.Passport})
}

// siteKey returns the key of this site's passports, which is made the first time.
func (t *tx) siteKey() (signing.Key, error) {
	seed, err := t.secret(siteKeyName)
	if err == nil && seed == nil {
		seed, err = t.newSecret(siteKeyName, signing.SeedSize)
	}
	if err != nil {
		return signing.Key{}, err
	}
	return signing.NewKey(seed)
}

// SiteKey returns what checks the passports of this site.
func (a *Access) SiteKey(ctx context.Context) (public signing.Public, err error) {
	if err := a.Authorize(ctx, staff.ReadQuality); err != nil {
		return public, err
	}
	err = a.store.record(a.As(ctx), func(t *tx) error {
		k, err := t.siteKey()
		if err == nil {
			public, err = k.Public()
		}
		return err
	})
	if err != nil {
		return public, fmt.Errorf("the key of passports: %w", err)
	}
	return public, nil
}

// IssuePassport returns a passport with the certificates that an account has
// from this site; site is what that is called.
func (a *Access) IssuePassport(ctx context.Context, account ID, site string) (text string, p passport.Passport, err error) {
	if err := a.Authorize(ctx, staff.Certify); err != nil {
		return "", p, err
	}
	now := a.store.now().UTC().Round(0)
	err = a.store.record(a.As(ctx), func(t *tx) error {
		who, err := t.activeAccount(account)
		if err != nil {
			return err
		}
		l, err := t.qualityLog()
		if err != nil {
			return err
		}
		p = passport.Passport{ID: uuid.NewString(), Issuer: site, Name: who.Name, Issued: now, Grants: grantsOf(l, account, now)}
		if len(p.Grants) == 0 {
			return ErrUncertified
		}
		k, err := t.siteKey()
		if err != nil {
			return err
		}
		if text, err = passport.Seal(k, p); err != nil {
			return err
		}
		given := quality.Passport{ID: p.ID, Account: string(account), Until: p.Until(), At: now}
		return t.putQuality(qualityPassport, &given, auditEntry{Action: staff.Certify, Reason: "passport of " + string(account)})
	})
	if err != nil {
		return "", passport.Passport{}, fmt.Errorf("passport: %w", err)
	}
	return text, p, nil
}

// grantsOf are the certificates of an account that this site has given.
func grantsOf(l *quality.Log, account ID, now time.Time) (grants []passport.Grant) {
	for _, c := range l.Certificates {
		has := slices.ContainsFunc(grants, func(g passport.Grant) bool { return g.Panel == c.Panel })
		if c.Account != string(account) || has {
			continue
		}
		if last, ok := l.CertificateOf(c.Account, c.Panel); ok && last.Passport == "" && now.Before(last.Until) {
			grants = append(grants, passport.Grant{Panel: c.Panel, Until: last.Until})
		}
	}
	return grants
}

// activeAccount returns an account that is not disabled.
func (t *tx) activeAccount(id ID) (*accountRow, error) {
	all, err := t.accounts()
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(all, func(row accountRow) bool { return ID(row.id.String()) == id && row.Disabled.IsZero() })
	if i < 0 {
		return nil, ErrNotFound
	}
	return &all[i], nil
}

// PresentPassport takes the certificates of a passport from a site that is
// trusted here, for the account of whoever it names. Everybody may present their
// own; that of another is for those who certify. Errors besides those above are
// those of passport.Open.
func (a *Access) PresentPassport(ctx context.Context, account ID, text string) (p passport.Passport, err error) {
	right := staff.Certify
	if account == a.who.ID && account != "" {
		right = staff.PresentPassport
	}
	if err := a.Authorize(ctx, right); err != nil {
		return p, err
	}
	now := a.store.now().UTC()
	err = a.store.record(a.As(ctx), func(t *tx) error {
		l, err := t.qualityLog()
		if err != nil {
			return err
		}
		if p, err = passport.Open(text, l.Trusted(), now); err != nil {
			return err
		}
		who, err := t.activeAccount(account)
		switch {
		case err != nil:
			return err
		case foldName(who.Name) != foldName(p.Name):
			return ErrNotTheirs
		case l.WasRevoked(p.ID, p.Key):
			return ErrRevoked
		}
		p.Grants = slices.DeleteFunc(p.Grants, func(g passport.Grant) bool {
			last, ok := l.CertificateOf(string(account), g.Panel)
			return ok && last.TakenBack() && !last.At.Before(p.Issued)
		})
		if len(p.Grants) == 0 {
			return ErrRevoked
		}
		for _, g := range p.Grants {
			c := quality.Certificate{Account: string(account), Panel: g.Panel, Until: g.Until, At: now, Passport: p.ID, Key: p.Key}
			entry := auditEntry{Action: staff.PresentPassport, Reason: string(account) + " " + string(g.Panel) + " from " + p.Key}
			if err := t.putQuality(qualityCertificate, &c, entry); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		refused := auditEntry{Action: right, Object: account, Outcome: Refused, Reason: "passport"}
		return passport.Passport{}, errors.Join(fmt.Errorf("passport: %w", err), a.note(ctx, refused))
	}
	return p, nil
}

// RevokePassport takes back a passport that this site has given out.
func (a *Access) RevokePassport(ctx context.Context, id, reason string) error {
	r := quality.Revoked{Passport: id, Reason: reason, At: a.store.now().UTC()}
	return a.putQuality(ctx, staff.Certify, qualityRevoked, &r, "revoked passport "+id, func(_ *tx, l *quality.Log) error {
		var c checker
		c.needed("reason", &r.Reason)
		if c.err == nil && !slices.ContainsFunc(l.Passports, func(p quality.Passport) bool { return p.ID == id }) {
			return ErrNotFound
		}
		return c.err
	})
}

// RevokedPassports returns the signed list of the passports that this site has
// taken back, for others.
func (a *Access) RevokedPassports(ctx context.Context, site string) (text string, err error) {
	if err := a.Authorize(ctx, staff.ReadQuality); err != nil {
		return "", err
	}
	err = a.store.record(a.As(ctx), func(t *tx) error {
		l, err := t.qualityLog()
		if err != nil {
			return err
		}
		list := passport.Revoked{Issuer: site, Issued: t.store.now().Unix(), IDs: []string{}}
		for _, given := range l.Passports {
			if l.WasRevoked(given.ID, "") {
				list.IDs = append(list.IDs, given.ID)
			}
		}
		k, err := t.siteKey()
		if err == nil {
			text, err = passport.SealRevoked(k, list)
		}
		return err
	})
	if err != nil {
		return "", fmt.Errorf("passports taken back: %w", err)
	}
	return text, nil
}

// TakeRevoked notes what a site that is trusted here has taken back, and returns
// how many passports were not known to be.
func (a *Access) TakeRevoked(ctx context.Context, text string) (fresh int, err error) {
	if err := a.Authorize(ctx, staff.Certify); err != nil {
		return 0, err
	}
	err = a.store.record(a.As(ctx), func(t *tx) error {
		l, err := t.qualityLog()
		if err != nil {
			return err
		}
		list, err := passport.OpenRevoked(text, l.Trusted())
		if err != nil {
			return err
		}
		for _, id := range list.IDs {
			if l.WasRevoked(id, list.Key) {
				continue
			}
			fresh++
			if err := t.revoke(quality.Revoked{Passport: id, Issuer: list.Key, At: t.store.now().UTC()}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("passports taken back: %w", err)
	}
	return fresh, nil
}

// TrustSite takes the passports of another site from now on; without keys no
// more.
func (a *Access) TrustSite(ctx context.Context, name string, keys signing.Set) error {
	i := quality.Issuer{Name: name, Keys: keys, At: a.store.now().UTC()}
	return a.putQuality(ctx, staff.TrustSite, qualityIssuer, &i, "passports of "+name, func(*tx, *quality.Log) error {
		var c checker
		c.needed("name", &i.Name)
		return c.err
	})
}
