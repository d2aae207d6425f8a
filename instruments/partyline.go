package instruments

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"os"
	"slices"
	"sync"
	"time"
)

// Timing of a party line. One that was answered is not interrupted for
// partyHold.
const (
	partyHold = 250 * time.Millisecond
	partyTick = 5 * time.Millisecond
)

// A pace is how soon something is heard on a port.
type pace struct {
	listen time.Duration // an instrument that streams, sixty times a second
	slot   time.Duration // the answer to a question begins, or is heard late
	tail   time.Duration // the same after the last first question
}

// paceAt is the pace of a port. A USB adapter hands on what came as late as 16
// milliseconds afterwards, and then the bus takes its own time; a port without
// one does so at once.
func paceAt(e Endpoint) pace {
	wait := 40 * time.Millisecond
	if e.VID == "" {
		wait = 20 * time.Millisecond
	}
	return pace{listen: wait, slot: wait, tail: wait + 16*time.Millisecond}
}

// errPartyOver is what a party hears when the others have gone home.
var errPartyOver = errors.New("the line is not shared any more")

// A partyLine is one port on which several drivers probe at once, as
// neighbours once shared a telephone wire: each hears everything that comes,
// and they ask in turn. Whoever was answered goes on asking before the next
// one begins, and nobody asks while something talks by itself.
type partyLine struct {
	port Port
	pace pace
	line Line

	mu      sync.Mutex
	parties []*party
	queue   []*party // those that want to ask
	asker   *party   // who asked last, and has not ended
	busy    bool     // the asker is writing
	hushed  bool     // nobody asks any more
	heard   bool     // anything at all
	unasked []byte   // what came before the first question
	opened  time.Time
	asked   time.Time // when the last question was out
	begun   time.Time // when the last party asked for the first time
	spoken  time.Time // when something was last heard
	murmurs []murmur  // all that was heard
}

// A party is one driver's end of the line. It is a Port.
type party struct {
	line     *partyLine
	in       *stream
	talks    bool // it will ask
	seldom   bool // it waits for what says a word only now and then
	certain  bool // all but, that it has heard its instrument
	turn     chan struct{}
	said     []byte // its last question
	engaged  bool   // the last was not its first: an answer was understood
	put      time.Time
	rank     int  // of the question that waits
	number   int  // in the order of joining
	asked    bool // at least once
	answered bool // something came after its last question
	ended    bool // its probe has returned
}

var _ Port = (*party)(nil)

func newPartyLine(port Port, at Endpoint, line Line) *partyLine {
	now := time.Now()
	return &partyLine{port: port, pace: paceAt(at), line: line, opened: now, begun: now}
}

// join adds a party that probes for the model.
func (l *partyLine) join(m Model) *party {
	l.mu.Lock()
	defer l.mu.Unlock()
	p := &party{
		line: l, in: newStream(), talks: m.Talks, seldom: !m.Talks && m.Gap > 0,
		number: len(l.parties), turn: make(chan struct{}, 1),
	}
	l.parties = append(l.parties, p)
	return p
}

// run carries what comes to everybody and gives turns, until done says so. It
// returns why the port cannot be read any more.
func (l *partyLine) run(ctx context.Context, done func() bool) error {
	buf := make([]byte, 256)
	for !done() {
		if err := context.Cause(ctx); err != nil {
			return err
		}
		if err := l.port.SetReadDeadline(time.Now().Add(partyTick)); err != nil {
			return Wrap(Unplugged, err)
		}
		n, err := l.port.Read(buf)
		if err != nil && n == 0 && !errors.Is(err, os.ErrDeadlineExceeded) {
			return Wrap(Unplugged, err)
		}
		l.carry(buf[:n])
	}
	return nil
}

// carry plays to everybody what was heard, and lets the next one ask.
func (l *partyLine) carry(b []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if len(b) > 0 {
		l.heard, l.spoken = true, now
		l.murmurs = overheard(l.murmurs, now, time.Duration(len(b))*l.line.CharTime())
		if l.asked.IsZero() && !l.busy && len(l.unasked) < heardMost {
			l.unasked = append(l.unasked, b...)
		}
		if l.asker != nil {
			l.asker.answered = true
		}
		for _, p := range l.parties {
			_, _ = p.in.write(b) // one that has gone home does not hear it
		}
	}
	if len(l.queue) > 0 && l.free(l.queue[0], now) {
		p := l.queue[0]
		l.queue = l.queue[1:]
		l.give(p)
	}
}

// free reports whether p may ask.
func (l *partyLine) free(p *party, now time.Time) bool {
	switch {
	case l.busy, now.Sub(l.opened) < l.pace.listen+partyTick:
		return false
	case l.asker == p && p.answered:
		return true
	case l.awaited(p, now):
		return false
	}
	quiet := l.pace.slot
	if l.asker != nil && l.asker.answered && p.rank != further {
		quiet = partyHold
	}
	return now.Sub(l.asked) >= quiet && now.Sub(l.spoken) >= quiet
}

// awaited reports that another party than p talks with its instrument and has
// just asked on. An instrument may take its time for that.
func (l *partyLine) awaited(p *party, now time.Time) bool {
	return slices.ContainsFunc(l.parties, func(q *party) bool {
		return q != p && q.engaged && !q.ended && l.spoken.Before(q.put) && now.Sub(q.put) < partyHold
	})
}

// give lets p ask. What it heard of others cannot be an answer to it.
func (l *partyLine) give(p *party) {
	if l.asker != p && p.rank != further {
		p.in.discard()
	}
	if l.asked.IsZero() {
		l.dismiss()
	}
	l.asker, l.busy, p.answered = p, true, false
	p.turn <- struct{}{}
}

// dismiss sends home those who only listen, before the first question: what
// comes from now on may be an answer, and must not be taken for something that
// the instrument says by itself. Whoever waits for a word now and then stays:
// it wants a whole line of text, or the same a second apart, and nothing is
// asked for so long.
func (l *partyLine) dismiss() {
	for _, p := range l.parties {
		if !p.talks && !p.seldom {
			p.in.close()
		}
	}
}

// settled reports that nothing will come of it any more: everybody who wants to
// ask has asked, and whoever only listens has heard nothing, or has had until
// the gap between two things that an instrument sends. A patient party waits
// for that gap, and nobody asks meanwhile.
func (l *partyLine) settled(gap time.Duration, patient bool) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if now.Sub(l.opened) < l.pace.listen+partyTick {
		return false
	}
	listens := func(p *party) bool { return !p.talks && !p.ended }
	talks := func(p *party) bool { return p.talks && !p.ended }
	listening := slices.ContainsFunc(l.parties, listens)
	if l.asked.IsZero() {
		switch {
		case l.heard && patient && listening:
			return false // they go when they have heard enough
		case l.heard && listening:
			return now.Sub(l.opened) >= gap || now.Sub(l.spoken) >= streamGap && gap == leastGap
		case l.heard:
			return now.Sub(l.opened) >= l.pace.listen+2*l.pace.slot // too much of it to ask
		case !slices.ContainsFunc(l.parties, talks):
			return !patient || !listening || now.Sub(l.opened) >= gap
		}
	}
	if !l.hushed && !l.askedAll(now) {
		return false
	}
	if !patient || !listening {
		return true
	}
	l.hush()
	certain := func(p *party) bool { return p.certain && !p.ended }
	return now.Sub(l.opened) >= gap && !slices.ContainsFunc(l.parties, certain)
}

// askedAll reports that everybody who wants to ask has asked, and no answer is
// on its way.
func (l *partyLine) askedAll(now time.Time) bool {
	if l.busy || l.awaited(nil, now) || slices.ContainsFunc(l.queue, func(p *party) bool { return !p.asked || p.rank == further }) {
		return false
	}
	wait := l.pace.tail
	if l.asker != nil && l.asker.answered {
		wait = partyHold
	}
	return now.Sub(l.begun) >= l.pace.tail && now.Sub(l.asked) >= l.pace.slot && now.Sub(l.spoken) >= wait
}

// hush sends home everybody who asks.
func (l *partyLine) hush() {
	if l.hushed {
		return
	}
	l.hushed = true
	for _, p := range l.parties {
		if p.talks {
			p.in.close()
		}
	}
	for _, p := range l.queue {
		close(p.turn)
	}
	l.queue = nil
}

// promise says that p is all but certain to have heard its instrument.
func (l *partyLine) promise(p *party) {
	l.mu.Lock()
	defer l.mu.Unlock()
	p.certain = true
}

// leave says that the probe of p has returned.
func (l *partyLine) leave(p *party) {
	l.mu.Lock()
	defer l.mu.Unlock()
	p.ended = true
	l.queue = slices.DeleteFunc(l.queue, func(q *party) bool { return q == p })
	if l.asker == p {
		l.asker = nil
	}
}

// end sends everybody home.
func (l *partyLine) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.hush()
	for _, p := range l.parties {
		p.in.close()
	}
}

// enqueue lets p wait for its turn to ask b. Whoever asks something new was
// answered and goes first. What has come to an instrument before its own
// question can spoil that for it, so those follow that are spoilt easily and
// spoil little themselves, and repetitions go last.
func (l *partyLine) enqueue(p *party, b []byte) {
	switch p.rank = spoils(b); {
	case !p.asked:
	case bytes.Equal(b, p.said):
		p.rank += repeated
	default:
		p.rank = further
	}
	i, _ := slices.BinarySearchFunc(l.queue, p, func(q, p *party) int {
		return cmp.Or(cmp.Compare(q.rank, p.rank), cmp.Compare(q.number, p.number))
	})
	l.queue = slices.Insert(l.queue, i, p)
}

func (l *partyLine) isHushed() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.hushed
}

// skips reports that p, whose turn it is, need not ask b for the first time: some
// other party has, and there was no answer.
func (l *partyLine) skips(p *party, b []byte) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	inVain := func(q *party) bool { return q != p && q.asked && !q.answered && bytes.Equal(q.said, b) }
	if p.asked || !slices.ContainsFunc(l.parties, inVain) {
		return false
	}
	l.busy, p.asked, p.said = false, true, bytes.Clone(b)
	return true
}

// Write waits until it is this party's turn to ask.
func (p *party) Write(b []byte) (int, error) {
	l := p.line
	l.mu.Lock()
	switch {
	case l.hushed:
		l.mu.Unlock()
		return 0, errPartyOver
	case (l.asker == p || len(l.queue) == 0) && l.free(p, time.Now()):
		l.give(p)
	default:
		l.enqueue(p, b)
	}
	l.mu.Unlock()
	if _, ok := <-p.turn; !ok || l.isHushed() {
		return 0, errPartyOver
	}
	if l.skips(p, b) {
		return len(b), nil
	}
	n, err := l.port.Write(b)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.busy, p.engaged, p.said = false, p.asked && !bytes.Equal(b, p.said), bytes.Clone(b)
	l.asked = time.Now().Add(time.Duration(n) * l.line.CharTime())
	p.put = l.asked
	if !p.asked {
		p.asked, l.begun = true, l.asked
	}
	return n, err
}

func (p *party) Read(b []byte) (int, error)        { return p.in.read(b) }
func (p *party) SetReadDeadline(t time.Time) error { p.in.setDeadline(t); return nil }
func (p *party) Discard() error                    { p.in.discard(); return nil }
func (p *party) SetModemLines(dtr, rts bool) error { return nil }

// Close leaves the line to the others.
func (p *party) Close() error {
	p.in.close()
	return nil
}

// ListenBefore returns how long a driver that must not speak into what others
// say listens on p before it asks: usually for so long, and shorter where the
// port itself holds back what is written while something talks.
func ListenBefore(p Port, usually time.Duration) time.Duration {
	if p, shared := p.(*party); shared {
		return min(usually, p.line.pace.listen)
	}
	return usually
}
