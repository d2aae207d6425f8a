// Package manual takes the values of instruments without a wire: a member of
// staff reads them off and types them in. The keyboard is the wire, and a line
// of text the record, so that a value which was typed can be traced like any
// other.
//
// A line is what a panel is about, and more of it behind the names of the
// measures: "118/76 pulse 66", "97", "72.5 kg height 178 cm". Where a measure
// has several units, the unit must be there: nobody guesses whether a weight is
// in pounds. A value that cannot be is refused, with the reason.
package manual

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"

	"aidpost/instruments"
	"aidpost/records/vitals"
)

// ModelID is how the records call the source of such values.
const ModelID = "manual"

const (
	patience = 5 * time.Minute // for somebody to type
	longest  = 200             // bytes of a line
	longName = 100             // characters of a name
	between  = time.Second     // from one key to the next, in a line
)

// A Driver takes the values of one panel from one member of staff. It
// implements [instruments.Decoder] and [instruments.Explainer].
type Driver struct {
	panel vitals.Panel
	by    string
}

var (
	_ instruments.Decoder   = Driver{}
	_ instruments.Explainer = Driver{}
)

// New returns the driver of a panel whose values somebody of that name enters.
func New(panel vitals.Panel, by string) Driver { return Driver{panel, strings.TrimSpace(by)} }

// Model describes the source. It has no line and no adapter.
func (d Driver) Model() instruments.Model {
	return instruments.Model{
		ID: ModelID, Name: "entered by hand", Panel: d.panel, Evidence: instruments.ByHand, Chosen: true, Version: "1",
	}
}

// All describes the source with every panel whose values can be entered.
func All() instruments.Model {
	panels := vitals.AllPanels()
	m := New(panels[0], "").Model()
	m.Also = panels[1:]
	return m
}

// Probe finds nothing out: whoever types is there.
func (d Driver) Probe(context.Context, instruments.Port) (instruments.Identity, error) {
	return instruments.Identity{}, d.named()
}

// named refuses values of nobody.
func (d Driver) named() error {
	switch {
	case d.by == "":
		return instruments.NewFault(instruments.Garbled, "nobody said who enters the values")
	case len([]rune(d.by)) > longName, strings.ContainsFunc(d.by, unicode.IsControl):
		return instruments.NewFault(instruments.Garbled, "the name of who enters the values is none")
	}
	return nil
}

// Measure waits for a line that is begun after it: what was being typed already is
// the rest of another one, and its last digits must not be taken for a value.
func (d Driver) Measure(ctx context.Context, port instruments.Port, job instruments.Job, emit func(instruments.Event)) error {
	if err := d.named(); err != nil {
		return err
	}
	emit(&instruments.Progress{Phase: instruments.Awaiting})
	text, err := nextLine(ctx, port)
	if err != nil {
		return err
	}
	reading, err := d.Read(text, job.Clock()())
	if err != nil {
		return err
	}
	emit(reading)
	return nil
}

// nextLine returns the next line that is begun from now on.
func nextLine(ctx context.Context, port instruments.Port) (string, error) {
	if err := port.Discard(); err != nil {
		return "", instruments.Wrap(instruments.Unplugged, err)
	}
	buf := make([]byte, longest)
	n, err := instruments.ReadSome(ctx, port, buf, between)
	if err != nil && instruments.CodeOf(err) != instruments.NoAnswer {
		return "", err
	}
	line, begun := bytes.Clone(buf[:n]), n > 0
	for until := time.Now().Add(patience); ; {
		switch text, rest, ended := bytes.Cut(line, []byte("\n")); {
		case ended && !begun:
			return string(text), nil
		case ended:
			line, begun = rest, false
			continue
		case len(line) > longest && !begun:
			return "", instruments.NewFault(instruments.Garbled, fmt.Sprintf("a line has at most %d characters", longest))
		}
		n, err := instruments.ReadSome(ctx, port, buf, max(time.Until(until), time.Millisecond))
		if err != nil {
			return "", err
		}
		line = append(line, buf[:n]...)
	}
}

// Read returns the reading of a line that was typed at a time. The error is a
// *Fault that says why there is none: Implausible for values that cannot be, and
// Garbled for what is no line of the panel.
func (d Driver) Read(text string, at time.Time) (*instruments.Reading, error) {
	if err := d.named(); err != nil {
		return nil, err
	}
	text = strings.TrimSpace(text)
	if len(text) > longest {
		return nil, instruments.NewFault(instruments.Garbled, fmt.Sprintf("a line has at most %d characters", longest))
	}
	words, err := parse(d.panel, text)
	if err != nil {
		return nil, err
	}
	values, err := checked(d.panel, words)
	if err != nil {
		return nil, err
	}
	return &instruments.Reading{
		Panel: d.panel, Values: values, Taken: at, EnteredBy: d.by, Note: "entered by hand",
		Capture: []instruments.Frame{{At: at, Direction: instruments.FromInstrument, Bytes: []byte(text)}},
	}, nil
}

// checked returns the values in the order of the panel.
func checked(panel vitals.Panel, words []word) (vitals.Values, error) {
	var values vitals.Values
	for _, m := range measures(panel) {
		for _, w := range words {
			if w.measure == m && w.kind == numberWord {
				values = append(values, vitals.Value{Measure: m, Quantity: w.quantity})
			}
		}
	}
	for _, m := range panel.Main() {
		if _, ok := values.Get(m); !ok {
			return nil, instruments.NewFault(instruments.Garbled, fmt.Sprintf("there is no %s", m))
		}
	}
	var why *vitals.ImplausibleError
	if err := vitals.CheckPlausible(values); errors.As(err, &why) {
		return nil, instruments.NewFault(instruments.Implausible, fmt.Sprintf("%s %s", why.Measure, why.Why))
	}
	return values, nil
}

// Decode reads lines that were typed.
func (d Driver) Decode(captured io.Reader, job instruments.Job, emit func(instruments.Event)) error {
	text, err := io.ReadAll(io.LimitReader(captured, 1<<20))
	if err != nil {
		return fmt.Errorf("reading the capture: %w", err)
	}
	for line := range bytes.Lines(text) {
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		reading, err := d.Read(string(line), job.Clock()())
		var fault *instruments.Fault
		switch {
		case errors.As(err, &fault):
			emit(fault)
		case err == nil:
			emit(reading)
		}
	}
	return nil
}

// Explain names the words of captured lines.
func (d Driver) Explain(frames []instruments.Frame) []instruments.Field {
	return instruments.ExplainRuns(frames, func(_ instruments.Direction, run []byte, n *instruments.Namer) {
		words, err := parse(d.panel, string(run))
		if err != nil {
			return
		}
		at := 0
		for i, w := range words {
			end := len(run)
			if i+1 < len(words) {
				end = words[i+1].at
			}
			value := string(w.measure)
			if w.kind == numberWord {
				value = w.quantity.String()
			}
			name := map[kind]string{numberWord: string(w.measure), unitWord: "unit", nameWord: "measure"}[w.kind]
			n.Name(end-at, name, value)
			at = end
		}
	})
}
