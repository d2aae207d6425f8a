package clinic

import (
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"aidpost/app/desk"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/ui/kit"
)

// TestFindByTyping: letters go into the field, arrows along the list, Return
// opens the one that is chosen.
func TestFindByTyping(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	s.aDay()
	s.turnTo(desk.PageFind)
	f := s.clinic.page.(*find)
	s.typed("c-10")
	if len(f.rows) != 0 {
		t.Errorf("part of a card finds %d people", len(f.rows))
	}
	f.field.Clear()
	s.typed("19")
	if f.list.Selected() != 0 && len(f.rows) > 0 {
		t.Error("nobody is chosen, so Return opens nobody")
	}
	f.field.Clear()
	s.typed("a")
	if len(f.rows) < 2 {
		t.Fatalf("%d people", len(f.rows))
	}
	s.press(fyne.KeyDown)
	if f.list.Selected() != 1 || f.field.Text() != "a" {
		t.Errorf("row %d, field %q", f.list.Selected(), f.field.Text())
	}
	want := f.rows[1].ID
	s.pause()
	s.press(fyne.KeyReturn)
	if got := s.desk.State().Route; got.Page != desk.PagePatient || got.Patient != want {
		t.Errorf("%+v, want %s", got, want)
	}
}

func TestFindInSeveralScripts(t *testing.T) {
	s := working(t, "ar", sizes["1366x768"], kit.Look{})
	s.aDay()
	s.turnTo(desk.PageFind)
	f := s.clinic.page.(*find)
	for text, want := range map[string]string{
		"محمد": "محمد", "анна": "Анна", "grossmann": "Jürgen", "C-10042": "Fatima", "1988-12-05": "Анна",
	} {
		f.field.SetText(text)
		s.settle()
		if len(f.rows) == 0 || f.rows[0].Given != want {
			t.Errorf("%q finds %d, want %s first", text, len(f.rows), want)
		}
	}
}

// TestScanWhereverTheFocusIs: a card that is scanned on a list looks the person
// up; in a form it lands in the field for cards, and the field that had the
// focus is as it was.
func TestScanWhereverTheFocusIs(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	s.aDay()
	s.scan("C-10042")
	f, ok := s.clinic.page.(*find)
	if !ok || len(f.rows) != 1 || f.rows[0].Given != "Fatima" || f.field.Text() != "C-10042" {
		t.Fatalf("a scan at the list shows %T with %+v", s.clinic.page, f)
	}
	s.turnTo(desk.PageRegister)
	s.typed("Fatima")
	s.scan("C-77")
	s.scan("C-20991")
	r := s.clinic.page.(*register)
	if r.given.Text() != "Fatima" || r.card.Text() != "C-20991" {
		t.Errorf("name %q, card %q", r.given.Text(), r.card.Text())
	}
	if got := s.desk.State().Register.Draft; got.Given != "Fatima" || got.Card != "C-20991" {
		t.Errorf("draft %+v", got)
	}
}

// TestRegisterByKeyboardAlone: a name, Return from field to field, a date of
// eight digits, and what is agreed to by the space bar.
func TestRegisterByKeyboardAlone(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	s.turnTo(desk.PageRegister)
	enter := func() { s.pause(); s.press(fyne.KeyReturn) }
	s.typed("Nyota")
	enter()
	s.typed("Mwangi")
	enter()
	s.typed("30041956")
	enter()
	if got := s.desk.State().Register.Draft; got.Given != "Nyota" || got.Family != "Mwangi" || got.Day+got.Month+got.Year != "30041956" {
		t.Fatalf("%+v", got)
	}
	canvas := s.window.Canvas()
	for range 20 {
		if c, ok := canvas.Focused().(*kit.Check); ok && strings.Contains(c.Label(), "results here") {
			break
		}
		canvas.FocusNext()
	}
	s.pause()
	s.press(fyne.KeySpace)
	test.Tap(s.clinic.page.(*register).save)
	s.settle()
	got := s.desk.State()
	if got.Route.Page != desk.PageToday || got.Today.Counts[desk.Waiting] != 1 {
		t.Errorf("%+v, problems %+v", got.Route, got.Register.Problems)
	}
}

func TestWhatIsWrongStandsBesideTheField(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	s.turnTo(desk.PageRegister)
	r := s.clinic.page.(*register)
	r.given.SetText(strings.Repeat("x", 300))
	s.settle()
	if said := r.fields[desk.FieldName].Problem(); !strings.Contains(said, "300") {
		t.Errorf("300 letters: %q", said)
	}
	if len(r.given.Text()) != 300 {
		t.Errorf("%d letters are left", len(r.given.Text()))
	}
	test.Tap(r.save)
	s.settle()
	if r.fields[desk.FieldConsent].Problem() == "" {
		t.Error("nothing is said about what was not agreed to")
	}
	r.given.SetText("Fatima")
	s.settle()
	if said := r.fields[desk.FieldName].Problem(); said != "" {
		t.Errorf("still says %q", said)
	}
}

// TestDraftOutlivesTheCover: what was typed is in the fields when the same
// person comes back, also after the page was built anew.
func TestDraftOutlivesTheCover(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	s.turnTo(desk.PageRegister)
	s.typed("Fatima")
	s.after(3 * time.Minute)
	s.must(desk.Covered)
	s.typed(adminPIN)
	s.pause()
	s.press(fyne.KeyReturn)
	s.must(desk.Working)
	if got := s.clinic.page.(*register).given.Text(); got != "Fatima" {
		t.Errorf("came back with %q", got)
	}
	s.desk.SignOut()
	s.settle()
	s.desk.SignIn(staffBadge, staffPIN)
	s.settle()
	s.turnTo(desk.PageRegister)
	if got := s.clinic.page.(*register).given.Text(); got != "" {
		t.Errorf("another person sees %q", got)
	}
	s.as(adminBadge, adminPIN)
	s.turnTo(desk.PageRegister)
	if got := s.clinic.page.(*register).given.Text(); got != "Fatima" {
		t.Errorf("signed in again: %q", got)
	}
}

// TestWritingOnTheScreen: with keys on the screen, a field that takes the focus
// is served by them and stays in sight; done takes them away.
func TestWritingOnTheScreen(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	s.clinic.touch = true
	s.turnTo(desk.PageRegister)
	r, f := s.clinic.page.(*register), s.clinic.frame
	canvas := s.window.Canvas()
	if len(f.keys.Objects) == 0 {
		t.Fatal("no keys on the screen")
	}
	canvas.Focus(r.card)
	s.settle()
	driver := fyne.CurrentApp().Driver()
	bottom := driver.AbsolutePositionForObject(r.card).Y + r.card.Size().Height
	if top := driver.AbsolutePositionForObject(f.board).Y; bottom > top || top > 700 {
		t.Errorf("the field ends at %v, below the keys that begin at %v", bottom, top)
	}
	f.board.Type('k')
	s.settle()
	if got := s.desk.State().Register.Draft.Card; got != "k" || canvas.Focused() != fyne.Focusable(r.card) {
		t.Errorf("typed %q, the focus is at %T", got, canvas.Focused())
	}
	f.hideKeys()
	if len(f.keys.Objects) != 0 {
		t.Error("done leaves the keys there")
	}
}

// TestWritingInADialog: with keys on the screen, a dialog makes room for them,
// and they go with it.
func TestWritingInADialog(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	s.clinic.touch = true
	s.turnTo(desk.PagePapers)
	s.clinic.page.(*papers).askSave()
	c, first := s.clinic, s.window.Canvas().Focused()
	if c.keys.board == nil {
		t.Fatal("no keys on the screen")
	}
	c.keys.board.Type('k')
	entry, ok := first.(*kit.Entry)
	if !ok || entry.Text() != "k" || s.window.Canvas().Focused() != first {
		t.Errorf("typed %q, the focus is at %T", entry.Text(), s.window.Canvas().Focused())
	}
	driver := fyne.CurrentApp().Driver()
	if end, top := driver.AbsolutePositionForObject(entry).Y+entry.Size().Height, driver.AbsolutePositionForObject(c.keys.board).Y; end > top {
		t.Errorf("the field ends at %v, below the keys that begin at %v", end, top)
	}
	if c.closeDialog(); c.keys.board != nil {
		t.Error("the keys stay when the dialog goes")
	}
}

// TestScanOverADialog: a scanner that types into a dialog changes nothing in it
// and opens no other page over it.
func TestScanOverADialog(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	s.turnTo(desk.PagePapers)
	s.clinic.page.(*papers).askSave()
	entry := s.window.Canvas().Focused().(*kit.Entry)
	s.typed("correct horse")
	s.scan("C-10042")
	if got := s.desk.State(); entry.Text() != "correct horse" || got.Route.Page != desk.PagePapers || s.clinic.dialog == nil || got.Said.Key != words.FrameScanAside {
		t.Errorf("%q, page %s, said %q", entry.Text(), got.Route.Page, got.Said.Key)
	}
}

// TestCompareSideBySide: what differs is marked, what is the same or not known
// is not.
func TestCompareSideBySide(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	known := &records.Patient{
		Given: "Fatima", Family: "al-Rashid", BirthDate: records.Date{Year: 1956, Month: 4, Day: 30},
		Identifiers: []records.Identifier{{System: "card", Value: "C-1"}},
	}
	typed := desk.Draft{Given: "Fatma", Family: "al-Rashid", Day: "30", Month: "04", Year: "1956", Phone: "0700 1"}.Person(s.now())
	var differs []string
	for _, l := range s.clinic.sideBySide(typed, known) {
		if l.differs() {
			differs = append(differs, l.name)
		}
	}
	if len(differs) != 1 || differs[0] != "Given names" {
		t.Errorf("differ in %v", differs)
	}
}
