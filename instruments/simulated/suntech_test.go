package simulated_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/simulated"
)

// suntechHost is a host that speaks byte by byte with a twin.
type suntechHost struct {
	t    *testing.T
	wire instruments.Port
	twin *simulated.SunTech
}

func withSunTech(t *testing.T, options simulated.Options, quirks simulated.SunTechQuirks, test func(suntechHost)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		host, module := instruments.Pipe()
		twin := simulated.NewQuirkySunTech(options, quirks)
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- twin.Run(ctx, module) }()
		test(suntechHost{t, host, twin})
		stop()
		if err := <-ended; err != nil {
			t.Errorf("the twin stopped with %v", err)
		}
		host.Close()
	})
}

// say sends the bytes and checks what comes back within wait.
func (h suntechHost) say(command, want string, wait time.Duration) {
	h.t.Helper()
	if _, err := h.wire.Write(fromHex(h.t, command)); err != nil {
		h.t.Fatal(err)
	}
	if got := h.hear(wait); !bytes.Equal(got, fromHex(h.t, want)) {
		h.t.Errorf("to %s: % X, want %s", command, got, want)
	}
}

func (h suntechHost) hear(wait time.Duration) []byte {
	h.t.Helper()
	var got []byte
	buf := make([]byte, 256)
	for until := time.Now().Add(wait); ; {
		n, err := instruments.ReadSome(h.t.Context(), h.wire, buf, time.Until(until))
		if err != nil {
			return got
		}
		got = append(got, buf[:n]...)
	}
}

func fromHex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The frames are those of ak-git/DesktopFX and hwy0606/STM32F103, or follow
// their rules.
func TestSunTechWire(t *testing.T) {
	const shortly = 50 * time.Millisecond
	withSunTech(t, simulated.Options{Seed: 1}, simulated.SunTechQuirks{}, func(h suntechHost) {
		h.say("3A 79 05 00 48", "3E 05 00 00 BD", shortly)    // pressure
		h.say("3A 79 11 00 3C", "3E 05 00 00 BD", shortly)    // status A+
		h.say("3A 79 10 03 3A", "3E 04 4E 70", shortly)       // status LX: unknown
		h.say("3A 17 A0 00 0F", "3E 04 4B 73", shortly)       // inflation 160
		h.say("3A 17 A0 00 0E", "3E 04 44 7A", shortly)       // checksum
		h.say("3A 55 71", "3E 04 4E 70", shortly)             // no such command
		h.say("3A 79 05", "3E 04 54 6A", time.Second)         // breaks off
		h.say("00 3A 00 C6", "3E 04 4B 73", shortly)          // noise, module data
		h.say("3A 81 00 00 00 01 44", "3E 04 4B 73", shortly) // sleep
		h.say("3A 79 05 00 48", "3E 04 53 6B", shortly)       // asleep
		h.say("3A 81 00 00 00 00 45", "3E 04 4B 73", shortly) // awake
		h.say("3A 79 03 00 4A", "3E 18 00 00 00 00 00 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 A9", shortly)
		h.say("3A 20 A6", "3E 04 4F 6F", shortly) // start
		h.say("3A 20 A6", "3E 04 42 7C", shortly) // busy
		h.say("3A 17 A0 00 0F", "3E 04 42 7C", shortly)
		time.Sleep(4 * time.Second)
		if p := h.twin.Pressure(); p < 95 || p > 115 {
			t.Errorf("%d mmHg after four seconds of pumping", p)
		}
		h.say("3A 79 01 00 4C", "3E 04 41 7D 3E 04 4B 73", time.Second) // abort
		h.say("3A 79 03 00 4A", "3E 18 00 00 00 00 00 01 00 00 00 00 00 00 00 00 00 00 00 00 56 00 00 53", shortly)
		time.Sleep(2 * time.Second)
		if p := h.twin.Pressure(); p >= 15 {
			t.Errorf("%d mmHg three seconds after the abort", p)
		}
		h.say("3A 8A 3C", "", shortly) // reset: silence
		h.say("3A 79 05 00 48", "", shortly)
		if tally := h.twin.Tally(); tally.Starts != 1 || tally.Aborts != 1 || tally.Forbidden != 0 {
			t.Errorf("%+v", tally)
		}
	})
}

func TestSunTechFlagsForbidden(t *testing.T) {
	for what, command := range map[string]string{
		"valves":             "3A 0C 00 01 01 B8",
		"calibration":        "3A 04 00 C2",
		"calibration result": "3A 79 02 03 48",
		"venous stasis":      "3A 86 01 00 00 3F",
		"neonatal start":     "3A 28 9E",
	} {
		withSunTech(t, simulated.Options{}, simulated.SunTechQuirks{}, func(h suntechHost) {
			h.say(command, "3E 04 4E 70", 50*time.Millisecond)
			tally := h.twin.Tally()
			if tally.Forbidden != 1 || len(tally.Commands) != 1 || !tally.Commands[0].Forbidden {
				t.Errorf("%s: %+v", what, tally)
			}
			if tally.Starts != 0 || h.twin.Pressure() != 0 {
				t.Errorf("%s: the cuff moved", what)
			}
		})
	}
}

// TestSunTechCurve follows a whole measurement without asking anything.
func TestSunTechCurve(t *testing.T) {
	for seed := range uint64(20) {
		withSunTech(t, simulated.Options{Seed: seed}, simulated.SunTechQuirks{}, func(h suntechHost) {
			h.say("3A 20 A6", "3E 04 4F 6F", 50*time.Millisecond)
			began, top := time.Now(), 0
			var end []byte
			for len(end) == 0 && time.Since(began) < time.Minute {
				top = max(top, h.twin.Pressure())
				end = h.hear(100 * time.Millisecond)
			}
			if took := time.Since(began); took < 15*time.Second || took > 45*time.Second {
				t.Errorf("seed %d: took %s", seed, took)
			}
			if !bytes.Equal(end, fromHex(t, "3E 04 4B 73")) {
				t.Errorf("seed %d: ended with % X", seed, end)
			}
			if top < 150 || top > 170 {
				t.Errorf("seed %d: highest pressure %d", seed, top)
			}
			time.Sleep(2 * time.Second)
			if p := h.twin.Pressure(); p >= 15 {
				t.Errorf("seed %d: %d mmHg at the end", seed, p)
			}
		})
	}
}

func TestSunTechEndOfAbortedDoesNotEndTheNext(t *testing.T) {
	withSunTech(t, simulated.Options{Seed: 1}, simulated.SunTechQuirks{}, func(h suntechHost) {
		h.say("3A 20 A6", "3E 04 4F 6F", 10*time.Second)
		h.say("3A 79 01 00 4C", "3E 04 41 7D 3E 04 4B 73", 3*time.Second)
		h.say("3A 20 A6", "3E 04 4F 6F", 12*time.Second) // past the end of the first
		if p := h.twin.Pressure(); p < 60 {
			t.Errorf("%d mmHg in the middle of the second measurement", p)
		}
	})
}
