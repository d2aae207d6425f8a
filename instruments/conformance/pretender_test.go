package conformance_test

import (
	"context"
	"io"
	"sync"
	"time"

	"aidpost/instruments"
	"aidpost/records/vitals"
)

// The instrument of a pretender answers a question with its serial number, and
// a second after a demand with a value in mg/dL. A third command erases it.
const (
	askSerial = 'I'
	askValue  = 'M'
	erase     = 'E'
	serial    = "S42"
	value     = "104"
)

// counterTop is the instrument of a pretender.
type counterTop struct {
	mu   sync.Mutex
	told []string
}

func (c *counterTop) seen() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.told
}

// open plugs in a new cable.
func (c *counterTop) open(context.Context) (instruments.Port, error) {
	host, wire := instruments.Pipe()
	go func() {
		command := make([]byte, 1)
		for {
			if _, err := wire.Read(command); err != nil {
				return
			}
			switch command[0] {
			case askSerial:
				_, _ = wire.Write([]byte(serial))
			case askValue:
				time.Sleep(time.Second)
				_, _ = wire.Write([]byte(value))
			case erase:
				c.mu.Lock()
				c.told = append(c.told, "erase")
				c.mu.Unlock()
			}
		}
	}()
	return host, nil
}

// A pretender is a driver that does all right, or what a test puts in place.
type pretender struct {
	model   instruments.Model
	probe   func(context.Context, instruments.Port) (instruments.Identity, error)
	measure func(context.Context, instruments.Port, instruments.Job, func(instruments.Event)) error
	decode  func(io.Reader, instruments.Job, func(instruments.Event)) error
	explain func([]instruments.Frame) []instruments.Field

	probes, measurements int
}

func newPretender() *pretender {
	return &pretender{
		model: instruments.Model{
			ID: "fake-meter", Maker: "Fake", Name: "Meter", Panel: vitals.BloodGlucose, Talks: true, Version: "1",
			Line:     instruments.Line{Baud: 9600, DataBits: 8, Parity: instruments.NoParity, StopBits: 1},
			Adapters: []instruments.Adapter{{USBID: instruments.USBID{VID: "0403", PID: "6001"}}},
			Evidence: instruments.PublicCode,
		},
		probe: rightProbe, measure: rightMeasure, decode: rightDecode, explain: rightExplain,
	}
}

func (p *pretender) Model() instruments.Model { return p.model }

func (p *pretender) Probe(ctx context.Context, port instruments.Port) (instruments.Identity, error) {
	p.probes++
	return p.probe(ctx, port)
}

func (p *pretender) Measure(ctx context.Context, port instruments.Port, job instruments.Job, emit func(instruments.Event)) error {
	p.measurements++
	return p.measure(ctx, port, job, emit)
}

func (p *pretender) Decode(captured io.Reader, job instruments.Job, emit func(instruments.Event)) error {
	return p.decode(captured, job, emit)
}

func (p *pretender) Explain(frames []instruments.Frame) []instruments.Field { return p.explain(frames) }

// ask sends a command and reads the answer of three letters.
func ask(ctx context.Context, port instruments.Port, command byte) (string, error) {
	if err := instruments.WriteAll(port, []byte{command}); err != nil {
		return "", err
	}
	var answer []byte
	for len(answer) < 3 {
		buf := make([]byte, 3)
		n, err := instruments.ReadSome(ctx, port, buf, 2*time.Second)
		if err != nil {
			return "", err
		}
		answer = append(answer, buf[:n]...)
	}
	return string(answer), nil
}

func rightProbe(ctx context.Context, port instruments.Port) (instruments.Identity, error) {
	answer, err := ask(ctx, port, askSerial)
	return instruments.Identity{Serial: answer}, err
}

func rightMeasure(ctx context.Context, port instruments.Port, _ instruments.Job, emit func(instruments.Event)) error {
	r, err := takeReading(ctx, port)
	if err == nil {
		emit(r)
	}
	return err
}

func takeReading(ctx context.Context, port instruments.Port) (*instruments.Reading, error) {
	answer, err := ask(ctx, port, askValue)
	if err != nil {
		return nil, err
	}
	return readingOf(answer)
}

func readingOf(answer string) (*instruments.Reading, error) {
	number, err := vitals.ParseDecimal(answer)
	if err != nil {
		return nil, instruments.Wrap(instruments.Garbled, err)
	}
	return &instruments.Reading{
		Panel: vitals.BloodGlucose, Taken: time.Now(),
		Values:  vitals.Values{{Measure: vitals.Glucose, Quantity: vitals.Quantity{Value: number, Unit: vitals.MgPerDL}}},
		Capture: []instruments.Frame{{At: time.Now(), Direction: instruments.FromInstrument, Bytes: []byte(answer)}},
	}, nil
}

func rightDecode(captured io.Reader, _ instruments.Job, emit func(instruments.Event)) error {
	text, err := io.ReadAll(captured)
	if err != nil {
		return err
	}
	r, err := readingOf(string(text))
	if err == nil {
		emit(r)
	}
	return nil
}

func rightExplain(frames []instruments.Frame) []instruments.Field {
	var fields []instruments.Field
	for i, f := range frames {
		fields = append(fields, instruments.Field{Frame: i, Length: len(f.Bytes), Name: "value"})
	}
	return fields
}
