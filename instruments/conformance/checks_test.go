package conformance_test

import (
	"context"
	"errors"
	"io"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/conformance"
	"aidpost/records/vitals"
)

// outcomes makes all checks of a driver and returns how each ended.
func outcomes(t *testing.T, d instruments.Driver) (map[string]conformance.Result, error) {
	t.Helper()
	instrument := &counterTop{}
	made := map[string]conformance.Result{}
	err := conformance.Run(t.Context(), conformance.Subject{Driver: d, Open: instrument.open, Seen: instrument.seen},
		func(r conformance.Result) { made[r.Check] = r })
	return made, err
}

// TestRightDriver passes every check, so that the failures of the others are
// those of what they break.
func TestRightDriver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		made, err := outcomes(t, newPretender())
		if err != nil || len(made) != 10 {
			t.Errorf("%d checks, %v", len(made), err)
		}
		for _, r := range made {
			if r.Outcome != conformance.Pass {
				t.Errorf("%s: %s: %s", r.Check, r.Outcome, r.Detail)
			}
		}
	})
}

// A flaw is a driver that does one thing wrong, and the check that must see it.
type flaw struct {
	name   string
	breaks func(p *pretender)
	end    error // with which nothing more can be checked
}

// TestWrongDrivers: each check fails for each driver that breaks it, and those
// before it pass.
func TestWrongDrivers(t *testing.T) {
	order := []string{"model", "probe", "probe again", "harmless", "measure", "decode", "explain", "cancel", "measure again", "obedient"}
	flaws := map[string][]flaw{
		"model": modelFlaws(), "probe": probeFlaws(), "probe again": againFlaws(), "harmless": harmFlaws(),
		"measure": measureFlaws(), "decode": decodeFlaws(), "explain": explainFlaws(), "cancel": cancelFlaws(),
		"measure again": afterFlaws(), "obedient": disobedience(),
	}
	if len(flaws) != len(order) {
		t.Errorf("%d checks, %d have drivers that fail them", len(order), len(flaws))
	}
	for i, check := range order {
		for _, f := range flaws[check] {
			t.Run(check+"/"+f.name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					p := newPretender()
					f.breaks(p)
					made, err := outcomes(t, p)
					if made[check].Outcome != conformance.Fail || made[check].Detail == "" {
						t.Errorf("%s: %q", made[check].Outcome, made[check].Detail)
					}
					for _, before := range order[:i] {
						if made[before].Outcome == conformance.Fail {
							t.Errorf("%s failed, too: %s", before, made[before].Detail)
						}
					}
					if !errors.Is(err, f.end) {
						t.Errorf("ended with %v, want %v", err, f.end)
					}
					time.Sleep(2 * time.Hour) // until a driver that never returned has
				})
			})
		}
	}
}

var errUntyped = errors.New("something")

func modelFlaws() []flaw {
	return []flaw{
		{name: "an ID that is a sentence", breaks: func(p *pretender) { p.model.ID = "The Meter" }},
		{name: "no maker", breaks: func(p *pretender) { p.model.Maker = "" }},
		{name: "no line", breaks: func(p *pretender) { p.model.Line.Baud = 0 }},
		{name: "no adapter", breaks: func(p *pretender) { p.model.Adapters = nil }},
		{name: "small letters", breaks: func(p *pretender) { p.model.Adapters[0].VID = "10c4" }},
		{name: "hearsay", breaks: func(p *pretender) { p.model.Evidence = "somebody said so" }},
	}
}

// TestNoDecoder: a driver that is no Decoder fails, whatever else it does.
func TestNoDecoder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		made, _ := outcomes(t, struct{ instruments.Driver }{newPretender()})
		if made["model"].Outcome != conformance.Fail || made["explain"].Outcome != conformance.Skip {
			t.Errorf("model %+v, explain %+v", made["model"], made["explain"])
		}
	})
}

func probeFlaws() []flaw {
	probes := func(name string, end error, probe func(context.Context, instruments.Port) (instruments.Identity, error)) flaw {
		return flaw{name, func(p *pretender) { p.probe = probe }, end}
	}
	return []flaw{
		probes("slow", nil, func(ctx context.Context, port instruments.Port) (instruments.Identity, error) {
			time.Sleep(conformance.ProbeLimit + 200*time.Millisecond)
			return rightProbe(ctx, port)
		}),
		probes("no fault", nil, func(context.Context, instruments.Port) (instruments.Identity, error) {
			return instruments.Identity{}, errUntyped
		}),
		probes("not found", conformance.ErrNoInstrument, func(context.Context, instruments.Port) (instruments.Identity, error) {
			return instruments.Identity{}, instruments.NewFault(instruments.NoAnswer, "")
		}),
		probes("panics", nil, func(context.Context, instruments.Port) (instruments.Identity, error) { panic("oh") }),
		probes("never returns", conformance.ErrStuck, func(context.Context, instruments.Port) (instruments.Identity, error) {
			time.Sleep(time.Hour)
			return instruments.Identity{}, nil
		}),
	}
}

// second replaces the identity from the second probe on.
func second(name string, change func(*instruments.Identity) error) flaw {
	return flaw{name: name, breaks: func(p *pretender) {
		p.probe = func(ctx context.Context, port instruments.Port) (instruments.Identity, error) {
			id, err := rightProbe(ctx, port)
			if p.probes > 1 {
				err = change(&id)
			}
			return id, err
		}
	}}
}

func againFlaws() []flaw {
	return []flaw{
		second("another", func(id *instruments.Identity) error { id.Serial = "S43"; return nil }),
		second("its clock ran off", func(id *instruments.Identity) error { id.Drift = time.Hour; return nil }),
		second("gone", func(*instruments.Identity) error { return instruments.NewFault(instruments.NoAnswer, "") }),
		second("no fault", func(*instruments.Identity) error { return errUntyped }),
	}
}

func harmFlaws() []flaw {
	return []flaw{
		{name: "erases", breaks: func(p *pretender) {
			p.probe = func(ctx context.Context, port instruments.Port) (instruments.Identity, error) {
				if _, err := port.Write([]byte{erase}); err != nil {
					return instruments.Identity{}, err
				}
				return rightProbe(ctx, port)
			}
		}},
		{name: "a listener that asks", breaks: func(p *pretender) { p.model.Talks = false }},
		{name: "a talker that says nothing", breaks: func(p *pretender) {
			p.probe = func(context.Context, instruments.Port) (instruments.Identity, error) {
				return instruments.Identity{Serial: serial}, nil
			}
		}},
	}
}

// measures is a flaw of every measurement.
func measures(name string, measure func(context.Context, instruments.Port, instruments.Job, func(instruments.Event)) error) flaw {
	return flaw{name: name, breaks: func(p *pretender) { p.measure = measure }}
}

// reads is a flaw of the reading.
func reads(name string, change func(*instruments.Reading)) flaw {
	return measures(name, func(ctx context.Context, port instruments.Port, _ instruments.Job, emit func(instruments.Event)) error {
		r, err := takeReading(ctx, port)
		if err == nil {
			change(r)
			emit(r)
		}
		return err
	})
}

func measureFlaws() []flaw {
	return append(readingFlaws(),
		measures("no reading", func(context.Context, instruments.Port, instruments.Job, func(instruments.Event)) error { return nil }),
		measures("no fault", func(context.Context, instruments.Port, instruments.Job, func(instruments.Event)) error {
			return errUntyped
		}),
		measures("a fault", func(context.Context, instruments.Port, instruments.Job, func(instruments.Event)) error {
			return instruments.NewFault(instruments.Garbled, "")
		}),
		measures("waits for ever", func(ctx context.Context, _ instruments.Port, _ instruments.Job, _ func(instruments.Event)) error {
			<-ctx.Done()
			return context.Cause(ctx)
		}),
		measures("panics", func(context.Context, instruments.Port, instruments.Job, func(instruments.Event)) error { panic("oh") }),
		measures("twice", func(ctx context.Context, port instruments.Port, job instruments.Job, emit func(instruments.Event)) error {
			return errors.Join(rightMeasure(ctx, port, job, emit), rightMeasure(ctx, port, job, emit))
		}),
		measures("goes on", func(ctx context.Context, port instruments.Port, job instruments.Job, emit func(instruments.Event)) error {
			err := rightMeasure(ctx, port, job, emit)
			emit(&instruments.Progress{Phase: instruments.Measuring})
			return err
		}),
		measures("reading and fault", func(ctx context.Context, port instruments.Port, job instruments.Job, emit func(instruments.Event)) error {
			_ = rightMeasure(ctx, port, job, emit)
			return instruments.NewFault(instruments.Garbled, "")
		}),
	)
}

func readingFlaws() []flaw {
	return []flaw{
		reads("of another panel", func(r *instruments.Reading) { r.Panel = vitals.Oximetry }),
		reads("without a value", func(r *instruments.Reading) { r.Values = nil }),
		reads("of nobody alive", func(r *instruments.Reading) { r.Values[0].Quantity.Value = vitals.Int(99_999) }),
		reads("without its time", func(r *instruments.Reading) { r.Taken = time.Time{} }),
		reads("of tomorrow", func(r *instruments.Reading) { r.Taken = r.Taken.Add(24 * time.Hour) }),
		reads("typed in", func(r *instruments.Reading) { r.EnteredBy = "somebody" }),
		reads("without its bytes", func(r *instruments.Reading) { r.Capture = nil }),
		reads("without a direction", func(r *instruments.Reading) { r.Capture[0].Direction = 0 }),
		reads("with an empty frame", func(r *instruments.Reading) {
			r.Capture = append(r.Capture, instruments.Frame{Direction: instruments.FromInstrument})
		}),
	}
}

func decodeFlaws() []flaw {
	decodes := func(name string, decode func(io.Reader, instruments.Job, func(instruments.Event)) error) flaw {
		return flaw{name: name, breaks: func(p *pretender) { p.decode = decode }}
	}
	return []flaw{
		decodes("nothing", func(io.Reader, instruments.Job, func(instruments.Event)) error { return nil }),
		decodes("another value", func(captured io.Reader, job instruments.Job, emit func(instruments.Event)) error {
			return rightDecode(captured, job, func(e instruments.Event) {
				e.(*instruments.Reading).Values[0].Quantity.Value = vitals.Int(105)
				emit(e)
			})
		}),
		decodes("another unit", func(captured io.Reader, job instruments.Job, emit func(instruments.Event)) error {
			return rightDecode(captured, job, func(e instruments.Event) {
				e.(*instruments.Reading).Values[0].Quantity.Unit = vitals.MmolPerL
				emit(e)
			})
		}),
		decodes("an error", func(io.Reader, instruments.Job, func(instruments.Event)) error { return errUntyped }),
		decodes("panics", func(io.Reader, instruments.Job, func(instruments.Event)) error { panic("oh") }),
	}
}

func explainFlaws() []flaw {
	explains := func(name string, fields ...instruments.Field) flaw {
		return flaw{name: name, breaks: func(p *pretender) {
			p.explain = func([]instruments.Frame) []instruments.Field { return slices.Clone(fields) }
		}}
	}
	return []flaw{
		explains("nothing"),
		explains("a byte short", instruments.Field{Length: 2, Name: "value"}),
		explains("twice", instruments.Field{Length: 3, Name: "value"}, instruments.Field{Offset: 2, Length: 1, Name: "sum"}),
		explains("outside", instruments.Field{Length: 4, Name: "value"}),
		explains("of another frame", instruments.Field{Frame: 1, Length: 3, Name: "value"}),
		explains("without a name", instruments.Field{Length: 3}),
	}
}

// cancels is a flaw that shows only once the measurement is cancelled.
func cancels(name string, then func() error) flaw {
	return measures(name, func(ctx context.Context, port instruments.Port, job instruments.Job, emit func(instruments.Event)) error {
		err := rightMeasure(ctx, port, job, emit)
		if ctx.Err() != nil {
			return then()
		}
		return err
	})
}

func cancelFlaws() []flaw {
	return []flaw{
		cancels("goes on", func() error {
			time.Sleep(conformance.CancelLimit + time.Second)
			return instruments.NewFault(instruments.Stopped, "")
		}),
		cancels("no error", func() error { return nil }),
		cancels("another error", func() error { return errUntyped }),
		cancels("panics", func() error { panic("oh") }),
	}
}

func afterFlaws() []flaw {
	third := func(name string, measure func(context.Context, instruments.Port, instruments.Job, func(instruments.Event)) error) flaw {
		return flaw{name: name, breaks: func(p *pretender) {
			p.measure = func(ctx context.Context, port instruments.Port, job instruments.Job, emit func(instruments.Event)) error {
				if p.measurements > 2 {
					return measure(ctx, port, job, emit)
				}
				return rightMeasure(ctx, port, job, emit)
			}
		}}
	}
	return []flaw{
		third("dead", func(context.Context, instruments.Port, instruments.Job, func(instruments.Event)) error {
			return instruments.NewFault(instruments.NoAnswer, "")
		}),
		third("nothing", func(context.Context, instruments.Port, instruments.Job, func(instruments.Event)) error { return nil }),
	}
}

func disobedience() []flaw {
	return []flaw{measures("erases what it has read", func(ctx context.Context, port instruments.Port, job instruments.Job, emit func(instruments.Event)) error {
		err := rightMeasure(ctx, port, job, emit)
		_, _ = port.Write([]byte{erase})
		time.Sleep(time.Millisecond) // until the instrument has heard it
		return err
	})}
}
