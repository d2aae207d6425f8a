package suretemp

import (
	"encoding/binary"
	"fmt"
	"math"
	"time"

	"aidpost/instruments"
	"aidpost/records/vitals"
)

// recordSize is that of the record that all modules send; later ones send more
// behind it.
const recordSize = 19

// Where the parts of the record are.
const (
	atFinal     = 0  // float, kelvin; 0 until there is one
	atProbe     = 4  // float, kelvin
	atCounter   = 8  // of records, 173 ms each
	atMethod    = 12 // see methods
	atAlgorithm = 13 // see algorithms
	atState     = 14 // see states
	atError     = 15 // int16
	atActive    = 17 // the probe is
	atProbeType = 18 // see probes
)

// The states that matter to us.
const (
	predicting = 3
	predicted  = 4
	final      = 6
	overRange  = 8
	underRange = 10
	monitoring = 12
	broken     = 20
)

// The probes that take no temperature.
const (
	calibrationKey = 1
	noProbe        = 3
)

var (
	states = map[byte]string{
		0: "idle", 1: "not ready", 2: "ready", predicting: "predicting", predicted: "prediction shown", final: "final",
		overRange: "over range", underRange: "under range", monitoring: "monitor", broken: "error",
	}
	methods    = map[byte]string{0: "predicted", 1: "monitored", 2: "clinical"}
	algorithms = map[byte]string{0: "oral", 1: "rectal", 2: "paediatric axillary", 4: "adult axillary"}
	probes     = map[byte]string{0: "oral or axillary", calibrationKey: "calibration key", 2: "rectal", noProbe: "none"}
)

// meaning names a number.
func meaning(names map[byte]string, n byte) string {
	if name, ok := names[n]; ok {
		return name
	}
	return fmt.Sprintf("%d, of unknown meaning", n)
}

// An answer is the module's temperature record.
type answer struct {
	final                    vitals.Decimal // degrees Celsius, rounded as the module shows it
	hasFinal                 bool
	state, method, algorithm byte
	failure                  int // the module's error number; 0 is none
	probe                    byte
	frames                   []instruments.Frame
}

// celsius reads a temperature in kelvin. What is none, or none that a
// thermometer can meet, is refused.
func celsius(b []byte) (vitals.Decimal, bool) {
	kelvin := float64(math.Float32frombits(binary.LittleEndian.Uint32(b)))
	if !(kelvin > 200 && kelvin < 400) { // also not a number
		return vitals.Decimal{}, false
	}
	thousandths := int64(math.Round(kelvin*1000)) - 273150
	d, err := vitals.Scaled(thousandths, 3)
	return d.Round(1), err == nil
}

// answer reads the record in an answering packet.
func (p packet) answer(at time.Time) (*answer, *instruments.Fault) {
	if p.kind() != answers {
		return nil, &instruments.Fault{Code: instruments.OutOfOrder, Device: fmt.Sprintf("%02X", p.kind()), Detail: "the module refuses to tell the temperature"}
	}
	b := p.data()
	if len(b) < recordSize || string(p.command()) != string(temperatureRecord) {
		return nil, instruments.NewFault(instruments.Garbled, "an answer without a temperature record")
	}
	a := &answer{
		state: b[atState], method: b[atMethod], algorithm: b[atAlgorithm], probe: b[atProbeType],
		failure: int(int16(binary.LittleEndian.Uint16(b[atError:]))),
		frames:  []instruments.Frame{{At: at, Direction: instruments.FromInstrument, Bytes: p}},
	}
	a.final, a.hasFinal = celsius(b[atFinal:])
	return a, nil
}

// ends reports that the temperature, or the attempt, is over.
func (a *answer) ends() bool {
	switch a.state {
	case final, overRange, underRange, broken:
		return true
	}
	return a.failure != 0 || a.probe == calibrationKey || a.probe == noProbe
}

// stays reports that what ends was a temperature, which the module shows until
// the probe is put back.
func (a *answer) stays() bool {
	fault := a.fault()
	return a.ends() && (fault == nil || fault.Code != instruments.OutOfOrder)
}

// same reports that a later answer ends in the same way.
func (a *answer) same(b *answer) bool {
	return b != nil && a.final == b.final && a.hasFinal == b.hasFinal && a.state == b.state && a.failure == b.failure &&
		a.probe == b.probe && a.method == b.method && a.algorithm == b.algorithm
}

// fault says why there is no temperature, or nil.
func (a *answer) fault() *instruments.Fault {
	switch {
	case a.failure != 0 || a.state == broken:
		return &instruments.Fault{Code: instruments.OutOfOrder, Device: fmt.Sprint(a.failure), Detail: "the module reports an error"}
	case a.probe == noProbe:
		return instruments.NewFault(instruments.OutOfOrder, "no probe is plugged in")
	case a.probe == calibrationKey:
		return instruments.NewFault(instruments.OutOfOrder, "a calibration key is plugged in in place of a probe")
	case a.state == overRange:
		return instruments.NewFault(instruments.OutOfRange, "more than the module can measure")
	case a.state == underRange:
		return instruments.NewFault(instruments.OutOfRange, "less than the module can measure")
	}
	return nil
}

// reading returns the final temperature, with the frames of answers that said so
// before.
func (a *answer) reading(before ...*answer) (*instruments.Reading, *instruments.Fault) {
	if !a.hasFinal {
		return nil, instruments.NewFault(instruments.Garbled, "a final record without a temperature")
	}
	values := vitals.Values{{Measure: vitals.Temperature, Quantity: vitals.Quantity{Value: a.final, Unit: vitals.Celsius}}}
	if vitals.CheckPlausible(values) != nil {
		return nil, instruments.NewFault(instruments.Implausible, "a temperature that nobody has")
	}
	var frames []instruments.Frame
	for _, b := range append(before, a) {
		frames = append(frames, b.frames...)
	}
	return &instruments.Reading{
		Panel: vitals.BodyTemperature, Values: values, Taken: frames[len(frames)-1].At, Capture: frames,
		Note: meaning(algorithms, a.algorithm) + ", " + meaning(methods, a.method),
	}, nil
}

// Explain names the fields of captured packets.
func (Driver) Explain(frames []instruments.Frame) []instruments.Field {
	return instruments.ExplainRuns(frames, func(_ instruments.Direction, run []byte, n *instruments.Namer) {
		for len(run) > 0 {
			p, ok := cut(run)
			if !ok || p == nil {
				n.Skip(1)
				run = run[1:]
				continue
			}
			p.explain(n)
			run = run[len(p):]
		}
	})
}

func (p packet) explain(n *instruments.Namer) {
	n.Name(len(opening), "start", "of a packet")
	n.Name(2, "command", instruments.Hex(p.command()...))
	n.Name(1, "type", map[byte]string{asks: "question", answers: "answer"}[p.kind()])
	n.Name(2, "length", fmt.Sprintf("%d bytes", len(p.data())))
	if b := p.data(); len(b) >= recordSize && p.kind() == answers {
		explainRecord(b, n)
	} else if len(b) > 0 {
		n.Name(len(b), "of unknown meaning", instruments.Hex(b...))
	}
	n.Name(1, "checksum", instruments.Hex(p[len(p)-1]))
}

func explainRecord(b []byte, n *instruments.Namer) {
	degrees := func(b []byte) string {
		if d, ok := celsius(b); ok {
			return d.String() + " °C"
		}
		return "none"
	}
	n.Name(atProbe-atFinal, "final temperature", degrees(b[atFinal:]))
	n.Name(atCounter-atProbe, "temperature of the probe", degrees(b[atProbe:]))
	n.Name(atMethod-atCounter, "counter", fmt.Sprint(binary.LittleEndian.Uint32(b[atCounter:])))
	n.Name(1, "method", meaning(methods, b[atMethod]))
	n.Name(1, "algorithm", meaning(algorithms, b[atAlgorithm]))
	n.Name(1, "state", meaning(states, b[atState]))
	n.Name(atActive-atError, "error", fmt.Sprint(int16(binary.LittleEndian.Uint16(b[atError:]))))
	n.Name(1, "probe active", map[bool]string{true: "yes", false: "no"}[b[atActive] != 0])
	n.Name(1, "probe", meaning(probes, b[atProbeType]))
	if more := b[recordSize:]; len(more) > 0 {
		n.Name(len(more), "of unknown meaning", instruments.Hex(more...))
	}
}
