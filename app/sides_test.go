package main

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// A half is one side of a window; it writes down what it is told.
type half struct {
	content fyne.CanvasObject
	told    []string
}

func (h *half) Content() fyne.CanvasObject { return h.content }
func (h *half) Yield()                     { h.told = append(h.told, "yield") }
func (h *half) Resume()                    { h.told = append(h.told, "resume") }

// TestSides shows one of two sides, all over the window.
func TestSides(t *testing.T) {
	patients, staff := &half{content: canvas.NewRectangle(nil)}, &half{content: canvas.NewRectangle(nil)}
	staff.content.(*canvas.Rectangle).SetMinSize(fyne.NewSize(2000, 2000))
	s := newSides(patients, staff)
	if least := s.content.MinSize(); least.Width >= 2000 {
		t.Errorf("the window is at least %v, larger than a panel", least)
	}
	size := fyne.NewSize(1280, 800)
	s.content.Resize(size)
	see := func(whose string, patientsSeen bool) {
		t.Helper()
		if patients.content.Visible() != patientsSeen || staff.content.Visible() == patientsSeen {
			t.Errorf("the window of %s shows patients %v, staff %v", whose, patients.content.Visible(), staff.content.Visible())
		}
	}
	see("patients at first", true)
	s.turn(false)
	see("staff", false)
	if staff.content.Size() != size {
		t.Errorf("staff have %v of %v", staff.content.Size(), size)
	}
	s.turn(true)
	see("patients again", true)
	if !slices.Equal(patients.told, []string{"yield", "resume"}) {
		t.Errorf("patients were told %q", patients.told)
	}
}
