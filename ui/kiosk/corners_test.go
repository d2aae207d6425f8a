package kiosk

import (
	"reflect"
	"testing"
	"testing/synctest"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"aidpost/app/visit"
	"aidpost/records/vitals"
	"aidpost/ui/kit"
)

// A hold is a press on a spot of the screen for so long, after a pause.
type hold struct {
	after time.Duration
	at    func(fyne.Size) fyne.Position
	long  time.Duration
}

func upperLeft(fyne.Size) fyne.Position    { return fyne.NewPos(4, 4) }
func lowerRight(s fyne.Size) fyne.Position { return fyne.NewPos(s.Width-4, s.Height-4) }
func upperRight(s fyne.Size) fyne.Position { return fyne.NewPos(s.Width-4, 4) }
func middle(s fyne.Size) fyne.Position     { return fyne.NewPos(s.Width/2, s.Height/2) }

// press holds a spot as the window would tell it.
func (s *stage) press(h hold) {
	time.Sleep(h.after)
	at := h.at(s.window.Canvas().Size())
	uppermost := s.kiosk.Content()
	if d := s.kiosk.over.dialog; d != nil {
		uppermost = d
	}
	object, pos := under(uppermost, at)
	e := &desktop.MouseEvent{Button: desktop.MouseButtonPrimary, PointEvent: fyne.PointEvent{Position: pos, AbsolutePosition: at}}
	if m, ok := object.(desktop.Mouseable); ok {
		m.MouseDown(e)
		time.Sleep(h.long)
		m.MouseUp(e)
	}
	s.settle()
}

// under returns what takes a press at a position, and where in it that is.
func under(o fyne.CanvasObject, at fyne.Position) (fyne.CanvasObject, fyne.Position) {
	local := at.Subtract(o.Position())
	size := o.Size()
	if !o.Visible() || local.X < 0 || local.Y < 0 || local.X > size.Width || local.Y > size.Height {
		return nil, local
	}
	var parts []fyne.CanvasObject
	switch o := o.(type) {
	case *fyne.Container:
		parts = o.Objects
	case fyne.Widget:
		parts = test.WidgetRenderer(o).Objects()
	}
	for i := len(parts) - 1; i >= 0; i-- {
		if found, inside := under(parts[i], local); found != nil {
			return found, inside
		}
	}
	if _, ok := o.(desktop.Mouseable); !ok {
		return nil, local
	}
	return o, local
}

// TestStaffAskForTheWindow holds the two corners on screens of all shapes, and
// does what people do to a screen, which asks for nothing.
func TestStaffAskForTheWindow(t *testing.T) {
	const long = 2 * time.Second
	right := []hold{{0, upperLeft, long}, {time.Second, lowerRight, long}}
	tests := []struct {
		name  string
		holds []hold
		asked int
	}{
		{"one corner, then the other", right, 1},
		{"twice", append(right, right...), 2},
		{"the wrong way round", []hold{right[1], right[0]}, 0},
		{"the lower one alone", right[1:], 0},
		{"the upper one twice", []hold{right[0], right[0]}, 0},
		{"too short above", []hold{{0, upperLeft, time.Second}, right[1]}, 0},
		{"too short below", []hold{right[0], {0, lowerRight, time.Second}}, 0},
		{"a tap between", []hold{right[0], {0, lowerRight, 100 * time.Millisecond}, right[1]}, 0},
		{"too late", []hold{right[0], {6 * time.Second, lowerRight, long}}, 0},
		{"other corners", []hold{{0, upperRight, long}, right[1]}, 0},
		{"the middle", []hold{{0, middle, long}, {0, middle, long}}, 0},
	}
	for size, of := range sizes {
		t.Run(size, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, asked := sharedStage(t, of)
				defer s.close()
				for _, tc := range tests {
					*asked = 0
					for _, h := range tc.holds {
						s.press(h)
					}
					if *asked != tc.asked {
						t.Errorf("%s: staff were let ask %d times, want %d", tc.name, *asked, tc.asked)
					}
					time.Sleep(time.Minute)
				}
			})
		})
	}
}

// TestStaffAskWithADialogOpen: a dialog takes all touches but those of the corners,
// and looks the same with them.
func TestStaffAskWithADialogOpen(t *testing.T) {
	for size, of := range sizes {
		t.Run(size, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, asked := sharedStage(t, of)
				defer s.close()
				s.kiosk.over.showLanguages(s.kiosk)
				s.settle()
				with := s.window.Canvas().Capture()
				s.press(hold{0, upperLeft, 2 * time.Second})
				s.press(hold{time.Second, lowerRight, 2 * time.Second})
				if *asked != 1 {
					t.Errorf("staff were let ask %d times", *asked)
				}
				s.kiosk.cfg.Staff = nil
				s.kiosk.over.showLanguages(s.kiosk)
				if !reflect.DeepEqual(with, s.window.Canvas().Capture()) {
					t.Error("the corners leave a mark on the dialog")
				}
			})
		})
	}
}

// sharedStage is a kiosk whose window staff share. asked counts how often they
// asked for it.
func sharedStage(t *testing.T, size fyne.Size) (s *stage, asked *int) {
	s = newStage(t, "en", size, kit.Look{})
	asked = new(int)
	s.kiosk.cfg.Staff = func() { *asked++ }
	s.kiosk.corners = newCorners(s.kiosk)
	s.kiosk.rebuild()
	return s, asked
}

// TestCornersAreUnseen paints the same picture with them and without.
func TestCornersAreUnseen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := sharedStage(t, sizes["1280x800"])
		defer s.close()
		with := s.window.Canvas().Capture()
		s.kiosk.corners = nil
		s.kiosk.rebuild()
		without := s.window.Canvas().Capture()
		if !reflect.DeepEqual(with, without) {
			t.Error("they leave a mark")
		}
	})
}

// TestCornersHinderNothing finds every button of every screen in full reach.
func TestCornersHinderNothing(t *testing.T) {
	for size, of := range sizes {
		t.Run(size, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, _ := sharedStage(t, of)
				defer s.close()
				check := func() {
					t.Helper()
					s.kiosk.corners.Hide()
					defer s.kiosk.corners.Show()
					for _, c := range s.kiosk.corners.(*fyne.Container).Objects {
						for x := c.Position().X + 1; x < c.Position().X+c.Size().Width; x += 8 {
							for y := c.Position().Y + 1; y < c.Position().Y+c.Size().Height; y += 8 {
								if o, _ := under(s.kiosk.Content(), fyne.NewPos(x, y)); o != nil {
									t.Fatalf("%T at %v, %v cannot be touched", o, x, y)
								}
							}
						}
					}
				}
				check()
				s.must(s.visit.Begin(), visit.Who)
				check()
				s.must(s.visit.Guest(), visit.Choose)
				check()
				if err := s.visit.ChoosePanel(vitals.Oximetry); err != nil {
					t.Fatal(err)
				}
				s.settle()
				check()
			})
		})
	}
}

// TestWindowIsYielded shows and asks nothing while staff have the window, and
// finds the visit as it is then.
func TestWindowIsYielded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := sharedStage(t, sizes["1280x800"])
		defer s.close()
		s.must(s.visit.Begin(), visit.Who)
		s.kiosk.nextTextSize()
		s.kiosk.Yield()
		s.after(70 * time.Second)
		if !s.visit.State().IdleWarning {
			t.Fatal("the visit does not ask whether somebody is there")
		}
		if n := len(s.window.Canvas().Overlays().List()); n != 0 {
			t.Error("a question lies over the screen of staff")
		}
		s.kiosk.Resume()
		s.settle()
		if n := len(s.window.Canvas().Overlays().List()); n != 1 {
			t.Error("the question is not asked")
		}
		s.kiosk.Yield()
		s.visit.Cancel()
		s.settle()
		s.kiosk.Resume()
		s.settle()
		if s.kiosk.step != visit.Welcome || s.kiosk.look.Text > kit.TextNormal || len(s.window.Canvas().Overlays().List()) != 0 {
			t.Errorf("step %s, letters %v: the next one does not find the kiosk as everybody does", s.kiosk.step, s.kiosk.look.Text)
		}
	})
}

// TestCardAfterStaff: a card is scanned at the start screen after staff had the
// window, who listen to a scanner themselves and stop when they go.
func TestCardAfterStaff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := sharedStage(t, sizes["1280x800"])
		defer s.close()
		s.kiosk.Yield()
		s.window.Canvas().SetOnTypedKey(nil)
		s.window.Canvas().SetOnTypedRune(nil)
		s.kiosk.Resume()
		s.settle()
		if hears := s.window.Canvas().OnTypedRune(); hears != nil {
			hears('C')
		}
		s.settle()
		if w, ok := s.kiosk.screen.(*who); !ok || w.card.Text() != "C" {
			t.Errorf("step %s: the scanner is not heard", s.kiosk.step)
		}
	})
}
