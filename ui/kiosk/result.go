package kiosk

import (
	"slices"
	"time"

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

// scale shows where the value that decided lies among the named bands. Where
// the names would not fit, only its own band has one, or none: the badge above says it.
func (k *Kiosk) scale(res visit.PanelResult) []fyne.CanvasObject {
	m := k.decisive(res, res.Panel.Main())
	q, ok := res.Values.Get(m)
	if !ok {
		return nil
	}
	bands := k.scaleBands(res, m, q.Unit)
	if len(bands) < 2 {
		return nil
	}
	scale := kit.NewBandScale(k.look, bands, q.Value.Float())
	room := map[kit.Class]float32{kit.Portrait: 870, kit.Compact: 530, kit.Landscape: 590}[k.look.Class]
	if scale.MinSize().Width > room { // the others have their colour, shape and edges
		scale = kit.NewBandScale(k.look, onlyItsOwn(bands, q.Value.Float()), q.Value.Float())
	}
	if scale.MinSize().Width > room { // the badge above names it
		for i := range bands {
			bands[i].Name = ""
		}
		scale = kit.NewBandScale(k.look, bands, q.Value.Float())
	}
	switch {
	case res.Panel != vitals.BloodPressure || k.look.Class == kit.Compact:
		return []fyne.CanvasObject{scale}
	}
	label := words.ResultTopNumber
	if m == vitals.Diastolic {
		label = words.ResultBottomNumber
	}
	return []fyne.CanvasObject{kit.NewColumn(kit.Space8, k.quiet(k.t(label)+" "+kit.Isolate(q.Value.String()), kit.SizeBody), scale)}
}

// onlyItsOwn leaves a name to the band of a value alone.
func onlyItsOwn(bands []kit.ScaleBand, value float64) []kit.ScaleBand {
	at := 0
	for i, b := range bands {
		if value >= b.From {
			at = i
		}
	}
	for i := range bands {
		if i != at {
			bands[i].Name = ""
		}
	}
	return bands
}

// decisive returns the measure whose own band is the one of the judgement, the
// first such one; two numbers are judged by the one of greater concern.
func (k *Kiosk) decisive(res visit.PanelResult, measures []vitals.Measure) vitals.Measure {
	for _, m := range measures {
		q, _ := res.Values.Get(m)
		for _, span := range k.cfg.Rules.Bands(res.Subject, m, q.Unit, res.Meal) {
			if span.Band == res.Judged[0].Band && span.From.Cmp(q.Value) <= 0 && q.Value.Cmp(span.To) <= 0 {
				return m
			}
		}
	}
	return measures[0]
}

func (k *Kiosk) scaleBands(res visit.PanelResult, m vitals.Measure, u vitals.Unit) []kit.ScaleBand {
	var bands []kit.ScaleBand
	for _, span := range k.cfg.Rules.Bands(res.Subject, m, u, res.Meal) {
		band, ok := kitBand(span.Severity, "")
		if !ok || span.From.Cmp(span.To) == 0 {
			continue
		}
		edge := ""
		if len(bands) > 0 {
			edge = k.lang.Number(span.From.String())
		}
		bands = append(bands, kit.ScaleBand{Band: band, Name: k.t(words.Band(span.Band)), From: span.From.Float(), To: span.To.Float(), Edge: edge})
	}
	return bands
}

// meaning is what the person reads beside the value.
func (k *Kiosk) meaning(res visit.PanelResult) []fyne.CanvasObject {
	var out []fyne.CanvasObject
	say := func(s string, bold bool) { out = append(out, k.text(s, kit.SizeLead, bold)) }
	note := func(s string) { out = append(out, k.quiet(s, kit.SizeBody)) }
	if len(res.Judged) == 0 {
		say(k.t(words.ResultNoBand), true)
		note(k.t(words.ResultOneReading))
		for _, n := range k.notes(res) {
			note(n)
		}
		return out
	}
	main := res.Judged[0]
	if main.Band != "" {
		say(k.t(words.Meaning(main.Band)), true)
	} else {
		say(k.t(words.ResultNoBand), true)
		note(k.t(words.ResultNoBandAge))
	}
	out = append(out, k.next(res.Tier))
	switch {
	case res.Readings > 1:
		note(k.lang.N(words.ResultAverage, res.Readings))
	case res.Panel == vitals.BloodPressure:
		note(k.t(words.ResultSingle) + ". " + k.t(words.ResultSingleHint))
	}
	for _, n := range k.notes(res) {
		note(n)
	}
	if main.Band != "" {
		note(k.t(words.ResultJudgedBy, words.With("guideline", k.ruleName(main.RuleSet))))
	}
	return out
}

// next is what to do now, shown and said.
func (k *Kiosk) next(tier guideline.Tier) fyne.CanvasObject {
	says := k.text(k.t(words.NextTier(int(tier)), words.With("number", kit.Isolate(k.cfg.Site.Emergency))), kit.SizeLead, false)
	if k.large() {
		return says
	}
	size := map[kit.Class]float32{kit.Compact: 64, kit.Landscape: 88, kit.Portrait: 112}[k.look.Class]
	return kit.NewRow(k.look, kit.Space16, kit.CrossCenter, kit.NewDrawing(k.look, nextDrawn(tier), size), kit.NewGrow(1, says))
}

// nextDrawn shows what a tier of advice says.
func nextDrawn(tier guideline.Tier) assets.Picture {
	switch {
	case tier >= guideline.Emergency:
		return assets.DrawingNextNow
	case tier == guideline.ContactToday:
		return assets.DrawingNextToday
	case tier == guideline.ContactSoon:
		return assets.DrawingNextWeek
	case tier == guideline.CheckAgain:
		return assets.DrawingNextShow
	}
	return assets.DrawingNextAgain
}

// notes are the cautions that travel with a value and are never hidden.
func (k *Kiosk) notes(res visit.PanelResult) []string {
	var out []string
	protocol := k.cfg.Rules.Protocol()
	for _, n := range res.Notes {
		switch n {
		case visit.NoteRestSkipped:
			out = append(out, k.t(words.ResultNoteRest, words.With("time", k.lang.Duration(protocol.Rest))))
		case visit.NoteRestUnsettled:
			out = append(out, k.t(words.ResultNoteUnsettled))
		case visit.NoteRestByPulse:
			out = append(out, k.t(words.ResultNoteRestPulse, words.With("time", k.lang.Duration(protocol.Rest))))
		case visit.NoteSpread:
			out = append(out, k.t(words.ResultNoteSpread, words.With("value", k.quantity(protocol.SpreadLimit))))
		case visit.NotePulseMismatch:
			out = append(out, k.t(words.ResultNotePulseDiffers))
		case visit.NoteOwnMeter:
			out = append(out, k.t(words.ResultNoteOwnMeter))
		case visit.NoteRecording:
			out = append(out, k.t(words.ResultNoteRecording))
		case visit.NoteNotForPregnancy:
			out = append(out, k.t(words.SuitStopPregnant))
		case visit.NoteNotForAge:
			out = append(out, k.t(words.ResultNoteNotForAge))
		case visit.NoteCuffUnsure:
			out = append(out, k.t(words.ResultNoteCuffUnsure))
		}
	}
	for _, f := range res.Flags {
		if key, ok := words.FlagNote(string(f)); ok {
			out = append(out, k.t(key))
		}
	}
	if res.Panel == vitals.Oximetry {
		out = append(out, k.t(words.ResultNoteSkin)+" "+k.t(words.ReportAccuracyNails))
	}
	return out
}

// trendOf draws a known person's earlier results behind today's.
func (k *Kiosk) trendOf(res visit.PanelResult) fyne.CanvasObject {
	if len(res.History) == 0 || k.look.Class == kit.Compact || k.look.Text > kit.TextNormal {
		return nil
	}
	measures := res.Panel.Main()
	two := len(measures) == 2
	today, _ := res.Values.Get(measures[0])
	var points []kit.TrendPoint
	add := func(at time.Time, vs vitals.Values, excluded bool) {
		q, ok := vs.Get(measures[0])
		if ok {
			q, ok = q.In(today.Unit) // a scale may have been set to pounds
		}
		if !ok {
			return
		}
		p := kit.TrendPoint{X: float64(at.Unix()), Value: q.Value.Float(), Excluded: excluded}
		if two {
			if d, ok := vs.Get(measures[1]); ok {
				p.Second = d.Value.Float()
			}
		}
		points = append(points, p)
	}
	for _, o := range res.History {
		add(o.Taken, o.Values, o.Excluded != "")
	}
	add(res.Taken, res.Values, false)
	style := kit.TrendStyle{Points: points, Two: two, Height: 88}
	k.trendAxes(&style, res, measures)
	return kit.NewColumn(kit.Space8, k.quiet(k.t(words.ResultHistory), kit.SizeBody), kit.NewGrow(1, kit.NewTrend(k.look, style)))
}

// trendAxes scales a trend to its points, with room above and below.
func (k *Kiosk) trendAxes(style *kit.TrendStyle, res visit.PanelResult, measures []vitals.Measure) {
	low, high := style.Points[0].Value, style.Points[0].Value
	for _, p := range style.Points {
		low, high = min(low, p.Value), max(high, p.Value)
		if style.Two && p.Second > 0 {
			low = min(low, p.Second)
		}
	}
	const step = 10
	style.Low, style.High = float64(int(low/step)-1)*step, float64(int(high/step)+2)*step
	first, last := style.Points[0].X, style.Points[len(style.Points)-1].X
	pad := max((last-first)*0.04, (12 * time.Hour).Seconds())
	style.Start, style.End = first-pad, last+pad
	q, _ := res.Values.Get(measures[0])
	for _, b := range k.scaleBands(res, measures[0], q.Unit) {
		style.Bands = append(style.Bands, kit.TrendBand{Band: b.Band, From: b.From, To: b.To})
	}
	spread := int(style.High-style.Low) / (3 * step) * step
	for v := int(style.Low) + spread; v < int(style.High); v += max(spread, step) {
		style.Values = append(style.Values, kit.AxisMark{At: float64(v), Label: k.lang.Number(vitals.Int(v).String())})
	}
	date := func(at float64) kit.AxisMark {
		return kit.AxisMark{At: at, Label: k.lang.ShortDate(time.Unix(int64(at), 0).In(k.cfg.Zone))}
	}
	style.Dates = []kit.AxisMark{date(first)}
	if date(last).Label != style.Dates[0].Label {
		style.Dates = append(style.Dates, date(last))
	}
}

// ruleName is what people know a set of rules by: the body that published a
// guideline with its year, or that the ranges are the kiosk's own.
func (k *Kiosk) ruleName(r guideline.RuleSet) string {
	if r.Publisher == "Aidpost" {
		return k.t(words.ResultOwnRanges)
	}
	return kit.Isolate(r.Publisher + " " + r.Edition)
}
