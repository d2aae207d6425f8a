package clinic

import (
	"fmt"
	"image/color"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"aidpost/app/alarm"
	"aidpost/app/call"
	"aidpost/app/desk"
	"aidpost/assets/words"
	"aidpost/ui/kit"
)

// callStrip is the strip over everything, also over the screen to sign in, on
// which open calls for help stand until somebody has come, with what is heard of
// them.
type callStrip struct {
	c     *Clinic
	shown string // what the strip was last made from
	strip *fyne.Container
	lamps []lamp
	began time.Time   // of the flashing
	flash *time.Timer // of the next change of a lamp
}

// A lamp is lit beside a call, by the priority of it.
type lamp struct {
	priority alarm.Priority
	light    *canvas.Rectangle
	lit      color.Color
}

// lampWidth is that of a lamp.
const lampWidth = 20

// The colours of lamps, of which the standard leaves no choice: red for a high
// priority and yellow for a medium one, whatever the palette. An edge keeps a lamp
// in sight on every ground.
var (
	lampRed    = color.NRGBA{0xd5, 0x1c, 0x1c, 0xff}
	lampYellow = color.NRGBA{0xff, 0xc4, 0x00, 0xff}
)

func newCallStrip(c *Clinic) *callStrip {
	a := &callStrip{c: c, strip: newStrip(), began: time.Now()}
	a.strip.Hide()
	return a
}

func (a *callStrip) update(s desk.State) {
	key := fmt.Sprint(s.Phase, s.Who.ID, a.c.lang.Tag(), a.c.look.Palette, a.c.look.Text, a.c.away, s.Alarm)
	for _, call := range s.Calls {
		key += fmt.Sprint("|", call.ID, call.Why, call.By, desk.PriorityOf(call))
	}
	if key == a.shown {
		return
	}
	a.shown = key
	a.strip.Objects, a.lamps = nil, nil
	add := func(o fyne.CanvasObject) { a.strip.Add(kit.NewInset(a.c.look.Margin(), 4, o)) }
	for _, call := range s.Calls {
		add(a.notice(call))
		if call.Delivered.IsZero() && !a.c.away {
			a.c.desk.Shown(call.ID)
		}
	}
	if sound := a.sound(s); sound != nil {
		add(sound)
	}
	// Hidden it takes no room, not even the gap below it.
	if len(s.Calls) > 0 {
		a.strip.Show()
	} else {
		a.strip.Hide()
	}
	a.blink()
	a.strip.Refresh()
	a.c.root.Refresh()
}

// notice is a call with what can be done about it, and its lamp at the edge.
func (a *callStrip) notice(open call.Call) fyne.CanvasObject {
	c, priority := a.c, desk.PriorityOf(open)
	tone, lit := kit.ToneWatch, lampYellow
	if priority == alarm.High {
		tone, lit = kit.ToneWrong, lampRed
	}
	light := canvas.NewRectangle(color.Transparent)
	light.CornerRadius = kit.Space8
	if priority != alarm.None {
		light.StrokeColor, light.StrokeWidth = c.look.Color(kit.ColorInk2), 1
	}
	a.lamps = append(a.lamps, lamp{priority, light, lit})
	return kit.NewRow(c.look, kit.Space8, kit.CrossFill,
		kit.NewSized(lampWidth, light), kit.NewGrow(1, kit.NewNotice(c.look, tone, a.words(open), a.answers(open)...)))
}

func (a *callStrip) words(open call.Call) string {
	c, key := a.c, words.CallsAsks
	switch {
	case open.Why.Urgent():
		key = words.CallsUrgent
	case open.Why == call.NoData:
		key = words.CallsSilent
	}
	text := c.t(key, words.With("time", c.lang.Time(open.Opened.In(c.desk.Zone()))))
	switch {
	case open.By != "":
		text += " " + c.t(words.CallsComing, words.With("name", kit.Isolate(open.By)))
	case !c.desk.MayAnswer():
		text += " " + c.t(words.CallsSignIn)
	}
	return text
}

func (a *callStrip) answers(open call.Call) (actions []fyne.CanvasObject) {
	c := a.c
	if !c.desk.MayAnswer() {
		return nil
	}
	if open.By == "" {
		actions = append(actions, kit.NewButton(c.look, c.t(words.CallsCome), kit.ButtonStyle{}, func() { c.desk.Answer(open.ID) }))
	}
	return append(actions, kit.NewButton(c.look, c.t(words.CallsThere), kit.ButtonStyle{Rank: kit.Secondary}, func() { c.desk.Arrive(open.ID) }))
}

// sound says what is heard, and why nothing is; nil if nothing has to be.
func (a *callStrip) sound(s desk.State) fyne.CanvasObject {
	c := a.c
	button := func(key words.Key, tapped func()) fyne.CanvasObject {
		return kit.NewButton(c.look, c.t(key), kit.ButtonStyle{Rank: kit.Secondary}, tapped)
	}
	switch {
	case s.Alarm.Light == alarm.None:
		return nil
	case s.Alarm.Mute:
		return kit.NewNotice(c.look, kit.ToneWrong, c.t(words.CallsMute))
	case s.Alarm.Sound != alarm.None:
		actions := []fyne.CanvasObject{button(words.CallsPause, c.desk.PauseAlarm)}
		if c.desk.MayAnswer() {
			actions = append(actions, button(words.CallsSeen, c.desk.AcknowledgeAlarm))
		}
		return kit.NewNotice(c.look, kit.ToneWatch, c.t(words.CallsSounding), actions...)
	case !s.Alarm.Paused.IsZero():
		text := c.t(words.CallsPaused, words.With("time", c.lang.Time(s.Alarm.Paused.In(c.desk.Zone()))))
		return kit.NewNotice(c.look, kit.ToneWatch, text, button(words.CallsSound, c.desk.ResumeAlarm))
	}
	return kit.NewNotice(c.look, kit.ToneWatch, c.t(words.CallsKnown))
}

// blink lights the lamps as they are to be now, and comes back when that changes.
// Where motion is not wanted they stay lit.
func (a *callStrip) blink() {
	if a.flash != nil {
		a.flash.Stop()
	}
	next := time.Duration(0)
	for _, l := range a.lamps {
		lit, stays := alarm.Lit(l.priority, time.Since(a.began))
		if a.c.cfg.Still && l.priority != alarm.None {
			lit, stays = true, 0
		}
		fill := color.Color(color.Transparent)
		if lit {
			fill = l.lit
		}
		if l.light.FillColor != fill {
			l.light.FillColor = fill
			l.light.Refresh()
		}
		if stays > 0 && (next == 0 || stays < next) {
			next = stays
		}
	}
	if next > 0 {
		a.flash = time.AfterFunc(next, func() {
			select {
			case <-a.c.done: // there is nothing to light any more
			default:
				a.c.cfg.Post(a.blink)
			}
		})
	}
}
