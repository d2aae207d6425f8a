package clinic

import (
	"fyne.io/fyne/v2"

	"aidpost/app/bedside"
	"aidpost/app/visit"
	"aidpost/assets"
	"aidpost/assets/words"
	"aidpost/instruments"
	"aidpost/records/vitals"
	"aidpost/ui/kit"
)

// running is an instrument at work: the cuff's gauge, the oximeter's trace, or
// what is to be done at a meter or a scale; and a stop that is in reach.
type running struct {
	m      *measuring
	panel  vitals.Panel
	gauge  *kit.Gauge
	trace  *kit.Waveform
	spo2   *kit.Quantity
	pulse  *kit.Quantity
	signal *kit.SignalBars
	says   *kit.Text
	object fyne.CanvasObject
}

// traceRate is how many samples a second the trace is drawn for.
const traceRate = 60

func newRunning(m *measuring, s bedside.State) part {
	c := m.c
	r := &running{m: m, panel: s.Panel, says: kit.NewText(c.look, "", kit.TextStyle{Size: kit.SizeTitle, Bold: true})}
	var thing fyne.CanvasObject
	switch s.Panel {
	case vitals.BloodPressure:
		r.gauge = kit.NewGauge(c.look, kit.GaugeStyle{Full: 300, Step: 50, Unit: vitals.MmHg.Symbol(), Size: 320})
		thing = kit.NewLarge(r.gauge, 560)
	case vitals.Oximetry:
		thing = r.oximeter()
	default:
		thing = kit.NewMiddle(kit.NewDrawing(c.look, preparing(s.Panel), 220))
	}
	stop := m.button(words.BedsideStop, kit.Urgent, m.bedside.Stop)
	if s.Phase == bedside.Stopping {
		stop.Disable()
	}
	r.object = kit.NewColumn(kit.Space16, c.strong(c.seriesTitle(s)), r.says, kit.NewGrow(1, thing), c.row(0, kit.NewGrow(1, stop)))
	r.live(m)
	return r
}

// oximeter is the trace on a dark strip with the two numbers over it.
func (r *running) oximeter() fyne.CanvasObject {
	c := r.m.c
	dark := c.look.With(kit.Dark)
	if c.look.Palette == kit.HighContrast {
		dark = c.look
	}
	r.trace = kit.NewWaveform(dark, kit.WaveformStyle{Rate: traceRate, Low: 0, High: 127, Height: 150})
	c.trace.Show(r.trace)
	number := func(unit vitals.Unit, widest string, ink fyne.ThemeColorName) *kit.Quantity {
		q := kit.NewQuantity(dark, kit.NoNumber, unit.Symbol(), widest, kit.SizeValue, kit.Leading)
		q.SetColor(ink)
		return q
	}
	r.spo2 = number(vitals.Percent, "100", kit.ColorTraceSpO2)
	r.pulse = number(vitals.PerMinute, "188", kit.ColorTracePulse)
	r.signal = kit.NewSignalBars(c.look, 0, "")
	return kit.NewColumn(kit.Space16,
		kit.NewGrow(1, kit.NewMonitor(dark, kit.Space16, kit.Space8,
			kit.NewRow(dark, kit.Space48, kit.CrossCenter, kit.NewGrow(1, r.spo2), kit.NewGrow(1, r.pulse)), r.trace)),
		r.signal)
}

func (r *running) content() fyne.CanvasObject { return r.object }

func (r *running) live(m *measuring) {
	l := m.bedside.Live()
	if r.gauge != nil {
		r.gauge.SetLive(int(l.Pressure), l.Pressure.Valid(), l.Silent)
	}
	if r.trace != nil {
		r.spo2.SetLive(int(l.SpO2), l.SpO2.Valid())
		r.pulse.SetLive(int(l.Pulse), l.Pulse.Valid())
		r.signal.Set(l.Bars(), m.c.t(words.MeasureSpO2Signal, words.With("quality", m.c.t(words.SignalName(l.Bars())))))
	}
	r.says.SetText(m.c.t(liveWords(r.panel, l)))
}

// liveWords is what happens now.
func liveWords(p vitals.Panel, l visit.Live) words.Key {
	switch {
	case l.Silent && p == vitals.BloodPressure:
		return words.MeasureBPSilent
	case l.Silent:
		return words.MeasureSpO2Silent
	}
	switch l.Phase {
	case instruments.Inflating:
		return words.MeasureBPFilling
	case instruments.Releasing:
		return words.MeasureBPReleasing
	case instruments.NoFinger:
		return words.MeasureSpO2Insert
	case instruments.Searching:
		return words.MeasureSpO2Searching
	case instruments.Settling:
		return words.MeasureSpO2Settling
	case instruments.Downloading:
		return words.MeasureGlucoseReading
	case instruments.Measuring:
		switch p {
		case vitals.BloodPressure:
			return words.MeasureBPMeasuring
		case vitals.BodyTemperature:
			return words.MeasureTemperatureHold
		case vitals.BodyWeight:
			return words.MeasureWeightStill
		}
	case instruments.Awaiting:
		switch p {
		case vitals.BodyTemperature:
			return words.MeasureTemperatureTake
		case vitals.BodyWeight:
			return words.MeasureWeightStepOn
		}
	}
	if l.FingerOut && p == vitals.Oximetry {
		return words.MeasureSpO2Insert
	}
	return words.MeasureStarting
}

// sample hands a live sample to the trace that is shown. It is called on the
// driver's goroutine.
func (c *Clinic) sample(s *instruments.PlethSample) {
	c.trace.Push(s.Trace())
}

// confirm asks which result the instrument shows: the last guard against another
// person's.
func (m *measuring) confirm(s bedside.State) part {
	c := m.c
	rows := []fyne.CanvasObject{c.title(c.t(words.BedsideConfirm))}
	if s.OtherMeter {
		rows = append(rows, kit.NewNotice(c.look, kit.ToneWatch, c.t(words.MeantOtherMeter)))
	}
	for i, r := range s.Candidates {
		q, _ := r.Values.Get(s.Panel.Main()[0])
		rows = append(rows, kit.NewButton(c.look, c.quantity(q)+"  ·  "+c.when(r.Taken), kit.ButtonStyle{Rank: kit.Secondary, Icon: assets.IconCheck},
			m.press(func() error { return m.bedside.Shows(i) })))
	}
	rows = append(rows, m.button(words.BedsideConfirmNone, kit.Quiet, func() error { return m.bedside.Shows(-1) }), kit.NewSpacer())
	return calm{kit.NewColumn(kit.Space16, rows...)}
}

// tellPart is the read-back of a critical value: the page has nothing else on it
// until it is saved.
type tellPart struct {
	form   *telling
	said   *kit.Text
	object fyne.CanvasObject
}

func newTell(m *measuring, s bedside.State) part {
	c := m.c
	if len(s.Untold) == 0 {
		return calm{c.plain(c.t(words.BedsideSaving))}
	}
	key := string(s.Untold[0].ID)
	if old, ok := m.part.(*tellPart); ok && string(old.form.o.ID) == key { // what was typed stays
		old.said.SetText(m.tellSaid(s))
		return old
	}
	t := &tellPart{form: newTelling(c, s.Visit.Patient, s.Untold[0]), said: c.wrong()}
	t.said.SetText(m.tellSaid(s))
	save := kit.NewButton(c.look, c.t(words.TellSave), kit.ButtonStyle{}, func() {
		t.said.SetText("")
		if said, ok := t.form.take(t.said); ok {
			m.press(func() error { return m.bedside.TellOf(said) })()
		}
	})
	t.object = kit.NewColumn(kit.Space16, kit.NewGrow(1, kit.NewScroll(kit.NewColumn(kit.Space16, t.form.object))), t.said,
		c.row(kit.Space16, kit.NewGrow(1, kit.NewText(c.look, c.t(words.TellStays), kit.TextStyle{Size: kit.SizeCaption, Color: kit.ColorInk2})),
			c.unreadButton(func() { t.askUnread(m) }), save))
	return t
}

func (m *measuring) tellSaid(s bedside.State) string {
	if s.TellError == nil {
		return ""
	}
	return m.c.problem(s.TellError)
}

func (t *tellPart) content() fyne.CanvasObject { return t.object }
func (t *tellPart) live(*measuring)            {}

// first is who is told, and after a wrong read-back the number to be typed anew.
func (t *tellPart) first() fyne.Focusable {
	if t.form.to.Text() != "" {
		return t.form.said[t.form.o.ReadBack()[0]]
	}
	return t.form.to
}
