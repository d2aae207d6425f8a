package kit

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

func TestOverlayHoldsTheScreen(t *testing.T) {
	test.NewTempApp(t)
	under, kept := 0, 0
	w := test.NewTempWindow(t, NewButton(Look{}, "under", ButtonStyle{}, func() { under++ }))
	w.Resize(fyne.NewSize(1000, 700))
	var o *Overlay
	keep := NewButton(Look{}, "keep", ButtonStyle{}, func() { kept++; o.Close() })
	o = NewOverlay(Look{}, 600, NewText(Look{}, englishText, TextStyle{}), keep)
	o.ShowOn(w.Canvas())
	o.ShowOn(w.Canvas())
	test.TapCanvas(w.Canvas(), fyne.NewPos(20, 20))
	if under != 0 {
		t.Error("a touch beside the card reached the screen under it")
	}
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(keep)
	test.TapCanvas(w.Canvas(), at.AddXY(30, 30))
	if kept != 1 || len(w.Canvas().Overlays().List()) != 0 {
		t.Errorf("action ran %d times, %d overlays left", kept, len(w.Canvas().Overlays().List()))
	}
	test.TapCanvas(w.Canvas(), fyne.NewPos(20, 20))
	if under != 1 {
		t.Error("the screen is still held after Close")
	}
}

// TestOverlayTallerThanTheScreen has the words scroll and the action in reach.
func TestOverlayTallerThanTheScreen(t *testing.T) {
	test.NewTempApp(t)
	w := test.NewTempWindow(t, box(10, 10))
	size := fyne.NewSize(800, 400)
	w.Resize(size)
	done := 0
	action := NewButton(Look{}, "done", ButtonStyle{}, func() { done++ })
	NewOverlay(Look{}, 600, NewColumn(0, box(10, 900), NewText(Look{}, englishText, TextStyle{})), action).ShowOn(w.Canvas())
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(action)
	if end := at.Y + action.Size().Height; end > size.Height {
		t.Errorf("the action ends at %v of %v", end, size.Height)
	}
	test.TapCanvas(w.Canvas(), at.AddXY(action.Size().Width/2, action.Size().Height/2))
	if done != 1 {
		t.Error("the action cannot be touched")
	}
}

// TestOverlayFitsItsActions: a card becomes somewhat wider so that no label breaks, and
// not where that is not enough.
func TestOverlayFitsItsActions(t *testing.T) {
	test.NewTempApp(t)
	w := test.NewTempWindow(t, box(10, 10))
	w.Resize(fyne.NewSize(1600, 900))
	actions := func(n int) (all []fyne.CanvasObject) {
		for range n {
			all = append(all, NewButton(Look{}, "Two words", ButtonStyle{}, nil))
		}
		return all
	}
	for n, stretched := range map[int]bool{1: false, 4: true, 9: false} {
		o := NewOverlay(Look{}, 1000, box(10, 10), actions(n)...)
		width := o.cardWidth(w.Canvas().Size())
		if (width > 1000) != stretched || width > 1000*stretch {
			t.Errorf("%d actions that need %v stand on %v", n, PreferredWidth(o.actions), width)
		}
	}
}

func TestScrollFollowsTheFinger(t *testing.T) {
	test.NewTempApp(t)
	s := NewScroll(NewColumn(8, box(10, 500), NewText(Look{}, englishText, TextStyle{}), box(10, 500)))
	w := test.NewTempWindow(t, s)
	w.Resize(fyne.NewSize(300, 400))
	s.Resize(fyne.NewSize(300, 400))
	test.Drag(w.Canvas(), fyne.NewPos(100, 200), 0, -150)
	if s.Offset.Y != 150 {
		t.Errorf("offset %v after dragging up by 150", s.Offset.Y)
	}
	test.Drag(w.Canvas(), fyne.NewPos(100, 200), 0, 9999)
	if s.Offset.Y != 0 {
		t.Errorf("offset %v after dragging down past the top", s.Offset.Y)
	}
	test.Drag(w.Canvas(), fyne.NewPos(100, 200), 0, -9999)
	want := HeightFor(s.page.child, s.page.width()) - 400
	if d := s.Offset.Y - want; d > 1 || d < -1 {
		t.Errorf("the end is at %v, want %v: the text's height must count as wrapped", s.Offset.Y, want)
	}
}

// TestKeysUnderADialog: the dialog makes room for keys to type with, what is
// typed into is above them, and without them it is as it was.
func TestKeysUnderADialog(t *testing.T) {
	test.NewTempApp(t)
	w := test.NewTempWindow(t, box(10, 10))
	w.SetPadded(false)
	w.Resize(fyne.NewSize(800, 600))
	low := NewEntry(Look{}, EntryStyle{})
	o := NewOverlay(Look{}, 600, NewColumn(0, box(10, 300), low), NewButton(Look{}, "done", ButtonStyle{}, func() {}))
	o.ShowOn(w.Canvas())
	w.Canvas().Focus(low)
	before := o.card.Position()
	keys := box(10, 10)
	o.SetKeys(keys, 250)
	driver := fyne.CurrentApp().Driver()
	if at := driver.AbsolutePositionForObject(low); at.Y+low.Size().Height > 350 || at.Y < 0 {
		t.Errorf("the field is at %v of 350", at.Y)
	}
	if keys.Position().Y != 350 || keys.Size().Width != 800 || o.card.Position().Y+o.card.Size().Height > 350 {
		t.Errorf("keys at %v, card to %v", keys.Position(), o.card.Position().Y+o.card.Size().Height)
	}
	if w.Canvas().Focused() != fyne.Focusable(low) {
		t.Error("the focus is lost")
	}
	if o.SetKeys(nil, 0); o.card.Position() != before || o.scrolls {
		t.Errorf("afterwards the card is at %v, was at %v", o.card.Position(), before)
	}
}
