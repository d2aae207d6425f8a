package records

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/google/uuid"

	"aidpost/records/quality"
)

// Admit returns nil if an instrument may be used now, or a
// *quality.LockedError. What an override lets through is counted and told, so that
// what is measured carries the mark, and what is refused is on record.
func (a *Access) Admit(ctx context.Context, p quality.Plan, i quality.Instrument) (through bool, err error) {
	now := a.store.now().UTC()
	var locks []quality.Lock
	err = a.store.record(a.As(ctx), func(t *tx) error {
		l, err := t.qualityLog()
		if err != nil {
			return err
		}
		locks = l.Locks(p, i, now)
		lapsed := a.lapsed(l, p)
		if lapsed {
			locks = append(locks, quality.NoCertificate)
		}
		if len(locks) == 0 {
			return t.countTest(p, i, l)
		}
		why := fmt.Sprintf("%s %v", i, locks)
		// An override is for an instrument, not for who uses it.
		if through = l.Left(i, now) > 0 && !lapsed; through {
			if err := t.countTest(p, i, l); err != nil {
				return err
			}
			return t.putQuality(qualityUse, quality.Use{Instrument: i, At: now}, auditEntry{Action: auditUse, Reason: why})
		}
		return t.audit(auditEntry{Action: auditLocked, Outcome: Refused, Reason: why})
	})
	if err != nil {
		return false, fmt.Errorf("quality: %w", err)
	}
	if len(locks) > 0 && !through {
		return false, &quality.LockedError{Instrument: i, Locks: locks}
	}
	return through, nil
}

// lapsed reports whether a member of staff needs a certificate and has none that
// holds now. A person who measures themselves needs none.
func (a *Access) lapsed(l *quality.Log, p quality.Plan) bool {
	return p.Certificates && a.session != nil && !l.Certified(string(a.who.ID), p.Panel, a.store.now())
}

// AdmitTyped is Admit where values are typed in: there is no instrument to ask
// about, but whoever measures needs their certificate all the same.
func (a *Access) AdmitTyped(ctx context.Context, p quality.Plan) error {
	lapsed := false
	err := a.store.record(a.As(ctx), func(t *tx) error {
		l, err := t.qualityLog()
		if lapsed = err == nil && a.lapsed(l, p); !lapsed {
			return err
		}
		return t.audit(auditEntry{Action: auditLocked, Outcome: Refused, Reason: fmt.Sprintf("%s typed in %v", p.Panel, quality.NoCertificate)})
	})
	if err != nil {
		return fmt.Errorf("quality: %w", err)
	}
	if lapsed {
		return &quality.LockedError{Locks: []quality.Lock{quality.NoCertificate}}
	}
	return nil
}

// countTest counts a measurement that an instrument is let to make, where a plan
// counts them.
func (t *tx) countTest(p quality.Plan, i quality.Instrument, l *quality.Log) error {
	if p.ControlAfter == 0 {
		return nil
	}
	return t.keepQuality(qualityTally, "tally "+i.String(), quality.Tally{Instrument: i, Tests: l.Tests(i) + 1})
}

// keepQuality writes a record of which there is but one of its name: it is replaced,
// as no others are, and has no entry in the audit trail.
func (t *tx) keepQuality(kind int64, name string, record any) error {
	content, err := json.Marshal(record)
	if err != nil {
		return err
	}
	seal, id := t.store.seal, uuid.NewSHA1(uuid.Nil, []byte(name))
	salt := seal.salt()
	return t.do(`INSERT INTO quality (uuid, kind, salt, alg, sealed) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (uuid) DO UPDATE SET salt = excluded.salt, alg = excluded.alg, sealed = excluded.sealed`,
		id[:], kind, salt, seal.alg(), seal.seal(content, qualityBinding(id, kind, salt)))
}
