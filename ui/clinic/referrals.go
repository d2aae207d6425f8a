package clinic

import (
	"fmt"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"aidpost/app/desk"
	"aidpost/assets"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/staff"
	"aidpost/ui/kit"
)

// referrals is the list of those who were sent to somebody else, and beside it
// the one that is open in full, where what came back of it is recorded.
type referrals struct {
	c       *Clinic
	rows    []records.Referred
	shown   string // what the list was last filled with
	full    string // what the side was last made from
	filters map[desk.ReferralGroup]*kit.Option
	number  *kit.Entry
	field   *kit.Field
	list    *kit.List
	table   fyne.CanvasObject
	body    *fyne.Container
	side    *fyne.Container
	scroll  *kit.Scroll // of the side; nil while none is open
	object  fyne.CanvasObject
}

var (
	// referralColumns are the shares of person, to whom, when written and when due.
	referralColumns = []float32{3.2, 3, 1.7, 2.7}
	referralGroups  = []struct {
		group desk.ReferralGroup
		label words.Key
	}{
		{desk.OpenReferrals, words.ReferralsOpen}, {desk.OverdueReferrals, words.ReferralsOverdue}, {desk.ReturnedReferrals, words.ReferralsReturned},
	}
)

// How wide the one is that is open in full, and at most with large letters.
const (
	referralSide     = 360
	referralSideMost = 400
)

func newReferrals(c *Clinic, _ desk.State) *referrals {
	r := &referrals{c: c, filters: map[desk.ReferralGroup]*kit.Option{}, body: container.NewStack(), side: container.NewStack()}
	r.number = kit.NewEntry(c.look, kit.EntryStyle{Placeholder: c.t(words.ReferralsNumber), Step: kit.SizeBody, Limit: 32})
	r.field = kit.NewField(c.look, "", "", r.number).Slim()
	r.number.OnChanged = func(string) { r.field.SetProblem("") }
	r.number.OnSubmitted = r.typed
	r.list = kit.NewList(c.look, c.listRowHeight(), func() kit.ListRow { return kit.NewCells(c.look, referralColumns, r.cells) })
	r.list.OnOpened = func(i int) { c.desk.ChooseReferral(r.rows[i].Code) }
	r.table = kit.NewCard(c.look, 0, container.NewBorder(
		kit.NewColumn(0, kit.NewHead(c.look, referralColumns,
			c.t(words.TodayColumnPerson), c.t(words.ReferralsColumnTo), c.t(words.ReferralsColumnWritten), c.t(words.ReferralsColumnDue)),
			kit.NewHairline(c.look)),
		nil, nil, nil, r.list))
	var filters []fyne.CanvasObject
	for _, g := range referralGroups {
		o := kit.NewOption(c.look, kit.OptionStyle{Label: c.t(g.label), Count: "0"}, func() { c.desk.ShowReferrals(g.group) })
		r.filters[g.group] = o
		filters = append(filters, kit.NewGrow(1, o))
	}
	wide := min(referralSide*max(c.look.Text, kit.TextNormal), referralSideMost)
	r.object = kit.NewColumn(kit.Space16,
		kit.NewRow(c.look, kit.Space24, kit.CrossCenter,
			kit.NewGrow(1, kit.NewColumn(0, c.title(c.t(words.NavReferrals)), kit.NewText(c.look, c.t(words.ReferralsLead), kit.TextStyle{Color: kit.ColorInk2}))),
			kit.NewSized(wide, r.field)),
		kit.NewRow(c.look, kit.Space8, kit.CrossFill, filters...),
		kit.NewGrow(1, kit.NewRow(c.look, kit.Space16, kit.CrossFill, kit.NewGrow(1, r.body), kit.NewSized(wide, r.side))))
	return r
}

func (r *referrals) content() fyne.CanvasObject { return r.object }
func (r *referrals) first() fyne.Focusable      { return r.number }

// reveal scrolls the side to what took the focus.
func (r *referrals) reveal(o fyne.CanvasObject) {
	if r.scroll != nil && o != fyne.CanvasObject(r.number) {
		r.scroll.Reveal(o)
	}
}

// scanned shows what was read, which is no referral of this place: those are
// opened wherever they are scanned.
func (r *referrals) scanned(code string) {
	r.number.SetText(code)
	r.typed(code)
}

// typed opens the referral with a number.
func (r *referrals) typed(text string) {
	code, ok := records.ParseReferralCode(text)
	if !ok {
		r.field.SetProblem(r.c.t(words.ReferralsBadNumber))
		return
	}
	r.c.desk.OpenReferral(code, func() {
		r.c.cfg.Post(func() { r.field.SetProblem(r.c.t(words.ReferralsUnknown)) })
	})
}

func (r *referrals) update(s desk.State) {
	for g, o := range r.filters {
		o.SetSelected(g == s.Referrals.Show)
		o.SetCount(fmt.Sprint(s.Referrals.Counts[g]))
	}
	if s.Referrals.Loaded {
		r.showList(s.Referrals)
	}
	r.showSide(s.Referrals)
}

func (r *referrals) showList(s desk.Referrals) {
	rows := r.c.desk.ShownReferrals(s)
	shown := fmt.Sprint(s.Show, r.c.desk.Now().Format(time.DateOnly))
	for _, row := range s.Rows {
		if row.Return != nil {
			delete(r.c.drafts, r.c.draftKey(returnDraft(row)))
		}
	}
	for _, row := range rows {
		shown += fmt.Sprint("|", row.Code, row.Until, row.Return != nil)
	}
	if shown == r.shown {
		return
	}
	r.shown, r.rows = shown, rows
	r.list.SetLength(len(rows))
	r.body.Objects = []fyne.CanvasObject{r.instead(s)}
	r.body.Refresh()
}

// instead is the table, or what stands in its place while it is empty.
func (r *referrals) instead(s desk.Referrals) fyne.CanvasObject {
	switch {
	case len(r.rows) > 0:
		return r.table
	case s.Show != desk.OpenReferrals:
		return r.c.emptySaying(assets.DrawingDone, r.c.t(words.ReferralsNoneHere), "")
	}
	return r.c.empty(assets.DrawingDone, words.ReferralsNoneTitle, words.ReferralsNone)
}

// cells is one referral as the list shows it.
func (r *referrals) cells(i int) []kit.Cell {
	if i < 0 || i >= len(r.rows) {
		return nil
	}
	c, row := r.c, r.rows[i]
	to := row.To
	if to == "" {
		to = c.t(words.ReferralsNoName)
	}
	written := row.At.In(c.desk.Zone())
	return []kit.Cell{
		{Text: c.whoIs(row.Patient), Under: c.number(row.Patient), Bold: true},
		{Text: to, Under: c.t(words.ReferralsBy, words.With("name", row.By.Name))},
		{Text: c.daysAgo(written), Under: c.lang.Date(written)},
		r.due(row),
	}
}

// whoIs is what a person is called, or that nobody asked.
func (c *Clinic) whoIs(p *records.Patient) string {
	if p == nil {
		return c.t(words.TodayGuest)
	}
	return desk.NameOf(p)
}

// daysAgo says on which day before this one something was.
func (c *Clinic) daysAgo(t time.Time) string {
	y, m, d := t.Date()
	days := -records.Referral{Until: records.Date{Year: y, Month: int(m), Day: d}}.DaysLeft(c.desk.Now())
	if days <= 0 {
		return c.t(words.ReferralsToday)
	}
	return c.lang.N(words.ReferralsDaysAgo, days)
}

// due says by when somebody is to be seen, or what came back.
func (r *referrals) due(row records.Referred) kit.Cell {
	c := r.c
	if back := row.Return; back != nil {
		return kit.Cell{Text: c.t(words.ReferralOutcomeName(string(back.Outcome))), Under: c.lang.Date(back.At.In(c.desk.Zone()))}
	}
	cell := kit.Cell{Text: c.t(words.ReferralsNoDay), Color: kit.ColorInk2}
	if !row.Until.IsZero() {
		left := row.DaysLeft(c.desk.Now())
		date := c.lang.Date(row.Until.Time())
		switch {
		case left < 0:
			cell = kit.Cell{Text: c.lang.N(words.ReferralsLate, -left), Under: date, Color: kit.ColorHighInk, Bold: true, Marked: true, Band: kit.High}
		case left == 0:
			cell = kit.Cell{Text: c.t(words.ReferralsToday), Under: date, Bold: true, Marked: true, Band: kit.Watch}
		default:
			cell = kit.Cell{Text: c.lang.N(words.ReferralsInDays, left), Under: date}
		}
	}
	if row.Tier >= records.CriticalTier {
		cell.Under = c.t(words.ReferralsUrgent)
	}
	return cell
}

// showSide shows the referral that is open in full.
func (r *referrals) showSide(s desk.Referrals) {
	c := r.c
	row, ok := s.Of(s.Chosen)
	full := fmt.Sprint(ok, row.Code, row.Return != nil, s.Busy)
	if full == r.full {
		return
	}
	r.full, r.scroll = full, nil
	if !ok {
		r.side.Objects = []fyne.CanvasObject{kit.NewCard(c.look, kit.Space24,
			kit.NewMiddle(kit.NewText(c.look, c.t(words.ReferralsChoose), kit.TextStyle{Color: kit.ColorInk2, Align: kit.Center})))}
		r.side.Refresh()
		return
	}
	actions := []fyne.CanvasObject{}
	rows := r.facts(row)
	if row.Return != nil {
		rows = append(rows, r.answered(row)...)
	} else if c.desk.May(staff.CloseReferral) {
		form := newReturnForm(c, row)
		rows = append(rows, form.object)
		record := kit.NewButton(c.look, c.t(words.ReferralsRecord), kit.ButtonStyle{Icon: assets.IconCheck}, form.send)
		if s.Busy {
			record.Disable()
		}
		actions = append(actions, record)
		defer func() { c.focus(form.from) }()
	}
	if row.Patient != nil && c.desk.MayOpen(desk.PagePatient) {
		actions = append(actions, kit.NewButton(c.look, c.t(words.ReferralsPerson), kit.ButtonStyle{Rank: kit.Secondary, Icon: assets.IconPerson}, func() {
			c.desk.Go(desk.Route{Page: desk.PagePatient, Patient: row.Patient.ID, Visit: row.Encounter})
		}))
	}
	r.scroll = kit.NewScroll(kit.NewColumn(kit.Space16, rows...))
	parts := append(r.head(row), kit.NewHairline(c.look), kit.NewGrow(1, r.scroll)) // whose it is stays in sight
	r.side.Objects = []fyne.CanvasObject{kit.NewCard(c.look, kit.Space16, kit.NewColumn(kit.Space8, append(parts, actions...)...))}
	r.side.Refresh()
}

// head is whose referral it is, and what presses.
func (r *referrals) head(row records.Referred) []fyne.CanvasObject {
	c := r.c
	born, age := c.born(row.Patient)
	rows := []fyne.CanvasObject{kit.NewColumn(0, c.title(c.whoIs(row.Patient)),
		kit.NewText(c.look, strings.Trim(born+"  ·  "+age, " ·"), kit.TextStyle{Color: kit.ColorInk2}))}
	if due := r.due(row); row.Return == nil {
		if due.Marked {
			rows = append(rows, kit.NewBadge(c.look, due.Band, due.Text, kit.SizeBody))
		}
		if row.Tier >= records.CriticalTier {
			rows = append(rows, kit.NewBadge(c.look, kit.High, c.t(words.ReferralsUrgent), kit.SizeBody))
		}
	}
	return rows
}

// facts are what the letter says.
func (r *referrals) facts(row records.Referred) (rows []fyne.CanvasObject) {
	c := r.c
	add := func(key words.Key, value string) {
		if value != "" {
			rows = append(rows, c.label(key, value))
		}
	}
	add(words.PapersTo, row.To)
	add(words.PapersFrom, kit.Isolate(row.By.Name)+"  ·  "+c.when(row.At))
	add(words.PapersReason, row.Reason)
	if !row.Until.IsZero() {
		add(words.PapersUntil, c.lang.Date(row.Until.Time()))
	}
	return rows
}

// answered is what came back.
func (r *referrals) answered(row records.Referred) []fyne.CanvasObject {
	c, back := r.c, row.Return
	rows := []fyne.CanvasObject{kit.NewHairline(c.look), c.label(words.ReferralsOutcome, c.t(words.ReferralOutcomeName(string(back.Outcome))))}
	if back.From != "" {
		rows = append(rows, c.label(words.ReferralsSeenBy, back.From))
	}
	if back.Found != "" {
		rows = append(rows, c.label(words.ReferralsFound, back.Found))
	}
	return append(rows, kit.NewText(c.look, c.t(words.ReferralsNoted, words.With("name", back.By.Name), words.With("date", c.when(back.At))),
		kit.TextStyle{Size: kit.SizeCaption, Color: kit.ColorInk2}))
}

// returnForm asks what came of a referral. What was typed waits while another
// page is open.
type returnForm struct {
	c       *Clinic
	row     records.Referred
	draft   draft
	from    *kit.Entry
	found   *kit.Entry
	outcome *picks
	said    *kit.Text
	object  fyne.CanvasObject
}

func returnDraft(row records.Referred) string { return "return|" + row.Code }

func newReturnForm(c *Clinic, row records.Referred) *returnForm {
	f := &returnForm{c: c, row: row, draft: c.drafted(returnDraft(row)), said: c.wrong()}
	f.from, f.found = c.noteEntry(200), c.noteEntry(300)
	f.draft.keep("from", f.from)
	f.draft.keep("found", f.found)
	f.outcome = f.draft.keepChoice(c, "outcome", 1, codesOf(records.ReferralOutcomes()), words.ReferralOutcomeName)
	f.from.OnSubmitted = func(string) { c.focus(f.found) }
	f.object = kit.NewColumn(kit.Space8, kit.NewHairline(c.look),
		kit.NewField(c.look, c.t(words.ReferralsSeenBy), "", f.from).Slim(),
		c.caption(words.ReferralsOutcome), f.outcome.object,
		kit.NewField(c.look, c.t(words.ReferralsFound), "", f.found).Slim(), f.said)
	return f
}

// send puts it on record, or says what is missing.
func (f *returnForm) send() {
	c := f.c
	f.said.SetText("")
	if f.outcome.chosen == "" {
		f.said.SetText(c.t(words.ReferralsOutcome) + ": " + c.t(words.BedsideMissing))
		return
	}
	c.desk.CameBack(f.row, records.Return{From: f.from.Text(), Outcome: records.ReturnOutcome(f.outcome.chosen), Found: f.found.Text()})
}
