package pulsewave_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"aidpost/instruments/pulsewave"
)

// wave is a plethysmogram of beats that begin at given seconds: the steep rise of
// the systole, the slow fall, and a dicrotic wave, as an oximeter's gain control
// hands it out, from 0 to 127.
type wave struct {
	rate     int
	dicrotic float64 // height of the dicrotic wave beside the first
	noise    float64 // of single samples, of 127
	breath   float64 // by which the whole wanders with the breath
	low      float64 // height of the wave, of 127; zero: 90
	r        *rand.Rand
}

// beats returns when beats begin that are so many seconds apart.
func beats(seconds float64, apart func(n int) float64) []float64 {
	var at []float64
	t := 0.1
	for n := 0; t < seconds; n++ {
		at = append(at, t)
		t += apart(n)
	}
	return at
}

// every is a heart that beats so often a minute.
func every(perMinute float64) func(int) float64 {
	return func(int) float64 { return 60 / perMinute }
}

func (w wave) samples(seconds float64, at []float64) []int {
	high := w.low
	if high == 0 {
		high = 90
	}
	out := make([]int, int(seconds*float64(w.rate)))
	k := 0
	for i := range out {
		t := float64(i) / float64(w.rate)
		for k+1 < len(at) && at[k+1] <= t {
			k++
		}
		level := 0.0
		for j := max(k-1, 0); j <= k; j++ { // the last beat still falls
			level = max(level, w.beat(t-at[j]))
		}
		v := 15 + high*level + w.breath*math.Sin(2*math.Pi*0.25*t)
		if w.r != nil {
			v += w.noise * w.r.NormFloat64()
		}
		out[i] = min(max(int(v+0.5), 0), 127)
	}
	return out
}

// beat is the height of one beat so many seconds after it began, 0 to 1.
func (w wave) beat(t float64) float64 {
	if t < 0 {
		return 0
	}
	const up = 0.12
	level := math.Sin(math.Pi / 2 * min(t/up, 1))
	if t > up {
		level = math.Exp(-2.5 * (t - up))
	}
	d := (t - 0.42) / 0.06
	return min(level+w.dicrotic*math.Exp(-d*d), 1)
}

func feed(d *pulsewave.Detector, levels []int) (found int) {
	for _, l := range levels {
		if d.Feed(l) {
			found++
		}
	}
	return found
}

// TestRate counts hearts from 35 to 200 a minute at the rates of our instruments,
// with noise, with a strong dicrotic wave and with a trace that wanders.
func TestRate(t *testing.T) {
	for _, rate := range []int{50, 60, 75, 100, 200} {
		for perMinute := 35.0; perMinute <= 200; perMinute += 5 {
			for name, w := range map[string]wave{
				"clean":    {},
				"dicrotic": {dicrotic: 0.25},
				"noise":    {dicrotic: 0.15, noise: 3},
				"breath":   {dicrotic: 0.15, breath: 12},
				"weak":     {low: 30, noise: 0.5},
			} {
				w.rate, w.r = rate, rand.New(rand.NewPCG(uint64(rate), uint64(perMinute)))
				d := pulsewave.New(rate)
				feed(d, w.samples(20, beats(20, every(perMinute))))
				r, ok := d.Rhythm()
				if off := math.Abs(float64(r.PerMinute) - perMinute); !ok || off > 1+perMinute/50 || r.Uneven {
					t.Errorf("%s at %d samples a second: %v a minute is %+v, %t", name, rate, perMinute, r, ok)
				}
			}
		}
	}
}

// TestUneven: a heart that follows the breath, or has one early beat in half a
// minute, is no reason to say anything.
func TestUneven(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	for name, tt := range map[string]struct {
		apart func(n int) float64
		want  bool
	}{
		"steady":           {every(72), false},
		"with the breath":  {func(n int) float64 { return 0.85 + 0.1*math.Sin(float64(n)) }, false},
		"a little at odds": {func(int) float64 { return 0.85 * (1 + 0.05*r.NormFloat64()) }, false},
		"one early beat": {func(n int) float64 {
			return map[int]float64{20: 0.5, 21: 1.15}[n] + map[bool]float64{true: 0.85}[n != 20 && n != 21]
		}, false},
		"every sixth early": {func(n int) float64 { return []float64{0.85, 0.85, 0.85, 0.85, 0.5, 1.2}[n%6] }, true},
		"by chance":         {func(int) float64 { return 0.45 + 0.75*r.Float64() }, true},
	} {
		w := wave{rate: 60, dicrotic: 0.15, noise: 1.5, breath: 4, r: r}
		d := pulsewave.New(60)
		feed(d, w.samples(30, beats(30, tt.apart)))
		if got, ok := d.Rhythm(); !ok || got.Uneven != tt.want {
			t.Errorf("%s: %+v, %t", name, got, ok)
		}
	}
}

// TestNothingToFind: where there is no pulse, none is found.
func TestNothingToFind(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 9))
	for name, next := range map[string]func(i int) int{
		"flat":         func(int) int { return 64 },
		"at the limit": func(int) int { return 127 },
		"last bit":     func(int) int { return 63 + r.IntN(2) },
		"steps of two": func(i int) int { return 62 + 2*(i/40%2) },
		"drift":        func(i int) int { return i / 20 % 128 },
		"breath alone": func(i int) int { return 64 + int(20*math.Sin(2*math.Pi*0.25*float64(i)/60)) },
	} {
		d := pulsewave.New(60)
		for i := range 60 * 60 {
			d.Feed(next(i))
		}
		if got, ok := d.Rhythm(); ok {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// TestMotion: a hand that moves is chaos; what is said of it is nothing, or that
// it is uneven, and once the hand is still the rate is right again.
func TestMotion(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 1))
	for seed := range uint64(200) {
		w := wave{rate: 60, dicrotic: 0.15, noise: 1, r: rand.New(rand.NewPCG(seed, 2))}
		d := pulsewave.New(60)
		feed(d, w.samples(15, beats(15, every(75))))
		for range 6 * 60 {
			d.Feed(r.IntN(128))
		}
		feed(d, w.samples(15, beats(15, every(75))))
		if got, ok := d.Rhythm(); !ok || got.PerMinute < 73 || got.PerMinute > 77 {
			t.Fatalf("seed %d: %+v, %t", seed, got, ok)
		}
	}
}

// TestRelearns: after a jolt that rose higher than any beat, the beats of a weak
// pulse are found again.
func TestRelearns(t *testing.T) {
	w := wave{rate: 60, low: 25}
	d := pulsewave.New(60)
	for i := range 5 * 60 {
		d.Feed(i / 20 % 2 * 127)
	}
	feed(d, w.samples(14, beats(14, every(66))))
	if got, ok := d.Rhythm(); !ok || got.PerMinute < 65 || got.PerMinute > 67 {
		t.Errorf("%+v, %t", got, ok)
	}
}

// TestBreak: no interval reaches over what was not seen.
func TestBreak(t *testing.T) {
	w := wave{rate: 60}
	d := pulsewave.New(60)
	feed(d, w.samples(12, beats(12, every(60))))
	before, _ := d.Rhythm()
	for range 30 {
		d.Break()
	}
	feed(d, w.samples(8.2, beats(8.2, every(60))))
	if after, ok := d.Rhythm(); !ok || after.PerMinute != before.PerMinute || after.Uneven {
		t.Errorf("%+v before and %+v after", before, after)
	}
	d.Reset()
	if got, ok := d.Rhythm(); ok {
		t.Errorf("of nobody's finger: %+v", got)
	}
}

// TestTooSlow: a stream of one sample a second has no beats to find.
func TestTooSlow(t *testing.T) {
	for rate, want := range map[int]bool{-1: false, 0: false, 1: false, 24: false, 25: true, 60: true} {
		if got := pulsewave.New(rate) != nil; got != want {
			t.Errorf("at %d samples a second: %t", rate, got)
		}
	}
}

func TestFeedAllocatesNothing(t *testing.T) {
	d := pulsewave.New(60)
	levels := wave{rate: 60}.samples(60, beats(60, every(72)))
	if n := testing.AllocsPerRun(10, func() {
		feed(d, levels)
		d.Rhythm()
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

// FuzzDetector: whatever comes, what is said of it can be a heart, and never more
// beats are found than a heart makes.
func FuzzDetector(f *testing.F) {
	for _, perMinute := range []float64{40, 72, 180} {
		var text []byte
		for _, l := range (wave{rate: 60}).samples(15, beats(15, every(perMinute))) {
			text = append(text, byte(l))
		}
		f.Add(uint8(60), text)
	}
	f.Fuzz(func(t *testing.T, rate uint8, text []byte) {
		d := pulsewave.New(int(rate))
		if d == nil {
			return
		}
		found := 0
		for _, b := range text {
			switch {
			case b == 0xff:
				d.Break()
			case d.Feed(int(b)):
				found++
			}
			if r, ok := d.Rhythm(); ok && (r.PerMinute < 25 || r.PerMinute > 250 || r.Beats < 5) {
				t.Fatalf("%+v", r)
			}
		}
		if most := len(text)*4/int(rate) + 1 + len(text)/10; found > most {
			t.Fatalf("%d beats in %d samples, %d a second", found, len(text), rate)
		}
	})
}

func BenchmarkFeed(b *testing.B) {
	for _, rate := range []int{60, 100} {
		b.Run(fmt.Sprint(rate), func(b *testing.B) {
			w := wave{rate: rate, dicrotic: 0.15, noise: 2, r: rand.New(rand.NewPCG(1, 1))}
			levels := w.samples(60, beats(60, every(72)))
			d := pulsewave.New(rate)
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				d.Feed(levels[i%len(levels)])
			}
		})
	}
}
