package kiosk

import (
	"strconv"
	"time"

	"fyne.io/fyne/v2"

	"aidpost/app/visit"
	"aidpost/assets"
	"aidpost/assets/words"
	"aidpost/instruments"
	"aidpost/records/vitals"
	"aidpost/ui/kit"
)

// newMeasure shows the instrument at work.
func newMeasure(k *Kiosk, s visit.State) screen {
	switch s.Panel {
	case vitals.Oximetry:
		return newOximeter(k, s)
	case vitals.BloodGlucose:
		return newMeter(k, s)
	case vitals.BodyTemperature, vitals.BodyWeight:
		return newGuided(k, s)
	}
	return newCuff(k, s)
}

// cuff is the gauge that sweeps with the pressure, and a stop button as wide
// as a hand.
type cuff struct {
	still
	k     *Kiosk
	gauge *kit.Gauge
	words *kit.Text
	stop  *kit.Button
}

func newCuff(k *Kiosk, s visit.State) screen {
	c := &cuff{k: k}
	size := map[kit.Class]float32{kit.Portrait: 620, kit.Compact: 290}[k.look.Class]
	switch {
	case size == 0:
		size = 440
	case k.look.Class == kit.Compact && k.large():
		size = 250
	}
	c.gauge = kit.NewGauge(k.look, kit.GaugeStyle{Full: 300, Step: 50, Unit: vitals.MmHg.Symbol(), Size: size})
	c.words = k.text("", kit.SizeQuestion, true)
	c.stop = k.urgentButton(words.MeasureStop, assets.IconClose, k.do(k.visit.Stop))
	c.object = k.lay(page{
		title: k.t(words.MeasureBPReading, words.With("n", s.Reading), words.With("total", s.Readings)),
		more: []fyne.CanvasObject{
			c.words, k.quiet(k.t(words.MeasureBPStill), kit.SizeLead), k.quiet(k.t(words.MeasureBPOpenCuff), kit.SizeBody),
		},
		thing: kit.NewMiddle(c.gauge), aside: assets.DrawingKeepStill, actions: []fyne.CanvasObject{c.stop},
	})
	c.update(s)
	return c
}

func (c *cuff) update(s visit.State) {
	c.live(s.Live)
	if s.Step == visit.Stopping {
		c.say(words.MeasureBPReleasing)
		c.stop.Disable()
	}
}

func (c *cuff) live(l visit.Live) {
	c.gauge.SetLive(int(l.Pressure), l.Pressure.Valid(), l.Silent)
	if l.Silent {
		c.say(words.MeasureBPSilent)
		return
	}
	switch l.Phase {
	case instruments.Inflating:
		c.say(words.MeasureBPFilling)
	case instruments.Measuring:
		c.say(words.MeasureBPMeasuring)
	case instruments.Releasing:
		c.say(words.MeasureBPReleasing)
	default:
		c.say(words.MeasureStarting)
	}
}

func (c *cuff) say(key words.Key) {
	c.k.say(c.words, c.k.t(key))
}

func (c *cuff) every() time.Duration { return liveTick }

func (c *cuff) tick(v *visit.Visit) {
	l := v.Live()
	if !c.stop.Disabled() {
		c.live(l)
	} else {
		c.gauge.SetLive(int(l.Pressure), l.Pressure.Valid(), l.Silent)
	}
}

// oximeter is the waveform across the dark strip with the two numbers, the
// signal in words, and a ring that fills while the value settles.
type oximeter struct {
	still
	k           *Kiosk
	dark        kit.Look
	spo2, pulse *kit.Quantity
	signal      *kit.SignalBars
	ring        *kit.CountRing
	words       *kit.Text
	shown       visit.Live
}

// pulseRate is how many samples a second the trace is drawn for.
const pulseRate = 60

func newOximeter(k *Kiosk, s visit.State) screen {
	o := &oximeter{k: k, dark: k.look.With(kit.Dark)}
	if k.look.Palette == kit.HighContrast {
		o.dark = k.look
	}
	height := map[kit.Class]float32{kit.Portrait: 360, kit.Compact: 130}[k.look.Class]
	if height == 0 {
		height = 220
	}
	if k.large() && k.look.Class != kit.Portrait {
		height = 24 // at least: the words below need the room
	}
	trace := kit.NewWaveform(o.dark, kit.WaveformStyle{Rate: pulseRate, Low: 0, High: 127, Height: height})
	k.trace.Show(trace)
	o.spo2 = kit.NewQuantity(o.dark, kit.NoNumber, vitals.Percent.Symbol(), "100", kit.SizeValue, kit.Leading)
	o.spo2.SetColor(kit.ColorTraceSpO2)
	o.pulse = kit.NewQuantity(o.dark, kit.NoNumber, vitals.PerMinute.Symbol(), "188", kit.SizeValue, kit.Leading)
	o.pulse.SetColor(kit.ColorTracePulse)
	label := func(key words.Key) fyne.CanvasObject {
		return kit.NewText(o.dark, k.t(key), kit.TextStyle{Size: kit.SizeBody, Color: kit.ColorInk2})
	}
	numbers := kit.NewRow(o.dark, kit.Space48, kit.CrossCenter,
		kit.NewGrow(1, kit.NewColumn(0, label(words.MeasureSpO2Oxygen), o.spo2)),
		kit.NewGrow(1, kit.NewColumn(0, label(words.MeasureSpO2Pulse), o.pulse)))
	pad := k.gap()
	if k.large() {
		pad = kit.Space8
	}
	strip := kit.NewMonitor(o.dark, pad, kit.Space16, k.covered(numbers), trace)
	o.signal = kit.NewSignalBars(k.look, 0, "")
	size := float32(150)
	if k.look.Class == kit.Compact {
		size = 110
	}
	o.ring = kit.NewCountRing(k.look, size, "")
	o.words = k.text("", kit.SizeTitle, true)
	stop := k.urgentButton(words.MeasureStop, assets.IconClose, k.do(k.visit.Stop))
	if k.look.Class == kit.Portrait {
		o.object = kit.NewColumn(kit.Space32, kit.NewGrow(58, strip),
			kit.NewGrow(42, kit.NewColumn(kit.Space32,
				kit.NewRow(k.look, kit.Space32, kit.CrossCenter, o.ring, kit.NewGrow(1, kit.NewColumn(kit.Space16, o.words, o.signal))),
				kit.NewSpacer(), stop, kit.NewSpacer())))
	} else {
		row := []fyne.CanvasObject{o.ring, kit.NewGrow(1, kit.NewColumn(kit.Space8, o.words, o.signal)), stop}
		if k.large() {
			row = row[1:] // the words say what the ring shows
		}
		o.object = kit.NewColumn(k.gap(), kit.NewGrow(1, strip), kit.NewRow(k.look, kit.Space32, kit.CrossCenter, row...))
	}
	o.shown.Phase = "none"
	o.live(s.Live)
	return o
}

func (o *oximeter) update(s visit.State) { o.live(s.Live) }

func (o *oximeter) every() time.Duration { return liveTick }

func (o *oximeter) tick(v *visit.Visit) {
	o.live(v.Live())
}

func (o *oximeter) live(l visit.Live) {
	if l == o.shown {
		return
	}
	o.shown = l
	o.spo2.SetLive(int(l.SpO2), l.SpO2.Valid())
	o.pulse.SetLive(int(l.Pulse), l.Pulse.Valid())
	o.signal.Set(l.Bars(), o.k.t(words.MeasureSpO2Signal, words.With("quality", o.k.t(words.SignalName(l.Bars())))))
	share, key := 0.0, words.MeasureStarting
	switch l.Phase {
	case instruments.NoFinger:
		key = words.MeasureSpO2Insert
	case instruments.Searching:
		key = words.MeasureSpO2Searching
	case instruments.Settling:
		key = words.MeasureSpO2Settling
		if l.Total > 0 {
			share = float64(l.Done) / float64(l.Total)
		}
	}
	switch {
	case l.Silent:
		key, share = words.MeasureSpO2Silent, 0
	case l.FingerOut:
		key = words.MeasureSpO2Insert
	}
	o.ring.Set(share, strconv.Itoa(int(share*100+0.5))+" %")
	o.k.say(o.words, o.k.t(key))
}

// meter shows that a glucose meter is being read.
type meter struct {
	still
	k     *Kiosk
	count *kit.Text
}

func newMeter(k *Kiosk, s visit.State) screen {
	m := &meter{k: k, count: k.quiet("", kit.SizeLead)}
	m.object = k.lay(page{
		title: k.t(words.MeasureGlucoseTitle), lead: k.t(words.MeasureGlucoseReading), more: []fyne.CanvasObject{m.count},
		thing:   k.picture(assets.DrawingMeterCable),
		actions: []fyne.CanvasObject{k.urgentButton(words.MeasureStop, assets.IconClose, k.do(k.visit.Stop))},
	})
	m.update(s)
	return m
}

func (m *meter) update(s visit.State) {
	if s.Live.Phase == instruments.Downloading && s.Live.Done > 0 {
		m.k.say(m.count, m.k.lang.N(words.MeasureGlucoseCount, s.Live.Done))
	}
}

// guided tells the person what to do at a scale or a thermometer, one sentence
// at a time.
type guided struct {
	still
	k     *Kiosk
	panel vitals.Panel
	shows *kit.Drawing
	says  *kit.Text
}

func newGuided(k *Kiosk, s visit.State) screen {
	g := &guided{k: k, panel: s.Panel, says: k.text("", kit.SizeQuestion, true)}
	title := words.MeasureWeightTitle
	if s.Panel == vitals.BodyTemperature {
		title = words.MeasureTemperatureTitle
	}
	g.shows = kit.NewDrawing(k.look, guidancePictures[guidance(g.panel, s.Live)], 120)
	g.object = k.lay(page{
		title: k.t(title), more: []fyne.CanvasObject{g.says}, thing: kit.NewCard(k.look, k.gap(), g.shows),
		actions: []fyne.CanvasObject{k.urgentButton(words.MeasureStop, assets.IconClose, k.do(k.visit.Stop))},
	})
	g.update(s)
	return g
}

func (g *guided) update(s visit.State) {
	key := guidance(g.panel, s.Live)
	g.shows.SetPicture(g.k.look, guidancePictures[key])
	g.k.say(g.says, g.k.t(key))
}

// guidancePictures show what guidance says.
var guidancePictures = map[words.Key]assets.Picture{
	words.MeasureStarting:        assets.DrawingKeepStill,
	words.MeasureTemperatureBack: assets.DrawingThermometer,
	words.MeasureTemperatureTake: assets.DrawingUnderTongue,
	words.MeasureTemperatureHold: assets.DrawingUnderTongue,
	words.MeasureWeightStepOff:   assets.DrawingScale,
	words.MeasureWeightStepOn:    assets.DrawingOnScale,
	words.MeasureWeightStill:     assets.DrawingOnScale,
}

// guidance is what a person has to do now at a scale or a thermometer.
func guidance(p vitals.Panel, l visit.Live) words.Key {
	thermometer := p == vitals.BodyTemperature
	switch {
	case l.Phase == instruments.Measuring && thermometer:
		return words.MeasureTemperatureHold
	case l.Phase == instruments.Measuring:
		return words.MeasureWeightStill
	case l.Phase == instruments.Connecting:
		return words.MeasureStarting
	case l.PassingFault == instruments.NoNewResult && thermometer:
		return words.MeasureTemperatureBack
	case l.PassingFault == instruments.NoNewResult:
		return words.MeasureWeightStepOff
	case thermometer:
		return words.MeasureTemperatureTake
	}
	return words.MeasureWeightStepOn
}

// confirmation asks whether the instrument shows the same number.
func confirmation(p vitals.Panel) words.Key {
	if p == vitals.BodyWeight {
		return words.MeasureWeightConfirm
	}
	return words.MeasureGlucoseConfirm
}

// compared shows what is compared with the screen.
func compared(p vitals.Panel) assets.Picture {
	if p == vitals.BodyWeight {
		return assets.DrawingScale
	}
	return assets.DrawingMeterCompare
}

// newConfirm asks whether the instrument shows the same number: the last guard
// against another person's result.
func newConfirm(k *Kiosk, s visit.State) screen {
	if len(s.Candidates) > 1 {
		var picks []fyne.CanvasObject
		for i, c := range s.Candidates {
			q, _ := c.Values.Get(s.Panel.Main()[0])
			label := k.quantity(q) + "  ·  " + k.t(words.MeasureGlucoseTakenAt, words.With("time", k.lang.Time(c.Taken.In(k.cfg.Zone))))
			picks = append(picks, kit.NewButton(k.look, label, kit.ButtonStyle{Rank: kit.Secondary, Tall: true},
				k.do(func() error { return k.visit.ConfirmReading(i) })))
		}
		return still{k.covered(k.asking(k.t(words.MeasureGlucosePick), k.t(words.FaultTitle(string(instruments.SeveralResults))),
			kit.NewColumn(kit.Space16, picks...), k.quietButton(words.MeasureGlucosePickNone, k.do(k.visit.RefuseReading))))}
	}
	q, _ := s.Candidates[0].Values.Get(s.Panel.Main()[0])
	title := k.t(confirmation(s.Panel), words.With("value", k.quantity(q)))
	shown := k.lang.Number(q.Value.String())
	switch q.Comparator {
	case vitals.Above:
		title, shown = k.t(words.MeasureGlucoseConfirmHI), "HI"
	case vitals.Below:
		title, shown = k.t(words.MeasureGlucoseConfirmLO), "LO"
	}
	var hero fyne.CanvasObject = kit.NewMiddle(kit.NewQuantity(k.look, shown, q.Unit.Symbol(), shown, kit.SizeHero, kit.Center))
	shows := kit.NewGrow(1, kit.NewDrawing(k.look, compared(s.Panel), 96))
	switch {
	case k.large():
	case k.look.Class == kit.Portrait:
		hero = kit.NewColumn(kit.Space32, shows, hero)
	default:
		hero = kit.NewRow(k.look, kit.Space24, kit.CrossFill, shows, kit.NewGrow(2, hero))
	}
	if k.large() && k.look.Class == kit.Compact {
		hero = nil // there is room for half of it, and the question has it
	}
	return still{k.covered(k.asking(title, k.t(words.MeasureGlucoseTakenAt, words.With("time", k.lang.Time(s.Candidates[0].Taken.In(k.cfg.Zone)))),
		hero,
		kit.NewButton(k.look, k.t(words.MeasureGlucoseConfirmNo), kit.ButtonStyle{Rank: kit.Secondary, Tall: true, Icon: assets.IconClose}, k.do(k.visit.RefuseReading)),
		kit.NewButton(k.look, k.t(words.MeasureGlucoseConfirmYes), kit.ButtonStyle{Icon: assets.IconCheck}, k.do(func() error { return k.visit.ConfirmReading(0) }))))}
}
