package clinic

import (
	"fyne.io/fyne/v2"

	"aidpost/app/desk"
	"aidpost/assets"
	"aidpost/assets/words"
	"aidpost/ui/kit"
)

// adminPlaces are the pages under Administration, in the order of
// desk.AdminPages. To add one: its page there, a line here, and pageFor.
func adminPlaces() []place {
	return []place{
		{page: desk.PageStaff, icon: assets.IconStaff, label: words.AdminStaff, note: words.AdminStaffNote},
		{page: desk.PagePIN, icon: assets.IconKey, label: words.AdminPIN, note: words.AdminPINNote},
		{page: desk.PageAudit, icon: assets.IconAudit, label: words.AdminAudit, note: words.AdminAuditNote},
		{page: desk.PageBackups, icon: assets.IconBackup, label: words.AdminBackups, note: words.AdminBackupsNote},
		{page: desk.PageExport, icon: assets.IconTray, label: words.ExportTitle, note: words.ExportNote},
		{page: desk.PageEmergency, icon: assets.IconAlert, label: words.AdminEmergency, note: words.AdminEmergencyNote},
		{page: desk.PageSettings, icon: assets.IconAdmin, label: words.SettingsTitle, note: words.SettingsNote},
		{page: desk.PageSending, icon: assets.IconNext, label: words.SendingTitle, note: words.SendingNote},
		{page: desk.PageAbout, icon: assets.IconAbout, label: words.AdminAbout, note: words.AdminAboutNote},
	}
}

// adminColumns is how many tiles stand side by side.
const adminColumns = 3

// newAdmin is the way to the pages of the administration: a tile for each that
// whoever is signed in may open.
func newAdmin(c *Clinic) page {
	var tiles []fyne.CanvasObject
	for _, p := range adminPlaces() {
		if c.desk.MayOpen(p.page) {
			tiles = append(tiles, kit.NewTile(c.look, kit.TileStyle{
				Picture: p.icon, PictureSize: 40, Wide: true, Title: c.t(p.label), Note: c.t(p.note),
			}, func() { c.desk.Go(desk.Route{Page: p.page}) }))
		}
	}
	return &still{kit.NewColumn(kit.Space24,
		c.heading(c.title(c.t(words.NavAdmin))),
		kit.NewGrow(1, kit.NewScroll(c.grid(adminColumns, tiles))))}
}

// grid puts objects side by side, so many in a row and all as wide.
func (c *Clinic) grid(columns int, objects []fyne.CanvasObject) fyne.CanvasObject {
	var rows []fyne.CanvasObject
	for len(objects) > 0 {
		n := min(columns, len(objects))
		row := make([]fyne.CanvasObject, 0, columns)
		for i := range columns {
			if i < n {
				row = append(row, kit.NewGrow(1, objects[i]))
			} else {
				row = append(row, kit.NewSpacer())
			}
		}
		rows = append(rows, kit.NewRow(c.look, kit.Space16, kit.CrossFill, row...))
		objects = objects[n:]
	}
	return kit.NewColumn(kit.Space16, rows...)
}

// adminHeading is the first line of a page under Administration: the way back
// there, what the page is, and what can be done at its end.
func (c *Clinic) adminHeading(title words.Key, actions ...fyne.CanvasObject) fyne.CanvasObject {
	back := kit.NewButton(c.look, "", kit.ButtonStyle{Rank: kit.Quiet, Icon: assets.IconBack},
		func() { c.desk.Go(desk.Route{Page: desk.PageAdmin}) })
	return kit.NewRow(c.look, kit.Space8, kit.CrossCenter,
		append([]fyne.CanvasObject{back, kit.NewGrow(1, c.title(c.t(title)))}, actions...)...)
}
