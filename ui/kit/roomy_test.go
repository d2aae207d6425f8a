package kit

import (
	"testing"

	"fyne.io/fyne/v2/test"
)

// Whatever it says, it is as high as the tallest that it may say.
func TestRoomyDoesNotJump(t *testing.T) {
	test.NewTempApp(t)
	text := NewText(Look{}, "", TextStyle{Size: SizeLead})
	all := []string{"Short.", "A sentence that is far too long to stand on one line of so narrow a column."}
	r := NewRoomy(text, all...)
	for _, width := range []float32{160, 400} {
		want := NewText(Look{}, all[1], TextStyle{Size: SizeLead}).HeightFor(width)
		for _, said := range all {
			text.SetText(said)
			if got := r.HeightFor(width); got != want {
				t.Errorf("at %v, saying %q, it is %v high, want %v", width, said, got, want)
			}
		}
	}
}
