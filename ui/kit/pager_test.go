package kit

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// TestPager goes to the end of a long text and back by touches on its arrows.
func TestPager(t *testing.T) {
	test.NewTempApp(t)
	s := NewPager(Look{}, NewColumn(0, box(10, 1500)))
	w := test.NewTempWindow(t, s)
	w.SetPadded(false)
	w.Resize(fyne.NewSize(400, 400))
	s.Resize(fyne.NewSize(400, 400))
	if s.pager.up.Visible() || !s.pager.down.Visible() {
		t.Fatal("at the top no arrow leads on")
	}
	for n := 0; s.pager.down.Visible(); n++ {
		test.Tap(s.pager.down)
		if n > 10 {
			t.Fatal("the end never comes")
		}
	}
	if end := s.page.Size().Height - s.Size().Height; s.Offset.Y != end || !s.pager.up.Visible() {
		t.Errorf("at %v of %v, an arrow back: %t", s.Offset.Y, end, s.pager.up.Visible())
	}
	for n := 0; s.pager.up.Visible(); n++ {
		test.Tap(s.pager.up)
		if n > 10 {
			t.Fatal("the beginning never comes")
		}
	}
	if s.Offset.Y != 0 {
		t.Errorf("the beginning is at %v", s.Offset.Y)
	}
	s.Resize(fyne.NewSize(400, 2000))
	if s.Turns() {
		t.Error("there is room for all, and an arrow")
	}
}
