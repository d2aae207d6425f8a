package kiosk

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"

	"aidpost/assets"
	"aidpost/ui/kit"
)

// urgentBar is the red bar over an urgent screen, with a sign and a sentence,
// so that it does not speak by its colour alone.
func (k *Kiosk) urgentBar(said string) fyne.CanvasObject {
	ground := canvas.NewRectangle(k.look.Color(kit.ColorUrgent))
	ground.CornerRadius = 12
	size, pad := kit.SizeLead, float32(kit.Space16)
	if k.look.Class == kit.Compact {
		pad = kit.Space8
		if k.large() {
			size, pad = kit.SizeBody, 0
		}
	}
	text := kit.NewText(k.look, said, kit.TextStyle{Size: size, Color: kit.ColorOnUrgent, Bold: true})
	row := kit.NewRow(k.look, kit.Space16, kit.CrossCenter, kit.NewIcon(k.look, assets.IconWarning, 32, kit.ColorOnUrgent), kit.NewGrow(1, text))
	return container.NewStack(ground, kit.NewInset(kit.Space24, pad, row))
}
