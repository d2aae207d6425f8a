package clinic

import (
	"fyne.io/fyne/v2"

	"aidpost/app/desk"
	"aidpost/assets"
	"aidpost/assets/words"
	"aidpost/ui/kit"
)

// A place is a page of the navigation.
type place struct {
	page  desk.Page
	icon  assets.Picture
	label words.Key
	note  words.Key // of a page under Administration: what is done there
}

// places are the pages of the navigation, in order. Those that somebody may not
// open are left out.
func places() []place {
	return []place{
		{page: desk.PageToday, icon: assets.IconToday, label: words.NavToday},
		{page: desk.PageFind, icon: assets.IconFind, label: words.NavFind},
		{page: desk.PageRegister, icon: assets.IconAddPerson, label: words.NavRegister},
		{page: desk.PageReferrals, icon: assets.IconReferral, label: words.NavReferrals},
		{page: desk.PageShift, icon: assets.IconStaff, label: words.ShiftNav},
		{page: desk.PagePapers, icon: assets.IconPrint, label: words.NavReports},
		{page: desk.PageInstruments, icon: assets.IconPressure, label: words.NavInstruments},
		{page: desk.PageQuality, icon: assets.IconCheck, label: words.NavQuality},
		{page: desk.PageAdmin, icon: assets.IconAdmin, label: words.NavAdmin},
	}
}

// pageFor makes the page that is open.
func (c *Clinic) pageFor(s desk.State) page {
	switch s.Route.Page {
	case desk.PageToday:
		return newToday(c, s)
	case desk.PageFind:
		return newFind(c, s)
	case desk.PageRegister:
		return newRegister(c, s)
	case desk.PagePatient:
		return newPerson(c, s)
	case desk.PageMeasure:
		return newMeasuring(c, s)
	case desk.PagePapers, desk.PagePersonPapers, desk.PageAuditPapers:
		return newPapers(c, s)
	case desk.PageSummaries:
		return newSummaries(c)
	case desk.PageTray:
		return newTray(c)
	case desk.PageShift:
		return newShift(c)
	case desk.PageForm:
		return newFormPage(c, s)
	case desk.PageInstruments:
		return newInstruments(c, s)
	case desk.PageAdmin:
		return newAdmin(c)
	case desk.PageStaff:
		return newStaff(c)
	case desk.PagePIN:
		return newMyPIN(c, s)
	case desk.PageAudit:
		return newAudit(c, s)
	case desk.PageBackups:
		return newBackups(c)
	case desk.PageExport:
		return newExport(c)
	case desk.PageEmergency:
		return newEmergency(c)
	case desk.PageSettings:
		return newSettings(c)
	case desk.PageReferrals:
		return newReferrals(c, s)
	case desk.PageSending:
		return newSending(c)
	case desk.PageAbout:
		return newAbout(c)
	case desk.PageQuality:
		return newQuality(c, s)
	}
	return &still{c.empty(assets.DrawingDone, words.FrameNothingTitle, words.FrameNothing)}
}

// still is a page on which nothing changes.
type still struct{ object fyne.CanvasObject }

func (s *still) content() fyne.CanvasObject { return s.object }
func (s *still) update(desk.State)          {}

// empty is what stands in the place of a list with nothing in it: a drawing,
// what that means, and what to do next.
func (c *Clinic) empty(drawing assets.Picture, title, what words.Key, actions ...fyne.CanvasObject) fyne.CanvasObject {
	return c.emptySaying(drawing, c.t(title), c.t(what), actions...)
}

func (c *Clinic) emptySaying(drawing assets.Picture, title, what string, actions ...fyne.CanvasObject) fyne.CanvasObject {
	rows := []fyne.CanvasObject{
		kit.NewMiddle(kit.NewDrawing(c.look, drawing, 96)),
		kit.NewText(c.look, title, kit.TextStyle{Size: kit.SizeTitle, Bold: true, Align: kit.Center}),
		kit.NewText(c.look, what, kit.TextStyle{Size: kit.SizeLead, Color: kit.ColorInk2, Align: kit.Center}),
	}
	if len(actions) > 0 {
		rows = append(rows, kit.NewMiddle(kit.NewRow(c.look, kit.Space16, kit.CrossCenter, actions...)))
	}
	return kit.NewMiddle(kit.NewSized(560, kit.NewColumn(kit.Space16, rows...)))
}

// heading is the first line of a page, with what can be done at its end.
func (c *Clinic) heading(title fyne.CanvasObject, actions ...fyne.CanvasObject) fyne.CanvasObject {
	if len(actions) == 0 {
		return kit.NewRow(c.look, kit.Space16, kit.CrossCenter, kit.NewGrow(1, title))
	}
	// With large letters the actions stand under the title: it would be a word a line.
	return kit.NewFlow(c.look, kit.Space16, title, kit.NewRow(c.look, kit.Space16, kit.CrossCenter, actions...))
}

func (c *Clinic) title(text string) *kit.Text {
	return kit.NewText(c.look, text, kit.TextStyle{Size: kit.SizeTitle, Bold: true})
}
