package suntech_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/simulated"
	"aidpost/instruments/suntech"
)

// whole is longer than a whole measurement of the twin with seed 1.
const whole = 22 * time.Second

// released is the longest time from a way out to the empty cuff.
const released = 5 * time.Second

// TestWaysOut leaves a measurement at every moment and in every way.
func TestWaysOut(t *testing.T) {
	errGone := errors.New("the person walked away")
	ways := map[string]func(r *rig, at time.Duration) (left time.Time, err error){
		"cancel": func(r *rig, at time.Duration) (time.Time, error) {
			ctx, cancel := context.WithCancelCause(r.t.Context())
			time.AfterFunc(at, func() { cancel(errGone) })
			left := time.Now().Add(at)
			err := r.measure(ctx)
			if err != nil && !errors.Is(err, errGone) {
				r.t.Errorf("after %s: %v", at, err)
			}
			return left, err
		},
		"deadline": func(r *rig, at time.Duration) (time.Time, error) {
			ctx, cancel := context.WithTimeout(r.t.Context(), at)
			defer cancel()
			left := time.Now().Add(at)
			err := r.measure(ctx)
			if err != nil && !errors.Is(err, context.DeadlineExceeded) {
				r.t.Errorf("after %s: %v", at, err)
			}
			return left, err
		},
		"panic": func(r *rig, at time.Duration) (left time.Time, err error) {
			began := time.Now()
			r.onEvent = func(instruments.Event) {
				if left.IsZero() && time.Since(began) >= at {
					left = time.Now()
					panic(errGone)
				}
			}
			defer func() {
				if p := recover(); p != nil {
					err = p.(error)
				}
			}()
			return left, r.measure(r.t.Context())
		},
	}
	for name, leave := range ways {
		t.Run(name, func(t *testing.T) {
			for at := time.Duration(0); at < whole; at += 137 * time.Millisecond {
				bubble(t, simulated.Options{Seed: 1}, simulated.SunTechQuirks{}, nil, func(r *rig) {
					left, err := leave(r, at)
					if took := time.Since(left); err != nil && took > released {
						r.t.Errorf("left after %s, returned %s later", at, took)
					}
					if err == nil && len(r.events.readings) != 1 {
						r.t.Errorf("after %s: no error and no reading", at)
					}
					r.wantSafe()
					time.Sleep(10 * time.Second) // nothing starts afterwards
					r.wantSafe()
				})
			}
		})
	}
}

// TestCancelWithDeafModule loses the first aborts.
func TestCancelWithDeafModule(t *testing.T) {
	for deaf := 1; deaf <= 4; deaf++ {
		for at := 500 * time.Millisecond; at < whole; at += 777 * time.Millisecond {
			bubble(t, simulated.Options{Seed: 1}, simulated.SunTechQuirks{DeafAborts: deaf}, nil, func(r *rig) {
				ctx, cancel := context.WithTimeout(r.t.Context(), at)
				defer cancel()
				if err := r.measure(ctx); instruments.CodeOf(err) == instruments.AbortUnconfirmed {
					r.t.Errorf("%d deaf, after %s: %v", deaf, at, err)
				}
				time.Sleep(time.Second)
				r.wantSafe()
			})
		}
	}
}

// TestStuck: while the valve of the last measurement is stuck there is no other one.
func TestStuck(t *testing.T) {
	bubble(t, simulated.Options{Seed: 1, Fault: simulated.StuckCuff}, simulated.SunTechQuirks{}, nil, func(r *rig) {
		for range 3 {
			if err := r.measure(r.t.Context()); err == nil {
				r.t.Error("a cuff that cannot let go has measured")
			}
			time.Sleep(2 * time.Minute)
		}
		if tally := r.twin.Tally(); tally.Starts > 1 || tally.Forbidden > 0 {
			r.t.Errorf("with %d mmHg in the cuff: %+v", r.twin.Pressure(), tally)
		}
	})
}

// TestLimit: a module that goes on for ever is stopped after three minutes.
func TestLimit(t *testing.T) {
	// Speed below one makes a slow cuff.
	bubble(t, simulated.Options{Seed: 1, Speed: 0.08}, simulated.SunTechQuirks{}, nil, func(r *rig) {
		began := time.Now()
		err := r.measure(r.t.Context())
		if took := time.Since(began); took < 180*time.Second || took > 190*time.Second {
			r.t.Errorf("stopped after %s", took)
		}
		// This cuff also falls slowly, which must not be hidden.
		fault := r.wantFault(err, instruments.AbortUnconfirmed)
		if !errors.Is(fault.Err, instruments.NewFault(instruments.TooLong, "")) {
			r.t.Errorf("because of %v", fault.Err)
		}
	})
}

// TestUnplugAtEveryByte pulls the cable after every byte of the module.
func TestUnplugAtEveryByte(t *testing.T) {
	options := simulated.Options{Seed: 1, Speed: 8}
	inflated := 0
	for n := 0; ; n++ {
		var done bool
		cut := func(wire instruments.Port) instruments.Port { return simulated.CutAfter(wire, n) }
		bubble(t, options, simulated.SunTechQuirks{}, cut, func(r *rig) {
			err := r.measure(r.t.Context())
			starts := r.twin.Tally().Starts
			switch {
			case err == nil:
				done = true
				r.wantReading(seedOne)
			case starts == 0:
				r.wantFault(err, instruments.Unplugged)
			default:
				inflated++
				fault := r.wantFault(err, instruments.Unplugged)
				if !strings.Contains(fault.Detail, "could not be released by the program") {
					r.t.Errorf("byte %d: detail %q", n, fault.Detail)
				}
			}
			if starts > 1 {
				r.t.Errorf("byte %d: %d starts", n, starts)
			}
		})
		if done {
			break
		}
		if n > 2000 || t.Failed() {
			t.Fatal("stopped at byte", n)
		}
	}
	if inflated < 40 {
		t.Errorf("only %d cuts after the start", inflated)
	}
}

// TestFlipEveryBit flips each bit of each frame of the module in turn.
func TestFlipEveryBit(t *testing.T) {
	var right, faults int
	for frame, more := 0, true; more; frame++ {
		more = false
		for bit, size := 0, 8; bit < size; bit++ {
			quirks := simulated.SunTechQuirks{Alter: func(n int, b []byte) []byte {
				if n == frame {
					more, size = true, len(b)*8
					b[bit/8] ^= 1 << (bit % 8)
				}
				return b
			}}
			bubble(t, simulated.Options{Seed: 1, Speed: 8}, quirks, nil, func(r *rig) {
				var fault *instruments.Fault
				switch err := r.measure(r.t.Context()); {
				case err == nil:
					right++
					if got := numbers(r.events.readings[0]); got != seedOne {
						r.t.Errorf("frame %d, bit %d: %v", frame, bit, got)
					}
				case !errors.As(err, &fault) || len(r.events.readings) > 0:
					r.t.Errorf("frame %d, bit %d: %v, %d readings", frame, bit, err, len(r.events.readings))
				default:
					faults++
				}
				r.wantSafe()
			})
		}
	}
	t.Logf("%d right readings, %d faults", right, faults)
	if right < 9*faults {
		t.Errorf("%d right readings, %d faults", right, faults)
	}
}

// TestDamagedFrames spoils every n-th frame, as a bad cable does.
func TestDamagedFrames(t *testing.T) {
	for every := 1; every <= 12; every++ {
		quirks := simulated.SunTechQuirks{Alter: func(n int, b []byte) []byte {
			if n%every == every-1 {
				b[len(b)-1]++
			}
			return b
		}}
		bubble(t, simulated.Options{Seed: 1}, quirks, nil, func(r *rig) {
			err := r.measure(r.t.Context())
			switch {
			case every == 1:
				r.wantFault(err, instruments.Garbled)
			case err == nil:
				if got := numbers(r.events.readings[0]); got != seedOne {
					r.t.Errorf("every %d: %v", every, got)
				}
			case !errors.As(err, new(*instruments.Fault)) || len(r.events.readings) > 0:
				r.t.Errorf("every %d: %v", every, err)
			}
			r.wantSafe()
		})
	}
}

// TestLineBreaksDown: when every frame is damaged the measurement ends for that
// reason, at once, and not because time ran out.
func TestLineBreaksDown(t *testing.T) {
	quirks := simulated.SunTechQuirks{Alter: func(n int, b []byte) []byte {
		if n > 20 {
			b[2] ^= 0x10
		}
		return b
	}}
	bubble(t, simulated.Options{Seed: 1}, quirks, nil, func(r *rig) {
		fault := r.wantFault(r.measure(r.t.Context()), instruments.AbortUnconfirmed)
		if !errors.Is(fault.Err, instruments.NewFault(instruments.Garbled, "")) {
			r.t.Errorf("because of %v", fault.Err)
		}
		r.wantSafe()
	})
}

// TestWireFaults runs every fault of the wire.
func TestWireFaults(t *testing.T) {
	for _, fault := range simulated.Faults() {
		for seed := range uint64(5) {
			disturb := func(wire instruments.Port) instruments.Port {
				return simulated.Disturb(simulated.Paced(wire, suntech.New().Model().Line), fault, seed)
			}
			bubble(t, simulated.Options{Seed: 1, Fault: fault}, simulated.SunTechQuirks{}, disturb, func(r *rig) {
				err := r.measure(r.t.Context())
				switch fault {
				case simulated.Garbage, simulated.MidFrame, simulated.Trickle:
					if err != nil {
						r.t.Errorf("%s: %v", fault, err)
						return
					}
					r.wantReading(seedOne)
				case simulated.Stall:
					r.wantFault(err, instruments.AbortUnconfirmed)
				case simulated.Unplug:
					r.wantFault(err, instruments.Unplugged)
				case simulated.ChecksumError:
					r.wantFault(err, instruments.CodeOf(err))
				}
			})
		}
	}
}

// TestStaleResult: a K and a result without an inflation are not a reading.
func TestStaleResult(t *testing.T) {
	script := map[string]string{
		"\x3A\x20\xA6": "\x3E\x04\x4F\x6F\x3E\x04\x4B\x73", // start: O and K at once
		"\x3A\x79\x03\x00\x4A": "\x3E\x18\x80\x00\x52\x00\x18\x01\x00\x00\x00\x00\x00\x00" +
			"\x00\x00\x47\x00\x61\x00\x00\x00\x00\x17",
		"\x3A\x79\x05\x00\x48": "\x3E\x05\x00\x00\xBD",
		"\x3A\x79\x10\x03\x3A": "\x3E\x05\x00\x00\xBD",
		"\x3A\x17\xA0\x00\x0F": "\x3E\x04\x4B\x73",
		"\x3A\x79\x01\x00\x4C": "\x3E\x04\x41\x7D\x3E\x04\x4B\x73",
		"\x3A\x79\x02\x40\x0B": versionText("LX"),
	}
	synctest.Test(t, func(t *testing.T) {
		host, module := instruments.Pipe()
		go answer(module, func(command string) string { return script[command] })
		r := &rig{t: t, driver: suntech.New(), host: host}
		r.wantFault(r.measure(t.Context()), instruments.Garbled)
		host.Close()
	})
}

func versionText(model string) string {
	b := make([]byte, 0x43)
	copy(b, "\x3E\x43"+model)
	for _, c := range b[:0x42] {
		b[0x42] -= c
	}
	return string(b)
}

// answer plays a module that only reacts, one write for each read.
func answer(wire instruments.Port, react func(string) string) {
	buf := make([]byte, 64)
	for {
		n, err := wire.Read(buf)
		if err != nil {
			return
		}
		if _, err := wire.Write([]byte(react(string(buf[:n])))); err != nil {
			return
		}
	}
}

func TestProbe(t *testing.T) {
	for name, c := range map[string]struct {
		answer string
		code   instruments.FaultCode
		want   instruments.Identity
	}{
		"silence":       {"", instruments.NoAnswer, instruments.Identity{}},
		"noise":         {"\x55\xAA\x00\x01\x02", instruments.Garbled, instruments.Identity{}},
		"another model": {versionText("XY"), instruments.WrongModel, instruments.Identity{}},
		"no text":       {versionText(""), instruments.WrongModel, instruments.Identity{}},
		"unknown":       {"\x3E\x04\x4E\x70", instruments.WrongModel, instruments.Identity{}},
		"asleep":        {"\x3E\x04\x53\x6B", instruments.NoAnswer, instruments.Identity{}},
		"busy":          {"\x3E\x04\x42\x7C", instruments.NoAnswer, instruments.Identity{}},
		"LX":            {versionText("LX\x00\x00\x00\x00\x00\x003.2"), "", instruments.Identity{Name: "LX", Firmware: "3.2"}},
		"A+ after noise": {"\x3E\x00\xFF" + versionText("SB0815\x00\x001.0\x00zz"), "",
			instruments.Identity{Name: "SB0815", Firmware: "1.0"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				host, module := instruments.Pipe()
				go answer(module, func(command string) string {
					if command != "\x3A\x79\x02\x40\x0B" {
						t.Errorf("the probe sent % X", command)
					}
					return c.answer
				})
				began := time.Now()
				got, err := suntech.New().Probe(t.Context(), host)
				if instruments.CodeOf(err) != c.code || got != c.want {
					t.Errorf("got %+v, %v", got, err)
				}
				if took := time.Since(began); took > 3*time.Second {
					t.Errorf("took %s", took)
				}
				host.Close()
			})
		})
	}
}

// TestRelease lets go a cuff that lost its host.
func TestRelease(t *testing.T) {
	bubble(t, simulated.Options{}, simulated.SunTechQuirks{LeftTight: 140}, nil, func(r *rig) {
		if err := r.driver.Release(r.host); err != nil {
			r.t.Error(err)
		}
		r.wantSafe()
	})
}
