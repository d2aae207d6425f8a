package clinic

import (
	"image/color"
	"sync/atomic"
	"testing"
	"time"

	"aidpost/app/alarm"
	"aidpost/app/call"
	"aidpost/app/desk"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/ui/kit"
)

// called waits until so many open calls are on the screen.
func (s *stage) called(calls int) {
	s.t.Helper()
	if !s.comes(func() bool { return len(s.clinic.calls.lamps) == calls }) {
		s.t.Fatalf("%d open calls are shown, want %d", len(s.clinic.calls.lamps), calls)
	}
}

// comes waits for what comes about on another goroutine, as what the board of calls
// tells does, and reports whether it did.
func (s *stage) comes(about func() bool) bool {
	for range 200 {
		if s.settle(); about() {
			return true
		}
		time.Sleep(5 * time.Millisecond)
	}
	return false
}

// bell is one that can be heard or not.
type bell struct {
	mute  atomic.Bool
	tried atomic.Int64 // the volume that was last to be heard
}

func (b *bell) Ring(alarm.Priority, bool) {}
func (b *bell) Try(volume int)            { b.tried.Store(int64(volume)) }
func (b *bell) Mute() bool                { return b.mute.Load() }

func tourAlarm(s *stage, shoot func(*stage, string)) {
	s.calls.Raise("", call.Button)
	urgent := s.calls.Raise("", call.Emergency)
	s.called(2)
	s.desk.Answer(urgent)
	s.settle()
	shoot(s, "50-calls")
	s.desk.PauseAlarm()
	s.settle()
	shoot(s, "52-calls-paused")
	s.desk.ResumeAlarm()
	s.desk.Cover()
	s.settle()
	shoot(s, "51-calls-covered")
}

// TestCallFromBeforeIsShown: what stood open when the program was killed stands
// over the window from its start.
func TestCallFromBeforeIsShown(t *testing.T) {
	before := call.Call{ID: records.NewID(), Why: call.Emergency, Opened: time.Now().Add(-time.Minute), Level: 2}
	before.Since = before.Opened
	s := newStageWith(t, "en", sizes["1366x768"], kit.Look{}, beginning{calls: call.New(call.Config{Open: []call.Call{before}})})
	s.called(1)
	s.sees(words.CallsSignIn)
	if !s.comes(func() bool { c, _ := s.calls.Call(before.ID); return !c.Delivered.IsZero() }) {
		t.Error("it stands on the screen, and nobody knows")
	}
}

func TestCallsStandOverEverything(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	s.desk.SignOut()
	s.settle()
	id := s.calls.Raise("", call.Emergency)
	s.called(1)
	s.sees(words.CallsSignIn)
	s.desk.Answer(id)
	s.settle()
	if c, _ := s.calls.Call(id); c.By != "" {
		t.Fatal("somebody who is not signed in answered")
	}
	s.desk.SignIn(staffBadge, staffPIN)
	s.settle()
	for range 3 { // the first sign-in asks for a PIN of one's own
		if s.desk.State().Phase == desk.Working {
			break
		}
		s.desk.SignIn(adminBadge, adminPIN)
		s.settle()
	}
	s.must(desk.Working)
	s.push(words.CallsCome)
	var answered call.Call
	if !s.comes(func() bool {
		answered, _ = s.calls.Call(id)
		return answered.By != "" && s.reads(s.clinic.t(words.CallsThere))
	}) {
		t.Fatal("the answer did not reach the board and the screen")
	}
	s.called(1)
	s.push(words.CallsThere)
	s.called(0)
	if len(s.calls.Open()) != 0 || s.reads("kiosk") {
		t.Error("the call is over and still stands there")
	}
}

// TestWhatIsHeardIsSaid: that the alarm sounds, that it is silent and until when,
// that it was seen, and that nothing can be heard. What may be done about it is
// there for whoever may do it.
func TestWhatIsHeardIsSaid(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	id := s.calls.Raise("", call.Button)
	s.called(1)
	s.sees(words.CallsSounding)
	s.push(words.CallsPause)
	if until := words.With("time", "08:14"); !s.reads(s.clinic.t(words.CallsPaused, until)) || s.reads(s.clinic.t(words.CallsSounding)) {
		t.Error("it does not say that the sound is off, and until when")
	}
	s.push(words.CallsSound)
	s.sees(words.CallsSounding)
	s.push(words.CallsSeen)
	s.sees(words.CallsKnown)
	s.calls.Raise(id, call.Emergency)
	if !s.comes(func() bool { return s.reads(s.clinic.t(words.CallsSounding)) }) {
		t.Error("it does not say that it sounds again")
	}
	s.desk.SignOut()
	s.settle()
	s.sees(words.CallsPause)
	if s.reads(s.clinic.t(words.CallsSeen)) {
		t.Error("somebody who is not signed in is asked whether they have seen it")
	}
	s.bell.mute.Store(true)
	s.clinic.tick()
	s.settle()
	s.sees(words.CallsMute)
}

// TestLampsOfCalls: red and yellow by the priority, flashing unless motion is not
// wanted, and dark when somebody is coming.
func TestLampsOfCalls(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	s.calls.Raise("", call.Button)
	urgent := s.calls.Raise("", call.Emergency)
	s.called(2)
	strip := s.clinic.calls
	for i, want := range []color.Color{lampYellow, lampRed} {
		seen := map[bool]bool{}
		for after := time.Duration(0); after < 4*time.Second; after += 100 * time.Millisecond {
			strip.began = time.Now().Add(-after)
			strip.blink()
			fill := strip.lamps[i].light.FillColor
			seen[fill == want] = true
			if fill != want && fill != color.Transparent {
				t.Fatalf("lamp %d is %v", i, fill)
			}
		}
		if len(seen) != 2 {
			t.Errorf("lamp %d does not flash", i)
		}
	}
	s.clinic.cfg.Still = true
	for after := time.Duration(0); after < 4*time.Second; after += 100 * time.Millisecond {
		strip.began = time.Now().Add(-after)
		if strip.blink(); strip.lamps[0].light.FillColor == color.Transparent {
			t.Fatal("flashes though motion is not wanted")
		}
	}
	s.desk.Answer(urgent)
	if !s.comes(func() bool { return strip.lamps[1].light.FillColor == color.Transparent }) {
		t.Error("the lamp of a call that somebody has answered is lit")
	}
}

// A call takes the room of its line and no more: the page below it can be worked on.
func TestCallLeavesThePageItsRoom(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	page := s.clinic.frame.content()
	before := page.Size().Height
	s.calls.Raise("", call.Button)
	s.called(1)
	taken := before - s.clinic.frame.content().Size().Height
	if line := s.clinic.listRowHeight(); taken < line || taken > 4*line {
		t.Errorf("a call takes %.0f of %.0f", taken, before)
	}
}
