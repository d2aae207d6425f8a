package kiosk

import (
	"fmt"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"aidpost/app/visit"
	"aidpost/assets/words"
	"aidpost/ui/kit"
)

// answered are the steps whose screen asks something or runs out: all that answers it
// is in sight. Elsewhere a list may be longer, and an arrow shows it.
var answered = map[visit.Step]bool{
	visit.Question: true, visit.Unsuitable: true, visit.Prepare: true, visit.Rest: true, visit.Ready: true, visit.Measure: true,
	visit.Pause: true, visit.Confirm: true, visit.Trouble: true, visit.Urgent: true, visit.Result: true,
}

// hidden names what is to be touched on the screen and is not all in sight.
func (s *stage) hidden(size fyne.Size) []string {
	var found []string
	var down func(o fyne.CanvasObject, view rect, turns bool)
	down = func(o fyne.CanvasObject, view rect, turns bool) {
		if !o.Visible() {
			return
		}
		label := ""
		switch o := o.(type) {
		case *kit.Button:
			label = o.Label()
		case *kit.Tile:
			label = o.Title()
		case *kit.Scroll:
			view, turns = view.cut(rectOf(o)), turns || o.Turns()
		}
		list := !answered[s.visit.State().Step] || label == s.kiosk.t(words.RestNotReady) || label == s.kiosk.t(words.CommonBack)
		if label != "" && !(turns && list) && !rectOf(o).within(view, 1.5) {
			found = append(found, fmt.Sprintf("%q at %.0f is seen only within %.0f", label, rectOf(o), view))
		}
		switch o := o.(type) {
		case fyne.Widget:
			for _, c := range test.WidgetRenderer(o).Objects() {
				down(c, view, turns)
			}
		case *fyne.Container:
			for _, c := range o.Objects {
				down(c, view, turns)
			}
		}
	}
	down(s.kiosk.screen.content(), rect{0, 0, size.Width, size.Height}, false)
	return found
}
