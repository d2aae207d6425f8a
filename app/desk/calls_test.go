package desk

import (
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"aidpost/app/alarm"
	"aidpost/app/call"
	"aidpost/records"
	"aidpost/records/staff"
)

// bell notes what it is to play.
type bell struct {
	mu   sync.Mutex
	now  string
	mute bool
}

func (b *bell) Ring(p alarm.Priority, loud bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.now = map[alarm.Priority]string{alarm.None: "nothing", alarm.Low: "low", alarm.Medium: "medium", alarm.High: "high"}[p]
	if loud && p != alarm.None {
		b.now += " and loud"
	}
}

func (b *bell) Try(int) {}

func (b *bell) Mute() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.mute
}

func (b *bell) rings() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.now
}

// withCalls is a desk at which an operator is signed in, with a kiosk beside it
// whose calls go up quickly.
func withCalls(t *testing.T, open ...call.Call) (*stage, *bell, *call.Board) {
	t.Helper()
	s, b := &stage{t: t, clock: opening, up: time.Hour}, &bell{}
	var err error
	s.store, err = records.Open(t.Context(), filepath.Join(t.TempDir(), "aidpost.db"), records.Options{Now: s.now, Uptime: s.uptime, PINCost: staff.Cost{Passes: 1, KiB: 8, Threads: 1}})
	if err != nil {
		t.Fatal(err)
	}
	board := call.New(call.Config{Open: open, Waits: []time.Duration{time.Hour}, Keep: s.store.Visitor("kiosk-1").KeepCall})
	s.Desk = New(Config{
		Store: s.store, Place: records.Place{Organization: "Corner Pharmacy", Kiosk: "desk-1"}, Zone: zone,
		User: "root", Consent: "1", Now: s.now, Calls: board, Bell: b,
	})
	t.Cleanup(func() {
		s.Desk.Close()
		if got := b.rings(); got != "nothing" {
			t.Errorf("after the desk is closed it rings %s", got)
		}
		board.Close()
		if err := s.store.Close(); err != nil {
			t.Error(err)
		}
	})
	s.Wait()
	s.SetUp(First{Name: "Amina Haddad", Badge: "BADGE-2041", PIN: "604183", Again: "604183"})
	s.Wait()
	s.must(Working)
	return s, b, board
}

// within waits for what a board or a desk tells on goroutines of their own.
func within(t *testing.T, limit time.Duration, what string, is func() bool) {
	t.Helper()
	for began := time.Now(); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Since(began) > limit {
			t.Fatalf("not within %v: %s", limit, what)
		}
	}
}

// TestCallIsHeardAndSeenWithinTwoSeconds: from the press at the kiosk until the
// staff's window has it and the bell is told.
func TestCallIsHeardAndSeenWithinTwoSeconds(t *testing.T) {
	s, b, board := withCalls(t)
	for why, sound := range map[call.Why]string{call.Button: "medium", call.Silence: "high", call.Emergency: "high"} {
		id := board.Raise("", why)
		within(t, 2*time.Second, string(why), func() bool { return len(s.State().Calls) == 1 && b.rings() == sound })
		if a := s.State().Alarm; a.Mute || a.Light == alarm.None {
			t.Errorf("%s: %+v", why, a)
		}
		if err := board.Arrive(id, nil); err != nil {
			t.Fatal(err)
		}
		within(t, 2*time.Second, "silence", func() bool { return len(s.State().Calls) == 0 && b.rings() == "nothing" })
	}
}

// TestPauseAndAcknowledge: neither answers a call, and both are on record as
// having seen it.
func TestPauseAndAcknowledge(t *testing.T) {
	s, b, board := withCalls(t)
	first := board.Raise("", call.Button)
	rings := func(want string) {
		t.Helper()
		within(t, 5*time.Second, "it rings "+want, func() bool { return b.rings() == want })
	}
	rings("medium")
	onRecord := func() (deeds []string) {
		trail, err := s.store.AuditAfter(t.Context(), 0, 1000)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range trail {
			if e.Object == first {
				deeds = append(deeds, fmt.Sprintf("%s by somebody known %v", e.Reason, e.Who != ""))
			}
		}
		return deeds
	}
	s.PauseAlarm()
	rings("nothing")
	within(t, 5*time.Second, "on record that it was seen", func() bool { return len(onRecord()) == 2 })
	if a := s.State().Alarm; a.Paused.Sub(s.now()) != alarm.PauseTime || a.Light != alarm.Medium {
		t.Errorf("paused: %+v", a)
	}
	stay := func(d time.Duration) { // somebody works there meanwhile
		for ; d > 0; d -= time.Minute {
			s.Used()
			s.Wait()
			s.after(min(d, time.Minute))
		}
	}
	stay(alarm.PauseTime - time.Second)
	rings("nothing")
	stay(time.Second)
	rings("medium")
	s.PauseAlarm()
	s.ResumeAlarm()
	rings("medium")
	s.AcknowledgeAlarm()
	rings("nothing")
	stay(10 * time.Minute)
	rings("nothing")
	within(t, 5*time.Second, "seen and not answered", func() bool {
		c, _ := board.Call(first)
		return !c.Seen.IsZero() && c.Answered.IsZero()
	})
	board.Raise(first, call.Emergency) // worse than what was acknowledged
	rings("high")
	s.Cover() // whoever is not signed in may pause, and not acknowledge
	s.AcknowledgeAlarm()
	rings("high")
	s.PauseAlarm()
	rings("nothing")
	board.Raise("", call.Silence)
	rings("high")
	board.Close()
	deeds := onRecord()
	want := "called: button by somebody known false|seen by somebody known true|called: emergency by somebody known false|seen by somebody known false"
	if got := strings.Join(deeds, "|"); got != want {
		t.Errorf("on record:\n%s\nwant\n%s", got, want)
	}
}

// TestAlarmThatCannotBeHeard is told from the start, and when that changes.
func TestAlarmThatCannotBeHeard(t *testing.T) {
	before := call.Call{ID: records.NewID(), Why: call.Button, Opened: opening, Since: time.Now(), Level: 2}
	s, b, _ := withCalls(t, before)
	within(t, 5*time.Second, "what stood open from before rings", func() bool { return b.rings() == "medium and loud" })
	b.mu.Lock()
	b.mute = true
	b.mu.Unlock()
	s.after(time.Second)
	if !s.State().Alarm.Mute {
		t.Error("nothing says that it cannot be heard")
	}
}
