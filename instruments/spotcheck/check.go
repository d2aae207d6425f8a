package spotcheck

import "aidpost/instruments"

// A Verdict says whether a check is over.
type Verdict byte

// The verdicts.
const (
	Pending  Verdict = iota
	Accepted         // Result holds the reading
	GaveUp           // Cause says why there is none
)

// A Step is what one sample changed.
type Step struct {
	Verdict Verdict
	// Progress is what the person should see; Changed reports that it differs
	// from the step before.
	Progress instruments.Progress
	Changed  bool
	// Passing is a trouble that begins with this sample and may pass, or empty.
	Passing instruments.FaultCode
}

// A Check judges one measurement. It is not safe for concurrent use. What its
// fields call a second is the unit of the pace.
type Check struct {
	rule Rule
	span spans
	pace Pace

	// The last window of frames: ring[next] is the oldest.
	ring []frame
	next int

	second  second
	finger  finger
	elapsed int // whole seconds since the first sample

	goodRun int // good seconds in a row, up to now
	bad     int // bad seconds in a row
	settled int // seconds since the first good one, gaps bridged
	tried   int // seconds since the first good one of this contact
	dry     int // seconds since a good one, or since the finger came or went
	weakRun int // seconds in a row with a weak signal

	confirmed int // samples in a row that the instrument itself accepts

	warnedUnstable bool
	verdict        Verdict
	cause          instruments.FaultCode
	result         Result
	progress       instruments.Progress
}

// frame is what the value is made of.
type frame struct {
	spo2, pulse, signal, perfusion instruments.Number
	good                           bool
}

// second gathers one second of frames.
type second struct {
	frames, good, weak int
	lastGood           bool
	fingerOut          bool
}

// finger knows whether one is in, apart from flicker, which is at least one
// frame long.
type finger struct {
	in      bool
	run     int // frames in a row that say the opposite of in
	contact int // frames since it went in
	flicker int
}

// New returns a check for samples that come at the given pace.
func New(rule Rule, pace Pace) *Check {
	pace = pace.sound()
	span := rule.spans(pace)
	return &Check{
		rule: rule, span: span, pace: pace,
		ring:   make([]frame, span.window*pace.Frames),
		finger: finger{flicker: max(pace.Span(rule.Flicker), 1)},
	}
}

// Window returns how many of the last samples a result is judged on.
func (c *Check) Window() int { return len(c.ring) }

// Result returns the accepted reading; ok is false before.
func (c *Check) Result() (r Result, ok bool) { return c.result, c.verdict == Accepted }

// Cause returns why the check gave up, or an empty code.
func (c *Check) Cause() instruments.FaultCode { return c.cause }

// Verdict returns whether the check is over.
func (c *Check) Verdict() Verdict { return c.verdict }

// Left reports that no finger is in, now. It stays true to the samples fed
// after the verdict.
func (c *Check) Left() bool { return !c.finger.in }

// Feed judges the next sample. It keeps no pointer to it and allocates
// nothing until the verdict. After that it only watches the finger.
func (c *Check) Feed(s *instruments.PlethSample) Step {
	if c.verdict != Pending {
		c.follow(s)
		return Step{Verdict: c.verdict, Progress: c.progress}
	}
	passing := c.follow(s)
	c.gather(s)
	if c.confirm(s) {
		return c.step("")
	}
	if c.second.frames == c.pace.Frames {
		if p := c.endSecond(); p != "" {
			passing = p
		}
		c.second = second{}
	}
	return c.step(passing)
}

// step says what has changed with a sample.
func (c *Check) step(passing instruments.FaultCode) Step {
	progress := c.state()
	changed := progress != c.progress
	c.progress = progress
	return Step{Verdict: c.verdict, Progress: progress, Changed: changed, Passing: passing}
}

// follow keeps track of the finger. When it leaves, everything starts anew.
func (c *Check) follow(s *instruments.PlethSample) instruments.FaultCode {
	f := &c.finger
	if f.in {
		f.contact++
	}
	if f.in != s.FingerOut {
		f.run = 0
		return ""
	}
	if f.run++; f.run < f.flicker {
		return ""
	}
	f.in = !f.in
	f.contact = 0
	if f.in {
		f.contact = f.run
	}
	f.run = 0
	c.goodRun, c.bad, c.settled, c.tried, c.dry, c.weakRun = 0, 0, 0, 0, 0, 0
	c.warnedUnstable = false
	if f.in {
		return ""
	}
	return instruments.FingerOut
}

// gather adds the sample to the second and to the window.
func (c *Check) gather(s *instruments.PlethSample) {
	good := c.rule.good(s)
	c.second.frames++
	c.second.lastGood = good
	c.second.fingerOut = c.second.fingerOut || s.FingerOut
	if good {
		c.second.good++
	} else if !s.FingerOut && !s.Searching && (c.rule.weak(s) || s.Artifact) {
		c.second.weak++
	}
	c.ring[c.next] = frame{s.SpO2, s.Pulse, s.Signal, s.Perfusion, good}
	if c.next++; c.next == len(c.ring) {
		c.next = 0
	}
}

// endSecond counts the second that has just passed and decides. It returns a
// trouble worth mentioning, or an empty code.
func (c *Check) endSecond() instruments.FaultCode {
	c.elapsed++
	good := c.finger.in && !c.second.fingerOut && c.second.lastGood &&
		c.second.good*100 >= c.second.frames*c.rule.GoodShare
	if c.tried > 0 || good {
		c.tried++
	}
	if good {
		c.countGood()
	} else {
		c.countBad()
	}
	weakSecond := c.finger.in && c.second.weak*2 > c.second.frames
	if weakSecond {
		c.weakRun++
	} else {
		c.weakRun = 0
	}
	ready := c.remaining() <= 0
	if ready && c.accept() {
		return ""
	}
	if c.endOfPatience() {
		return ""
	}
	switch {
	case c.dry == c.span.warn:
		return c.trouble()
	case weakSecond && c.weakRun == c.span.weak:
		return instruments.WeakSignal
	case ready && !c.warnedUnstable:
		c.warnedUnstable = true
		return instruments.Unstable
	}
	return ""
}

func (c *Check) countGood() {
	c.goodRun++
	c.settled++
	c.bad, c.dry = 0, 0
}

func (c *Check) countBad() {
	c.goodRun = 0
	c.dry++
	c.bad++
	switch {
	case c.bad > c.span.gap:
		c.settled = 0
	case c.settled > 0:
		c.settled++
	}
}

// remaining returns the seconds before a value can be accepted at the soonest.
func (c *Check) remaining() int {
	return max(
		c.span.contact-c.finger.contact/c.pace.Frames,
		c.span.settle+c.span.window-c.settled,
		c.span.window-c.goodRun,
	)
}

// endOfPatience ends the check when a reading is no longer to be expected.
func (c *Check) endOfPatience() bool {
	switch {
	case c.dry >= c.span.giveUp, c.elapsed >= c.span.limit:
		c.cause = c.trouble()
	case c.tried >= c.span.giveUp:
		c.cause = instruments.Unstable
	default:
		return false
	}
	c.verdict = GaveUp
	return true
}

// trouble names what stands in the way now.
func (c *Check) trouble() instruments.FaultCode {
	switch {
	case !c.finger.in:
		return instruments.FingerOut
	case c.settled > 0:
		return instruments.Unstable
	}
	return instruments.WeakSignal
}

// state says what the person should see. Until the value is accepted the last
// second of the wait stays open.
func (c *Check) state() instruments.Progress {
	switch {
	case !c.finger.in:
		return instruments.Progress{Phase: instruments.NoFinger}
	case c.settled == 0 && c.verdict != Accepted:
		return instruments.Progress{Phase: instruments.Searching}
	}
	left := max(c.remaining(), 1)
	if c.verdict == Accepted {
		left = 0
	}
	total := c.span.least
	return instruments.Progress{
		Phase: instruments.Settling, Done: c.pace.seconds(max(total-left, 0)), Total: c.pace.seconds(total),
	}
}
