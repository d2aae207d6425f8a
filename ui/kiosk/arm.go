package kiosk

import (
	"fyne.io/fyne/v2"

	"aidpost/app/visit"
	"aidpost/assets"
	"aidpost/assets/words"
	"aidpost/records/vitals"
	"aidpost/ui/kit"
)

// armShown is how an arm is drawn, and armName what it is called.
func armShown(arm vitals.Arm) assets.Picture {
	if arm == vitals.LeftArm {
		return assets.DrawingArmLeft
	}
	return assets.DrawingArmRight
}

func armName(arm vitals.Arm) words.Key {
	if arm == vitals.LeftArm {
		return words.PrepareBPArmLeft
	}
	return words.PrepareBPArmRight
}

// armSays is what a person is told of the arm for the cuff.
func armSays(a visit.ArmState) words.Key {
	side := map[visit.ArmWhy][2]words.Key{
		visit.ArmLast:   {words.PrepareBPArmLastLeft, words.PrepareBPArmLastRight},
		visit.ArmHigher: {words.PrepareBPArmHigherLeft, words.PrepareBPArmHigherRight},
		visit.ArmSpared: {words.PrepareBPArmUseLeft, words.PrepareBPArmUseRight},
		visit.ArmSaid:   {words.PrepareBPArmSaidLeft, words.PrepareBPArmSaidRight},
	}[a.Why]
	switch a.Arm {
	case vitals.LeftArm:
		return side[0]
	case vitals.RightArm:
		return side[1]
	}
	return words.PrepareBPArm
}

// armChoice is which arm goes into the cuff, in a sentence and a picture, and the touch
// that says it is another one. All are nil for whom nothing is remembered.
func (k *Kiosk) armChoice(s visit.State) (says *kit.Text, shows fyne.CanvasObject, others []fyne.CanvasObject) {
	a := s.Arm
	if a.Arm == vitals.UnknownArm && !a.MaySay {
		return nil, nil, nil
	}
	says = k.text(k.t(armSays(a)), kit.SizeLead, false)
	if a.Arm != vitals.UnknownArm {
		shows = kit.NewDrawing(k.look, armShown(a.Arm), k.look.Target())
	}
	if !a.MaySay {
		return says, shows, nil
	}
	for _, arm := range []vitals.Arm{vitals.LeftArm, vitals.RightArm} {
		if arm != a.Arm {
			style := kit.ButtonStyle{Rank: kit.Secondary, Picture: armShown(arm)}
			others = append(others, kit.NewButton(k.look, k.t(armName(arm)), style, k.do(func() error { return k.visit.SayArm(arm) })))
		}
	}
	return says, shows, others
}

// withArm puts things that are not nil at the end of words.
func (k *Kiosk) withArm(said fyne.CanvasObject, things ...fyne.CanvasObject) fyne.CanvasObject {
	row := []fyne.CanvasObject{kit.NewGrow(1, said)}
	for _, o := range things {
		if o != nil {
			row = append(row, o)
		}
	}
	return kit.NewRow(k.look, kit.Space16, kit.CrossCenter, row...)
}
