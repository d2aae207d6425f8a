package clinic

import (
	"fmt"

	"fyne.io/fyne/v2"

	"aidpost/app/office"
	"aidpost/assets"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/ui/kit"
)

// drawingOfNothing stands in the place of a list without rows.
func drawingOfNothing() assets.Picture { return assets.DrawingDone }

// openEntry shows one entry in full, and what leads from it to others.
func (p *auditPage) openEntry(e records.AuditEntry) {
	c := p.c
	rows := []fyne.CanvasObject{
		c.row(kit.Space16, kit.NewGrow(1, c.title(c.deed(e.Action))),
			kit.NewText(c.look, c.t(words.AuditEntry, words.With("n", int(e.Seq))), kit.TextStyle{Color: kit.ColorInk2})),
		c.plain(c.when(e.At)),
		c.label(words.AuditColumnWho, c.actor(e)+separated(c.actorRole(e))),
	}
	fact := func(name words.Key, value string) {
		if value != "" {
			rows = append(rows, c.label(name, kit.Isolate(value)))
		}
	}
	fact(words.AuditWhere, e.Station)
	if mark := c.outcome(e); mark != "" {
		rows = append(rows, kit.NewBadge(c.look, kit.Watch, mark, kit.SizeBody))
	}
	fact(words.AuditWhy, c.lang.Why(string(e.Action), e.Reason))
	fact(words.AuditObject, string(e.Object))
	if e.Patient != e.Object {
		fact(words.AuditPerson, string(e.Patient))
	}
	actions := []fyne.CanvasObject{c.closeButton()}
	only := func(key words.Key, id records.ID, change func(*records.AuditFilter)) {
		if id == "" {
			return
		}
		actions = append(actions, kit.NewButton(c.look, c.t(key), kit.ButtonStyle{Rank: kit.Secondary}, func() {
			c.closeDialog()
			p.kind, p.period = 0, len(auditPeriods)-1
			p.filter(change)
		}))
	}
	if e.Patient != "" {
		only(words.AuditOnlyPerson, e.Patient, func(f *records.AuditFilter) { f.About, f.Who = e.Patient, "" })
	} else {
		only(words.AuditOnlyObject, e.Object, func(f *records.AuditFilter) { f.About, f.Who = e.Object, "" })
	}
	only(words.AuditOnlyWho, e.Who, func(f *records.AuditFilter) { f.About, f.Who = "", e.Who })
	c.showDialog(kit.NewOverlay(c.look, dialogWidth, kit.NewColumn(kit.Space16, rows...), actions...), nil)
}

// askHash asks for the code on a paper and looks whether the trail still has it.
func (p *auditPage) askHash() {
	c := p.c
	code, d := c.noteEntry(2*longestHash), c.drafted("hash")
	field := kit.NewField(c.look, c.t(words.AuditHash), "", code)
	check := func() {
		noted, err := records.ParseHash(code.Text())
		if err != nil {
			field.SetProblem(c.t(words.AuditHashWrong))
			return
		}
		clear(d)
		c.closeDialog()
		p.trail.Verify(noted)
	}
	code.OnChanged = func(string) { field.SetProblem("") }
	d.keep("code", code)
	code.OnSubmitted = func(string) { check() }
	c.showDialog(kit.NewOverlay(c.look, dialogWidth, kit.NewColumn(kit.Space16, c.title(c.t(words.AuditCompare)), c.plain(c.t(words.AuditCompareLead)), field),
		c.closeButton(), kit.NewButton(c.look, c.t(words.AuditVerify), kit.ButtonStyle{}, check)), nil)
	c.focus(code)
}

// longestHash is how many letters a hash has; with spaces between them, twice.
const longestHash = 64

// showCheck says how it stands with the look at the whole trail.
func (p *auditPage) showCheck(check office.TrailCheck) {
	said := fmt.Sprintf("%v %d %p %v", check.Running, check.Done, check.Report, check.Problem)
	if said == p.said {
		return
	}
	p.said = said
	p.verdict.Objects = nil
	if check.Running {
		p.verify.Disable()
	} else {
		p.verify.Enable()
	}
	if notice := p.c.verdict(check); notice != nil {
		p.verdict.Objects = []fyne.CanvasObject{notice}
	}
	p.verdict.Refresh()
	p.object.Refresh()
}

// mostBroken is how many broken places are named; the command line names all.
const mostBroken = 5

// verdict says in plain words what came of a look at the whole trail; nil if
// there was none.
func (c *Clinic) verdict(check office.TrailCheck) fyne.CanvasObject {
	switch {
	case check.Running:
		return c.strong(c.t(words.AuditVerifying, words.With("n", check.Done)))
	case check.Problem != nil:
		return kit.NewNotice(c.look, kit.ToneWrong, c.accountProblem(check.Problem))
	case check.Report == nil:
		return nil
	case len(check.Report.Broken) == 0:
		r := check.Report
		good := c.t(words.AuditWhole, words.With("n", int(r.Entries)))
		for _, m := range r.Noted {
			good += "\n" + c.t(words.AuditNoted, words.With("n", int(m.Seq)), words.With("time", c.when(m.At)))
		}
		return kit.NewColumn(kit.Space8, kit.NewNotice(c.look, kit.ToneDone, good),
			kit.NewText(c.look, c.t(words.AuditHead, words.With("hash", r.Head)), kit.TextStyle{Size: kit.SizeCaption, Color: kit.ColorInk2}))
	}
	broken := check.Report.Broken
	text := c.lang.N(words.AuditBroken, len(broken))
	for _, b := range broken[:min(len(broken), mostBroken)] {
		text += "\n" + c.brokenAt(b)
	}
	return kit.NewNotice(c.look, kit.ToneWrong, text)
}

// brokenAt says which entries are wrong, and how.
func (c *Clinic) brokenAt(b records.TamperedError) string {
	return c.lang.Broken(b.Why, b.Hash, int(b.Seq), int(max(b.To, b.Seq)))
}
