package clinic

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"aidpost/app/bedside"
	"aidpost/app/desk"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/vitals"
	"aidpost/ui/kit"
)

// What nobody repeats is signed by somebody else, whose badge is scanned; the same
// person, or a wrong PIN, signs nothing.
func TestNobodyRepeats(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	rack := s.equipped()
	p := fatima()
	s.came(p, 4*time.Minute, -1)
	m := s.measuring(s.opened(p))
	rack.gives(oxygen(86), oxygen(86))
	must(t, m.bedside.Measure(vitals.Oximetry))
	for range 2 {
		must(t, m.bedside.Start())
		s.until(m, bedside.Review)
		if m.bedside.State().Result.RepeatDue {
			must(t, m.bedside.Again())
		}
	}
	s.until(m, bedside.Review)
	must(t, m.bedside.Accept())
	s.until(m, bedside.Tell)
	sign := func(badge, pin string) {
		t.Helper()
		s.push(words.TellUnread)
		m.unread.why.choose("unreachable")
		s.scan(badge)
		m.unread.pin.SetText(pin)
		s.push(words.TellUnreadDo)
		for s.settle(); m.bedside.State().Saving; s.settle() {
			time.Sleep(time.Millisecond) // until the PIN is looked at
		}
	}
	for _, wrong := range []string{"000000", adminPIN} { // Amina is at the screen herself
		sign(adminBadge, wrong)
		if m.bedside.State().Phase != bedside.Tell || m.part.(*tellPart).said.Text() != s.clinic.t(words.TellUnreadWrong) {
			t.Fatalf("with %s it says %q in %s", wrong, m.part.(*tellPart).said.Text(), m.bedside.State().Phase)
		}
	}
	sign(staffBadge, staffPIN)
	s.until(m, bedside.Choose)
	stored, err := s.store.Encounter(context.Background(), m.bedside.State().Visit.ID)
	if err != nil || len(stored.Tellings) != 1 || stored.Tellings[0].By.Name != "Amina Haddad" || stored.Tellings[0].Second.Name != "Bo Lindqvist" {
		t.Fatalf("stored %+v, %v", stored, err)
	}
}

// A whole visit: measured, repeated, critical, told, read back, finished.
func TestMeasureTellFinish(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	rack := s.equipped()
	p := fatima()
	s.came(p, 4*time.Minute, -1)
	page := s.opened(p)
	m := s.measuring(page)
	rack.gives(oxygen(86), oxygen(86))
	must(t, m.bedside.Measure(vitals.Oximetry))
	must(t, m.bedside.Start())
	s.until(m, bedside.Review)
	if err := m.bedside.Accept(); !errors.Is(err, bedside.ErrNotNow) {
		t.Fatalf("accepted without being repeated: %v", err)
	}
	must(t, m.bedside.Again())
	must(t, m.bedside.Start())
	s.until(m, bedside.Review)
	must(t, m.bedside.Accept())
	s.until(m, bedside.Tell)
	part, ok := m.part.(*tellPart)
	if !ok {
		t.Fatalf("the page shows %T", m.part)
	}
	if _, ok := part.form.take(part.said); ok {
		t.Error("an empty read-back is taken")
	}
	part.form.to.SetText("Dr Cole")
	part.form.role.chosen, part.form.way.chosen = "doctor", "phone"
	part.form.identity.SetOn(true)
	part.form.said[vitals.SpO2].SetText("68")
	said, ok := part.form.take(part.said)
	if !ok {
		t.Fatal("a complete form is refused")
	}
	must(t, m.bedside.TellOf(said))
	s.until(m, bedside.Tell)
	if again := m.part.(*tellPart); again.said.Text() == "" || again.form.to.Text() != "Dr Cole" {
		t.Errorf("after another value: %q, and %q is left of what was typed", again.said.Text(), again.form.to.Text())
	}
	part.form.said[vitals.SpO2].SetText("86")
	said, _ = part.form.take(part.said)
	must(t, m.bedside.TellOf(said))
	s.until(m, bedside.Choose)
	must(t, m.bedside.Finish())
	s.until(m, bedside.Finished)
	stored, err := s.store.Encounter(context.Background(), m.bedside.State().Visit.ID)
	if err != nil || stored.Status != records.Finished || len(stored.Tellings) != 1 || stored.Operator.Name != "Amina Haddad" {
		t.Fatalf("stored %+v, %v", stored, err)
	}
	if n := s.desk.State().Today.Counts[desk.Attention]; n != 0 {
		t.Errorf("%d need attention after the read-back", n)
	}
}

// pumping is a stage on which a cuff measures somebody, until it is told to stop.
func pumping(t *testing.T) (*stage, *measuring) {
	t.Helper()
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	rack := s.equipped()
	rack.hold = make(chan struct{})
	p := fatima()
	s.came(p, time.Minute, -1)
	m := s.measuring(s.opened(p))
	must(t, m.bedside.Measure(vitals.BloodPressure))
	must(t, m.bedside.SkipRest())
	must(t, m.bedside.Start())
	s.until(m, bedside.Running)
	return s, m
}

// A running cuff is let go when the page goes, and nothing is shown before.
func TestLeavingThePageStopsTheCuff(t *testing.T) {
	s, m := pumping(t)
	s.desk.Back()
	s.settle()
	if m.bedside.State().Phase == bedside.Running {
		t.Error("the cuff still runs")
	}
	if _, ok := s.clinic.page.(*personPage); !ok {
		t.Errorf("back leads to %T", s.clinic.page)
	}
}

// Another palette in the middle of a series loses nothing of it.
func TestAnotherLookKeepsTheSeries(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	rack := s.equipped()
	rack.gives(mmHg(142, 90))
	p := fatima()
	s.came(p, time.Minute, -1)
	m := s.measuring(s.opened(p))
	must(t, m.bedside.Measure(vitals.BloodPressure))
	must(t, m.bedside.SkipRest())
	must(t, m.bedside.Start())
	s.until(m, bedside.Pause)
	s.clinic.look.Palette = kit.Dark
	s.clinic.rebuild()
	s.settle()
	again, ok := s.clinic.page.(*measuring)
	if !ok || again.bedside != m.bedside || len(again.bedside.State().Attempts) != 1 {
		t.Errorf("the page is %T, and the series is gone", s.clinic.page)
	}
}

// A value that may be a slip of the finger is asked for once more, and taken.
func TestTypedCriticalValueIsAskedFor(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	s.equipped()
	p := fatima()
	s.came(p, time.Minute, -1)
	m := s.measuring(s.opened(p))
	must(t, m.bedside.Enter(vitals.Oximetry))
	s.settle()
	s.pause()
	part := m.part.(*typing)
	s.clinic.focus(part.first())
	s.typed("86")
	part.take()
	s.settle()
	if s.clinic.dialog == nil {
		t.Fatal("a critical value is taken without a word")
	}
	s.pause()
	s.answerDialog("Yes, take it")
	if st := m.bedside.State(); st.Phase != bedside.Review || st.Result == nil {
		t.Errorf("the measuring is in %s", st.Phase)
	}
}

// answerDialog presses a button of the open dialog.
func (s *stage) answerDialog(label string) {
	s.t.Helper()
	s.pressIn(s.clinic.dialog, label)
}

// pressButton presses a button of the page.
func (s *stage) pressButton(label string) {
	s.t.Helper()
	s.pressIn(s.clinic.page.content(), label)
}

func (s *stage) pressIn(within fyne.CanvasObject, label string) {
	s.t.Helper()
	var press func(o fyne.CanvasObject) bool
	press = func(o fyne.CanvasObject) bool {
		if b, ok := o.(*kit.Button); ok && b.Label() == label {
			b.Tapped(nil)
			return true
		}
		var children []fyne.CanvasObject
		switch o := o.(type) {
		case fyne.Widget:
			children = test.WidgetRenderer(o).Objects()
		case *fyne.Container:
			children = o.Objects
		}
		return slices.ContainsFunc(children, press)
	}
	if !press(within) {
		s.t.Fatalf("there is no button %q", label)
	}
	s.settle()
}

// Whoever looks something up in the middle of a series finds it as it was.
func TestLeavingThePageKeepsTheSeries(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	rack := s.equipped()
	rack.gives(mmHg(142, 90))
	p := fatima()
	s.came(p, time.Minute, -1)
	m := s.measuring(s.opened(p))
	must(t, m.bedside.Measure(vitals.BloodPressure))
	must(t, m.bedside.SkipRest())
	must(t, m.bedside.Start())
	s.until(m, bedside.Pause)
	s.turnTo(desk.PageToday)
	if said := s.desk.State().Said.Key; said != words.BedsideWaits {
		t.Errorf("on leaving it says %q", said)
	}
	again := s.measuring(s.opened(p))
	if again.bedside != m.bedside || len(again.bedside.State().Attempts) != 1 {
		t.Error("the series is gone")
	}
	s.turnTo(desk.PageToday)
	s.desk.SignOut()
	s.settle()
	if s.clinic.parked != nil {
		t.Error("a series waits for somebody else")
	}
}

// The program ends only when the cuff has been let go.
func TestStopLetsTheCuffGo(t *testing.T) {
	s, m := pumping(t)
	s.clinic.Stop()
	s.clinic.done = make(chan struct{}) // the stage stops it once more
	if m.bedside.State().Phase == bedside.Running {
		t.Error("the cuff still runs")
	}
}

// TestCuffIsAsked: whoever measures types how far it is around the arm, sees that the
// cuff is not made for it, and takes another one.
func TestCuffIsAsked(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	s.equipped()
	p := fatima()
	s.came(p, 4*time.Minute, -1)
	m := s.measuring(s.opened(p))
	must(t, m.bedside.Measure(vitals.BloodPressure))
	s.settle()
	seen(m.part.content(), func(o fyne.CanvasObject) {
		if girth, ok := o.(*kit.Entry); ok {
			for _, r := range "45" {
				girth.TypedRune(r)
			}
		}
	})
	s.settle()
	misfit := s.clinic.t(words.BedsideMisfit)
	warned := func() (is bool) {
		seen(m.part.content(), func(o fyne.CanvasObject) {
			n, ok := o.(*kit.Notice)
			is = is || ok && n.Text() == misfit
		})
		return is
	}
	if st := m.bedside.State(); st.Girth != 45 || !warned() {
		t.Errorf("%d cm, and nobody is warned", st.Girth)
	}
	must(t, m.bedside.SkipRest())
	s.settle()
	if m.bedside.Start() == nil || m.bedside.State().Phase != bedside.Ready {
		t.Error("the cuff was started on an arm of 45 cm")
	}
	must(t, m.bedside.SetLie(bedside.OtherCuff))
	s.settle()
	if warned() {
		t.Error("a cuff of the right size is still refused")
	}
}
