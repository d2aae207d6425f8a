package kiosk

import (
	"time"

	"fyne.io/fyne/v2"

	"aidpost/app/visit"
	"aidpost/assets/words"
	"aidpost/records/vitals"
	"aidpost/ui/kit"
)

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
