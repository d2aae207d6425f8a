package conformance

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"aidpost/instruments"
	"aidpost/records/vitals"
)

// checks lists the checks in the order in which they are made: what only asks
// comes before what measures.
func checks() []check {
	return []check{
		{"model", "the driver says what it serves, and can read a capture", checkModel},
		{"probe", "the instrument is found within three seconds", checkProbe},
		{"probe again", "it is the same instrument the second time", checkProbeAgain},
		{"harmless", "a probe starts, sets and erases nothing", checkHarmless},
		{"measure", "one reading comes, of this model's panel and of a living person", checkMeasure},
		{"decode", "the captured bytes give the same values", checkDecode},
		{"explain", "every captured byte is accounted for, once", checkExplain},
		{"cancel", "a measurement that is cancelled ends within six seconds", checkCancel},
		{"measure again", "the instrument can be used after a cancelled measurement", checkAgain},
		{"obedient", "nothing forbidden was said all the while", checkObedient},
	}
}

func checkModel(_ context.Context, b *bench) verdict {
	if wrong := Undescribed(b.Driver.Model()); len(wrong) > 0 {
		return failed("%s", strings.Join(wrong, "; "))
	}
	if _, ok := b.Driver.(instruments.Decoder); !ok {
		return failed("the driver cannot decode a capture")
	}
	return passed("")
}

// probe asks who is there.
func (b *bench) probe(ctx context.Context) (instruments.Identity, *call) {
	var identity instruments.Identity
	c := b.use(ctx, ProbeLimit+time.Second, func(ctx context.Context, port instruments.Port) (err error) {
		identity, err = b.Driver.Probe(ctx, port)
		return err
	})
	if c.end != nil {
		return instruments.Identity{}, c
	}
	b.asked = append(b.asked, c.sent...)
	return identity, c
}

func checkProbe(ctx context.Context, b *bench) verdict {
	identity, c := b.probe(ctx)
	if v, bad := c.fault(); bad {
		return v
	}
	switch {
	case c.took > ProbeLimit+forgiven:
		return failed("it took %s", c.took)
	case c.err != nil && !typed(c.err):
		return failed("not a fault: %v", c.err)
	case c.err != nil:
		return verdict{Fail, c.err.Error(), fmt.Errorf("%w: %w", ErrNoInstrument, c.err)}
	}
	b.identity = identity
	return passed(describe(identity))
}

func describe(id instruments.Identity) string {
	var said []string
	if id.Name != "" {
		said = append(said, id.Name)
	}
	if id.Firmware != "" {
		said = append(said, "firmware "+id.Firmware)
	}
	if id.Serial != "" {
		said = append(said, "serial number "+id.Serial)
	}
	if len(said) == 0 {
		return "it does not say who it is"
	}
	return strings.Join(said, ", ")
}

// clockStep is how far two looks at a clock may differ, which shows minutes on
// some instruments.
const clockStep = time.Minute + 2*time.Second

func checkProbeAgain(ctx context.Context, b *bench) verdict {
	again, c := b.probe(ctx)
	if v, bad := c.fault(); bad {
		return v
	}
	if c.err != nil {
		return failed("it was not found again: %v", c.err)
	}
	apart := (again.Drift - b.identity.Drift).Abs()
	again.Drift = b.identity.Drift
	switch {
	case again != b.identity:
		return failed("now it is another: %s", describe(again))
	case apart > clockStep:
		return failed("its clock went %s away meanwhile", apart)
	}
	return passed("")
}

func checkHarmless(_ context.Context, b *bench) verdict {
	model := b.Driver.Model()
	switch told := b.told(); {
	case len(told) > 0:
		return failed("the instrument was told: %s", strings.Join(told, ", "))
	case !model.Talks && len(b.asked) > 0:
		return failed("the model only listens, and sent % X", b.asked)
	case model.Talks && !model.Chosen && len(b.asked) == 0:
		return failed("the model talks, and sent nothing")
	case b.Seen == nil && len(b.asked) > 0:
		return passed(fmt.Sprintf("it sent % X", b.asked))
	}
	return passed("")
}

func (b *bench) told() []string {
	if b.Seen == nil {
		return nil
	}
	return b.Seen()
}

// mayMeasure says why not, if so.
func (b *bench) mayMeasure() (verdict, bool) {
	m := b.Driver.Model()
	if m.Panel == vitals.BloodPressure && m.Abilities.StartStop && !b.Pump {
		return skipped("a pump would start; put the cuff on an arm and allow it with --start-pump"), false
	}
	return verdict{}, true
}

func checkMeasure(ctx context.Context, b *bench) verdict {
	if v, ok := b.mayMeasure(); !ok {
		return v
	}
	c := b.measure(ctx, 0)
	if wrong, bad := c.wrongReading(b); bad {
		return wrong
	}
	b.reading, b.heard, b.took = c.readings[0], c.heard, c.took
	return passed(fmt.Sprintf("%d bytes captured", size(b.reading.Capture)))
}

// wrongReading says what is wrong with a whole measurement, if anything is.
func (c *call) wrongReading(b *bench) (verdict, bool) {
	if v, bad := c.fault(); bad {
		return v, true
	}
	switch {
	case errors.Is(c.err, errTooLong):
		return failed("no reading within %s", MeasureLimit), true
	case c.err != nil && !typed(c.err):
		return failed("not a fault: %v", c.err), true
	case c.err != nil:
		return failed("%v", c.err), true
	case len(c.readings) != 1:
		return failed("%d readings", len(c.readings)), true
	case c.extra > 0:
		return failed("%d events after the reading", c.extra), true
	}
	if why := Unfit(b.Driver.Model(), c.readings[0], b.Job.Clock()()); why != "" {
		return failed("%s", why), true
	}
	return verdict{}, false
}

func checkDecode(_ context.Context, b *bench) verdict {
	if b.reading == nil {
		return skipped("there is no reading")
	}
	var captured []byte
	for _, f := range b.reading.Capture {
		if f.Direction == instruments.FromInstrument {
			captured = append(captured, f.Bytes...)
		}
	}
	// The capture of a live stream may hold no more than what the value was
	// formed of, and then all that came is needed to accept it again.
	var found int
	for _, bytes := range [][]byte{captured, b.heard} {
		readings, err := b.decoded(bytes)
		if err != nil {
			return failed("%v", err)
		}
		for _, r := range readings {
			if Alike(r, b.reading) {
				return passed("")
			}
		}
		found += len(readings)
	}
	return failed("%d readings were decoded, none with the same values", found)
}

// decoded lists the readings in captured bytes.
func (b *bench) decoded(captured []byte) (readings []*instruments.Reading, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("decoding panicked: %v", p)
		}
	}()
	decoder, ok := b.Driver.(instruments.Decoder)
	if !ok {
		return nil, errors.New("the driver cannot decode a capture")
	}
	job := b.Job
	job.Since = time.Time{}
	err = decoder.Decode(bytes.NewReader(captured), job, func(e instruments.Event) {
		if r, ok := e.(*instruments.Reading); ok {
			readings = append(readings, r)
		}
	})
	return readings, err
}

func checkExplain(_ context.Context, b *bench) verdict {
	explainer, ok := b.Driver.(instruments.Explainer)
	switch {
	case !ok:
		return skipped("the driver explains no bytes")
	case b.reading == nil:
		return skipped("there is no reading")
	}
	if why := Unexplained(b.reading.Capture, explainer.Explain(b.reading.Capture)); why != "" {
		return failed("%s", why)
	}
	return passed("")
}

// latestCancel bounds when a measurement is cancelled. By then a pump is
// running, and an instrument that waits for a person is still waiting.
const latestCancel = 8 * time.Second

func checkCancel(ctx context.Context, b *bench) verdict {
	if b.reading == nil {
		return skipped("there is no reading, so that it is not known when")
	}
	after := max(min(b.took/2, latestCancel), time.Millisecond)
	c := b.measure(ctx, after)
	if v, bad := c.fault(); bad {
		return v
	}
	switch over := c.took - after; {
	case over > CancelLimit:
		return failed("it went on for %s", over.Round(time.Millisecond))
	case c.err == nil && len(c.readings) == 1:
		return passed("it had ended before")
	case c.err == nil:
		return failed("no error and %d readings", len(c.readings))
	case instruments.CodeOf(c.err) == instruments.AbortUnconfirmed && ShowsPressure(b.Driver.Model()):
		return failed("the cuff was not let go: %v", c.err)
	case !errors.Is(c.err, errCancelled) && !typed(c.err):
		return failed("neither the cause nor a fault: %v", c.err)
	}
	return passed("")
}

func checkAgain(ctx context.Context, b *bench) verdict {
	if b.reading == nil {
		return skipped("there was no first reading")
	}
	c := b.measure(ctx, 0)
	if wrong, bad := c.wrongReading(b); bad {
		return wrong
	}
	return passed("")
}

func checkObedient(_ context.Context, b *bench) verdict {
	if b.Seen == nil {
		return skipped("only a simulated instrument can tell")
	}
	if told := b.Seen(); len(told) > 0 {
		return failed("the instrument was told: %s", strings.Join(told, ", "))
	}
	return passed("")
}

func typed(err error) bool {
	var f *instruments.Fault
	return errors.As(err, &f)
}

func size(frames []instruments.Frame) int {
	n := 0
	for _, f := range frames {
		n += len(f.Bytes)
	}
	return n
}
