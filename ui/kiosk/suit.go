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
	drawn := func(p assets.Picture) kit.ButtonStyle {
		return kit.ButtonStyle{Rank: kit.Secondary, Picture: p, Above: !k.large()}
	}
	yes := answer(words.CommonYes, visit.Yes, kit.ButtonStyle{Rank: kit.Secondary, Icon: assets.IconCheck})
	no := answer(words.CommonNo, visit.No, kit.ButtonStyle{Rank: kit.Secondary, Icon: assets.IconClose})
	switch s.Question {
	case visit.AskFit:
		return newFit(k, s)
	case visit.AskMeal:
		return still{k.drawnAnswers(k.t(words.PrepareGlucoseMeal), "",
			answer(words.PrepareGlucoseFasting, visit.MealFasting, drawn(assets.DrawingMealLongAgo)),
			answer(words.PrepareGlucoseAfterMeal, visit.MealAfter, drawn(assets.DrawingMealJustNow)),
			answer(words.PrepareGlucoseBetween, visit.MealBetween, drawn(assets.DrawingMealBetween)),
			answer(words.PrepareGlucoseUnknown, visit.Unknown, drawn(assets.DrawingNotKnown)))}
	case visit.AskMeter:
		return still{k.drawnAnswers(k.t(words.PrepareGlucoseMeter), k.t(words.FaultTitle(string(instruments.OnePerson))),
			answer(words.PrepareGlucoseMeterOwn, visit.MeterOwn, drawn(assets.DrawingMeterOwn)),
			answer(words.PrepareGlucoseMeterKiosk, visit.MeterPlace, drawn(assets.DrawingMeterPlace)))}
	case visit.AskOtherMeter:
		return still{k.asking(k.t(words.PrepareGlucoseMeterOther), "", kit.NewDrawing(k.look, assets.DrawingMeterCable, 160), yes, no)}
	case visit.AskSymptoms:
		return still{k.asking(k.t(words.SuitSymptoms), "", k.symptomList(),
			answer(words.SuitAny, visit.Yes, kit.ButtonStyle{Rank: kit.Secondary, Icon: assets.IconWarning}),
			answer(words.SuitNone, visit.No, kit.ButtonStyle{Icon: assets.IconNext, IconLast: true}))}
	case visit.AskArm:
		return still{k.asking(k.t(words.SuitArm), k.t(words.SuitArmMore), kit.NewDrawing(k.look, assets.DrawingCuff, 160), yes, no)}
	case visit.AskCuff:
		return newCuffQuestion(k, s)
	case visit.AskPregnant:
		return still{k.asking(k.t(words.SuitPregnant), "", kit.NewDrawing(k.look, assets.DrawingPregnant, 160), yes, no)}
	}
	return still{k.asking(k.t(words.SuitAdult), "", kit.NewDrawing(k.look, assets.DrawingAdult, 160), yes, no)}
}

// drawnAnswers asks with answers that are drawn, two by two.
func (k *Kiosk) drawnAnswers(title, lead string, answers ...fyne.CanvasObject) fyne.CanvasObject {
	asked := []fyne.CanvasObject{k.headline(title)}
	if lead != "" {
		asked = append(asked, k.quiet(lead, kit.SizeLead))
	}
	head := kit.NewColumn(kit.Space8, asked...)
	switch {
	case k.large(): // all answers are in sight
		return kit.NewColumn(k.gap(), k.reading(head), k.rows(2, answers...))
	case k.look.Class == kit.Portrait: // in reach from a chair
		return kit.NewColumn(k.gap(), head, kit.NewGrow(1, kit.NewColumn(0)), kit.NewGrow(1, k.grid(2, answers...)))
	}
	return kit.NewColumn(k.gap(), k.reading(kit.NewColumn(k.gap(), head, kit.NewGrow(1, k.grid(2, answers...)))))
}

// symptomList names the signs of an emergency, on a card.
func (k *Kiosk) symptomList() fyne.CanvasObject { return k.listCard(k.symptoms()) }

func (k *Kiosk) symptoms() []fyne.CanvasObject {
	signs := []step{
		{assets.DrawingSignChest, words.SuitChestPain}, {assets.DrawingSignBreath, words.SuitBreath},
		{assets.DrawingSignWeak, words.SuitWeakness}, {assets.DrawingSignSpeech, words.SuitSpeech},
		{assets.DrawingSignSight, words.SuitSight}, {assets.DrawingSignHeadache, words.SuitHeadache},
		{assets.DrawingSignBack, words.SuitBackPain}, {assets.DrawingSignConfused, words.SuitConfusion},
	}
	lines := make([]fyne.CanvasObject, len(signs))
	for i, s := range signs {
		lines[i] = k.listed(s.picture, s.words)
	}
	return lines
}

// listedSize is how wide the picture before a line of a list is.
func (k *Kiosk) listedSize() float32 {
	switch {
	case k.look.Class == kit.Portrait && !k.large():
		return 72
	case k.look.Class == kit.Landscape && !k.large():
		return 52
	}
	return 40
}

// listed is a line of a list: a picture of what the words say before them.
func (k *Kiosk) listed(picture assets.Picture, says words.Key) fyne.CanvasObject {
	shows := kit.NewSized(k.listedSize(), kit.NewDrawing(k.look, picture, k.listedSize()))
	size := kit.SizeLead
	if k.look.Class == kit.Compact || k.look.Text > kit.TextNormal {
		size = kit.SizeBody
	}
	return kit.NewRow(k.look, kit.Space16, kit.CrossCenter, shows, kit.NewGrow(1, k.text(k.t(says), size, false)))
}

// listCard puts short lines two by two where there is room, and long ones under them.
func (k *Kiosk) listCard(short []fyne.CanvasObject, long ...fyne.CanvasObject) fyne.CanvasObject {
	columns, pad := 2, k.gap()
	if k.look.Class == kit.Portrait || k.large() {
		columns = 1
	}
	if k.look.Class == kit.Compact {
		pad = kit.Space8
	}
	rows := k.cells(columns, short...)
	for i, r := range rows {
		rows[i] = kit.NewGrow(1, r)
	}
	return kit.NewCard(k.look, pad, kit.NewColumn(kit.Space8, append(rows, long...)...))
}

// newFit asks in one question whatever tells that the kiosk is not for somebody, or
// not now. To most people nothing of it applies, and to say so takes one touch; the
// others are then asked one by one.
func newFit(k *Kiosk, s visit.State) screen {
	short := append(k.symptoms(),
		k.listed(assets.DrawingAdult, words.SuitYounger), k.listed(assets.DrawingPregnant, words.SuitExpecting))
	var long []fyne.CanvasObject
	if s.Panel == vitals.BloodPressure {
		long = append(long, k.listed(assets.DrawingCuff, words.SuitArmPress))
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
