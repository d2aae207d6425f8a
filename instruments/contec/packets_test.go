package contec_test

import (
	"bytes"
	"context"
	"io"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/contec"
	"aidpost/instruments/simulated"
)

func newReader(b []byte) io.Reader { return bytes.NewReader(b) }

// Whatever the way out, the live samples have been stopped.
func TestLiveIsStoppedOnEveryWayOut(t *testing.T) {
	ways := map[string]func(t *testing.T, host instruments.Port){
		"reading": func(t *testing.T, host instruments.Port) {
			if err := contec.Packets().Measure(t.Context(), host, instruments.Job{}, func(instruments.Event) {}); err != nil {
				t.Error(err)
			}
		},
		"cancelled": func(t *testing.T, host instruments.Port) {
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
			defer cancel()
			if err := contec.Packets().Measure(ctx, host, instruments.Job{}, func(instruments.Event) {}); err == nil {
				t.Error("no error")
			}
		},
		"panic": func(t *testing.T, host instruments.Port) {
			defer func() {
				if recover() == nil {
					t.Error("the panic was swallowed")
				}
			}()
			_ = contec.Packets().Measure(t.Context(), host, instruments.Job{}, func(e instruments.Event) {
				if _, ok := e.(*instruments.PlethSample); ok {
					panic("in emit")
				}
			})
		},
		"probe": func(t *testing.T, host instruments.Port) {
			start := []byte{0x7D, 0x81, 0xA1, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80}
			if err := instruments.WriteAll(host, start); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Second)
			if _, err := contec.Packets().Probe(t.Context(), host); err != nil {
				t.Error(err)
			}
		},
	}
	for name, way := range ways {
		t.Run(name, func(t *testing.T) {
			twin := simulated.NewContecPackets(simulated.Options{})
			onWire(t, twin, nil, func(t *testing.T, host instruments.Port) {
				way(t, host)
				synctest.Wait()
				if twin.Live() {
					t.Error("live samples go on")
				}
				sent := twin.Commands()
				if last := sent[len(sent)-1]; name != "probe" && last != 0xA2 {
					t.Errorf("the last command is %02X", last)
				}
				// None that deletes, sets a clock or a name, or reads memory.
				for _, c := range sent {
					if !slices.Contains([]byte{0xA1, 0xA2, 0xA7, 0xA8, 0xAA, 0xAC, 0xAF}, c) {
						t.Errorf("command %02X was sent", c)
					}
				}
			})
		})
	}
}

// A measurement says every five seconds that it is still there.
func TestKeepAlive(t *testing.T) {
	twin := simulated.NewContecPackets(simulated.Options{})
	onWire(t, twin, nil, func(t *testing.T, host instruments.Port) {
		if err := contec.Packets().Measure(t.Context(), host, instruments.Job{}, func(instruments.Event) {}); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		alive := 0
		for _, c := range twin.Commands() {
			if c == 0xAF {
				alive++
			}
		}
		if alive != 12 { // 63 seconds
			t.Errorf("said %d times to be there", alive)
		}
	})
}

func TestProbe(t *testing.T) {
	stream := simulated.NewContecStream(simulated.Options{})
	plain := simulated.NewContecPackets(simulated.Options{Seed: 0})
	full := simulated.NewContecPackets(simulated.Options{Seed: 1})
	for name, c := range map[string]struct {
		driver instruments.Driver
		twin   simulated.Twin
		want   instruments.Identity
		code   instruments.FaultCode
	}{
		"stream":                    {contec.Stream(), stream, instruments.Identity{}, ""},
		"packets, nothing to tell":  {contec.Packets(), plain, instruments.Identity{}, ""},
		"packets, name and id":      {contec.Packets(), full, instruments.Identity{Serial: "AP00042", Name: "CMS50F"}, ""},
		"stream, silent instrument": {contec.Stream(), full, instruments.Identity{}, instruments.NoAnswer},
		"packets, other's frames":   {contec.Packets(), stream, instruments.Identity{}, instruments.WrongModel},
		"stream, noise":             {contec.Stream(), noise(1), instruments.Identity{}, instruments.Garbled},
		"packets, noise":            {contec.Packets(), noise(1), instruments.Identity{}, instruments.Garbled},
	} {
		t.Run(name, func(t *testing.T) {
			onWire(t, c.twin, nil, func(t *testing.T, host instruments.Port) {
				start := time.Now()
				id, err := c.driver.Probe(t.Context(), host)
				if id != c.want || instruments.CodeOf(err) != c.code {
					t.Errorf("Probe: %+v, %v; want %+v, %q", id, err, c.want, c.code)
				}
				if d := time.Since(start); d > 3*time.Second {
					t.Errorf("took %v", d)
				}
			})
		})
	}
}

// A twin's model is the driver's.
func TestModels(t *testing.T) {
	for _, f := range families() {
		twin, model := f.twin(simulated.Options{}), f.driver.Model()
		if twin.Model() != model.ID || twin.Line() != model.Line {
			t.Errorf("twin %s %v, driver %s %v", twin.Model(), twin.Line(), model.ID, model.Line)
		}
		if model.Talks != (f.name == "packets") || model.Version == "" {
			t.Errorf("model %+v", model)
		}
	}
}
