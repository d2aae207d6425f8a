package suntech

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/cuff"
)

const (
	// gap is the least time between two commands.
	gap = 100 * time.Millisecond
	// answerWait is how long one question waits, and tries how often it is put.
	answerWait = time.Second
	tries      = 2
)

var errAsleep = errors.New("the module is asleep")

// A session is one talk with a module over one port. It is a cuff.Instrument.
type session struct {
	*cuff.Inflation
	link   *cuff.Link
	job    instruments.Job
	target uint16 // first inflation, mmHg

	out  [16]byte
	sent time.Time // when the last command went out
	poll time.Time // when to ask for the pressure again

	identity instruments.Identity
	wake     bool // may send stayAwake
	// owed counts the K letters that commands before the start have not yet
	// brought. Not every module sends them.
	owed    int
	stopped bool // the module has confirmed the last abort

	capture []instruments.Frame
}

func newSession(port instruments.Port, job instruments.Job, emit func(instruments.Event)) *session {
	return &session{Inflation: cuff.NewInflation(job, emit), link: cuff.NewLink(port, cut), job: job}
}

// send writes a command, no sooner than gap after the one before.
func (s *session) send(ctx context.Context, c command) error {
	if err := instruments.Pause(ctx, gap-time.Since(s.sent)); err != nil {
		return err
	}
	s.sent = time.Now()
	return instruments.WriteAll(s.link.Port, c.appendTo(s.out[:0], s.target))
}

// next returns the next frame. See cuff.Link.Next.
func (s *session) next(ctx context.Context, until time.Time) (frame, error) {
	return s.link.Next(ctx, until)
}

func unanswered(err error) bool { return cuff.Unanswered(err) }

// letter returns the next acknowledgement letter, or 0 if none came.
func (s *session) letter(ctx context.Context, until time.Time) (byte, error) {
	for {
		f, err := s.next(ctx, until)
		switch {
		case unanswered(err):
			return 0, nil
		case err != nil:
			return 0, err
		case f.letter() != 0:
			return f.letter(), nil
		case !time.Now().Before(until):
			return 0, nil
		}
	}
}

// ask puts a question, again if the answer was lost, and returns the first
// frame of the wanted kind.
func (s *session) ask(ctx context.Context, c command, want kind) (frame, error) {
	var last error
	for range tries {
		if err := s.send(ctx, c); err != nil {
			return nil, err
		}
		f, err := s.answer(ctx, want, time.Now().Add(answerWait))
		switch {
		case err == nil:
			return f, nil
		case errors.Is(err, errAsleep) && s.wake:
			if err := s.awaken(ctx); err != nil {
				return nil, err
			}
		case !cuff.Passing(err):
			return nil, err
		}
		last = err
	}
	return nil, last
}

// answer waits for a frame of the wanted kind. A letter that refuses the
// question ends the wait.
func (s *session) answer(ctx context.Context, want kind, until time.Time) (frame, error) {
	for {
		f, err := s.next(ctx, until)
		switch {
		case unanswered(err):
			return nil, s.link.Silence()
		case err != nil:
			return nil, err
		case f.kind() == want:
			return f, nil
		}
		switch f.letter() {
		case finished:
			s.owed = max(s.owed-1, 0)
		case asleep:
			return nil, instruments.Wrap(instruments.NoAnswer, errAsleep)
		case invalid:
			return nil, instruments.NewFault(instruments.WrongModel, "the module does not know the question")
		case damaged, late:
			return nil, instruments.NewFault(instruments.NoAnswer, "the question arrived damaged")
		case busy:
			if err := instruments.Pause(ctx, busyPause); err != nil {
				return nil, err
			}
			return nil, instruments.NewFault(instruments.NoAnswer, "the module is busy")
		}
		if !time.Now().Before(until) {
			return nil, instruments.NewFault(instruments.NoAnswer, "the question was not answered")
		}
	}
}

// awaken keeps a sleeping module awake.
func (s *session) awaken(ctx context.Context) error {
	if err := s.send(ctx, stayAwake); err != nil {
		return err
	}
	letter, err := s.letter(ctx, time.Now().Add(answerWait))
	if err == nil && letter != finished {
		s.owed++
	}
	return err
}

// identify asks for the version text and keeps what it says.
func (s *session) identify(ctx context.Context) (instruments.Identity, error) {
	f, err := s.ask(ctx, askVersion, textFrame)
	if err != nil {
		return instruments.Identity{}, err
	}
	model, version := f.text()
	if !strings.HasPrefix(model, modelLX) && !strings.HasPrefix(model, modelAPlus) {
		return instruments.Identity{}, instruments.NewFault(instruments.WrongModel,
			fmt.Sprintf("version text of model %q", model))
	}
	s.identity = instruments.Identity{Name: model, Firmware: version}
	return s.identity, nil
}

// How the version texts of the two generations begin.
const (
	modelLX    = "LX"
	modelAPlus = "SB"
)

// Abort tells the module to stop. It is part of cuff.Valve.
func (s *session) Abort(ctx context.Context) error {
	s.stopped = false
	return s.send(ctx, abort)
}

// Sense asks for the cuff pressure. It is part of cuff.Valve.
func (s *session) Sense(ctx context.Context) (cuff.State, error) {
	// What arrives before the question is sent answers an earlier one.
	for ready := s.sent.Add(gap); time.Now().Before(ready); {
		f, err := s.next(ctx, ready)
		switch {
		case err == nil:
			s.confirm(f)
		case !unanswered(err):
			return cuff.State{}, err
		}
	}
	if err := s.send(ctx, askPressure); err != nil {
		return cuff.State{}, err
	}
	until := time.Now().Add(cuff.Poll)
	for {
		f, err := s.next(ctx, until)
		if err != nil {
			return cuff.State{}, err
		}
		s.confirm(f)
		if p, ok := f.pressure(); ok {
			return cuff.State{Pressure: p, Stopped: s.stopped}, nil
		}
		if !time.Now().Before(until) {
			return cuff.State{}, instruments.NewFault(instruments.NoAnswer, "no valid cuff pressure")
		}
	}
}

// confirm notes a letter that says that the abort was carried out.
func (s *session) confirm(f frame) {
	switch f.letter() {
	case aborted:
		s.stopped = true
	case finished:
		s.stopped = s.stopped || s.owed == 0
		s.owed = max(s.owed-1, 0)
	}
}
