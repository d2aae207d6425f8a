package alarm

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// A Player plays a WAV file to its end, or until ctx ends.
type Player interface {
	Play(ctx context.Context, wav []byte) error
}

// checkEvery is how often a bell that is silent finds out whether it could be
// heard.
const checkEvery = 15 * time.Minute

// A Bell makes an alarm heard, burst after burst. Its methods may be called from
// any goroutine and return at once. Close ends it.
type Bell struct {
	player Player
	volume int
	log    *slog.Logger
	ctx    context.Context
	end    context.CancelFunc
	work   sync.WaitGroup

	mu     sync.Mutex
	wanted ring
	trial  int // volume of a burst that somebody wants to hear; 0: nobody does
	mute   bool
	cut    context.CancelFunc // ends what is being played
	news   chan struct{}      // holds one entry when something else is wanted
}

// ring is what a bell is to play.
type ring struct {
	priority Priority
	loud     bool
}

// loudest is the volume of what nobody has answered in time.
const loudest = 100

// NewBell returns a silent bell that rings at a volume from 0 to 100. A nil player
// is a computer that cannot play anything.
func NewBell(player Player, volume int, log *slog.Logger) *Bell {
	b := &Bell{player: player, volume: volume, log: log, mute: player == nil, news: make(chan struct{}, 1)}
	b.ctx, b.end = context.WithCancel(context.Background())
	if player != nil {
		b.work.Go(b.run)
	}
	return b
}

// Ring has the bell play a priority from now on, at its volume or as loud as it
// can. What is less urgent is cut off.
func (b *Bell) Ring(p Priority, loud bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	want := ring{p, loud}
	if p == None {
		want = ring{}
	}
	if b.wanted == want {
		return
	}
	// A burst that is as urgent ends first: two cut ones are heard as neither.
	if b.cut != nil && (p == None || p > b.wanted.priority) {
		b.cut()
	}
	b.wanted = want
	select {
	case b.news <- struct{}{}:
	default:
	}
}

// Mute reports whether nothing can be heard on this computer, as far as it knows.
func (b *Bell) Mute() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.mute
}

// Try plays one burst at a volume from 1 to 100, for somebody who chooses it. An
// alarm that rings goes before.
func (b *Bell) Try(volume int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.wanted.priority != None {
		return
	}
	b.trial = min(volume, loudest)
	select {
	case b.news <- struct{}{}:
	default:
	}
}

// Close silences the bell.
func (b *Bell) Close() {
	b.end()
	b.work.Wait()
}

func (b *Bell) run() {
	b.play(ring{})
	for b.ctx.Err() == nil {
		b.mu.Lock()
		want, trial := b.wanted, b.trial
		b.trial = 0
		b.mu.Unlock()
		wait := checkEvery
		switch {
		case want.priority != None:
			wait = b.play(want)
		case trial > 0:
			sound, _ := Sound(Medium, trial)
			b.playSound(want, sound)
		}
		select {
		case <-b.ctx.Done():
		case <-b.news:
		case <-time.After(wait):
			if want.priority == None {
				b.play(want)
			}
		}
	}
}

// play plays one burst, or silence, unless something else is wanted by now, and
// finds out whether that could be done. It returns how long it is silent then.
func (b *Bell) play(want ring) (pause time.Duration) {
	sound := silence()
	if want.priority != None {
		volume := b.volume
		if want.loud {
			volume = loudest
		}
		sound, pause = Sound(want.priority, volume)
	}
	b.playSound(want, sound)
	return pause
}

// playSound plays a sound unless something else is wanted by now.
func (b *Bell) playSound(want ring, sound []byte) {
	ctx, cut := context.WithCancel(b.ctx)
	defer cut()
	b.mu.Lock()
	if want != b.wanted {
		b.mu.Unlock()
		return
	}
	b.cut = cut
	b.mu.Unlock()
	err := b.player.Play(ctx, sound)
	b.mu.Lock()
	b.cut = nil
	if ctx.Err() == nil {
		if err != nil && !b.mute {
			b.log.Warn("an alarm cannot be heard on this computer", "error", err)
		}
		b.mute = err != nil
	}
	b.mu.Unlock()
}
