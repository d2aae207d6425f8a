package alarm

import (
	"bytes"
	"encoding/binary"
	"math"
	"time"
)

// A Priority says how soon somebody has to do something.
type Priority int

// The priorities.
const (
	None   Priority = iota // nothing to be heard or to be seen
	Low                    // to be aware of
	Medium                 // soon
	High                   // at once
)

// sampleRate is of the sounds, in samples per second. All that is in them lies far
// below half of it.
const sampleRate = 22050

// A pattern is how an alarm sounds, in the terms of IEC 60601-1-8:2006, tables 3
// and 4: a burst of pulses that comes again and again. Times of a pulse are between
// the points at which it has nine tenths of its height.
type pattern struct {
	tone   float64 // of the pulses, in hertz; its multiples are heard with it
	last   float64 // of the last pulse, if it is another
	pulse  time.Duration
	rise   time.Duration   // from a tenth to nine tenths of the height, and back
	gaps   []time.Duration // between the pulses
	pause  time.Duration   // from one burst to the next
	height float64         // 1 is the loudest
}

const (
	short  = 100 * time.Millisecond // x of the standard: 50 to 125 ms
	medium = 200 * time.Millisecond // y: 125 to 250 ms

	highPulse, otherPulse = 150 * time.Millisecond, 200 * time.Millisecond
	middle                = 600 * time.Millisecond // between the halves of a high burst: 0.35 to 1.3 s
)

// patternOf is how a priority sounds: high is ten quick pulses, low the quietest.
func patternOf(p Priority) pattern {
	switch p {
	case High:
		half := []time.Duration{short, short, 2*short + highPulse, short}
		gaps := append(append(append([]time.Duration{}, half...), middle), half...)
		return pattern{tone: 523.25, pulse: highPulse, rise: 25 * time.Millisecond, gaps: gaps, pause: 4 * time.Second, height: 1}
	case Medium:
		return pattern{tone: 523.25, pulse: otherPulse, rise: 32 * time.Millisecond,
			gaps: []time.Duration{medium, medium}, pause: 8 * time.Second, height: 0.8}
	case Low:
		return pattern{tone: 659.26, last: 523.25, pulse: otherPulse, rise: 32 * time.Millisecond,
			gaps: []time.Duration{medium}, pause: 20 * time.Second, height: 0.6}
	}
	return pattern{}
}

// harmonics are the heights of a tone and its multiples. All lie between 300 and
// 4000 Hz, where the standard wants four, and within 15 dB of the tone.
func harmonics() []float64 { return []float64{1, 0.8, 0.65, 0.5, 0.4, 0.3} }

// burst returns one burst of a priority, from -1 to 1.
func burst(p Priority) []float64 {
	pat := patternOf(p)
	ramp := pat.rise * 10 / 8 // from nothing to the full height
	var out []float64
	at := time.Duration(0)
	for i := range len(pat.gaps) + 1 {
		tone := pat.tone
		if i == len(pat.gaps) && pat.last > 0 {
			tone = pat.last
		}
		// A tenth of each ramp belongs to the time of a pulse.
		length := pat.pulse + 2*(ramp-ramp/10)
		out = addPulse(out, at, tone, length, ramp, pat.height)
		if i < len(pat.gaps) {
			at += length + pat.gaps[i] - 2*(ramp-ramp/10)
		}
	}
	return out
}

// addPulse writes a pulse at a time.
func addPulse(out []float64, at time.Duration, tone float64, length, ramp time.Duration, height float64) []float64 {
	first, n, edge := samples(at), samples(length), float64(samples(ramp))
	if need := first + n; len(out) < need {
		out = append(out, make([]float64, need-len(out))...)
	}
	loudest := 0.0
	for _, h := range harmonics() {
		loudest += h
	}
	for i := range n {
		envelope := min(1, float64(i)/edge, float64(n-i)/edge)
		sum := 0.0
		for k, h := range harmonics() {
			sum += h * math.Sin(2*math.Pi*tone*float64(k+1)*float64(i)/sampleRate)
		}
		out[first+i] += height * envelope * sum / loudest
	}
	return out
}

func samples(d time.Duration) int { return int(d * sampleRate / time.Second) }

// Sound returns one burst of a priority as a WAV file, at a volume from 0 to 100,
// and how long it is silent before the next.
func Sound(p Priority, volume int) (wav []byte, pause time.Duration) {
	return encode(burst(p), float64(min(max(volume, 0), 100))/100), patternOf(p).pause
}

// silence is a sound that nobody hears, to find out whether one can be played.
func silence() []byte { return encode(make([]float64, samples(100*time.Millisecond)), 0) }

// encode writes samples as a WAV file: one channel of 16 bits.
func encode(sound []float64, volume float64) []byte {
	var b bytes.Buffer
	put := func(values ...any) {
		for _, v := range values {
			_ = binary.Write(&b, binary.LittleEndian, v) // into memory
		}
	}
	size := uint32(2 * len(sound))
	b.WriteString("RIFF")
	put(36 + size)
	b.WriteString("WAVEfmt ")
	put(uint32(16), uint16(1), uint16(1), uint32(sampleRate), uint32(2*sampleRate), uint16(2), uint16(16))
	b.WriteString("data")
	put(size)
	for _, s := range sound {
		put(int16(math.Round(s * volume * math.MaxInt16)))
	}
	return b.Bytes()
}

// A blink is how a lamp flashes.
type blink struct{ period, lit time.Duration }

// blinkOf is how a priority flashes, within table 2 of the standard: high at 1.4
// to 2.8 Hz, medium at 0.4 to 0.8 Hz, lit for 20 to 60 % of the time, and low not
// at all. No more than three flashes a second, where they become a danger.
func blinkOf(p Priority) blink {
	switch p {
	case High:
		return blink{500 * time.Millisecond, 250 * time.Millisecond}
	case Medium:
		return blink{1600 * time.Millisecond, 800 * time.Millisecond}
	}
	return blink{}
}

// Lit reports whether the lamp of a priority is lit, a time after it began to
// flash, and how long that stays so; zero: it does.
func Lit(p Priority, after time.Duration) (lit bool, stays time.Duration) {
	b := blinkOf(p)
	if b.period == 0 {
		return p != None, 0
	}
	at := max(after, 0) % b.period
	if at < b.lit {
		return true, b.lit - at
	}
	return false, b.period - at
}
