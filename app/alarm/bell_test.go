package alarm

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// player takes as long as a sound lasts, and notes what was heard of it.
type player struct {
	began time.Time
	mu    sync.Mutex
	heard []string
	fails error
}

func (p *player) Play(ctx context.Context, wav []byte) error {
	p.mu.Lock()
	fails := p.fails
	p.mu.Unlock()
	if fails != nil {
		return fails
	}
	began := time.Since(p.began)
	long := time.Duration(binary.LittleEndian.Uint32(wav[40:])) * time.Second / (2 * sampleRate)
	how := "whole"
	select {
	case <-ctx.Done():
		how = "cut"
	case <-time.After(long):
	}
	loud := 0
	for i := 44; i < len(wav); i += 2 {
		loud = max(loud, int(int16(binary.LittleEndian.Uint16(wav[i:])))*100/32767)
	}
	what := map[bool]string{true: "sound", false: "silence"}[loud > 0]
	if loud > 50 {
		what = "loud sound"
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.heard = append(p.heard, fmt.Sprintf("%s at %.1f s, %s", what, began.Seconds(), how))
	return nil
}

func (p *player) all() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	defer func() { p.heard = nil }()
	return strings.Join(p.heard, "; ")
}

func (p *player) fail(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fails = err
}

// TestBellRings: burst after burst with the pause of the priority between, what
// is more urgent at once, and silence when it is told.
func TestBellRings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &player{began: time.Now()}
		bell := NewBell(p, 50, slog.New(slog.DiscardHandler))
		defer bell.Close()
		for _, row := range []struct {
			after time.Duration
			ring  Priority
			loud  bool
		}{
			{0, None, false}, {10 * time.Second, Medium, false}, {11 * time.Second, Medium, true}, {8500 * time.Millisecond, Low, true},
			{1500 * time.Millisecond, High, true}, {time.Second, None, true}, {time.Minute, None, false},
		} {
			time.Sleep(row.after)
			bell.Ring(row.ring, row.loud)
			synctest.Wait()
		}
		// Silence first finds out whether anything can be heard. The low sound takes
		// the place of the medium one in its pause, and neither a louder nor a more
		// urgent one waits.
		want := "silence at 0.0 s, whole; sound at 10.0 s, whole; sound at 19.1 s, whole; loud sound at 21.0 s, whole; " +
			"sound at 29.5 s, whole; loud sound at 31.0 s, cut"
		if got := p.all(); got != want {
			t.Errorf("heard %s\nwant %s", got, want)
		}
	})
}

// TestBellKnowsThatItIsMute: a computer that cannot play says so before anybody
// calls, and when it can again.
func TestBellKnowsThatItIsMute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &player{began: time.Now(), fails: errors.New("no card")}
		bell := NewBell(p, 50, slog.New(slog.DiscardHandler))
		defer bell.Close()
		expect := func(mute bool) {
			t.Helper()
			synctest.Wait()
			if bell.Mute() != mute {
				t.Errorf("mute %v, want %v", bell.Mute(), mute)
			}
		}
		expect(true)
		p.fail(nil)
		time.Sleep(checkEvery + time.Second)
		expect(false)
		bell.Ring(High, false)
		expect(false)
		p.fail(errors.New("pulled out"))
		time.Sleep(10 * time.Second)
		expect(true)
		p.fail(nil)
		time.Sleep(10 * time.Second)
		expect(false)
	})
	if bell := NewBell(nil, 50, nil); !bell.Mute() {
		t.Error("a bell without a player can be heard")
	} else {
		bell.Ring(High, false)
		bell.Close()
	}
}

// TestBellIsTried: somebody hears one burst as loud as they chose, once, and not while
// an alarm rings, which goes before.
func TestBellIsTried(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &player{began: time.Now()}
		bell := NewBell(p, 50, slog.New(slog.DiscardHandler))
		defer bell.Close()
		time.Sleep(10 * time.Second)
		bell.Try(100)
		time.Sleep(5 * time.Second)
		bell.Try(30)
		time.Sleep(5 * time.Second)
		bell.Ring(Medium, false)
		bell.Try(100)
		time.Sleep(5 * time.Second)
		bell.Ring(None, false)
		time.Sleep(5 * time.Second)
		bell.Try(100)
		synctest.Wait()
		bell.Ring(High, false)
		time.Sleep(2 * time.Second)
		bell.Ring(None, false)
		synctest.Wait()
		want := "silence at 0.0 s, whole; loud sound at 10.0 s, whole; sound at 15.0 s, whole; sound at 20.0 s, whole; " +
			"loud sound at 30.0 s, cut; sound at 30.0 s, cut"
		if got := p.all(); got != want {
			t.Errorf("heard %s\nwant %s", got, want)
		}
	})
}
