package clinic

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"aidpost/app/desk"
	"aidpost/assets/words"
	"aidpost/records/staff"
	"aidpost/ui/kit"
)

// door is the screen on which nobody is signed in: the first account of a
// computer, signing in, or coming back to a screen that covered itself. A number
// pad stands beside the fields for those who have no keyboard.
type door struct {
	c       *Clinic
	phase   desk.Phase
	name    *kit.Entry // of the first account
	badge   *kit.Entry
	pin     *kit.Entry
	again   *kit.Entry
	fields  map[desk.Why]*kit.Field // beside which a reason stands
	said    *kit.Text
	pad     *kit.Keypad
	entries []*kit.Entry
	object  fyne.CanvasObject
}

// The widths of the sign-in card's two halves.
const (
	doorFields = 400
	doorPad    = 288
)

func newDoor(c *Clinic, s desk.State) *door {
	d := &door{c: c, phase: s.Phase, fields: map[desk.Why]*kit.Field{}}
	d.said = kit.NewText(c.look, "", kit.TextStyle{Color: kit.ColorUrgentInk, Bold: true})
	if s.Phase == desk.Starting {
		d.object = container.NewWithoutLayout()
		return d
	}
	label := words.SigninGo
	switch s.Phase {
	case desk.Setup:
		label = words.SetupGo
	case desk.NewPIN:
		label = words.SigninNewPINGo
	}
	var none kit.KeyWords
	none.Done, none.Clear = c.t(label), c.t(words.KeyboardClear)
	d.pad = kit.NewKeypad(c.look, none, d.submit)
	left := kit.NewColumn(kit.Space8, append(d.head(s), d.form(s)...)...)
	card := kit.NewCard(c.look, kit.Space32, kit.NewRow(c.look, kit.Space48, kit.CrossTop,
		kit.NewSized(doorFields, left), kit.NewSized(doorPad, d.pad)))
	var tongues []fyne.CanvasObject
	for _, l := range c.cfg.Words.StaffLangs() {
		tongues = append(tongues, c.tongue(l, func() { c.speak(l); c.rebuild() }))
	}
	if back := c.giveBack(); back != nil {
		tongues = append(tongues, back)
	}
	d.object = kit.NewScroll(kit.NewMiddle(kit.NewSized(doorFields+doorPad+kit.Space48+2*kit.Space32, kit.NewColumn(kit.Space24,
		kit.NewText(c.look, c.cfg.Site, kit.TextStyle{Size: kit.SizeLead, Bold: true, Color: kit.ColorInk2, Align: kit.Center}),
		card, kit.NewRow(c.look, kit.Space8, kit.CrossFill, tongues...)))))
	d.chain()
	d.update(s)
	return d
}

// head is the title and what to do.
func (d *door) head(s desk.State) []fyne.CanvasObject {
	c := d.c
	title, lead := c.t(words.SigninTitle), words.SigninLead
	switch s.Phase {
	case desk.Setup:
		title, lead = c.t(words.SetupTitle), words.SetupLead
	case desk.NewPIN:
		title, lead = c.t(words.SigninNewPINTitle, words.With("name", s.Who.Name)), words.SigninNewPINLead
	case desk.Covered:
		title, lead = c.t(words.SigninCoveredTitle, words.With("name", s.Who.Name)), words.SigninCoveredLead
	}
	return []fyne.CanvasObject{
		c.title(title), kit.NewText(c.look, c.t(lead), kit.TextStyle{Color: kit.ColorInk2}), kit.NewInset(0, 4, kit.NewSpacer()),
	}
}

// form is the fields of a phase and what is said under them.
func (d *door) form(s desk.State) []fyne.CanvasObject {
	c := d.c
	var rows []fyne.CanvasObject
	field := func(into **kit.Entry, label words.Key, hint string, secret bool, stands ...desk.Why) {
		*into = kit.NewEntry(c.look, kit.EntryStyle{Secret: secret, Step: kit.SizeLead, Limit: 200})
		f := kit.NewField(c.look, c.t(label), hint, *into)
		for _, why := range stands {
			d.fields[why] = f
		}
		d.entries = append(d.entries, *into)
		rows = append(rows, f)
	}
	switch s.Phase {
	case desk.Setup:
		field(&d.name, words.SetupName, "", false, desk.NameMissing)
		field(&d.badge, words.SigninBadge, c.t(words.SetupBadgeHint), false, desk.BadgeShort)
		field(&d.pin, words.SigninPIN, c.t(words.SetupPINHint), true, desk.PINWeak)
		field(&d.again, words.SetupPINAgain, "", true, desk.PINDiffers)
	case desk.NewPIN:
		field(&d.pin, words.SigninNewPIN, c.t(words.SetupPINHint), true, desk.PINWeak)
		field(&d.again, words.SetupPINAgain, "", true, desk.PINDiffers)
		rows = append(rows, kit.NewButton(c.look, c.t(words.FrameSignOut), kit.ButtonStyle{Rank: kit.Quiet}, c.desk.SignOut))
	case desk.Covered:
		field(&d.pin, words.SigninPIN, "", true, desk.PINMissing, desk.Wrong, desk.BadgeForPIN, desk.Wait)
		rows = append(rows, kit.NewButton(c.look, c.t(words.SigninOther), kit.ButtonStyle{Rank: kit.Quiet}, c.desk.SomebodyElse))
	default:
		field(&d.badge, words.SigninBadge, "", false, desk.BadgeMissing)
		field(&d.pin, words.SigninPIN, "", true, desk.PINMissing, desk.Wrong, desk.BadgeForPIN, desk.Wait)
	}
	return append(rows, d.said)
}

// chain has Return go from field to field and submit from the last, and the pad
// serve the one that has the focus.
func (d *door) chain() {
	for i, e := range d.entries {
		e.OnFocused = func() { d.pad.Serve(e) }
		e.OnSubmitted = func(string) {
			if i+1 < len(d.entries) {
				d.c.focus(d.entries[i+1])
				return
			}
			d.submit()
		}
	}
}

func (d *door) content() fyne.CanvasObject { return d.object }

// first is the field to type into.
func (d *door) first() fyne.Focusable {
	if len(d.entries) == 0 {
		return nil
	}
	return d.entries[0]
}

// isBadge reports whether digits in a field for PINs are a badge: that of whoever the
// screen is covered for, or more of them than a PIN has.
func (c *Clinic) isBadge(digits string) bool {
	return c.desk.CoveredFor(digits) || len(digits) > staff.MaxPIN
}

// scanned takes a badge.
func (d *door) scanned(code string) {
	switch {
	case d.badge != nil:
	case d.phase == desk.Covered && d.c.desk.CoveredFor(code):
		d.c.focus(d.pin)
		return
	default: // another badge is another person
		d.c.desk.SomebodyElse()
		d.c.render()
		d = d.c.door
	}
	d.badge.SetText(code)
	d.c.focus(d.pin)
}

func (d *door) submit() {
	text := func(e *kit.Entry) string {
		if e == nil {
			return ""
		}
		return e.Text()
	}
	switch d.phase {
	case desk.NewPIN:
		d.c.desk.ChoosePIN(text(d.pin), text(d.again))
		return
	case desk.Setup:
		d.c.desk.SetUp(desk.First{Name: text(d.name), Badge: text(d.badge), PIN: text(d.pin), Again: text(d.again)})
		return
	}
	d.c.desk.SignIn(text(d.badge), text(d.pin))
	d.pin.Clear() // never stays on a screen that let nobody in
}

func (d *door) update(s desk.State) {
	if d.pad == nil {
		return
	}
	d.pad.SetDoneEnabled(!s.Busy && !d.waits(s))
	text := d.refusal(s)
	seen := map[*kit.Field]bool{}
	beside := d.fields[s.Refusal.Why]
	for _, f := range d.fields {
		if seen[f] {
			continue
		}
		seen[f] = true
		said := ""
		if f == beside {
			said = text
		}
		if f.Problem() != said {
			f.SetProblem(said)
			d.object.Refresh()
		}
	}
	if beside != nil {
		text = ""
	}
	if s.Busy {
		text = d.c.t(words.SigninChecking)
	}
	if d.said.Text() != text {
		d.said.SetText(text)
		d.object.Refresh()
	}
}

// waits reports whether no attempt is judged now.
func (d *door) waits(s desk.State) bool {
	return (s.Refusal.Why == desk.Wait || s.Refusal.Why == desk.WaitHere) && d.c.desk.Now().Before(s.Refusal.Until)
}

// refusal is why the last attempt failed, with the time that is left.
func (d *door) refusal(s desk.State) string {
	key, ok := map[desk.Why]words.Key{
		desk.BadgeMissing: words.SigninBadgeMissing, desk.PINMissing: words.SigninPINMissing, desk.Wrong: words.SigninWrong, desk.BadgeForPIN: words.SigninBadgeForPIN,
		desk.LockedOut: words.SigninLocked, desk.Trouble: words.SigninTrouble, desk.NameMissing: words.SetupNameMissing,
		desk.BadgeShort: words.SetupBadgeShort, desk.PINWeak: words.SetupPINWeak, desk.PINDiffers: words.SetupPINDiffers,
		desk.Wait: words.SigninWait, desk.WaitHere: words.SigninWaitHere,
	}[s.Refusal.Why]
	switch {
	case !ok:
		return ""
	case s.Refusal.Why != desk.Wait && s.Refusal.Why != desk.WaitHere:
		return d.c.t(key)
	case !d.waits(s):
		return "" // it may be tried again
	}
	return d.c.t(key, words.With("time", d.c.lang.Countdown(s.Refusal.Until.Sub(d.c.desk.Now()))))
}
