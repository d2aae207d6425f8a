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

// Timing of a party line. An instrument that streams is heard within
// partyListen; one that is asked has begun to answer within partySlot, or is
// heard late; one that was answered is not interrupted for partyHold.
const (
	partyListen = 40 * time.Millisecond
	partySlot   = 40 * time.Millisecond
	partyTail   = 80 * time.Millisecond // after the last first question
	partyHold   = 250 * time.Millisecond
	partyTick   = 5 * time.Millisecond
)

// errPartyOver is what a party hears when the others have gone home.
var errPartyOver = errors.New("the line is not shared any more")

// A partyLine is one port on which several drivers probe at once, as
// neighbours once shared a telephone wire: each hears everything that comes,
// and they ask in turn. Whoever was answered goes on asking before the next
// one begins, and nobody asks while something talks by itself.
type partyLine struct {
	port Port
	char time.Duration // of one character

	mu      sync.Mutex
	parties []*party
	queue   []*party // those that want to ask
	asker   *party   // who asked last, and has not ended
	busy    bool     // the asker is writing
	over    bool
	heard   bool // anything at all
	opened  time.Time
	asked   time.Time // when the last question was out
	begun   time.Time // when the last party asked for the first time
	spoken  time.Time // when something was last heard
}

// A party is one driver's end of the line. It is a Port.
type party struct {
	line     *partyLine
	in       *stream
	talks    bool // it will ask
	turn     chan struct{}
	said     []byte // its last question
	rank     int    // of the question that waits
	number   int    // in the order of joining
	asked    bool   // at least once
	answered bool   // something came after its last question
	ended    bool   // its probe has returned
}

var _ Port = (*party)(nil)

func newPartyLine(port Port, line Line) *partyLine {
	now := time.Now()
	return &partyLine{port: port, char: line.CharTime(), opened: now, begun: now}
}

// join adds a party.
func (l *partyLine) join(talks bool) *party {
	l.mu.Lock()
	defer l.mu.Unlock()
	p := &party{line: l, in: newStream(), talks: talks, number: len(l.parties), turn: make(chan struct{}, 1)}
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
	case l.busy, now.Sub(l.opened) < partyListen+partyTick:
		return false
	case l.asker == p && p.answered:
		return true
	}
	quiet := partySlot
	if l.asker != nil && l.asker.answered && p.rank != further {
		quiet = partyHold
	}
	return now.Sub(l.asked) >= quiet && now.Sub(l.spoken) >= quiet
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
// the instrument says by itself.
func (l *partyLine) dismiss() {
	for _, p := range l.parties {
		if !p.talks {
			p.in.close()
		}
	}
}

// settled reports that nothing will come of it any more: everybody who wants to
// ask has asked, and whoever only listens has heard nothing, or has had until
// the gap between two things that an instrument sends.
func (l *partyLine) settled(gap time.Duration, patient bool) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if now.Sub(l.opened) < partyListen+partySlot {
		return false
	}
	if l.asked.IsZero() {
		listening := slices.ContainsFunc(l.parties, func(p *party) bool { return !p.talks && !p.ended })
		switch {
		case l.heard && patient:
			return !listening // they go when they have heard enough
		case l.heard, patient:
			return !listening || now.Sub(l.opened) >= gap
		}
	}
	if slices.ContainsFunc(l.queue, func(p *party) bool { return !p.asked || p.rank == further }) {
		return l.heard && l.asked.IsZero() // something talks all the time
	}
	wait := partyTail
	if l.asker != nil && l.asker.answered {
		wait = partyHold
	}
	return now.Sub(l.begun) >= partyTail && now.Sub(l.asked) >= partySlot && now.Sub(l.spoken) >= wait
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
	l.over = true
	for _, p := range l.parties {
		p.in.close()
	}
	for _, p := range l.queue {
		close(p.turn)
	}
	l.queue = nil
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

// Ranks of questions that are no party's first.
const (
	further  = -1
	repeated = 1 << 16 // is added
)

// stx opens a frame in many protocols. Some instruments that have heard it are
// deaf until the frame has ended.
const stx = 0x02

// spoils ranks a question by what it may do to the ones after it: a line of
// text nothing, since readers of lines begin anew; a longer one more than a
// shorter; and one that opens a frame most, above all if it was not meant to.
func spoils(question []byte) int {
	rank := len(question)
	switch i := bytes.IndexByte(question, stx); {
	case i == 0:
		return 1<<8 + rank
	case i > 0:
		return 1<<9 + rank
	case isTextLine(question):
		return 0
	}
	return rank
}

// isTextLine reports that b is one line of printable characters and its end.
func isTextLine(b []byte) bool {
	text := bytes.TrimRight(b, "\r\n")
	return len(text) < len(b) && !bytes.ContainsFunc(text, func(c rune) bool { return c < ' ' || c > '~' })
}

func (l *partyLine) ended() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.over
}

// Write waits until it is this party's turn to ask.
func (p *party) Write(b []byte) (int, error) {
	l := p.line
	l.mu.Lock()
	switch {
	case l.over:
		l.mu.Unlock()
		return 0, errPartyOver
	case (l.asker == p || len(l.queue) == 0) && l.free(p, time.Now()):
		l.give(p)
	default:
		l.enqueue(p, b)
	}
	l.mu.Unlock()
	if _, ok := <-p.turn; !ok || l.ended() {
		return 0, errPartyOver
	}
	n, err := l.port.Write(b)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.busy, p.said = false, bytes.Clone(b)
	l.asked = time.Now().Add(time.Duration(n) * l.char)
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
	if _, shared := p.(*party); shared {
		return min(usually, partyListen)
	}
	return usually
}
