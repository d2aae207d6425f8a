package contec_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/contec"
	"aidpost/instruments/simulated"
)

// cutter is the instrument's end of a cable that is pulled after so many bytes.
type cutter struct {
	instruments.Port
	left int
}

func (c *cutter) Write(b []byte) (int, error) {
	n, err := c.Port.Write(b[:min(len(b), c.left)])
	if c.left -= n; c.left <= 0 {
		c.Port.Close()
	}
	return n, err
}

// TestRecallIsCut: wherever the cable is pulled, what came of the session under way is
// there from its beginning on and called short, and the next download does not fetch
// again what came whole, where the instrument tells its sessions apart. In the end
// every session is there once.
func TestRecallIsCut(t *testing.T) {
	for name, k := range keepers() {
		t.Run(name, func(t *testing.T) {
			o := simulated.Options{Seed: 3}
			pieces, skipped := 0, 0
			for cut := 40; cut < 9000; cut += 797 {
				twin := k.twin(o)
				nights := k.nights(twin)
				var have []*instruments.Recording
				onWire(t, twin, func(p instruments.Port) instruments.Port { return &cutter{p, cut} }, func(t *testing.T, host instruments.Port) {
					var got recalled
					err := k.driver.Recall(t.Context(), host, instruments.Job{}, got.emit)
					if len(got.stored) < len(nights) && instruments.CodeOf(err) != instruments.Unplugged {
						t.Errorf("cut at %d: %d sessions, %v", cut, len(got.stored), err)
					}
					for i, r := range got.stored {
						want := k.seconds(nights[i], o)
						if len(r.Samples) > len(want) || !slices.Equal(r.Samples, want[:len(r.Samples)]) {
							t.Errorf("cut at %d: session %d is not the beginning of what is stored", cut, i)
						}
						if len(r.Samples) < len(want) {
							pieces++
						}
						if r.Whole() != (len(r.Samples) == len(want)) {
							t.Errorf("cut at %d: session %d of %d seconds has %d and calls itself whole: %t", cut, i, len(want), len(r.Samples), r.Whole())
						}
						if r.Whole() {
							have = append(have, r)
						}
					}
				})
				onWire(t, twin, nil, func(t *testing.T, host instruments.Port) {
					var got recalled
					if err := k.driver.Recall(t.Context(), host, instruments.Job{Have: have}, got.emit); err != nil {
						t.Errorf("after a cut at %d: %v", cut, err)
					}
					if len(got.stored) != len(nights) {
						t.Errorf("after a cut at %d: %d of %d sessions", cut, len(got.stored), len(nights))
					}
					skipped += again(have, got.stored)
				})
			}
			if pieces == 0 || name == "packets" && skipped == 0 {
				t.Errorf("%d sessions were cut, %d were not fetched again", pieces, skipped)
			}
		})
	}
}

// again counts the sessions that were not fetched again.
func again(have, got []*instruments.Recording) (n int) {
	for _, r := range got {
		if slices.Contains(have, r) {
			n++
		}
	}
	return n
}

// TestRecallOfStrangers: a session of another instrument, or one that was cut, is not
// taken for one that is there.
func TestRecallOfStrangers(t *testing.T) {
	o := simulated.Options{Seed: 3}
	fetch := func(have []*instruments.Recording) (got recalled) {
		onWire(t, simulated.NewContecPackets(o), nil, func(t *testing.T, host instruments.Port) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
			defer cancel()
			if err := contec.Packets().Recall(ctx, host, instruments.Job{Have: have}, got.emit); err != nil {
				t.Error(err)
			}
		})
		return got
	}
	all := fetch(nil).stored
	if n := again(all, fetch(all).stored); n != len(all) || n == 0 {
		t.Errorf("%d of %d sessions were not fetched again", n, len(all))
	}
	for name, change := range map[string]func(*instruments.Recording){
		"another instrument": func(r *instruments.Recording) { r.Identity.Serial += "1" },
		"another beginning":  func(r *instruments.Recording) { r.Began = r.Began.Add(time.Second) },
		"no beginning":       func(r *instruments.Recording) { r.Began = time.Time{} },
		"another place":      func(r *instruments.Recording) { r.Place += "1" },
		"a piece":            func(r *instruments.Recording) { r.Samples = r.Samples[1:] },
		"another length":     func(r *instruments.Recording) { r.Samples, r.Announced = r.Samples[1:], r.Announced-1 },
	} {
		other := *all[0]
		change(&other)
		have := []*instruments.Recording{&other}
		if got := fetch(have).stored; len(got) != len(all) || again(have, got) > 0 {
			t.Errorf("%s is taken for one of those", name)
		}
	}
}
