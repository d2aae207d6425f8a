package kiosk

import (
	"slices"

	"fyne.io/fyne/v2"

	"aidpost/app/visit"
	"aidpost/assets"
	"aidpost/assets/words"
	"aidpost/records/guideline"
	"aidpost/records/vitals"
	"aidpost/ui/kit"
)

// newResult shows what the panel came to: the value, where it lies, one
// sentence of meaning, one of what to do, and by whose rules.
func newResult(k *Kiosk, s visit.State) screen {
	if len(s.Results) == 0 {
		return newChoose(k, s)
	}
	res := s.Results[len(s.Results)-1]
	r := &result{k: k, saved: k.quiet("", kit.SizeCaption)}
	meaning := k.meaning(res)
	k.keepSecret(meaning...)
	said := append(meaning, r.saved)
	actions := []fyne.CanvasObject{
		k.primary(words.ResultGoOn, k.do(k.visit.Done)),
		k.secondary(words.TakeMore, assets.IconMore, k.do(k.visit.MeasureAnother)),
	}
	var above fyne.CanvasObject // nil: nothing
	if s.SaveError != nil {     // first of all, where it needs no scrolling
		warning := kit.NewRow(k.look, kit.Space16, kit.CrossCenter,
			kit.NewIcon(k.look, assets.IconWarning, 28, kit.ColorUrgentInk),
			kit.NewGrow(1, k.text(k.notSaved(s.SaveError), kit.SizeBody, true)))
		said = append([]fyne.CanvasObject{warning}, meaning...)
		if k.large() && k.look.Class == kit.Portrait {
			above, said = warning, meaning
		}
		actions = append(actions, k.secondary(words.ResultSaveAgain, assets.IconBackup, k.do(k.visit.SaveAgain)))
	}
	r.object = k.lay(page{title: k.t(words.ResultTitle), thing: k.resultCard(res), tall: true, private: true, more: said, actions: actions})
	if above != nil {
		r.object = kit.NewColumn(kit.Space16, above, kit.NewGrow(1, r.object))
	}
	r.update(s)
	return r
}

type result struct {
	still
	k     *Kiosk
	saved *kit.Text
}

// update says whether the result is on disk: "saved" is shown only after the
// records have said so. One that could not be saved is another screen.
func (r *result) update(s visit.State) {
	key := words.StatusSaving
	switch {
	case !s.Keeping:
		key = words.FinishGuest
	case s.Saved:
		key = words.StatusSaved
	}
	r.k.say(r.saved, r.k.t(key))
}

// resultCard is the value as the hero, its band by word, shape and place on
// the scale, and the way it went since last time.
func (k *Kiosk) resultCard(res visit.PanelResult) fyne.CanvasObject {
	var rows []fyne.CanvasObject
	switch res.Panel {
	case vitals.BloodPressure:
		rows = append(rows, k.heroRow(k.hero(k.pressureNumbers(res.Values), vitals.MmHg), k.judged(res, guideline.BloodPressure)))
		rows = append(rows, k.scale(res)...)
		rows = append(rows, k.second(res, vitals.Pulse, words.ResultPulse, guideline.Pulse)...)
	case vitals.Oximetry:
		rows = append(rows, k.heroRow(k.heroOf(res, vitals.SpO2), k.judged(res, guideline.SpO2)))
		rows = append(rows, k.scale(res)...)
		rows = append(rows, k.second(res, vitals.Pulse, words.ResultPulse, guideline.Pulse)...)
	case vitals.BodyTemperature:
		rows = append(rows, k.heroRow(k.heroOf(res, vitals.Temperature), k.judged(res, guideline.Temperature)))
		rows = append(rows, k.scale(res)...)
	case vitals.BloodGlucose:
		rows = append(rows, k.heroRow(k.heroOf(res, vitals.Glucose), k.judged(res, guideline.Glucose)))
		rows = append(rows, k.scale(res)...)
	}
	if len(rows) == 0 { // nothing judges it
		main := res.Panel.Main()[0]
		rows = append(rows, k.quiet(k.panelName(res.Panel), kit.SizeLead), k.heroOf(res, main))
	}
	if trend := k.trendOf(res); trend != nil {
		rows = append(rows, kit.NewGrow(1, trend))
	} else {
		rows = append([]fyne.CanvasObject{kit.NewSpacer()}, append(rows, kit.NewSpacer())...)
	}
	pad, gap := float32(kit.Space32), k.gap()
	if k.look.Class == kit.Compact {
		pad, gap = kit.Space8, kit.Space8
	} else if len(res.History) > 0 {
		gap = kit.Space16
	}
	return kit.NewCard(k.look, pad, kit.NewColumn(gap, rows...))
}

// heroRow stands a value beside its badge, or above it where there is no room.
func (k *Kiosk) heroRow(value fyne.CanvasObject, badge fyne.CanvasObject) fyne.CanvasObject {
	if badge == nil {
		return value
	}
	return kit.NewFlow(k.look, kit.Space32, value, badge)
}

func (k *Kiosk) hero(number string, unit vitals.Unit) fyne.CanvasObject {
	look := k.look
	if look.Class == kit.Compact { // three figures, a stroke and three more have to fit
		look.Text = min(look.Text, kit.TextLarger)
	}
	return kit.NewQuantity(look, number, unit.Symbol(), "", kit.SizeValue, kit.Leading)
}

func (k *Kiosk) heroOf(res visit.PanelResult, m vitals.Measure) fyne.CanvasObject {
	q, _ := res.Values.Get(m)
	return k.hero(string(q.Comparator)+k.lang.Number(q.Value.String()), q.Unit)
}

func (k *Kiosk) pressureNumbers(vs vitals.Values) string {
	sys, _ := vs.Get(vitals.Systolic)
	dia, _ := vs.Get(vitals.Diastolic)
	return sys.Value.String() + "/" + dia.Value.String()
}

// pressure writes a blood pressure with its unit, safe inside a sentence.
func (k *Kiosk) pressure(vs vitals.Values) string {
	return k.lang.Quantity(k.pressureNumbers(vs), vitals.MmHg.Symbol())
}

// quantity writes a value with its unit, safe inside a sentence.
func (k *Kiosk) quantity(q vitals.Quantity) string {
	return k.lang.Quantity(string(q.Comparator)+k.lang.Number(q.Value.String()), q.Unit.Symbol())
}

// judgementOf returns the judgement of one part of a result.
func judgementOf(res visit.PanelResult, part guideline.Part) (guideline.Judgement, bool) {
	i := slices.IndexFunc(res.Judged, func(j guideline.Judgement) bool { return j.Part == part })
	if i < 0 {
		return guideline.Judgement{}, false
	}
	return res.Judged[i], true
}

func (k *Kiosk) judged(res visit.PanelResult, part guideline.Part) fyne.CanvasObject {
	j, ok := judgementOf(res, part)
	if !ok || j.Band == "" {
		return nil
	}
	band, ok := kitBand(j.Severity, j.Interpretation)
	if !ok {
		return k.quiet(k.t(words.Band(j.Band)), kit.SizeLead)
	}
	return kit.NewBadge(k.look, band, k.t(words.Band(j.Band)), kit.SizeLead)
}

// kitBand gives a severity its shape and colour; a value without a band has
// none.
func kitBand(s guideline.Severity, i guideline.Interpretation) (kit.Band, bool) {
	switch s {
	case guideline.Usual:
		return kit.Good, true
	case guideline.Watch:
		return kit.Watch, true
	case guideline.High:
		return kit.High, true
	case guideline.Low:
		return kit.Low, true
	case guideline.Urgent:
		if i == guideline.CriticalLow {
			return kit.Low, true
		}
		return kit.High, true
	}
	return 0, false
}

// second is a smaller value under the hero.
func (k *Kiosk) second(res visit.PanelResult, m vitals.Measure, label words.Key, part guideline.Part) []fyne.CanvasObject {
	q, ok := res.Values.Get(m)
	if !ok {
		return nil
	}
	value := kit.NewRow(k.look, kit.Space16, kit.CrossCenter, k.quiet(k.t(label), kit.SizeLead),
		kit.NewQuantity(k.look, q.Value.String(), q.Unit.Symbol(), "", kit.SizeTitle, kit.Leading))
	return []fyne.CanvasObject{kit.NewHairline(k.look), k.heroRow(value, k.judged(res, part))}
}
