package clinic

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"aidpost/app/desk"
	"aidpost/assets"
	"aidpost/assets/words"
	"aidpost/ui/kit"
)

// share gives a shared window to whoever has it now.
func (c *Clinic) share(s desk.State) {
	if c.cfg.Share == nil || s.Away == c.away {
		return
	}
	if s.Away {
		c.closeDialog()
		c.focus(nil)
		c.deafen()
	}
	c.away = s.Away
	c.cfg.Share(s.Away)
	if !s.Away {
		c.listen()
		if c.door != nil {
			c.focus(c.door.first())
		}
	}
}

// deafen leaves the keys that no widget has a use for to the patients' side.
func (c *Clinic) deafen() {
	c.canvas.SetOnTypedKey(nil)
	c.canvas.SetOnTypedRune(nil)
	for _, s := range strokes() {
		c.canvas.RemoveShortcut(s.shortcut())
	}
}

func (s stroke) shortcut() *desktop.CustomShortcut {
	return &desktop.CustomShortcut{KeyName: s.key, Modifier: fyne.KeyModifierControl}
}

// giveBack is the button that gives a shared window back to the patients; nil
// where staff have one of their own.
func (c *Clinic) giveBack() fyne.CanvasObject {
	if c.cfg.Share == nil {
		return nil
	}
	return kit.NewButton(c.look, c.t(words.FrameGiveBack), kit.ButtonStyle{Rank: kit.Quiet, Icon: assets.IconBack}, c.desk.GiveScreen)
}

// coverLabel is what covering the screen is called: where it is shared, the
// patients get it.
func (c *Clinic) coverLabel() words.Key {
	if c.cfg.Share == nil {
		return words.FrameKeyLock
	}
	return words.FrameGiveBack
}
