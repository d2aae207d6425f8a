package records

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"aidpost/records/signing"
	"aidpost/records/staff"
)

// A Partner is another Aidpost with which visits are carried.
type Partner struct {
	Name      string         `json:"name"`
	Key       signing.Public `json:"key"`       // checks what it signs
	Recipient string         `json:"recipient"` // what is meant for it is sealed to
	// Office says that visits are carried to it; else it carries them here.
	Office bool      `json:"office,omitempty"`
	Since  time.Time `json:"since"`
}

// ServerKey tells partners apart where receipts are kept.
func (p Partner) ServerKey() ServerKey { return ServerAt("carry:" + p.Key.KeyID) }

// Bringer returns it as the one that brings visits.
func (p Partner) Bringer() Bringer { return Bringer{p.ServerKey(), p.Name} }

// CarrySecret returns what the keys of this Aidpost are made of with which it
// signs and opens what is carried. What fresh makes is kept the first time.
func (a *Access) CarrySecret(ctx context.Context, fresh func() ([]byte, error)) (secret []byte, err error) {
	if err := a.Authorize(ctx, staff.CarryOut); err != nil {
		return nil, err
	}
	err = a.store.record(a.As(ctx), func(t *tx) error {
		if secret, err = t.secret(carryKeyName); err != nil || secret != nil {
			return err
		}
		if secret, err = fresh(); err != nil {
			return err
		}
		return t.keepSecret(carryKeyName, secret)
	})
	if err != nil {
		return nil, fmt.Errorf("the keys of what is carried: %w", err)
	}
	return secret, nil
}

// Partners returns with whom visits are carried, in the order in which they came.
func (s *Store) Partners(ctx context.Context) (all []Partner, err error) {
	err = s.read(ctx, func(r *reader) error {
		var alg int64
		var sealed []byte
		err := r.QueryRowContext(r.ctx, "SELECT alg, sealed FROM secret WHERE name = ?", partnersName).Scan(&alg, &sealed)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		all, err = openPartners(s.seal, alg, sealed)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("partners: %w", err)
	}
	return all, nil
}

func openPartners(seal sealer, alg int64, sealed []byte) (all []Partner, err error) {
	text, err := seal.open(alg, sealed, secretBinding(partnersName))
	if err == nil && json.Unmarshal(text, &all) != nil {
		err = fmt.Errorf("%w: partners", ErrCorrupt)
	}
	return all, err
}

// TrustPartner has visits carried with another Aidpost from now on, in the place of
// one of that name. There is one office at most: a new one takes the place of the
// old, and what that holds is carried again.
func (a *Access) TrustPartner(ctx context.Context, p Partner) error {
	p.Since = a.store.now().UTC().Round(0)
	return a.changePartners(ctx, "trusted "+p.Name, func(t *tx, all []Partner) ([]Partner, error) {
		var c checker
		c.needed("name", &p.Name)
		c.needed("recipient", &p.Recipient)
		c.needed("key", &p.Key.KeyID)
		if c.err != nil {
			return nil, c.err
		}
		return t.without(all, func(o Partner) bool {
			return foldName(o.Name) == foldName(p.Name) || o.Key.KeyID == p.Key.KeyID || o.Office && p.Office
		}, p)
	})
}

// DistrustPartner ends that. ErrNotFound: there is none of that name.
func (a *Access) DistrustPartner(ctx context.Context, name string) error {
	return a.changePartners(ctx, "no longer trusted "+name, func(t *tx, all []Partner) ([]Partner, error) {
		is := func(o Partner) bool { return foldName(o.Name) == foldName(name) }
		if !slices.ContainsFunc(all, is) {
			return nil, ErrNotFound
		}
		return t.without(all, is)
	})
}

// without leaves partners out and puts others in. What an office that goes holds is
// for this Aidpost to send again.
func (t *tx) without(all []Partner, goes func(Partner) bool, more ...Partner) ([]Partner, error) {
	var out []Partner
	for _, o := range all {
		if !goes(o) {
			out = append(out, o)
			continue
		}
		if !o.Office {
			continue
		}
		if err := t.takeBack(o.ServerKey()); err != nil {
			return nil, err
		}
	}
	return append(out, more...), nil
}

func (a *Access) changePartners(ctx context.Context, why string, change func(*tx, []Partner) ([]Partner, error)) error {
	if err := a.Authorize(ctx, staff.TrustSite); err != nil {
		return err
	}
	err := a.store.record(a.As(ctx), func(t *tx) error {
		var all []Partner
		var alg int64
		var sealed []byte
		known, err := t.row("SELECT alg, sealed FROM secret WHERE name = ?", []any{partnersName}, &alg, &sealed)
		if err == nil && known {
			all, err = openPartners(t.store.seal, alg, sealed)
		}
		if err != nil {
			return err
		}
		if all, err = change(t, all); err != nil {
			return err
		}
		text, err := json.Marshal(all)
		if err != nil {
			return err
		}
		return errors.Join(t.keepSecret(partnersName, text), t.audit(auditEntry{Action: staff.TrustSite, Reason: why}))
	})
	if err != nil {
		return fmt.Errorf("partners: %w", err)
	}
	a.store.tellQueued()
	return nil
}
