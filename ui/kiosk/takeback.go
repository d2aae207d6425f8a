package kiosk

import (
	"fyne.io/fyne/v2"

	"aidpost/app/visit"
	"aidpost/assets"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/ui/kit"
)

// consentLead is what stands under the title of the consent: what became of something
// that was taken back, if anything just was. It is in sight in letters of any size there.
func consentLead(back visit.TakenBack) words.Key {
	switch {
	case back.Failed:
		return words.ConsentTakeFailed
	case back.Purpose == records.ConsentShare:
		return words.ConsentTakenShare
	case back.Purpose == records.ConsentKeep:
		return words.ConsentTakenKeep
	}
	return words.ConsentLead
}

// showTakeBack asks what is taken back, and what follows from it before it is done.
func (o *overlay) showTakeBack(k *Kiosk) func() {
	return func() {
		k.visit.Touch()
		ask := func(icon assets.Picture, purpose string, title, more words.Key) fyne.CanvasObject {
			return k.secondary(title, icon, func() { o.sureToTakeBack(k, purpose, title, more) })
		}
		rows := []fyne.CanvasObject{
			k.text(k.t(words.ConsentEarlierTitle), kit.SizeTitle, true), k.quiet(k.t(words.ConsentEarlierLead), kit.SizeLead),
		}
		if k.cfg.Shares {
			rows = append(rows, ask(assets.IconNoCard, records.ConsentShare, words.ConsentTakeShare, words.ConsentTakeShareMore))
		}
		rows = append(rows, ask(assets.IconPerson, records.ConsentKeep, words.ConsentTakeKeep, words.ConsentTakeKeepMore))
		o.show(k, kit.NewColumn(kit.Space16, rows...), k.quietButton(words.CommonClose, k.closing(nil)))
	}
}

func (o *overlay) sureToTakeBack(k *Kiosk, purpose string, title, more words.Key) {
	k.visit.Touch()
	o.show(k, kit.NewColumn(kit.Space16, k.text(k.t(title), kit.SizeTitle, true),
		k.quiet(k.t(more, words.With("place", k.cfg.Site.Name)), kit.SizeLead)),
		k.quietButton(words.CommonBack, k.over.showTakeBack(k)),
		kit.NewButton(k.look, k.t(words.ConsentTakeSure), kit.ButtonStyle{Icon: assets.IconCheck},
			k.closing(k.do(func() error { return k.visit.TakeBack(purpose) }))))
}
