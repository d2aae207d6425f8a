package clinic

import (
	"fmt"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"aidpost/app/call"
	"aidpost/app/desk"
	"aidpost/assets/words"
	"aidpost/ui/kit"
)

// alarm is the strip over everything, also over the screen to sign in, on which
// open calls for help stand until somebody has come.
type alarm struct {
	c     *Clinic
	shown string // what the strip was last made from
	strip *fyne.Container
}

func newAlarm(c *Clinic) *alarm {
	a := &alarm{c: c, strip: container.NewVBox()}
	a.strip.Hide()
	return a
}

func (a *alarm) update(s desk.State) {
	key := fmt.Sprint(s.Phase, s.Who.ID, a.c.lang.Tag(), a.c.look.Palette, a.c.look.Text)
	for _, call := range s.Calls {
		key += fmt.Sprint("|", call.ID, call.Why, call.By)
	}
	if key == a.shown {
		return
	}
	a.shown = key
	a.strip.Objects = nil
	for _, call := range s.Calls {
		a.strip.Add(kit.NewInset(a.c.look.Margin(), kit.Space8, a.notice(call)))
		if call.Delivered.IsZero() {
			a.c.desk.Shown(call.ID)
		}
	}
	// Hidden it takes no room, not even the gap below it.
	if len(s.Calls) > 0 {
		a.strip.Show()
	} else {
		a.strip.Hide()
	}
	a.strip.Refresh()
	a.c.root.Refresh()
}

func (a *alarm) notice(open call.Call) fyne.CanvasObject {
	c := a.c
	key := words.CallsAsks
	if open.Why.Urgent() {
		key = words.CallsUrgent
	}
	text := c.t(key, words.With("time", c.lang.Time(open.Opened.In(c.desk.Zone()))))
	if open.By != "" {
		text += " " + c.t(words.CallsComing, words.With("name", kit.Isolate(open.By)))
	}
	if !c.desk.MayAnswer() {
		if open.By == "" {
			text += " " + c.t(words.CallsSignIn)
		}
		return kit.NewNotice(c.look, kit.ToneWrong, text)
	}
	var actions []fyne.CanvasObject
	if open.By == "" {
		actions = append(actions, kit.NewButton(c.look, c.t(words.CallsCome), kit.ButtonStyle{}, func() { c.desk.Answer(open.ID) }))
	}
	actions = append(actions, kit.NewButton(c.look, c.t(words.CallsThere), kit.ButtonStyle{Rank: kit.Secondary}, func() { c.desk.Arrive(open.ID) }))
	return kit.NewNotice(c.look, kit.ToneWrong, text, actions...)
}
