package kiosk

import (
	"fyne.io/fyne/v2"

	"aidpost/app/visit"
	"aidpost/assets"
	"aidpost/assets/words"
	"aidpost/ui/kit"
)

// newChoose offers the instruments that are really there.
func newChoose(k *Kiosk, s visit.State) screen {
	var tiles []fyne.CanvasObject
	many := len(s.Offers) > fewOffers
	for _, o := range s.Offers {
		size := largeTile
		if many || k.large() {
			size = wideTile
		}
		tiles = append(tiles, k.offerTile(o, size, k.do(func() error { return k.visit.ChoosePanel(o.Panel) })))
	}
	title := []fyne.CanvasObject{k.headline(k.t(words.ChooseTitle))}
	if len(tiles) > 1 {
		title = append(title, k.quiet(k.t(words.ChooseHint), kit.SizeLead))
	}
	head := kit.NewColumn(kit.Space8, title...)
	if len(tiles) == 0 {
		return still{k.lay(page{
			title: k.t(words.WelcomeNothing), lead: k.t(words.WelcomeAskStaff), thing: k.picture(assets.DrawingUnplugged),
			actions: k.finishAction(s),
		})}
	}
	if many && k.look.Class == kit.Compact && k.look.Text > kit.TextNormal {
		head = kit.NewColumn(0, k.text(k.t(words.ChooseTitle), kit.SizeTitle, true))
	}
	rows := []fyne.CanvasObject{head}
	switch {
	case many:
		columns := 3
		switch {
		case k.large():
			columns = 1
		case k.look.Class == kit.Portrait:
			columns = 2
		}
		body := []fyne.CanvasObject{head, kit.NewGrow(1, k.grid(columns, tiles...))}
		if k.look.Class == kit.Portrait { // lower, in reach from a chair
			body = []fyne.CanvasObject{head, kit.NewGrow(0.3, kit.NewColumn(0)), body[1]}
		}
		rows = []fyne.CanvasObject{k.reading(kit.NewColumn(k.gap(), body...))}
		rows = append(rows, k.trailing(k.finishAction(s)...)...)
		return still{kit.NewColumn(k.gap(), rows...)}
	case k.look.Class == kit.Portrait:
		rows = append(rows, kit.NewGrow(1.5, kit.NewColumn(0)))
		for _, t := range tiles {
			rows = append(rows, kit.NewGrow(1, t))
		}
		rows = append([]fyne.CanvasObject{k.reading(kit.NewColumn(kit.Space32, rows...))}, k.finishAction(s)...)
		return still{kit.NewColumn(kit.Space32, rows...)}
	}
	rows = []fyne.CanvasObject{k.reading(kit.NewColumn(k.gap(), head, kit.NewGrow(1, k.choices(tiles...))))}
	rows = append(rows, k.trailing(k.finishAction(s)...)...)
	return still{kit.NewColumn(kit.Space32, rows...)}
}

// finishAction ends the visit with what was measured so far, or reads what the person
// has brought.
func (k *Kiosk) finishAction(s visit.State) []fyne.CanvasObject {
	own := k.quietButton(words.OwnOffer, k.do(k.visit.OwnInstrument))
	switch {
	case len(s.Results) > 0:
	case s.Guest && k.cfg.Mend == nil: // may still say who they are
		return []fyne.CanvasObject{k.quietButton(words.WelcomeKeep, k.do(k.visit.Back)), own}
	default:
		return []fyne.CanvasObject{own}
	}
	return []fyne.CanvasObject{k.primary(words.ChooseFinish, k.do(k.visit.Done)), own}
}

// trailing puts objects in a row at its end.
func (k *Kiosk) trailing(objects ...fyne.CanvasObject) []fyne.CanvasObject {
	if len(objects) == 0 {
		return nil
	}
	row := []fyne.CanvasObject{kit.NewSpacer(), objects[0]}
	if len(objects) > 1 { // the quieter at the beginning
		row = append(append([]fyne.CanvasObject{}, objects[1:]...), row...)
	}
	return []fyne.CanvasObject{kit.NewRow(k.look, kit.Space16, kit.CrossCenter, row...)}
}
