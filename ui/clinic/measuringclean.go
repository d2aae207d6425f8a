package clinic

import (
	"time"

	"fyne.io/fyne/v2"

	"aidpost/app/bedside"
	"aidpost/app/hygiene"
	"aidpost/assets"
	"aidpost/assets/words"
	"aidpost/instruments"
	"aidpost/records/intended"
	"aidpost/ui/kit"
)

// newClean is an instrument that has to be cleaned before the next person: what
// with, and while that works how long it still has to.
func newClean(m *measuring, s bedside.State) part {
	c, now := m.c, s.Cleaning
	w := &wait{ring: kit.NewCountRing(c.look, 190, "")}
	title := c.t(words.MeantCleanFirst, words.With("instrument", kit.Isolate(now.Instrument.Model.Maker+" "+now.Instrument.Model.Name)))
	rows := []fyne.CanvasObject{c.title(title), c.plain(c.howToClean(now.Rule))}
	leave := m.button(words.BedsideGiveUp, kit.Quiet, m.bedside.LeaveUnclean)
	if now.Wet {
		w.object = kit.NewColumn(kit.Space16, append(rows, kit.NewGrow(1, kit.NewMiddle(w.ring)), c.strong(c.t(words.MeantWet)),
			c.row(kit.Space16, leave, kit.NewSpacer()))...)
		return w
	}
	reasons := c.pick(hygiene.Reasons(), words.SkipCleaningName, "", func(code string) {
		m.press(func() error { return m.bedside.SkipCleaning(code) })()
	})
	rows = append(rows, kit.NewGrow(1, kit.NewMiddle(kit.NewDrawing(c.look, preparing(now.Instrument.Model.Panel), 180))),
		c.plain(c.t(words.MeantSkip)), reasons.object,
		c.row(kit.Space16, leave, kit.NewSpacer(), m.button(words.MeantWiped, kit.Primary, m.bedside.Wiped)))
	w.object = kit.NewColumn(kit.Space16, rows...)
	return w
}

// howToClean is what an instrument is wiped with, and for how long it stays wet.
func (c *Clinic) howToClean(r hygiene.Rule) string {
	with := words.With("with", kit.Isolate(r.With))
	if r.Wet() < time.Second {
		return c.t(words.MeantHowShort, with)
	}
	return c.t(words.MeantHow, with, words.With("time", c.lang.Duration(r.Wet())))
}

// finished is the end of a visit: what has to be cleaned first, and the way back.
func (m *measuring) finished(s bedside.State) part {
	c := m.c
	back := kit.NewButton(c.look, c.t(words.BedsideBack), kit.ButtonStyle{}, c.desk.Back)
	done := c.emptySaying(assets.DrawingDone, c.t(words.BedsideFinished), "", back)
	if len(s.ToClean) == 0 {
		return calm{done}
	}
	rows := []fyne.CanvasObject{c.strong(c.t(words.MeantToClean))}
	for _, a := range s.ToClean {
		rows = append(rows, c.row(kit.Space16,
			kit.NewGrow(1, c.plain(kit.Isolate(a.Model.Maker+" "+a.Model.Name))), m.cleanButton(a)))
	}
	return calm{kit.NewColumn(kit.Space16, kit.NewGrow(1, done), kit.NewHairline(c.look), kit.NewColumn(kit.Space8, rows...))}
}

func (m *measuring) cleanButton(a instruments.Attached) fyne.CanvasObject {
	return m.button(words.MeantWiped, kit.Secondary, func() error {
		if err := m.bedside.CleanNow(a.ID); err != nil {
			return err
		}
		return m.bedside.Wiped()
	})
}

// warnings are what the instrument at hand is not meant for.
func (m *measuring) warnings(all []intended.Objection) []fyne.CanvasObject {
	var rows []fyne.CanvasObject
	for _, o := range all {
		rows = append(rows, kit.NewNotice(m.c.look, kit.ToneWatch, m.c.t(words.ObjectionName(string(o)))))
	}
	return rows
}

// ownMeter lets whoever measures say that a meter for one person is this one's.
func (m *measuring) ownMeter(f *instruments.Fault) fyne.CanvasObject {
	if f == nil || f.Code != instruments.OnePerson {
		return nil
	}
	return m.button(words.MeantOwnButton, kit.Primary, m.bedside.OwnMeter)
}
