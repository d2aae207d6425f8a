package clinic

import (
	"fmt"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"aidpost/app/desk"
	"aidpost/app/office"
	"aidpost/assets"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/staff"
	"aidpost/ui/kit"
)

// newEmergency is the page of emergency access: to ask for it, for whoever sees
// no person's data otherwise, or to review who did.
func newEmergency(c *Clinic) page {
	if c.desk.May(staff.BreakGlass) {
		return newBreakGlass(c)
	}
	p := &emergencyPage{c: c, body: container.NewStack()}
	p.list = kit.NewList(c.look, c.listRowHeight(), func() kit.ListRow { return kit.NewCells(c.look, emergencyColumns, p.cells) })
	p.list.OnOpened = func(i int) { p.open(p.rows[i]) }
	p.table = kit.NewCard(c.look, 0, container.NewBorder(
		kit.NewColumn(0, kit.NewHead(c.look, emergencyColumns, c.t(words.AuditColumnTime), c.t(words.AuditColumnWho), c.t(words.AuditWhy), c.t(words.EmergencyColumnLooked)), kit.NewHairline(c.look)),
		nil, nil, nil, p.list))
	p.model = office.NewEmergencies(c.office())
	p.object = kit.NewColumn(kit.Space16, c.adminHeading(words.AdminEmergency), c.quiet(c.t(words.EmergencyReviewLead)), kit.NewGrow(1, p.body))
	return p
}

// breakGlass asks for emergency access, with a reason.
type breakGlass struct {
	c      *Clinic
	reason *kit.Entry
	object fyne.CanvasObject
}

func newBreakGlass(c *Clinic) *breakGlass {
	p := &breakGlass{c: c, reason: c.noteEntry(300)}
	field := kit.NewField(c.look, c.t(words.EmergencyReason), c.t(words.EmergencyReasonHint), p.reason)
	p.reason.OnChanged = func(string) { field.SetProblem("") }
	d := c.drafted("emergency")
	d.keep("reason", p.reason)
	ask := func() {
		if strings.TrimSpace(p.reason.Text()) == "" {
			field.SetProblem(c.t(words.EmergencyReasonMissing))
			p.object.Refresh()
			return
		}
		c.desk.BreakGlass(p.reason.Text())
		clear(d) // a reason is for one time; until it is taken it stands in the field
	}
	p.reason.OnSubmitted = func(string) { ask() }
	button := kit.NewButton(c.look, c.t(words.EmergencyAsk), kit.ButtonStyle{Rank: kit.Urgent, Icon: assets.IconAlert}, ask)
	card := kit.NewCard(c.look, kit.Space32, kit.NewColumn(kit.Space16,
		c.plain(c.t(words.EmergencyLead)), c.plain(c.t(words.EmergencyLeadRecord)), field, c.row(0, kit.NewSpacer(), button)))
	p.object = kit.NewColumn(kit.Space24, c.adminHeading(words.AdminEmergency),
		kit.NewRow(c.look, 0, kit.CrossTop, kit.NewSized(dialogWidth, card), kit.NewSpacer()))
	return p
}

func (p *breakGlass) content() fyne.CanvasObject { return p.object }
func (p *breakGlass) first() fyne.Focusable      { return p.reason }
func (p *breakGlass) update(desk.State)          {}

// emergencyPage lists who asked for emergency access, why, and at whom they
// looked.
type emergencyPage struct {
	c      *Clinic
	model  *office.Emergencies
	rows   []records.Emergency
	shown  string
	body   *fyne.Container
	list   *kit.List
	table  fyne.CanvasObject
	object fyne.CanvasObject
}

// emergencyColumns are the shares of when, who, why and how many.
var emergencyColumns = []float32{2.2, 2.6, 5, 1.8}

func (p *emergencyPage) content() fyne.CanvasObject { return p.object }
func (p *emergencyPage) first() fyne.Focusable      { return p.list }
func (p *emergencyPage) resume()                    { p.model.Resume() }

func (p *emergencyPage) update(desk.State) {
	task := p.model.Task()
	shown := fmt.Sprint(task)
	if shown == p.shown {
		return
	}
	p.shown, p.rows = shown, p.model.State()
	p.list.SetLength(len(p.rows))
	var instead fyne.CanvasObject
	switch {
	case len(p.rows) > 0:
		instead = p.table
	case task.Problem != nil:
		instead = p.c.emptySaying(drawingOfNothing(), p.c.accountProblem(task.Problem), "")
	case task.Done > 0:
		instead = p.c.empty(drawingOfNothing(), words.EmergencyNone, words.EmergencyNoneLead)
	default:
		return
	}
	p.body.Objects = []fyne.CanvasObject{instead}
	p.body.Refresh()
	p.object.Refresh()
}

func (p *emergencyPage) cells(i int) []kit.Cell {
	if i < 0 || i >= len(p.rows) {
		return nil
	}
	c, e := p.c, p.rows[i]
	return []kit.Cell{
		{Text: c.dayOf(e.At), Under: c.lang.Time(e.At.In(c.desk.Zone()))},
		{Text: e.Name, Bold: true}, {Text: kit.Isolate(e.Reason)}, {Text: c.lang.N(words.FindCount, len(e.Looked))},
	}
}

// mostOpened is how many records a review offers to open at once.
const mostOpened = 6

// open shows one emergency, with the way to the records that were seen.
func (p *emergencyPage) open(e records.Emergency) {
	c := p.c
	rows := []fyne.CanvasObject{c.title(e.Name), c.plain(c.when(e.At)), c.label(words.AuditWhy, kit.Isolate(e.Reason)),
		c.label(words.EmergencyColumnLooked, c.lang.N(words.FindCount, len(e.Looked)))}
	if c.desk.May(staff.ReadRecord) {
		for _, id := range e.Looked[:min(len(e.Looked), mostOpened)] {
			rows = append(rows, kit.NewButton(c.look, c.t(words.EmergencyOpen, words.With("id", shortID(id))), kit.ButtonStyle{Rank: kit.Secondary}, func() {
				c.closeDialog()
				c.desk.Go(desk.Route{Page: desk.PagePatient, Patient: id})
			}))
		}
	}
	c.showDialog(kit.NewOverlay(c.look, dialogWidth, kit.NewColumn(kit.Space16, rows...), c.closeButton()), nil)
}
