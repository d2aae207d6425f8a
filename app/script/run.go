package script

import (
	"context"
	"errors"
	"fmt"
	"time"

	"aidpost/app/visit"
	"aidpost/instruments"
	"aidpost/records"
	"aidpost/records/vitals"
)

// ErrNoInstrument reports that nothing on the counter measures what the script
// wants measured.
var ErrNoInstrument = errors.New("no instrument for this is ready")

// An UnexpectedError says that the visit did not go as the script has it.
type UnexpectedError struct {
	Line int
	Why  string
}

func (e *UnexpectedError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Why) }

// A Printer shows the visit. Its methods are called on one goroutine.
type Printer interface {
	// Step is called when the person would see another screen.
	Step(s visit.State)
	// Said is called for what the script does in the person's place.
	Said(question, answer string)
	// Waiting is called now and then while nothing is asked of the person.
	Waiting(s visit.State)
	// Done is called at the end with what is in the records.
	Done(encounter records.ID, saved bool)
}

// A Job is what Run needs besides the script.
type Job struct {
	Visit   visit.Config // Changed is set by Run
	Printer Printer
	// Summary writes the summary of the visit to a file.
	Summary func(ctx context.Context, file string, s visit.State) error
}

// How long the script waits for an instrument to become ready and for a meter
// to be plugged in, and how often it looks when nothing happens.
const (
	patience = 30 * time.Second
	lookAt   = time.Second
)

// Run takes one person through a visit. It returns after every instrument is
// safe and everything kept is on disk. The error is an *UnexpectedError, an
// *instruments.Fault that the script did not expect, ErrNoInstrument, an error
// of saving, or the cause of ctx.
func Run(ctx context.Context, s Script, job Job) error {
	r := &runner{Job: job, changed: make(chan struct{}, 1), said: map[string]string{}}
	job.Visit.Changed = func() {
		select {
		case r.changed <- struct{}{}:
		default:
		}
	}
	r.visit = visit.New(job.Visit)
	defer r.visit.Close()
	for _, c := range s {
		if err := r.pending(c); err != nil {
			return err
		}
		if err := r.do(ctx, c); err != nil {
			return err
		}
	}
	if err := r.pending(Command{}); err != nil || r.left {
		return err
	}
	return r.finish(ctx)
}

// A runner is one run of a script.
type runner struct {
	Job
	visit   *visit.Visit
	changed chan struct{}
	shown   screen
	line    int

	// What the script wants done when it comes to it.
	said    map[string]string
	skip    string
	single  bool
	retries int

	left   bool               // the visit is over
	fault  *instruments.Fault // the last one, whatever became of it
	failed *instruments.Fault // it left a panel without a result, and nobody expected it
}

// A screen is what tells two screens apart.
type screen struct {
	step     visit.Step
	question visit.QuestionID
	reading  int
	phase    visit.AlarmPhase
	fault    instruments.FaultCode
}

// pending returns the fault of the command before, unless c is an expectation
// that may be about it.
func (r *runner) pending(c Command) error {
	if r.failed != nil && c.Name != "expect" {
		return r.failed
	}
	return nil
}

func (r *runner) do(ctx context.Context, c Command) error {
	r.line = c.Line
	switch c.Name {
	case "language":
		r.visit.SetLanguage(c.Args[0])
	case "answer":
		r.said[c.Args[0]] = c.Args[1]
	case "skip-rest":
		r.skip = c.Args[0]
	case "one-reading":
		r.single = true
	case "retry":
		r.retries = int(c.Args[0][0] - '0')
	case "help":
		r.visit.CallHelp()
	case "guest", "who", "phone", "card":
		return r.identify(ctx, c)
	case "consent":
		return r.consent(ctx, c.Args[0] == "keep", len(c.Args) == 2)
	case "measure":
		return r.measure(ctx, vitals.Panel(c.Args[0]))
	case "enter":
		return r.enter(ctx, c)
	case "expect":
		return r.expect(ctx, c)
	case "print":
		return r.summary(ctx, c.Args[0])
	case "wait":
		d, _ := time.ParseDuration(c.Args[0]) // Parse has checked it
		return instruments.Pause(ctx, d)
	case "cancel":
		return r.leave(ctx)
	case "finish":
		return r.finish(ctx)
	}
	return nil
}

// look returns the state and shows it if the screen changed.
func (r *runner) look() visit.State {
	s := r.visit.State()
	now := screen{step: s.Step, question: s.Question, reading: s.Reading, phase: s.Alarm.Phase}
	if s.Fault != nil {
		now.fault = s.Fault.Code
	}
	if now != r.shown {
		r.shown = now
		r.Printer.Step(s)
	} else {
		r.Printer.Waiting(s)
	}
	return s
}

// pause waits until something may have changed.
func (r *runner) pause(ctx context.Context) error {
	tick := time.NewTimer(lookAt)
	defer tick.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-r.changed:
	case <-tick.C:
	}
	return nil
}

// until waits until the state is as wanted.
func (r *runner) until(ctx context.Context, wanted func(visit.State) bool) (visit.State, error) {
	for {
		s := r.look()
		if wanted(s) {
			return s, nil
		}
		if err := r.pause(ctx); err != nil {
			return s, err
		}
	}
}

func (r *runner) unexpected(format string, args ...any) error {
	return &UnexpectedError{r.line, fmt.Sprintf(format, args...)}
}

// started begins the visit if the welcome screen is still there.
func (r *runner) started() error {
	if r.look().Step != visit.Welcome {
		return nil
	}
	r.left = false
	return r.visit.Begin()
}

// identify says who the person is.
func (r *runner) identify(ctx context.Context, c Command) error {
	if err := r.started(); err != nil {
		return err
	}
	r.look()
	var err error
	switch c.Name {
	case "guest":
		err = r.visit.Guest()
	case "card":
		err = r.visit.Card(c.Args[0])
	case "phone":
		born, _ := records.ParseDate(c.Args[1]) // Parse has checked it
		err = r.visit.Phone(c.Args[0], born.Year, born.Month, born.Day)
	default:
		born, _ := records.ParseDate(c.Args[2]) // Parse has checked it
		err = r.visit.Identify(c.Args[0], c.Args[1], born.Year, born.Month, born.Day)
	}
	if err != nil {
		return r.unexpected("%s comes too late: %v", c.Name, err)
	}
	r.Printer.Said("who", map[string]string{"guest": "guest", "phone": "phone", "card": "card", "who": "name"}[c.Name])
	s, err := r.until(ctx, func(s visit.State) bool { return s.Step != visit.Who || s.WhoError != visit.WhoOK })
	if err == nil && s.WhoError != visit.WhoOK {
		return r.unexpected("who is refused: %s", s.WhoError)
	}
	if err == nil && s.Step == visit.PIN {
		return r.unexpected("a PIN is needed, which a script cannot type")
	}
	return err
}

// consent agrees. A person who has not said who they are is a guest.
func (r *runner) consent(ctx context.Context, keep, share bool) error {
	if err := r.started(); err != nil {
		return err
	}
	if r.look().Step == visit.Who {
		if err := r.identify(ctx, Command{Line: r.line, Name: "guest"}); err != nil {
			return err
		}
	}
	if s := r.look(); s.Guest && s.Step == visit.Choose {
		if keep {
			return r.unexpected("a guest's results are not kept")
		}
		r.Printer.Said("keep", visit.No) // agrees to be measured with the first answer
		return nil
	}
	if err := r.visit.Agree(keep, share); err != nil {
		return r.unexpected("consent comes too late: %v", err)
	}
	kept := r.visit.State().Keeping
	if keep && !kept {
		return r.unexpected("a guest's results are not kept")
	}
	r.Printer.Said("keep", yesNo(kept))
	r.look()
	return nil
}

func yesNo(b bool) string {
	if b {
		return visit.Yes
	}
	return visit.No
}

// summary writes the page.
func (r *runner) summary(ctx context.Context, file string) error {
	s, err := r.settled(ctx)
	if err != nil {
		return err
	}
	if len(s.Results) == 0 {
		return r.unexpected("there is nothing to print")
	}
	if err := r.Summary(ctx, file, s); err != nil {
		return err
	}
	r.Printer.Said("print", file)
	return nil
}

// settled waits until what is to be kept is on disk.
func (r *runner) settled(ctx context.Context) (visit.State, error) {
	s, err := r.until(ctx, func(s visit.State) bool {
		return !s.Keeping || len(s.Results) == 0 || s.Saved || s.SaveError != nil
	})
	if err == nil {
		err = s.SaveError
	}
	return s, err
}

// leave ends the visit early and waits until the instrument is safe.
func (r *runner) leave(ctx context.Context) error {
	r.visit.Cancel()
	r.left = true
	_, err := r.until(ctx, func(s visit.State) bool { return s.Step == visit.Welcome })
	return err
}

// finish ends the visit as a person does who has read the result.
func (r *runner) finish(ctx context.Context) error {
	s, err := r.settled(ctx)
	if err != nil {
		return err
	}
	if s.Step == visit.Welcome {
		return nil
	}
	if len(s.Results) == 0 {
		return r.leave(ctx)
	}
	if s.Step != visit.Finish {
		if err := r.visit.Done(); err != nil {
			return r.unexpected("the visit cannot end at %s", s.Step)
		}
		s = r.look()
	}
	id, saved := s.Encounter.ID, s.Saved
	if err := r.visit.Leave(); err != nil {
		return err
	}
	r.left = true
	if !saved {
		id = ""
	}
	r.Printer.Done(id, saved)
	return nil
}
