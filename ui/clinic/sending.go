package clinic

import (
	"fmt"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"aidpost/app/desk"
	"aidpost/app/settings"
	"aidpost/assets"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/fhir"
	"aidpost/records/outbox"
	"aidpost/records/vitals"
	"aidpost/ui/kit"
)

// sendingPage is how sending stands, and under that the visits that wait for
// somebody: each can be sent once more, or both versions of it be looked at.
type sendingPage struct {
	c      *Clinic
	body   *fyne.Container
	shown  string
	asked  records.ID // the visit whose versions are on the screen
	stands visitStanding
	object fyne.CanvasObject
	carry  *carryPart // nil: nothing is carried here
}

func newSending(c *Clinic) page {
	if c.admin == nil {
		return &still{c.empty(assets.DrawingDone, words.FrameNothingTitle, words.FrameNothing)}
	}
	p := &sendingPage{c: c, body: container.NewStack(), stands: visitStanding{c: c}}
	p.object = kit.NewColumn(kit.Space16, c.adminHeading(words.SendingTitle), kit.NewGrow(1, p.body))
	c.admin.Server.Uncompare()
	c.admin.Server.Unshow()
	c.admin.Server.Look()
	if c.admin.Carry != nil {
		p.carry = &carryPart{c: c, carrying: c.admin.Carry}
		c.admin.Carry.Uncompare()
		c.admin.Carry.Look()
	}
	return p
}

func (p *sendingPage) content() fyne.CanvasObject { return p.object }

func (p *sendingPage) update(desk.State) {
	s := p.c.admin.Server.State()
	p.compare(s)
	p.stands.update()
	var carried settings.CarryState
	if p.carry != nil {
		carried = p.carry.carrying.State()
		p.carry.compare(carried)
	}
	key := fmt.Sprint(s.Read, s.Stats, s.Server, s.Parked, s.Newest, s.Busy, s.Failed, s.Metered, s.Waits, s.Expire, carriedKey(carried))
	if key == p.shown {
		return
	}
	p.shown = key
	if !s.Read {
		return
	}
	rows := p.c.serverStands(s)
	if p.carry != nil {
		rows = append(rows, p.carry.rows(carried)...)
	}
	if !s.None || len(s.Parked) > 0 {
		rows = append(rows, p.parked(s)...)
	}
	rows = append(rows, p.newest(s)...)
	p.body.Objects = []fyne.CanvasObject{kit.NewScroll(kit.NewInset(6, kit.Space8, kit.NewColumn(kit.Space16, rows...)))}
	p.body.Refresh()
}

// parked are the visits that wait for somebody, with why in the server's words.
func (p *sendingPage) parked(s settings.ServerState) []fyne.CanvasObject {
	c := p.c
	rows := []fyne.CanvasObject{kit.NewHairline(c.look)}
	switch {
	case s.Failed != "":
		rows = append(rows, kit.NewNotice(c.look, kit.ToneWrong, c.t(words.SendingFailed, words.With("why", c.lang.Reason(s.Failed)))))
	case s.Busy:
		rows = append(rows, c.plain(c.t(words.SendingAsking)))
	}
	if len(s.Parked) == 0 {
		return append(rows, c.strong(c.t(words.SendingNone)))
	}
	rows = append(rows, c.strong(c.t(words.SendingParked)))
	for _, e := range s.Parked {
		act := kit.NewButton(c.look, c.t(words.SendingAgain), kit.ButtonStyle{Rank: kit.Secondary}, func() { c.admin.Server.Resend(e.Encounter) })
		if outbox.Contested(e) {
			act = kit.NewButton(c.look, c.t(words.SendingCompare), kit.ButtonStyle{}, func() { c.admin.Server.Compare(e.Encounter) })
		}
		if s.Busy {
			act.Disable()
		}
		about := c.t(words.SendingVisit, words.With("visit", kit.Isolate(string(e.Encounter[:8]))), words.With("time", c.when(e.At)))
		rows = append(rows, kit.NewCard(c.look, kit.Space16, c.row(kit.Space16,
			kit.NewGrow(1, kit.NewColumn(4, c.strong(about), c.plain(c.lang.Reason(e.Why)))), p.stands.button(e.Encounter, kit.Quiet), act)))
	}
	return rows
}

// newest are the visits that were saved last, and how far each has come.
func (p *sendingPage) newest(s settings.ServerState) []fyne.CanvasObject {
	c := p.c
	if len(s.Newest) == 0 {
		return nil
	}
	rows := []fyne.CanvasObject{kit.NewHairline(c.look), c.strong(c.t(words.SendingNewest))}
	for _, v := range s.Newest {
		about := c.t(words.SendingVisit, words.With("visit", kit.Isolate(string(v.Encounter[:8]))), words.With("time", c.when(v.Created)))
		rows = append(rows, c.row(kit.Space16, kit.NewGrow(1, c.plain(about)), kit.NewGrow(1, c.plain(c.stageOf(v.Stage))), p.stands.button(v.Encounter, kit.Quiet)))
	}
	return rows
}

// compare shows both versions of a visit once the server was asked for its own.
func (p *sendingPage) compare(s settings.ServerState) {
	if s.Compared == p.asked {
		return
	}
	c, id := p.c, s.Compared
	p.asked = id
	if id == "" {
		c.closeDialog()
		return
	}
	content := []fyne.CanvasObject{c.title(c.t(words.SendingChoose)), c.plain(c.t(words.SendingKept))}
	for _, d := range s.Differ {
		content = append(content, kit.NewHairline(c.look), c.strong(p.headOf(d)))
		if len(d.Fields) == 0 {
			continue
		}
		content = append(content, c.bothVersions(c.t(words.SendingThere), d.Fields)...)
	}
	keep := func(label words.Key, w outbox.Word) fyne.CanvasObject {
		return kit.NewButton(c.look, c.t(label), kit.ButtonStyle{Rank: kit.Secondary}, func() { c.admin.Server.Keep(id, w) })
	}
	c.showDialog(kit.NewOverlay(c.look, dialogWidth, kit.NewColumn(kit.Space8, content...),
		c.closeButton(), keep(words.SendingKeepThere, outbox.There), keep(words.SendingKeepHere, outbox.Here)),
		func() {
			p.asked = ""
			c.admin.Server.Uncompare()
		})
}

// said is what one side says of a field.
func said(text string) string {
	if text == "" {
		return "–"
	}
	return kit.Isolate(text)
}

func (p *sendingPage) headOf(d outbox.Difference) string {
	c := p.c
	parts := []string{c.lang.Resource(d.Kind)}
	switch {
	case d.Deleted:
		parts = append(parts, c.t(words.SendingDeleted))
	case !d.Changed.IsZero():
		parts = append(parts, c.t(words.SendingChanged, words.With("time", c.when(d.Changed))))
	}
	return strings.Join(parts, "  ·  ")
}

// bothVersions are the rows of what is said here and, differently, by somebody else.
func (c *Clinic) bothVersions(theirs string, fields []fhir.Field) []fyne.CanvasObject {
	rows := []fyne.CanvasObject{c.versions(kit.ColorInk2, c.t(words.SendingWhat), c.t(words.SendingHere), theirs)}
	for _, f := range fields {
		rows = append(rows, c.versions(kit.ColorInk, c.fieldName(f.Name), said(f.Ours), said(f.Theirs)))
	}
	return rows
}

// versions is one row of what two versions say, and of what.
func (c *Clinic) versions(color fyne.ThemeColorName, texts ...string) fyne.CanvasObject {
	var cells []fyne.CanvasObject
	for _, text := range texts {
		cells = append(cells, kit.NewGrow(1, kit.NewText(c.look, text, kit.TextStyle{Color: color})))
	}
	return kit.NewRow(c.look, kit.Space16, kit.CrossTop, cells...)
}

// fieldName is what a field of FHIR is called: a measure, which stands there by its name
// in LOINC, as everywhere else; anything else by what it says.
func (c *Clinic) fieldName(name string) string {
	for begins, m := range map[string]vitals.Measure{
		"Systolic blood pressure": vitals.Systolic, "Diastolic blood pressure": vitals.Diastolic, "Heart rate": vitals.Pulse,
		"Oxygen saturation": vitals.SpO2, "Glucose": vitals.Glucose, "Fasting glucose": vitals.Glucose,
		"Body temperature": vitals.Temperature, "Body weight": vitals.Weight,
	} {
		if strings.HasPrefix(name, begins) {
			return c.t(words.QuantityName(string(m)))
		}
	}
	return c.lang.Element(name)
}
