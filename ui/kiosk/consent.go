package kiosk

import (
	"fyne.io/fyne/v2"

	"aidpost/app/visit"
	"aidpost/assets"
	"aidpost/assets/words"
	"aidpost/ui/kit"
)

// newConsent asks what may be done, in layers. What concerns one purpose stands
// beside it.
func newConsent(k *Kiosk, s visit.State) screen {
	place := words.With("place", k.cfg.Site.Name)
	gap, inner := k.gap(), float32(kit.Space8)
	if k.look.Class == kit.Compact { // all purposes are in sight at once
		gap, inner = kit.Space8, 0
	}
	item := func(icon assets.Picture, title words.Key, more ...fyne.CanvasObject) fyne.CanvasObject {
		said := append([]fyne.CanvasObject{k.text(k.t(title), kit.SizeLead, true)}, more...)
		return kit.NewRow(k.look, kit.Space24, kit.CrossTop,
			kit.NewIcon(k.look, icon, 48, kit.ColorAction), kit.NewGrow(1, kit.NewColumn(inner, said...)))
	}
	small := func(key words.Key) fyne.CanvasObject { return k.quiet(k.t(key, place), kit.SizeBody) }

	share := false
	items := []fyne.CanvasObject{item(assets.IconCheck, words.ConsentMeasure, small(words.ConsentMeasureMore))}
	var below []fyne.CanvasObject
	switch {
	case s.Guest:
	case k.look.Class == kit.Compact: // the card has no room for all
		items = append(items, item(assets.IconPerson, words.ConsentKeep, small(words.ConsentKeepMore)))
		below = append(below, small(words.ConsentWhoSees), small(words.ConsentErase))
	default:
		items = append(items, item(assets.IconPerson, words.ConsentKeep,
			small(words.ConsentKeepMore), small(words.ConsentWhoSees), small(words.ConsentErase)))
	}
	if !s.Guest && k.cfg.Shares {
		send := kit.NewCheck(k.look, k.t(words.ConsentShare), false, func(on bool) { share = on; k.visit.Touch() })
		if k.look.Class == kit.Portrait { // in reach
			below = append(below, send, small(words.ConsentShareMore))
		} else {
			items = append(items, kit.NewRow(k.look, kit.Space24, kit.CrossTop, kit.NewSized(48, kit.NewColumn(0)),
				kit.NewGrow(1, kit.NewColumn(inner, send, small(words.ConsentShareMore)))))
		}
	}
	items = append(items, item(assets.IconPrint, words.ConsentPrint, small(words.ConsentPrintMore)))

	if s.Returning {
		below = append([]fyne.CanvasObject{k.secondary(words.ConsentEarlier, assets.IconPerson, k.over.showTakeBack(k))}, below...)
	}
	title := k.t(words.ConsentTitle)
	if s.Returning && s.Name != "" {
		title = k.t(words.WhoWelcomeBack, words.With("name", s.Name))
	}
	actions := []fyne.CanvasObject{kit.NewButton(k.look, k.t(words.ConsentAgree), kit.ButtonStyle{Icon: assets.IconNext, IconLast: true},
		k.do(func() error { return k.visit.Agree(!s.Guest, share) }))}
	if !s.Guest {
		actions = append(actions, k.secondary(words.ConsentDecline, assets.IconNoCard, k.do(func() error { return k.visit.Agree(false, false) })))
	}
	actions = append(actions, k.quietButton(words.CommonBack, k.do(k.visit.Back)))
	return still{k.lay(page{
		title: title, lead: k.t(consentLead(s.Back)), more: append(below, small(words.ConsentEmergency)),
		thing: kit.NewCard(k.look, gap, kit.NewColumn(gap, items...)), tall: true,
		actions: actions,
	})}
}
