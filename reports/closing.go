package reports

import (
	"strings"

	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/intended"
	"aidpost/records/vitals"
	"aidpost/reports/paper"
)

// accuracyKeys are what is known about each method.
var accuracyKeys = map[vitals.Panel][]words.Key{
	vitals.BloodPressure: {words.ReportAccuracyBP},
	vitals.Oximetry:      {words.ReportAccuracySpO2, words.ReportAccuracySkin, words.ReportAccuracyNails},
	vitals.BloodGlucose:  {words.ReportAccuracyGlucose},
}

// smallPrint names the guidelines and the limits of the methods.
func (r *report) smallPrint() []block {
	var blocks []block
	add := func(sh *paper.Sheet, height float64) {
		gap := 1.0
		if len(blocks) == 0 {
			gap = 5 * step
		}
		blocks = append(blocks, block{sheet: sh, height: height, gap: gap})
	}
	named := make(map[string]bool)
	for _, p := range r.panels {
		for _, j := range p.result.Judged {
			if line := r.guideline(j); !named[line+j.Source] {
				named[line+j.Source] = true
				add(r.cite(line, j.Source))
			}
		}
	}
	for _, p := range r.panels {
		for _, key := range accuracyKeys[p.kind] {
			add(r.cite(r.Lang.T(key), ""))
		}
		if line, source := r.validation(p.result); line != "" {
			add(r.cite(line, source))
		}
	}
	return blocks
}

// validation says what is published of the accuracy of the cuff that gave a
// value, with the citation; nothing where there was no cuff.
func (r *report) validation(o records.Observation) (line, source string) {
	v := r.labels.Of(o.Origin.Driver).Validation
	if v == nil || o.Origin.EnteredBy != "" {
		return "", ""
	}
	key := words.ReportValidationNone
	switch v.Status {
	case intended.Published:
		key = words.ReportValidationPublished
	case intended.Sibling:
		key = words.ReportValidationSibling
	case intended.Claimed:
		key = words.ReportValidationClaimed
	}
	return r.Lang.T(key, words.With("model", latin(v.Of)), words.With("protocol", latin(v.Protocol))), v.Source
}

// cite sets a sentence with the citation it rests on. A citation keeps its own
// language and direction, so in a right-to-left language it has its own lines.
func (r *report) cite(sentence, source string) (*paper.Sheet, float64) {
	sh := r.sheet()
	y := 7.0
	if r.Lang.Direction() == words.LTR {
		y = sh.Paragraph(0, y, r.width, tinyLead, tiny, strings.TrimSpace(sentence+" "+source))
		return sh, y - 7
	}
	y = sh.Paragraph(0, y, r.width, tinyLead, tiny, sentence)
	if source == "" {
		return sh, y - 7
	}
	part := r.set.Chart(r.width)
	bottom := 0.0
	for _, line := range r.set.Wrap(source, tiny, r.width) {
		part.Text(r.width, bottom, paper.End, tiny, line)
		bottom += tinyLead
	}
	sh.Place(part, 0, y)
	return sh, y + bottom - 7
}

// guideline is the sentence that names the edition a judgement was made by.
func (r *report) guideline(j records.Judgement) string {
	name := j.Guideline
	if r.Rules != nil {
		for _, set := range r.Rules.Sources() {
			if set.ID == j.Guideline && set.Edition == j.Edition {
				name = set.Publisher
				if r.Lang.Direction() == words.LTR {
					name += ", " + set.Title
				}
			}
		}
	}
	name = strings.TrimSpace(name + " " + j.Edition)
	if r.Site.ApprovedBy != "" {
		return r.Lang.T(words.ReportGuidelineNote,
			words.With("guideline", name), words.With("name", r.Site.ApprovedBy))
	}
	return r.Lang.T(words.ResultJudgedBy, words.With("guideline", name)) + "."
}

// last is the end of a summary: the code, where to call and where to sign. On a page
// they stand beside one another, which saves many a page.
func (r *report) last() [][]block {
	code := r.seal(false)
	if code == nil || r.narrow {
		return [][]block{code, r.closing(r.width)}
	}
	words := r.closing(r.width - codeSide - 4*step)[0]
	both := code[0]
	both.sheet.Place(words.sheet, 0, 0)
	both.height = max(both.height, words.height)
	return [][]block{{both}}
}

// closing is where to call and where to sign.
func (r *report) closing(width float64) []block {
	sh := r.set.Sheet(width)
	y := 9.0
	style := body
	style.Face = paper.Bold
	if r.Site.EmergencyNumber != "" {
		y = sh.Paragraph(0, y, width, bodyLead, style,
			r.Lang.T(words.ReportUnwell, words.With("number", r.Site.EmergencyNumber)))
	}
	y = sh.Paragraph(0, y, width, bodyLead, body, r.Lang.T(words.NextMedicines))
	if r.Forgotten {
		y = sh.Paragraph(0, y, width, bodyLead, style, r.Lang.T(words.FinishGuest))
	}
	if r.Checked != nil && !r.narrow {
		y += step
		for _, line := range r.checkLines() {
			y = sh.Paragraph(0, y, width, captionLead, caption.In(ink), line)
		}
		y += step
	}
	if r.narrow { // nobody signs a receipt
		return []block{{sheet: sh, height: y - bodyLead + step, gap: 4 * step}}
	}
	y += 26
	column := (width + 6*step) / 3
	for i, key := range []words.Key{words.ReportSignedBy, words.ReportSignature, words.ReportDate} {
		x := float64(i) * column
		sh.Line(paper.Point{X: x, Y: y}, paper.Point{X: x + column - 6*step, Y: y}, 0.6, ink2)
		sh.Text(x, y+9, paper.Start, caption, r.set.Fit(r.Lang.T(key), caption, column-6*step))
	}
	return []block{{sheet: sh, height: y + 10, gap: 4 * step}}
}
