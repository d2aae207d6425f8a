package kit

import "fyne.io/fyne/v2/canvas"

// newRing returns the keyboard focus ring, which stands a little outside the
// thing it is about.
func newRing(corner float32) *canvas.Rectangle {
	ring := canvas.NewRectangle(nil)
	ring.CornerRadius = corner + 2*focusRing
	ring.StrokeWidth = focusRing
	ring.Hidden = true
	return ring
}

// showRing shows the ring or takes it away. It is hidden then: a painter would work
// through all of a rectangle that cannot be seen.
func showRing(ring *canvas.Rectangle, look Look, on bool) {
	ring.StrokeColor, ring.Hidden = nil, !on
	if on {
		ring.StrokeColor = look.Color(ColorFocus)
	}
	ring.Refresh()
}

func placeRing(ring *canvas.Rectangle, width, height float32) {
	const out = 2 * focusRing
	place(ring, -out, -out, width+2*out, height+2*out)
}
