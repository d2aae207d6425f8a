package clinic

import (
	"fmt"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"aidpost/app/desk"
	"aidpost/assets"
	"aidpost/assets/words"
	"aidpost/instruments"
	"aidpost/ui/kit"
)

// instrumentsPage is the page of the instruments that are attached, a card each.
type instrumentsPage struct {
	c      *Clinic
	shown  string // what the cards were last made from
	body   *fyne.Container
	tried  func(desk.Live) // shows how it goes with the one that is tried out
	object fyne.CanvasObject
}

func newInstruments(c *Clinic, s desk.State) *instrumentsPage {
	p := &instrumentsPage{c: c, body: container.NewStack()}
	p.object = kit.NewColumn(kit.Space16,
		c.heading(c.title(c.t(words.InstrumentsTitle))),
		kit.NewText(c.look, c.t(words.InstrumentsLead), kit.TextStyle{Color: kit.ColorInk2}),
		kit.NewGrow(1, p.body))
	p.update(s)
	return p
}

func (p *instrumentsPage) content() fyne.CanvasObject { return p.object }

func (p *instrumentsPage) update(s desk.State) {
	if p.tried != nil {
		p.tried(s.Quality.Live)
	}
	shown := p.fingerprint(s.Instruments)
	if shown == p.shown {
		return
	}
	p.shown = shown
	p.body.Objects = []fyne.CanvasObject{p.cards(s.Instruments)}
	p.body.Refresh()
}

// fingerprint changes when a card has to be drawn anew.
func (p *instrumentsPage) fingerprint(s desk.Instruments) string {
	key := "shown|" + s.Setting + "|" + s.Naming
	for _, i := range s.List {
		key += fmt.Sprint("|", i.ID, i.State, i.Model.ID, i.Identity, i.Fault, i.Controlled, i.Locks, i.Left, i.Run, i.Entry.Enrolment.Place, i.Entry.Seen)
		if s := i.Soiling; s != nil {
			key += fmt.Sprint("|", s.Waits, s.Since)
		}
		for _, candidate := range p.c.desk.Candidates(i) {
			key += "|" + candidate.Model.ID
		}
	}
	return key
}

func (p *instrumentsPage) cards(s desk.Instruments) fyne.CanvasObject {
	if len(s.List) == 0 {
		return p.c.empty(assets.DrawingMeterCable, words.InstrumentsEmptyTitle, words.InstrumentsEmpty)
	}
	var cards []fyne.CanvasObject
	for _, i := range s.List {
		cards = append(cards, p.card(i, s))
	}
	return kit.NewScroll(kit.NewColumn(kit.Space16, cards...))
}

// card is one instrument: what it is and how it stands, then what it tells of
// itself.
func (p *instrumentsPage) card(i desk.Instrument, s desk.Instruments) fyne.CanvasObject {
	c := p.c
	name, maker := c.t(words.InstrumentsUnknown), ""
	if i.Model.ID != "" {
		name, maker = kit.Isolate(i.Model.Name), kit.Isolate(i.Model.Maker)
		if place := i.Entry.Enrolment.Place; place != "" {
			maker += separated(kit.Isolate(place))
		}
	}
	head := kit.NewRow(c.look, kit.Space16, kit.CrossCenter,
		kit.NewIcon(c.look, panelIcon(i.Model.Panel), 40, kit.ColorAction),
		kit.NewGrow(1, kit.NewColumn(0,
			kit.NewText(c.look, name, kit.TextStyle{Size: kit.SizeLead, Bold: true}),
			kit.NewText(c.look, maker, kit.TextStyle{Size: kit.SizeCaption, Color: kit.ColorInk2}))),
		p.badge(i))
	if i.Model.ID == "" {
		rows := []fyne.CanvasObject{head, kit.NewText(c.look, kit.Isolate(i.Endpoint.Path), kit.TextStyle{})}
		if i.Fault != "" {
			rows = append(rows, kit.NewText(c.look, c.t(words.FaultRemedy(string(i.Fault))), kit.TextStyle{Color: kit.ColorInk2}))
		}
		rows = append(rows, p.naming(i, s.Naming)...)
		return kit.NewCard(c.look, kit.Space24, kit.NewColumn(kit.Space8, rows...))
	}
	facts := kit.NewRow(c.look, kit.Space24, kit.CrossTop,
		p.fact(1, words.InstrumentsSerial, c.told(i.Identity.Serial)),
		p.fact(1, words.InstrumentsFirmware, c.told(i.Identity.Firmware)),
		p.cable(i),
		p.fact(1.2, words.InstrumentsClock, c.drift(i.Identity)),
		p.fact(1.8, words.InstrumentsControl, c.standing(i)))
	rows := append([]fyne.CanvasObject{head, kit.NewHairline(c.look), facts}, p.meant(i)...)
	switch {
	case i.Absent():
		rows = append(rows, c.quiet(c.seen(i.Entry.Seen.At)))
	case s.Setting == i.ID:
		rows = append(rows, kit.NewText(c.look, c.t(words.InstrumentsClockSets), kit.TextStyle{Color: kit.ColorInk2}))
	default:
		rows = append(rows, p.actions(i)...)
	}
	return kit.NewCard(c.look, kit.Space24, kit.NewColumn(kit.Space16, append(rows, p.naming(i, s.Naming)...)...))
}

// actions are what can be done with an instrument that is attached.
func (p *instrumentsPage) actions(i desk.Instrument) []fyne.CanvasObject {
	c := p.c
	row := []fyne.CanvasObject{kit.NewSpacer()}
	if c.desk.CanTry(i) {
		row = append(row, kit.NewButton(c.look, c.t(words.InstrumentsTry), kit.ButtonStyle{Rank: kit.Secondary}, func() { p.try(i) }))
	}
	if c.desk.MaySetClock(i) {
		row = append(row, kit.NewButton(c.look, c.t(words.InstrumentsClockButton), kit.ButtonStyle{Rank: kit.Secondary}, func() { c.desk.SetClock(i) }))
	}
	if len(row) == 1 {
		return nil
	}
	return []fyne.CanvasObject{kit.NewRow(c.look, kit.Space16, kit.CrossCenter, row...)}
}

// cable is what an instrument hangs on, or hung on when it was seen last.
func (p *instrumentsPage) cable(i desk.Instrument) fyne.CanvasObject {
	if i.Absent() {
		return p.fact(1, words.InstrumentsCable, p.c.told(i.Entry.Seen.Cable))
	}
	text := kit.Isolate(i.Endpoint.Path)
	if i.Endpoint.USBSerial != "" {
		text += "\n" + kit.Isolate(i.Endpoint.USBSerial)
	}
	return p.fact(1, words.InstrumentsPort, text)
}

// fact is a label with what belongs to it.
func (p *instrumentsPage) fact(share float32, label words.Key, value string) fyne.CanvasObject {
	return kit.NewGrow(share, kit.NewColumn(4,
		kit.NewText(p.c.look, p.c.t(label), kit.TextStyle{Size: kit.SizeCaption, Color: kit.ColorInk2}),
		kit.NewText(p.c.look, value, kit.TextStyle{})))
}

func (p *instrumentsPage) badge(i desk.Instrument) fyne.CanvasObject {
	band, word := kit.Watch, words.InstrumentsStateNobody
	switch {
	case len(i.Locks) > 0 && i.Left == 0:
		band, word = kit.High, words.InstrumentsStateLocked
	case i.Absent():
		word = words.InstrumentsStateAbsent
	case i.State == instruments.Ready:
		band, word = kit.Good, words.InstrumentsStateReady
	case i.State == instruments.Recognised:
		band, word = kit.Good, words.InstrumentsStateReadying
	case i.State == instruments.InUse:
		band, word = kit.Low, words.InstrumentsStateInUse
	case i.State == instruments.Probing:
		word = words.InstrumentsStateLooks
	case i.State == instruments.Silent:
		word = words.InstrumentsStateSilent
	}
	return kit.NewBadge(p.c.look, band, p.c.t(word), kit.SizeBody)
}

// seen says when an instrument was attached last, as far as that is known.
func (c *Clinic) seen(at time.Time) string {
	if at.IsZero() {
		return c.t(words.InstrumentsNeverSeen)
	}
	return c.t(words.InstrumentsSeen, words.With("time", c.when(at)))
}

// told is what an instrument tells of itself, or that it does not.
func (c *Clinic) told(text string) string {
	if text == "" {
		return c.t(words.InstrumentsNotTold)
	}
	return kit.Isolate(text)
}

// driftShown is from when on a clock is called wrong: a person who sets one by
// hand does no better.
const driftShown = 30 * time.Second

// drift says how far an instrument's clock is off.
func (c *Clinic) drift(i instruments.Identity) string {
	switch d := i.Drift; {
	case !i.HasClock:
		return c.t(words.InstrumentsClockNone)
	case d.Abs() < driftShown:
		return c.t(words.InstrumentsClockRight)
	case d > 0:
		return c.t(words.InstrumentsClockAhead, words.With("time", c.lang.Duration(d)))
	default:
		return c.t(words.InstrumentsClockBehind, words.With("time", c.lang.Duration(-d)))
	}
}

// standing says how quality control stands with an instrument.
func (c *Clinic) standing(i desk.Instrument) string {
	switch {
	case !i.Controlled:
		return c.t(words.InstrumentsControlNone)
	case len(i.Locks) == 0 && i.Run.IsZero():
		return c.t(words.InstrumentsControlOrder)
	case len(i.Locks) == 0:
		return c.t(words.InstrumentsControlGood, words.With("time", c.lang.DateTime(i.Run.In(c.desk.Zone()))))
	case i.Left > 0:
		return c.lang.N(words.InstrumentsOverride, i.Left)
	}
	text := ""
	for _, l := range i.Locks {
		if text != "" {
			text += " "
		}
		text += c.t(words.LockName(string(l)))
	}
	return text
}
