package kiosk

import (
	"fyne.io/fyne/v2"

	"aidpost/app/visit"
	"aidpost/assets"
	"aidpost/assets/words"
	"aidpost/ui/kit"
)

// bar is on top of every screen: help at its fixed place, how far along, and
// language, text size, contrast and the quiet way out.
type bar struct {
	object  fyne.CanvasObject
	helping bool // staff was called; the bar says so
}

func newBar(k *Kiosk, s visit.State) *bar {
	b := &bar{helping: s.Help}
	label := words.BarHelp
	if s.Help {
		label = words.StatusStaffComing
	}
	help := kit.NewButton(k.look, k.t(label), kit.ButtonStyle{Rank: kit.Secondary, Icon: assets.IconHelp}, k.callHelp)
	icon := func(p assets.Picture, tapped func()) fyne.CanvasObject {
		return kit.NewButton(k.look, "", kit.ButtonStyle{Rank: kit.Quiet, Icon: p}, tapped)
	}
	tools := []fyne.CanvasObject{
		icon(assets.IconLanguage, func() { k.over.showLanguages(k) }),
		icon(assets.IconTextSize, k.nextTextSize),
		icon(assets.IconContrast, k.toggleContrast),
	}
	if s.Step != visit.Welcome {
		tools = append(tools, icon(assets.IconClose, func() { k.over.showCancel(k) }))
	}
	var middle fyne.CanvasObject = kit.NewSpacer()
	if i, ok := progress(s.Step); ok {
		room := k.width - 2*k.look.Margin()
		if k.look.Class == kit.Portrait {
			row := kit.NewRow(k.look, kit.Space8, kit.CrossCenter, append([]fyne.CanvasObject{help, kit.NewSpacer()}, tools...)...)
			b.object = kit.NewColumn(kit.Space32, row, k.progress(i, room))
			return b
		}
		room -= kit.PreferredWidth(help) + float32(len(tools))*(k.look.Target()+kit.Space8) + kit.Space8
		middle = kit.NewGrow(1, kit.NewMiddle(k.progress(i, room)))
	}
	b.object = kit.NewRow(k.look, kit.Space8, kit.CrossCenter, append([]fyne.CanvasObject{help, middle}, tools...)...)
	return b
}

// progress shows how far along the visit is: as dots with their names, or in a
// few words where the names would not fit.
func (k *Kiosk) progress(current int, room float32) fyne.CanvasObject {
	labels := []string{
		k.t(words.BarStepYou), k.t(words.BarStepChoose), k.t(words.BarStepPrepare),
		k.t(words.BarStepMeasure), k.t(words.BarStepResult),
	}
	dots := kit.NewStepDots(k.look, labels, current)
	if dots.MinSize().Width <= room && !k.large() {
		return dots
	}
	said := k.t(words.BarStepOf, words.With("n", current+1), words.With("total", len(labels)), words.With("name", labels[current]))
	return kit.NewText(k.look, said, kit.TextStyle{Size: kit.SizeCaption, Color: kit.ColorInk2, Align: kit.Center})
}

// callHelp calls a member of staff and says so.
func (k *Kiosk) callHelp() {
	k.visit.CallHelp()
	k.over.showHelp(k)
}

func (b *bar) content() fyne.CanvasObject { return b.object }

// progress says which of the five labelled dots a step belongs to.
func progress(s visit.Step) (int, bool) {
	switch s {
	case visit.Who, visit.Consent:
		return 0, true
	case visit.Choose:
		return 1, true
	case visit.Question, visit.Unsuitable, visit.Prepare, visit.Rest:
		return 2, true
	case visit.Connect, visit.Ready, visit.Measure, visit.Stopping, visit.Pause, visit.Confirm, visit.Trouble, visit.Urgent:
		return 3, true
	case visit.Result, visit.Finish:
		return 4, true
	}
	return 0, false
}

// textSizes are the steps of the text-size button.
var textSizes = []float32{kit.TextNormal, kit.TextLarge, kit.TextLarger, kit.TextLargest}

func (k *Kiosk) nextTextSize() {
	k.visit.Touch()
	next := textSizes[0]
	for i, f := range textSizes[:len(textSizes)-1] {
		if k.look.Text == f || (k.look.Text == 0 && i == 0) {
			next = textSizes[i+1]
		}
	}
	k.look.Text = next
	k.rebuild()
}

func (k *Kiosk) toggleContrast() {
	k.visit.Touch()
	if k.look.Palette == kit.HighContrast {
		k.look.Palette = kit.Light
	} else {
		k.look.Palette = kit.HighContrast
	}
	k.rebuild()
}
