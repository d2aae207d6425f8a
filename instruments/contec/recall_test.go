package contec_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/contec"
	"aidpost/instruments/simulated"
)

// recalled keeps what a download emits.
type recalled struct {
	stored []*instruments.Recording
	other  []string // events that a download may not emit
}

func (r *recalled) emit(e instruments.Event) {
	switch e := e.(type) {
	case *instruments.Recording:
		r.stored = append(r.stored, e)
	case *instruments.Progress:
	default:
		r.other = append(r.other, fmt.Sprintf("%T", e))
	}
}

// A keeper is an instrument with something stored.
type keeper struct {
	driver interface {
		instruments.Decoder
		instruments.Recaller
	}
	twin func(simulated.Options) simulated.Twin
	// nights are what a twin has stored; indexed if with the perfusion index.
	nights  func(simulated.Twin) []*simulated.ContecNight
	indexed func(simulated.Options) bool
}

func keepers() map[string]keeper {
	return map[string]keeper{
		"stream": {
			contec.Stream(), func(o simulated.Options) simulated.Twin { return simulated.NewContecStream(o) },
			func(twin simulated.Twin) []*simulated.ContecNight {
				return []*simulated.ContecNight{twin.(*simulated.ContecStream).Night()}
			},
			func(simulated.Options) bool { return false },
		},
		"packets": {
			contec.Packets(), func(o simulated.Options) simulated.Twin { return simulated.NewContecPackets(o) },
			func(twin simulated.Twin) []*simulated.ContecNight { return twin.(*simulated.ContecPackets).Nights() },
			func(o simulated.Options) bool { return o.Seed%2 == 1 },
		},
	}
}

// seconds are what a night must be read as.
func (k keeper) seconds(n *simulated.ContecNight, o simulated.Options) []instruments.RecordedSample {
	list := slices.Clone(n.Samples)
	for i := range list {
		if !k.indexed(o) {
			list[i].Perfusion = instruments.Missing
		}
	}
	return list
}

// Every second of every session comes, with when it began as far as the
// instrument knows; and a finger can be measured right after.
func TestRecall(t *testing.T) {
	for name, k := range keepers() {
		for seed := range uint64(8) {
			t.Run(fmt.Sprint(name, " ", seed), func(t *testing.T) {
				o := simulated.Options{Seed: seed}
				twin := k.twin(o)
				var said told
				hear := func(p instruments.Port) instruments.Port {
					said.Port = simulated.Paced(p, twin.Line())
					return &said
				}
				zone := time.FixedZone("", 3600)
				onWire(t, twin, hear, func(t *testing.T, host instruments.Port) {
					var got recalled
					if err := k.driver.Recall(t.Context(), host, instruments.Job{Zone: zone}, got.emit); err != nil || len(got.other) > 0 {
						t.Fatal(err, got.other)
					}
					k.check(t, got.stored, twin, o, zone)
					var again recalled
					if err := k.driver.Decode(&said.said, instruments.Job{Zone: zone}, again.emit); err != nil {
						t.Fatal(err)
					}
					k.check(t, again.stored, twin, o, zone)
					job := instruments.Job{Contact: 20 * time.Second}
					if err := k.driver.Measure(t.Context(), host, job, func(instruments.Event) {}); err != nil {
						t.Errorf("measuring after it: %v", err)
					}
				})
				if strict, ok := twin.(interface{ Violations() []string }); ok && len(strict.Violations()) > 0 {
					t.Errorf("it was told %q", strict.Violations())
				}
			})
		}
	}
}

func (k keeper) check(t *testing.T, stored []*instruments.Recording, twin simulated.Twin, o simulated.Options, zone *time.Location) {
	t.Helper()
	nights := k.nights(twin)
	if len(stored) != len(nights) {
		t.Fatalf("%d sessions, want %d", len(stored), len(nights))
	}
	for i, r := range stored {
		want := nights[i]
		if !slices.Equal(r.Samples, k.seconds(want, o)) || r.Announced != len(want.Samples) || r.Every != time.Second {
			t.Errorf("session %d: %d seconds of %d, want %d", i, len(r.Samples), r.Announced, len(want.Samples))
		}
		var began time.Time
		clock := ""
		switch {
		case k.driver == contec.Stream() && o.Seed/2%2 == 0:
			clock = want.TimeOfDay()
		case k.driver != contec.Stream() && o.Seed%2 == 1:
			began = time.Date(2026, time.March, 9, 23, want.Began.Minute(), want.Began.Second(), 0, zone)
		}
		if !r.Began.Equal(began) || r.TimeOfDay != clock {
			t.Errorf("session %d began %v, %q; want %v, %q", i, r.Began, r.TimeOfDay, began, clock)
		}
	}
}

// told keeps what an instrument said.
type told struct {
	instruments.Port
	said bytes.Buffer
}

func (p *told) Write(b []byte) (int, error) {
	p.said.Write(b)
	return p.Port.Write(b)
}

// spoiler drops some bytes of what the instrument sends, or flips a bit of one.
type spoiler struct {
	instruments.Port
	at, lose int
	flip     byte
	sent     int
}

func (s *spoiler) Write(b []byte) (int, error) {
	var out []byte
	for _, c := range b {
		if s.sent == s.at {
			c ^= s.flip
		}
		if s.sent < s.at || s.sent >= s.at+s.lose {
			out = append(out, c)
		}
		s.sent++
	}
	if len(out) > 0 {
		if _, err := s.Port.Write(out); err != nil {
			return 0, err
		}
	}
	return len(b), nil
}

// Whatever is lost or damaged on the way, either every second is where it was,
// or a fault says that it is not so.
func TestRecallOfDamagedSessions(t *testing.T) {
	for name, k := range keepers() {
		t.Run(name, func(t *testing.T) {
			spoilt, whole := 0, 0
			for at := 0; at < 2400; at += 7 {
				for _, s := range []spoiler{{lose: 1}, {lose: 2}, {lose: 5}, {lose: 9}, {lose: 40}, {flip: 0x80}, {flip: 1 << (at % 7)}} {
					s.at = at
					o := simulated.Options{Seed: 1}
					twin := k.twin(o)
					spoil := func(p instruments.Port) instruments.Port {
						s.Port = p
						return &s
					}
					onWire(t, twin, spoil, func(t *testing.T, host instruments.Port) {
						var got recalled
						err := k.driver.Recall(t.Context(), host, instruments.Job{}, got.emit)
						switch problem := k.misplaced(got.stored, twin, o); {
						case err != nil:
							spoilt++
						case problem != "":
							t.Errorf("%d lost, bits %02X flipped at %d: %s, without a fault", s.lose, s.flip, at, problem)
						default:
							whole++
						}
					})
				}
			}
			if spoilt == 0 || whole == 0 {
				t.Errorf("%d faults, %d whole: too little is tested", spoilt, whole)
			}
		})
	}
}

// An answer that is damaged on the way is asked for once more.
func TestRecallAsksAgain(t *testing.T) {
	k := keepers()["packets"]
	for at := range 48 { // up to the first stored seconds
		o := simulated.Options{Seed: 0}
		twin := k.twin(o)
		s := spoiler{at: at, lose: 1}
		spoil := func(p instruments.Port) instruments.Port {
			s.Port = p
			return &s
		}
		onWire(t, twin, spoil, func(t *testing.T, host instruments.Port) {
			var got recalled
			err := k.driver.Recall(t.Context(), host, instruments.Job{}, got.emit)
			if problem := k.misplaced(got.stored, twin, o); err != nil || problem != "" {
				t.Errorf("byte %d lost: %v, %s", at, err, problem)
			}
		})
	}
}

// misplaced says which session has seconds that are not where they were. A few
// may be missing or, without a checksum, wrong.
func (k keeper) misplaced(stored []*instruments.Recording, twin simulated.Twin, o simulated.Options) string {
	nights := k.nights(twin)
	if len(stored) != len(nights) {
		return fmt.Sprintf("%d sessions, want %d", len(stored), len(nights))
	}
	for i, r := range stored {
		want := k.seconds(nights[i], o)
		if len(r.Samples) != len(want) && r.Announced > 0 { // not every model says how many there are
			return fmt.Sprintf("session %d has %d seconds, want %d", i, len(r.Samples), len(want))
		}
		wrong := 0
		for j := range min(len(want), len(r.Samples)) {
			if r.Announced > 0 && r.Samples[j] != want[j] {
				wrong++
			}
		}
		if wrong > 25 {
			return fmt.Sprintf("session %d has %d wrong seconds", i, wrong)
		}
	}
	return ""
}

// What a download finds where there is nothing, and how it ends when it is
// cancelled or cut.
func TestRecallWithoutSession(t *testing.T) {
	cancelled := errors.New("enough")
	for name, k := range keepers() {
		full := func() simulated.Twin { return k.twin(simulated.Options{Seed: 1}) }
		for what, c := range map[string]struct {
			twin simulated.Twin
			wrap func(instruments.Port) instruments.Port
			want instruments.FaultCode
			stop time.Duration
		}{
			"nothing stored": {k.twin(simulated.Options{Fault: simulated.NoResult}), nil, instruments.NoNewResult, 0},
			"pulled":         {full(), func(p instruments.Port) instruments.Port { return simulated.CutAfter(p, 1900) }, instruments.Unplugged, 0},
			"goes silent":    {full(), func(p instruments.Port) instruments.Port { return &mute{p, 1900} }, instruments.DamagedRecord, 0},
			"cancelled":      {full(), nil, instruments.Internal, 700 * time.Millisecond},
		} {
			t.Run(name+"/"+what, func(t *testing.T) {
				pace := func(p instruments.Port) instruments.Port {
					if c.wrap != nil {
						p = c.wrap(p)
					}
					return simulated.Paced(p, c.twin.Line())
				}
				onWire(t, c.twin, pace, func(t *testing.T, host instruments.Port) {
					ctx, cancel := contextFor(t, c.stop, cancelled)
					defer cancel()
					var got recalled
					start := time.Now()
					err := k.driver.Recall(ctx, host, instruments.Job{}, got.emit)
					if instruments.CodeOf(err) != c.want || c.stop > 0 && !errors.Is(err, cancelled) {
						t.Errorf("%v, want %q", err, c.want)
					}
					if d := time.Since(start); d > 65*time.Second || c.stop > 0 && d > c.stop+time.Second {
						t.Errorf("took %v", d)
					}
				})
			})
		}
	}
}

// A measurement reads no memory, and a stored session that comes all the same
// is no reading.
func TestSessionIsNoReading(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		night := []byte{0xF2, 0x97, 0x1E, 0xF2, 0x97, 0x1E, 0xF2, 0x97, 0x1E}
		for range 3600 {
			night = append(night, 0xF0, 0xBC, 0x61)
		}
		host, wire := instruments.Pipe()
		go func() { _ = instruments.WriteAll(wire, night) }()
		var got events
		err := contec.Stream().Measure(t.Context(), host, instruments.Job{Contact: time.Second}, got.emit)
		if err == nil || len(got.readings) > 0 || len(got.samples) > 0 {
			t.Errorf("%v, %d readings, %d samples", err, len(got.readings), len(got.samples))
		}
		host.Close()
	})
}

func TestBoards(t *testing.T) {
	for d, twin := range map[contec.StreamDriver]simulated.Twin{
		contec.Board():      simulated.NewContecBoard(simulated.Options{}),
		contec.PlainBoard(): simulated.NewContecPlainBoard(simulated.Options{}),
	} {
		m := d.Model()
		if twin.Line() != m.Line || twin.Model() != m.ID || m.Abilities.Memory {
			t.Errorf("twin %s %v, model %+v", twin.Model(), twin.Line(), m)
		}
		paced := func(p instruments.Port) instruments.Port { return simulated.Paced(p, m.Line) }
		onWire(t, twin, paced, func(t *testing.T, host instruments.Port) {
			if _, err := d.Probe(t.Context(), host); err != nil {
				t.Errorf("%s: %v", m.ID, err)
			}
			var got events
			if err := d.Measure(t.Context(), host, instruments.Job{}, got.emit); err != nil || len(got.readings) != 1 {
				t.Errorf("%s: %v", m.ID, err)
			}
		})
		onWire(t, simulated.NewContecPackets(simulated.Options{}), nil, func(t *testing.T, host instruments.Port) {
			_, err := d.Probe(t.Context(), host)
			if want := map[bool]instruments.FaultCode{true: "", false: instruments.NoAnswer}[m.Chosen]; instruments.CodeOf(err) != want {
				t.Errorf("%s on a silent wire: %v", m.ID, err)
			}
		})
	}
}

// contextFor is cancelled after d, unless that is zero.
func contextFor(t *testing.T, d time.Duration, cause error) (context.Context, context.CancelFunc) {
	if d == 0 {
		return context.WithCancel(t.Context())
	}
	return context.WithTimeoutCause(t.Context(), d, cause)
}

// BenchmarkRecall downloads a session over a wire as slow as its line.
func BenchmarkRecall(b *testing.B) {
	for name, k := range keepers() {
		b.Run(name, func(b *testing.B) {
			twin := k.twin(simulated.Options{})
			crossed := 0
			for b.Loop() {
				host, wire := instruments.Pipe()
				var said told
				said.Port = simulated.Paced(wire, twin.Line())
				ctx, cancel := context.WithCancel(context.Background())
				var run sync.WaitGroup
				run.Go(func() { _ = twin.Run(ctx, &said) })
				if err := k.driver.Recall(ctx, host, instruments.Job{}, func(instruments.Event) {}); err != nil {
					b.Fatal(err)
				}
				cancel()
				host.Close()
				run.Wait()
				crossed += said.said.Len()
			}
			limit := time.Duration(crossed) * twin.Line().CharTime()
			b.ReportMetric(float64(limit)/float64(b.Elapsed()), "of-baud-limit")
		})
	}
}
