package pulsewave

// Over which time the rate is counted and the rhythm judged, in milliseconds.
const (
	rateOver   = 10_000 // as long as an oximeter's own averaging, about
	rhythmOver = 30_000
)

// What is asked of the beats before anything is said about them.
const (
	leastBeats  = 5  // intervals, for a rate
	leastRhythm = 16 // intervals, for a rhythm
	leastShare  = 70 // percent of the time that the intervals cover
)

// An interval is uneven that is a quarter longer or shorter than the mean, which
// is how the makers of cuffs define an irregular beat. A single early beat makes
// two of them, itself and the pause after it, and is common in healthy people, so
// that it takes more than two.
const (
	unevenBy   = 25 // percent
	leastWrong = 3
)

// A Rhythm is what the beats of the last seconds come to.
type Rhythm struct {
	PerMinute int // the wave's own pulse
	Beats     int // intervals it was counted over
	// Uneven is a hint that the intervals differ, for a repeat and a professional
	// to look at. False where there were too few to say.
	Uneven bool
}

// Rhythm returns what the last beats come to. It is not ok where too few were
// found, or too much of the time has none: then nothing is known.
func (d *Detector) Rhythm() (r Rhythm, ok bool) {
	n, sum := d.last(d.samples(rateOver))
	if n < leastBeats || sum*100 < d.samples(rateOver)*leastShare {
		return Rhythm{}, false
	}
	r = Rhythm{PerMinute: (60*d.rate*n + sum/2) / sum, Beats: n}
	r.Uneven = d.uneven()
	return r, true
}

// last counts the intervals of the last samples, and sums them up.
func (d *Detector) last(samples int) (n, sum int) {
	for ; n < min(d.count, kept); n++ {
		i := d.intervals[(d.count-1-n)%kept]
		if d.now-i.end+i.length > samples {
			break
		}
		sum += i.length
	}
	return n, sum
}

func (d *Detector) uneven() bool {
	n, sum := d.last(d.samples(rhythmOver))
	if n < leastRhythm {
		return false
	}
	if first := d.intervals[(d.count-n)%kept]; sum*100 < (d.now-first.end+first.length)*leastShare {
		return false // a hand that moved half of the time
	}
	wrong := 0
	for k := range n {
		// n times the interval against their sum, so that nothing is rounded.
		off := d.intervals[(d.count-1-k)%kept].length*n - sum
		if max(off, -off)*100 > sum*unevenBy {
			wrong++
		}
	}
	return wrong >= leastWrong
}
