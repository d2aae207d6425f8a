package clinic

import (
	"fyne.io/fyne/v2"

	"aidpost/app/desk"
	"aidpost/assets/words"
	"aidpost/ui/kit"
)

// myPIN is the page on which whoever is signed in chooses another PIN.
type myPIN struct {
	c          *Clinic
	pin, again *kit.Entry
	fields     map[desk.Why]*kit.Field
	said       *kit.Text
	object     fyne.CanvasObject
}

func newMyPIN(c *Clinic, s desk.State) page {
	p := &myPIN{c: c, said: c.wrong()}
	entry := func() *kit.Entry {
		return kit.NewEntry(c.look, kit.EntryStyle{Secret: true, Step: kit.SizeLead, Limit: 200})
	}
	p.pin, p.again = entry(), entry()
	first := kit.NewField(c.look, c.t(words.SigninNewPIN), c.t(words.SetupPINHint), p.pin)
	second := kit.NewField(c.look, c.t(words.SetupPINAgain), "", p.again)
	p.fields = map[desk.Why]*kit.Field{desk.PINWeak: first, desk.PINDiffers: second}
	save := func() { c.desk.ChangePIN(p.pin.Text(), p.again.Text()) }
	p.pin.OnSubmitted = func(string) { c.focus(p.again) }
	p.again.OnSubmitted = func(string) { save() }
	none := kit.KeyWords{Done: c.t(words.SigninNewPINGo), Clear: c.t(words.KeyboardClear)}
	pad := kit.NewKeypad(c.look, none, save)
	p.pin.OnFocused, p.again.OnFocused = func() { pad.Serve(p.pin) }, func() { pad.Serve(p.again) }
	form := kit.NewColumn(kit.Space16, c.strong(s.Who.Name), first, second, p.said)
	card := kit.NewCard(c.look, kit.Space32, kit.NewRow(c.look, kit.Space48, kit.CrossTop, kit.NewSized(doorFields, form), kit.NewSized(doorPad, pad)))
	p.object = kit.NewColumn(kit.Space24, c.adminHeading(words.AdminPIN),
		kit.NewRow(c.look, 0, kit.CrossTop, kit.NewSized(doorFields+doorPad+kit.Space48+2*kit.Space32, card), kit.NewSpacer()))
	return p
}

func (p *myPIN) content() fyne.CanvasObject { return p.object }
func (p *myPIN) first() fyne.Focusable      { return p.pin }

func (p *myPIN) update(s desk.State) {
	texts := map[desk.Why]words.Key{desk.PINWeak: words.SetupPINWeak, desk.PINDiffers: words.SetupPINDiffers}
	for why, f := range p.fields {
		said := ""
		if why == s.Refusal.Why {
			said = p.c.t(texts[why])
		}
		if f.Problem() != said {
			f.SetProblem(said)
			p.object.Refresh()
		}
	}
	text := ""
	if s.Refusal.Why == desk.Trouble {
		text = p.c.t(words.SigninTrouble)
	}
	if p.said.Text() != text {
		p.said.SetText(text)
		p.object.Refresh()
	}
}
