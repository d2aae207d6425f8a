package script

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"aidpost/app/visit"
	"aidpost/instruments"
	"aidpost/instruments/manual"
	"aidpost/records/vitals"
)

// measure takes the person through one panel, from the choice to the result or
// back to the choice where there is none.
func (r *runner) measure(ctx context.Context, panel vitals.Panel) error {
	if err := r.agreed(ctx); err != nil {
		return err
	}
	if err := r.choose(ctx, panel); err != nil {
		return err
	}
	return r.through(ctx)
}

// enter takes values that somebody typed in.
func (r *runner) enter(ctx context.Context, c Command) error {
	if err := r.agreed(ctx); err != nil {
		return err
	}
	reading, err := entered(c.Args, time.Now())
	if err != nil {
		return err
	}
	if err := r.visit.Enter(*reading, manual.New(reading.Panel, reading.EnteredBy).Model()); err != nil {
		return r.unexpected("nothing can be entered at %s", r.look().Step)
	}
	r.Printer.Said("enter", string(reading.Panel))
	r.shown = screen{} // the result of another panel may follow one
	return r.through(ctx)
}

// agreed brings the visit to where something can be measured.
func (r *runner) agreed(ctx context.Context) error {
	r.fault, r.failed = nil, nil
	switch r.look().Step {
	case visit.Welcome, visit.Who, visit.Consent:
		return r.consent(ctx, false, false)
	}
	return nil
}

// through goes on until there is a result, or the choice again.
func (r *runner) through(ctx context.Context) error {
	waiting := time.Now()
	for {
		s := r.look()
		if slices.Contains([]visit.Step{visit.Result, visit.Choose, visit.Welcome, visit.Finish}, s.Step) {
			if s.Step != visit.Result {
				r.failed = r.fault
			}
			return nil
		}
		if s.Step == visit.Connect && time.Since(waiting) > patience {
			return ErrNoInstrument
		}
		act := r.act(s)
		if act != nil {
			err := act()
			if err == nil {
				waiting = time.Now()
				continue
			}
			if !errors.Is(err, visit.ErrNotNow) {
				return err
			}
			if err := instruments.Pause(ctx, again); err != nil {
				return err
			}
			continue
		}
		if err := r.pause(ctx); err != nil {
			return err
		}
	}
}

// choose waits until the panel is on offer and begins it.
func (r *runner) choose(ctx context.Context, panel vitals.Panel) error {
	since := time.Now()
	for {
		s := r.look()
		if s.Step == visit.Finish {
			return r.unexpected("the visit has ended before %s", panel)
		}
		err := r.visit.ChoosePanel(panel)
		if err == nil {
			r.Printer.Said("choose", string(panel))
			return nil
		}
		if time.Since(since) > patience {
			return ErrNoInstrument
		}
		// Not by pause: even a refused choice counts as a change.
		if err := instruments.Pause(ctx, again); err != nil {
			return err
		}
	}
}

// again is how soon something is tried again that was not possible yet.
const again = 100 * time.Millisecond

// act returns what a person does at this step, or nil if they wait.
func (r *runner) act(s visit.State) func() error {
	switch s.Step {
	case visit.Question:
		return func() error { return r.visit.Answer(r.reply(s.Question)) }
	case visit.Unsuitable:
		return r.visit.GiveUp
	case visit.Prepare:
		return r.visit.Prepared
	case visit.Rest:
		if s.Question != "" {
			return func() error { return r.visit.Answer(r.reply(s.Question)) }
		}
		if r.skip != "" {
			return func() error {
				r.Printer.Said("skip-rest", r.skip)
				return r.visit.SkipRest(r.skip)
			}
		}
	case visit.Ready:
		return r.visit.StartReading
	case visit.Pause:
		if r.single {
			return r.visit.GiveUp
		}
	case visit.Confirm:
		if r.say(meterShows) == visit.No {
			return r.visit.RefuseReading
		}
		return func() error { return r.visit.ConfirmReading(0) }
	case visit.Trouble:
		return r.recover(s)
	case visit.Urgent:
		return r.urgent(s)
	}
	return nil
}

// reply is the script's answer to a question. A script that says something to one of
// those that are asked together has them asked one by one.
func (r *runner) reply(q visit.QuestionID) string {
	if q != visit.AskFit {
		return r.say(string(q))
	}
	for _, each := range []visit.QuestionID{visit.AskSymptoms, visit.AskAdult, visit.AskPregnant, visit.AskArm} {
		if _, said := r.said[string(each)]; said {
			return visit.Yes
		}
	}
	r.Printer.Said(string(q), visit.No)
	return visit.No
}

// say returns the script's answer to a question, or the usual one.
func (r *runner) say(question string) string {
	answer, ok := r.said[question]
	if !ok {
		answer = visit.No
		if options := answers()[question]; len(options) > 0 {
			answer = options[0]
		}
	}
	r.Printer.Said(question, answer)
	return answer
}

// recover tries again as often as the script has it, and then gives up.
func (r *runner) recover(s visit.State) func() error {
	r.fault = s.Fault
	if r.retries > 0 && s.CanRetry {
		return func() error {
			err := r.visit.Retry()
			if err == nil {
				r.retries--
			}
			return err
		}
	}
	return r.visit.GiveUp
}

// urgent answers the flow for critical values.
func (r *runner) urgent(s visit.State) func() error {
	switch s.Alarm.Phase {
	case visit.AlarmSymptoms:
		return func() error { return r.visit.Symptoms(r.say(symptomsNow) == visit.Yes) }
	case visit.AlarmRepeat:
		if s.Total > 0 && r.said[repeat] != visit.No {
			return nil // the arm must rest first
		}
		if r.say(repeat) == visit.No {
			return r.visit.SkipRepeat
		}
		return r.visit.Repeat
	}
	return r.visit.Understood
}

// expect compares the visit with what the script expects of it.
func (r *runner) expect(ctx context.Context, c Command) error {
	s := r.look()
	what, want := c.Args[0], c.Args[1]
	switch what {
	case "step":
		return r.same(what, want, string(s.Step))
	case "saved":
		s, err := r.settled(ctx)
		if err != nil {
			return err
		}
		return r.same(what, want, yesNo(s.Saved))
	case "fault":
		code := instruments.FaultCode("none")
		if r.fault != nil {
			code = r.fault.Code
		}
		r.failed = nil
		return r.same(what, want, string(code))
	}
	if r.failed != nil {
		return r.failed
	}
	if len(s.Results) == 0 {
		return r.unexpected("expected %s %s, but there is no result", what, want)
	}
	return r.expectResult(c, s.Results[len(s.Results)-1])
}

func (r *runner) expectResult(c Command, res visit.PanelResult) error {
	what, want := c.Args[0], c.Args[1]
	switch what {
	case "tier":
		return r.same(what, want, strconv.Itoa(int(res.Tier)))
	case "readings":
		return r.same(what, want, strconv.Itoa(res.Readings))
	case "band":
		var bands []string
		for _, j := range res.Judged {
			bands = append(bands, j.Band)
		}
		return r.among(what, want, bands)
	case "flag":
		var flags []string
		for _, f := range res.Flags {
			flags = append(flags, string(f))
		}
		return r.among(what, want, flags)
	case "note":
		return r.among(what, want, res.Notes)
	}
	return r.within(c, res)
}

func (r *runner) within(c Command, res visit.PanelResult) error {
	q, ok := res.Values.Get(vitals.Measure(c.Args[1]))
	if !ok {
		return r.unexpected("there is no %.40s", c.Args[1])
	}
	least, _ := vitals.ParseDecimal(c.Args[2]) // Parse has checked both
	most, _ := vitals.ParseDecimal(c.Args[3])
	if q.Value.Cmp(least) < 0 || q.Value.Cmp(most) > 0 {
		return r.unexpected("expected %s from %s to %s, got %s", c.Args[1], least, most, q.Value)
	}
	return nil
}

func (r *runner) same(what, want, got string) error {
	if want != got {
		return r.unexpected("expected %s %s, got %s", what, want, got)
	}
	return nil
}

func (r *runner) among(what, want string, got []string) error {
	if !slices.Contains(got, want) {
		return r.unexpected("expected %s %s, got %q", what, want, got)
	}
	return nil
}
