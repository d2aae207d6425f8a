package clinic

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"aidpost/app/desk"
	"aidpost/ui/kit"
)

// What is left of the battery stands on every page, and from when no cuff is
// started.
func TestBatteryOnEveryPage(t *testing.T) {
	for _, test := range []struct {
		h    desk.Health
		want string // empty: nothing is said
	}{
		{desk.Health{}, ""},
		{desk.Health{Battery: 28}, "The computer runs on its battery: 28% left. Plug it in."},
		{desk.Health{Battery: 5, NoCuff: true, Closing: true}, "The battery is empty: 5% left. Aidpost closes in a moment, so that everything saved stays whole. Plug the computer in."},
		{desk.Health{Battery: 14, NoCuff: true}, "The battery is nearly empty: 14% left. No cuff is started until the computer is plugged in."},
	} {
		s := working(t, "en", sizes["1366x768"], kit.Look{})
		s.clinic.frame.showNotices(desk.State{Health: test.h})
		said := noticesIn(s.clinic.frame.notices)
		if test.want == "" && len(said) > 0 || test.want != "" && (len(said) != 1 || said[0] != test.want) {
			t.Errorf("%+v: %q, want %q", test.h, said, test.want)
		}
	}
}

// noticesIn are the texts of the notices in an object.
func noticesIn(o fyne.CanvasObject) (all []string) {
	if n, ok := o.(*kit.Notice); ok {
		return []string{n.Text()}
	}
	var children []fyne.CanvasObject
	switch o := o.(type) {
	case fyne.Widget:
		children = test.WidgetRenderer(o).Objects()
	case *fyne.Container:
		children = o.Objects
	}
	for _, child := range children {
		all = append(all, noticesIn(child)...)
	}
	return all
}
