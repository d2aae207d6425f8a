package clinic

import (
	"path/filepath"

	"aidpost/app/desk"
	"aidpost/app/site"
	"aidpost/assets/words"
	"aidpost/instruments"
	"aidpost/ui/kit"
)

// try has an instrument measure and shows what comes, of which nothing is kept.
func (p *instrumentsPage) try(i desk.Instrument) {
	c := p.c
	said := kit.NewText(c.look, "", kit.TextStyle{Bold: true})
	battery := kit.NewText(c.look, "", kit.TextStyle{Color: kit.ColorWatchInk})
	captures := false
	capture := kit.NewCheck(c.look, c.t(words.InstrumentsCapture), false, func(on bool) { captures = on })
	ran := false // what an earlier one gave is nothing of now
	start := kit.NewButton(c.look, c.t(words.QCLive), kit.ButtonStyle{}, func() {
		ran = true
		c.desk.Try(i, captures)
	})
	stop := kit.NewButton(c.look, c.t(words.BedsideStop), kit.ButtonStyle{Rank: kit.Secondary}, c.desk.StopLive)
	stop.Disable()
	column := kit.NewColumn(kit.Space16, c.title(c.t(words.InstrumentsTry)), c.strong(kit.Isolate(instrumentNamed(i.Model.Maker, i.Model.Name))),
		c.plain(c.t(words.InstrumentsTryLead)), capture, said, battery)
	p.tried = func(l desk.Live) {
		if !ran {
			return
		}
		text := c.triedSays(l)
		if !l.Running && captures && c.place != nil {
			text += "\n" + c.t(words.InstrumentsCaptured, words.With("folder", kit.Isolate(filepath.Join(c.place.Data, site.CaptureFolder))))
		}
		said.SetText(text)
		low := ""
		if l.LowBattery {
			low = c.t(words.InstrumentsTryBattery)
		}
		battery.SetText(low)
		set(start, !l.Running)
		set(stop, l.Running)
		column.Refresh()
	}
	c.showDialog(kit.NewOverlay(c.look, dialogWidth, column, c.closeButton(), stop, start), func() {
		p.tried = nil
		c.desk.StopLive()
	})
	c.focus(start)
}

// triedSays is how it goes, or what came of it.
func (c *Clinic) triedSays(l desk.Live) string {
	switch {
	case l.Running:
		return c.t(words.QCLiveRuns)
	case l.Value.Unit != "":
		return c.t(words.InstrumentsTryWorks, words.With("value", c.quantity(l.Value)))
	case l.Fault != nil && *l.Fault == instruments.ControlTest:
		return c.t(words.QCLiveMarked)
	case l.Fault != nil:
		return c.t(words.FaultTitle(string(*l.Fault))) + " " + c.t(words.FaultRemedy(string(*l.Fault)))
	}
	return ""
}

// set lets a button be pressed or not.
func set(b *kit.Button, on bool) {
	if on {
		b.Enable()
	} else {
		b.Disable()
	}
}
