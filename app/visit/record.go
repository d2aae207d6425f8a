package visit

import (
	"context"
	"slices"
	"time"

	"aidpost/instruments"
	"aidpost/records"
	"aidpost/records/guideline"
	"aidpost/records/quality"
	"aidpost/records/vitals"
)

// Why a reading of a series does not stand for itself; else it is what the
// protocol used it for.
const (
	ExcludedFirst    = string(guideline.First)
	ExcludedAveraged = "averaged"
	ExcludedRepeated = "repeated"
)

// record writes the series and its result into the encounter.
func (v *Visit) record(res PanelResult) {
	v.m.recorded = true
	v.armed()
	good := v.goodReadings()
	mean := res.Readings > 1
	uses := v.series(true).Uses
	var used []records.ID
	n := 0
	for i, a := range v.m.attempts {
		if a.reading == nil {
			continue
		}
		n++
		o := observation(a.reading, a.from)
		o.ID, o.Number, o.Arm = v.p.encounter.ID.Part(), i+1, v.armOf(a)
		switch {
		case mean && uses[i] == guideline.Counts:
			o.Excluded = ExcludedAveraged
			used = append(used, o.ID)
		case mean:
			o.Excluded = string(uses[i])
		case n < good:
			o.Excluded = ExcludedRepeated
		default:
			o.Judged, o.Notes, o.Meal = Judgements(res.Judged), res.Notes, res.Meal
			o.Statement = Took(v.statement(res, o.Origin), a.reading)
		}
		v.p.encounter.Observations = append(v.p.encounter.Observations, o)
	}
	if mean {
		last := v.p.encounter.Observations[len(v.p.encounter.Observations)-1]
		v.p.encounter.Observations = append(v.p.encounter.Observations, records.Observation{
			ID: v.p.encounter.ID.Part(), Panel: res.Panel, Values: res.Values, Flags: res.Flags, Taken: res.Taken.UTC(),
			Judged: Judgements(res.Judged), Origin: last.Origin, State: records.Confirmed,
			MeanOf: used, Notes: res.Notes, Arm: last.Arm, Method: "mean by the protocol " + v.cfg.Rules.Protocol().ID,
			Statement: v.statement(res, last.Origin),
		})
	}
}

// statement says how good a result is as a measurement; nil if nobody does.
func (v *Visit) statement(res PanelResult, from records.Origin) *records.Statement {
	if v.cfg.Grades == nil {
		return nil
	}
	notes := res.Notes
	if from.EnteredBy != "" {
		notes = append(slices.Clone(notes), quality.EnteredByHand)
	}
	grade, reasons := v.cfg.Grades.Rate(notes, res.Flags)
	s := &records.Statement{Grade: string(grade), Reasons: reasons}
	if res.Panel == vitals.BloodPressure {
		s.Protocol = v.cfg.Rules.Protocol().ID
		if last, ok := v.lastAttempt(); ok && from.EnteredBy == "" {
			s.Cuff = CuffFit(v.lie(last.from), 0, v.cuff(last.from))
			s.Rest = v.m.rest
		}
	}
	return s
}

// Took adds to a statement how the value of an oximeter came to be taken.
func Took(s *records.Statement, r *instruments.Reading) *records.Statement {
	if s != nil && r.Oximetry != nil {
		s.Oximetry, s.Protocol = r.Oximetry, r.Oximetry.Rule
	}
	return s
}

func observation(r *instruments.Reading, from instruments.Attached) records.Observation {
	o := records.Observation{
		ID: records.NewID(), Panel: r.Panel, Values: r.Values, Meal: r.Meal, Flags: r.Flags,
		Taken: r.Taken.UTC(), State: records.Confirmed, Method: r.Note,
		Origin: records.Origin{
			Device: records.Device{
				Maker: from.Model.Maker, Model: from.Model.Name, Serial: r.Identity.Serial,
				Firmware: r.Identity.Firmware, Adapter: from.Endpoint.USBSerial,
			},
			Driver: from.Model.ID, DriverVersion: from.Model.Version,
			InstrumentAt: r.InstrumentTime, Drift: records.Seconds(r.Drift / time.Second), Record: r.Record,
			EnteredBy: r.EnteredBy,
		},
		WavePulse: r.WavePulse,
	}
	for _, f := range r.Capture {
		o.Capture = append(o.Capture, records.WireFrame{
			At: f.At, Sent: f.Direction == instruments.ToInstrument, Bytes: f.Bytes,
		})
	}
	return o
}

// Judgements returns what the rules say of a reading as the records keep it.
func Judgements(js []guideline.Judgement) []records.Judgement {
	out := make([]records.Judgement, len(js))
	for i, j := range js {
		out[i] = records.Judgement{
			Subject: string(j.Part), Band: j.Band, Also: j.Also, Reason: string(j.Reason), Severity: j.Severity.String(),
			Interpretation: string(j.Interpretation), Tier: int(j.Tier),
			Guideline: j.RuleSet.ID, Edition: j.RuleSet.Edition, Source: j.RuleSet.Source,
		}
	}
	return out
}

// saveTimeout bounds one save; a disk that takes longer is broken.
const saveTimeout = 20 * time.Second

// save writes the encounter as it is now, unless the person did not agree to
// keep it. Saves follow one another in order, and one that is under way is
// finished even when the visit or the program ends.
func (v *Visit) save() {
	if !v.p.keep {
		return
	}
	e := cloneEncounter(v.p.encounter)
	before, done := v.saved, make(chan int, 1)
	v.saved = done
	v.p.saving++
	v.work.Go(func() {
		if before != nil {
			e.Revision = <-before
		}
		ctx, cancel := context.WithTimeout(context.WithoutCancel(v.ctx), saveTimeout)
		defer cancel()
		elsewhere, err := v.store(ctx, e)
		if err != nil {
			v.cfg.Log.Error("saving an encounter", "encounter", e.ID, "error", err)
		}
		done <- e.Revision
		v.mu.Lock()
		if current := v.p.encounter; current != nil && current.ID == e.ID {
			v.p.saving--
			v.heldElsewhere(elsewhere)
			if err != nil || len(v.p.own) == 0 {
				v.p.saveError = err
			}
			current.Revision = e.Revision
		}
		v.mu.Unlock()
		v.cfg.Changed()
	})
}

// store saves an encounter, but for what another visit holds already, which it returns.
func (v *Visit) store(ctx context.Context, e *records.Encounter) (elsewhere []records.Observation, err error) {
	elsewhere, err = records.SaveRest(ctx, e, v.cfg.Store.Save)
	for _, o := range elsewhere {
		v.cfg.Log.Warn("a result is in another visit", "encounter", e.ID, "observation", o.ID)
	}
	return elsewhere, err
}

// heldElsewhere shows results that another visit holds without keeping them here.
func (v *Visit) heldElsewhere(all []records.Observation) {
	v.p.unkept = append(v.p.unkept, all...)
	e := v.p.encounter
	e.Observations = slices.DeleteFunc(e.Observations, func(o records.Observation) bool {
		return slices.ContainsFunc(all, func(other records.Observation) bool { return other.ID == o.ID })
	})
}

// SaveAgain tries once more after a failed save.
func (v *Visit) SaveAgain() error {
	return v.command(func() error {
		if v.p.saveError == nil || v.p.saving > 0 {
			return ErrNotNow
		}
		v.p.saveError = nil
		if e := v.p.encounter; len(e.Observations) > 0 {
			v.save()
		}
		v.saveOwn()
		return nil
	}, Result, Finish, Urgent, Choose)
}
