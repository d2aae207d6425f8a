package conformance_test

import (
	"bytes"
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/catalogue"
	"aidpost/instruments/simulated"
	"aidpost/records/vitals"
)

// TestSamplesCostNothing: a sample is decoded without an allocation by every
// driver of an instrument that sends live ones. What tells of a change (a finger
// comes, seconds are counted, a cuff is full) may cost some, so nothing changes
// here: of an oximeter it is what comes before there is a finger, as often as a
// measurement takes, and of a cuff the way from a quarter of a measurement to
// its middle.
func TestSamplesCostNothing(t *testing.T) {
	for _, d := range catalogue.Drivers() {
		decoder, ok := d.(instruments.Decoder)
		m := d.Model()
		if !ok || !m.Abilities.Live {
			continue
		}
		t.Run(m.ID, func(t *testing.T) {
			heard := measured(t, d)
			few, more := heard.until(heard.share(0.25)), heard.until(heard.share(0.5))
			if m.Panel == vitals.Oximetry {
				idle := heard.until(heard.at[0].Add(time.Second))
				few, more = bytes.Repeat(idle, 40), bytes.Repeat(idle, 80)
			}
			fewAllocs, fewSamples := decoded(t, decoder, few)
			moreAllocs, moreSamples := decoded(t, decoder, more)
			t.Logf("%d samples: %.0f allocations; %d samples: %.0f", fewSamples, fewAllocs, moreSamples, moreAllocs)
			if moreSamples < fewSamples+15 || moreAllocs > fewAllocs+2 {
				t.Errorf("%.3f allocations a sample", (moreAllocs-fewAllocs)/float64(moreSamples-fewSamples))
			}
		})
	}
}

// TestFingerCostsLittle: of an oximeter with a finger in it nothing costs an allocation
// but the count of seconds that the person sees, one a second.
func TestFingerCostsLittle(t *testing.T) {
	for _, d := range catalogue.Drivers() {
		decoder, ok := d.(instruments.Decoder)
		m := d.Model()
		if !ok || !m.Abilities.Live || m.Panel != vitals.Oximetry {
			continue
		}
		t.Run(m.ID, func(t *testing.T) {
			heard := measured(t, d)
			half, end := heard.share(0.5), heard.share(0.9)
			fewAllocs, fewSamples := decoded(t, decoder, heard.until(half))
			moreAllocs, moreSamples := decoded(t, decoder, heard.until(end))
			seconds := end.Sub(half).Seconds()
			if moreSamples-fewSamples < int(seconds*0.4) || moreAllocs-fewAllocs > seconds+2 {
				t.Errorf("%.0f allocations and %d samples in %.0f s", moreAllocs-fewAllocs, moreSamples-fewSamples, seconds)
			}
		})
	}
}

// decoded counts the allocations and the samples of decoding b.
func decoded(t *testing.T, d instruments.Decoder, b []byte) (allocs float64, samples int) {
	emit := func(e instruments.Event) {
		switch e.(type) {
		case *instruments.PlethSample, *instruments.CuffSample:
			samples++
		}
	}
	allocs = testing.AllocsPerRun(5, func() {
		samples = 0
		if err := d.Decode(bytes.NewReader(b), instruments.Job{}, emit); err != nil {
			t.Fatal(err)
		}
	})
	return allocs, samples
}

// measured is what the twin of d sends in a measurement.
func measured(t *testing.T, d instruments.Driver) *kept {
	t.Helper()
	heard := &kept{}
	synctest.Test(t, func(t *testing.T) {
		twin, err := simulated.New(d.Model().ID, simulated.Options{})
		if err != nil {
			t.Fatal(err)
		}
		host, wire := instruments.Pipe()
		heard.Port = host
		ctx, cancel := context.WithCancel(t.Context())
		var run sync.WaitGroup
		run.Go(func() { _ = twin.Run(ctx, wire) })
		err = d.Measure(ctx, heard, instruments.Job{}, func(instruments.Event) {})
		cancel()
		host.Close()
		run.Wait()
		if err != nil || len(heard.at) == 0 {
			t.Fatalf("%d bytes, %v", len(heard.all), err)
		}
	})
	return heard
}

// share is the moment at which so much of the time has passed.
func (k *kept) share(s float64) time.Time {
	all := k.at[len(k.at)-1].Sub(k.at[0])
	return k.at[0].Add(time.Duration(s * float64(all)))
}

// until is what came before the moment.
func (k *kept) until(when time.Time) (b []byte) {
	for i, at := range k.at {
		if at.After(when) {
			break
		}
		b = k.all[:k.size[i]]
	}
	return b
}

// kept keeps what was read, and when how much of it was there.
type kept struct {
	instruments.Port
	all  []byte
	size []int
	at   []time.Time
}

func (k *kept) Read(b []byte) (int, error) {
	n, err := k.Port.Read(b)
	if n > 0 {
		k.all = append(k.all, b[:n]...)
		k.size, k.at = append(k.size, len(k.all)), append(k.at, time.Now())
	}
	return n, err
}
