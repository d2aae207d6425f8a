package reports

import (
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/guideline"
	"aidpost/records/vitals"
	"aidpost/reports/paper"
)

// panel shows one kind of measurement: the value, where it lies, what that
// means, the readings it was made of, and where the number comes from.
func (r *report) panel(p panel) []block {
	blocks := []block{r.headline(p)}
	if b, ok := r.scales(p); ok {
		blocks = append(blocks, b)
	}
	marks := newFootnotes()
	blocks = append(blocks, r.series(p, marks)...)
	return append(blocks, r.qualityNotes(p, marks)...)
}

// headline is the value with its range, its meaning and the next step.
func (r *report) headline(p panel) block {
	sh := r.sheet()
	top := r.named(sh, p)
	if r.narrow {
		y := r.heroes(sh, p, top, r.width)
		return block{sheet: sh, height: r.judged(sh, p, 0, y+18, r.width), gap: 4 * step}
	}
	column := r.width * 0.36
	left := r.heroes(sh, p, top, column)
	right := r.judged(sh, p, column+3*step, 33+top, r.width-column-3*step)
	return block{sheet: sh, height: max(left, right), gap: 4 * step}
}

// named sets the name of a panel and what one must know to read its value, and
// returns how much lower than usual they end.
func (r *report) named(sh *paper.Sheet, p panel) (lower float64) {
	name, about := r.Lang.T(words.PanelName(string(p.kind))), r.circumstances(p)
	sh.Text(0, 10, paper.Start, heading, r.set.Fit(name, heading, r.width))
	if r.narrow || r.set.Width(name, heading)+r.set.Width(about, caption)+step > r.width {
		end := sh.Paragraph(0, 20, r.width, captionLead, caption, about)
		lower = end - 20
	} else {
		sh.Text(r.width, 10, paper.End, caption, about)
	}
	y := 16 + lower
	sh.Line(paper.Point{X: 0, Y: y}, paper.Point{X: r.width, Y: y}, hair, hairline)
	return lower
}

// circumstances is what one must know to read the value.
func (r *report) circumstances(p panel) string {
	text := r.Lang.Time(r.at(p.result.Taken))
	if r.past || !r.ofToday(p.result) {
		text = r.when(p.result.Taken)
	}
	switch {
	case p.kind == vitals.BloodGlucose:
		return r.Lang.T(mealKey(p.result.Meal)) + paper.Between + text
	case len(p.result.MeanOf) > 0:
		return r.Lang.N(words.ReportAverage, len(p.result.MeanOf)) + paper.Between + text
	case p.kind == vitals.BloodPressure:
		return r.Lang.T(words.ReportSingle) + paper.Between + text
	}
	return text
}

// ofToday reports whether a value was measured on the day of the visit: what people
// bring in the memory of their own meter may be of long before.
func (r *report) ofToday(o records.Observation) bool {
	taken, visit := r.at(o.Taken), r.at(r.Encounter.Started)
	return taken.Year() == visit.Year() && taken.YearDay() == visit.YearDay()
}

func mealKey(m vitals.Meal) words.Key {
	switch m {
	case vitals.Fasting:
		return words.ReportFasting
	case vitals.BeforeMeal:
		return words.ReportBeforeMeal
	case vitals.AfterLoad:
		return words.ReportAfterLoad
	case vitals.AfterMeal:
		return words.ReportAfterMeal
	case vitals.RandomMeal:
		return words.ReportBetween
	}
	return words.ReportMealUnknown
}

// heroes sets the main value large and the pulse under it, and returns where
// they end. Figures and unit stand from left to right in every language.
func (r *report) heroes(sh *paper.Sheet, p panel, lower, width float64) float64 {
	y := 48.5 + lower
	figures, unit := r.figures(p.result)
	r.measure(sh, y, width, hero, figures, unit)
	pulse, ok := p.result.Values.Get(vitals.Pulse)
	if !ok {
		return y + 2*step
	}
	y += 22
	label := r.Lang.T(words.ResultPulse)
	w := sh.Text(0, y, paper.Start, body.In(ink2), label) + 2*step
	part := r.set.Chart(width - w)
	used := r.run(part, 0, second, r.number(pulse), pulse.Unit.Symbol())
	r.placeRun(sh, part, used, w, y)
	if j, ok := judgement(p.result, guideline.Pulse); ok && j.Band != "" {
		y += bodyLead + 1
		r.band(sh, 0, y, width, caption.In(ink), 6, j)
	}
	return y + step
}

// measure sets figures with their unit, smaller where they would not fit.
func (d *desk) measure(sh *paper.Sheet, y, width float64, style paper.Style, figures, unit string) {
	for {
		part := d.set.Chart(width)
		used := d.run(part, 0, style, figures, unit)
		if used <= width || style.Size < 12 {
			d.placeRun(sh, part, used, 0, y)
			return
		}
		style.Size *= 0.9
	}
}

// run sets figures and unit on one baseline and returns their width.
func (d *desk) run(part *paper.Sheet, y float64, style paper.Style, figures, unit string) float64 {
	w := part.Text(0, y, paper.Start, style, figures)
	small := paper.Style{Face: paper.Regular, Size: max(9.5, style.Size*0.38), Ink: ink2}
	gap := small.Size * 0.35
	return w + gap + part.Text(w+gap, y, paper.Start, small, unit)
}

// placeRun puts a run at its reading start.
func (d *desk) placeRun(sh, part *paper.Sheet, used, x, y float64) {
	part.Width = used
	sh.Place(part, x, y)
}

// judged sets the range in a word and a shape, its meaning and the advice, and
// returns where they end.
func (r *report) judged(sh *paper.Sheet, p panel, x, y, width float64) float64 {
	j, ok := judgement(p.result, mainPart(p.kind))
	if !ok || j.Band == "" {
		y = sh.Paragraph(x, y, width, bodyLead, body, r.Lang.T(words.ResultNoBand))
		if j.Reason != "" {
			y = sh.Paragraph(x, y, width, bodyLead, body, r.Lang.T(words.ResultNoBandAge))
		}
	} else {
		big := strong
		big.Size = 13
		y = r.band(sh, x, y, width, big, 10, j) + 3
		y = sh.Paragraph(x, y+1, width, bodyLead, body, r.Lang.T(words.Meaning(j.Band)))
		if j.Also != "" {
			y = sh.Paragraph(x, y, width, bodyLead, body, r.Lang.T(words.Meaning(j.Also)))
		}
	}
	if !ok || r.highestTier() >= int(guideline.ContactToday) {
		// The advice stands over the page, and no milder one beside it.
		return y - bodyLead + 2*step
	}
	style := body
	style.Face = paper.Bold
	y = sh.Paragraph(x, y+1, width, bodyLead, style, r.advice(j.Tier))
	return y - bodyLead + 2*step
}

// band sets the shape and the name of a range and returns the next baseline.
func (d *desk) band(sh *paper.Sheet, x, y, width float64, style paper.Style, size float64, j records.Judgement) float64 {
	indent := 0.0
	if shape(sh, x, y-size+size*0.08, size, severity(j), j.Low()) {
		indent = size + 1.5*step
	}
	lead, name := style.Size*1.35, d.Lang.T(words.Band(j.Band))
	style.Size = d.fitting(name, style, width-indent)
	return sh.Paragraph(x+indent, y, width-indent, lead, style, name)
}

// callout stands over everything when somebody should act today.
func (r *report) callout() []block {
	tier := r.highestTier()
	if tier < int(guideline.ContactToday) {
		return nil
	}
	sh := r.sheet()
	inner := r.width - 34 - 3*step
	style := strong
	style.Size = 12.5
	text := r.set.Sheet(inner)
	y := text.Paragraph(0, 12, inner, 16, style, r.advice(tier))
	if number := r.Site.EmergencyNumber; number != "" && tier == int(guideline.ContactToday) {
		y = text.Paragraph(0, y-1, inner, bodyLead, body, r.Lang.T(words.UrgentTier3Worse, words.With("number", number)))
	}
	if tier >= int(guideline.Emergency) {
		for _, key := range []words.Key{words.UrgentSit, words.UrgentAlone} {
			y = text.Paragraph(0, y-1, inner, bodyLead, body, r.Lang.T(key))
		}
	}
	height := y + 2
	sh.Rect(0, 0, r.width, height, wash)
	sh.Rect(0, 0, 4, height, ink)
	shape(sh, 12, height/2-8, 16, guideline.Urgent, false)
	sh.Place(text, 38, 6)
	return []block{{sheet: sh, height: height, gap: 4 * step}}
}
