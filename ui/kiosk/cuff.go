package kiosk

import (
	"fyne.io/fyne/v2"

	"aidpost/app/visit"
	"aidpost/assets"
	"aidpost/assets/words"
	"aidpost/records/intended"
	"aidpost/ui/kit"
)

// lieWords are the words of how an arm lies to the marks of a cuff.
func lieWords(lie string) words.Key {
	switch intended.Lie(lie) {
	case intended.Thinner:
		return words.SuitCuffThinner
	case intended.Within:
		return words.SuitCuffWithin
	case intended.Thicker:
		return words.SuitCuffThicker
	}
	return words.PrepareGlucoseUnknown
}

// newCuffQuestion asks how the arm lies to the marks that are printed on the cuff.
func newCuffQuestion(k *Kiosk, s visit.State) screen {
	var answers []fyne.CanvasObject
	for _, option := range s.Options {
		style := kit.ButtonStyle{Rank: kit.Secondary, Tall: true}
		answers = append(answers, kit.NewButton(k.look, k.t(lieWords(option)), style, k.do(func() error { return k.visit.Answer(option) })))
	}
	title, made := k.t(words.SuitCuffSize), k.t(words.SuitCuffMore, words.With("from", s.Cuff.From), words.With("to", s.Cuff.To))
	drawing := kit.NewDrawing(k.look, assets.DrawingCuffMarks, 160)
	switch {
	case k.large():
		return still{k.asking(title, made, kit.NewColumn(k.gap(), append([]fyne.CanvasObject{drawing}, answers...)...))}
	case k.look.Class == kit.Portrait:
		return still{k.asking(title, made, drawing, answers...)}
	}
	return still{k.asking(title, made, kit.NewRow(k.look, kit.Space48, kit.CrossFill,
		kit.NewGrow(2, drawing), kit.NewGrow(3, k.grid(1, answers...))))}
}

// newCuffRefused says kindly that this cuff is not made for the arm: another one, or
// another measurement, is.
func newCuffRefused(k *Kiosk) screen {
	return still{k.lay(page{
		title: k.t(words.SuitStopTitle), lead: k.t(words.SuitStopCuff), thing: k.picture(assets.DrawingCuffMarks),
		actions: []fyne.CanvasObject{
			kit.NewButton(k.look, k.t(words.FaultCallStaff), kit.ButtonStyle{Icon: assets.IconHelp}, k.callHelp),
			k.secondary(words.TakeMore, assets.IconBack, k.do(k.visit.Back)),
		},
	})}
}

// unsureOfCuff says to somebody who does not know whether the cuff fits that staff
// may have another, whom the button above calls; nil if they know.
func (k *Kiosk) unsureOfCuff(s visit.State) fyne.CanvasObject {
	if s.Lie != intended.LieUnknown {
		return nil
	}
	return k.text(k.t(words.SuitStopCuff), kit.SizeBody, false)
}
