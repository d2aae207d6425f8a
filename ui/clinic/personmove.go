package clinic

import (
	"fyne.io/fyne/v2"

	"aidpost/app/dossier"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/ui/kit"
)

// askMove asks whose a result is that stands in this record by mistake.
func (p *personPage) askMove(row dossier.Row) {
	c := p.c
	f := newOwnerForm(c, owning{
		Observation: row.Observation, asked: words.DossierWhy, reasons: []string{"wrong-person", "other"}, reason: words.WhyName, search: p.dossier.Search,
		give: func(to *records.Patient, why records.Correction, said *kit.Text) {
			p.asked, p.before = said, p.dossier.State().Done
			p.dossier.Move(row.ID, to.ID, why)
		},
		drawn: func(fyne.CanvasObject) {
			if c.dialog != nil {
				c.dialog.Refresh()
			}
		},
	})
	p.moving, p.draft = f, nil
	next := kit.NewButton(c.look, c.t(words.DossierMoveDo), kit.ButtonStyle{}, f.confirm)
	c.showDialog(kit.NewOverlay(c.look, dialogWidth, kit.NewColumn(kit.Space8,
		c.title(c.t(words.DossierMove)+": "+c.valueOf(row.Observation)), f.object), c.closeButton(), next), func() { p.moving, p.asked = nil, nil })
	c.focus(f.who)
}

// scanned takes the card of whoever a result is moved to. While another dialog is
// open nothing is looked up over it.
func (p *personPage) scanned(code string) {
	switch {
	case p.moving != nil:
		p.moving.scanned(code)
	case p.unread != nil:
		p.unread.scanned(code)
	case p.c.dialog != nil:
		p.c.scanAside()
	default:
		p.c.lookUp(code)
	}
}
