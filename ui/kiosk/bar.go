package kiosk

import (
	"fmt"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"aidpost/app/visit"
	"aidpost/assets"
	"aidpost/assets/words"
	"aidpost/ui/kit"
)

// bar is on every screen: help at its fixed place, how far along, and language,
// text size, contrast, discretion and the quiet way out. It is on top, and at the
// bottom where the screen is upright, in reach from a chair.
type bar struct {
	object fyne.CanvasObject
	help   *kit.Button
	along  fyne.CanvasObject // how far along, apart from the rest; nil: in the bar
	label  string            // of the help button, which says how a call stands
}

func newBar(k *Kiosk, s visit.State) *bar {
	b := &bar{label: k.helpLabel(s), help: k.helpButton(s)}
	tools := k.tools(s)
	var middle fyne.CanvasObject = kit.NewSpacer()
	if i, ok := progress(s.Step); ok {
		room := k.width - 2*k.look.Margin()
		if k.look.Class == kit.Portrait {
			b.along = k.progress(i, room)
		} else {
			room -= kit.PreferredWidth(b.help) + float32(len(tools))*(k.look.Target()+kit.Space8) + kit.Space8
			if along := k.progress(i, room); kit.PreferredWidth(along) <= room {
				middle = kit.NewGrow(1, kit.NewMiddle(along))
			} // else the bar would be as high as its words: help comes first
		}
	}
	b.object = kit.NewRow(k.look, kit.Space8, kit.CrossCenter, append([]fyne.CanvasObject{b.help, middle}, tools...)...)
	return b
}

// steps is how far along the visit is, where that does not stand in the bar.
func (b *bar) steps() fyne.CanvasObject {
	if b.along == nil {
		return kit.NewColumn(0)
	}
	return b.along
}

// tools are the small buttons of the bar. One that is switched on has an edge.
func (k *Kiosk) tools(s visit.State) []fyne.CanvasObject {
	icon := func(p assets.Picture, name words.Key, state string, on bool, tapped func()) fyne.CanvasObject {
		style := kit.ButtonStyle{Rank: kit.Quiet, Icon: p, Name: k.t(name), State: state}
		if on {
			style.Rank = kit.Secondary
		}
		return kit.NewButton(k.look, "", style, tapped)
	}
	tools := []fyne.CanvasObject{
		icon(assets.IconLanguage, words.BarLanguage, k.lang.Name(), false, func() { k.over.showLanguages(k) }),
		icon(assets.IconTextSize, words.BarTextSize, k.textSize(), k.look.Text > kit.TextNormal, k.nextTextSize),
		icon(assets.IconContrast, words.BarContrast, k.onOff(k.look.Palette == kit.HighContrast), k.look.Palette == kit.HighContrast, k.toggleContrast),
		icon(assets.IconEye, words.BarDiscreet, k.onOff(k.discreet), k.discreet, k.toggleDiscreet),
	}
	if k.speaks() {
		tools = append(tools, icon(assets.IconSpeaker, words.SpeakTitle, k.onOff(k.speech.follow), k.speech.follow, func() { k.over.showSpeech(k) }))
	}
	if s.Step != visit.Welcome {
		tools = append(tools, icon(assets.IconClose, words.BarCancel, "", false, func() { k.over.showCancel(k) }))
	}
	return tools
}

// textSize is how large the letters are, and onOff how a switch stands, in words.
func (k *Kiosk) textSize() string {
	return fmt.Sprintf("%.0f %%", max(k.look.Text, kit.TextNormal)*100)
}

func (k *Kiosk) onOff(on bool) string {
	if on {
		return k.t(words.CommonOn)
	}
	return k.t(words.CommonOff)
}

// progress shows how far along the visit is: as dots with their names or, where those
// would not fit, as dots over the name of this one.
func (k *Kiosk) progress(current int, room float32) fyne.CanvasObject {
	labels := []string{
		k.t(words.BarStepYou), k.t(words.BarStepChoose), k.t(words.BarStepPrepare),
		k.t(words.BarStepMeasure), k.t(words.BarStepResult),
	}
	dots := kit.NewStepDots(k.look, labels, current)
	if kit.PreferredWidth(dots) <= room && !k.large() {
		return dots
	}
	said := k.t(words.BarStepOf, words.With("n", current+1), words.With("total", len(labels)), words.With("name", labels[current]))
	named := kit.NewText(k.look, said, kit.TextStyle{Size: kit.SizeCaption, Color: kit.ColorInk2, Align: kit.Center})
	if k.large() { // who reads such letters sees them better than dots
		return named
	}
	bare := kit.NewStepDots(k.look, make([]string, len(labels)), current)
	if kit.PreferredWidth(named) > room {
		return bare
	}
	return kit.NewColumn(0, bare, named)
}

func (b *bar) content() fyne.CanvasObject { return b.object }

// progress says which of the five labelled dots a step belongs to.
func progress(s visit.Step) (int, bool) {
	switch s {
	case visit.Who, visit.PIN, visit.Consent:
		return 0, true
	case visit.Choose:
		return 1, true
	case visit.Question, visit.Unsuitable, visit.Prepare, visit.Rest, visit.OwnKind, visit.OwnPlug:
		return 2, true
	case visit.Connect, visit.Ready, visit.Measure, visit.Stopping, visit.Pause, visit.Confirm, visit.Trouble, visit.Urgent,
		visit.OwnRead, visit.OwnClock, visit.OwnBegan:
		return 3, true
	case visit.Result, visit.Finish, visit.OwnDone:
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

// toggleDiscreet covers results until they are touched, or shows them at once.
func (k *Kiosk) toggleDiscreet() {
	k.visit.Touch()
	k.discreet = !k.discreet
	k.rebuild()
}

// covered hides a result behind a button for a person who is not alone, if that
// was asked for. A touch uncovers it until the screen changes.
func (k *Kiosk) covered(result fyne.CanvasObject) fyne.CanvasObject {
	if !k.discreet {
		return result
	}
	holder := container.NewStack()
	open := kit.NewButton(k.look, k.t(words.UrgentPrivate), kit.ButtonStyle{Rank: kit.Secondary, Icon: assets.IconEye, Tall: true}, func() {
		k.visit.Touch()
		holder.Objects = []fyne.CanvasObject{result}
		holder.Refresh()
	})
	holder.Objects = []fyne.CanvasObject{open}
	return holder
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
