package kiosk

import (
	"time"

	"fyne.io/fyne/v2"

	"aidpost/app/visit"
	"aidpost/assets"
	"aidpost/assets/words"
	"aidpost/ui/kit"
)

// pin asks somebody for the PIN that they have chosen. It says of nobody more
// than that there is one.
type pin struct {
	typing
	entry *kit.Entry
}

func newPIN(k *Kiosk, s visit.State) screen {
	p := &pin{typing: newTyping(k)}
	p.entry = p.secret(k.t(words.PINTitle), k.t(words.PINWhy),
		func(typed string) { _ = k.visit.EnterPIN(typed) }, func() { _ = k.visit.Back() },
		k.quietButton(words.PINForgotten, k.callHelp), k.quietButton(words.PINNone, k.do(k.visit.WithoutPIN)))
	p.update(s)
	return p
}

func (p *pin) first() fyne.Focusable { return p.entry }

func (p *pin) update(s visit.State) {
	said := ""
	switch s.WhoError {
	case visit.WhoPINWrong:
		said = p.k.t(words.PINWrong)
	case visit.WhoPINWait:
		said = p.k.waitWords(s)
	case visit.WhoPINLocked:
		said = p.k.t(words.PINLocked)
	case visit.WhoStore:
		said = p.k.t(words.WhoErrorLookup)
	default:
		return
	}
	if p.problem.Text() != said {
		p.entry.SetText("")
		p.k.say(p.problem, said)
	}
}

// waitWords say how long nobody is looked up.
func (k *Kiosk) waitWords(s visit.State) string {
	return k.lang.N(words.PINWait, int((s.PINWait+time.Minute-1)/time.Minute))
}

// offerPIN is the way to a PIN of one's own, below the words that the results are
// kept.
func (f *finish) offerPIN(s visit.State) []fyne.CanvasObject {
	f.pin = f.k.secondary(words.PINChoose, assets.IconLock, f.choosePIN)
	f.pin.Hide()
	if !s.Told || !s.Keeping {
		return []fyne.CanvasObject{f.pin}
	}
	return []fyne.CanvasObject{f.k.quiet(f.k.t(words.PINOffer), kit.SizeBody), f.pin}
}

// choosePIN takes a PIN, twice.
func (f *finish) choosePIN() {
	f.k.visit.Touch()
	t := newTyping(f.k)
	f.put(t.content())
	f.typePIN(&t, "")
}

// typePIN takes a PIN for the first time or, with the first one, again.
func (f *finish) typePIN(t *typing, first string) {
	k := f.k
	back := func() { f.put(f.choices) }
	if first == "" {
		var entry *kit.Entry
		entry = t.secret(k.t(words.PINChooseTitle), k.t(words.PINChooseWhy), func(typed string) {
			if visit.WeakPIN(typed) {
				entry.SetText("")
				k.say(t.problem, k.t(words.PINWeak))
				return
			}
			f.typePIN(t, typed)
		}, back)
		return
	}
	t.secret(k.t(words.PINAgain), k.t(words.PINChooseWhy), func(typed string) {
		if typed != first {
			f.typePIN(t, "")
			k.say(t.problem, k.t(words.PINDiffers))
			return
		}
		f.put(f.choices)
		_ = k.visit.ChoosePIN(typed)
	}, func() { f.typePIN(t, "") })
}

// followPIN says how a PIN stands that was chosen here.
func (f *finish) followPIN(s visit.State) {
	if f.pin.Visible() != s.MayChoosePIN {
		if s.MayChoosePIN {
			f.pin.Show()
		} else {
			f.pin.Hide()
		}
		f.choices.Refresh()
	}
	if s.PIN == f.pinState {
		return
	}
	switch f.pinState = s.PIN; s.PIN {
	case visit.PINChosen:
		f.k.say(f.status, f.k.t(words.PINChosen))
	case visit.PINFailed:
		f.k.say(f.status, f.k.t(words.PINFailed))
	}
}
