package reports

import (
	"slices"
	"strings"

	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/vitals"
	"aidpost/reports/paper"
)

// accuracyKeys are what is known about each method.
var accuracyKeys = map[vitals.Panel][]words.Key{
	vitals.BloodPressure: {words.ReportAccuracyBP},
	vitals.Oximetry:      {words.ReportAccuracySpO2, words.ReportAccuracySkin},
	vitals.BloodGlucose:  {words.ReportAccuracyGlucose},
}

// smallPrint names the guidelines and the limits of the methods.
func (r *report) smallPrint() []block {
	var lines []string
	for _, p := range r.panels {
		for _, j := range p.result.Judged {
			if line := r.guideline(j); !slices.Contains(lines, line) {
				lines = append(lines, line)
			}
		}
	}
	for _, p := range r.panels {
		for _, key := range accuracyKeys[p.kind] {
			lines = append(lines, r.Lang.T(key))
		}
	}
	var blocks []block
	gap := 5 * step
	for _, line := range lines {
		sh := r.sheet()
		y := sh.Paragraph(0, 7, r.width, tinyLead, tiny, line)
		blocks = append(blocks, block{sheet: sh, height: y - 7, gap: gap})
		gap = 1
	}
	return blocks
}

// guideline is the edition and the citation that a judgement was made by.
func (r *report) guideline(j records.Judgement) string {
	name := j.Guideline
	if r.Rules != nil {
		for _, set := range r.Rules.Sources() {
			if set.ID == j.Guideline && set.Edition == j.Edition {
				name = set.Publisher + ", " + set.Title
			}
		}
	}
	name = "\u200e" + strings.TrimSpace(name+" "+j.Edition) + "\u200e"
	line := r.Lang.T(words.ResultJudgedBy, words.With("guideline", name)) + "."
	if r.Site.ApprovedBy != "" {
		line = r.Lang.T(words.ReportGuidelineNote,
			words.With("guideline", name), words.With("name", r.Site.ApprovedBy))
	}
	if j.Source == "" {
		return line
	}
	return line + " \u200e" + j.Source + ".\u200e"
}

// closing is where to call and where to sign.
func (r *report) closing() []block {
	sh := r.sheet()
	y := 9.0
	style := body
	style.Face = paper.Bold
	if r.Site.EmergencyNumber != "" {
		y = sh.Paragraph(0, y, r.width, bodyLead, style,
			r.Lang.T(words.ReportUnwell, words.With("number", r.Site.EmergencyNumber)))
	}
	y = sh.Paragraph(0, y, r.width, bodyLead, body, r.Lang.T(words.NextMedicines))
	y += 26
	column := (r.width + 6*step) / 3
	for i, key := range []words.Key{words.ReportSignedBy, words.ReportSignature, words.ReportDate} {
		x := float64(i) * column
		sh.Line(paper.Point{X: x, Y: y}, paper.Point{X: x + column - 6*step, Y: y}, 0.6, ink2)
		sh.Text(x, y+9, paper.Start, caption, r.set.Fit(r.Lang.T(key), caption, column-6*step))
	}
	return []block{{sheet: sh, height: y + 10, gap: 4 * step}}
}
