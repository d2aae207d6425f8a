package clinic

import (
	"context"
	"errors"
	"strings"

	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/staff"
	"aidpost/ui/kit"
)

// signForm asks for somebody who answers for a day that another one closes.
type signForm struct {
	p     *shiftPage
	badge *kit.Entry
	pin   *kit.Entry
	said  *kit.Text
}

// askSigner asks who answers for the day, with their own badge and PIN.
func (p *shiftPage) askSigner() {
	c := p.c
	f := &signForm{p: p, said: c.wrong()}
	f.badge = kit.NewEntry(c.look, kit.EntryStyle{Step: kit.SizeLead, Limit: 200})
	f.pin = kit.NewEntry(c.look, kit.EntryStyle{Secret: true, Step: kit.SizeLead, Limit: 200})
	f.badge.OnSubmitted = func(string) { c.focus(f.pin) }
	f.pin.OnSubmitted = func(string) { f.sign() }
	p.signing = f
	c.showDialog(kit.NewOverlay(c.look, dialogWidth, kit.NewColumn(kit.Space16,
		c.title(c.t(words.ShiftSign)), c.plain(c.t(words.ShiftSignLead)),
		kit.NewField(c.look, c.t(words.SigninBadge), "", f.badge), kit.NewField(c.look, c.t(words.SigninPIN), "", f.pin), f.said),
		c.closeButton(), kit.NewButton(c.look, c.t(words.ShiftSignDo), kit.ButtonStyle{}, f.sign)), func() { p.signing = nil })
	c.focus(f.badge)
}

// scanned takes the badge of whoever signs.
func (p *shiftPage) scanned(code string) {
	if p.signing == nil {
		p.c.lookUp(code)
		return
	}
	p.signing.badge.SetText(code)
	p.c.focus(p.signing.pin)
}

// sign closes the day, signed by whoever the badge and the PIN are of.
func (f *signForm) sign() {
	store, kiosk := f.p.c.place.Store, f.p.c.desk.State().Who.Station
	badge, pin := strings.TrimSpace(f.badge.Text()), f.pin.Text()
	f.pin.SetText("")
	f.said.SetText("")
	f.p.day.Close(f.p.typedReasons(), func(ctx context.Context) (*records.Access, error) { return store.SignIn(ctx, badge, pin, kiosk) })
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
