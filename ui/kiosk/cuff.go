package kiosk

import (
	"time"

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

// lieDrawn shows it.
func lieDrawn(lie string) assets.Picture {
	switch intended.Lie(lie) {
	case intended.Thinner:
		return assets.DrawingCuffThinArm
	case intended.Within:
		return assets.DrawingCuffFits
	case intended.Thicker:
		return assets.DrawingCuffThickArm
	}
	return assets.DrawingNotKnown
}

// newCuffQuestion asks how the arm lies to the marks that are printed on the cuff. In
// the rest, which has the time for it, it says how long that still lasts.
func newCuffQuestion(k *Kiosk, s visit.State) screen {
	q := &cuffQuestion{k: k, left: k.quiet("", kit.SizeLead)}
	actions := []fyne.CanvasObject{k.quietButton(words.RestNotReady, k.do(k.visit.Unsettled))}
	if s.Step != visit.Rest {
		actions = []fyne.CanvasObject{k.quietButton(words.CommonBack, k.do(k.visit.Back))}
	}
	q.object = k.marks(s, q.left, lieWords, func(lie string) { _ = k.visit.Answer(lie) }, actions)
	q.update(s)
	return q
}

type cuffQuestion struct {
	still
	k    *Kiosk
	left *kit.Text
}

func (q *cuffQuestion) update(s visit.State) {
	if s.Total > 0 {
		q.k.say(q.left, q.k.t(words.RestTitle)+" · "+q.k.t(words.RestLeft, words.With("time", q.k.lang.Countdown(s.Remaining))))
	}
}

// unread is how long an answer that starts the cuff has stood where one stood that did
// not, so that a finger on its way to that one starts nothing.
const unread = time.Second / 2

// newCuffReady is for whoever did not say it in the rest: the answer starts the cuff.
func newCuffReady(k *Kiosk, s visit.State) screen {
	starts := func(lie string) words.Key {
		switch intended.Lie(lie) {
		case intended.Within:
			return words.SuitCuffStart
		case intended.LieUnknown:
			return words.SuitCuffUnsure
		}
		return lieWords(lie)
	}
	says := k.text(k.t(restEnded(s.Rest.How))+" "+k.t(words.MeasureBPTight), kit.SizeBody, false)
	answer := func(lie string) {
		if time.Since(k.built) >= unread {
			_ = k.visit.Answer(lie)
		}
	}
	return still{k.marks(s, says, starts, answer, []fyne.CanvasObject{k.quietButton(words.CommonBack, k.do(k.visit.Back))})}
}

// marks shows a cuff with its marks, and the ways an arm may lie to them.
func (k *Kiosk) marks(s visit.State, says *kit.Text, label func(lie string) words.Key, answer func(lie string), actions []fyne.CanvasObject) fyne.CanvasObject {
	var answers []fyne.CanvasObject
	for _, option := range s.Options {
		style := kit.ButtonStyle{Rank: kit.Secondary, Tall: !k.large(), Picture: lieDrawn(option)}
		answers = append(answers, kit.NewButton(k.look, k.t(label(option)), style, func() { answer(option) }))
	}
	title, made := k.t(words.SuitCuffSize), k.t(words.SuitCuffMore, words.With("from", s.Cuff.From), words.With("to", s.Cuff.To))
	drawing := kit.NewGrow(1, kit.NewDrawing(k.look, assets.DrawingCuffMarks, 96))
	said := kit.NewColumn(kit.Space8, k.text(title, kit.SizeTitle, true), k.quiet(made, kit.SizeBody), says)
	switch {
	case k.look.Class == kit.Portrait:
		answers = append(answers, actions...)
		return kit.NewColumn(kit.Space32, k.reading(kit.NewColumn(kit.Space32, said, drawing)), kit.NewColumn(kit.Space16, answers...))
	case k.large(): // all answers are in sight, and the words above them can be dragged
		return kit.NewColumn(kit.Space8, k.reading(kit.NewColumn(kit.Space16, append([]fyne.CanvasObject{said, drawing}, actions...)...)), k.rows(2, answers...))
	}
	answers = append(answers, actions...)
	return kit.NewRow(k.look, kit.Space32, kit.CrossFill,
		kit.NewGrow(1, kit.NewColumn(kit.Space16, k.reading(kit.NewColumn(kit.Space16, said, drawing)))),
		kit.NewGrow(1, kit.NewColumn(kit.Space8, answers...)))
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
