package clinic

import (
	"slices"
	"strconv"
	"unicode"

	"fyne.io/fyne/v2"

	"aidpost/app/bedside"
	"aidpost/assets"
	"aidpost/assets/words"
	"aidpost/records/intended"
	"aidpost/records/vitals"
	"aidpost/ui/kit"
)

// wait is a countdown, or the moment before the instrument is started.
type wait struct {
	ring   *kit.CountRing
	object fyne.CanvasObject
}

func newWait(m *measuring, s bedside.State) part {
	c := m.c
	asked := s.Cuff != intended.Range{}
	size := float32(190)
	if asked {
		size = 120 // the question needs the room
	}
	w := &wait{ring: kit.NewCountRing(c.look, size, "")}
	rows := []fyne.CanvasObject{c.strong(c.seriesTitle(s))}
	switch s.Phase {
	case bedside.Rest:
		rows = append(rows, c.plain(c.t(words.BedsideRest)))
	case bedside.Pause:
		rows = append(rows, c.plain(c.t(words.BedsidePause)))
	}
	if s.Fault != nil {
		rows = append(rows, m.trouble(s))
	}
	rows = append(rows, m.warnings(s.Warnings)...)
	if s.Panel == vitals.BloodPressure {
		rows = append(rows, m.arms(s))
		if asked {
			rows = append(rows, m.cuffFit(s))
		}
	}
	if s.Panel == vitals.Oximetry {
		rows = append(rows, kit.NewText(c.look, c.t(words.ReportAccuracySkin)+" "+c.t(words.ReportAccuracyNails), kit.TextStyle{Color: kit.ColorInk2}))
	}
	if s.Panel == vitals.BloodGlucose {
		rows = append(rows, m.meals(s))
	}
	switch {
	case s.Phase != bedside.Ready:
		rows = append(rows, kit.NewGrow(1, kit.NewMiddle(w.ring)))
	case !asked:
		rows = append(rows, kit.NewGrow(1, kit.NewMiddle(kit.NewDrawing(c.look, preparing(s.Panel), 200))))
	}
	actions := []fyne.CanvasObject{m.button(words.BedsideGiveUp, kit.Quiet, m.bedside.GiveUp), kit.NewSpacer()}
	if len(s.Attempts) > 0 {
		actions = append(actions, m.button(words.BedsideLook, kit.Secondary, m.bedside.Look))
	}
	switch s.Phase {
	case bedside.Rest:
		actions = append(actions, m.button(words.BedsideSkipRest, kit.Secondary, m.bedside.SkipRest))
	case bedside.Ready:
		actions = append(actions, m.button(words.BedsideStart, kit.Primary, m.bedside.Start))
	}
	w.object = kit.NewColumn(kit.Space16, kit.NewGrow(1, kit.NewScroll(kit.NewColumn(kit.Space16, rows...))), c.row(kit.Space16, actions...))
	return w
}

func (w *wait) content() fyne.CanvasObject { return w.object }

func (w *wait) live(m *measuring) {
	s := m.bedside.State()
	if s.Total > 0 {
		w.ring.Set(1-s.Remaining.Seconds()/s.Total.Seconds(), m.c.lang.Countdown(s.Remaining))
	}
}

func preparing(p vitals.Panel) assets.Picture {
	switch p {
	case vitals.BloodPressure:
		return assets.DrawingCuff
	case vitals.Oximetry:
		return assets.DrawingFingerClip
	case vitals.BloodGlucose:
		return assets.DrawingMeterCable
	case vitals.BodyTemperature:
		return assets.DrawingThermometer
	}
	return assets.DrawingScale
}

// seriesTitle is the panel, and of a pressure which reading it is.
func (c *Clinic) seriesTitle(s bedside.State) string {
	text := c.t(words.PanelName(string(s.Panel)))
	if s.Panel == vitals.BloodPressure {
		n := len(s.Attempts) + 1
		text += "  ·  " + c.t(words.BedsideReading, words.With("n", strconv.Itoa(n)),
			words.With("total", strconv.Itoa(max(n, c.equipment.Rules.Protocol().Readings))))
	}
	return text
}

// trouble is what went wrong and what to do about it.
func (m *measuring) trouble(s bedside.State) fyne.CanvasObject {
	c, f := m.c, s.Fault
	text := c.t(words.FaultTitle(string(f.Code))) + ". " + c.t(words.FaultRemedy(string(f.Code)))
	if len(s.Locks) > 0 { // staff can do something about it
		text = c.t(words.FaultTitle(string(f.Code))) + "."
	}
	for _, lock := range s.Locks {
		text += " " + c.t(words.LockName(string(lock)))
	}
	return kit.NewNotice(c.look, kit.ToneWrong, text)
}

// arms lets whoever put the cuff on say where.
func (m *measuring) arms(s bedside.State) fyne.CanvasObject {
	c := m.c
	names := func(code string) words.Key {
		if code == string(vitals.LeftArm) {
			return words.BedsideLeft
		}
		return words.BedsideRight
	}
	p := c.pick([]string{string(vitals.LeftArm), string(vitals.RightArm)}, names, string(s.Arm),
		func(code string) { m.press(func() error { return m.bedside.SetArm(vitals.Arm(code)) })() })
	rows := []fyne.CanvasObject{c.row(kit.Space16, kit.NewGrow(1, c.plain(c.t(words.BedsideArm))), p.object)}
	if s.Spared != vitals.UnknownArm && s.Spared == s.Arm {
		rows = append(rows, kit.NewNotice(c.look, kit.ToneWrong, c.t(words.BedsideSpared)))
	}
	if s.First && c.equipment.Rules.Protocol().BothArms && s.Spared == vitals.UnknownArm {
		rows = append(rows, kit.NewText(c.look, c.t(words.BedsideBothArms), kit.TextStyle{Color: kit.ColorInk2}))
	}
	return kit.NewColumn(kit.Space8, rows...)
}

// cuffFit lets whoever put the cuff on say how the arm lies to it, by its marks or
// measured.
func (m *measuring) cuffFit(s bedside.State) fyne.CanvasObject {
	c := m.c
	chosen := string(s.Lie)
	if s.OtherCuff {
		chosen = bedside.OtherCuff
	}
	misfit := s.Lie == intended.Thinner || s.Lie == intended.Thicker
	lies := bedside.Lies()
	if !misfit && !s.OtherCuff { // nobody needs another cuff
		lies = slices.DeleteFunc(lies, func(lie string) bool { return lie == bedside.OtherCuff })
	}
	p := c.pick(lies, words.LieName, chosen, func(code string) { m.press(func() error { return m.bedside.SetLie(code) })() })
	girth := kit.NewEntry(c.look, kit.EntryStyle{Placeholder: c.t(words.BedsideGirth), Step: kit.SizeBody, Limit: 2, Accept: unicode.IsDigit})
	if s.Girth > 0 {
		girth.SetText(strconv.Itoa(s.Girth))
	}
	girth.OnChanged = func(text string) {
		arm, err := bedside.ParseNumber(text)
		switch {
		case text == "":
			_ = m.bedside.SetGirth(0) // the phase may be another one by now
		case err == nil && len([]rune(text)) == 2:
			_ = m.bedside.SetGirth(arm.Int()) // an arm that nobody has is not taken
		}
	}
	rows := []fyne.CanvasObject{
		c.row(kit.Space16, kit.NewGrow(2, c.plain(c.t(words.BedsideCuff, words.With("from", s.Cuff.From), words.With("to", s.Cuff.To)))), kit.NewGrow(1, girth)),
		p.object,
	}
	if misfit {
		rows = append(rows, kit.NewNotice(c.look, kit.ToneWrong, c.t(words.BedsideMisfit)))
	}
	return kit.NewColumn(kit.Space8, rows...)
}

// meals says how the last meal lies.
func (m *measuring) meals(s bedside.State) fyne.CanvasObject {
	c := m.c
	codes := codesOf([]vitals.Meal{vitals.MealUnknown, vitals.Fasting, vitals.BeforeMeal, vitals.AfterMeal})
	p := c.pick(codes, words.MealName, string(s.Meal), func(code string) { m.press(func() error { return m.bedside.SetMeal(vitals.Meal(code)) })() })
	return p.object
}
