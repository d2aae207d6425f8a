package records

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"aidpost/records/quality"
	"aidpost/records/staff"
	"aidpost/records/vitals"
)

// The kinds of quality records. The numbers are on disk.
const (
	qualityLot         int64 = 1
	qualityRun         int64 = 2
	qualityCalibration int64 = 3
	qualityCertificate int64 = 4
	qualityOverride    int64 = 5
	qualityUse         int64 = 6
	qualityEnrolment   int64 = 7
	qualitySample      int64 = 8
	qualityTally       int64 = 9
	qualityObserved    int64 = 10
	qualityPassport    int64 = 11
	qualityRevoked     int64 = 12
	qualityIssuer      int64 = 13
	// 14 and 15 are those of shifts.
	qualityStored int64 = 16

	qualitySighting  int64 = 22
	qualityHappening int64 = 23
	qualityStorage   int64 = 24
)

// The actions of quality control that nobody needs a right for: the kiosk's own
// word about an instrument.
const (
	auditLocked staff.Action = "quality.locked"
	auditUse    staff.Action = "quality.use"
	auditStored staff.Action = "quality.stored"

	auditFirmware staff.Action = "quality.firmware"
)

// Errors of quality control.
var (
	// ErrUncertified: whoever ran the control has no certificate for it.
	ErrUncertified = errors.New("no valid certificate")
	// ErrUnknownLot: the lot is not on record, or is for something else.
	ErrUnknownLot = errors.New("no such lot")
	// ErrExpired: the lot is past its date.
	ErrExpired = errors.New("past its date")
	// ErrSpent: overrides have let through today what the site allows in a day.
	ErrSpent = errors.New("no more measurements may be let through today")
)

// QualityLog returns everything on record about quality.
func (s *Store) QualityLog(ctx context.Context) (*quality.Log, error) {
	var l *quality.Log
	err := s.read(ctx, func(r *reader) (err error) {
		l, err = scanQuality(r.ctx, r.seal, r.QueryContext)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("quality: %w", err)
	}
	return l, nil
}

// qualityLog is QualityLog in this transaction.
func (t *tx) qualityLog() (*quality.Log, error) {
	return scanQuality(t.ctx, t.store.seal, t.conn.QueryContext)
}

// A queryFunc runs a query on a connection.
type queryFunc func(ctx context.Context, query string, args ...any) (*sql.Rows, error)

// scanQuality reads the records in the order they were written.
func scanQuality(ctx context.Context, seal sealer, query queryFunc) (*quality.Log, error) {
	rows, err := query(ctx, "SELECT uuid, kind, salt, alg, sealed FROM quality ORDER BY id")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	l := &quality.Log{}
	for rows.Next() {
		var id, salt, sealed []byte
		var kind, alg int64
		if err := rows.Scan(&id, &kind, &salt, &alg, &sealed); err != nil {
			return nil, err
		}
		content, err := seal.open(alg, sealed, qualityBinding(uuidOf(id), kind, salt))
		if err == nil {
			err = addQuality(l, kind, content)
		}
		if err != nil {
			return nil, err
		}
	}
	return l, rows.Err()
}

func qualityBinding(id uuid.UUID, kind int64, salt []byte) binding {
	return binding{table: qualityRow, id: id, rev: kind, salt: salt}
}

// addQuality reads one record into its list.
func addQuality(l *quality.Log, kind int64, content []byte) error {
	switch kind {
	case qualityLot:
		return appendJSON(&l.Lots, content)
	case qualityRun:
		return appendJSON(&l.Runs, content)
	case qualityCalibration:
		return appendJSON(&l.Calibrations, content)
	case qualityCertificate:
		return appendJSON(&l.Certificates, content)
	case qualityOverride:
		return appendJSON(&l.Overrides, content)
	case qualityUse:
		return appendJSON(&l.Uses, content)
	case qualityEnrolment:
		return appendJSON(&l.Enrolments, content)
	case qualitySample:
		return appendJSON(&l.Samples, content)
	case qualityTally:
		return appendJSON(&l.Tallies, content)
	case qualityObserved:
		return appendJSON(&l.Observed, content)
	case qualityPassport:
		return appendJSON(&l.Passports, content)
	case qualityRevoked:
		return appendJSON(&l.Revoked, content)
	case qualityIssuer:
		return appendJSON(&l.Issuers, content)
	case qualityStored:
		return appendJSON(&l.Stored, content)
	case qualitySighting:
		return appendJSON(&l.Sightings, content)
	case qualityHappening:
		return appendJSON(&l.Happenings, content)
	case qualityStorage:
		return appendJSON(&l.Storages, content)
	case shiftHandover, shiftClosing, formsPrinted, formEntered:
		return nil // see Shifts and Form
	}
	return fmt.Errorf("%w: quality record of the unknown kind %d", ErrCorrupt, kind)
}

func appendJSON[T any](list *[]T, content []byte) error {
	var one T
	if err := json.Unmarshal(content, &one); err != nil {
		return fmt.Errorf("%w: quality record: %w", ErrCorrupt, err)
	}
	*list = append(*list, one)
	return nil
}

// putQuality writes a record, with an entry in the audit trail.
func (t *tx) putQuality(kind int64, record any, e auditEntry) error {
	return t.putQualityAs(uuid.New(), kind, record, e)
}

// putQualityAs is putQuality under an id of the caller's.
func (t *tx) putQualityAs(id uuid.UUID, kind int64, record any, e auditEntry) error {
	content, err := json.Marshal(record)
	if err != nil {
		return err
	}
	seal := t.store.seal
	salt := seal.salt()
	err = t.do("INSERT INTO quality (uuid, kind, salt, alg, sealed) VALUES (?, ?, ?, ?, ?)",
		id[:], kind, salt, seal.alg(), seal.seal(content, qualityBinding(id, kind, salt)))
	if err != nil {
		return err
	}
	e.Object = ID(id.String())
	return t.audit(e)
}

// Quality returns everything on record about quality. What samples should give
// and gave is left out for whoever may measure one.
func (a *Access) Quality(ctx context.Context) (*quality.Log, error) {
	if err := a.Authorize(ctx, staff.ReadQuality); err != nil {
		return nil, err
	}
	l, err := a.store.QualityLog(ctx)
	if err == nil && staff.Allow(a.who.Role, staff.ReadBlind) != nil {
		l = l.Blinded()
	}
	return l, err
}

// putQuality asks for a right, has check judge a record by what is on record,
// and writes it.
func (a *Access) putQuality(ctx context.Context, right staff.Action, kind int64, record any, reason string, check func(*tx, *quality.Log) error) error {
	if err := a.Authorize(ctx, right); err != nil {
		return err
	}
	err := a.store.record(a.As(ctx), func(t *tx) error {
		l, err := t.qualityLog()
		if err != nil {
			return err
		}
		if err := check(t, l); err != nil {
			return err
		}
		return t.putQuality(kind, record, auditEntry{Action: right, Reason: reason})
	})
	if err != nil {
		return fmt.Errorf("%s: %w", right, err)
	}
	return nil
}

// mostOpenDays is more than any maker allows after a lot was opened.
const mostOpenDays = 3650

// AddLot puts a lot to use, from now on unless it says otherwise.
func (a *Access) AddLot(ctx context.Context, lot quality.Lot) error {
	if lot.Opened.IsZero() {
		lot.Opened = a.store.now().UTC()
	}
	lot = lot.OpenedFor(lot.Days)
	return a.putQuality(ctx, staff.ManageLot, qualityLot, &lot, string(lot.Kind)+" "+lot.Number, func(_ *tx, l *quality.Log) error {
		var c checker
		c.needed("number", &lot.Number)
		c.text("model", &lot.Model, maxText)
		c.text("level", &lot.Level, maxText)
		c.require(lot.Days >= 0 && lot.Days <= mostOpenDays, "days", "impossible")
		c.require(lot.Expires.After(lot.Opened), "expires", "past its date already")
		zero, known := vitals.Int(0), lot.Target.Known()
		switch lot.Kind {
		case quality.Reagent:
		case quality.Control:
			c.require(known && lot.Target.SD.Cmp(zero) > 0, "target", "needs a mean and a standard deviation above zero")
		case quality.Standard:
			c.require(known && lot.Target.Limit.Cmp(zero) > 0, "target", "needs a value and a limit above zero")
		case quality.Proficiency, quality.Linearity:
		default:
			c.require(false, "kind", "unknown")
		}
		c.require(!known || lot.Target.Mean.Unit.Known(), "target", "without a known unit")
		checkKept(&c, lot)
		c.require((lot.Kind == quality.Standard) == (lot.Model == "") && (lot.Model == "") == (lot.Panel != ""), "model", "a standard is of a panel, anything else of a model")
		if before, ok := l.Solution(lot.Number); ok && lot.Kind != quality.Reagent {
			c.require(before.Kind == lot.Kind && before.Level == lot.Level, "number", "that of something else")
		}
		return c.err
	})
}

// RunControl puts a control run on record and returns the verdict on it. The
// target is that of the solution's lot.
func (a *Access) RunControl(ctx context.Context, p quality.Plan, run quality.Run) (v quality.Verdict, err error) {
	run.At = a.store.now().UTC()
	err = a.putQuality(ctx, staff.RunControl, qualityRun, &run, run.Instrument.String(), func(_ *tx, l *quality.Log) error {
		if p.Certificates && !l.Certified(string(a.who.ID), p.Panel, run.At) {
			return ErrUncertified
		}
		control, ok := l.Solution(run.Control)
		if err := withLots(l, p.Panel, &run, control, ok); err != nil {
			return err
		}
		run.Tests = l.Tests(run.Instrument)
		var err error
		if run, err = run.Judged(); err != nil {
			return err
		}
		var c checker
		c.needed("instrument", &run.Instrument.Model)
		c.text("comment", &run.Comment, maxText)
		c.require(run.Value.Unit == run.Target.Mean.Unit, "value", "not in the unit of the solution's target")
		v = quality.Judge(append(l.RunsOf(run.Instrument, ""), run))
		return c.err
	})
	return v, err
}

// RunSample puts the result of a proficiency or linearity sample on record, for
// whoever coordinates quality. No verdict is told.
func (a *Access) RunSample(ctx context.Context, p quality.Plan, run quality.Run) error {
	run.At = a.store.now().UTC()
	return a.putQuality(ctx, staff.RunControl, qualitySample, &run, run.Instrument.String()+" sample "+run.Control, func(_ *tx, l *quality.Log) error {
		if p.Certificates && !l.Certified(string(a.who.ID), p.Panel, run.At) {
			return ErrUncertified
		}
		sample, ok := l.Sample(run.Control)
		if err := withLots(l, p.Panel, &run, sample, ok); err != nil {
			return err
		}
		run.Target = quality.Target{} // what is known of it may be learned later
		var c checker
		c.require(len(run.Pairs) == 0, "pairs", "of a volunteer check")
		c.needed("instrument", &run.Instrument.Model)
		c.text("comment", &run.Comment, maxText)
		c.require(run.Value.Unit.Known(), "value", "without a known unit")
		return c.err
	})
}

// withLots checks the lots of a run, of which the solution was looked for, and
// gives it the target.
func withLots(l *quality.Log, panel vitals.Panel, run *quality.Run, solution quality.Lot, ok bool) error {
	if !ok || !solution.Fits(run.Instrument, panel) {
		return fmt.Errorf("control solution: %w", ErrUnknownLot)
	}
	if !run.At.Before(solution.Expires) {
		return fmt.Errorf("control solution: %w", ErrExpired)
	}
	run.Target = solution.Target
	if run.Reagent == "" {
		if lot, ok := l.InUse(quality.Reagent, run.Instrument.Model, run.At); ok {
			run.Reagent = lot.Number
		}
		return nil
	}
	if lot, ok := l.LotOf(quality.Reagent, run.Reagent); !ok || lot.Model != run.Instrument.Model {
		return fmt.Errorf("strips: %w", ErrUnknownLot)
	}
	return nil
}

// Calibrate puts a calibration on record.
func (a *Access) Calibrate(ctx context.Context, done quality.Calibration) error {
	done.At = a.store.now().UTC()
	return a.putQuality(ctx, staff.ManageInstrument, qualityCalibration, &done, done.Instrument.String(), func(*tx, *quality.Log) error {
		var c checker
		c.needed("instrument", &done.Instrument.Model)
		c.text("comment", &done.Comment, maxText)
		c.require(done.Due.After(done.At), "due", "not in the future")
		return c.err
	})
}

// Enrol puts an instrument on the list of those that belong here, or takes it
// off.
func (a *Access) Enrol(ctx context.Context, e quality.Enrolment) error {
	e.At = a.store.now().UTC()
	return a.putQuality(ctx, staff.ManageInstrument, qualityEnrolment, &e, e.Instrument.String(), func(*tx, *quality.Log) error {
		var c checker
		c.needed("instrument", &e.Instrument.Model)
		c.text("place", &e.Place, maxText)
		c.require(e.Place != "" || e.Retired, "place", "missing")
		return c.err
	})
}

// overrideHours is how long an override holds.
const overrideHours = 24

// Override lets a few measurements through the locks of an instrument: as many as
// the plan allows in a day and were not made yet, else it is ErrSpent.
func (a *Access) Override(ctx context.Context, p quality.Plan, i quality.Instrument, reason string) (quality.Override, error) {
	now := a.store.now().UTC()
	o := quality.Override{Instrument: i, Reason: reason, At: now, Until: now.Add(overrideHours * time.Hour)}
	err := a.putQuality(ctx, staff.Override, qualityOverride, &o, i.String()+": "+reason, func(_ *tx, l *quality.Log) error {
		var c checker
		c.needed("instrument", &o.Instrument.Model)
		c.needed("reason", &o.Reason)
		c.require(len(l.Locks(p, i, now)) > 0, "instrument", "not locked out")
		if o.Tests = l.Allowed(p, i, now); o.Tests == 0 && c.err == nil {
			return ErrSpent
		}
		return c.err
	})
	return o, err
}
