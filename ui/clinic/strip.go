package clinic

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"aidpost/ui/kit"
)

// newStrip is a strip of notices, one below the other.
func newStrip() *fyne.Container { return container.New(piled{}) }

// underStrip is a page with a strip above it, which takes no room while it is hidden.
func underStrip(strip *fyne.Container, page fyne.CanvasObject) *fyne.Container {
	return container.New(hung{}, strip, page)
}

// piled gives each object the height that it needs at the width there is. Fyne's own
// box asks for the least width first, at which a notice is many lines high.
type piled struct{}

func (piled) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	y := float32(0)
	for _, o := range objects {
		high := kit.HeightFor(o, size.Width)
		o.Move(fyne.NewPos(0, y))
		o.Resize(fyne.NewSize(size.Width, high))
		y += high
	}
}

func (piled) MinSize(objects []fyne.CanvasObject) (least fyne.Size) {
	for _, o := range objects {
		least.Width = max(least.Width, o.MinSize().Width)
	}
	return least
}

// hung puts a page below a strip.
type hung struct{}

func (hung) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	strip, page := objects[0].(*fyne.Container), objects[1]
	high := float32(0)
	if strip.Visible() {
		for _, o := range strip.Objects {
			high += kit.HeightFor(o, size.Width)
		}
	}
	strip.Move(fyne.Position{})
	strip.Resize(fyne.NewSize(size.Width, high))
	page.Move(fyne.NewPos(0, high))
	page.Resize(fyne.NewSize(size.Width, max(size.Height-high, 0)))
}

func (hung) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return objects[1].MinSize()
}
