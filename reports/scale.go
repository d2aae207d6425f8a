package reports

import (
	"slices"
	"strings"

	"aidpost/assets/words"
	"aidpost/records/guideline"
	"aidpost/records/vitals"
	"aidpost/reports/paper"
)

const (
	barHeight  = 11.0
	labelWidth = 74.0
)

// measureNames are the plain names of what has a scale.
var measureNames = map[vitals.Measure]words.Key{
	vitals.Systolic:  words.ResultTopNumber,
	vitals.Diastolic: words.ResultBottomNumber,
	vitals.SpO2:      words.ResultOxygen,
	vitals.Glucose:   words.ResultGlucose,
}

// spans returns the bands of a measure if the rules at hand are those that the
// stored judgement was made by.
func (r *report) spans(p panel, m vitals.Measure, u vitals.Unit) []guideline.Span {
	j, ok := judgement(p.result, mainPart(p.kind))
	if !ok || j.Band == "" || r.Rules == nil {
		return nil
	}
	for _, set := range r.Rules.Sources() {
		if set.ID == j.Guideline && set.Edition == j.Edition {
			return r.Rules.Bands(r.Who, m, u, p.result.Meal)
		}
	}
	return nil
}

// scales draws a scale for each main measure of the panel.
func (r *report) scales(p panel) (block, bool) {
	sh := r.sheet()
	y := 0.0
	measures := p.kind.Main()
	for _, m := range measures {
		q, ok := p.result.Values.Get(m)
		if !ok {
			continue
		}
		spans := r.spans(p, m, q.Unit)
		if len(spans) < 2 {
			continue
		}
		x := 0.0
		switch {
		case len(measures) > 1 && r.narrow:
			sh.Text(0, y+8, paper.Start, caption, r.Lang.T(measureNames[m]))
			y += 2 * step
		case len(measures) > 1:
			x = labelWidth
			for i, line := range r.clip(r.Lang.T(measureNames[m]), caption, labelWidth-2*step, 2) {
				sh.Text(0, y+19+float64(i)*captionLead, paper.Start, caption, line)
			}
		}
		part := r.set.Chart(r.width - x)
		height := r.scale(part, spans, q)
		sh.Place(part, x, y)
		y += height + step
	}
	return block{sheet: sh, height: y - step, gap: step}, y > 0
}

// scale draws the bands as equal steps from low to high, the bounds under the
// joints, the names under the steps, and a marker over the value. It returns
// the height.
func (r *report) scale(sh *paper.Sheet, spans []guideline.Span, q vitals.Quantity) float64 {
	const top = 11.0
	width := sh.Width / float64(len(spans))
	at := spanAt(spans, q)
	for i, s := range spans {
		x := float64(i) * width
		fillBand(sh, x+bandGap/2, top, width-bandGap, barHeight, s.Severity, false)
		frame := paper.Stroke{Width: 0.4, Ink: 0x8d9ba6}
		if i == at {
			frame = paper.Stroke{Width: 1.1, Ink: ink}
		}
		sh.Frame(x+bandGap/2, top, width-bandGap, barHeight, frame)
		if i > 0 {
			sh.Text(x, top+barHeight+8, paper.Middle, tiny, r.Lang.Number(s.From.String()))
		}
	}
	foot := r.bandNames(sh, top+barHeight, spans, at)
	x := (float64(at) + within(spans[at], q)) * width
	sh.Fill([]paper.Point{{X: x - 4, Y: top - 6}, {X: x + 4, Y: top - 6}, {X: x, Y: top + 0.5}}, ink)
	sh.Rect(x-0.6, top, 1.2, barHeight, ink)
	label := strong
	label.Size = 8.5
	text := r.number(q)
	place, align := x+7, paper.Start
	if place+r.set.Width(text, label) > sh.Width {
		place, align = x-7, paper.End
	}
	sh.Text(place, top-1.2, align, label, text)
	return foot
}

// bandGap is between the steps of a scale, and bandLead from line to line of a name.
const (
	bandGap  = 1.5
	bandLead = 8.2
)

// bandNames sets the names of the bands under a bar, and returns where they end. Where
// a step is too narrow for a whole word, every other name stands a row lower, under a
// line of its own, and has the room of two.
func (r *report) bandNames(sh *paper.Sheet, bar float64, spans []guideline.Span, at int) float64 {
	step := sh.Width / float64(len(spans))
	room, two := step-2*bandGap, false
	for i, s := range spans {
		name, style := r.Lang.T(words.Band(s.Band)), bandStyle(i == at)
		style.Size = r.fitting(name, style, room)
		two = two || r.torn(name, style, room) || len(r.set.Wrap(name, style, room)) > 3
	}
	if two {
		room = 2*step - 4*bandGap
	}
	y, foot := bar+17, bar+17
	for row := range 2 {
		for i, s := range spans {
			if two && i%2 != row || !two && row > 0 {
				continue
			}
			name, style := r.Lang.T(words.Band(s.Band)), bandStyle(i == at)
			middle := (float64(i) + 0.5) * step
			wide, align := room, paper.Middle
			switch {
			case two && i == 0:
				middle, wide, align = bandGap, room-step/2, paper.Start
			case two && i == len(spans)-1:
				middle, wide, align = sh.Width-bandGap, room-step/2, paper.End
			}
			if row > 0 {
				x := (float64(i) + 0.5) * step
				sh.Line(paper.Point{X: x, Y: bar + 2}, paper.Point{X: x, Y: y - 7}, 0.4, 0x8d9ba6)
			}
			style.Size = r.fitting(name, style, wide)
			for n, line := range r.evenly(name, style, wide, 3) {
				sh.Text(middle, y+float64(n)*bandLead, align, style, line)
				foot = max(foot, y+float64(n)*bandLead)
			}
		}
		y = foot + bandLead + 1
	}
	return foot + 3
}

// bandStyle is that of the name of a band, of the value's own in bold.
func bandStyle(own bool) paper.Style {
	if !own {
		return tiny
	}
	style := tiny.In(ink)
	style.Face = paper.Bold
	return style
}

// leastSize is that of the smallest letters, which are read at arm's length.
const leastSize = 5.5

// fitting is the size, a little smaller if it must be, at which no word of a text
// is torn apart.
func (d *desk) fitting(s string, style paper.Style, width float64) float64 {
	for style.Size > leastSize && d.torn(s, style, width) {
		style.Size -= 0.25
	}
	return style.Size
}

// torn reports whether a word of a text is wider than there is room.
func (d *desk) torn(s string, style paper.Style, width float64) bool {
	return slices.ContainsFunc(strings.Fields(s), func(word string) bool { return d.set.Width(word, style) > width })
}

// spanAt finds the span that holds q; a value beyond the scale lies in the
// outermost one.
func spanAt(spans []guideline.Span, q vitals.Quantity) int {
	at := 0
	for i, s := range spans {
		c := q.Value.Cmp(s.From)
		beyond := c > 0 || c == 0 && (q.Comparator == vitals.Above || q.Comparator == vitals.Exactly && !s.FromOpen)
		if beyond {
			at = i
		}
	}
	return at
}

// within says how far into its span q lies, from 0 to 1, kept off the joints
// so that the eye cannot mistake the span. A value past the instrument's range
// lies at the outer end.
func within(s guideline.Span, q vitals.Quantity) float64 {
	const edge = 0.07
	switch q.Comparator {
	case vitals.Below:
		return edge
	case vitals.Above:
		return 1 - edge
	}
	length := s.To.Sub(s.From).Float()
	if length <= 0 {
		return 0.5
	}
	return min(max(q.Value.Sub(s.From).Float()/length, edge), 1-edge)
}
