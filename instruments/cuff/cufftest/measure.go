package cufftest

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/explaintest"
	"aidpost/instruments/simulated"
	"aidpost/records/vitals"
)

// testProbe: the instrument is known by a probe that leaves it alone, and
// nothing else is taken for it.
func (k Kit) testProbe(t *testing.T) {
	k.bubble(t, simulated.Options{}, simulated.CuffQuirks{}, nil, func(r *rig) {
		for range 3 {
			began := time.Now()
			if _, err := r.driver.Probe(r.t.Context(), r.host); err != nil {
				r.t.Error(err)
			}
			if took := time.Since(began); took > 3*time.Second {
				r.t.Errorf("took %s", took)
			}
		}
		time.Sleep(5 * time.Second)
		if starts, aborts := r.twin.Starts(), r.twin.Aborts(); starts+aborts > 0 {
			r.t.Errorf("%d starts, %d aborts", starts, aborts)
		}
		r.wantSafe()
	})
	for name, answer := range map[string]string{
		"silence": "",
		"noise":   "\x55\xAA\x00\x01\x02\xFF\xFE\x3E\x04",
		"text":    "OK\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				host, wire := instruments.Pipe()
				go func() {
					for buf := make([]byte, 64); ; {
						if _, err := wire.Read(buf); err != nil {
							return
						}
						// The error is that the host is gone, which Read says, too.
						_, _ = wire.Write([]byte(answer))
					}
				}()
				began := time.Now()
				_, err := k.Driver().Probe(t.Context(), host)
				if code := instruments.CodeOf(err); code != instruments.NoAnswer && code != instruments.Garbled && code != instruments.WrongModel {
					t.Errorf("got %v", err)
				}
				if took := time.Since(began); took > 3*time.Second {
					t.Errorf("took %s", took)
				}
				host.Close()
			})
		})
	}
}

func (k Kit) testReading(t *testing.T) {
	k.bubble(t, simulated.Options{}, simulated.CuffQuirks{}, nil, func(r *rig) {
		began := time.Now()
		r.wantReading(r.measure(r.t.Context()), k.right())
		r.wantSafe()
		if took := time.Since(began); took > k.Takes {
			r.t.Errorf("took %s", took)
		}
		if want := append([]instruments.Phase{instruments.Connecting}, k.Phases...); !slices.Equal(r.phases, want) {
			r.t.Errorf("phases %v, want %v", r.phases, want)
		}
		for _, reading := range r.readings {
			if reading.Panel != vitals.BloodPressure || len(reading.Flags) > 0 {
				r.t.Errorf("reading %+v", reading)
			}
			if reading.Taken.Before(began.Add(10*time.Second)) || reading.Taken.After(time.Now()) {
				r.t.Errorf("taken at %s", reading.Taken)
			}
			for _, f := range reading.Capture {
				if f.Direction != instruments.FromInstrument || f.At.IsZero() {
					r.t.Errorf("frame %+v", f)
				}
			}
			explaintest.Whole(r.t, r.driver, reading.Capture)
		}
	})
}

// testLive: the samples are the pressure, often enough, and cost nothing.
func (k Kit) testLive(t *testing.T) {
	k.bubble(t, simulated.Options{}, simulated.CuffQuirks{}, nil, func(r *rig) {
		began := time.Now()
		var first *instruments.CuffSample
		r.onEvent = func(e instruments.Event) {
			sample, ok := e.(*instruments.CuffSample)
			if !ok {
				return
			}
			if first == nil {
				first = sample
			}
			if sample != first {
				r.t.Error("samples are not reused")
			}
			if off := int(sample.Pressure) - r.twin.Pressure(); off < -6 || off > 6 {
				r.t.Errorf("sample %d at a true pressure of %d", sample.Pressure, r.twin.Pressure())
			}
		}
		r.wantReading(r.measure(r.t.Context()), k.right())
		if took := time.Since(began); len(r.pressures) < int(took/(400*time.Millisecond)) {
			r.t.Errorf("%d samples in %s", len(r.pressures), took)
		}
		if top := slices.Max(r.pressures); top < 123 || top > 170 {
			r.t.Errorf("highest pressure %d", top)
		}
	})
}

// testSeries: an arm gets its rest, and each reading is of its own inflation.
func (k Kit) testSeries(t *testing.T) {
	for name, quirks := range map[string]simulated.CuffQuirks{
		"at rest":    {},
		"left tight": {LeftTight: 90},
	} {
		t.Run(name, func(t *testing.T) {
			k.bubble(t, simulated.Options{}, quirks, nil, func(r *rig) {
				empty := time.Time{}
				if quirks.LeftTight > 0 {
					empty = time.Now()
				}
				r.onEvent = func(e instruments.Event) {
					p, ok := e.(*instruments.Progress)
					if ok && p.Phase == instruments.Inflating && time.Since(empty) < 5*time.Second {
						r.t.Errorf("started %s after the cuff was let go", time.Since(empty))
					}
				}
				for i := range 3 {
					if err := r.measure(r.t.Context()); err != nil || len(r.readings) != 1 {
						r.t.Fatalf("%v, %d readings", err, len(r.readings))
					}
					empty = time.Now()
					if n := r.twin.Starts(); n != i+1 {
						r.t.Errorf("%d starts", n)
					}
				}
				if (r.twin.Aborts() > 0) != (quirks.LeftTight > 0) || len(r.twin.Violations()) > 0 {
					r.t.Errorf("%d aborts, %q", r.twin.Aborts(), r.twin.Violations())
				}
			})
		})
	}
}

func (k Kit) testCritical(t *testing.T) {
	k.bubble(t, simulated.Options{Fault: simulated.Critical}, simulated.CuffQuirks{}, nil, func(r *rig) {
		r.wantReading(r.measure(r.t.Context()), k.want(186, 112, 136, 92))
		r.wantSafe()
	})
}

// testStarts: a start that was not heard may be repeated, and one whose answer
// was lost never.
func (k Kit) testStarts(t *testing.T) {
	for name, quirks := range map[string]simulated.CuffQuirks{
		"not heard":   {DeafStarts: 1},
		"answer lost": {LostAnswers: 1},
	} {
		t.Run(name, func(t *testing.T) {
			k.bubble(t, simulated.Options{}, quirks, nil, func(r *rig) {
				if err := r.measure(r.t.Context()); k.OneStart && quirks.DeafStarts > 0 {
					r.wantFault(err, instruments.NoAnswer)
				} else {
					r.wantReading(err, k.right())
				}
				r.wantSafe()
			})
		})
	}
	t.Run("never heard", func(t *testing.T) {
		k.bubble(t, simulated.Options{}, simulated.CuffQuirks{DeafStarts: 99}, nil, func(r *rig) {
			r.wantFault(r.measure(r.t.Context()), instruments.NoAnswer)
			r.wantSafe()
			if n := r.twin.Starts(); n > 0 {
				r.t.Errorf("%d starts", n)
			}
		})
	})
}

func (k Kit) testFaults(t *testing.T) {
	for fault, want := range k.Faults {
		t.Run(string(fault), func(t *testing.T) {
			k.bubble(t, simulated.Options{Fault: fault}, simulated.CuffQuirks{}, nil, func(r *rig) {
				r.wantFault(r.measure(r.t.Context()), want)
				r.wantSafe()
			})
		})
	}
}

func (k Kit) testCodes(t *testing.T) {
	for code, want := range k.Codes {
		t.Run(k.Device(code), func(t *testing.T) {
			k.bubble(t, simulated.Options{}, simulated.CuffQuirks{Code: code}, nil, func(r *rig) {
				fault := r.wantFault(r.measure(r.t.Context()), want)
				if fault.Device != k.Device(code) {
					r.t.Errorf("device code %q", fault.Device)
				}
				r.wantSafe()
				if r.twin.Starts() != 1 || r.twin.Aborts() == 0 {
					r.t.Errorf("%d starts, %d aborts", r.twin.Starts(), r.twin.Aborts())
				}
			})
		})
	}
}

// testTarget: a first inflation that no adult may get is refused.
func (k Kit) testTarget(t *testing.T) {
	if !k.Target {
		return
	}
	for _, target := range []int{-1, 79, 281, 65696} {
		k.bubble(t, simulated.Options{}, simulated.CuffQuirks{}, nil, func(r *rig) {
			r.job.Inflation = target
			r.wantFault(r.measure(r.t.Context()), instruments.Internal)
			if n := r.twin.Starts(); n > 0 {
				r.t.Errorf("target %d: %d starts", target, n)
			}
		})
	}
	for target, want := range map[int]int{100: 150, 200: 180} { // 30 over the systolic pressure, or as told
		k.bubble(t, simulated.Options{}, simulated.CuffQuirks{}, nil, func(r *rig) {
			r.job.Inflation = target
			r.wantReading(r.measure(r.t.Context()), k.right())
			if top := slices.Max(r.pressures); top < want-8 || top > want+8 {
				r.t.Errorf("target %d: highest pressure %d", target, top)
			}
		})
	}
}

// testDecoded: the bytes of a measurement decode to what was measured.
func (k Kit) testDecoded(t *testing.T) {
	k.bubble(t, simulated.Options{}, simulated.CuffQuirks{}, nil, func(r *rig) {
		tap := &tap{Port: r.host}
		r.host = tap
		r.wantReading(r.measure(r.t.Context()), k.right())
		lived := r.readings
		r.readings, r.pressures = nil, nil
		err := r.driver.Decode(strings.NewReader(string(tap.read)), r.job, func(e instruments.Event) {
			if f, ok := e.(*instruments.Fault); ok {
				err := errors.New("decoded a fault")
				r.t.Error(errors.Join(err, f))
			}
			r.emit(e)
		})
		r.wantReading(err, numbers(lived[0]))
		if len(r.pressures) < 20 {
			r.t.Errorf("%d pressures decoded", len(r.pressures))
		}
		explaintest.Whole(r.t, r.driver, []instruments.Frame{{Direction: instruments.FromInstrument, Bytes: tap.read}})
		explaintest.Whole(r.t, r.driver, []instruments.Frame{{Direction: instruments.ToInstrument, Bytes: tap.written}})
	})
}

// A tap keeps what crosses a port.
type tap struct {
	instruments.Port
	read, written []byte
}

func (t *tap) Read(b []byte) (int, error) {
	n, err := t.Port.Read(b)
	t.read = append(t.read, b[:n]...)
	return n, err
}

func (t *tap) Write(b []byte) (int, error) {
	t.written = append(t.written, b...)
	return t.Port.Write(b)
}
