package kiosk

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"aidpost/assets"
	"aidpost/assets/words"
	"aidpost/ui/kit"
)

// typing is what screens share on which something is typed with our own keys.
type typing struct {
	k       *Kiosk
	look    kit.Look // of the entries and keys
	holder  *fyne.Container
	problem *kit.Text      // what is wrong with what was typed
	shows   assets.Picture // what to do, where there is room
}

func newTyping(k *Kiosk) typing {
	t := typing{k: k, holder: container.NewStack(), look: k.look}
	if k.look.Class == kit.Compact || k.large() {
		// The keys need the room; their letters are large as they are.
		t.look.Text = kit.TextNormal
	}
	t.problem = kit.NewText(k.look, "", kit.TextStyle{Size: kit.SizeLead, Color: kit.ColorUrgentInk, Bold: true})
	return t
}

func (w *typing) content() fyne.CanvasObject { return w.holder }

func (w *typing) show(o fyne.CanvasObject) {
	w.holder.Objects = []fyne.CanvasObject{o}
	w.holder.Refresh()
}

// keyWords are the words on the on-screen keys.
func (k *Kiosk) keyWords(done words.Key) kit.KeyWords {
	return kit.KeyWords{
		Space: k.t(words.KeyboardSpace), Done: k.t(done), Clear: k.t(words.KeyboardClear),
		Erase: k.t(words.KeyboardErase), Shift: k.t(words.KeyboardShift),
	}
}

// focus lets a keyboard or a scanner that types reach an entry without a tap. It
// does so once more when the touch that led here is over: Fyne then takes the
// focus from whatever is not under the finger.
func (k *Kiosk) focus(o fyne.Focusable) {
	if k.canvas == nil || k.scan.on { // a switch would type into it
		return
	}
	k.quietly(func() { k.canvas.Focus(o) })
	k.cfg.Post(func() {
		if !k.away && k.canvas.Focused() == nil {
			k.quietly(func() { k.canvas.Focus(o) })
		}
	})
}

// form lays out fields with the complaint under them, and the keys that type
// into them: below, or beside where a number pad would not fit below. What else
// there is to do stands under both.
func (w *typing) form(title, lead string, fields, keys fyne.CanvasObject, beside bool, back func(), below ...fyne.CanvasObject) {
	k := w.k
	head := kit.NewColumn(kit.Space8, k.text(title, kit.SizeTitle, true), k.quiet(lead, kit.SizeBody))
	away := kit.NewRow(k.look, 0, kit.CrossCenter, k.quietButton(words.CommonBack, func() { k.visit.Touch(); back() }))
	shown := w.shows != (assets.Picture{}) && k.look.Text <= kit.TextNormal
	switch {
	case k.look.Class == kit.Portrait:
		for i, o := range below {
			below[i] = kit.NewGrow(1, o)
		}
		var above fyne.CanvasObject = kit.NewPager(k.look, head)
		if shown {
			above = kit.NewColumn(kit.Space16, head, kit.NewGrow(1, kit.NewDrawing(k.look, w.shows, 120)))
		}
		w.show(kit.NewColumn(kit.Space24, kit.NewGrow(0.7, above), fields, w.problem, kit.NewGrow(1, keys),
			kit.NewRow(k.look, kit.Space24, kit.CrossCenter, append([]fyne.CanvasObject{away}, below...)...)))
	case beside:
		typed := append([]fyne.CanvasObject{head, fields, w.problem}, below...)
		if k.large() { // what is typed is in sight
			typed = append([]fyne.CanvasObject{k.text(title, kit.SizeTitle, true), fields, w.problem, k.quiet(lead, kit.SizeBody)}, below...)
		}
		gap := k.gap()
		if k.look.Class == kit.Compact {
			gap = kit.Space8
		}
		left := []fyne.CanvasObject{k.reading(kit.NewColumn(gap, typed...)), away}
		if shown {
			left = []fyne.CanvasObject{kit.NewColumn(k.gap(), typed...), kit.NewGrow(1, kit.NewDrawing(k.look, w.shows, 64)), away}
		}
		w.show(kit.NewRow(k.look, kit.Space48, kit.CrossFill, kit.NewGrow(1, kit.NewColumn(k.gap(), left...)), kit.NewGrow(1, keys)))
	case k.large(): // the labels of the fields say what the title would
		head = kit.NewColumn(0, kit.NewRow(k.look, kit.Space24, kit.CrossCenter, away, kit.NewGrow(1, w.problem)))
		w.show(kit.NewColumn(kit.Space8, head, fields, kit.NewGrow(1, keys)))
	default:
		head = kit.NewColumn(0, kit.NewRow(k.look, kit.Space24, kit.CrossCenter, away, k.text(title, kit.SizeLead, true), kit.NewGrow(1, w.problem)))
		w.show(kit.NewColumn(kit.Space8, head, fields, kit.NewGrow(1, keys)))
	}
}

// secret is a PIN and the number pad that types it. done is given what was typed;
// more is what else there is to do.
func (w *typing) secret(title, lead string, done func(pin string), back func(), more ...fyne.CanvasObject) *kit.Entry {
	k := w.k
	entry := kit.NewEntry(w.look, kit.EntryStyle{Secret: true, Limit: maxPIN, Name: title})
	entry.OnChanged = func(string) {
		k.visit.Touch()
		k.say(w.problem, "")
	}
	submit := func() { done(entry.Text()) }
	entry.OnSubmitted = func(string) { submit() }
	pad := kit.NewKeypad(w.look, k.keyWords(words.CommonNext), submit)
	w.form(title, lead, entry, pad, true, back, more...)
	pad.Serve(entry)
	k.focus(entry)
	return entry
}

// maxPIN is how many digits a PIN has at most.
const maxPIN = 12
