package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"aidpost/assets"
)

// Keypad is a number pad for dates, codes, phone numbers and PINs. Like a Keyboard it holds
// its target and gives the focus back to it.
type Keypad struct {
	widget.BaseWidget
	feeder
	look Look
	keys []*key // row by row, three a row, and the last key across
}

// NewKeypad returns a keypad with the digits, clear, erase and done. Digits
// stand as on a telephone in every language.
func NewKeypad(look Look, words KeyWords, done func()) *Keypad {
	p := &Keypad{look: look}
	return p.with(newKey(look, words.Clear, clearStep(look), assets.Picture{}, false, p.clear), words, done)
}

// NewPhonePad returns a keypad with a plus, for the codes of countries, in place of
// clear.
func NewPhonePad(look Look, words KeyWords, done func()) *Keypad {
	p := &Keypad{look: look}
	return p.with(p.sign('+'), words, done)
}

// sign is a key that types a digit or a plus.
func (p *Keypad) sign(r rune) *key {
	return newKey(p.look, string(r), SizeTitle, assets.Picture{}, false, func() { p.rune(r) })
}

// with makes the keys, with one beside the zero.
func (p *Keypad) with(beside *key, words KeyWords, done func()) *Keypad {
	look := p.look
	var none assets.Picture
	for _, r := range "123456789" {
		p.keys = append(p.keys, p.sign(r))
	}
	p.keys = append(p.keys,
		beside,
		p.sign('0'),
		newKey(look, "", SizeBody, assets.IconBackspace, false, func() { p.key(fyne.KeyBackspace) }),
		newKey(look, words.Done, SizeLead, none, true, done),
	)
	p.keys[11].name = words.Erase
	p.ExtendBaseWidget(p)
	return p
}

// clearStep is the size of the one word among the digits: it is long in some
// languages, and keys of staff are small.
func clearStep(look Look) fyne.ThemeSizeName {
	if look.Class == Staff {
		return SizeCaption
	}
	return SizeBody
}

// Serve makes the keypad type into a target; nil lets go of the last one.
func (p *Keypad) Serve(t Target) { p.serve(t) }

// SetDoneEnabled switches the last key, for targets that are not yet complete.
func (p *Keypad) SetDoneEnabled(on bool) {
	last := p.keys[len(p.keys)-1]
	last.disabled = !on
	last.paint()
}

func (p *Keypad) layout(s fyne.Size) {
	gap := byClass(p.look.Class, Space16, Space16, Space8, Space8)
	w, h := (s.Width-2*gap)/3, (s.Height-4*gap)/5
	for i, k := range p.keys {
		x, y := float32(i%3)*(w+gap), float32(i/3)*(h+gap)
		if i == len(p.keys)-1 {
			place(k, 0, y, s.Width, h)
		} else {
			place(k, x, y, w, h)
		}
	}
}

// CreateRenderer is called by Fyne.
func (p *Keypad) CreateRenderer() fyne.WidgetRenderer {
	objects := make([]fyne.CanvasObject, len(p.keys))
	for i, k := range p.keys {
		objects[i] = k
	}
	return &parts{
		objects: fixed(objects...),
		layout:  p.layout,
		min: func() fyne.Size {
			h := byClass(p.look.Class, 80, 96, 72, 52)
			return fyne.NewSize(byClass(p.look.Class, 340, 420, 300, 240), 5*h+4*Space8)
		},
	}
}
