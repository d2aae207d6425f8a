package records

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

	"aidpost/records/staff"
)

// A Dispute is a visit of which another Aidpost has brought a version that does
// not follow from the one that is here.
type Dispute struct {
	From    ServerKey         `json:"from"`
	Name    string            `json:"name"` // of who brought it
	At      time.Time         `json:"at"`
	Hash    [sha256.Size]byte `json:"hash"`
	Brought *Carried          `json:"brought"`
}

// disputePrefix begins the names of secrets that hold a Dispute; the rest is the
// visit's id. Like a PIN it goes with what it belongs to, see eraseVisits.
const disputePrefix = "carried-"

func disputeName(encounter ID) string { return disputePrefix + hex.EncodeToString(encounter.bytes()) }

// Dispute keeps a version that was brought until a person has said which one holds.
func (a *Access) Dispute(ctx context.Context, from Bringer, c *Carried, hash [sha256.Size]byte) error {
	if err := a.Authorize(ctx, staff.CarryIn); err != nil {
		return err
	}
	e := c.Last()
	text, err := json.Marshal(Dispute{from.Key, from.Name, a.store.now().UTC().Round(0), hash, c})
	if err != nil {
		return fmt.Errorf("keep what was brought: %w", err)
	}
	err = a.store.record(a.As(ctx), func(t *tx) error {
		return errors.Join(
			t.keepSecret(disputeName(e.ID), text),
			t.audit(auditEntry{Action: staff.CarryIn, Object: e.ID, Patient: patientID(e), Outcome: Refused, Reason: "changed here and at " + from.Name}))
	})
	if err != nil {
		return fmt.Errorf("keep what was brought of %s: %w", e.ID, err)
	}
	return nil
}

// Disputes returns the visits of which a person has to say which version holds.
func (s *Store) Disputes(ctx context.Context) ([]Dispute, error) {
	var out []Dispute
	err := s.read(ctx, func(r *reader) error {
		rows, err := r.QueryContext(r.ctx, "SELECT name, alg, sealed FROM secret WHERE name LIKE ? ORDER BY name", disputePrefix+"%")
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var name string
			var alg int64
			var sealed []byte
			if err := rows.Scan(&name, &alg, &sealed); err != nil {
				return err
			}
			text, err := s.seal.open(alg, sealed, secretBinding(name))
			if err != nil {
				return err
			}
			var d Dispute
			if err := json.Unmarshal(text, &d); err != nil || d.Brought == nil || d.Brought.Last() == nil {
				return fmt.Errorf("%w: a visit that was brought", ErrCorrupt)
			}
			out = append(out, d)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("visits changed at two places: %w", err)
	}
	return out, nil
}

// DisputeOf returns the dispute over a visit, or ErrNotFound. It is a look at the
// visit.
func (a *Access) DisputeOf(ctx context.Context, encounter ID) (Dispute, error) {
	if err := a.Authorize(ctx, staff.ReadRecord); err != nil {
		return Dispute{}, err
	}
	all, err := a.store.Disputes(ctx)
	if err != nil {
		return Dispute{}, err
	}
	i := slices.IndexFunc(all, func(d Dispute) bool { return d.Brought.Last().ID == encounter })
	if i < 0 {
		return Dispute{}, fmt.Errorf("visit %.40q: %w", encounter, ErrNotFound)
	}
	look := Deed{Action: staff.ReadRecord, Object: encounter, Patient: patientID(all[i].Brought.Last())}
	return looked(ctx, a, look, all[i])
}

// Settle ends a dispute as a person has decided: with the version that is here, or
// with the one that was brought as a new revision. Neither is lost: the one is in
// the earlier revisions here, the other where it came from.
func (a *Access) Settle(ctx context.Context, encounter ID, brought bool) error {
	if err := a.Authorize(ctx, staff.SettleSent); err != nil {
		return err
	}
	d, err := a.DisputeOf(ctx, encounter)
	if err != nil {
		return err
	}
	ready, err := a.store.prepareCarried(ctx, d.Brought)
	if err != nil {
		return fmt.Errorf("settle visit %s: %w", encounter, err)
	}
	e, why := ready[len(ready)-1], "the version that is here holds"
	if brought {
		why = "the version of " + d.Name + " holds"
	}
	err = a.store.record(a.As(ctx), func(t *tx) error {
		id := uuid.MustParse(string(e.ID))
		here, err := t.storedEncounter(id)
		switch {
		case err != nil:
			return err
		case here == nil:
			return ErrNotFound
		case brought:
			as := *e
			as.Revision = int(here.rev) + 1
			if err := t.takeRevision(&as, id, true); err != nil {
				return err
			}
			err = t.keepReceipt(d.From, Receipt{Kind: carriedKind, ID: e.ID, Version: strconv.Itoa(e.Revision), Hash: d.Hash, Encounter: e.ID})
		default:
			// The kiosk is told so when it next asks: its version is known, and refused.
			err = t.keepReceipt(d.From, Receipt{Kind: keptKind, ID: e.ID, Version: strconv.Itoa(e.Revision), Hash: d.Hash, Encounter: e.ID})
		}
		return errors.Join(err,
			t.do("DELETE FROM secret WHERE name = ?", disputeName(e.ID)),
			t.audit(auditEntry{Action: staff.SettleSent, Object: e.ID, Patient: patientID(e), Reason: why}))
	})
	if err != nil {
		return fmt.Errorf("settle visit %s: %w", encounter, err)
	}
	a.store.tellQueued()
	return nil
}

// keptKind is the kind of the receipt of a version that a person decided against.
const keptKind = "VisitKept"
