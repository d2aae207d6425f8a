package clinic

import (
	"slices"

	"fyne.io/fyne/v2"

	"aidpost/app/desk"
	"aidpost/assets/words"
	"aidpost/instruments"
	"aidpost/ui/kit"
)

// namesInRow is how many models stand side by side.
const namesInRow = 3

// naming asks what an instrument is that nobody recognises: whatever is silent until
// somebody uses it and may be on this adapter stands there, for one tap; the rest is
// behind a button.
func (p *instrumentsPage) naming(i desk.Instrument, tried string) []fyne.CanvasObject {
	c := p.c
	all := c.desk.Candidates(i)
	if len(all) == 0 {
		return nil
	}
	if tried == i.ID {
		return []fyne.CanvasObject{kit.NewText(c.look, c.t(words.InstrumentsNameTries), kit.TextStyle{Color: kit.ColorInk2})}
	}
	if i.Model.ID != "" {
		return []fyne.CanvasObject{kit.NewRow(c.look, 0, kit.CrossCenter, kit.NewSpacer(), p.others(i, words.InstrumentsNameChange, all))}
	}
	likely := slices.IndexFunc(all, func(o instruments.Candidate) bool { return !o.Adapter || !o.Model.Chosen })
	if likely < 0 {
		likely = len(all)
	}
	rows := []fyne.CanvasObject{c.plain(c.t(words.InstrumentsNameAsk)), p.candidates(i, all[:likely])}
	if likely < len(all) {
		rows = append(rows, kit.NewRow(c.look, 0, kit.CrossCenter, kit.NewSpacer(), p.others(i, words.InstrumentsNameOther, all[likely:])))
	}
	return rows
}

// others is the button that opens a list of models.
func (p *instrumentsPage) others(i desk.Instrument, label words.Key, all []instruments.Candidate) fyne.CanvasObject {
	c := p.c
	return kit.NewButton(c.look, c.t(label), kit.ButtonStyle{Rank: kit.Secondary}, func() {
		c.showDialog(kit.NewOverlay(c.look, dialogWidth, kit.NewColumn(kit.Space16,
			c.title(c.t(label)), p.candidates(i, all)), c.closeButton()), nil)
	})
}

// candidates are models to pick, each with its maker.
func (p *instrumentsPage) candidates(i desk.Instrument, all []instruments.Candidate) fyne.CanvasObject {
	c := p.c
	var options []fyne.CanvasObject
	for _, candidate := range all {
		m := candidate.Model
		options = append(options, kit.NewGrow(1, kit.NewOption(c.look, kit.OptionStyle{
			Icon: panelIcon(m.Panel), Label: kit.Isolate(m.Name), Note: kit.Isolate(m.Maker), Leading: true,
		}, func() {
			c.dropDialog()
			c.desk.Name(i, m)
		})))
	}
	return c.rowsOf(namesInRow, options)
}
