package clinic

import (
	"errors"

	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/staff"
	"aidpost/ui/kit"
)

// signForm asks for somebody who answers for a day that another one closes.
type signForm struct {
	signature
	p    *shiftPage
	said *kit.Text
}

// askSigner asks who answers for the day, with their own badge and PIN.
func (p *shiftPage) askSigner() {
	c := p.c
	f := &signForm{p: p, said: c.wrong()}
	f.signature = c.newSignature(f.sign)
	badge, pin := f.fields()
	p.signing = f
	c.showDialog(kit.NewOverlay(c.look, dialogWidth, kit.NewColumn(kit.Space16,
		c.title(c.t(words.ShiftSign)), c.plain(c.t(words.ShiftSignLead)),
		badge, pin, f.said),
		c.closeButton(), kit.NewButton(c.look, c.t(words.ShiftSignDo), kit.ButtonStyle{}, f.sign)), func() { p.signing = nil })
	c.focus(f.badge)
}

// scanned takes the badge of whoever signs.
func (p *shiftPage) scanned(code string) {
	if p.signing == nil {
		p.c.lookUp(code)
		return
	}
	p.signing.signature.scanned(code)
}

// sign closes the day, signed by whoever the badge and the PIN are of.
func (f *signForm) sign() {
	by, _ := f.take()
	f.said.SetText("")
	f.p.day.Close(f.p.typedReasons(), by)
}

// problem says in the dialog why the day was not signed, and reports whether that
// is why it was not closed.
func (f *signForm) problem(err error) bool {
	switch {
	case errors.Is(err, records.ErrSignIn):
		f.said.SetText(f.p.c.t(words.ShiftSignWrong))
	case errors.Is(err, staff.ErrDenied), errors.Is(err, records.ErrMustChangePIN):
		f.said.SetText(f.p.c.t(words.ShiftSignMay))
	default:
		return false
	}
	f.p.c.focus(f.badge)
	return true
}
