package conformance_test

import (
	"context"
	"math"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/catalogue"
	"aidpost/instruments/simulated"
)

// fill fills the memory of a twin with up to 100 results, and returns how many events
// are to come of it: of some oximeters a recording each. None means that the twin has no
// memory, or sends each result by itself when it has one.
func fill(twin simulated.Twin) (events int) {
	const most = 100
	type keeper interface {
		Clear()
		AddResult(simulated.Result)
	}
	at := func(i, of int) time.Time { return time.Now().Add(-time.Duration(of-i) * time.Hour) }
	switch m := twin.(type) {
	case keeper:
		m.Clear()
		for i := range most {
			m.AddResult(simulated.Result{At: at(i, most), MgPerDL: 100})
		}
		return most
	case *simulated.Beurer:
		const rows = 60 // of each of two people
		m.Clear()
		for i := range rows {
			m.AddResult(simulated.BeurerResult{At: at(i, rows), Systolic: 120, Diastolic: 80, Pulse: 70})
		}
		return rows
	case *simulated.ContecStream:
		if m.Night() == nil {
			return 0
		}
		sleep(m.Night(), 8)
		return 1
	case *simulated.ContecPackets:
		for _, n := range m.Nights() {
			sleep(n, 24)
		}
		return len(m.Nights())
	}
	return 0
}

// sleep lets a recording go on for so many hours. Both kinds of oximeters keep a day; the
// silence that ends a download costs the faster line as much as the slower one.
func sleep(n *simulated.ContecNight, hours int) {
	seconds := hours * 60 * 60
	for len(n.Samples) < seconds {
		n.Samples = append(n.Samples, n.Samples...)
	}
	n.Samples = n.Samples[:seconds]
}

// idle is how long a protocol leaves the wire idle for each result, which no
// driver may shorten: public drivers of the UltraEasy pause for 20 ms between
// two questions, in which six bytes of acknowledgement are said.
func idle(id string, line instruments.Line) time.Duration {
	if id == "onetouch-ultraeasy" {
		return 20*time.Millisecond - 6*line.CharTime()
	}
	return 0
}

// wirePace is how much of the wire's pace a download must reach.
const wirePace = 0.95

// TestDownloadAtThePaceOfTheWire reads a memory of 100 results of every meter, and what
// monitors and oximeters keep, over a wire on which each byte takes its time, both ways. Where questions and
// answers take turns the limit is what all of them take one after the other.
// Time is virtual, so what is missing was lost by the driver and not by the
// machine. The same must hold if the twins think as long as public captures show,
// where that time is what the protocol wants, too; how much of the wire is used then
// is logged beside it.
func TestDownloadAtThePaceOfTheWire(t *testing.T) {
	for _, id := range simulated.Twins() {
		if twin, err := simulated.New(id, simulated.Options{}); err != nil {
			t.Fatal(err)
		} else if fill(twin) == 0 {
			continue
		}
		t.Run(id, func(t *testing.T) {
			prompt, thinking := downloadAll(t, id, math.MaxInt32), downloadAll(t, id, 1)
			t.Logf("%.2f of the wire in %s; if it thinks, %.2f, and %.2f of what it and the wire allow", prompt.permitted(),
				prompt.took.Round(10*time.Millisecond), thinking.used(), thinking.permitted())
			if prompt.permitted() < wirePace || thinking.permitted() < wirePace {
				t.Errorf("only %.3f of what is permitted, and %.3f if it thinks", prompt.permitted(), thinking.permitted())
			}
		})
	}
}

// A download is where its time went, from the first byte on.
type download struct {
	took    time.Duration
	wire    time.Duration // of all bytes, one after the other
	thought time.Duration // by the meter
}

// used is the share of the time in which the wire was, permitted that in which nothing
// was for the driver to do.
func (d download) used() float64      { return float64(d.wire) / float64(d.took) }
func (d download) permitted() float64 { return float64(d.wire+d.thought) / float64(d.took) }

// downloadAll fills a meter that thinks so many times faster, and downloads all.
func downloadAll(t *testing.T, id string, speed float64) (d download) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(25 * 365 * 24 * time.Hour) // a bubble begins in 2000, before some meters could be
		twin, err := simulated.New(id, simulated.Options{Speed: speed})
		if err != nil {
			t.Fatal(err)
		}
		events := fill(twin)
		host, wire := instruments.Pipe()
		port := &timed{Port: host}
		ctx, cancel := context.WithCancel(t.Context())
		var run sync.WaitGroup
		run.Go(func() { _ = twin.Run(ctx, simulated.Paced(wire, twin.Line())) })
		driver, _ := catalogue.Find(id)
		came := 0
		read := driver.Measure
		if r, ok := driver.(instruments.Recaller); ok {
			read = r.Recall
		}
		err = read(ctx, port, instruments.Job{}, func(e instruments.Event) {
			switch e.(type) {
			case *instruments.Reading, *instruments.Recording:
				came++
			}
		})
		d.took = time.Since(port.began)
		if err != nil || came != events {
			t.Errorf("%d events of %d, %v", came, events, err)
		}
		d.wire = time.Duration(port.bytes)*twin.Line().CharTime() + time.Duration(events)*idle(id, twin.Line())
		if m, ok := twin.(interface{ Thought() time.Duration }); ok {
			d.thought = m.Thought()
		}
		cancel()
		host.Close()
		run.Wait()
	})
	return d
}

// timed counts the bytes that cross it, and knows when the first one did.
type timed struct {
	instruments.Port
	bytes int
	began time.Time
}

func (c *timed) add(n int) {
	if c.bytes == 0 && n > 0 {
		c.began = time.Now()
	}
	c.bytes += n
}

func (c *timed) Read(b []byte) (int, error) {
	n, err := c.Port.Read(b)
	c.add(n)
	return n, err
}

func (c *timed) Write(b []byte) (int, error) {
	n, err := c.Port.Write(b)
	c.add(n)
	return n, err
}
