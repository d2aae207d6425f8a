package kiosk

import (
	"time"

	"fyne.io/fyne/v2"

	"aidpost/app/visit"
	"aidpost/assets"
	"aidpost/assets/words"
	"aidpost/records/vitals"
	"aidpost/ui/kit"
)

// step is one thing to do before an instrument starts: a picture and a
// sentence.
type step struct {
	picture assets.Picture
	words   words.Key
}

// preparation lists the steps of a panel.
func preparation(p vitals.Panel) (title words.Key, steps []step) {
	switch p {
	case vitals.Oximetry:
		return words.PrepareSpO2Title, []step{
			{assets.DrawingColdHands, words.PrepareSpO2Hands},
			{assets.DrawingFingerClip, words.PrepareSpO2Clip},
			{assets.DrawingKeepStill, words.PrepareSpO2Rest},
		}
	case vitals.BodyTemperature:
		return words.PrepareTemperatureTitle, []step{
			{assets.DrawingCup, words.PrepareTemperatureDrink},
			{assets.DrawingThermometer, words.PrepareTemperatureCover},
			{assets.DrawingUnderTongue, words.PrepareTemperatureTongue},
		}
	case vitals.BodyWeight:
		return words.PrepareWeightTitle, []step{
			{assets.DrawingShoesOff, words.PrepareWeightShoes},
			{assets.DrawingScale, words.PrepareWeightEmpty},
			{assets.DrawingOnScale, words.PrepareWeightStill},
		}
	case vitals.BloodGlucose:
		return words.PrepareGlucoseTitle, []step{
			{assets.DrawingStripMeter, words.PrepareGlucoseStrip},
			{assets.DrawingDropStrip, words.PrepareGlucoseDrop},
			{assets.DrawingMeterCable, words.PrepareGlucoseCable},
		}
	}
	return words.PrepareBPTitle, []step{
		{assets.DrawingPosture, words.PrepareBPSit},
		{assets.DrawingCuff, words.PrepareBPBare},
		{assets.DrawingArmOnTable, words.PrepareBPHeart},
	}
}

// newPrepare shows, rather than tells, how to get ready.
func newPrepare(k *Kiosk, s visit.State) screen {
	title, steps := preparation(s.Panel)
	film := newFilm(k)
	cards := make([]fyne.CanvasObject, len(steps))
	portrait := k.look.Class == kit.Portrait
	for i, st := range steps {
		drawing, says := film.add(kit.NewDrawing(k.look, st.picture, 96)), k.text(k.t(st.words), kit.SizeLead, false)
		if portrait || k.large() {
			cards[i] = kit.NewCard(k.look, kit.Space24, kit.NewRow(k.look, kit.Space48, kit.CrossFill, kit.NewGrow(1, drawing), kit.NewGrow(1, kit.NewMiddle(says))))
		} else {
			cards[i] = kit.NewCard(k.look, k.gap(), kit.NewColumn(kit.Space16, kit.NewGrow(1, drawing), says))
		}
	}
	columns := len(cards)
	if portrait || k.large() {
		columns = 1
	}
	ready := kit.NewButton(k.look, k.t(words.PrepareReady), kit.ButtonStyle{Icon: assets.IconNext, IconLast: true}, k.do(k.visit.Prepared))
	back := k.quietButton(words.CommonBack, k.do(k.visit.Back))
	prep := &preparing{film: film, k: k, goesOn: k.quiet("", kit.SizeBody)}
	head := []fyne.CanvasObject{k.text(k.t(title), kit.SizeTitle, true)}
	if s.Total > 0 {
		head = append(head, prep.goesOn)
	}
	arm, shown, others := k.armChoice(s)
	top, body := fyne.CanvasObject(kit.NewColumn(0, head...)), k.grid(columns, cards...)
	switch {
	case arm == nil:
	case portrait:
		top = k.withArm(kit.NewColumn(kit.Space8, top, arm), shown)
	case k.large(): // what is touched can be dragged with the words
		body = kit.NewColumn(kit.Space16, kit.NewColumn(kit.Space8, arm, k.rows(2, others...)), body)
	default:
		top = k.withArm(kit.NewColumn(0, append([]fyne.CanvasObject{head[0], arm}, head[1:]...)...), append([]fyne.CanvasObject{shown}, others...)...)
	}
	rows := []fyne.CanvasObject{
		top, k.reading(body),
		kit.NewRow(k.look, kit.Space16, kit.CrossCenter, back, film.hold, kit.NewSpacer(), ready),
	}
	if portrait {
		low := []fyne.CanvasObject{ready}
		if len(others) > 0 {
			low = append(low, k.rows(len(others), others...))
		}
		rows[2] = kit.NewColumn(kit.Space16, append(low, kit.NewRow(k.look, kit.Space24, kit.CrossFill, kit.NewGrow(1, back), kit.NewGrow(1, film.hold)))...)
		rows = append(rows, kit.NewGrow(0.25, kit.NewColumn(0)))
	}
	film.object = kit.NewColumn(kit.Space24, rows...)
	prep.update(s)
	return prep
}

// preparing is how to get ready, with the time after which the rest begins by itself.
type preparing struct {
	*film
	k      *Kiosk
	goesOn *kit.Text
}

func (p *preparing) update(s visit.State) {
	p.show()
	if s.Total > 0 {
		p.k.say(p.goesOn, p.k.t(words.RestByItself, words.With("time", p.k.lang.Countdown(s.Remaining))))
	}
}

func (p *preparing) tick(v *visit.Visit) { p.update(v.State()) }

// waiting is a screen with a ring that fills while time goes by.
type waiting struct {
	still
	k    *Kiosk
	ring *kit.CountRing
}

func (w *waiting) update(s visit.State) {
	if s.Total > 0 {
		w.ring.Set(1-s.Remaining.Seconds()/s.Total.Seconds(), w.k.lang.Countdown(s.Remaining))
	}
}

func (w *waiting) every() time.Duration { return countdownTick }
func (w *waiting) tick(v *visit.Visit)  { w.update(v.State()) }
func (k *Kiosk) ring(small string) *kit.CountRing {
	size := map[kit.Class]float32{kit.Portrait: 480, kit.Compact: 240}[k.look.Class]
	if size == 0 {
		size = 320
	}
	return kit.NewCountRing(k.look, size, small)
}

// newPause is the minute between two readings of a series.
func newPause(k *Kiosk, s visit.State) screen {
	w := &waiting{k: k, ring: k.ring("")}
	more := []fyne.CanvasObject{}
	if s.Last != nil && !k.discreet {
		last := k.text(k.t(words.MeasureBPLast, words.With("value", k.pressure(s.Last.Values))), kit.SizeLead, true)
		k.keepSecret(last)
		more = append(more, last)
	}
	w.object = k.lay(page{
		title: k.t(words.MeasureBPPause), lead: k.t(words.MeasureBPPauseWhy), more: more,
		thing: kit.NewMiddle(w.ring), aside: assets.DrawingRest,
		actions: []fyne.CanvasObject{k.quietButton(words.FaultSkip, k.do(k.visit.GiveUp))},
	})
	w.update(s)
	return w
}

// newReady waits for the one tap that starts a reading.
func newReady(k *Kiosk, s visit.State) screen {
	if s.Question == visit.AskCuff {
		return newCuffReady(k, s)
	}
	title := k.t(restEnded(s.Rest.How))
	more := []fyne.CanvasObject{}
	if unsure := k.unsureOfCuff(s); unsure != nil && s.Reading == 1 {
		more = append(more, unsure)
	}
	if s.Panel == vitals.BloodPressure {
		more = append(more, k.quiet(k.t(words.MeasureBPReading, words.With("n", s.Reading), words.With("total", s.Readings)), kit.SizeLead))
		if s.Reading > 1 {
			title = k.t(words.PrepareBPQuiet)
			if s.Reading > k.cfg.Rules.Protocol().Readings {
				more = append(more, k.quiet(k.t(words.MeasureBPExtra), kit.SizeBody))
			}
		}
	}
	actions := []fyne.CanvasObject{kit.NewButton(k.look, k.t(words.RestGo), kit.ButtonStyle{Icon: assets.IconNext, IconLast: true}, k.do(k.visit.StartReading))}
	if s.Reading == 1 {
		actions = append(actions, k.quietButton(words.CommonBack, k.do(k.visit.Back)))
	} else {
		actions = append(actions, k.quietButton(words.FaultSkip, k.do(k.visit.GiveUp)))
	}
	return still{k.lay(page{
		title: title, lead: k.t(words.MeasureBPTight), more: more, thing: k.picture(assets.DrawingKeepStill), actions: actions,
	})}
}

// newConnect waits for a meter to be plugged in.
func newConnect(k *Kiosk) screen {
	film := newFilm(k)
	film.object = k.lay(page{
		title: k.t(words.MeasureGlucoseConnect), lead: k.t(words.MeasureGlucoseWake),
		thing: kit.NewCard(k.look, k.gap(), film.add(kit.NewDrawing(k.look, assets.DrawingMeterCable, 120))),
		actions: []fyne.CanvasObject{
			k.secondary(words.FaultCallStaff, assets.IconHelp, k.callHelp),
			k.quietButton(words.CommonBack, k.do(k.visit.Back)), film.hold,
		},
	})
	film.show()
	return film
}
