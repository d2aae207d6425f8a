package clinic

import (
	"fyne.io/fyne/v2"

	"aidpost/assets"
	"aidpost/assets/words"
	"aidpost/ui/kit"
)

// showDisplay lets staff choose how the screen looks and which language it
// speaks.
func (c *Clinic) showDisplay() {
	heading := func(key words.Key) fyne.CanvasObject {
		return kit.NewText(c.look, c.t(key), kit.TextStyle{Size: kit.SizeLead, Bold: true})
	}
	change := func(fn func()) func() {
		return func() {
			fn()
			c.rebuild()
			c.showDisplay()
		}
	}
	palette := func(key words.Key, p kit.Palette) fyne.CanvasObject {
		o := kit.NewOption(c.look, kit.OptionStyle{Label: c.t(key)}, change(func() { c.look.Palette = p }))
		o.SetSelected(c.look.Palette == p)
		return kit.NewGrow(1, o)
	}
	large := kit.NewCheck(c.look, c.t(words.FrameTextSize), c.look.Text > kit.TextNormal, func(on bool) {
		c.look.Text = kit.TextNormal
		if on {
			c.look.Text = kit.TextLarge
		}
		c.rebuild()
		c.showDisplay()
	})
	touch := kit.NewCheck(c.look, c.t(words.FrameTouch), c.touch, func(on bool) { c.touch = on })
	var tongues []fyne.CanvasObject
	for _, l := range c.cfg.Words.StaffLangs() {
		tongues = append(tongues, c.tongue(l, change(func() { c.speak(l) })))
	}
	button := c.closeButton()
	shortcuts := kit.NewButton(c.look, c.t(words.FrameKeys), kit.ButtonStyle{Rank: kit.Quiet, Icon: assets.IconKeyboard}, func() {
		c.closeDialog()
		c.showKeys()
	})
	c.showDialog(kit.NewOverlay(c.look, 620, kit.NewColumn(kit.Space16,
		kit.NewText(c.look, c.t(words.FrameDisplay), kit.TextStyle{Size: kit.SizeTitle, Bold: true}),
		kit.NewRow(c.look, kit.Space8, kit.CrossFill, palette(words.FrameLight, kit.Light), palette(words.FrameDark, kit.Dark), palette(words.FrameContrast, kit.HighContrast)),
		kit.NewRow(c.look, kit.Space16, kit.CrossFill, kit.NewGrow(1, large), kit.NewGrow(1, touch)), heading(words.FrameLanguage),
		kit.NewRow(c.look, kit.Space8, kit.CrossFill, tongues...)), shortcuts, button), nil)
	c.canvas.Focus(button)
}

// tongue offers a language in its own name, which runs its own way.
func (c *Clinic) tongue(l words.Lang, tapped func()) fyne.CanvasObject {
	o := kit.NewOption(c.look, kit.OptionStyle{Label: l.Name()}, tapped)
	o.SetSelected(l.Tag() == c.lang.Tag())
	return kit.NewGrow(1, o)
}
