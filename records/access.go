package records

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"aidpost/records/staff"
	"aidpost/records/vitals"
)

// An Actor is whoever does something with the records.
type Actor struct {
	ID      ID         // of the account; empty without one
	Name    string     // of the account, as it was called at the sign-in
	Role    staff.Role // what the policy judges by
	User    string     // of the operating system, at a console
	Station string     // the kiosk's name
	// Emergency says that what is done is seen by emergency access alone.
	Emergency bool
}

type actorKey struct{}

// actorOf returns who acts in a context: the program itself, unless an Access
// has said otherwise.
func actorOf(ctx context.Context) Actor {
	if a, ok := ctx.Value(actorKey{}).(Actor); ok {
		return a
	}
	return Actor{Role: staff.Program}
}

// An Access is the records in somebody's hands. Its methods ask for the right
// first and put every look at a person's data on record before they return it;
// what cannot be put on record is not shown.
type Access struct {
	store   *Store
	who     Actor
	session *staff.Session // of a member of staff

	mustChange atomic.Bool  // the PIN was chosen by somebody else
	rev        atomic.Int64 // of the account, as it was at the sign-in
	self       sync.RWMutex // held while the actor changes their own account
	emergency  atomic.Int64 // uptime until which it holds
}

// Visitor returns the records as a patient at the kiosk's screen may use them.
func (s *Store) Visitor(station string) *Access {
	return &Access{store: s, who: Actor{Role: staff.Patient, Station: station}}
}

// Console returns the records as somebody at the machine's command line may use
// them: freely until the first account is made, and then not at all.
func (s *Store) Console(user, station string) *Access {
	return &Access{store: s, who: Actor{Role: staff.Console, User: user, Station: station}}
}

// Who returns whose hands these are.
func (a *Access) Who() Actor { return a.who }

// As returns ctx for calls of the store itself that count as done by the actor.
func (a *Access) As(ctx context.Context) context.Context {
	who := a.who
	who.Emergency = a.inEmergency()
	return context.WithValue(ctx, actorKey{}, who)
}

// Authorize asks whether the actor may do something now. A refusal is put on
// record; it matches staff.ErrDenied, staff.ErrSignedOut, ErrNeedsSignIn or
// ErrMustChangePIN. It is the one place that decides.
func (a *Access) Authorize(ctx context.Context, action staff.Action) error {
	err := a.present(ctx)
	switch {
	case err != nil:
	case a.mustChange.Load() && action != staff.ChangePIN:
		err = ErrMustChangePIN
	default:
		err = staff.Allow(a.who.Role, action)
		if err != nil && a.inEmergency() && staff.InEmergency(action) {
			err = nil
		}
	}
	if err == nil {
		return nil
	}
	return errors.Join(err, a.note(ctx, auditEntry{Action: action, Outcome: Refused}))
}

// A Deed is something to put on record that is not a change of the records.
type Deed struct {
	Action  staff.Action
	Object  ID // the encounter, account or instrument it was done to
	Patient ID // whose data it was
	Outcome Outcome
	Reason  string // in a few words, without a clinical value or a name
}

// Note puts a deed on record, after the right for it has been asked: a print,
// an export, a setting, an instrument's clock.
func (a *Access) Note(ctx context.Context, d Deed) error {
	if err := a.Authorize(ctx, d.Action); err != nil {
		return err
	}
	reason, err := d.reason()
	if err != nil {
		return err
	}
	return a.note(ctx, auditEntry{Action: d.Action, Object: d.Object, Patient: d.Patient, Outcome: d.Outcome, Reason: reason})
}

func (d Deed) reason() (string, error) {
	reason, ok := cleanText(d.Reason)
	if !ok || len(reason) > 4*maxText {
		return "", fmt.Errorf("%s: %w", d.Action, &InvalidError{Field: "reason", Why: "too long or not UTF-8"})
	}
	return reason, nil
}

func (a *Access) note(ctx context.Context, e auditEntry) error {
	entry := func(t *tx) error { return t.audit(e) }
	err := a.store.record(a.As(ctx), entry)
	if errors.Is(err, ErrFull) { // there may be room now: see makeRoom
		err = a.store.record(a.As(ctx), entry)
	}
	if err != nil {
		return fmt.Errorf("put %s on record: %w", e.Action, err)
	}
	return nil
}

// looked puts a look on record and then gives out what was found. Whatever
// was found stays unseen if that fails.
func looked[T any](ctx context.Context, a *Access, d Deed, found T) (T, error) {
	if err := a.note(ctx, auditEntry{Action: d.Action, Object: d.Object, Patient: d.Patient}); err != nil {
		var none T
		return none, err
	}
	return found, nil
}

// Save is Store.Save.
func (a *Access) Save(ctx context.Context, e *Encounter) error {
	if err := a.Authorize(ctx, staff.SaveRecord); err != nil {
		return err
	}
	return a.store.Save(a.As(ctx), e)
}

// SavedBefore is Store.SavedBefore. Whoever may save may ask it: it tells of
// nobody.
func (a *Access) SavedBefore(ctx context.Context, o Observation) (at time.Time, saved bool, err error) {
	if err := a.Authorize(ctx, staff.SaveRecord); err != nil {
		return time.Time{}, false, err
	}
	return a.store.SavedBefore(a.As(ctx), o)
}

func (a *Access) find(ctx context.Context, search func() (Recognised, error)) (Recognised, error) {
	if err := a.Authorize(ctx, staff.FindPatient); err != nil {
		return Recognised{}, err
	}
	r, err := search()
	if err != nil {
		return Recognised{}, err
	}
	return looked(ctx, a, Deed{Action: staff.FindPatient, Object: r.Patient.ID, Patient: r.Patient.ID}, r)
}

// KnownArm is Store.KnownArm: a look at the person's results.
func (a *Access) KnownArm(ctx context.Context, patient ID, since time.Time) (KnownArm, error) {
	if err := a.Authorize(ctx, staff.ReadHistory); err != nil {
		return KnownArm{}, err
	}
	known, err := a.store.KnownArm(ctx, patient, since)
	if err != nil {
		return known, err
	}
	return looked(ctx, a, Deed{Action: staff.ReadHistory, Object: patient, Patient: patient}, known)
}

// History is Store.History.
func (a *Access) History(ctx context.Context, patient ID, panel vitals.Panel, limit int) ([]Observation, error) {
	if err := a.Authorize(ctx, staff.ReadHistory); err != nil {
		return nil, err
	}
	all, err := a.store.History(ctx, patient, panel, limit)
	if err != nil || len(all) == 0 {
		return nil, err // nothing was seen
	}
	return looked(ctx, a, Deed{Action: staff.ReadHistory, Object: patient, Patient: patient}, all)
}

// Encounter is Store.Encounter.
func (a *Access) Encounter(ctx context.Context, id ID) (*Encounter, error) {
	return a.read(ctx, func() (*Encounter, error) { return a.store.Encounter(ctx, id) })
}

// EncounterRevision is Store.EncounterRevision.
func (a *Access) EncounterRevision(ctx context.Context, id ID, revision int) (*Encounter, error) {
	return a.read(ctx, func() (*Encounter, error) { return a.store.EncounterRevision(ctx, id, revision) })
}

// Observation is Store.Observation.
func (a *Access) Observation(ctx context.Context, id ID) (o *Observation, e *Encounter, err error) {
	e, err = a.read(ctx, func() (*Encounter, error) {
		o, e, err = a.store.Observation(ctx, id)
		return e, err
	})
	if err != nil {
		return nil, nil, err
	}
	return o, e, nil
}

func (a *Access) read(ctx context.Context, load func() (*Encounter, error)) (*Encounter, error) {
	if err := a.Authorize(ctx, staff.ReadRecord); err != nil {
		return nil, err
	}
	e, err := load()
	if err != nil {
		return nil, err
	}
	look := Deed{Action: staff.ReadRecord, Object: e.ID}
	if e.Patient != nil {
		look.Patient = e.Patient.ID
	}
	return looked(ctx, a, look, e)
}

// VerifyAudit is Store.VerifyAudit.
func (a *Access) VerifyAudit(ctx context.Context, anchors ...Anchor) (AuditReport, error) {
	if err := a.Note(ctx, Deed{Action: staff.ReadAudit}); err != nil {
		return AuditReport{}, err
	}
	return a.store.VerifyAudit(ctx, anchors...)
}

// WatchAudit is VerifyAudit that tells from time to time how many entries are
// read, of about how many.
func (a *Access) WatchAudit(ctx context.Context, tell func(done, total int64), anchors ...Anchor) (AuditReport, error) {
	if err := a.Note(ctx, Deed{Action: staff.ReadAudit, Reason: "verify"}); err != nil {
		return AuditReport{}, err
	}
	return a.store.verifyAudit(ctx, tell, anchors)
}

// AuditAnchor is Store.AuditAnchor.
func (a *Access) AuditAnchor(ctx context.Context) (Anchor, error) {
	if err := a.Note(ctx, Deed{Action: staff.ReadAudit, Reason: "anchor"}); err != nil {
		return Anchor{}, err
	}
	return a.store.AuditAnchor(ctx)
}

// Encounters is Store.Encounters. The list as a whole is one look.
func (a *Access) Encounters(ctx context.Context, f Filter, yield func(Summary) error) error {
	if err := a.Note(ctx, Deed{Action: staff.ListRecords, Object: f.Patient, Patient: f.Patient}); err != nil {
		return err
	}
	for sum, err := range a.store.Encounters(ctx, f) {
		if err != nil {
			return err
		}
		if err := yield(sum); err != nil {
			return err
		}
	}
	return nil
}

// Erase is Store.Erase.
func (a *Access) Erase(ctx context.Context, patient ID, reason string) (Erased, error) {
	if err := a.Authorize(ctx, staff.ErasePatient); err != nil {
		return Erased{}, err
	}
	return a.store.Erase(a.As(ctx), patient, reason)
}

// Each is Store.Each. It is put on record as one export, before the first.
func (a *Access) Each(ctx context.Context, f Filter, reason string, fn func(*Encounter) error) error {
	if err := a.Note(ctx, Deed{Action: staff.ExportRecord, Object: f.Patient, Patient: f.Patient, Reason: reason}); err != nil {
		return err
	}
	return a.store.Each(ctx, f, fn)
}

// Expire is Store.Expire.
func (a *Access) Expire(ctx context.Context, before time.Time) (Erased, error) {
	if err := a.Authorize(ctx, staff.ErasePatient); err != nil {
		return Erased{}, err
	}
	return a.store.Expire(a.As(ctx), before)
}
