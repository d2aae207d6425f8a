package kiosk

import (
	"fyne.io/fyne/v2"

	"aidpost/app/visit"
	"aidpost/assets"
	"aidpost/assets/words"
	"aidpost/instruments"
	"aidpost/records/vitals"
	"aidpost/ui/kit"
)

// newQuestion asks one thing.
func newQuestion(k *Kiosk, s visit.State) screen {
	answer := func(key words.Key, option string, style kit.ButtonStyle) fyne.CanvasObject {
		style.Tall = !k.large()
		return kit.NewButton(k.look, k.t(key), style, k.do(func() error { return k.visit.Answer(option) }))
	}
	two := kit.ButtonStyle{Rank: kit.Secondary}
	switch s.Question {
	case visit.AskFit:
		return newFit(k, s)
	case visit.AskMeal:
		meals := []fyne.CanvasObject{
			answer(words.PrepareGlucoseFasting, visit.MealFasting, two), answer(words.PrepareGlucoseAfterMeal, visit.MealAfter, two),
			answer(words.PrepareGlucoseBetween, visit.MealBetween, two), answer(words.PrepareGlucoseUnknown, visit.Unknown, two),
		}
		if k.large() { // all in sight
			return still{kit.NewColumn(k.gap(), k.reading(k.headline(k.t(words.PrepareGlucoseMeal))), k.rows(2, meals...))}
		}
		return still{k.asking(k.t(words.PrepareGlucoseMeal), "", k.grid(2, meals...))}
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

// symptomList names the signs of an emergency, on a card.
func (k *Kiosk) symptomList() fyne.CanvasObject { return k.listCard(k.symptoms()) }

func (k *Kiosk) symptoms() []fyne.CanvasObject {
	keys := []words.Key{
		words.SuitChestPain, words.SuitBreath, words.SuitWeakness, words.SuitSpeech,
		words.SuitSight, words.SuitHeadache, words.SuitBackPain, words.SuitConfusion,
	}
	lines := make([]fyne.CanvasObject, len(keys))
	for i, key := range keys {
		lines[i] = k.listed(kit.NewSized(listedSize, kit.NewMiddle(kit.NewIcon(k.look, assets.IconWarning, 28, kit.ColorUrgentInk))), key)
	}
	return lines
}

// listedSize is how wide the picture before a line of a list is.
const listedSize = 40

// listed is a line of a list: a picture of what the words say before them.
func (k *Kiosk) listed(shows fyne.CanvasObject, says words.Key) fyne.CanvasObject {
	size := kit.SizeLead
	if k.look.Class == kit.Compact || k.look.Text > kit.TextNormal {
		size = kit.SizeBody
	}
	return kit.NewRow(k.look, kit.Space16, kit.CrossCenter, shows, kit.NewGrow(1, k.text(k.t(says), size, false)))
}

// listCard puts short lines two by two where there is room, and long ones under them.
func (k *Kiosk) listCard(short []fyne.CanvasObject, long ...fyne.CanvasObject) fyne.CanvasObject {
	columns, pad, gap := 2, k.gap(), k.gap()
	if k.look.Class == kit.Portrait || k.large() {
		columns = 1
	}
	if k.look.Class == kit.Compact {
		pad, gap = kit.Space8, kit.Space8
	}
	rows := append([]fyne.CanvasObject{kit.NewGrow(1, k.grid(columns, short...))}, long...)
	return kit.NewCard(k.look, pad, kit.NewColumn(gap, rows...))
}

// newFit asks in one question whatever tells that the kiosk is not for somebody, or
// not now. To most people nothing of it applies, and to say so takes one touch; the
// others are then asked one by one.
func newFit(k *Kiosk, s visit.State) screen {
	drawn := func(p assets.Picture) fyne.CanvasObject {
		return kit.NewSized(listedSize, kit.NewDrawing(k.look, p, listedSize))
	}
	short := append(k.symptoms(),
		k.listed(drawn(assets.DrawingAdult), words.SuitYounger), k.listed(drawn(assets.DrawingPregnant), words.SuitExpecting))
	var long []fyne.CanvasObject
	if s.Panel == vitals.BloodPressure {
		long = append(long, k.listed(drawn(assets.DrawingCuff), words.SuitArmPress))
	}
	head := k.headline(k.t(words.SuitFit))
	if k.look.Class == kit.Compact { // the list needs the room
		head = k.text(k.t(words.SuitFit), kit.SizeTitle, true)
	}
	gap := k.gap()
	if k.large() || k.look.Class == kit.Compact {
		gap = kit.Space8
	}
	rows := []fyne.CanvasObject{k.reading(kit.NewColumn(gap, head, kit.NewGrow(1, k.listCard(short, long...))))}
	if s.Guest { // what they agree to is in sight, however long the list is
		rows = append(rows, k.quiet(k.t(words.SuitAgree), kit.SizeCaption))
	}
	answer := func(key words.Key, option string, style kit.ButtonStyle) fyne.CanvasObject {
		style.Tall = !k.large()
		return kit.NewButton(k.look, k.t(key), style, k.do(func() error { return k.visit.Answer(option) }))
	}
	return still{kit.NewColumn(gap, append(rows, k.sideBySide(
		answer(words.SuitAny, visit.Yes, kit.ButtonStyle{Rank: kit.Secondary, Icon: assets.IconWarning}),
		answer(words.SuitNone, visit.No, kit.ButtonStyle{Icon: assets.IconNext, IconLast: true})))...)}
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
