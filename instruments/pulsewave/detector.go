// Package pulsewave finds the heartbeats in a plethysmogram, the wave that a
// pulse oximeter sends beside its numbers, so that its rate can be held against
// the numbers, and tells whether the beats come evenly.
//
// Beats are found where the wave rises steeply for the time of a systole: the
// slope sum function of Zong, Heldt, Moody and Mark, "An open-source algorithm to
// detect onset of arterial blood pressure pulses", Computers in Cardiology 2003;
// 30:259-262. The dicrotic wave rises less and later, and is passed over.
//
// It counts samples and knows no clock. It diagnoses nothing: what is uneven may
// be a hand that moves.
package pulsewave

import "slices"

// LeastRate is the slowest stream, in samples a second, that beats are looked for
// in: below it a systole is two or three samples long.
const LeastRate = 25

// The shape of a beat. Times are in milliseconds.
const (
	smoothFor  = 50   // mean over this, against the noise of single samples
	riseFor    = 128  // a systole rises for about this long (Zong et al.)
	refractory = 250  // from one beat to the next at least: 240 a minute
	longest    = 2400 // and at most: 25 a minute
	relearn    = 2500 // without a beat: what was learned is of another signal
	// leastRise is the smallest rise, of 127, that is no noise of the last bit.
	leastRise = 6
)

// heights is how many beats say how high a beat rises.
const heights = 8

// kept is how many intervals are remembered.
const kept = 96

// A Detector finds the beats in one stream of samples. It is not safe for
// concurrent use. Feed allocates nothing.
type Detector struct {
	rate int // samples a second

	smooth ring // the last samples
	rises  ring // what the mean over them rose by, at least zero
	sum    int  // of the rises
	fed    int  // samples since the last break, until smooth is full

	now    int  // samples since the start
	beat   int  // when the last beat was; zero: none since the last break
	sound  bool // it was as high as a beat is
	rising bool
	top    int // highest sum of this rise
	topAt  int
	// highest is what the sum has reached lately, in 256ths; it sinks slowly.
	highest int

	height [heights]int // of the last beats
	known  int          // beats that height has, at most heights
	next   int

	intervals [kept]interval
	count     int // intervals ever found
}

// interval is the time from one beat to the next, in samples.
type interval struct{ end, length int }

// New returns a detector for a stream of so many samples a second, or nil if
// they are fewer than LeastRate.
func New(rate int) *Detector {
	if rate < LeastRate {
		return nil
	}
	d := &Detector{rate: rate}
	d.smooth = newRing(max(d.samples(smoothFor), 1))
	d.rises = newRing(max(d.samples(riseFor), 2))
	return d
}

// samples returns how many come in a time of milliseconds.
func (d *Detector) samples(ms int) int { return (d.rate*ms + 500) / 1000 }

// Feed takes the next sample of the wave and reports whether a beat has just
// been found; it is found while the wave rises, a little after it began.
func (d *Detector) Feed(level int) (beat bool) {
	d.now++
	oldest := d.smooth.push(level)
	if d.fed < len(d.smooth.values) {
		d.fed++
		return false
	}
	// What a mean rises by is the difference of its ends, over its length.
	rise := max(level-oldest, 0)
	d.sum += rise - d.rises.push(rise)
	sum := d.sum / len(d.smooth.values)
	d.highest = max(d.highest-d.highest/(2*d.rate), sum<<8)
	if d.beat > 0 && d.now-d.beat > d.samples(relearn) {
		d.forget()
	}
	return d.climb(sum)
}

// climb follows one rise of the wave to where it is steepest.
func (d *Detector) climb(sum int) (beat bool) {
	least := d.threshold()
	switch {
	case !d.rising && sum >= least:
		d.rising, d.top, d.topAt = true, sum, d.now
	case d.rising && sum > d.top:
		d.top, d.topAt = sum, d.now
	case d.rising && sum < max(d.top/2, least/2):
		d.rising = false
		return d.take(d.topAt, d.top)
	}
	return false
}

// threshold is what a rise must reach to be a beat: not quite half of what the
// last ones did.
func (d *Detector) threshold() int {
	usual := d.highest >> 8
	if d.known >= 3 {
		usual = d.usual()
	}
	return max(usual*45/100, leastRise)
}

// usual is the median height of the last beats.
func (d *Detector) usual() int {
	sorted := d.height
	slices.Sort(sorted[:d.known])
	return sorted[(d.known-1)/2]
}

// take notes a beat that was steepest at a sample.
func (d *Detector) take(at, height int) bool {
	length := at - d.beat
	if d.beat > 0 && length < d.samples(refractory) {
		return false
	}
	sound := true
	if d.known >= 3 {
		usual := d.usual()
		sound = height*5 >= usual*2 && height*2 <= usual*5 // within 0.4 to 2.5 times
	}
	if d.beat > 0 && d.sound && sound && length <= d.samples(longest) {
		d.intervals[d.count%kept] = interval{end: at, length: length}
		d.count++
	}
	d.beat, d.sound = at, sound
	d.height[d.next] = height
	d.next = (d.next + 1) % heights
	d.known = min(d.known+1, heights)
	return true
}

// Break says that a sample is missing or not to be trusted: no interval reaches
// over it.
func (d *Detector) Break() {
	d.now++
	d.beat, d.rising, d.fed, d.sum = 0, false, 0, 0
	clear(d.rises.values)
}

// forget learns anew how high a beat rises.
func (d *Detector) forget() {
	d.beat, d.known, d.next, d.highest, d.rising = 0, 0, 0, 0, false
}

// Reset forgets everything: another finger is in.
func (d *Detector) Reset() {
	d.Break()
	d.forget()
	d.count, d.now = 0, 0
}

// A ring is the last values of a stream.
type ring struct {
	values []int
	at     int
}

func newRing(n int) ring { return ring{values: make([]int, n)} }

// push puts a value in, and returns the oldest, which it puts out.
func (r *ring) push(v int) (oldest int) {
	oldest, r.values[r.at] = r.values[r.at], v
	if r.at++; r.at == len(r.values) {
		r.at = 0
	}
	return oldest
}
