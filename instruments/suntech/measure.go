package suntech

import (
	"context"
	"fmt"
	"strings"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/cuff"
)

const (
	// adultInflation is the first target for an unknown adult, in mmHg.
	adultInflation             = 160
	lowInflation, topInflation = 80, 280
	// inflationQuiet keeps an abort away from the setting of the inflation,
	// after which the module would swallow the abort's answer.
	inflationQuiet = 500 * time.Millisecond
	// startWait is how long the module may take to accept a start.
	startWait = 2 * time.Second
	// busyPause and busyTries: how a busy module is asked again.
	busyPause = 500 * time.Millisecond
	busyTries = 5
)

// prepare brings the module to the point where it may be started. No command
// in it moves air, except to let go a cuff that was left tight.
func (s *session) prepare(ctx context.Context, rest *cuff.Rest) error {
	s.target, s.wake = adultInflation, true
	if s.job.Inflation != 0 {
		if s.job.Inflation < lowInflation || s.job.Inflation > topInflation {
			return instruments.NewFault(instruments.Internal,
				fmt.Sprintf("first inflation of %d mmHg is not from %d to %d", s.job.Inflation, lowInflation, topInflation))
		}
		s.target = uint16(s.job.Inflation)
	}
	if err := s.link.Open(); err != nil {
		return err
	}
	if _, err := s.identify(ctx); err != nil {
		return err
	}
	if err := s.checkHealth(ctx); err != nil {
		return err
	}
	if err := s.freeCuff(ctx, rest); err != nil {
		return err
	}
	if err := rest.Wait(ctx); err != nil {
		return err
	}
	return s.setTarget(ctx)
}

// checkHealth asks for the status in the form of the model. It is empty of
// faults or the module is out of order.
func (s *session) checkHealth(ctx context.Context) error {
	question := askStatusLX
	if strings.HasPrefix(s.identity.Name, modelAPlus) {
		question = askStatusAPlus
	}
	f, err := s.ask(ctx, question, wordFrame)
	if err != nil {
		return err
	}
	if code := f[2]; code != 0 {
		fault := faultOf(code)
		fault.Code = instruments.OutOfOrder
		return fault
	}
	return nil
}

// freeCuff lets go a cuff that an earlier measurement left tight.
func (s *session) freeCuff(ctx context.Context, rest *cuff.Rest) error {
	f, err := s.ask(ctx, askPressure, wordFrame)
	if err != nil {
		return err
	}
	if p, ok := f.pressure(); !ok || p < cuff.Empty {
		return nil
	}
	defer rest.Begin()
	return cuff.Release(s)
}

// setTarget sets the first inflation. Some modules acknowledge it late or not
// at all; owed then remembers the K that may still come.
func (s *session) setTarget(ctx context.Context) error {
	for try := 1; ; try++ {
		if err := s.send(ctx, setInflation); err != nil {
			return err
		}
		s.owed = 1
		letter, err := s.acknowledged(ctx, time.Now().Add(answerWait))
		switch {
		case err != nil:
			return err
		case letter == finished:
			s.owed = 0
		case letter != 0:
			if err := s.mayRepeat(ctx, letter, try); err != nil {
				return err
			}
			continue
		}
		return instruments.Pause(ctx, inflationQuiet-time.Since(s.sent))
	}
}

// acknowledged returns the letter after the O that says that work begins.
func (s *session) acknowledged(ctx context.Context, until time.Time) (byte, error) {
	for {
		letter, err := s.letter(ctx, until)
		if err != nil || letter != accepted {
			return letter, err
		}
	}
}

// mayRepeat decides about a command that was refused with the given letter: it
// returns nil when the time has come to send it again.
func (s *session) mayRepeat(ctx context.Context, letter byte, try int) error {
	switch {
	case letter == busy && try <= busyTries:
		return instruments.Pause(ctx, busyPause)
	case letter == busy:
		return instruments.NewFault(instruments.NoAnswer, "the module stays busy")
	case letter == asleep && try == 1:
		return s.awaken(ctx)
	case letter == asleep:
		return instruments.Wrap(instruments.NoAnswer, errAsleep)
	case letter == failed:
		return s.failure(ctx)
	case letter == aborted:
		return instruments.NewFault(instruments.Stopped, "aborted by the module")
	case letter == invalid:
		return instruments.NewFault(instruments.WrongModel, "the module does not know the command")
	case try > 1:
		return instruments.NewFault(instruments.Garbled, "commands arrive damaged")
	}
	return nil
}

// Start sends the start command and returns once the module has accepted it.
// It is sent again only after the module refused it and the cuff is seen to be
// empty, so that the pump starts at most once.
func (s *session) Start(ctx context.Context) error {
	for try := 1; ; try++ {
		if err := s.send(ctx, startAdult); err != nil {
			return err
		}
		s.Begin(time.Now())
		letter, err := s.startLetter(ctx)
		switch {
		case err != nil:
			return err
		case letter == accepted:
			s.poll = s.sent.Add(gap)
			return nil
		case letter != 0:
			if err := s.mayRepeat(ctx, letter, try); err != nil {
				return err
			}
		}
		running, err := s.holdsPressure(ctx)
		switch {
		case err != nil:
			return err
		case running && letter == 0: // the O was lost
			s.poll = s.sent.Add(gap)
			return nil
		case running:
			return instruments.NewFault(instruments.NoAnswer, "the module is at work on something else")
		case letter == 0:
			return instruments.NewFault(instruments.NoAnswer, "the start was not answered")
		}
	}
}

// startLetter returns the answer to a start, past any K of earlier commands,
// or 0 if there was none.
func (s *session) startLetter(ctx context.Context) (byte, error) {
	until := time.Now().Add(startWait)
	for {
		f, err := s.next(ctx, until)
		switch {
		case unanswered(err):
			return 0, nil
		case err != nil:
			return 0, err
		}
		switch f.letter() {
		case finished:
			s.owed = max(s.owed-1, 0)
		case accepted:
			s.keep(f)
			return accepted, nil
		case 0:
		default:
			return f.letter(), nil
		}
		if !time.Now().Before(until) {
			return 0, nil
		}
	}
}

// holdsPressure asks whether there is air in the cuff. A pressure that is not
// known is an error.
func (s *session) holdsPressure(ctx context.Context) (bool, error) {
	f, err := s.ask(ctx, askPressure, wordFrame)
	if err != nil {
		return false, err
	}
	p, ok := f.pressure()
	if !ok {
		return false, instruments.NewFault(instruments.NoAnswer, "no valid cuff pressure")
	}
	return p >= cuff.Empty, s.See(p)
}

// Next polls the pressure and returns what comes. A K may be an earlier
// command's, and then ends the measurement only if the cuff is empty.
func (s *session) Next(ctx context.Context) (cuff.Step, error) {
	step := cuff.Step{Pressure: instruments.Missing}
	if now := time.Now(); !now.Before(s.poll) {
		if err := s.send(ctx, askPressure); err != nil {
			return step, err
		}
		s.poll = now.Add(cuff.Poll)
	}
	f, err := s.next(ctx, s.poll)
	if err != nil {
		return step, err
	}
	if p, ok := f.pressure(); ok {
		step.Pressure = instruments.Number(p)
	}
	switch f.letter() {
	case finished:
		step.End = cuff.Finished
		if s.owed > 0 {
			s.owed--
			step.End = cuff.MayBe
		}
	case failed:
		return step, s.failure(ctx)
	case aborted:
		return step, instruments.NewFault(instruments.Stopped, "aborted by the module")
	}
	return step, nil
}

// Fetch asks for the result and returns it as a reading.
func (s *session) Fetch(ctx context.Context) (*instruments.Reading, cuff.Result, error) {
	f, err := s.ask(ctx, askResult, resultFrame)
	if err != nil {
		return nil, cuff.Result{}, err
	}
	s.keep(f)
	r, _ := f.result()
	reading, err := r.reading()
	if err != nil {
		return nil, cuff.Result{}, err
	}
	reading.Identity, reading.Capture = s.identity, s.capture
	return reading, r.Result, nil
}

// failure asks for the error behind an E.
func (s *session) failure(ctx context.Context) error {
	f, err := s.ask(ctx, askResult, resultFrame)
	if err != nil {
		return err
	}
	if r, _ := f.result(); r.code != 0 {
		return faultOf(r.code)
	}
	return instruments.NewFault(instruments.OutOfOrder, "the module failed without a code")
}

// keep adds a frame to the capture of the reading.
func (s *session) keep(f frame) { s.capture = append(s.capture, cuff.Kept(f, s.job)) }
