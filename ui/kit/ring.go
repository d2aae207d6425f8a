package kit

import "fyne.io/fyne/v2/canvas"

// newRing returns the keyboard focus ring, which stands a little outside the
// thing it is about.
func newRing(corner float32) *canvas.Rectangle {
	ring := canvas.NewRectangle(nil)
	ring.CornerRadius = corner + 2*focusRing
	ring.StrokeWidth = focusRing
	return ring
}

func showRing(ring *canvas.Rectangle, look Look, on bool) {
	ring.StrokeColor = nil
	if on {
		ring.StrokeColor = look.Color(ColorFocus)
	}
	ring.Refresh()
}

func placeRing(ring *canvas.Rectangle, width, height float32) {
	const out = 2 * focusRing
	place(ring, -out, -out, width+2*out, height+2*out)
}
