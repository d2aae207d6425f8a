package records

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"aidpost/records/staff"
	"aidpost/records/vitals"
)

// CriticalTier is the tier from which somebody must be told of a result now. It
// is that of the guidelines to contact care today.
const CriticalTier = 3

// A Clinician is a member of staff as they were called when they did something.
type Clinician struct {
	ID   ID     `json:"id,omitempty"` // of the account; empty at a console
	Name string `json:"name,omitempty"`
}

// Clinician returns the actor as the records name them.
func (a Actor) Clinician() Clinician {
	name := a.Name
	if name == "" {
		name = a.User
	}
	return Clinician{a.ID, name}
}

// A Telling says that somebody was told of a critical result and has repeated it. In
// place of the repetition there is a reason why there is none, which a second member of
// staff has signed.
type Telling struct {
	Observation ID        `json:"observation"`
	To          string    `json:"to"` // as they gave their name
	Role        ToldRole  `json:"role"`
	Way         ToldWay   `json:"way"`
	At          time.Time `json:"at"`
	By          Clinician `json:"by"`
	// ReadBack are the values as the receiver repeated them and the teller typed
	// them; they equal those of the observation.
	ReadBack vitals.Values `json:"readBack"`
	// Identified says that the receiver repeated whose value it is, too.
	Identified bool `json:"identified"`
	// Unread is why nobody has repeated it, and Second who signed that; nobody need
	// have been told then.
	Unread UnreadReason `json:"unread,omitempty"`
	Second Clinician    `json:"second,omitzero"`
}

// An UnreadReason is why nobody has repeated a critical result.
type UnreadReason string

// HandedOver: others look after the person from now on.
const HandedOver UnreadReason = "handed-over"

// UnreadReasons returns the reasons in the order of a list on screen.
func UnreadReasons() []UnreadReason {
	return []UnreadReason{"unreachable", "treating", HandedOver, "would-not"}
}

// A ToldRole is who somebody was told as.
type ToldRole string

// ToldRoles returns the roles in the order of a list on screen.
func ToldRoles() []ToldRole {
	return []ToldRole{"doctor", "nurse", "pharmacist", "emergency", "caregiver", "person"}
}

// A ToldWay is how somebody was told.
type ToldWay string

// ToldWays returns the ways in the order of a list on screen.
func ToldWays() []ToldWay { return []ToldWay{"in-person", "phone", "radio", "video"} }

// Errors of telling.
var (
	// ErrReadBack: what was repeated is not what was measured.
	ErrReadBack = errors.New("what was read back is not the result")
	// ErrSecond: the one who signs is the one who told, or has no account.
	ErrSecond = errors.New("somebody else has to sign that nobody read it back")
	// ErrNotCritical: nobody has to be told of it.
	ErrNotCritical = errors.New("the result is not critical, or somebody was told already")
)

// Critical reports whether somebody must be told of the observation: it was
// judged so, and nobody has taken it back.
func (o Observation) Critical() bool {
	return o.State != Voided && slices.ContainsFunc(o.Judged, func(j Judgement) bool { return j.Tier >= CriticalTier })
}

// ReadBack lists the measures that whoever is told of the observation must
// repeat: what it is about, and everything else that is critical in it.
func (o Observation) ReadBack() []vitals.Measure {
	list := slices.Clone(o.Panel.Main())
	for _, j := range o.Judged {
		if j.Tier >= CriticalTier && j.Subject == string(vitals.Pulse) && !slices.Contains(list, vitals.Pulse) {
			list = append(list, vitals.Pulse)
		}
	}
	return slices.DeleteFunc(list, func(m vitals.Measure) bool { _, ok := o.Values.Get(m); return !ok })
}

// Untold returns the critical observations of the visit that nobody was told of.
func (e *Encounter) Untold() []Observation {
	var list []Observation
	for _, o := range e.Observations {
		if o.Critical() && !e.told(o.ID) {
			list = append(list, o)
		}
	}
	return list
}

func (e *Encounter) told(id ID) bool {
	return slices.ContainsFunc(e.Tellings, func(t Telling) bool { return t.Observation == id })
}

// matches reports whether the read-back is what o says.
func (t Telling) matches(o Observation) bool {
	measures := o.ReadBack()
	for _, m := range measures {
		want, _ := o.Values.Get(m)
		got, ok := t.ReadBack.Get(m)
		if !ok || got.Unit != want.Unit || got.Comparator != want.Comparator || got.Value.Cmp(want.Value) != 0 {
			return false
		}
	}
	return len(measures) > 0 && len(t.ReadBack) == len(measures)
}

// Tell stores that somebody was told of a critical result of e and has read it
// back, with an entry in the audit trail. A read-back of anything else is
// ErrReadBack and stores nothing: there is no other way to be done with a
// critical result than to void it with a reason, or TellUnread.
//
// A visit that a person is still in the middle of, alone at a kiosk, is
// ErrOngoing, as in correct: it would be saved over.
func (a *Access) Tell(ctx context.Context, e *Encounter, t Telling) error {
	o, err := a.toTell(ctx, e, t.Observation)
	if err != nil {
		return err
	}
	if !t.matches(o) {
		return fmt.Errorf("%s: %w", staff.TellCritical, ErrReadBack)
	}
	t.Unread, t.Second = "", Clinician{}
	return a.tell(ctx, e, t, auditEntry{Action: staff.TellCritical, Object: t.Observation, Reason: string(t.Role) + " " + string(t.Way)})
}

// TellUnread stores that nobody has read a critical result of e back, and why. Another
// member of staff signs that, else it is ErrSecond.
func (a *Access) TellUnread(ctx context.Context, e *Encounter, t Telling, second *Access) error {
	if _, err := a.toTell(ctx, e, t.Observation); err != nil {
		return err
	}
	if second.who.ID == "" || second.who.ID == a.who.ID {
		return fmt.Errorf("%s: %w", staff.SignCritical, ErrSecond)
	}
	if err := second.Authorize(ctx, staff.SignCritical); err != nil {
		return err
	}
	t.Second, t.ReadBack, t.Identified = second.who.Clinician(), nil, false
	return a.tell(ctx, e, t, auditEntry{Action: staff.SignCritical, Object: t.Observation, Reason: string(t.Unread) + "; " + t.Second.Name})
}

// toTell returns the result of a visit that somebody is still to be told of.
func (a *Access) toTell(ctx context.Context, e *Encounter, id ID) (o Observation, err error) {
	if err := a.Authorize(ctx, staff.TellCritical); err != nil {
		return o, err
	}
	i := slices.IndexFunc(e.Observations, func(o Observation) bool { return o.ID == id })
	switch {
	case i < 0:
		return o, fmt.Errorf("%s: %w", staff.TellCritical, ErrNotFound)
	case e.Status == InProgress && e.Operator == (Clinician{}) && a.store.now().Sub(e.Started) < longestVisit:
		return o, fmt.Errorf("%s: %w", staff.TellCritical, ErrOngoing)
	case !e.Observations[i].Critical() || e.told(id):
		return o, fmt.Errorf("%s: %w", staff.TellCritical, ErrNotCritical)
	}
	return e.Observations[i], nil
}

func (a *Access) tell(ctx context.Context, e *Encounter, t Telling, entry auditEntry) error {
	t.By, t.At = a.who.Clinician(), a.store.now().UTC().Round(0)
	return a.saveWith(ctx, e, func(out *Encounter) { out.Tellings = append(out.Tellings, t) }, entry)
}

// saveWith saves a changed copy of e and an entry in the audit trail in one
// transaction, and leaves in e what was stored.
func (a *Access) saveWith(ctx context.Context, e *Encounter, change func(*Encounter), entry auditEntry) error {
	changed := clone(e)
	change(changed)
	ready, err := prepare(changed, a.store.now())
	if err != nil {
		return fmt.Errorf("%s: %w", entry.Action, err)
	}
	entry.Revision = int64(e.Revision) + 1
	if e.Patient != nil {
		entry.Patient = e.Patient.ID
	}
	err = a.store.record(a.As(ctx), func(t *tx) error {
		if err := t.saveEncounter(ready); err != nil {
			return err
		}
		return t.audit(entry)
	})
	if err != nil {
		return fmt.Errorf("%s: %w", entry.Action, err)
	}
	a.store.tellQueued()
	*e = *ready
	return nil
}

func (c *checker) tellings(e *Encounter) {
	c.list("tellings", len(e.Tellings))
	for i := range e.Tellings {
		t := &e.Tellings[i]
		c.id("tellings.observation", t.Observation)
		if t.Unread == "" {
			c.needed("tellings.to", &t.To)
			c.require(t.Identified, "tellings.identified", "nobody repeated whose value it is")
			c.values(t.ReadBack)
		} else {
			c.text("tellings.to", &t.To, maxName)
			c.require(slices.Contains(UnreadReasons(), t.Unread), "tellings.unread", "unknown")
			c.require(t.Second != (Clinician{}), "tellings.second", "nobody has signed")
			c.clinician("tellings.second", &t.Second)
		}
		if nobody := t.Unread != "" && t.To == ""; nobody {
			c.require(t.Role == "" && t.Way == "", "tellings.to", "missing")
		} else {
			c.require(slices.Contains(ToldRoles(), t.Role), "tellings.role", "unknown")
			c.require(slices.Contains(ToldWays(), t.Way), "tellings.way", "unknown")
		}
		c.moment("tellings.at", &t.At, true)
		c.clinician("tellings.by", &t.By)
	}
}

func (c *checker) clinician(field string, by *Clinician) {
	if by.ID != "" {
		c.id(field, by.ID)
	}
	c.text(field, &by.Name, maxName)
}
