package kit

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"aidpost/assets"
)

func pointer(x, y float32) *desktop.MouseEvent {
	return &desktop.MouseEvent{
		PointEvent: fyne.PointEvent{AbsolutePosition: fyne.NewPos(x, y)},
		Button:     desktop.MouseButtonPrimary,
	}
}

func TestPressAndReleaseNearbyIsOneTap(t *testing.T) {
	test.NewTempApp(t)
	for _, row := range []struct {
		name  string
		slip  float32
		fynes bool // Fyne sends its own Tapped as well
		want  int
	}{
		{"still finger", 0, true, 1},
		{"slip that Fyne takes for a drag", 8, false, 1},
		{"slip at the limit", 12, false, 1},
		{"finger that leaves", 30, false, 0},
	} {
		taps := 0
		b := NewButton(Look{}, "Start", ButtonStyle{}, func() { taps++ })
		for range 2 { // the second press must not be lost to the first one's state
			b.MouseDown(pointer(100, 100))
			b.MouseUp(pointer(100+row.slip, 100))
			if row.fynes {
				b.Tapped(nil)
			}
		}
		if taps != 2*row.want {
			t.Errorf("%s: %d taps in two presses, want %d", row.name, taps, 2*row.want)
		}
	}
}

func TestOtherWaysToPress(t *testing.T) {
	test.NewTempApp(t)
	taps := 0
	b := NewButton(Look{}, "Start", ButtonStyle{}, func() { taps++ })
	test.Tap(b)
	for _, key := range []fyne.KeyName{fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace, fyne.KeyA} {
		b.TypedKey(&fyne.KeyEvent{Name: key})
	}
	b.TypedRune(' ')
	right := pointer(0, 0)
	right.Button = desktop.MouseButtonSecondary
	b.MouseDown(right)
	b.MouseUp(right)
	if taps != 4 {
		t.Errorf("%d taps, want one each for a tap, Return, Enter and Space", taps)
	}
}

func TestDisabledButtonIsDeaf(t *testing.T) {
	test.NewTempApp(t)
	taps := 0
	b := NewButton(Look{}, "Start", ButtonStyle{Icon: assets.IconNext}, func() { taps++ })
	b.Disable()
	test.Tap(b)
	b.MouseDown(pointer(0, 0))
	b.MouseUp(pointer(0, 0))
	b.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if taps != 0 || !b.Disabled() {
		t.Errorf("%d taps while disabled", taps)
	}
	if b.ground.FillColor != (Look{}).Color(ColorDisabled) {
		t.Error("a disabled button looks enabled")
	}
	b.Enable()
	test.Tap(b)
	if taps != 1 {
		t.Errorf("%d taps after enabling, want 1", taps)
	}
}

func TestButtonShowsPressAndFocus(t *testing.T) {
	test.NewTempApp(t)
	look := Look{}
	b := NewButton(look, "Start", ButtonStyle{}, func() {})
	b.MouseDown(pointer(0, 0))
	if b.ground.FillColor != look.Color(ColorActionPressed) {
		t.Error("a pressed button does not look pressed")
	}
	b.MouseUp(pointer(0, 0))
	if b.ground.FillColor != look.Color(ColorAction) {
		t.Error("a released button still looks pressed")
	}
	b.FocusGained()
	if b.ring.StrokeColor != look.Color(ColorFocus) || b.ring.StrokeWidth != 3 {
		t.Error("a focused button has no ring of 3 units")
	}
	b.FocusLost()
	if b.ring.StrokeColor != nil {
		t.Error("the ring stays after the focus is gone")
	}
}

func TestButtonSizes(t *testing.T) {
	test.NewTempApp(t)
	if got := NewButton(Look{}, "Go", ButtonStyle{}, nil).MinSize(); got.Width < 280 || got.Height < 88 {
		t.Errorf("a main button is %v, want at least 280 by 88", got)
	}
	for _, rank := range []Rank{Secondary, Quiet} {
		if got := NewButton(Look{}, "Go", ButtonStyle{Rank: rank}, nil).MinSize().Height; got < 64 {
			t.Errorf("rank %d is %v high, want at least 64", rank, got)
		}
	}
	long := NewButton(Look{Text: TextLargest}, "Continuar con la siguiente medición", ButtonStyle{}, nil)
	if narrow, wide := long.HeightFor(300), long.HeightFor(1200); narrow <= wide {
		t.Errorf("a wrapped label needs %v, one line %v", narrow, wide)
	}
}

func TestArrowsMoveTheFocus(t *testing.T) {
	test.NewTempApp(t)
	for dir, onward := range map[Direction]fyne.KeyName{LTR: fyne.KeyRight, RTL: fyne.KeyLeft} {
		look := Look{Dir: dir}
		a, b := NewButton(look, "a", ButtonStyle{}, nil), NewButton(look, "b", ButtonStyle{}, nil)
		w := test.NewTempWindow(t, NewRow(look, 8, CrossFill, a, b))
		w.Canvas().Focus(a)
		a.TypedKey(&fyne.KeyEvent{Name: onward})
		if w.Canvas().Focused() != fyne.Focusable(b) {
			t.Errorf("direction %d: %s does not move the focus on", dir, onward)
		}
		b.TypedKey(&fyne.KeyEvent{Name: fyne.KeyUp})
		if w.Canvas().Focused() != fyne.Focusable(a) {
			t.Errorf("direction %d: Up does not move the focus back", dir)
		}
	}
}

// TestQuietPressIsSeen: a window is repainted only for what is in it, which a ground
// that is hidden until it is pressed is not.
func TestQuietPressIsSeen(t *testing.T) {
	test.NewTempApp(t)
	b := NewButton(Look{}, "Back", ButtonStyle{Rank: Quiet}, func() {})
	if !b.ground.Visible() {
		t.Error("the ground is not in the window before it is pressed")
	}
	b.MouseDown(&desktop.MouseEvent{Button: desktop.MouseButtonPrimary})
	if b.ground.FillColor == nil {
		t.Error("pressed, it looks the same")
	}
}
