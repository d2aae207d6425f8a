package visit

import (
	"context"
	"slices"
	"time"

	"aidpost/instruments"
	"aidpost/records"
	"aidpost/records/guideline"
	"aidpost/records/vitals"
)

// accept takes a good reading into the series and decides what comes next.
func (v *Visit) accept(from instruments.Attached, r instruments.Reading) {
	v.m.candidates = nil
	if r.Meal == vitals.MealUnknown {
		r.Meal = v.m.meal
	}
	v.m.last = &r
	v.m.strays.Taken(observation(&r, from))
	v.m.attempts = append(v.m.attempts, attempt{reading: &r, from: from})
	judged, err := v.cfg.Rules.Judge(v.p.subject, r.Panel, r.Values, r.Meal)
	if err != nil {
		v.m.attempts[len(v.m.attempts)-1].reading = nil
		v.m.last = nil
		v.m.fault = instruments.Wrap(instruments.Implausible, err)
		v.enter(Trouble)
		return
	}
	v.recent.add(from, r)
	switch {
	case v.m.alarm.repeating, r.EnteredBy != "":
		v.conclude()
	case slices.ContainsFunc(judged, guideline.Judgement.Repeat):
		v.raise(guideline.Highest(judged))
	case v.m.panel == vitals.BloodPressure && v.series(false).Verdict == guideline.NeedMore:
		v.pause()
	default:
		v.conclude()
	}
}

// confirmed reports whether the person is asked if the instrument shows the same
// number: a meter may hold somebody else's, a scale may be set to another unit.
func confirmed(p vitals.Panel) bool { return p == vitals.BloodGlucose || p == vitals.BodyWeight }

// pause lets the arm rest until the next inflation may be started.
func (v *Visit) pause() {
	v.enter(Pause)
	v.countdown(v.cfg.Rules.Protocol().Interval, func() { v.enter(Ready) })
}

// series is what the protocol makes of the readings so far. The arm is not
// known: the person put it into the cuff alone.
func (v *Visit) series(ended bool) guideline.Series {
	attempts := make([]guideline.Attempt, len(v.m.attempts))
	for i, a := range v.m.attempts {
		if a.reading != nil {
			attempts[i].Values = a.reading.Values
		}
	}
	return v.cfg.Rules.Protocol().Series(attempts, ended)
}

// The notes of a result; the catalogue has words for each.
const (
	NoteSingle        = "single-reading"
	NoteSpread        = "spread"
	NotePulseMismatch = "pulse-mismatch"
	NotePregnancy     = "pregnancy"
)

// conclude ends the series: the result is judged, stored and shown.
func (v *Visit) conclude() {
	result, ok := v.result()
	if !ok {
		v.beginPanel(measurement{})
		v.enter(Choose)
		return
	}
	v.record(result)
	v.p.results = slices.DeleteFunc(v.p.results, func(r PanelResult) bool { return r.Panel == result.Panel })
	v.p.results = append(v.p.results, result)
	v.save()
	if result.Tier >= guideline.ContactToday {
		v.advise(result.Tier)
		return
	}
	v.enter(Result)
}

// closeSeries keeps the good readings of a series that the person walked away
// from.
func (v *Visit) closeSeries() {
	if v.goodReadings() == 0 || v.step == Result || v.step == Finish || v.m.recorded {
		return
	}
	if result, ok := v.result(); ok {
		v.record(result)
	}
}

// result judges what the series came to. The tier is the worst of what counts
// and of every valid reading that raised an alarm.
func (v *Visit) result() (PanelResult, bool) {
	from, ok := v.lastAttempt()
	if !ok {
		return PanelResult{}, false
	}
	last := from.reading
	res := PanelResult{
		Panel: v.m.panel, Values: last.Values, Meal: last.Meal, Taken: last.Taken, Subject: v.p.subject, WavePulse: last.WavePulse,
		Readings: 1, Verdict: guideline.SingleReading, Notes: slices.Clone(v.m.notes), History: v.m.history,
	}
	if v.m.panel == vitals.BloodPressure {
		avg := v.series(true)
		if avg.Of > 1 {
			res.Values = avg.Mean
		}
		res.Readings, res.Verdict = max(avg.Of, 1), avg.Verdict
		switch avg.Verdict {
		case guideline.SingleReading:
			res.Notes = append(res.Notes, NoteSingle)
		case guideline.SpreadNoted:
			res.Notes = append(res.Notes, NoteSpread)
		}
	}
	judged, err := v.cfg.Rules.Judge(v.p.subject, res.Panel, res.Values, res.Meal)
	if err != nil {
		return PanelResult{}, false
	}
	res.Judged, res.Tier = judged, guideline.Highest(judged)
	for _, a := range v.m.attempts {
		if a.reading == nil {
			continue
		}
		for _, f := range a.reading.Flags {
			if !slices.Contains(res.Flags, f) {
				res.Flags = append(res.Flags, f)
			}
		}
		if each, err := v.cfg.Rules.Judge(v.p.subject, res.Panel, a.reading.Values, a.reading.Meal); err == nil && alerts(each) {
			res.Tier = max(res.Tier, guideline.Highest(each))
		}
	}
	res.Tier = res.Tier.Escalate(v.p.symptoms || v.m.alarm.NoAnswer)
	if v.pulsesDiffer(res) {
		res.Notes = append(res.Notes, NotePulseMismatch)
	}
	if v.p.subject.Pregnant {
		res.Notes = append(res.Notes, NotePregnancy)
	}
	if v.restTooShortFor(res) {
		res.Notes = append(res.Notes, NoteRestByPulse)
	}
	if v.m.whose == MeterOwn {
		res.Notes = append(res.Notes, NoteOwnMeter)
	}
	if last.EnteredBy == "" {
		res.Notes = append(res.Notes, NotesOf(v.objections(from.from))...)
	}
	return res, true
}

func alerts(judged []guideline.Judgement) bool {
	return slices.ContainsFunc(judged, guideline.Judgement.Alert)
}

// lastAttempt returns the last attempt that gave a reading.
func (v *Visit) lastAttempt() (attempt, bool) {
	for _, a := range slices.Backward(v.m.attempts) {
		if a.reading != nil {
			return a, true
		}
	}
	return attempt{}, false
}

// pulsesDiffer compares the pulse, and the rate of the wave it was counted from,
// with those of the visit's other instruments.
func (v *Visit) pulsesDiffer(res PanelResult) bool {
	mine := vitals.Pulses(res.Values, res.WavePulse)
	return slices.ContainsFunc(v.p.results, func(other PanelResult) bool {
		return other.Panel != res.Panel && vitals.PulsesDiffer(mine, vitals.Pulses(other.Values, other.WavePulse))
	})
}

// loadHistory fetches a known person's earlier results of the panel.
func (v *Visit) loadHistory(p vitals.Panel) {
	if !v.p.found || !v.p.shown || v.p.encounter.Patient == nil {
		return
	}
	patient, current, since := v.p.encounter.Patient.ID, v.p.encounter.ID, v.p.since
	v.work.Go(func() {
		ctx, cancel := context.WithTimeout(v.ctx, historyTimeout)
		defer cancel()
		history, err := v.cfg.Store.History(ctx, patient, p, historyLimit)
		if err != nil {
			v.cfg.Log.Error("reading a person's history", "error", err)
			return
		}
		history = slices.DeleteFunc(history, func(o records.Observation) bool { return o.Taken.Before(since) })
		v.mu.Lock()
		if e := v.p.encounter; e != nil && e.ID == current && v.m.panel == p {
			v.m.history = history
			if res := v.resultOf(p); res != nil {
				res.History = history
			}
		}
		v.mu.Unlock()
		v.cfg.Changed()
	})
}

// The history shown beside a result.
const (
	historyLimit   = 30
	historyTimeout = 5 * time.Second
)

// MeasureAnother goes back to the choice.
func (v *Visit) MeasureAnother() error {
	return v.command(func() error {
		v.beginPanel(measurement{})
		v.enter(Choose)
		return nil
	}, Result, Finish)
}

// Done goes on to the last screen, where the person takes a paper along. It
// also leaves the choice when something was measured before.
func (v *Visit) Done() error {
	return v.command(func() error {
		if len(v.p.results) == 0 {
			return ErrNotNow
		}
		v.beginPanel(measurement{})
		v.enter(Finish)
		return nil
	}, Result, Choose)
}

// Leave ends the visit: what it knew is wiped.
func (v *Visit) Leave() error {
	return v.command(func() error {
		v.end(records.Finished)
		return nil
	}, Finish)
}

// Next ends the visit as Leave does and begins another one, of somebody who came
// along. They share a language and nothing else: whoever comes next says who they
// are.
func (v *Visit) Next() error {
	return v.command(func() error {
		language := v.language
		v.end(records.Finished)
		v.language = language
		v.begin()
		return nil
	}, Finish)
}
