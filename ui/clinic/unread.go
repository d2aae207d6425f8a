package clinic

import (
	"strings"

	"fyne.io/fyne/v2"

	"aidpost/app/office"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/ui/kit"
)

// unread is the form for a critical value that nobody has read back: why, and the badge
// and the PIN of a second member of staff.
type unread struct {
	signature
	o      records.Observation
	told   *telling // who was told, if that was typed
	why    *picks
	object fyne.CanvasObject
}

func newUnread(c *Clinic, told *telling, done func()) *unread {
	f := &unread{signature: c.newSignature(done), o: told.o, told: told}
	f.why = c.pick(codesOf(records.UnreadReasons()), words.UnreadName, "", func(string) { c.focus(f.badge) })
	badge, pin := f.fields()
	f.object = kit.NewColumn(kit.Space16, c.title(c.t(words.TellUnread)+": "+c.saying(f.o)), c.plain(c.t(words.TellUnreadLead)), f.why.object,
		kit.NewRow(c.look, kit.Space16, kit.CrossTop, kit.NewGrow(1, badge), kit.NewGrow(1, pin)))
	return f
}

// take returns what is to be kept and who signs it, or says what is missing.
func (f *unread) take(said *kit.Text) (records.Telling, office.Signer, bool) {
	by, whole := f.signature.take()
	t := records.Telling{Observation: f.o.ID, Unread: records.UnreadReason(f.why.chosen)}
	if to := strings.TrimSpace(f.told.to.Text()); to != "" && f.told.role.chosen != "" && f.told.way.chosen != "" {
		t.To, t.Role, t.Way = to, records.ToldRole(f.told.role.chosen), records.ToldWay(f.told.way.chosen)
	}
	if t.Unread == "" || !whole {
		said.SetText(f.c.t(words.BedsideMissing))
		return t, nil, false
	}
	return t, by, true
}

// unreadButton opens the form; without records there is nobody to sign.
func (c *Clinic) unreadButton(open func()) fyne.CanvasObject {
	if c.place == nil {
		return kit.NewSpacer()
	}
	return kit.NewButton(c.look, c.t(words.TellUnread), kit.ButtonStyle{Rank: kit.Quiet}, open)
}

// askUnread asks why nobody has read the value back, before the page goes on.
func (t *tellPart) askUnread(m *measuring) {
	c, said := m.c, m.c.wrong()
	var form *unread
	sign := func() {
		kept, by, ok := form.take(said)
		if !ok {
			return
		}
		t.said.SetText("")
		c.closeDialog()
		m.press(func() error { return m.bedside.UnreadOf(kept, by) })()
	}
	form = newUnread(c, t.form, sign)
	m.unread = form
	form.show(said, sign, func() { m.unread = nil })
}

// show opens the form as a dialog.
func (f *unread) show(said *kit.Text, sign, closed func()) {
	c := f.c
	c.showDialog(kit.NewOverlay(c.look, dialogWidth, kit.NewColumn(kit.Space16, f.object, said), c.closeButton(),
		kit.NewButton(c.look, c.t(words.TellUnreadDo), kit.ButtonStyle{}, sign)), closed)
}

// askUnread asks the same on a person's page.
func (p *personPage) askUnread(told *telling, visit *records.Encounter) {
	c := p.c
	var form *unread
	said := c.wrong()
	sign := func() {
		kept, by, ok := form.take(said)
		if !ok {
			return
		}
		said.SetText("")
		p.asked, p.before = said, p.dossier.State().Done
		p.dossier.TellUnread(visit, kept, by)
		p.answer(p.dossier.State())
	}
	form = newUnread(c, told, sign)
	p.unread, p.draft = form, told.draft
	form.show(said, sign, func() { p.asked, p.unread = nil, nil })
}
