package clinic

import (
	"fmt"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"aidpost/app/bedside"
	"aidpost/app/desk"
	"aidpost/app/visit"
	"aidpost/assets"
	"aidpost/assets/words"
	"aidpost/instruments"
	"aidpost/records"
	"aidpost/records/vitals"
	"aidpost/ui/kit"
)

// measuring is the page on which somebody is measured: what is done so far at
// one side, and what is to be done now at the other.
type measuring struct {
	c       *Clinic
	bedside *bedside.Bedside
	shown   string
	aside   *fyne.Container
	now     *fyne.Container
	part    part
	object  fyne.CanvasObject
	done    chan struct{}
	handed  bool    // the bedside is another page's now
	unread  *unread // while it is asked who signs; nil otherwise
	// turned is when the phase was another one last.
	phase  bedside.Phase
	turned time.Time
}

// part is what the page shows of one phase.
type part interface {
	content() fyne.CanvasObject
	// live brings numbers, countdowns and traces up to date.
	live(m *measuring)
}

// calm is a part on which nothing moves.
type calm struct{ object fyne.CanvasObject }

func (p calm) content() fyne.CanvasObject { return p.object }
func (calm) live(*measuring)              {}

// doubleClick is how soon a second press belongs to the first.
const doubleClick = 400 * time.Millisecond

// measureTick is how often live numbers are painted.
const measureTick = time.Second / 30

func newMeasuring(c *Clinic, s desk.State) page {
	b := c.opening
	c.opening = nil
	if b == nil { // the page is opened by the way back: the person's page begins
		return newPerson(c, s)
	}
	m := &measuring{c: c, bedside: b, aside: container.NewStack(), now: container.NewStack(), done: make(chan struct{})}
	who := b.State().Visit.Patient
	head := c.whose(c.t(words.BedsideTitle, words.With("name", desk.NameOf(who))), who)
	back := kit.NewButton(c.look, c.t(words.BedsideBack), kit.ButtonStyle{Rank: kit.Quiet, Icon: assets.IconBack}, c.desk.Back)
	m.object = kit.NewColumn(kit.Space16, c.heading(head, back),
		kit.NewGrow(1, kit.NewRow(c.look, kit.Space16, kit.CrossFill,
			kit.NewGrow(2, kit.NewCard(c.look, kit.Space24, m.now)),
			kit.NewGrow(1, kit.NewCard(c.look, kit.Space16, kit.NewScroll(m.aside))))))
	go m.run()
	return m
}

func (m *measuring) content() fyne.CanvasObject { return m.object }

func (m *measuring) first() fyne.Focusable {
	if f, ok := m.part.(focuser); ok {
		return f.first()
	}
	return nil
}

// run paints what moves, about as often as a screen can show it.
func (m *measuring) run() {
	t := time.NewTicker(measureTick)
	defer t.Stop()
	for {
		select {
		case <-m.done:
			return
		case <-t.C:
			m.c.cfg.Post(m.tick)
		}
	}
}

func (m *measuring) tick() {
	select {
	case <-m.done: // it was posted before the page went
	default:
		if m.part != nil {
			m.part.live(m)
		}
	}
}

// leave stops what runs; a running cuff is let go before anything else is shown.
func (m *measuring) leave() {
	close(m.done)
	m.c.trace.Show(nil)
	if m.handed {
		return
	}
	s := m.bedside.State()
	if len(s.Attempts) == 0 || m.c.desk.State().Phase != desk.Working {
		m.bedside.Close()
		return
	}
	// What was measured and not accepted yet waits until somebody goes on.
	if s.Phase == bedside.Running {
		_ = m.bedside.Stop() // it may have ended just now
	}
	m.c.park(m.bedside)
	m.c.desk.Say(desk.Message{Key: words.BedsideWaits, Args: []words.Arg{words.With("name", desk.NameOf(s.Visit.Patient))}}, nil)
}

// park keeps a series for later, in the place of the one before; nil keeps none.
func (c *Clinic) park(b *bedside.Bedside) {
	if c.parked != nil && c.parked != b {
		c.parked.Close()
	}
	c.parked = b
}

func (m *measuring) update(desk.State) {
	s := m.bedside.State()
	switch s.Phase {
	case bedside.Rest, bedside.Pause, bedside.Running, bedside.Stopping, bedside.Clean:
		// Whoever measures sits beside the person and has nothing to touch: the
		// screen does not cover itself over an inflating cuff.
		m.c.desk.Used()
	}
	if key := m.keyOf(s); key != m.shown {
		if s.Phase != m.phase {
			m.phase, m.turned = s.Phase, m.c.desk.Now()
		}
		m.shown = key
		m.c.trace.Show(nil)
		m.part = m.partOf(s)
		put := func(into *fyne.Container, what fyne.CanvasObject) {
			into.Objects = []fyne.CanvasObject{what}
			into.Refresh()
		}
		put(m.now, m.part.content())
		put(m.aside, m.soFar(s))
		m.object.Refresh()
		if _, ok := m.part.(focuser); ok {
			m.c.focus(m.first())
		}
	}
	m.part.live(m)
}

// keyOf changes when the page has to be drawn anew.
func (m *measuring) keyOf(s bedside.State) string {
	key := fmt.Sprint(s.Phase, s.Panel, s.Arm, s.Cuff, s.Lie, s.OtherCuff, s.Meal, len(s.Attempts), s.Series.Uses, len(s.Candidates), s.Fault,
		s.Warnings, s.Cleaning.Instrument.ID, s.Cleaning.Wet, len(s.ToClean), len(s.Visit.Observations), len(s.Visit.Answers), len(s.Untold), s.Saving, s.Saved, s.SaveError, s.Joined, s.Elsewhere)
	key += fmt.Sprintf("%p", s.TellError) // the same trouble twice is new
	if s.Result != nil {
		key += fmt.Sprint(s.Result.Repeat, s.Result.RepeatDue, s.Result.Reasons)
	}
	key += fmt.Sprint(s.Identity.Card, s.Identity.OtherCard, len(s.Identity.Alike))
	for _, o := range s.Offers {
		key += string(o.Panel) + string(o.Status)
	}
	return key
}

func (m *measuring) partOf(s bedside.State) part {
	switch s.Phase {
	case bedside.Identify:
		return newIdentity(m, s)
	case bedside.Rest, bedside.Pause, bedside.Ready:
		return newWait(m, s)
	case bedside.Running, bedside.Stopping:
		return newRunning(m, s)
	case bedside.Confirm:
		return m.confirm(s)
	case bedside.ByHand:
		return newTyping(m, s)
	case bedside.Review:
		return m.review(s)
	case bedside.Tell:
		return newTell(m, s)
	case bedside.Clean:
		return newClean(m, s)
	case bedside.Finished:
		return m.finished(s)
	}
	return m.choose(s)
}

// press calls a command; one that does not fit any more is the second tap on a
// button that has gone.
//
// Buttons of two phases stand in the same place, so that a press right after the
// phase has changed was meant for the one before: nobody accepts a result, or
// finishes a visit, by a double click.
func (m *measuring) press(command func() error) func() {
	return func() {
		if m.c.desk.Now().Sub(m.turned) < doubleClick {
			return
		}
		if err := command(); err != nil {
			m.c.render()
		}
	}
}

func (m *measuring) button(key words.Key, rank kit.Rank, command func() error) *kit.Button {
	return kit.NewButton(m.c.look, m.c.t(key), kit.ButtonStyle{Rank: rank}, m.press(command))
}

// choose offers what can be measured, with an instrument or by hand.
func (m *measuring) choose(s bedside.State) part {
	c := m.c
	rows := []fyne.CanvasObject{c.strong(c.t(words.BedsideChoose))}
	if s.Joined {
		rows = append(rows, kit.NewNotice(c.look, kit.ToneWatch, c.t(words.BedsideJoined)))
	}
	if s.Elsewhere {
		code := string(instruments.AlreadySaved)
		rows = append(rows, kit.NewNotice(c.look, kit.ToneWatch, c.t(words.FaultTitle(code))+" "+c.t(words.FaultRemedy(code))))
	}
	if due := s.Visit.Recheck(); !due.IsZero() {
		rows = append(rows, kit.NewNotice(c.look, kit.ToneWatch, c.t(words.BedsideRecheck, words.With("time", c.lang.Time(due.In(c.desk.Zone()))))))
	}
	if len(s.Offers) == 0 {
		rows = append(rows, c.plain(c.t(words.BedsideNoInstrument)))
	}
	offered := map[vitals.Panel]visit.Offer{}
	for _, o := range s.Offers {
		offered[o.Panel] = o
	}
	for _, p := range vitals.Panels() {
		state := ""
		var start fyne.CanvasObject = kit.NewSpacer()
		if o, ok := offered[p]; ok {
			state = c.offerWords(o)
			if o.Status == visit.OfferReady {
				start = kit.NewButton(c.look, c.t(words.DossierMeasure), kit.ButtonStyle{Icon: panelIcon(p)}, m.press(func() error { return m.bedside.Measure(p) }))
			}
		}
		hand := m.button(words.BedsideByHand, kit.Secondary, func() error { return m.bedside.Enter(p) })
		rows = append(rows, kit.NewHairline(c.look), c.row(kit.Space16,
			kit.NewGrow(1, kit.NewColumn(0, kit.NewText(c.look, c.t(words.PanelName(string(p))), kit.TextStyle{Bold: true}),
				kit.NewText(c.look, state, kit.TextStyle{Size: kit.SizeCaption, Color: kit.ColorInk2}))), start, hand))
	}
	rows = append(rows, kit.NewHairline(c.look), m.medicine(s),
		m.tagged(s, words.MeasureReason, records.AskedReason, records.TestReasons(), words.MeasureReasonName),
		m.tagged(s, words.MeasureOrder, records.AskedOrder, records.TestOrders(), words.MeasureOrderName))
	page := []fyne.CanvasObject{kit.NewGrow(1, kit.NewScroll(kit.NewColumn(kit.Space8, rows...)))}
	if len(s.Visit.Observations) > 0 { // in sight, however much there is above it
		page = append(page, c.row(kit.Space16, kit.NewSpacer(), m.button(words.BedsideFinish, kit.Primary, m.bedside.Finish)))
	}
	return calm{kit.NewColumn(kit.Space16, page...)}
}

// medicine asks for what changes how a pressure is read.
func (m *measuring) medicine(s bedside.State) fyne.CanvasObject {
	names := func(code string) words.Key {
		if code == visit.Yes {
			return words.BedsideMedicineTaken
		}
		return words.BedsideMedicineNot
	}
	return m.tagged(s, words.BedsideMedicine, "medicine-pressure", []string{visit.Yes, visit.No}, names)
}

// tagged asks for a coded fact about the visit.
func (m *measuring) tagged(s bedside.State, label words.Key, question string, codes []string, name func(string) words.Key) fyne.CanvasObject {
	c := m.c
	p := c.pick(codes, name, s.Visit.Answered(question), func(code string) { m.press(func() error { return m.bedside.Tag(question, code) })() })
	if c.look.Text > kit.TextNormal { // no room beside the choices
		return kit.NewColumn(kit.Space8, c.plain(c.t(label)), p.object)
	}
	return c.row(kit.Space16, kit.NewGrow(1, c.plain(c.t(label))), p.object)
}

func panelIcon(p vitals.Panel) assets.Picture {
	switch p {
	case vitals.BloodPressure:
		return assets.IconPressure
	case vitals.Oximetry:
		return assets.IconOximeter
	case vitals.BloodGlucose:
		return assets.IconGlucose
	case vitals.BodyTemperature:
		return assets.IconThermometer
	}
	return assets.IconScale
}

func (c *Clinic) offerWords(o visit.Offer) string {
	switch o.Status {
	case visit.OfferReady:
		return c.t(words.BedsideReady, words.With("instrument", kit.Isolate(o.Model.Maker+" "+o.Model.Name)))
	case visit.OfferBusy:
		return c.t(words.BedsideBusy)
	case visit.OfferAsleep:
		return c.t(words.BedsideAsleep)
	}
	return c.t(words.BedsideTrouble)
}

// soFar is what was measured in this visit, and whether it is saved.
func (m *measuring) soFar(s bedside.State) fyne.CanvasObject {
	c := m.c
	rows := []fyne.CanvasObject{c.strong(c.t(words.BedsideDone))}
	any := false
	for _, o := range s.Visit.Observations {
		if !o.Result() {
			continue
		}
		any = true
		rows = append(rows, kit.NewHairline(c.look),
			kit.NewText(c.look, c.t(words.PanelName(string(o.Panel))), kit.TextStyle{Size: kit.SizeCaption, Color: kit.ColorInk2}),
			kit.NewText(c.look, c.valueOf(o), kit.TextStyle{Size: kit.SizeTitle, Bold: true}))
		if len(o.Judged) > 0 {
			if name, band, ok := c.bandOf(o.Judged[0]); ok {
				rows = append(rows, c.row(kit.Space8, kit.NewBadge(c.look, band, name, kit.SizeCaption),
					kit.NewText(c.look, c.judgedBy(o.Judged[0].Guideline, o.Judged[0].Edition), kit.TextStyle{Size: kit.SizeCaption, Color: kit.ColorInk2})))
			}
		}
		rows = append(rows, kit.NewText(c.look, c.howOf(o)+below(c.cautions(o)), kit.TextStyle{Size: kit.SizeCaption, Color: kit.ColorInk2}))
	}
	if !any {
		rows = append(rows, c.plain(c.t(words.BedsideNothing)))
	}
	switch {
	case s.Saving:
		rows = append(rows, kit.NewHairline(c.look), c.plain(c.t(words.BedsideSaving)))
	case s.SaveError != nil:
		rows = append(rows, kit.NewNotice(c.look, kit.ToneWrong, c.t(words.BedsideNotSaved)), m.button(words.BedsideSaveAgain, kit.Secondary, m.bedside.SaveAgain))
	case s.Saved && any:
		rows = append(rows, kit.NewHairline(c.look), c.row(0, kit.NewBadge(c.look, kit.Good, c.t(words.BedsideSaved), kit.SizeCaption)))
	}
	return kit.NewColumn(kit.Space8, rows...)
}

func below(text string) string {
	if text == "" {
		return ""
	}
	return "\n" + text
}
