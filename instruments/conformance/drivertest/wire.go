package drivertest

import (
	"context"
	"io"
	"math/rand/v2"
	"sync"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/simulated"
)

// A spoiler changes what one end of a wire sends. It is told the offset of b in
// all that was sent, and sends what it likes on port.
type spoiler func(port instruments.Port, at int, b []byte) error

// spoil returns a wire whose writes go through s.
func spoil(s spoiler) func(instruments.Port) instruments.Port {
	return func(p instruments.Port) instruments.Port { return &spoiled{Port: p, spoil: s} }
}

type spoiled struct {
	instruments.Port
	spoil spoiler
	mu    sync.Mutex
	sent  int
}

func (s *spoiled) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := s.sent
	s.sent += len(b)
	if err := s.spoil(s.Port, at, b); err != nil {
		return 0, err
	}
	return len(b), nil
}

func send(p instruments.Port, parts ...[]byte) error {
	for _, b := range parts {
		if len(b) == 0 {
			continue
		}
		if _, err := p.Write(b); err != nil {
			return err
		}
	}
	return nil
}

// within cuts b, which is at offset at, around the run of n bytes from pos.
func within(at int, b []byte, pos, n int) (before, run, behind []byte) {
	from := min(max(pos-at, 0), len(b))
	to := min(max(pos+n-at, from), len(b))
	return b[:from], b[from:to], b[to:]
}

// change changes the byte at pos into any other.
func change(pos int, by byte) spoiler {
	return func(p instruments.Port, at int, b []byte) error {
		before, run, behind := within(at, b, pos, 1)
		if len(run) == 0 {
			return send(p, b)
		}
		return send(p, append(append(append([]byte(nil), before...), run[0]^by), behind...))
	}
}

// flip flips one bit of the byte at pos.
func flip(pos, bit int) spoiler { return change(pos, 1<<bit) }

// lose drops n bytes from pos on.
func lose(pos, n int) spoiler {
	return func(p instruments.Port, at int, b []byte) error {
		before, _, behind := within(at, b, pos, n)
		return send(p, before, behind)
	}
}

// double sends the n bytes from pos on twice.
func double(pos, n int) spoiler {
	return func(p instruments.Port, at int, b []byte) error {
		before, run, behind := within(at, b, pos, n)
		return send(p, before, run, run, behind)
	}
}

// stall drops everything from pos on.
func stall(pos int) spoiler { return lose(pos, 1<<40) }

// cut pulls the cable before the byte at pos.
func cut(pos int) spoiler {
	return func(p instruments.Port, at int, b []byte) error {
		before, _, _ := within(at, b, pos, 0)
		if at+len(b) <= pos {
			return send(p, b)
		}
		if err := send(p, before); err != nil {
			return err
		}
		p.Close()
		return io.ErrClosedPipe
	}
}

// noiseFirst sends n bytes of noise before anything else.
func noiseFirst(n int, seed uint64) spoiler { return insert(0, n, seed) }

// insert sends n bytes of noise before the byte at pos.
func insert(pos, n int, seed uint64) spoiler {
	return func(p instruments.Port, at int, b []byte) error {
		if pos < at || pos >= at+len(b) {
			return send(p, b)
		}
		before, _, behind := within(at, b, pos, 0)
		return send(p, before, noise(rand.New(rand.NewPCG(seed, 0xbad)), n), behind)
	}
}

func noise(r *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

// bytewise sends every byte by itself.
func bytewise(p instruments.Port, _ int, b []byte) error {
	for i := range b {
		if err := send(p, b[i:i+1]); err != nil {
			return err
		}
	}
	return nil
}

// latency is how long a USB adapter holds back bytes to send them together.
const latency = 16 * time.Millisecond

// gathered sends what comes within the latency at once.
func gathered() spoiler {
	var (
		mu   sync.Mutex
		held []byte
	)
	return func(p instruments.Port, _ int, b []byte) error {
		mu.Lock()
		defer mu.Unlock()
		if len(held) == 0 {
			time.AfterFunc(latency, func() {
				mu.Lock()
				defer mu.Unlock()
				_ = send(p, held)
				held = held[:0]
			})
		}
		held = append(held, b...)
		return nil
	}
}

// overtaken is how long a chunk is held back at most, if no other overtakes it.
const overtaken = 50 * time.Millisecond

// swap lets the n-th thing that is sent be overtaken by the next.
func swap(n int) spoiler {
	var (
		mu   sync.Mutex
		held []byte
		seen int
	)
	release := func(p instruments.Port) error {
		b := held
		held = nil
		return send(p, b)
	}
	return func(p instruments.Port, _ int, b []byte) error {
		mu.Lock()
		defer mu.Unlock()
		seen++
		if seen == n+1 {
			held = append([]byte(nil), b...)
			time.AfterFunc(overtaken, func() {
				mu.Lock()
				defer mu.Unlock()
				_ = release(p)
			})
			return nil
		}
		if err := send(p, b); err != nil {
			return err
		}
		return release(p)
	}
}

// babble returns a wire on which nothing but noise comes, for so long.
func babble(ctx context.Context, wire instruments.Port, line instruments.Line, seed uint64) {
	r := rand.New(rand.NewPCG(seed, 0xbab))
	const every = 40 * time.Millisecond
	each := max(int(every/line.CharTime()), 1)
	for instruments.Pause(ctx, every) == nil {
		if send(wire, noise(r, each)) != nil {
			return
		}
	}
}

// A reset is an instrument that starts anew in the middle of a transfer.
type reset struct {
	pos  int
	once sync.Once
	now  chan struct{} // made by the trial, for its own time

	mu   sync.Mutex
	anew simulated.Twin // the instrument, once it has started anew
}

// instrument returns what has become of twin.
func (r *reset) instrument(twin simulated.Twin) simulated.Twin {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.anew != nil {
		return r.anew
	}
	return twin
}

// resetTakes is the silence after a reset.
const resetTakes = time.Second

func (r *reset) spoil(p instruments.Port, at int, b []byte) error {
	before, _, _ := within(at, b, r.pos, 0)
	select {
	case <-r.now:
		return send(p, b)
	default:
	}
	if at+len(b) <= r.pos {
		return send(p, b)
	}
	r.once.Do(func() { close(r.now) })
	return send(p, before)
}

// serve runs twin, and from the reset on what renew returns.
func (r *reset) serve(ctx context.Context, twin simulated.Twin, wire instruments.Port, renew func() simulated.Twin) {
	first, end := context.WithCancel(ctx)
	defer end()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = twin.Run(first, wire)
	}()
	select {
	case <-r.now:
	case <-ended:
		return
	}
	end()
	<-ended
	twin = renew()
	r.mu.Lock()
	r.anew = twin
	r.mu.Unlock()
	if instruments.Pause(ctx, resetTakes) == nil {
		_ = twin.Run(ctx, wire)
	}
}

// both runs two instruments on one wire: each hears all that the host says, and
// the host hears both.
func both(ctx context.Context, wire instruments.Port, twins ...simulated.Twin) {
	var work sync.WaitGroup
	ears := make([]instruments.Port, len(twins))
	for i, twin := range twins {
		mouth, ear := instruments.Pipe()
		ears[i] = mouth
		work.Go(func() { _ = twin.Run(ctx, &shared{Port: ear, wire: wire}) })
	}
	buf := make([]byte, 256)
	for {
		n, err := instruments.ReadSome(ctx, wire, buf, time.Minute)
		if err != nil && instruments.CodeOf(err) != instruments.NoAnswer {
			break
		}
		for _, e := range ears {
			_ = send(e, buf[:n])
		}
	}
	for _, e := range ears {
		e.Close()
	}
	work.Wait()
}

// shared hears by an ear of its own, and speaks on the common wire.
type shared struct {
	instruments.Port
	wire instruments.Port
}

func (s *shared) Write(b []byte) (int, error) { return s.wire.Write(b) }
