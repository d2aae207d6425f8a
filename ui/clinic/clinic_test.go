package clinic

import (
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"aidpost/app/desk"
	"aidpost/records/staff"
	"aidpost/ui/kit"
)

func (s *stage) must(p desk.Phase) desk.State {
	s.t.Helper()
	got := s.desk.State()
	if got.Phase != p {
		s.t.Fatalf("phase %q, want %q: %+v", got.Phase, p, got.Refusal)
	}
	return got
}

// TestSetUpByKeyboardAlone: the first account is made by typing and Return, and
// its badge by a scanner whatever field has the focus.
func TestSetUpByKeyboardAlone(t *testing.T) {
	s := newStage(t, "en", sizes["1366x768"], kit.Look{})
	s.must(desk.Setup)
	s.typed("Amina Haddad")
	s.scan(adminBadge)
	d := s.clinic.door
	if d.name.Text() != "Amina Haddad" || d.badge.Text() != adminBadge {
		t.Fatalf("name %q, badge %q", d.name.Text(), d.badge.Text())
	}
	for range 2 {
		s.typed(adminPIN)
		s.pause()
		s.press(fyne.KeyReturn)
	}
	if got := s.must(desk.Working); got.Who.Name != "Amina Haddad" {
		t.Errorf("%+v", got.Who)
	}
}

func TestSignInWithBadgeAndPad(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	s.desk.SignOut()
	s.settle()
	s.must(desk.SignIn)
	s.scan(staffBadge)
	s.typed("917265")
	s.pause()
	s.press(fyne.KeyReturn)
	s.must(desk.SignIn)
	d := s.clinic.door
	if d.fields[desk.Wrong].Problem() == "" {
		t.Error("nothing is said about a wrong PIN")
	}
	if d.pin.Text() != "" {
		t.Error("a PIN stays on the screen")
	}
	s.typed(staffPIN)
	s.pause()
	s.press(fyne.KeyReturn)
	if got := s.must(desk.Working); got.Who.Role != staff.Operator {
		t.Errorf("%+v", got.Who)
	}
}

// TestCoveredPageComesBack: the page that was covered is the same one, with all
// that stood in its fields; behind the cover nothing of it can be seen.
func TestCoveredPageComesBack(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	s.aDay()
	before := s.clinic.page
	s.after(staff.IdleLimit)
	s.must(desk.Covered)
	s.walk(func(o fyne.CanvasObject) {
		if o == before.content() {
			t.Error("the page is still there")
		}
	})
	s.typed(adminPIN)
	s.pause()
	s.press(fyne.KeyReturn)
	s.must(desk.Working)
	if s.clinic.page != before {
		t.Error("another page came back")
	}
}

func TestKeysOfTheFrame(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	s.press(fyne.KeyF1)
	if s.clinic.dialog == nil {
		t.Fatal("F1 shows nothing")
	}
	s.press(fyne.KeyEscape)
	if s.clinic.dialog != nil {
		t.Error("Escape does not close the list")
	}
	for _, stroke := range strokes() {
		s.desk.Home()
		s.settle()
		stroke.run(s.clinic)
		s.settle()
		if got := s.desk.State(); got.Phase == desk.Working && got.Route.Page == desk.PageNone {
			t.Errorf("Ctrl+%s leads nowhere", stroke.key)
		}
		if s.desk.State().Phase == desk.Covered {
			s.desk.SignIn("", adminPIN)
			s.settle()
		}
	}
}

// TestTodayFollows: the table shows the rows of the desk in its order,
// and what follows when somebody new comes.
func TestTodayFollows(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	page := s.clinic.page.(*today)
	if page.list.Length() != 0 {
		t.Fatal("there is somebody already")
	}
	s.aDay()
	if got, want := page.list.Length(), 7; got != want {
		t.Fatalf("%d rows, want %d", got, want)
	}
	if first := page.cells(0); first[4].Band != kit.High || !first[4].Marked {
		t.Errorf("the first row is %+v: a value that needs somebody comes first", first)
	}
	s.desk.ShowGroup(desk.Waiting)
	s.settle()
	if got := page.list.Length(); got != 3 {
		t.Errorf("%d wait, want 3", got)
	}
	s.after(time.Minute)
	for i := range page.list.Length() {
		if page.cells(i)[4].Text == "" {
			t.Errorf("row %d says nothing of its state", i)
		}
	}
}

// TestNoticesTakeTheirRoom: what is told of the machine while somebody works
// moves the page down and is not hidden by it.
func TestNoticesTakeTheirRoom(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	driver := fyne.CurrentApp().Driver()
	before := driver.AbsolutePositionForObject(s.clinic.page.content()).Y
	s.clinic.frame.showNotices(desk.State{Health: desk.Health{Simulated: true, Free: 300 << 20, Overdue: true}})
	if got := len(s.clinic.frame.notices.Objects); got != 3 {
		t.Fatalf("%d notices, want 3", got)
	}
	last := s.clinic.frame.notices.Objects[2]
	bottom := driver.AbsolutePositionForObject(last).Y + last.Size().Height
	if top := driver.AbsolutePositionForObject(s.clinic.page.content()).Y; top <= before || top < bottom || last.Size().Height < 30 {
		t.Errorf("the page began at %v and begins at %v, the notices end at %v", before, top, bottom)
	}
}
