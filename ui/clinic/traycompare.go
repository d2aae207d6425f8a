package clinic

import (
	"context"

	"fyne.io/fyne/v2"

	"aidpost/app/office"
	"aidpost/app/shift"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/ui/kit"
)

// comparing compares the memories of the instruments at hand with the records.
func (c *Clinic) comparing() office.Comparing {
	return func(ctx context.Context, a *records.Access) (shift.Compared, error) {
		return c.shiftOf().Compare(ctx, a, c.equipment.Instruments, c.equipment.Fit, c.equipment.Tray)
	}
}

// comparingLabel is that of the button, which says that memories are being read.
func (p *trayPage) comparingLabel(task office.Task) string {
	if task.Busy {
		return p.c.t(words.TrayComparing)
	}
	return p.c.t(words.TrayCompare)
}

// showCompared says what came of comparing memories with the records.
func (p *trayPage) showCompared(found shift.Compared) {
	c := p.c
	rows := []fyne.CanvasObject{c.title(c.t(words.TrayCompare))}
	switch {
	case found.Instruments == 0 && len(found.Failed) == 0:
		rows = append(rows, c.plain(c.t(words.TrayCompareNone)))
	case found.Instruments > 0:
		rows = append(rows, c.plain(c.lang.N(words.TrayCompareRead, found.Read)), c.plain(c.lang.N(words.TrayCompareTrayed, found.Trayed)))
	}
	for _, f := range found.Failed {
		name := instrumentNamed(f.From.Model.Maker, f.From.Model.Name)
		rows = append(rows, kit.NewNotice(c.look, kit.ToneWatch, c.t(words.TrayCompareFailed, words.With("instrument", kit.Isolate(name)))))
	}
	if len(found.Missing) > 0 {
		rows = append(rows, kit.NewHairline(c.look), c.strong(c.lang.N(words.TrayCompareMissing, len(found.Missing))), c.quiet(c.t(words.TrayCompareMissingHint)))
	}
	for _, o := range found.Missing[:min(len(found.Missing), mostMissing)] {
		rows = append(rows, c.plain(c.valueOf(o)+"  ·  "+c.when(o.Taken)+"  ·  "+kit.Isolate(instrumentOf(o))))
	}
	c.showDialog(kit.NewOverlay(c.look, dialogWidth, kit.NewColumn(kit.Space8, rows...), c.closeButton()), nil)
}

// mostMissing is how many results that a memory lacks are worth showing.
const mostMissing = 6
