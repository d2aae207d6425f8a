package clinic

import (
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"aidpost/app/desk"
	"aidpost/assets/words"
	"aidpost/ui/kit"
)

// beside is the patients' side of a shared window.
type beside struct {
	turns []bool // who got the window, in order: patients is true
	ended int    // visits
}

func (b *beside) turn(away bool)  { b.turns = append(b.turns, away) }
func (b *beside) Measuring() bool { return false }
func (b *beside) Leave()          { b.ended++ }

// TestSharedWindow sets a computer up on the screen of the patients, works and
// gives it back, by the keyboard and by the button.
func TestSharedWindow(t *testing.T) {
	for size, of := range kiosks {
		t.Run(size, func(t *testing.T) {
			b := &beside{}
			s := newStageWith(t, "en", of, kit.Look{}, beginning{patients: b})
			if s.window.Canvas().Focused() != nil || s.window.Canvas().OnTypedKey() != nil {
				t.Fatal("staff's side takes the keys of the patients")
			}
			s.desk.TakeScreen()
			s.settle()
			if s.window.Canvas().Focused() == nil {
				t.Fatal("nothing takes what is typed")
			}
			s.desk.SetUp(desk.First{Name: "Amina Haddad", Badge: adminBadge, PIN: adminPIN, Again: adminPIN})
			s.settle()
			s.option("Patients’ screen")
			if c := s.window.Canvas(); c.OnTypedKey() != nil || c.OnTypedRune() != nil || c.Focused() != nil {
				t.Error("staff's side still takes keys")
			}
			s.desk.TakeScreen()
			s.settle()
			s.push(words.FrameGiveBack)
			s.desk.TakeScreen()
			s.settle()
			s.after(29 * time.Second)
			s.typed("6")
			s.after(29 * time.Second)
			if s.desk.State().Away {
				t.Fatal("the screen went away from somebody who types")
			}
			s.after(time.Second)
			want := []bool{false, true, false, true, false, true}
			if len(b.turns) != len(want) || b.ended != 1 {
				t.Fatalf("turns %v, want %v; %d visits ended, want 1", b.turns, want, b.ended)
			}
			for i := range want {
				if b.turns[i] != want[i] {
					t.Fatalf("turns %v, want %v", b.turns, want)
				}
			}
		})
	}
}

// kiosks are the sizes of screens that staff may share with patients.
var kiosks = map[string]fyne.Size{
	"1280x800":  fyne.NewSize(1280, 800),
	"1024x600":  fyne.NewSize(1024, 600),
	"1080x1920": fyne.NewSize(1080, 1920),
}

// sharedTour looks at the ways in and out of a shared window.
func sharedTour(s *stage, shoot func(*stage, string)) {
	s.desk.TakeScreen()
	s.settle()
	shoot(s, "70-shared-setup")
	s.desk.SetUp(desk.First{Name: "Amina Haddad", Badge: adminBadge, PIN: adminPIN, Again: adminPIN})
	s.settle()
	s.aDay()
	s.turnTo(desk.PageFind)
	s.turnTo(desk.PageToday)
	shoot(s, "71-shared-today")
	s.turnTo(desk.PageRegister)
	shoot(s, "72-shared-register")
	s.desk.GiveScreen()
	s.desk.TakeScreen()
	s.settle()
	shoot(s, "73-shared-covered")
}

// TestBadgeOnACoveredScreen: the badge of the person it is covered for only waits
// for the PIN; another one is somebody else's, who need not scan it twice.
func TestBadgeOnACoveredScreen(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	s.turnTo(desk.PageFind)
	s.desk.Cover()
	s.settle()
	s.scan(adminBadge)
	s.settle()
	if s.desk.State().Phase != desk.Covered {
		t.Fatal("one's own badge ends the session")
	}
	s.typed(adminPIN)
	s.press(fyne.KeyReturn)
	if got := s.must(desk.Working); got.Route.Page != desk.PageFind {
		t.Errorf("page %q, want what was left", got.Route.Page)
	}
	s.desk.Cover()
	s.settle()
	s.scan(staffBadge)
	s.settle()
	s.typed(staffPIN)
	s.press(fyne.KeyReturn)
	if got := s.must(desk.Working); got.Who.Name != "Bo Lindqvist" {
		t.Errorf("%q is signed in", got.Who.Name)
	}
}
