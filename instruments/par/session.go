package par

import (
	"context"
	"fmt"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/checksum"
	"aidpost/instruments/cuff"
)

// A command is one of the few things this driver can say. There is no way to
// say others: manometer, leak test, reboot, cycles, newborns.
type command string

const (
	start        command = "01"
	manual       command = "03"
	askStatus    command = "18"
	inflateTo140 command = "21"
	inflateTo160 command = "22"
	inflateTo180 command = "23"
	adult        command = "24"
)

// abort is the one command without a frame. Some boards want the return.
const abort = "X\r"

// frame returns the command as it is sent.
func (c command) frame(d delimiters) []byte {
	text := string(c) + ";;"
	sum := checksum.Sum8([]byte(text))
	b := append([]byte{d.start}, text...)
	b = append(b, hexDigits[sum>>4], hexDigits[sum&15], d.end)
	if d.start == combinedStart {
		b = append(b, carriageReturn)
	}
	return b
}

const (
	// gap is the least time between two commands.
	gap = 100 * time.Millisecond
	// answerWait is how long one question waits, and tries how often it is put.
	answerWait = 700 * time.Millisecond
	tries      = 2
	// pushes is more than the time between two pressures, five a second.
	pushes = 250 * time.Millisecond
	// silence is how long no pressure comes until the board is asked why.
	silence = time.Second
	// resultWait is how long a board may take from the end to its result.
	resultWait = 2 * time.Second
)

// A session is one talk with a board over one port. It is a cuff.Instrument.
type session struct {
	*cuff.Inflation
	delimiters
	link      *cuff.Link
	job       instruments.Job
	inflation command

	// overheard says that the board may have heard the beginning of a frame in what
	// was said to others. The next command ends that first.
	overheard bool

	known    instruments.Number // last pressure since the last abort, mmHg
	asked    time.Time          // when the board was last heard, or asked why it is silent
	before   status             // before the start
	finished bool               // it has said so
	capture  []instruments.Frame
}

func newSession(d delimiters, port instruments.Port, job instruments.Job, emit func(instruments.Event)) *session {
	return &session{
		Inflation: cuff.NewInflation(job, emit), delimiters: d, link: cuff.NewLink(port, d.cut), job: job,
		known: instruments.Missing,
	}
}

func (s *session) say(ctx context.Context, c command) error {
	frame := c.frame(s.delimiters)
	if s.overheard {
		frame, s.overheard = append([]byte{s.end}, frame...), false
	}
	return s.link.Send(ctx, gap, frame)
}

// next returns the next frame, and remembers a pressure.
func (s *session) next(ctx context.Context, until time.Time) (frame, error) {
	b, err := s.link.Next(ctx, until)
	if err != nil {
		return nil, err
	}
	f := frame(b)
	if p, ok := f.pressure(); ok {
		s.known = instruments.Number(p)
	}
	return f, nil
}

// askStatus asks for the status, again if the answer was lost.
func (s *session) askStatus(ctx context.Context) (status, error) {
	st, _, err := s.statusFrame(ctx)
	return st, err
}

// statusFrame is askStatus, and returns the frame, too.
func (s *session) statusFrame(ctx context.Context) (st status, f frame, err error) {
	for range tries {
		if err = s.say(ctx, askStatus); err != nil {
			return st, nil, err
		}
		if st, f, err = s.answer(ctx); err == nil || !cuff.Passing(err) {
			return st, f, err
		}
	}
	return st, nil, err
}

// answer waits for a status.
func (s *session) answer(ctx context.Context) (status, frame, error) {
	for until := time.Now().Add(answerWait); ; {
		f, err := s.next(ctx, until)
		if cuff.Unanswered(err) {
			return status{}, nil, s.link.Silence()
		}
		if err != nil {
			return status{}, nil, err
		}
		if st, ok := f.status(); ok {
			return st, f, nil
		}
		if !time.Now().Before(until) {
			return status{}, nil, s.link.Silence()
		}
	}
}

// prepare brings the board to the point where it may be started for an adult.
// No command in it moves air, except to let go a cuff that was left tight.
func (s *session) prepare(ctx context.Context, rest *cuff.Rest) error {
	if err := s.chooseInflation(); err != nil {
		return err
	}
	if err := s.link.Open(); err != nil {
		return err
	}
	found, err := s.askStatus(ctx)
	if err != nil {
		return err
	}
	if found.starting() {
		return instruments.NewFault(instruments.NoAnswer, "the board is still testing itself")
	}
	if err := s.empty(ctx, rest, found); err != nil {
		return err
	}
	if err := rest.Wait(ctx); err != nil {
		return err
	}
	for _, c := range []command{manual, adult, s.inflation} {
		if err := s.say(ctx, c); err != nil {
			return err
		}
	}
	if s.before, err = s.askStatus(ctx); err != nil {
		return err
	}
	switch {
	case s.before.message == "02" && found.message != "02":
		return faultOf("02")
	case !s.before.atRest():
		return instruments.NewFault(instruments.NoAnswer, "the board is at work on something else")
	case s.before.patient != '0':
		return notAdult()
	}
	return nil
}

// empty lets go a cuff that was left tight. A board at rest says that its valves are
// open, and one whose valve is stuck says so, too, but goes on to push the pressure.
func (s *session) empty(ctx context.Context, rest *cuff.Rest, found status) error {
	if found.atRest() {
		if tight, err := s.tight(ctx); err != nil || !tight {
			return err
		}
	}
	if err := rest.Release(s); err != nil {
		return err
	}
	tight, err := s.tight(ctx)
	if err == nil && tight {
		err = instruments.NewFault(instruments.AbortUnconfirmed, "the board is at rest, and its cuff still holds pressure")
	}
	return err
}

// tight reports that the board pushes the pressure of a cuff that is not empty.
func (s *session) tight(ctx context.Context) (bool, error) {
	for until := time.Now().Add(pushes); ; {
		f, err := s.next(ctx, until)
		switch {
		case cuff.Unanswered(err):
			return false, nil
		case err != nil && !cuff.Passing(err):
			return false, err
		}
		if p, ok := f.pressure(); ok {
			return p >= cuff.Empty, nil
		}
	}
}

// Targets for the first inflation that an adult may get, in mmHg.
const lowInflation, topInflation = 80, 280

// chooseInflation takes the least first inflation that every board knows and
// that is not under the wanted one; a board goes on by itself where it must.
func (s *session) chooseInflation() error {
	switch want := s.job.Inflation; {
	case want == 0:
		s.inflation = inflateTo160
	case want < lowInflation || want > topInflation:
		return instruments.NewFault(instruments.Internal,
			fmt.Sprintf("first inflation of %d mmHg is not from %d to %d", want, lowInflation, topInflation))
	case want <= 140:
		s.inflation = inflateTo140
	case want <= 160:
		s.inflation = inflateTo160
	default:
		s.inflation = inflateTo180
	}
	return nil
}

// keep adds a frame to the capture of the reading.
func (s *session) keep(f frame) { s.capture = append(s.capture, cuff.Kept(f, s.job)) }
