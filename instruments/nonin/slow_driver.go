package nonin

import (
	"context"
	"io"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/spotcheck"
)

// slowStream describes formats 8 and 1.
func slowStream() spotcheck.Stream {
	return spotcheck.Stream{
		Pace: spotcheck.PerSecond(slowRate), Frame: format8, Believe: slowBelieve,
		First: 5 * time.Second, Lost: 3 * time.Second,
	}
}

// slowBelieve is how many groups in a row make a wire trustworthy.
const slowBelieve = 2

// A SlowDriver drives instruments in format 8 or 1.
type SlowDriver struct{ size int }

var (
	_ instruments.Decoder   = SlowDriver{}
	_ instruments.Explainer = SlowDriver{}
)

// Format8 returns the driver of data format 8.
func Format8() SlowDriver { return SlowDriver{size: format8} }

// Format1 returns the driver of data format 1.
func Format1() SlowDriver { return SlowDriver{size: format1} }

// Model describes what the driver serves.
func (d SlowDriver) Model() instruments.Model {
	m := model("nonin-df8", "Xpod, OEM III, 9560 and 3150 in data format 8")
	m.Evidence = instruments.VendorManual
	if d.size == format1 {
		m = model("nonin-df1", "Xpod and OEM III in data format 1")
		m.Evidence = instruments.Partial
	}
	m.Abilities = instruments.Abilities{Live: true}
	m.Recheck = 5 * time.Second
	m.Gap = slowGap
	return m
}

func (d SlowDriver) parser() *slowParser { return &slowParser{size: d.size} }

func (d SlowDriver) session(job instruments.Job, emit func(instruments.Event)) *spotcheck.Session {
	return spotcheck.NewSession(d.parser(), slowStream(), job, emit)
}

// Times of a probe.
const (
	slowProbeTime = 2500 * time.Millisecond // and a last wait
	slowSilence   = slowGap + 300*time.Millisecond
	slowGap       = time.Second            // between two groups
	slowQuiet     = 300 * time.Millisecond // after a group; where there is less, it is something else
	slowPause     = 100 * time.Millisecond // after the first group, which then is likely to be one
)

// Probe listens for two groups with silence between them and after them. It
// sends nothing.
func (d SlowDriver) Probe(ctx context.Context, port instruments.Port) (instruments.Identity, error) {
	if err := port.Discard(); err != nil {
		return instruments.Identity{}, instruments.Wrap(instruments.Unplugged, err)
	}
	return instruments.Identity{}, d.listen(ctx, port)
}

func (d SlowDriver) listen(ctx context.Context, port instruments.Port) error {
	p := d.parser()
	buf := make([]byte, 64)
	inRow, dropped, likely := 0, uint64(0), false
	var last time.Time // of a group
	for end := time.Now().Add(slowProbeTime); time.Now().Before(end); {
		wait := slowSilence
		switch {
		case inRow >= slowBelieve:
			wait = slowQuiet
		case inRow == 1 && !likely:
			wait = slowPause
		}
		n, err := instruments.ReadSome(ctx, port, buf, wait)
		switch {
		case instruments.CodeOf(err) == instruments.NoAnswer && inRow >= slowBelieve:
			return nil
		case instruments.CodeOf(err) == instruments.NoAnswer && inRow == 1 && !likely:
			likely = true
			if dropped == 0 && p.sound() {
				instruments.Likely(ctx)
			}
			continue
		case err != nil:
			return err
		}
		for b := buf[:n]; len(b) > 0; {
			taken, found := p.Next(b)
			b = b[taken:]
			if p.tally.Dropped != dropped {
				inRow, dropped = 0, p.tally.Dropped
			}
			if found != spotcheck.Whole {
				continue
			}
			if inRow++; time.Since(last) < slowQuiet {
				inRow = 0 // too soon after another
			}
			last = time.Now()
		}
	}
	return instruments.NewFault(instruments.Garbled, "no groups a second apart among what is sent")
}

// Measure waits for a finger and takes one reading, as soon as the instrument
// or the rule of package spotcheck accepts one. It sends nothing.
func (d SlowDriver) Measure(ctx context.Context, port instruments.Port, job instruments.Job, emit func(instruments.Event)) error {
	emit(&instruments.Progress{Phase: instruments.Connecting})
	if err := port.Discard(); err != nil {
		return instruments.Wrap(instruments.Unplugged, err)
	}
	return d.session(job, emit).Measure(ctx, port, nil)
}

// Decode reads a captured stream.
func (d SlowDriver) Decode(captured io.Reader, job instruments.Job, emit func(instruments.Event)) error {
	return d.session(job, emit).Decode(captured)
}

// Explain names the bytes of groups.
func (d SlowDriver) Explain(frames []instruments.Frame) []instruments.Field {
	return spotcheck.Explain(frames, d.parser, (*slowParser).name)
}
