package clinic

import (
	"fyne.io/fyne/v2"

	"aidpost/app/desk"
	"aidpost/assets/words"
	"aidpost/ui/kit"
)

// storedListed is how many controls out of a memory are shown.
const storedListed = 6

// stored are the controls that were in the meter's memory, the newest first, and
// the way to fetch them.
func (p *qualityPage) stored(i desk.Checked) []fyne.CanvasObject {
	c := p.c
	can := c.desk.CanReadControls(i)
	if len(i.Stored) == 0 && !can {
		return nil
	}
	head := []fyne.CanvasObject{kit.NewGrow(1, c.strong(c.t(words.QCStored)))}
	if can {
		head = append(head, kit.NewButton(c.look, c.t(words.QCStoredRead), kit.ButtonStyle{Rank: kit.Secondary}, func() { c.desk.ReadControls(i) }))
	}
	rows := []fyne.CanvasObject{
		kit.NewRow(c.look, kit.Space16, kit.CrossCenter, head...),
		kit.NewText(c.look, c.t(words.QCStoredLead), kit.TextStyle{Color: kit.ColorInk2}),
	}
	if len(i.Stored) == 0 {
		return rows
	}
	columns := []float32{1.4, 1}
	table := []fyne.CanvasObject{c.tableHead(columns, c.t(words.QCColDay), c.t(words.QCColValue))}
	for _, s := range i.Stored[:min(len(i.Stored), storedListed)] {
		when := c.t(words.QCStoredUndated)
		if !s.Taken.IsZero() {
			when = c.when(s.Taken)
		}
		table = append(table, c.tableRow(columns, kit.Cell{Text: when}, kit.Cell{Text: c.quantity(s.Value), Bold: true}))
	}
	return append(rows, kit.NewColumn(0, table...))
}
