package alarm

import (
	"encoding/binary"
	"fmt"
	"math"
	"testing"
	"time"
)

// heard is what a sound turns out to be when its samples are measured.
type heard struct {
	samples []float64
	pulses  []pulse
}

// pulse is one of them, in seconds: between the points at nine tenths of its
// height, and how long it takes from one tenth to nine.
type pulse struct {
	from, to, rise, fall float64
	height               float64
}

// listen measures a WAV file.
func listen(t *testing.T, wav []byte) heard {
	t.Helper()
	if string(wav[:4]) != "RIFF" || string(wav[8:16]) != "WAVEfmt " || string(wav[36:40]) != "data" ||
		int(binary.LittleEndian.Uint32(wav[4:])) != len(wav)-8 || int(binary.LittleEndian.Uint32(wav[40:])) != len(wav)-44 {
		t.Fatalf("no WAV file: % x", wav[:44])
	}
	if rate := binary.LittleEndian.Uint32(wav[24:]); rate != sampleRate {
		t.Fatalf("%d samples per second", rate)
	}
	var h heard
	for i := 44; i < len(wav); i += 2 {
		h.samples = append(h.samples, float64(int16(binary.LittleEndian.Uint16(wav[i:])))/math.MaxInt16)
	}
	const span = sampleRate/500 + 1 // a period of the lowest tone
	envelope := make([]float64, len(h.samples))
	for i := range envelope {
		for _, s := range h.samples[max(0, i-span/2):min(len(h.samples), i+span/2+1)] {
			envelope[i] = max(envelope[i], math.Abs(s))
		}
	}
	for i := 0; i < len(envelope); {
		if envelope[i] < 0.01 {
			i++
			continue
		}
		end := i
		for end < len(envelope) && envelope[end] >= 0.01 {
			end++
		}
		h.pulses = append(h.pulses, measure(envelope, i, end))
		i = end
	}
	return h
}

func measure(envelope []float64, begin, end int) pulse {
	var p pulse
	for _, e := range envelope[begin:end] {
		p.height = max(p.height, e)
	}
	reaches := func(part float64, from, step int) float64 {
		for i := from; ; i += step {
			if envelope[i] >= part*p.height {
				return float64(i) / sampleRate
			}
		}
	}
	p.from, p.to = reaches(0.9, begin, 1), reaches(0.9, end-1, -1)
	p.rise, p.fall = p.from-reaches(0.1, begin, 1), reaches(0.1, end-1, -1)-p.to
	return p
}

// level is how loud one frequency is in a part of a sound, in decibels.
func (h heard) level(p pulse, hertz float64) float64 {
	from, to := int(p.from*sampleRate), int(p.to*sampleRate)
	var re, im float64
	for i, s := range h.samples[from:to] {
		window := 0.5 - 0.5*math.Cos(2*math.Pi*float64(i)/float64(to-from))
		a := 2 * math.Pi * hertz * float64(i) / sampleRate
		re, im = re+window*s*math.Cos(a), im+window*s*math.Sin(a)
	}
	return 20 * math.Log10(math.Hypot(re, im)/float64(to-from))
}

// TestSoundsFollowTheStandard measures the samples of each priority against
// tables 3 and 4 of IEC 60601-1-8:2006 (and its first amendment).
func TestSoundsFollowTheStandard(t *testing.T) {
	within := func(what string, got, low, high float64) {
		t.Helper()
		if got < low || got > high {
			t.Errorf("%s is %.4g, want %g to %g", what, got, low, high)
		}
	}
	loudest := map[Priority]float64{}
	for _, row := range []struct {
		priority   Priority
		pulses     int
		long       [2]float64 // of a pulse, seconds
		interburst [2]float64
	}{
		{High, 10, [2]float64{0.075, 0.2}, [2]float64{2.5, 15}},
		{Medium, 3, [2]float64{0.125, 0.25}, [2]float64{2.5, 30}},
		{Low, 2, [2]float64{0.125, 0.25}, [2]float64{15, 3600}},
	} {
		wav, pause := Sound(row.priority, 100)
		h := listen(t, wav)
		name := fmt.Sprintf("priority %d: ", row.priority)
		if len(h.pulses) != row.pulses {
			t.Fatalf("%s%d pulses, want %d", name, len(h.pulses), row.pulses)
		}
		within(name+"time between bursts", pause.Seconds(), row.interburst[0], row.interburst[1])
		low, high := math.Inf(1), 0.0
		for i, p := range h.pulses {
			name := fmt.Sprintf("%spulse %d: ", name, i+1)
			long := p.to - p.from
			within(name+"length", long, row.long[0], row.long[1])
			within(name+"rise as part of it", p.rise/long, 0.1, 0.2)
			low, high = min(low, p.height), max(high, p.height)
			tone := patternOf(row.priority).tone
			if last := patternOf(row.priority).last; last > 0 && i == len(h.pulses)-1 {
				tone = last
			}
			within(name+"tone", tone, 150, 1000)
			base, inRange := h.level(p, tone), 0
			for k := 1; tone*float64(k) <= 4000; k++ {
				if l := h.level(p, tone*float64(k)) - base; tone*float64(k) >= 300 && math.Abs(l) <= 15 {
					inRange++
				}
			}
			within(name+"harmonics between 300 and 4000 Hz", float64(inRange), 4, 20)
			if off := h.level(p, tone*1.5) - base; off > -30 {
				t.Errorf("%shalf-way to the next harmonic it is %.0f dB: the measurement finds anything anywhere", name, off)
			}
			if i > 0 {
				gap := p.from - h.pulses[i-1].to
				spacing(t, row.priority, i, gap, long, within)
				within(name+"fall of the one before", h.pulses[i-1].fall, 0, gap-p.rise)
			}
		}
		within(name+"difference in height, dB", 20*math.Log10(high/low), 0, 10)
		loudest[row.priority] = high
	}
	if loudest[High] < loudest[Medium] || loudest[Medium] < loudest[Low] || loudest[High] > 1 || loudest[High] < 0.6 {
		t.Errorf("heights %v: the more urgent is not the louder, or it is cut", loudest)
	}
}

// spacing checks the time before the pulse with index i.
func spacing(t *testing.T, p Priority, i int, gap, long float64, within func(string, float64, float64, float64)) {
	t.Helper()
	const x = 0.1
	name := fmt.Sprintf("priority %d: time before pulse %d", p, i+1)
	switch {
	case p != High:
		within(name, gap, 0.125, 0.25)
	case i == 5:
		within(name, gap, 0.35, 1.3)
	case i == 3 || i == 8:
		within(name, gap, 2*x+long-0.01, 2*x+long+0.01)
	default:
		within(name, gap, x-0.005, x+0.005)
	}
}

// TestVolume: half the volume is half the height, and none is silence.
func TestVolume(t *testing.T) {
	height := func(volume int) float64 {
		wav, _ := Sound(High, volume)
		most := 0.0
		for _, p := range listen(t, wav).pulses {
			most = max(most, p.height)
		}
		return most
	}
	if full, half := height(100), height(50); math.Abs(half/full-0.5) > 0.01 || height(0) != 0 || height(200) != full {
		t.Errorf("heights %v, %v, %v, %v", full, half, height(0), height(200))
	}
	if len(listen(t, silence()).pulses) != 0 {
		t.Error("silence is heard")
	}
}

// TestLampsFlashByTheStandard counts the flashes of ten minutes.
func TestLampsFlashByTheStandard(t *testing.T) {
	const span = 10 * time.Minute
	for _, row := range []struct {
		priority  Priority
		low, high float64 // hertz
		duty      [2]float64
	}{
		{High, 1.4, 2.8, [2]float64{0.2, 0.6}}, {Medium, 0.4, 0.8, [2]float64{0.2, 0.6}},
		{Low, 0, 0, [2]float64{1, 1}}, {None, 0, 0, [2]float64{0, 0}},
	} {
		flashes, litFor := 0, time.Duration(0)
		for at := time.Duration(0); at < span; {
			lit, stays := Lit(row.priority, at)
			if stays == 0 {
				stays = span - at
			} else if lit {
				flashes++
			}
			if lit {
				litFor += stays
			}
			at += stays
		}
		rate, duty := float64(flashes)/span.Seconds(), litFor.Seconds()/span.Seconds()
		if rate < row.low || rate > row.high || rate > 3 || duty < row.duty[0] || duty > row.duty[1] {
			t.Errorf("priority %d: %.2f Hz, lit for %.2f of the time", row.priority, rate, duty)
		}
	}
}
