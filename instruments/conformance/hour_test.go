package conformance_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/catalogue"
	"aidpost/instruments/simulated"
)

// TestAnHourOfWave: an oximeter that sends its wave is listened to for an hour on
// a wire on which bytes take their time, and from the first frame that is believed
// to the last none is missing, none is there twice and none has another height.
// What was sent is read from the wire in the test, by the place of the wave in
// each frame, without the driver.
func TestAnHourOfWave(t *testing.T) {
	for _, o := range []struct {
		id    string
		rate  int // frames a second
		size  int // of a frame in bytes
		begin func(b []byte) bool
		wave  func(b []byte) instruments.Number
		late  int // frames that may come before one is believed
	}{
		{"nonin-df2", 75, 5, func(b []byte) bool { return b[0] == 0x01 },
			func(b []byte) instruments.Number { return instruments.Number(b[2] >> 1) }, 3 * 25},
		{"nonin-df7", 75, 5, func(b []byte) bool { return b[0]&0x80 != 0 },
			func(b []byte) instruments.Number { return instruments.Number(b[1] >> 1) }, 3 * 25},
		{"contec-cms50d", 60, 5, func(b []byte) bool { return b[0]&0x80 != 0 },
			func(b []byte) instruments.Number { return instruments.Number(b[1]) }, 10},
		{"berry-bci", 100, 5, func(b []byte) bool { return b[0]&0x80 != 0 },
			func(b []byte) instruments.Number {
				if b[1] == 0 { // no finger
					return instruments.Missing
				}
				return instruments.Number(b[1])
			}, 10},
	} {
		t.Run(o.id, func(t *testing.T) {
			t.Parallel()
			got, sent := hourOfWave(t, o.id)
			var want []instruments.Number
			for frame := range slices.Chunk(sent, o.size) {
				if len(frame) < o.size {
					break // the measurement was over
				}
				if !o.begin(frame) {
					t.Fatalf("frame %d is % X", len(want), frame)
				}
				want = append(want, o.wave(frame))
			}
			late := len(want) - len(got)
			if len(want) < 3600*o.rate || late < 0 || late > o.late+o.rate/10 {
				t.Fatalf("%d frames were sent and %d handed out", len(want), len(got))
			}
			for begin := range late + 1 {
				if slices.Equal(got, want[begin:begin+len(got)]) {
					t.Logf("%d frames in an hour, all from number %d on", len(got), begin)
					return
				}
			}
			t.Errorf("the %d waves handed out are not those sent", len(got))
		})
	}
}

// hourOfWave measures for an hour of virtual time, and returns the wave that was
// handed out and all bytes that were sent meanwhile.
func hourOfWave(t *testing.T, id string) (got []instruments.Number, sent []byte) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		twin, err := simulated.New(id, simulated.Options{Seed: 1}) // odd: one that does not accept by itself
		if err != nil {
			t.Fatal(err)
		}
		d, _ := catalogue.Find(id)
		host, wire := instruments.Pipe()
		tap := &tap{Port: simulated.Paced(wire, twin.Line())}
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour+time.Second)
		defer cancel()
		var run sync.WaitGroup
		run.Go(func() { _ = twin.Run(ctx, tap) })
		err = d.Measure(ctx, host, instruments.Job{Contact: 2 * time.Hour}, func(e instruments.Event) {
			s, ok := e.(*instruments.PlethSample)
			if !ok {
				return
			}
			if s.Index != uint64(len(got)) {
				t.Fatalf("sample %d says it is %d", len(got), s.Index)
			}
			got = append(got, s.Pleth)
		})
		if ctx.Err() == nil {
			t.Errorf("the measurement ended by itself: %v", err)
		}
		host.Close()
		run.Wait()
		sent = tap.sent
	})
	return got, sent
}

// A tap keeps what is written.
type tap struct {
	instruments.Port
	sent []byte
}

func (p *tap) Write(b []byte) (int, error) {
	p.sent = append(p.sent, b...)
	return p.Port.Write(b)
}
