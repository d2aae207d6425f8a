package kiosk

import (
	"fyne.io/fyne/v2"

	"aidpost/app/visit"
	"aidpost/assets"
	"aidpost/assets/words"
	"aidpost/instruments"
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
	if len(s.Results) == 0 {
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

// newQuestion asks one thing.
func newQuestion(k *Kiosk, s visit.State) screen {
	answer := func(key words.Key, option string, style kit.ButtonStyle) fyne.CanvasObject {
		style.Tall = true
		return kit.NewButton(k.look, k.t(key), style, k.do(func() error { return k.visit.Answer(option) }))
	}
	two := kit.ButtonStyle{Rank: kit.Secondary}
	switch s.Question {
	case visit.AskMeal:
		return still{k.asking(k.t(words.PrepareGlucoseMeal), "", k.grid(2,
			answer(words.PrepareGlucoseFasting, visit.MealFasting, two), answer(words.PrepareGlucoseAfterMeal, visit.MealAfter, two),
			answer(words.PrepareGlucoseBetween, visit.MealBetween, two), answer(words.PrepareGlucoseUnknown, visit.Unknown, two)))}
	case visit.AskMeter:
		return still{k.asking(k.t(words.PrepareGlucoseMeter), k.t(words.FaultTitle(string(instruments.OnePerson))),
			kit.NewDrawing(k.look, assets.DrawingMeterCable, 160),
			answer(words.PrepareGlucoseMeterOwn, visit.MeterOwn, two), answer(words.PrepareGlucoseMeterKiosk, visit.MeterPlace, two))}
	case visit.AskOtherMeter:
		return still{k.asking(k.t(words.PrepareGlucoseMeterOther), "", kit.NewDrawing(k.look, assets.DrawingMeterCable, 160),
			answer(words.CommonYes, visit.Yes, two), answer(words.CommonNo, visit.No, two))}
	case visit.AskSymptoms:
		return still{k.asking(k.t(words.SuitSymptoms), "", k.symptomList(),
			answer(words.SuitAny, visit.Yes, kit.ButtonStyle{Rank: kit.Secondary, Icon: assets.IconWarning}),
			answer(words.SuitNone, visit.No, kit.ButtonStyle{Icon: assets.IconNext, IconLast: true}))}
	case visit.AskArm:
		return still{k.asking(k.t(words.SuitArm), k.t(words.SuitArmMore), kit.NewDrawing(k.look, assets.DrawingCuff, 160),
			answer(words.CommonYes, visit.Yes, two), answer(words.CommonNo, visit.No, two))}
	case visit.AskCuff:
		return newCuffQuestion(k, s)
	case visit.AskPregnant:
		return still{k.asking(k.t(words.SuitPregnant), "", kit.NewDrawing(k.look, assets.DrawingPregnant, 160),
			answer(words.CommonYes, visit.Yes, two), answer(words.CommonNo, visit.No, two))}
	}
	return still{k.asking(k.t(words.SuitAdult), "", kit.NewDrawing(k.look, assets.DrawingAdult, 160),
		answer(words.CommonYes, visit.Yes, two), answer(words.CommonNo, visit.No, two))}
}

// symptomList names the signs of an emergency.
func (k *Kiosk) symptomList() fyne.CanvasObject {
	keys := []words.Key{
		words.SuitChestPain, words.SuitBreath, words.SuitWeakness, words.SuitSpeech,
		words.SuitSight, words.SuitHeadache, words.SuitBackPain, words.SuitConfusion,
	}
	size := kit.SizeLead
	if k.look.Class == kit.Compact || k.look.Text > kit.TextNormal {
		size = kit.SizeBody
	}
	lines := make([]fyne.CanvasObject, len(keys))
	for i, key := range keys {
		lines[i] = kit.NewRow(k.look, kit.Space16, kit.CrossCenter,
			kit.NewIcon(k.look, assets.IconWarning, 28, kit.ColorUrgentInk), kit.NewGrow(1, k.text(k.t(key), size, false)))
	}
	columns, pad := 2, k.gap()
	if k.look.Class == kit.Portrait || k.large() {
		columns = 1
	}
	if k.look.Class == kit.Compact {
		pad = kit.Space8
	}
	return kit.NewCard(k.look, pad, k.grid(columns, lines...))
}

// newUnsuitable explains kindly why this is for the staff.
func newUnsuitable(k *Kiosk, s visit.State) screen {
	why := words.SuitStopChild
	switch s.Question {
	case visit.AskArm:
		why = words.SuitStopArm
	case visit.AskCuff:
		return newCuffRefused(k)
	}
	return still{k.lay(page{
		title: k.t(words.SuitStopTitle), lead: k.t(why), thing: k.picture(assets.DrawingCallHelp),
		actions: []fyne.CanvasObject{
			kit.NewButton(k.look, k.t(words.FaultCallStaff), kit.ButtonStyle{Icon: assets.IconHelp}, k.callHelp),
			k.secondary(words.CommonBack, assets.IconBack, k.do(k.visit.Back)),
		},
	})}
}
