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
	if c.door != nil || c.frame == nil {
		return
	}
	target, writes := o.(kit.Target)
	if c.dialog != nil {
		if c.touch && writes {
			c.showDialogKeys(target)
		}
		return // keys that are there stay: the card must not move under a finger
	}
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
		f.board = c.newBoard(f.hideKeys)
	}
	f.board.Serve(target)
	if len(f.keys.Objects) > 0 {
		return
	}
	f.keys.Objects = []fyne.CanvasObject{kit.NewHairline(c.look), c.under(f.board)}
	f.main.Refresh()
}

func (c *Clinic) newBoard(done func()) *kit.Keyboard {
	return kit.NewKeyboard(c.look, kit.KeyLayoutFor(c.lang.Tag()),
		kit.KeyWords{Space: c.t(words.KeyboardSpace), Done: c.t(words.KeyboardDone)}, done)
}

// under is an on-screen keyboard on its ground.
func (c *Clinic) under(board *kit.Keyboard) fyne.CanvasObject {
	ground := canvas.NewRectangle(c.look.Color(kit.ColorSurface))
	ground.SetMinSize(fyne.NewSize(0, keysHeight))
	return container.NewStack(ground, kit.NewInset(kit.Space64, kit.Space8, board))
}

// dialogKeys are the on-screen keyboard of a dialog.
type dialogKeys struct {
	of    *kit.Overlay
	board *kit.Keyboard
}

// showDialogKeys puts the on-screen keyboard under the dialog.
func (c *Clinic) showDialogKeys(target kit.Target) {
	if c.keys.of != c.dialog {
		c.keys = dialogKeys{of: c.dialog, board: c.newBoard(c.hideDialogKeys)}
		c.dialog.SetKeys(c.under(c.keys.board), keysHeight)
	}
	c.keys.board.Serve(target)
}

// hideDialogKeys takes it away.
func (c *Clinic) hideDialogKeys() {
	if c.keys.of == nil {
		return
	}
	c.keys.board.Serve(nil)
	c.keys.of.SetKeys(nil, 0)
	c.keys = dialogKeys{}
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
