package astm_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/astm"
	"aidpost/instruments/simulated"
)

// flipped turns over one bit of all that the twin sends.
type flipped struct {
	instruments.Port
	bit, sent int
}

func (f *flipped) Write(b []byte) (int, error) {
	b = bytes.Clone(b)
	if at := f.bit/8 - f.sent; at >= 0 && at < len(b) {
		b[at] ^= 1 << (f.bit % 8)
	}
	f.sent += len(b)
	return f.Port.Write(b)
}

// TestAnalyserFlips: whatever bit is turned over, frames are asked for again
// and the result is right.
func TestAnalyserFlips(t *testing.T) {
	for _, quirk := range []simulated.ASTMQuirk{"", simulated.NoLineFeed, simulated.ShortFrames} {
		size := 0
		at(t, one, func(t *testing.T, s *stand) {
			s.twin.SetQuirk(quirk)
			if err := s.measure(t); err != nil {
				t.Fatal(err)
			}
			size = len(s.fromWire)
		})
		for bit := range 8 * size {
			at(t, one, func(t *testing.T, s *stand) {
				s.twin.SetQuirk(quirk)
				s.wrap = func(p instruments.Port) instruments.Port { return &flipped{Port: p, bit: bit} }
				if err := s.measure(t); err != nil || !slices.Equal(s.values(), []string{"6.2 mmol/L"}) {
					t.Errorf("%q, bit %d: %q, %v", quirk, bit, s.values(), err)
				}
			})
		}
	}
}

func TestAnalyserCuts(t *testing.T) {
	size := 0
	at(t, one, func(t *testing.T, s *stand) {
		if err := s.measure(t); err != nil {
			t.Fatal(err)
		}
		size = len(s.fromWire)
	})
	for n := range size {
		at(t, one, func(t *testing.T, s *stand) {
			s.wrap = func(p instruments.Port) instruments.Port { return simulated.CutAfter(p, n) }
			err := s.measure(t)
			if n == size-1 && err == nil && slices.Equal(s.values(), []string{"6.2 mmol/L"}) {
				return // all but the farewell was sent
			}
			if len(s.readings) > 0 || instruments.CodeOf(err) != instruments.Unplugged {
				t.Errorf("cut after %d: %q, %v", n, s.values(), err)
			}
		})
	}
}

func TestAnalyserWireFaults(t *testing.T) {
	for fault, saved := range map[simulated.Fault]bool{
		simulated.Garbage: true, simulated.MidFrame: true, simulated.Trickle: true, simulated.ChecksumError: false,
		simulated.Stall: false, simulated.Unplug: false,
	} {
		at(t, one, func(t *testing.T, s *stand) {
			s.wrap = func(p instruments.Port) instruments.Port { return simulated.Disturb(p, fault, 3) }
			err := s.measure(t)
			if err == nil && !slices.Equal(s.values(), []string{"6.2 mmol/L"}) || err != nil && (saved || len(s.readings) > 0) {
				t.Errorf("%s: %q, %v", fault, s.values(), err)
			}
			if s.took > 20*time.Minute {
				t.Errorf("%s: after %s", fault, s.took)
			}
		})
	}
}

// Nobody is there, or nobody does anything.
func TestAnalyserSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		host, _ := instruments.Pipe()
		begun := time.Now()
		err := astm.NewAnalyser().Measure(t.Context(), host, instruments.Job{}, func(instruments.Event) {})
		if took := time.Since(begun); instruments.CodeOf(err) != instruments.NoAnswer || took > 16*time.Minute {
			t.Errorf("%v after %s", err, took)
		}
		ctx, cancel := context.WithCancelCause(t.Context())
		why := fmt.Errorf("the person has left")
		time.AfterFunc(time.Minute, func() { cancel(why) })
		begun = time.Now()
		err = astm.NewAnalyser().Measure(ctx, host, instruments.Job{}, func(instruments.Event) {})
		if took := time.Since(begun); err != why || took > time.Minute+time.Second {
			t.Errorf("%v after %s", err, took)
		}
	})
}

func TestAnalyserProbe(t *testing.T) {
	for sent, code := range map[string]instruments.FaultCode{
		"": "", "\x05": "", "\x04\x05": "", "\x81 H\x06": instruments.WrongModel, "ready\r\n": instruments.WrongModel,
	} {
		synctest.Test(t, func(t *testing.T) {
			host, wire := instruments.Pipe()
			if _, err := wire.Write([]byte(sent)); err != nil {
				t.Fatal(err)
			}
			begun := time.Now()
			identity, err := astm.NewAnalyser().Probe(t.Context(), host)
			if instruments.CodeOf(err) != code || identity != (instruments.Identity{}) || time.Since(begun) > 300*time.Millisecond {
				t.Errorf("%q: %+v, %v", sent, identity, err)
			}
			_ = wire.SetReadDeadline(time.Now())
			if n, _ := wire.Read(make([]byte, 1)); n > 0 {
				t.Errorf("%q: it was answered", sent)
			}
		})
	}
}
