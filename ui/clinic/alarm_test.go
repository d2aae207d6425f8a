package clinic

import (
	"testing"
	"time"

	"aidpost/app/call"
	"aidpost/app/desk"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/ui/kit"
)

// called waits until the board has told the desk: it does so on a goroutine of its
// own.
func (s *stage) called(calls int) {
	s.t.Helper()
	for range 200 {
		s.settle()
		if len(s.desk.State().Calls) == calls {
			s.settle()
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	s.t.Fatalf("%d open calls, want %d", len(s.desk.State().Calls), calls)
}

func tourAlarm(s *stage, shoot func(*stage, string)) {
	s.calls.Raise("", call.Button)
	urgent := s.calls.Raise("", call.Emergency)
	s.called(2)
	s.desk.Answer(urgent)
	s.settle()
	shoot(s, "50-calls")
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
	for range 200 { // the board hears that it is shown
		if c, _ := s.calls.Call(before.ID); !c.Delivered.IsZero() {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Error("it stands on the screen, and nobody knows")
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
	for range 200 {
		if answered, _ = s.calls.Call(id); answered.By != "" {
			break
		}
		s.settle()
		time.Sleep(5 * time.Millisecond)
	}
	if answered.By == "" {
		t.Fatal("the answer did not reach the board")
	}
	s.called(1)
	s.push(words.CallsThere)
	s.called(0)
	if len(s.calls.Open()) != 0 || s.reads("kiosk") {
		t.Error("the call is over and still stands there")
	}
}
