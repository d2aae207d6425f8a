package records

import (
	"fmt"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"aidpost/records/vitals"
)

// An InvalidError names what in a record may not be stored and why. It matches
// ErrInvalid, and the cause if there is one. It never quotes a name.
type InvalidError struct {
	Field string // "observations[2].values"
	Why   string // for staff and logs: "in the future"
	Err   error  // the cause, such as a *vitals.ImplausibleError; may be nil
}

func (e *InvalidError) Error() string { return fmt.Sprintf("%v: %s: %s", ErrInvalid, e.Field, e.Why) }

// Unwrap returns ErrInvalid and the cause.
func (e *InvalidError) Unwrap() []error {
	if e.Err == nil {
		return []error{ErrInvalid}
	}
	return []error{ErrInvalid, e.Err}
}

// Limits of a record. They are far above anything a visit makes and protect
// the screen, the paper and the disk.
const (
	maxName         = 100  // letters of a name
	maxText         = 200  // letters of any other text
	maxCitation     = 1000 // letters of a guideline's source
	maxList         = 200  // entries of any list
	maxCapture      = 8 << 20
	maxCaptureCount = 100_000
	// maxAhead is how far a time may lie ahead of the clock, which may have
	// been set back a little in between.
	maxAhead = 5 * time.Minute
)

// prepare returns e as it will be stored (text cleaned, times in UTC, nothing
// shared with the caller that is changed), or an *InvalidError.
func prepare(e *Encounter, now time.Time) (*Encounter, error) {
	if e == nil {
		return nil, &InvalidError{Field: "encounter", Why: "missing"}
	}
	out := clone(e)
	c := checker{latest: now.Add(maxAhead)}
	c.encounter(out)
	if c.err != nil {
		return nil, c.err
	}
	return out, nil
}

// clone copies e as deep as the checker writes.
func clone(e *Encounter) *Encounter {
	out := *e
	if e.Patient != nil {
		p := *e.Patient
		p.Identifiers, p.Marks = slices.Clone(p.Identifiers), slices.Clone(p.Marks)
		out.Patient = &p
	}
	out.Consents = slices.Clone(e.Consents)
	out.Answers = slices.Clone(e.Answers)
	out.Remarks, out.Tellings = slices.Clone(e.Remarks), slices.Clone(e.Tellings)
	out.Referrals, out.Turns = slices.Clone(e.Referrals), slices.Clone(e.Turns)
	out.Identity.With = slices.Clone(e.Identity.With)
	for i := range out.Referrals {
		if back := out.Referrals[i].Return; back != nil {
			copied := *back
			out.Referrals[i].Return = &copied
		}
	}
	if e.Orphan != nil {
		how := *e.Orphan
		out.Orphan = &how
	}
	out.Observations = slices.Clone(e.Observations)
	for i := range out.Observations {
		o := &out.Observations[i]
		o.Judged = slices.Clone(o.Judged)
		o.Notes = slices.Clone(o.Notes)
		o.Capture = slices.Clone(o.Capture)
		if o.Statement != nil {
			s := *o.Statement
			if s.Cuff != nil {
				fit := *s.Cuff
				s.Cuff = &fit
			}
			if s.Rest != nil {
				rest := *s.Rest
				s.Rest = &rest
			}
			s.Reasons = slices.Clone(s.Reasons)
			o.Statement = &s
		}
	}
	return &out
}

// A checker cleans a record in place and remembers the first thing wrong.
type checker struct {
	latest time.Time
	at     string // where in the record: "observations[2]."
	err    error
}

func (c *checker) fail(field, why string, cause error) {
	if c.err == nil {
		c.err = &InvalidError{Field: c.at + field, Why: why, Err: cause}
	}
}

// require fails unless ok.
func (c *checker) require(ok bool, field, why string) {
	if !ok {
		c.fail(field, why, nil)
	}
}

func (c *checker) id(field string, id ID) {
	parsed, err := uuid.Parse(string(id))
	c.require(err == nil && parsed.String() == string(id) && parsed != uuid.Nil, field, "not an id")
}

func (c *checker) text(field string, s *string, limit int) {
	clean, ok := cleanText(*s)
	switch {
	case !ok:
		c.fail(field, "not UTF-8", nil)
	case len(clean) > limit && utf8.RuneCountInString(clean) > limit:
		c.fail(field, fmt.Sprintf("longer than %d letters", limit), nil)
	}
	*s = clean
}

// needed is text that may not be empty.
func (c *checker) needed(field string, s *string) {
	c.text(field, s, maxText)
	c.require(*s != "", field, "missing")
}

// moment takes a time of our clock: not in the future. It becomes UTC.
func (c *checker) moment(field string, t *time.Time, needed bool) {
	*t = t.UTC().Round(0)
	switch {
	case t.IsZero():
		c.require(!needed, field, "missing")
	case t.Year() < 1970:
		c.fail(field, "before 1970", nil)
	case t.After(c.latest):
		c.fail(field, "in the future", nil)
	}
}

func (c *checker) list(field string, n int) {
	c.require(n <= maxList, field, fmt.Sprintf("more than %d entries", maxList))
}

func (c *checker) encounter(e *Encounter) {
	c.id("id", e.ID)
	c.require(e.Revision >= 0, "revision", "negative")
	c.require(e.Status.Visit() || e.Status == Cancelled || e.Status == Unclaimed, "status", "unknown")
	c.moment("started", &e.Started, true)
	c.moment("ended", &e.Ended, e.Status == Finished)
	c.require(e.Ended.IsZero() || !e.Ended.Before(e.Started), "ended", "before started")
	c.needed("zone", &e.Zone)
	c.text("language", &e.Language, maxText)
	c.text("place.organization", &e.Place.Organization, maxText)
	c.text("place.location", &e.Place.Location, maxText)
	c.text("place.kiosk", &e.Place.Kiosk, maxText)
	c.text("place.queue", &e.Place.Queue, maxText)
	if e.Patient != nil {
		c.at = "patient."
		c.patient(e.Patient)
		c.at = ""
	}
	c.clinician("operator", &e.Operator)
	c.said(e)
	c.identity(&e.Identity)
	c.paper(&e.Paper)
	c.remarks(e)
	c.tellings(e)
	c.referrals(e)
	c.turns(e)
	c.ticket(e)
	c.orphan(e)
	c.list("observations", len(e.Observations))
	seen := make(map[ID]bool, len(e.Observations))
	for i := range e.Observations {
		o := &e.Observations[i]
		c.at = "observations[" + strconv.Itoa(i) + "]."
		c.observation(o)
		c.require(!seen[o.ID], "id", "given twice")
		for _, id := range o.MeanOf {
			c.require(seen[id], "meanOf", "not an earlier observation of this encounter")
		}
		seen[o.ID] = true
	}
	c.at = ""
}

func (c *checker) patient(p *Patient) {
	c.id("id", p.ID)
	c.text("given", &p.Given, maxName)
	c.text("family", &p.Family, maxName)
	c.text("language", &p.Language, maxText)
	c.marks(p)
	c.moment("created", &p.Created, false)
	if !p.BirthDate.IsZero() {
		d, err := NewDate(p.BirthDate.Year, p.BirthDate.Month, p.BirthDate.Day)
		c.require(err == nil && d == p.BirthDate, "birthDate", "no such day")
		// A day may have begun further east than our clock knows.
		c.require(d.Time().Before(c.latest.Add(14*time.Hour)), "birthDate", "in the future")
		c.require(d.Year >= 1880, "birthDate", "too long ago")
	}
	c.require(!p.BirthEstimated || p.BirthDate.Month == 7 && p.BirthDate.Day == 1, "birthEstimated", "no day is known")
	c.require(p.Sex == "" || slices.Contains(Sexes(), p.Sex), "sex", "unknown")
	c.list("identifiers", len(p.Identifiers))
	for i := range p.Identifiers {
		c.needed("identifiers.system", &p.Identifiers[i].System)
		c.needed("identifiers.value", &p.Identifiers[i].Value)
	}
	c.require(p.Given != "" || p.Family != "" || len(p.Identifiers) > 0, "given", "neither name nor identifier")
}

// said checks consents and answers.
func (c *checker) said(e *Encounter) {
	c.list("consents", len(e.Consents))
	for i := range e.Consents {
		c.needed("consents.purpose", &e.Consents[i].Purpose)
		c.text("consents.version", &e.Consents[i].Version, maxText)
		c.moment("consents.at", &e.Consents[i].At, true)
	}
	c.list("answers", len(e.Answers))
	for i := range e.Answers {
		c.needed("answers.question", &e.Answers[i].Question)
		c.text("answers.answer", &e.Answers[i].Answer, maxText)
		c.moment("answers.at", &e.Answers[i].At, true)
	}
}

func (c *checker) observation(o *Observation) {
	c.id("id", o.ID)
	c.require(slices.Contains(vitals.AllPanels(), o.Panel), "panel", "unknown")
	c.require(slices.Contains([]ObservationState{Arrived, Confirmed, Amended, Voided}, o.State), "state", "unknown")
	c.moment("taken", &o.Taken, true)
	c.values(o.Values)
	c.text("excluded", &o.Excluded, maxText)
	c.text("method", &o.Method, maxText)
	c.require(o.Number >= 0, "number", "negative")
	c.require(o.Arm == vitals.UnknownArm || o.Arm == vitals.LeftArm || o.Arm == vitals.RightArm, "arm", "unknown")
	c.statement(o.Statement)
	c.text("correction.note", &o.Correction.Note, maxText)
	c.text("correction.user", &o.Correction.User, maxText)
	c.moment("correction.at", &o.Correction.At, false)
	c.list("flags", len(o.Flags))
	c.list("meanOf", len(o.MeanOf))
	c.list("notes", len(o.Notes))
	for i := range o.Notes {
		c.needed("notes", &o.Notes[i])
	}
	c.list("judged", len(o.Judged))
	for i := range o.Judged {
		c.judgement(&o.Judged[i])
	}
	c.origin(&o.Origin)
	c.capture(o.Capture)
}

func (c *checker) values(vs vitals.Values) {
	c.require(len(vs) > 0, "values", "missing")
	for _, v := range vs {
		q := v.Quantity
		c.require(q.Unit.Known(), "values", "no known unit for "+string(v.Measure))
		c.require(q.Comparator == vitals.Exactly || q.Comparator == vitals.Below || q.Comparator == vitals.Above,
			"values", "unknown comparator for "+string(v.Measure))
	}
	if err := vitals.CheckPlausible(vs); err != nil {
		c.fail("values", err.Error(), err)
	}
}

func (c *checker) judgement(j *Judgement) {
	c.needed("judged.subject", &j.Subject)
	c.text("judged.band", &j.Band, maxText)
	c.text("judged.severity", &j.Severity, maxText)
	c.text("judged.interpretation", &j.Interpretation, maxText)
	c.text("judged.guideline", &j.Guideline, maxText)
	c.text("judged.edition", &j.Edition, maxText)
	c.text("judged.source", &j.Source, maxCitation)
}

func (c *checker) origin(o *Origin) {
	c.text("origin.device.maker", &o.Device.Maker, maxText)
	c.needed("origin.device.model", &o.Device.Model)
	c.text("origin.device.serial", &o.Device.Serial, maxText)
	c.text("origin.device.firmware", &o.Device.Firmware, maxText)
	c.text("origin.device.adapter", &o.Device.Adapter, maxText)
	c.needed("origin.driver", &o.Driver)
	c.text("origin.driverVersion", &o.DriverVersion, maxText)
	c.text("origin.record", &o.Record, maxText)
	c.text("origin.enteredBy", &o.EnteredBy, maxName)
	// An instrument's clock may be wrong in any direction; that is on record.
	o.InstrumentAt = o.InstrumentAt.UTC().Round(0)
	c.require(o.InstrumentAt.Year() <= 9999 && o.InstrumentAt.Year() >= 1, "origin.instrumentAt", "no such year")
}

func (c *checker) capture(frames []WireFrame) {
	size := 0
	for i := range frames {
		c.moment("capture.at", &frames[i].At, true)
		size += len(frames[i].Bytes)
	}
	c.require(size <= maxCapture && len(frames) <= maxCaptureCount, "capture", "too large")
}
