package records

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"aidpost/records/intended"
	"aidpost/records/oximetry"
	"aidpost/records/staff"
)

// A Remark is what a member of staff wrote about a visit, in their own words. It
// is never changed; another one says what is to be said.
type Remark struct {
	By   Clinician `json:"by"`
	At   time.Time `json:"at"`
	Text string    `json:"text"`
}

// maxRemark is how long a remark may be, in letters.
const maxRemark = 2000

// AddRemark stores a remark about e.
func (a *Access) AddRemark(ctx context.Context, e *Encounter, text string) error {
	if err := a.Authorize(ctx, staff.AddRemark); err != nil {
		return err
	}
	now := a.store.now()
	if e.Status == InProgress && e.Operator == (Clinician{}) && now.Sub(e.Started) < longestVisit {
		return fmt.Errorf("%s: %w", staff.AddRemark, ErrOngoing)
	}
	r := Remark{By: a.who.Clinician(), At: now.UTC().Round(0), Text: text}
	return a.saveWith(ctx, e, func(out *Encounter) { out.Remarks = append(out.Remarks, r) },
		auditEntry{Action: staff.AddRemark, Object: e.ID})
}

func (c *checker) remarks(e *Encounter) {
	c.list("remarks", len(e.Remarks))
	for i := range e.Remarks {
		c.clinician("remarks.by", &e.Remarks[i].By)
		c.moment("remarks.at", &e.Remarks[i].At, true)
		c.text("remarks.text", &e.Remarks[i].Text, maxRemark)
		c.require(e.Remarks[i].Text != "", "remarks.text", "missing")
	}
}

// A Mark is something about a person that whoever measures must know. It is
// coded, never free text.
type Mark string

// Marks returns the marks in the order of a list on screen.
func Marks() []Mark {
	return []Mark{
		"allergy", "diabetes", "pregnant", "anticoagulant", "pacemaker", "fistula-left", "fistula-right",
		"insulin", "pressure-medicine", "oxygen", "fall-risk", "interpreter",
	}
}

// ErrChanged: somebody else has changed it meanwhile.
var ErrChanged = errors.New("changed by somebody else meanwhile")

// SetMarks replaces the marks of a person whose marks are those of before, else
// it is ErrChanged and nothing is lost. Each change is in the audit trail.
func (a *Access) SetMarks(ctx context.Context, patient ID, before, marks []Mark) (*Patient, error) {
	if err := a.Authorize(ctx, staff.MarkPatient); err != nil {
		return nil, err
	}
	p, err := a.store.Patient(ctx, patient)
	if err != nil {
		return nil, err
	}
	if !slices.Equal(p.Marks, before) {
		return nil, fmt.Errorf("%s: %w", staff.MarkPatient, ErrChanged)
	}
	changed := *p
	changed.Marks = slices.Clone(marks)
	slices.SortFunc(changed.Marks, func(x, y Mark) int { return slices.Index(Marks(), x) - slices.Index(Marks(), y) })
	var c checker
	c.latest = a.store.now().Add(maxAhead)
	if c.patient(&changed); c.err != nil {
		return nil, fmt.Errorf("%s: %w", staff.MarkPatient, c.err)
	}
	err = a.store.record(a.As(ctx), func(t *tx) error {
		if _, _, err := t.putPatient(&changed); err != nil {
			return err
		}
		return t.audit(auditEntry{Action: staff.MarkPatient, Object: patient, Patient: patient})
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", staff.MarkPatient, err)
	}
	a.store.tellQueued()
	return &changed, nil
}

func (c *checker) marks(p *Patient) {
	for i, m := range p.Marks {
		c.require(slices.Contains(Marks(), m), "marks", "unknown")
		c.require(!slices.Contains(p.Marks[:i], m), "marks", "given twice")
	}
}

// A Statement says how good a value is as a measurement: by which procedure it
// was taken, with what, and what speaks against it.
type Statement struct {
	Grade    string   `json:"grade"`             // A to D
	Reasons  []string `json:"reasons,omitempty"` // what lowered it
	Protocol string   `json:"protocol,omitempty"`
	// Of strips: the lot in use, and until when.
	Lot     string    `json:"lot,omitempty"`
	Expires time.Time `json:"expires,omitzero"`
	// Control is how the last control run of the instrument went, and when.
	Control   string    `json:"control,omitempty"` // in-control, none, overridden
	ControlAt time.Time `json:"controlAt,omitzero"`
	Operator  Clinician `json:"operator,omitzero"`
	// Cuff is how the arm lay to the cuff; nil: nobody was asked.
	Cuff *CuffFit `json:"cuff,omitempty"`
	// Rest is the seated rest before a pressure; nil: it was not seen to.
	Rest *Rest `json:"rest,omitempty"`
	// Oximetry is how the value of an oximeter came to be taken; nil for others.
	Oximetry *oximetry.Taken `json:"oximetry,omitempty"`
}

// A Rest is how a person rested before a blood pressure.
type Rest struct {
	How     RestHow `json:"how"`
	Seconds int     `json:"seconds"`
	// Why is the rule by which the pulse was steady, what kept a rest that was timed
	// from being measured, or the reason for a shorter one. It may be empty.
	Why string `json:"why,omitempty"`
}

// RestHow is how the end of a rest was found.
type RestHow string

// The ways in which a rest ends.
const (
	RestMeasured  RestHow = "measured"  // the pulse was steady
	RestTimed     RestHow = "timed"     // it lasted as long as the protocol asks
	RestShortened RestHow = "shortened" // somebody wished so
)

// RestHows lists the ways in which a rest ends.
func RestHows() []RestHow { return []RestHow{RestMeasured, RestTimed, RestShortened} }

// longestRest is more than any protocol asks for, in seconds.
const longestRest = 3600

func (c *checker) rest(r *Rest) {
	if r == nil {
		return
	}
	c.require(slices.Contains(RestHows(), r.How), "statement.rest.how", "unknown")
	c.require(r.Seconds >= 0 && r.Seconds <= longestRest, "statement.rest.seconds", "impossible")
	c.text("statement.rest.why", &r.Why, maxText)
}

// A CuffFit is how an arm lay to the marks of a cuff.
type CuffFit struct {
	Lie  intended.Lie `json:"lie"`            // never empty
	Arm  int          `json:"arm,omitempty"`  // around it, in centimetres, if it was measured
	From int          `json:"from,omitempty"` // the arms that the cuff is made for, if it is known
	To   int          `json:"to,omitempty"`
}

func (c *checker) cuff(f *CuffFit) {
	if f == nil {
		return
	}
	c.require(slices.Contains(intended.Lies(), f.Lie), "statement.cuff.lie", "unknown")
	made := intended.Range{From: f.From, To: f.To}
	c.require(made == intended.Range{} || made.Sound(), "statement.cuff.from", "impossible")
	c.require(f.Arm >= 0 && f.Arm <= intended.ThickestArm, "statement.cuff.arm", "impossible")
}

func (c *checker) statement(s *Statement) {
	if s == nil {
		return
	}
	c.require(s.Grade >= "A" && s.Grade <= "D" && len(s.Grade) == 1, "statement.grade", "unknown")
	c.list("statement.reasons", len(s.Reasons))
	for i := range s.Reasons {
		c.needed("statement.reasons", &s.Reasons[i])
	}
	c.text("statement.protocol", &s.Protocol, maxText)
	c.text("statement.lot", &s.Lot, maxText)
	c.text("statement.control", &s.Control, maxText)
	c.cuff(s.Cuff)
	c.rest(s.Rest)
	if s.Oximetry != nil {
		c.needed("statement.oximetry.rule", &s.Oximetry.Rule)
	}
	c.moment("statement.controlAt", &s.ControlAt, false)
	c.clinician("statement.operator", &s.Operator)
	s.Expires = s.Expires.UTC().Round(0)
}
