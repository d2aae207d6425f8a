package kit

import "fyne.io/fyne/v2"

// Fluid is anything whose height depends on the width it is given.
type Fluid interface {
	fyne.CanvasObject
	// HeightFor returns the height needed at a width.
	HeightFor(width float32) float32
	// PreferredWidth returns the width it would like, such as that of its text
	// on one line.
	PreferredWidth() float32
}

// HeightFor returns the height an object needs at a width: what a Fluid says,
// else its MinSize.
func HeightFor(o fyne.CanvasObject, width float32) float32 {
	if f, ok := o.(Fluid); ok {
		return f.HeightFor(width)
	}
	return o.MinSize().Height
}

// PreferredWidth returns the width an object would like: what a Fluid says,
// else its MinSize.
func PreferredWidth(o fyne.CanvasObject) float32 {
	if f, ok := o.(Fluid); ok {
		return f.PreferredWidth()
	}
	return o.MinSize().Width
}

// narrow is what can tell the width of its MinSize alone. A MinSize also has a
// height, for which everything inside is laid out; a layout that asks for one at
// each level to learn a width does that again and again.
type narrow interface{ leastWidth() float32 }

// leastWidth returns the width of an object's MinSize.
func leastWidth(o fyne.CanvasObject) float32 {
	if n, ok := o.(narrow); ok {
		return n.leastWidth()
	}
	return o.MinSize().Width
}

// parts is the renderer of all our widgets: the objects, and how to place,
// measure and update them.
type parts struct {
	objects func() []fyne.CanvasObject
	layout  func(fyne.Size)
	min     func() fyne.Size
	refresh func()
}

func (p *parts) Objects() []fyne.CanvasObject { return p.objects() }
func (p *parts) Layout(s fyne.Size)           { p.layout(s) }
func (p *parts) MinSize() fyne.Size           { return p.min() }
func (p *parts) Destroy()                     {}

func (p *parts) Refresh() {
	if p.refresh != nil {
		p.refresh()
	}
}

// again places the children anew and passes the refresh on to them, after a
// text in them has changed its height or a child was shown or hidden. What has no
// place yet is laid out when it gets one.
func again(o fyne.CanvasObject, layout func(fyne.Size), children ...fyne.CanvasObject) func() {
	return func() {
		if o.Size().IsZero() {
			return
		}
		layout(o.Size())
		for _, c := range children {
			switch c.(type) {
			case Fluid, *Scroll:
				c.Refresh()
			}
		}
	}
}

func fixed(objects ...fyne.CanvasObject) func() []fyne.CanvasObject {
	return func() []fyne.CanvasObject { return objects }
}

// place moves and resizes in one go.
func place(o fyne.CanvasObject, x, y, w, h float32) {
	o.Move(fyne.NewPos(x, y))
	o.Resize(fyne.NewSize(w, h))
}
