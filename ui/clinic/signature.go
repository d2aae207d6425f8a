package clinic

import (
	"context"
	"strings"

	"aidpost/app/office"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/ui/kit"
)

// A signature is where somebody else than who is signed in signs: their badge and PIN.
type signature struct {
	c     *Clinic
	badge *kit.Entry
	pin   *kit.Entry
}

// newSignature makes the fields; done is called when the PIN is typed.
func (c *Clinic) newSignature(done func()) signature {
	s := signature{
		c: c, badge: kit.NewEntry(c.look, kit.EntryStyle{Step: kit.SizeLead, Limit: 200}),
		pin: kit.NewEntry(c.look, kit.EntryStyle{Secret: true, Step: kit.SizeLead, Limit: 200}),
	}
	s.badge.OnSubmitted = func(string) { c.focus(s.pin) }
	s.pin.OnSubmitted = func(string) { done() }
	return s
}

// fields are the two, labelled.
func (s signature) fields() (badge, pin *kit.Field) {
	return kit.NewField(s.c.look, s.c.t(words.SigninBadge), "", s.badge), kit.NewField(s.c.look, s.c.t(words.SigninPIN), "", s.pin)
}

// scanned takes the badge of whoever signs.
func (s signature) scanned(code string) {
	s.badge.SetText(code)
	s.c.focus(s.pin)
}

// take returns who signs, and whether both fields were filled. The PIN is typed anew
// each time.
func (s signature) take() (by office.Signer, whole bool) {
	badge, pin := strings.TrimSpace(s.badge.Text()), s.pin.Text()
	s.pin.SetText("")
	store, station := s.c.place.Store, s.c.desk.State().Who.Station
	return func(ctx context.Context) (*records.Access, error) { return store.SignIn(ctx, badge, pin, station) }, badge != "" && pin != ""
}
