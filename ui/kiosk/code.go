package kiosk

import (
	"context"
	"errors"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"aidpost/assets"
	"aidpost/assets/words"
	"aidpost/ui/kit"
)

// A Code holds the numbers of a visit, signed, for a phone to scan.
type Code struct {
	Dark  [][]bool // rows of squares, without a margin
	Left  int      // results that found no room in it
	Named bool     // it says whose the numbers are
}

// ErrMadeUp reports that there is no code because the instruments are simulated:
// made-up numbers are never signed.
var ErrMadeUp = errors.New("numbers of simulated instruments are not signed")

// showCode makes the code in the background and then shows it large, in the place
// of the list of results.
func (f *finish) showCode() {
	f.k.visit.Touch()
	f.code.Disable()
	summary := f.summary
	go func() {
		code, err := f.k.cfg.Paper.Code(f.ctx, summary)
		f.k.cfg.Post(func() {
			if f.ctx.Err() != nil {
				return // the screen has gone
			}
			f.code.Enable()
			switch {
			case errors.Is(err, ErrMadeUp):
				f.k.say(f.status, f.k.t(words.TakeCodeDemo))
			case errors.Is(err, context.Canceled):
			case err != nil:
				f.k.say(f.status, f.k.t(words.TakeCodeFailed))
			default:
				f.put(f.codePage(code))
			}
		})
	}()
}

// codePage is the code with what it holds.
func (f *finish) codePage(code Code) fyne.CanvasObject {
	k := f.k
	f.shown = kit.NewCode(code.Dark, 240)
	whose := words.TakeCodeNameless
	if code.Named {
		whose = words.TakeCodeNamed
	}
	more := []fyne.CanvasObject{k.quiet(k.t(whose), kit.SizeBody)}
	if code.Left > 0 {
		more = append(more, k.quiet(k.lang.N(words.TakeCodeLeft, code.Left), kit.SizeBody))
	}
	more = append(more, k.quiet(k.t(words.TakeCodeClears), kit.SizeBody))
	return k.lay(page{
		title: k.t(words.TakeCodeTitle), lead: k.t(words.TakeCodeHolds), more: more,
		thing: container.NewStack(f.shown), private: true,
		actions: []fyne.CanvasObject{
			kit.NewButton(k.look, k.t(words.TakeDone), kit.ButtonStyle{Icon: assets.IconCheck}, k.do(k.visit.Leave)),
			k.quietButton(words.CommonBack, func() { k.visit.Touch(); f.put(f.choices) }),
		},
	})
}

// put shows the code, or the choices again.
func (f *finish) put(page fyne.CanvasObject) {
	if page == f.choices && f.shown != nil {
		f.shown.Clear()
		f.shown = nil
	}
	f.holder.Objects = []fyne.CanvasObject{page}
	f.holder.Refresh()
	f.k.scan.fresh = true
}
