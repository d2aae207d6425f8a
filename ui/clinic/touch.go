package clinic

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"

	"aidpost/assets/words"
	"aidpost/ui/kit"
)

// focused follows the keyboard's focus: what has it comes into sight, and where
// letters are typed on the screen the keys serve it.
func (c *Clinic) focused(o fyne.CanvasObject) {
	if c.door != nil || c.frame == nil || c.dialog != nil {
		return
	}
	target, writes := o.(kit.Target)
	switch {
	case c.touch && writes:
		c.frame.showKeys(target)
	case !writes:
		c.frame.hideKeys()
	}
	if p, ok := c.page.(revealer); ok {
		p.reveal(o)
	}
}

// keysHeight is that of the on-screen keyboard: five rows for fingers.
const keysHeight = 268

// showKeys puts the on-screen keyboard under the page.
func (f *frame) showKeys(target kit.Target) {
	c := f.c
	if f.board == nil {
		f.board = kit.NewKeyboard(c.look, kit.KeyLayoutFor(c.lang.Tag()),
			kit.KeyWords{Space: c.t(words.KeyboardSpace), Done: c.t(words.KeyboardDone)}, f.hideKeys)
	}
	f.board.Serve(target)
	if len(f.keys.Objects) > 0 {
		return
	}
	ground := canvas.NewRectangle(c.look.Color(kit.ColorSurface))
	ground.SetMinSize(fyne.NewSize(0, keysHeight))
	f.keys.Objects = []fyne.CanvasObject{kit.NewHairline(c.look), container.NewStack(ground, kit.NewInset(kit.Space64, kit.Space8, f.board))}
	f.main.Refresh()
}

// hideKeys takes it away.
func (f *frame) hideKeys() {
	if len(f.keys.Objects) == 0 {
		return
	}
	f.board.Serve(nil)
	f.keys.Objects = nil
	f.main.Refresh()
}
