package visit

import (
	"context"
	"slices"
	"time"

	"aidpost/instruments"
	"aidpost/records"
	"aidpost/records/guideline"
)

// NoteRecording marks a value that was made of a recording of hours.
const NoteRecording = "recording"

// ownChunk is how many results of a person's own instrument one visit in the records
// holds.
const ownChunk = 150

// freshFor is how old a result of an own instrument may be to say how the person is
// now: as long as it takes until a low blood sugar is measured again.
const freshFor = 15 * time.Minute

// seriousOwn reports whether any of the results, the newest first, is beyond a critical
// limit, and what is to be done now if the newest is, and was taken just now. An older
// one calls nobody: whoever it is about sits here and reads it.
func (v *Visit) seriousOwn(all []instruments.Reading, now time.Time) (any bool, acute guideline.Tier) {
	for i, r := range all {
		judged, err := v.cfg.Rules.Judge(v.p.subject, r.Panel, r.Values, r.Meal)
		if err != nil || !alerts(judged) {
			continue
		}
		any = true
		if i == 0 && now.Sub(r.Taken).Abs() <= freshFor {
			acute = guideline.Highest(judged)
		}
	}
	return any, acute
}

// TakeOwn goes on to the paper with the results of the person's own instrument. They
// are kept if the person wants that and has agreed to be known; of nobody else
// anything stays.
func (v *Visit) TakeOwn(keep bool) error {
	return v.command(func() error {
		keep = keep && v.p.keep
		v.answer("own-keep", map[bool]string{true: Yes, false: No}[keep])
		all := v.ownObservations()
		newest, ok := v.showOwn(all)
		switch {
		case keep:
			v.p.keepsOwn = true
			v.keepOwn(all, newest)
		case ok:
			v.p.unkept = append(v.p.unkept, newest)
		}
		v.own = nil
		v.enter(Finish)
		return nil
	}, OwnDone)
}

// RemoveOwn forgets what was read of the person's own instrument.
func (v *Visit) RemoveOwn() error {
	return v.command(func() error {
		v.answer("own-keep", "removed")
		v.own = nil
		v.enter(Choose)
		return nil
	}, OwnDone, OwnClock, OwnBegan)
}

// ownObservations are the results as the records keep them, the newest first.
func (v *Visit) ownObservations() []records.Observation {
	o := v.own
	all := make([]records.Observation, len(o.contents.Readings))
	for i := range o.contents.Readings {
		r := &o.contents.Readings[i]
		out := observation(r, o.from)
		out.ID, out.Notes = v.p.encounter.ID.Part(), []string{NoteOwnMeter}
		if len(o.contents.Recordings) > 0 {
			out.Notes = append(out.Notes, NoteRecording)
		} else if judged, err := v.cfg.Rules.Judge(v.p.subject, r.Panel, r.Values, r.Meal); err == nil {
			out.Judged = Judgements(judged)
		}
		if v.cfg.Grades != nil {
			grade, reasons := v.cfg.Grades.Rate(out.Notes, out.Flags)
			out.Statement = &records.Statement{Grade: string(grade), Reasons: reasons}
		}
		all[i] = out
	}
	return all
}

// showOwn makes the newest result one of the visit, for the screen and the paper, and
// the others what came before it. It returns the newest.
func (v *Visit) showOwn(all []records.Observation) (newest records.Observation, ok bool) {
	panel := v.own.kind.Panel()
	mine := slices.DeleteFunc(slices.Clone(all), func(o records.Observation) bool { return o.Panel != panel })
	if len(mine) == 0 {
		return newest, false
	}
	newest = mine[0]
	earlier := slices.Clone(mine[1:])
	slices.Reverse(earlier)
	res := PanelResult{
		Panel: panel, Values: newest.Values, Meal: newest.Meal, Flags: newest.Flags, Subject: v.p.subject, Readings: 1,
		Verdict: guideline.SingleReading, Notes: newest.Notes, Taken: newest.Taken, History: earlier, Own: true,
	}
	if judged, err := v.cfg.Rules.Judge(v.p.subject, panel, newest.Values, newest.Meal); err == nil && len(newest.Judged) > 0 {
		res.Judged, res.Tier = judged, guideline.Highest(judged)
	}
	v.p.results = slices.DeleteFunc(v.p.results, func(r PanelResult) bool { return r.Panel == panel })
	v.p.results = append(v.p.results, res)
	return newest, true
}

// keepOwn puts the results that are new into the records: the newest with this visit,
// the others with visits of their own, since one does not hold so many.
func (v *Visit) keepOwn(all []records.Observation, newest records.Observation) {
	var rest []records.Observation
	for i, o := range all {
		switch {
		case v.own.known[i]:
			if o.ID == newest.ID {
				v.p.unkept = append(v.p.unkept, newest) // it is in another visit
			}
		case o.ID == newest.ID:
			v.p.encounter.Observations = append(v.p.encounter.Observations, newest)
		default:
			rest = append(rest, o)
		}
	}
	for chunk := range slices.Chunk(rest, ownChunk) {
		e := cloneEncounter(v.p.encounter)
		e.ID, e.Revision, e.Answers, e.Observations = records.NewID(), 0, nil, slices.Clone(chunk)
		e.Ended, e.Status = time.Now().UTC(), records.Finished
		v.p.own = append(v.p.own, e)
	}
	if len(v.p.encounter.Observations) > 0 {
		v.save()
	}
	v.saveOwn()
}

// saveOwn writes what is kept of the person's own instrument, besides the visit.
func (v *Visit) saveOwn() {
	waiting, current := v.p.own, v.p.encounter.ID
	if len(waiting) == 0 {
		return
	}
	v.p.saving++
	v.work.Go(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(v.ctx), saveTimeout)
		defer cancel()
		var err error
		for len(waiting) > 0 {
			if _, err = v.store(ctx, waiting[0]); err != nil {
				v.cfg.Log.Error("saving what a person's own instrument has kept", "encounter", waiting[0].ID, "error", err)
				break
			}
			waiting = waiting[1:]
		}
		v.mu.Lock()
		if e := v.p.encounter; e != nil && e.ID == current {
			v.p.saving--
			v.p.own = waiting
			if err != nil {
				v.p.saveError = err
			}
		}
		v.mu.Unlock()
		v.cfg.Changed()
	})
}

// keeping reports whether what is shown goes into the records.
func (v *Visit) keeping() bool {
	others := len(v.p.results) == 0 || slices.ContainsFunc(v.p.results, func(r PanelResult) bool { return !r.Own })
	return v.p.keep && (v.p.keepsOwn || others)
}

// MayKeepOwn reports whether the person has agreed to be known, so that what their own
// instrument has kept can be kept here, too.
func (s State) MayKeepOwn() bool { return s.agreed }
