package clinic

import (
	"errors"
	"fmt"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"aidpost/app/desk"
	"aidpost/app/office"
	"aidpost/app/shift"
	"aidpost/assets"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/staff"
	"aidpost/ui/kit"
)

// shiftPage is the end of a shift: what is to be done before the day is closed,
// and the notes that shifts leave to each other.
type shiftPage struct {
	c       *Clinic
	day     *office.Day
	note    *kit.Entry
	noted   *kit.Field
	reasons map[string]*kit.Entry // by the check
	fields  map[string]*kit.Field
	checks  *fyne.Container
	notes   *fyne.Container
	draft   draft
	said    *kit.Text
	signing *signForm // while somebody is asked to sign; nil otherwise
	shown   string
	done    office.DayState // as it was shown last
	scroll  *kit.Scroll
	object  fyne.CanvasObject
}

// shiftOf looks how the days of this place stand.
func (c *Clinic) shiftOf() *shift.Shift {
	return shift.New(shift.Config{Store: c.place.Store, Data: c.place.Data, Backups: c.place.Backups, Zone: c.desk.Zone(), Now: c.desk.Now})
}

func newShift(c *Clinic) page {
	if c.place == nil { // nobody said where the records are
		return &still{c.empty(assets.DrawingDone, words.FrameNothingTitle, words.FrameNothing)}
	}
	p := &shiftPage{c: c, reasons: map[string]*kit.Entry{}, fields: map[string]*kit.Field{}, checks: container.NewStack(), notes: container.NewStack(), said: c.wrong()}
	p.note = c.noteEntry(1000)
	p.noted = kit.NewField(c.look, c.t(words.ShiftNote), c.t(words.ShiftNoteHint), p.note)
	p.note.OnChanged = func(string) { p.noted.SetProblem("") }
	p.draft = c.drafted("shift")
	p.draft.keep("note", p.note)
	p.note.OnSubmitted = func(string) { p.leaveNote() }
	save := kit.NewButton(c.look, c.t(words.ShiftNoteSave), kit.ButtonStyle{Rank: kit.Secondary}, p.leaveNote)
	side := kit.NewColumn(kit.Space16, p.noted, c.row(0, kit.NewSpacer(), save), c.strong(c.t(words.ShiftNotes)), p.notes)
	p.scroll = kit.NewScroll(kit.NewRow(c.look, kit.Space32, kit.CrossTop,
		kit.NewGrow(1.5, kit.NewColumn(kit.Space16, p.checks, p.said)), kit.NewGrow(1, kit.NewCard(c.look, kit.Space16, side))))
	p.object = kit.NewColumn(kit.Space16, c.heading(c.title(c.t(words.ShiftTitle))), kit.NewGrow(1, p.scroll))
	p.day = office.NewDay(c.office(), c.shiftOf())
	return p
}

func (p *shiftPage) content() fyne.CanvasObject   { return p.object }
func (p *shiftPage) first() fyne.Focusable        { return p.note }
func (p *shiftPage) resume()                      { p.day.Resume() }
func (p *shiftPage) reveal(o fyne.CanvasObject)   { p.scroll.Reveal(o) }
func (p *shiftPage) may(action staff.Action) bool { return p.c.desk.May(action) }
func (p *shiftPage) problem(err error) (string, *records.ReasonError) {
	if err == nil {
		return "", nil
	}
	if left, ok := errors.AsType[*records.ReasonError](err); ok {
		return p.c.t(words.ShiftReasonMissing), left
	}
	return p.c.accountProblem(err), nil
}

// leaveNote leaves the note that was typed.
func (p *shiftPage) leaveNote() {
	text := strings.TrimSpace(p.note.Text())
	if text == "" {
		p.noted.SetProblem(p.c.t(words.ShiftNoteMissing))
		p.c.focus(p.note)
		return
	}
	p.day.Note(text)
}

// close closes the day with the reasons that were typed, or asks who answers for
// it.
func (p *shiftPage) close() {
	if !p.may(staff.SignDay) {
		p.askSigner()
		return
	}
	p.day.Close(p.typedReasons(), nil)
}

func (p *shiftPage) typedReasons() map[string]string {
	reasons := map[string]string{}
	for name, e := range p.reasons {
		reasons[name] = typedIn(e)
	}
	return reasons
}

func (p *shiftPage) update(desk.State) {
	s, task := p.day.State(), p.day.Task()
	shown := fmt.Sprint(s, task)
	if shown == p.shown {
		return
	}
	p.shown = shown
	text, left := p.problem(task.Problem)
	if p.signing != nil && task.Problem != nil {
		if p.signing.problem(task.Problem) {
			return
		}
		p.c.closeDialog() // something on the page has to be seen to first
	}
	for name, f := range p.fields {
		why := ""
		if left != nil && left.Check == name {
			why = text
		}
		f.SetProblem(why)
	}
	if left != nil {
		text = ""
		if e := p.reasons[left.Check]; e != nil {
			p.c.focus(e)
		}
	}
	p.said.SetText(text)
	if s.Loaded && task.Problem == nil && !task.Busy {
		p.show(s)
	}
	p.object.Refresh()
}

// show draws how the day stands, and says what was done.
func (p *shiftPage) show(s office.DayState) {
	c := p.c
	switch {
	case s.Noted > p.done.Noted:
		p.note.SetText("")
		c.desk.Say(desk.Message{Key: words.ShiftNoteSaved}, nil)
	case s.Closed > p.done.Closed:
		if p.signing != nil {
			c.closeDialog()
		}
		p.reasons, p.fields = map[string]*kit.Entry{}, map[string]*kit.Field{}
		clear(p.draft) // they were why this day was closed
		p.draft["note"] = p.note.Text()
		c.desk.Say(desk.Message{Key: words.ShiftClosed}, nil)
	}
	p.done = s
	rows := []fyne.CanvasObject{kit.NewRow(c.look, kit.Space16, kit.CrossCenter, c.strong(c.t(words.ShiftChecks)),
		kit.NewGrow(1, c.quiet(c.t(words.ShiftSince, words.With("time", c.when(s.Since))))))}
	for _, check := range s.Checks {
		rows = append(rows, p.check(s, check))
	}
	rows = append(rows, kit.NewHairline(c.look), c.strong(c.t(words.ShiftServer)))
	for _, line := range c.receipt(s.Sync) {
		rows = append(rows, c.quiet(line))
	}
	p.checks.Objects = []fyne.CanvasObject{kit.NewColumn(kit.Space16, append(rows, kit.NewHairline(c.look), p.closing(s))...)}
	p.checks.Refresh()
	p.notes.Objects = []fyne.CanvasObject{c.handovers(s.Handovers())}
	p.notes.Refresh()
}

// check is one thing to be done: how it stands, the way there, and why it is left
// open.
func (p *shiftPage) check(s office.DayState, check records.Check) fyne.CanvasObject {
	c := p.c
	badge := kit.NewBadge(c.look, kit.Good, c.t(words.ShiftDone), kit.SizeBody)
	if check.Open > 0 {
		badge = kit.NewBadge(c.look, kit.Watch, c.lang.N(words.ShiftLeft, check.Open), kit.SizeBody)
	}
	about := []fyne.CanvasObject{c.plain(c.t(words.CheckName(check.Name)))}
	for _, name := range check.Which {
		if check.Name == "holds" {
			name = c.t(words.HoldName(name))
		}
		about = append(about, c.quiet(kit.Isolate(name)))
	}
	if check.Name == "backup" {
		at := c.t(words.ShiftBackupNone)
		if !s.Backup.IsZero() {
			at = c.t(words.ShiftBackupAt, words.With("time", c.when(s.Backup)))
		}
		about = append(about, c.quiet(at))
	}
	row := []fyne.CanvasObject{kit.NewGrow(1, kit.NewColumn(0, about...)), badge}
	if to := placeOfCheck(check.Name); check.Open > 0 && c.desk.MayOpen(to) {
		row = append(row, c.turn(assets.IconNext, func() { c.desk.Go(desk.Route{Page: to}) }))
	}
	line := kit.NewRow(c.look, kit.Space16, kit.CrossCenter, row...)
	if check.Open == 0 || !p.may(staff.CloseDay) {
		return line
	}
	if p.reasons[check.Name] == nil {
		p.reasons[check.Name] = c.noteEntry(200)
		field := kit.NewField(c.look, c.t(words.ShiftReason), "", p.reasons[check.Name]).Slim()
		p.fields[check.Name] = field
		p.reasons[check.Name].OnChanged = func(string) { field.SetProblem("") }
		p.draft.keep(check.Name, p.reasons[check.Name])
	}
	return kit.NewColumn(kit.Space8, line, p.fields[check.Name])
}

// placeOfCheck is where something can be done about a check.
func placeOfCheck(name string) desk.Page {
	return map[string]desk.Page{
		"criticals": desk.PageToday, "unfinished": desk.PageToday, "holds": desk.PageToday, "tray": desk.PageTray, "controls": desk.PageQuality, "cleaning": desk.PageInstruments,
		"backup": desk.PageBackups, "waiting": desk.PageSettings, "refused": desk.PageSettings,
	}[name]
}

// closing is the button that closes the day, and the day that was closed last.
func (p *shiftPage) closing(s office.DayState) fyne.CanvasObject {
	c := p.c
	last, ok := s.Shifts.Last()
	text := c.t(words.ShiftNever)
	if ok {
		text = c.t(words.ShiftLast, words.With("name", last.By.Name), words.With("time", c.when(last.At)))
	}
	row := []fyne.CanvasObject{kit.NewGrow(1, c.quiet(text))}
	if ok && c.desk.MayOpen(desk.PagePapers) && p.may(staff.PrintRecord) {
		row = append(row, kit.NewButton(c.look, c.t(words.ShiftPrint), kit.ButtonStyle{Rank: kit.Secondary, Icon: assets.IconPrint}, c.desk.PrintClosing))
	}
	return c.row(kit.Space16, append(row, kit.NewButton(c.look, c.t(words.ShiftClose), kit.ButtonStyle{}, p.close))...)
}

// receipt says what the server has proved to hold.
func (c *Clinic) receipt(r records.SyncReceipt) []string {
	if r.Server == "" {
		return []string{c.t(words.ShiftServerNone)}
	}
	said := c.t(words.ShiftServerSilent)
	if !r.Answered.IsZero() {
		said = c.t(words.ShiftServerSaid, words.With("time", c.when(r.Answered)))
	}
	return []string{kit.Isolate(r.Server), c.t(words.ShiftServerHolds, words.With("holds", r.Holds), words.With("waiting", r.Waiting),
		words.With("refused", r.Refused), words.With("kept", r.Kept)), said}
}

// handovers are notes with who left them and when.
func (c *Clinic) handovers(all []records.Handover) fyne.CanvasObject {
	if len(all) == 0 {
		return c.quiet(c.t(words.ShiftNoNotes))
	}
	var rows []fyne.CanvasObject
	for _, h := range all {
		rows = append(rows, kit.NewColumn(0, kit.NewText(c.look, c.t(words.ShiftBy, words.With("name", h.By.Name), words.With("time", c.when(h.At))),
			kit.TextStyle{Size: kit.SizeCaption, Color: kit.ColorInk2}), c.plain(h.Text)))
	}
	return kit.NewColumn(kit.Space16, rows...)
}

// A greeting is what whoever has just signed in is told of the shift before, once
// that is known.
type greeting struct {
	who  records.ID // works here
	day  *office.Day
	read map[records.ID]bool // notes that somebody here has said to have read
}

// greet looks what the shift before has left, for somebody who has just signed in.
func (c *Clinic) greet(who records.ID) {
	c.greeting.who, c.greeting.day = who, nil
	if c.place != nil && c.desk.May(staff.ReadShift) {
		c.greeting.day = office.NewDay(c.office(), c.shiftOf())
	}
}

// showGreeting shows it when it is known, if there is anything to know.
func (c *Clinic) showGreeting(s desk.State) {
	day := c.greeting.day
	if day == nil || !day.State().Loaded && day.Task().Problem == nil || c.dialog != nil {
		return
	}
	c.greeting.day = nil
	st := day.State()
	var notes []records.Handover
	for _, h := range st.Handovers() {
		if h.By.ID != s.Who.ID && !c.greeting.read[h.ID] {
			notes = append(notes, h)
		}
	}
	var lines []fyne.CanvasObject
	if k := st.Check("criticals"); k.Open > 0 {
		lines = append(lines, kit.NewNotice(c.look, kit.ToneWrong, c.lang.N(words.ShiftGreetCriticals, k.Open)))
	}
	if k := st.Check("refused"); k.Open > 0 {
		lines = append(lines, kit.NewNotice(c.look, kit.ToneWatch, c.lang.N(words.ShiftGreetHeld, k.Open)))
	}
	if k := st.Check("holds"); k.Open > 0 {
		lines = append(lines, kit.NewNotice(c.look, kit.ToneWatch, c.lang.N(words.ShiftGreetHolds, k.Open)))
	}
	for _, lot := range st.Ending {
		lines = append(lines, kit.NewNotice(c.look, kit.ToneWatch, c.t(words.ShiftGreetLot, words.With("lot", kit.Isolate(lot.Number)), words.With("date", c.lang.Date(lot.Expires.In(c.desk.Zone()).AddDate(0, 0, -1))))))
	}
	if len(lines) == 0 && len(notes) == 0 {
		return
	}
	if k := st.Check("unfinished"); k.Open > 0 {
		lines = append(lines, c.quiet(c.lang.N(words.ShiftGreetUnfinished, k.Open)))
	}
	if len(notes) > 0 {
		lines = append(lines, c.handovers(notes))
	}
	taken := kit.NewButton(c.look, c.t(words.ShiftTaken), kit.ButtonStyle{}, func() {
		for _, h := range notes {
			c.greeting.read[h.ID] = true
		}
		day.TakeOver(notes)
		c.closeDialog()
	})
	open := kit.NewButton(c.look, c.t(words.ShiftNav), kit.ButtonStyle{Rank: kit.Secondary}, func() {
		c.closeDialog()
		c.desk.Go(desk.Route{Page: desk.PageShift})
	})
	c.showDialog(kit.NewOverlay(c.look, dialogWidth, kit.NewColumn(kit.Space16, append([]fyne.CanvasObject{c.title(c.t(words.ShiftGreet))}, lines...)...), open, taken), nil)
	c.focus(taken)
}
