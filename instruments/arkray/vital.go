package arkray

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strconv"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/meter"
	"aidpost/records/vitals"
)

// VitalID is the catalogue's name of the meter.
const VitalID = "glucocard-vital"

const vitalProbeWait = 350 * time.Millisecond

// Vital reads GlucoCard Vital meters. It implements [instruments.Decoder],
// [instruments.Explainer] and [instruments.ClockSetter].
type Vital struct{}

var (
	_ instruments.Decoder     = Vital{}
	_ instruments.Explainer   = Vital{}
	_ instruments.ClockSetter = Vital{}
)

// NewVital returns the driver.
func NewVital() Vital { return Vital{} }

// Model describes the meter.
func (Vital) Model() instruments.Model {
	return instruments.Model{
		ID: VitalID, Maker: "Arkray", Name: "GlucoCard Vital / ReliOn Prime", Panel: vitals.BloodGlucose,
		Line: instruments.Line{Baud: 19200, DataBits: 8, Parity: instruments.NoParity, StopBits: 2},
		Adapters: []instruments.Adapter{
			{USBID: instruments.USBID{VID: "0EFB", PID: "0011"}, Own: true},
			{USBID: instruments.USBID{VID: "0403", PID: "6001"}},
		},
		Abilities: instruments.Abilities{Memory: true, Clock: true, Info: true},
		Evidence:  instruments.Partial,
		Checksum:  "sum-8",
		Talks:     true,
		Recheck:   10 * time.Second,
		Version:   "1",
	}
}

// Probe has the meter send its header and asks for its clock, unless something
// else speaks first.
func (Vital) Probe(ctx context.Context, port instruments.Port) (instruments.Identity, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, probeTime, instruments.NewFault(instruments.NoAnswer, "no answer in time"))
	defer cancel()
	heard, err := meter.Overhear(ctx, port, listenFor)
	switch {
	case err != nil:
		return instruments.Identity{}, err
	case len(bytes.Trim(heard, string([]byte{enq, eot}))) > 0:
		return instruments.Identity{}, instruments.NewFault(instruments.WrongModel, "it speaks without being asked")
	}
	s := &vitalSession{port: port, now: time.Now, wait: vitalProbeWait}
	defer s.close()
	return meter.Introduce(ctx, s)
}

// Measure fetches the result of the visit; see [meter.Selection] for which one
// that is. In which order results are stored is not sure, so all are read.
// Nothing is emitted as a reading before the memory was read to the end, seen
// not to have changed, and found to be of the same meter.
func (Vital) Measure(ctx context.Context, port instruments.Port, job instruments.Job, emit func(instruments.Event)) error {
	s := &vitalSession{port: port, now: job.Clock(), wait: replyWait}
	defer s.close()
	return meter.Fetch(ctx, s, job, meter.MinutesMargin, emit)
}

// Download reads the memory until it has not changed meanwhile: a result that
// is stored may move the others.
func (s *vitalSession) Download(ctx context.Context, begin func() *meter.Selection, emit func(instruments.Event)) (*meter.Selection, []instruments.Event, error) {
	for range tries - 1 {
		selection := begin()
		events, newest, count, err := s.walk(ctx, selection, emit)
		if err != nil {
			return nil, nil, err
		}
		again, err := s.count(ctx)
		if err != nil {
			return nil, nil, err
		}
		var line []byte
		if again == count && count > 0 {
			if line, _, err = s.result(ctx, count-1); err != nil {
				return nil, nil, err
			}
		}
		if again == count && bytes.Equal(line, newest) {
			return selection, events, nil
		}
	}
	return nil, nil, garbled("the memory changed while it was read")
}

// walk reads every result, from the last index down.
func (s *vitalSession) walk(ctx context.Context, selection *meter.Selection, emit func(instruments.Event)) (events []instruments.Event, newest []byte, count int, err error) {
	if count, err = s.count(ctx); err != nil {
		return nil, nil, 0, err
	}
	for i := range count {
		emit(&instruments.Progress{Phase: instruments.Downloading, Done: i, Total: count})
		line, row, err := s.result(ctx, count-1-i)
		switch {
		case err != nil:
			return nil, nil, 0, err
		case i == 0:
			newest = line
		}
		if line == nil || selection.Place(row.Wall) != meter.Wanted {
			continue
		}
		row.Record = strconv.Itoa(i)
		events = append(events, selection.Add(row, instruments.Frame{At: s.now(), Direction: instruments.FromInstrument, Bytes: line}))
	}
	emit(&instruments.Progress{Phase: instruments.Downloading, Done: count, Total: count})
	return events, newest, count, nil
}

// lastVitalYear is the last that two digits tell.
const lastVitalYear = 2099

// SetClock makes the meter show to, in whole minutes, and reads its clock to
// see that it does.
func (Vital) SetClock(ctx context.Context, port instruments.Port, to time.Time) (drift time.Duration, ok bool, err error) {
	if err := meter.CheckYear(to, firstYear, lastVitalYear); err != nil {
		return 0, false, err
	}
	s := &vitalSession{port: port, now: meter.RunningFrom(to), wait: replyWait}
	defer s.close()
	if _, err := s.Identify(ctx); err != nil {
		return 0, false, fmt.Errorf("before setting the clock: %w", err)
	}
	shown := s.now()
	for _, w := range [][2]string{{"D|", shown.Format("060102")}, {"T|", shown.Format("1504")}} {
		err := s.repeated(ctx, func() error { return s.words(ctx, "W|", w[0], w[1]+"|\r") })
		if err != nil {
			return 0, false, fmt.Errorf("setting the clock: %w", err)
		}
	}
	clock, err := s.Clock(ctx, to.Location())
	return clock.Drift(), err == nil, err
}

// Decode reads what a meter sent. A capture does not tell when it was made, so
// the meter's clock is taken at its word.
func (Vital) Decode(captured io.Reader, job instruments.Job, emit func(instruments.Event)) error {
	selection := meter.NewSelection(job, meter.UnreadClock(job.Location()), instruments.Identity{}, meter.MinutesMargin)
	rows := 0
	take := func(line []byte) {
		line = bytes.TrimLeft(line, string([]byte{ack, enq, eot, nak}))
		switch {
		case len(line) > 0 && line[0] == stx:
			identity, err := parseHeader(line)
			if err != nil {
				emit(instruments.NewFault(instruments.CodeOf(err), "the header"))
				return
			}
			selection.SetIdentity(identity)
		case bytes.IndexByte(line, etb) >= 0:
			row, err := parseResult(line)
			if err != nil {
				emit(instruments.NewFault(instruments.Garbled, "a damaged result"))
				return
			}
			if selection.Place(row.Wall) == meter.Wanted {
				row.Record = strconv.Itoa(rows)
				emit(selection.Add(row, instruments.Frame{At: job.Clock()(), Direction: instruments.FromInstrument, Bytes: bytes.Clone(line)}))
			}
			rows++
		}
	}
	return instruments.FeedRest(captured, func(b []byte, end bool) (taken int) {
		for {
			line := bytes.IndexByte(b[taken:], '\n') + 1
			if line == 0 {
				return max(taken, len(b)-longestLine) // no line is so long
			}
			take(b[taken : taken+line])
			taken += line
		}
	})
}

// Explain names the bytes of a stored result.
func (Vital) Explain(frames []instruments.Frame) []instruments.Field {
	return instruments.ExplainRuns(frames, func(d instruments.Direction, run []byte, n *instruments.Namer) {
		for len(run) > 0 {
			size := min(resultLine, len(run))
			row, err := parseResult(run[:size])
			if d != instruments.FromInstrument || err != nil {
				n.Skip(1)
				run = run[1:]
				continue
			}
			value := "none"
			if row.Refused == nil {
				value = row.Value.String()
			}
			text := run[len(resultStart):]
			n.Name(len(resultStart), "start", resultStart)
			n.Name(4, "value, low byte first", value)
			n.Name(10, "minute, hour, day, month, year", row.Wall.Format("2006-01-02 15:04"))
			n.Name(2, "marks: 1 HI, 2 LO, 4 control", string(text[14:16]))
			n.Name(1, "end of the text", instruments.Hex(etb))
			n.Name(2, "checksum", string(text[17:19])+", the sum of start to end of the text")
			n.Name(3, "end of the line", instruments.Hex(run[size-3:size]...))
			run = run[size:]
		}
	})
}
