package scale

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/meter"
	"aidpost/records/vitals"
)

const (
	// patience is how long a person may take to step on and keep still.
	patience = 2 * time.Minute
	// mute is how long a scale that is asked may say nothing, or nothing that
	// can be read.
	mute = 10 * time.Second
	// listenFor is how long a probe listens before it asks.
	listenFor = 150 * time.Millisecond
	// probeAsks is how often a probe asks.
	probeAsks = 2
)

// A Driver weighs with the scales of one model. It implements
// [instruments.Decoder] and [instruments.Explainer].
type Driver struct {
	Described instruments.Model
	Format    Format
	// Ask is the question for the weight at this moment, the only thing that is
	// ever sent. Empty: the scale tells it by itself, as long as somebody
	// stands on it.
	Ask string
	// Mute reports that it says nothing unless it is asked: a record that comes by
	// itself is of another scale.
	Mute bool
	// Clear is said before a probe's first question, to end what the scale may have
	// heard of questions to others.
	Clear string
	// Every is how long after a question the next one may follow, and how long
	// a scale that is not asked pauses at most while somebody stands on it.
	Every time.Duration
	// Times is how often the same weight must be told in a row. Twice is enough
	// where the scale says whether it is steady.
	Times int
}

var (
	_ instruments.Decoder   = Driver{}
	_ instruments.Explainer = Driver{}
	_ instruments.Hearer    = Driver{}
)

// Model describes the scale.
func (d Driver) Model() instruments.Model { return d.Described }

// Probe asks for the weight. A scale that is not asked may be silent, and is
// known only as long as it says nothing else.
func (d Driver) Probe(ctx context.Context, port instruments.Port) (instruments.Identity, error) {
	heard, err := meter.Overhear(ctx, port, listenFor)
	if err != nil {
		return instruments.Identity{}, err
	}
	if d.known(heard) && !d.Mute || d.Ask == "" && len(heard) == 0 {
		return instruments.Identity{}, nil
	}
	if len(heard) > 0 {
		return instruments.Identity{}, instruments.NewFault(instruments.WrongModel, "what it sends is not of a scale")
	}
	l, err := d.listen(port, time.Now)
	if err != nil {
		return instruments.Identity{}, err
	}
	defer l.close()
	l.clear = d.Clear
	for range probeAsks {
		r, err := l.next(ctx)
		switch {
		case err == nil && (r.Fault == nil || r.Fault.Code != instruments.Garbled):
			return instruments.Identity{}, nil
		case err != nil && (ctx.Err() != nil || instruments.CodeOf(err) != instruments.NoAnswer):
			return instruments.Identity{}, err
		}
	}
	if l.noise > 0 || l.n > 0 {
		return instruments.Identity{}, instruments.NewFault(instruments.WrongModel, "what it answers is not of a scale")
	}
	return instruments.Identity{}, instruments.NewFault(instruments.NoAnswer, "no scale answers")
}

// Hears knows a record of the family.
func (d Driver) Hears(said []byte) instruments.Hearsay {
	if d.known(said) {
		return instruments.Proof
	}
	return instruments.Strange
}

// known reports whether a record of the family is in what was heard.
func (d Driver) known(heard []byte) bool {
	begin, end := d.Format.Find(heard)
	return end > 0 && !garbled(d.Format.Parse(heard[begin:end]).Fault)
}

func garbled(f *instruments.Fault) bool { return f != nil && f.Code == instruments.Garbled }

// Measure waits until somebody has stepped on the empty platform and keeps
// still.
func (d Driver) Measure(ctx context.Context, port instruments.Port, job instruments.Job, emit func(instruments.Event)) error {
	l, err := d.listen(port, job.Clock())
	if err != nil {
		return err
	}
	defer l.close()
	w := weighing{job: job, emit: emit, heard: time.Now(), times: d.Times}
	w.enter(instruments.Awaiting)
	for until := time.Now().Add(patience); time.Now().Before(until); {
		r, err := l.next(ctx)
		switch {
		case err != nil && ctx.Err() != nil:
			return context.Cause(ctx)
		case err != nil && instruments.CodeOf(err) != instruments.NoAnswer:
			return err
		case err != nil && d.Ask == "":
			w.left()
			continue
		case err != nil:
			if time.Since(w.heard) < mute {
				continue
			}
			if l.noise > 0 {
				return instruments.NewFault(instruments.Garbled, "nothing that a scale says")
			}
			return err
		}
		if d.Ask == "" && r.pause >= d.Every {
			w.left()
		}
		if reading, fault := w.take(r); fault != nil {
			return fault
		} else if reading != nil {
			emit(reading)
			return nil
		}
	}
	return w.nobody()
}

// A weighing is what is known of the platform so far.
type weighing struct {
	job   instruments.Job
	emit  func(instruments.Event)
	phase instruments.Phase
	heard time.Time // when the scale last said something
	clear bool      // the platform was seen empty
	told  bool      // the person was told to step off
	moved bool      // somebody stood on it, and did not keep still
	times int       // that a weight must be told
	run   []told    // the last records, as far as they say the same
}

func (w *weighing) enter(p instruments.Phase) {
	if w.phase != p {
		w.phase = p
		w.emit(&instruments.Progress{Phase: p})
	}
}

// left notes that nobody is on the platform.
func (w *weighing) left() {
	w.clear, w.run = true, nil
	w.enter(instruments.Awaiting)
}

// take looks at a record. It returns a reading or a *Fault when the scale has
// said the same often enough, and otherwise nothing.
func (w *weighing) take(r told) (*instruments.Reading, *instruments.Fault) {
	if r.Aside || garbled(r.Fault) {
		return nil, nil
	}
	w.heard = time.Now()
	if len(w.run) > 0 && !w.run[0].says(r.Record) {
		w.run = nil
	}
	w.run = append(w.run, r)
	often := len(w.run) >= w.times
	switch {
	case r.Fault != nil && often:
		return nil, r.Fault
	case r.Fault != nil:
	case r.empty():
		w.left()
	case !w.clear:
		w.run = nil
		if !w.told {
			w.told = true
			w.emit(instruments.NewFault(instruments.NoNewResult, "somebody or something is on the platform: step off first"))
		}
	case !r.weighs():
		w.moved, w.run = true, nil
		w.enter(instruments.Measuring)
	case often:
		return w.reading()
	default:
		w.enter(instruments.Measuring)
	}
	return nil, nil
}

// nobody says why there is no weight in the end.
func (w *weighing) nobody() *instruments.Fault {
	switch {
	case !w.clear:
		return instruments.NewFault(instruments.NoNewResult, "the platform was never empty")
	case w.moved:
		return instruments.NewFault(instruments.Unstable, "the scale never called the weight steady")
	}
	return instruments.NewFault(instruments.NoAnswer, "nobody stepped on the scale within "+patience.String())
}

func (w *weighing) reading() (*instruments.Reading, *instruments.Fault) {
	r := w.run[0].Record
	if r.strange(w.job) {
		return nil, instruments.NewFault(instruments.OtherPerson, "the scale was told the number of somebody else")
	}
	values, fault := r.values()
	if fault != nil {
		return nil, fault
	}
	var frames []instruments.Frame
	for _, t := range w.run {
		frames = append(frames, t.frames...)
	}
	return newReading(values, fmt.Sprintf("steady, and told %d times", len(w.run)), frames), nil
}

// newReading was taken when its last frame came.
func newReading(values vitals.Values, note string, frames []instruments.Frame) *instruments.Reading {
	return &instruments.Reading{
		Panel: vitals.BodyWeight, Values: values, Taken: frames[len(frames)-1].At, Capture: frames, Note: note,
	}
}

// Decode emits a reading for each run of records that tell the same steady
// weight, the *Fault of every record that has none, and one Garbled *Fault for
// each run of bytes that are no record.
func (d Driver) Decode(captured io.Reader, job instruments.Job, emit func(instruments.Event)) error {
	l := &listener{Driver: d, now: job.Clock()}
	var last *told
	for {
		n, err := captured.Read(l.buf[l.n:])
		l.n += n
		for {
			r, ok := l.take()
			if !ok {
				break
			}
			l.damage(emit)
			same := last != nil && last.says(r.Record)
			last = &r
			switch {
			case same || r.Aside:
			case r.Fault != nil:
				emit(r.Fault)
			case r.weighs():
				emit(decoded(r))
			}
		}
		if err == nil {
			continue
		}
		l.drop(l.n)
		l.damage(emit)
		if errors.Is(err, io.EOF) {
			return nil
		}
		return fmt.Errorf("reading the capture: %w", err)
	}
}

func decoded(r told) instruments.Event {
	values, fault := r.values()
	if fault != nil {
		return fault
	}
	return newReading(values, "", r.frames)
}

// damage emits the fault of the bytes since the last record that are none.
func (l *listener) damage(emit func(instruments.Event)) {
	if l.noise > 0 {
		emit(instruments.NewFault(instruments.Garbled, fmt.Sprintf("%d bytes that are no record", l.noise)))
		l.noise = 0
	}
}

// Explain names the fields of captured questions and records.
func (d Driver) Explain(frames []instruments.Frame) []instruments.Field {
	return instruments.ExplainRuns(frames, func(dir instruments.Direction, run []byte, n *instruments.Namer) {
		if dir == instruments.ToInstrument {
			if string(run) == d.Ask {
				n.Name(len(run), "command", "what is the weight now?")
			}
			return
		}
		for len(run) > 0 {
			begin, end := d.Format.Find(run)
			if end == 0 {
				return
			}
			n.Skip(begin)
			d.Format.Explain(run[begin:end], n)
			run = run[end:]
		}
	})
}

// AnyBridge are the adapters that are put between a scale's RS-232 and a host.
func AnyBridge() []instruments.Adapter {
	return []instruments.Adapter{
		{USBID: instruments.USBID{VID: "0403", PID: "6001"}},
		{USBID: instruments.USBID{VID: "067B", PID: "2303"}},
		{USBID: instruments.USBID{VID: "10C4", PID: "EA60"}},
		{USBID: instruments.USBID{VID: "1A86", PID: "7523"}},
	}
}
