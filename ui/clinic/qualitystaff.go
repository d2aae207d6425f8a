package clinic

import (
	"slices"

	"fyne.io/fyne/v2"

	"aidpost/app/desk"
	"aidpost/assets"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/quality"
	"aidpost/records/staff"
	"aidpost/records/vitals"
	"aidpost/ui/kit"
)

// certificates are who may measure what till when, one card a person.
func (p *qualityPage) certificates(q desk.Quality) fyne.CanvasObject {
	c := p.c
	actions := []fyne.CanvasObject{}
	if c.desk.May(staff.PresentPassport) {
		actions = append(actions, kit.NewButton(c.look, c.t(words.QCPassportTake), kit.ButtonStyle{Rank: kit.Secondary}, p.askPassport))
	}
	if c.desk.May(staff.Certify) {
		actions = append(actions, kit.NewButton(c.look, c.t(words.QCCertify), kit.ButtonStyle{}, p.askCertificate))
	}
	all := q.Certified()
	who := c.desk.State().Who
	if !c.desk.May(staff.ListStaff) { // one's own concern alone
		all = slices.DeleteFunc(all, func(n quality.Certificate) bool { return n.Account != string(who.ID) })
	}
	if len(all) == 0 {
		return c.empty(assets.DrawingControl, words.QCStaffEmptyTitle, words.QCStaffEmpty, actions...)
	}
	rows := []fyne.CanvasObject{}
	if said := c.message(q.Problems[desk.QualityCode]); said != "" {
		rows = append(rows, kit.NewNotice(c.look, kit.ToneWrong, said))
	}
	var shown []string
	for _, n := range all {
		if slices.Contains(shown, n.Account) {
			continue
		}
		shown = append(shown, n.Account)
		name := q.NameOfAccount(n.Account)
		if n.Account == string(who.ID) {
			name = who.Name
		}
		rows = append(rows, p.holder(name, n.Account, all))
	}
	return kit.NewColumn(kit.Space16, kit.NewRow(c.look, kit.Space16, kit.CrossCenter, append([]fyne.CanvasObject{kit.NewSpacer()}, actions...)...),
		kit.NewGrow(1, kit.NewScroll(kit.NewColumn(kit.Space16, rows...))))
}

// holder is a member of staff with their certificates.
func (p *qualityPage) holder(name, account string, all []quality.Certificate) fyne.CanvasObject {
	c := p.c
	mine := account == string(c.desk.State().Who.ID)
	head := []fyne.CanvasObject{kit.NewIcon(c.look, assets.IconPerson, 32, kit.ColorAction), kit.NewGrow(1, c.strong(kit.Isolate(name)))}
	given := func(n quality.Certificate) bool {
		return n.Account == account && n.Passport == "" && n.Until.After(c.desk.Now())
	}
	if c.desk.May(staff.Certify) && slices.ContainsFunc(all, given) {
		head = append(head, kit.NewButton(c.look, c.t(words.QCPrint), kit.ButtonStyle{Rank: kit.Secondary, Icon: assets.IconPrint},
			func() { c.desk.PrintPassport(records.ID(account)) }))
	}
	rows := []fyne.CanvasObject{kit.NewRow(c.look, kit.Space16, kit.CrossCenter, head...)}
	for _, n := range all {
		if n.Account != account {
			continue
		}
		state := c.ending(n.Until)
		from := ""
		if n.Passport != "" {
			from = c.t(words.QCElsewhere)
		}
		row := []fyne.CanvasObject{
			kit.NewGrow(1.4, c.plain(c.t(words.PanelName(string(n.Panel))))),
			kit.NewGrow(1.2, c.plain(c.untilDay(n.Until))),
			kit.NewGrow(1, kit.NewRow(c.look, 0, kit.CrossCenter, kit.NewBadge(c.look, state.Band, state.Text, kit.SizeCaption), kit.NewSpacer())),
			kit.NewGrow(1, kit.NewText(c.look, from, kit.TextStyle{Size: kit.SizeCaption, Color: kit.ColorInk2})),
		}
		if c.desk.May(staff.Certify) && !mine {
			row = append(row, kit.NewButton(c.look, c.t(words.QCWithdraw), kit.ButtonStyle{Rank: kit.Quiet}, func() { p.askWithdraw(name, n) }))
		}
		rows = append(rows, kit.NewHairline(c.look), kit.NewRow(c.look, kit.Space16, kit.CrossCenter, row...))
	}
	return kit.NewCard(c.look, kit.Space16, kit.NewColumn(kit.Space8, rows...))
}

// askWithdraw asks before a certificate is taken back.
func (p *qualityPage) askWithdraw(name string, n quality.Certificate) {
	c := p.c
	f := p.newForm("withdraw")
	p.ask(f, words.QCWithdraw, words.QCWithdraw, []fyne.CanvasObject{c.plain(c.t(words.QCWithdrawAsk,
		words.With("name", kit.Isolate(name)), words.With("what", c.t(words.PanelName(string(n.Panel))))))}, func() { c.desk.Withdraw(n) })
	c.focus(f.send)
}

// askCertificate asks for a certificate: whose, of what, till when.
func (p *qualityPage) askCertificate() {
	c := p.c
	f := p.newForm("certificate")
	var form desk.CertificateForm
	var people []fyne.CanvasObject
	all := map[records.ID]*kit.Option{}
	self := c.desk.State().Who.ID
	for _, a := range c.desk.State().Quality.Staff {
		if a.ID == self || !a.Disabled.IsZero() {
			continue // nobody certifies themselves
		}
		o := kit.NewOption(c.look, kit.OptionStyle{Label: kit.Isolate(a.Name)}, func() {
			form.Account = string(a.ID)
			for id, o := range all {
				o.SetSelected(id == a.ID)
			}
		})
		all[a.ID] = o
		people = append(people, o)
	}
	panels := c.picking(2, codesOf(certifiedPanels()), words.PanelName, "", func(code string) { form.Panel = vitals.Panel(code) })
	until := f.day(desk.QualityUntil, c.t(words.QCCertUntil), desk.DayOf(c.desk.Now().AddDate(1, 0, 0)))
	observed := kit.NewCheck(c.look, c.t(words.QCCertObserved), false, func(on bool) { form.Observed = on })
	rows := []fyne.CanvasObject{
		f.wrap(desk.QualityAccount, c.t(words.QCCertAccount), "", c.wrap(3, people...)),
		f.wrap(desk.QualityPanel, c.t(words.QCCertPanel), "", panels.object), f.fields[desk.QualityUntil], observed,
	}
	p.ask(f, words.QCCertify, words.QCCertify, rows, func() {
		form.Until = dayIn(until)
		c.desk.Certify(form)
	})
}

// certifiedPanels are the tests that certificates are usually given for.
func certifiedPanels() []vitals.Panel {
	return []vitals.Panel{vitals.BloodPressure, vitals.Oximetry, vitals.BloodGlucose, vitals.BodyWeight, vitals.BodyTemperature, vitals.GlycatedHaemoglobin}
}

// askPassport takes a passport of another site: scanned, or typed.
func (p *qualityPage) askPassport() {
	c := p.c
	f := p.newForm("passport")
	code := kit.NewEntry(c.look, kit.EntryStyle{Step: kit.SizeBody, Limit: 4096})
	f.draft.keep("code", code)
	f.wrap(desk.QualityCode, c.t(words.QCPassportCode), "", code)
	f.scanned = func(text string) {
		code.SetText(text)
		c.desk.PresentPassport(text)
	}
	p.ask(f, words.QCPassportTake, words.QCSave, []fyne.CanvasObject{c.plain(c.t(words.QCPassportLead)), f.fields[desk.QualityCode]}, func() {
		c.desk.PresentPassport(code.Text())
	})
	c.focus(code)
}
