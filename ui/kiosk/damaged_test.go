package kiosk

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/assets/words"
	"aidpost/ui/kit"
)

// TestMend: a damaged start offers the backup, says when that fails, and only
// then offers empty records.
func TestMend(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, "en", sizes["1280x800"], kit.Look{})
		defer s.close()
		var done []string
		way := func(name string, err error) func() error {
			return func() error { done = append(done, name); return err }
		}
		shows := func(key words.Key, want bool) {
			t.Helper()
			if got := strings.Contains(s.texts(), s.kiosk.t(key)); got != want {
				t.Errorf("shows %s: %v, want %v\n%s", key, got, want, s.texts())
			}
		}
		s.kiosk.Mend(Damage{
			Backup:  time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC),
			Restore: way("restore", errors.New("damaged too")), Renew: way("renew", nil), Close: func() {},
		}, "en", s.window.Canvas(), sizes["1280x800"])
		shows(words.DamageRenew, false)
		if !strings.Contains(flat(s.texts()), flat("1 March 2026, 12:00")) {
			t.Errorf("no date of the backup in\n%s", s.texts())
		}
		s.tap(words.DamageRestore)
		s.settle()
		shows(words.DamageFailed, true)
		s.tap(words.DamageRenew)
		s.settle()
		shows(words.DamageWorking, true) // until the window serves a visit
		if strings.Join(done, " ") != "restore renew" {
			t.Errorf("did %q", done)
		}
	})
}

// TestNotice: what the staff must know stands on the welcome as soon as it is
// so, and no longer.
func TestNotice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, "en", sizes["1024x600"], kit.Look{})
		defer s.close()
		said := s.kiosk.t(words.ErrorDiskFull) + " " + s.kiosk.t(words.ErrorStaff)
		for _, notice := range []words.Key{"", words.ErrorDiskFull, ""} {
			s.notice = notice
			s.after(2 * time.Second)
			if got := strings.Contains(s.texts(), said); got != (notice != "") {
				t.Errorf("notice %q: %v in\n%s", notice, got, s.texts())
			}
		}
	})
}

// TestBatteryOnTheWelcome: that little is left of the battery stands on the welcome
// as soon as it is so, and no longer.
func TestBatteryOnTheWelcome(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, "en", sizes["1024x600"], kit.Look{})
		defer s.close()
		left := 0
		s.kiosk.cfg.Battery = func() (int, bool) { return left, left > 0 }
		for _, left = range []int{0, 28, 12, 0} {
			s.after(2 * time.Second)
			want := fmt.Sprintf("The kiosk runs on its battery: %d%%. %s", left, s.kiosk.t(words.ErrorStaff))
			if got := strings.Contains(s.texts(), want); got != (left > 0) {
				t.Errorf("%d percent: %v in\n%s", left, got, s.texts())
			}
		}
	})
}

// TestClosingIsSaid: that the kiosk is about to end stands over every screen but the one
// on which a cuff is let go, until the computer is plugged in.
func TestClosingIsSaid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, "en", sizes["1024x600"], kit.Look{})
		defer s.close()
		for range 2 { // it is said once, however often the gauge moves
			s.kiosk.Closing(true)
		}
		s.after(2 * time.Second)
		if !s.says(words.StatusBatteryEmpty) || len(s.window.Canvas().Overlays().List()) != 1 {
			t.Errorf("%d dialogs over\n%s", len(s.window.Canvas().Overlays().List()), s.texts())
		}
		s.kiosk.Closing(false)
		s.after(2 * time.Second)
		if s.says(words.StatusBatteryEmpty) {
			t.Error("it is plugged in")
		}
	})
}

// TestHelpWhileRecordsAreDamaged calls without a visit: the screen says how the
// call stands, names the number when nobody answers, and the kiosk has another
// board once it serves.
func TestHelpWhileRecordsAreDamaged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, "en", sizes["1280x800"], kit.Look{})
		defer s.close()
		k := s.kiosk
		k.visit = nil // as before the records are whole
		k.Mend(Damage{Close: func() {}, Calls: s.calls}, "en", s.window.Canvas(), sizes["1280x800"])
		s.tap(words.BarHelp)
		if len(s.calls.Open()) != 1 || !s.says(words.UrgentStaffCalled) {
			t.Fatalf("%d calls are open, and the screen says:\n%s", len(s.calls.Open()), s.texts())
		}
		time.Sleep(121 * time.Second)
		s.settle()
		if !s.says(words.UrgentNoAnswer, words.With("number", "112")) {
			t.Errorf("nobody has answered, and the screen says:\n%s", s.texts())
		}
		s.tap(words.HelpWithdraw)
		if len(s.calls.Open()) != 0 {
			t.Error("the call is still open")
		}
		k.Serve(s.visit, s.window.Canvas(), sizes["1280x800"])
		s.settle()
		if !s.says(words.WelcomeTitle) {
			t.Errorf("the records are whole, and the screen says:\n%s", s.texts())
		}
	})
}

// TestGuestsWhileRecordsAreDamaged: the welcome tells staff, who come from it to what
// they can do and back; left alone, guests have their kiosk back. Somebody who has
// begun to mend is not disturbed.
func TestGuestsWhileRecordsAreDamaged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t, "en", sizes["1280x800"], kit.Look{})
		defer s.close()
		k := s.kiosk
		wait := make(chan struct{})
		defer close(wait)
		d := Damage{Back: true, Calls: s.calls, Renew: func() error { <-wait; return nil }}
		s.notice = words.ErrorCorrupt
		k.Set(func(c *Config) {
			c.Mend = func() { k.Mend(d, "en", s.window.Canvas(), sizes["1280x800"]) }
		})
		s.settle()
		atWelcome := func(want bool) {
			t.Helper()
			if got := s.says(words.WelcomeTitle); got != want {
				t.Fatalf("at the welcome: %v, want %v\n%s", got, want, s.texts())
			}
		}
		atWelcome(true)
		s.tap(words.WelcomeStart)
		if !s.says(words.ChooseTitle) || s.says(words.WelcomeKeep) {
			t.Fatalf("nothing can be kept:\n%s", s.texts())
		}
		s.visit.Cancel()
		s.after(2 * time.Second)
		atWelcome(true)
		s.tap(words.DamageRepair)
		atWelcome(false)
		s.tap(words.CommonBack)
		atWelcome(true)
		s.tap(words.DamageRepair)
		s.after(mendAlone + time.Second)
		atWelcome(true)
		s.tap(words.DamageRepair)
		s.tap(words.DamageRenew)
		s.after(2 * mendAlone)
		if !s.says(words.DamageWorking) {
			t.Errorf("whoever mends is disturbed:\n%s", s.texts())
		}
	})
}
