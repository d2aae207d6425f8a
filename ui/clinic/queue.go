package clinic

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"aidpost/app/desk"
	"aidpost/app/dossier"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/staff"
	"aidpost/ui/kit"
)

// queueKey opens the place in the queue of whoever is chosen.
const queueKey = fyne.KeyF2

// holdTimes are after how long a hold may end by itself, the first never.
func holdTimes() []string { return []string{"", "5m", "15m", "30m", "1h"} }

// showQueue shows what can be done with the place of somebody in the queue, and
// reports whether there is anything.
func (c *Clinic) showQueue(v desk.Visitor) bool {
	if !c.desk.May(staff.QueuePatient) {
		return false
	}
	act := func(key words.Key, rank kit.Rank, run func(records.ID)) fyne.CanvasObject {
		return kit.NewButton(c.look, c.t(key), kit.ButtonStyle{Rank: rank}, func() {
			c.closeDialog()
			run(v.Visit)
		})
	}
	rows := []fyne.CanvasObject{c.title(c.t(words.QueueTitle)), c.strong(c.nameIn(v) + separated(c.ticket(v))), c.quiet(c.facts(v.Patient))}
	actions := []fyne.CanvasObject{c.closeButton()}
	if v.Ticket != "" {
		actions = append(actions, act(words.QueuePrint, kit.Quiet, c.desk.PrintTicket))
	}
	switch v.Group {
	case desk.Absent:
		actions = append(actions, act(words.QueueBack, kit.Primary, c.desk.Requeue))
	case desk.Held:
		rows = append(rows, c.plain(c.heldFor(v.Turns.Last())+separated(c.heldUntil(v.Turns.Last()))))
		actions = append(actions, act(words.QueueBack, kit.Secondary, c.desk.Requeue), act(words.QueueCall, kit.Primary, c.desk.Call))
	case desk.Waiting:
		calls, _ := v.Turns.Called()
		if calls > 0 {
			rows = append(rows, c.plain(c.called(v.Turns)))
			actions = append(actions, act(words.QueueAbsent, kit.Secondary, c.desk.MarkAbsent))
		}
		form, hold := c.holdForm(v)
		rows = append(rows, form...)
		actions = append(actions, hold, act(words.QueueCall, kit.Primary, c.desk.Call))
	default:
		return false
	}
	c.showDialog(kit.NewOverlay(c.look, dialogWidth, kit.NewColumn(kit.Space16, rows...), actions...), nil)
	return true
}

// holdForm asks why somebody is parked and when they come back; its button parks
// them.
func (c *Clinic) holdForm(v desk.Visitor) (form []fyne.CanvasObject, park fyne.CanvasObject) {
	said := c.wrong()
	why := c.picking(2, codesOf(records.HoldReasons()), words.HoldName, "", func(string) { said.SetText("") })
	until := c.pickSaying(len(holdTimes()), holdTimes(), func(lasts string) string {
		if lasts == "" {
			return c.t(words.QueueUntilCalled)
		}
		return c.t(words.QueueUntilIn, words.With("time", c.lang.Duration(lasting(lasts))))
	}, "", nil)
	park = kit.NewButton(c.look, c.t(words.QueueHold), kit.ButtonStyle{Rank: kit.Secondary}, func() {
		if why.chosen == "" {
			said.SetText(c.t(words.QueueWhyMissing))
			return
		}
		c.closeDialog()
		c.desk.Hold(v.Visit, records.HoldReason(why.chosen), lasting(until.chosen))
	})
	return []fyne.CanvasObject{c.strong(c.t(words.QueueWhy)), why.object, c.strong(c.t(words.QueueUntil)), until.object, said}, park
}

// lasting reads one of holdTimes; never is zero.
func lasting(s string) time.Duration {
	d, err := time.ParseDuration(s)
	if err != nil {
		return 0
	}
	return d
}

// nameIn is what somebody on today's list is called.
func (c *Clinic) nameIn(v desk.Visitor) string {
	if v.Patient == nil {
		return c.t(words.TodayGuest)
	}
	return desk.NameOf(v.Patient)
}

// ticket says the number of somebody in the queue, "" without one.
func (c *Clinic) ticket(v desk.Visitor) string {
	if v.Ticket == "" {
		return ""
	}
	return c.t(words.QueueNumber, words.With("n", v.Ticket))
}

// called says how often and when somebody was called, if they were.
func (c *Clinic) called(turns records.Turns) string {
	calls, at := turns.Called()
	if calls == 0 {
		return ""
	}
	return c.lang.N(words.TodayCalled, calls, words.With("time", c.clock(at)))
}

// heldFor says why somebody is on hold.
func (c *Clinic) heldFor(hold records.Turn) string {
	return c.t(words.TodayHeldWhy, words.With("reason", c.t(words.HoldName(string(hold.Reason)))))
}

// heldUntil says when they come back by themselves, or else since when they wait.
func (c *Clinic) heldUntil(hold records.Turn) string {
	if hold.Until.IsZero() {
		return c.t(words.TodayHeldSince, words.With("time", c.clock(hold.At)))
	}
	return c.t(words.TodayHeldUntil, words.With("time", c.clock(hold.Until)))
}

// clock is the time of day of an instant.
func (c *Clinic) clock(at time.Time) string { return c.lang.Time(at.In(c.desk.Zone())) }

// inQueue returns the place in the queue of the person whose page it is, or false.
func (p *personPage) inQueue(s dossier.State) (desk.Visitor, bool) {
	since := p.c.desk.Now().Add(-longestWait)
	if e := s.Waiting(since); e != nil && len(e.Observations) == 0 {
		v := desk.Visitor{Visit: e.ID, Patient: e.Patient, Came: e.Started, Turns: e.Turns, Ticket: e.Place.Ticket(e.Ticket), Group: desk.Waiting}
		if _, held := e.Hold(p.c.desk.Now()); held {
			v.Group = desk.Held
		}
		return v, true
	}
	if e := s.Missed(since); e != nil {
		return desk.Visitor{Visit: e.ID, Patient: e.Patient, Came: e.Started, Turns: e.Turns, Ticket: e.Place.Ticket(e.Ticket), Group: desk.Absent}, true
	}
	return desk.Visitor{}, false
}

// queued says that the person is on hold or did not come, and offers the way back.
func (p *personPage) queued(s dossier.State) []fyne.CanvasObject {
	c := p.c
	v, ok := p.inQueue(s)
	if !ok || v.Group == desk.Waiting {
		return nil
	}
	last := v.Turns.Last()
	text := []string{c.heldFor(last), c.heldUntil(last)}
	if v.Group == desk.Absent {
		text = []string{c.t(words.TodayAbsent), c.called(v.Turns)}
	}
	var back []fyne.CanvasObject
	if c.desk.May(staff.QueuePatient) {
		back = append(back, kit.NewButton(c.look, c.t(words.QueueBack), kit.ButtonStyle{Rank: kit.Secondary}, func() { c.desk.Requeue(v.Visit) }))
	}
	return []fyne.CanvasObject{kit.NewNotice(c.look, kit.ToneWatch, strings.Join(text, "  ·  "), back...)}
}

// key opens the place in the queue of the person.
func (p *personPage) key(e *fyne.KeyEvent) bool {
	v, ok := p.inQueue(p.dossier.State())
	return e.Name == queueKey && ok && p.c.showQueue(v)
}
