package reports

import (
	"strconv"
	"strings"

	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/guideline"
	"aidpost/records/intended"
	"aidpost/records/vitals"
	"aidpost/reports/paper"
)

const rowHeight = 12.5

// footnotes number the notes under a table; the same note has one number.
type footnotes struct{ lines []string }

func newFootnotes() *footnotes { return &footnotes{} }

// mark returns the sign that leads to a note.
func (f *footnotes) mark(line string) string {
	at := -1
	for i, known := range f.lines {
		if known == line {
			at = i
		}
	}
	if at < 0 {
		at = len(f.lines)
		f.lines = append(f.lines, line)
	}
	return sign(at)
}

func sign(i int) string { return "(" + strconv.Itoa(i+1) + ")" }

// series is the table of single readings; one reading alone is not repeated.
func (r *report) series(p panel, marks *footnotes) []block {
	if len(p.singles) < 2 {
		return nil
	}
	columns := []float64{0, 0.18, 0.34, 0.56, 0.74}
	if r.narrow {
		columns = []float64{0, 0.26, 0.47, 0.82}
	}
	_, unit := r.figures(p.result)
	_, hasPulse := p.singles[0].Values.Get(vitals.Pulse)
	head := []string{"", r.Lang.T(words.ReportMeasured), r.Lang.T(words.ReportValue) + " (\u200e" + unit + "\u200e)", "", r.Lang.T(words.ReportNotes)}
	if r.narrow {
		head = head[:4]
	}
	if hasPulse {
		head[3] = r.Lang.T(words.ResultPulse)
	}
	sh := r.sheet()
	r.row(sh, 2*step+4, columns, caption, head)
	sh.Line(paper.Point{X: 0, Y: 2*step + 8}, paper.Point{X: r.width, Y: 2*step + 8}, hair, hairline)
	blocks := []block{{sheet: sh, height: 2*step + 8, gap: step}}
	for i, o := range p.singles {
		blocks = append(blocks, r.reading(p, o, i, columns, marks))
	}
	return blocks
}

// reading is one row of the table. What was left out is grey, and says so.
func (r *report) reading(p panel, o records.Observation, i int, columns []float64, marks *footnotes) block {
	style := table
	var notes []string
	if !p.counts(o) {
		style = table.In(ink2)
		notes = append(notes, r.Lang.T(words.ReportExcluded))
	}
	signs := ""
	for _, line := range r.cautions(o) {
		signs += marks.mark(line) + " "
	}
	if signs != "" {
		notes = append(notes, strings.TrimSpace(signs))
	}
	figures, _ := r.figures(o)
	number := i + 1
	if o.Number > 0 {
		number = o.Number
	}
	pulse := ""
	if q, ok := o.Values.Get(vitals.Pulse); ok {
		pulse = r.number(q)
	}
	sh := r.sheet()
	cells := []string{
		r.Lang.T(words.ReportReading, words.With("n", number)), r.at(o.Taken).Format("15:04:05"),
		"\u200e" + figures + "\u200e", pulse, strings.Join(notes, " "),
	}
	high := rowHeight
	if r.narrow && cells[4] != "" { // under the row, where there is room
		sh.Text(columns[1]*r.width, rowHeight+7, paper.Start, caption, r.set.Fit(cells[4], caption, r.width*(1-columns[1])))
		high += captionLead
	}
	r.row(sh, 9, columns, style, cells[:len(columns)])
	sh.Line(paper.Point{X: 0, Y: high}, paper.Point{X: r.width, Y: high}, 0.3, hairline)
	return block{sheet: sh, height: high}
}

// row sets the cells of a line, each a little smaller if its column is narrow, and
// then cut to it.
func (r *report) row(sh *paper.Sheet, y float64, columns []float64, style paper.Style, cells []string) {
	for i, text := range cells {
		end := 1.0
		if i+1 < len(columns) {
			end = columns[i+1]
		}
		width := (end-columns[i])*r.width - step
		small := style
		for small.Size > leastSize && r.set.Width(text, small) > width {
			small.Size -= 0.25
		}
		sh.Text(columns[i]*r.width, y, paper.Start, small, r.set.Fit(text, small, width))
	}
}

// cautions are the sentences for what the instrument flagged.
func (d *desk) cautions(o records.Observation) []string {
	var lines []string
	for _, flag := range o.Flags {
		if key, ok := words.FlagNote(string(flag)); ok {
			lines = append(lines, d.Lang.T(key))
			continue
		}
		// A caution is never hidden, even one without words yet.
		lines = append(lines, string(flag))
	}
	return lines
}

// qualityNotes are the numbered cautions of the table and what is noted about
// the result itself.
func (r *report) qualityNotes(p panel, marks *footnotes) []block {
	lines := make([]string, 0, len(marks.lines)+1)
	if s := p.result.Statement; s != nil && s.Grade != "" {
		lines = append(lines, r.Lang.T(words.ReportGrade, words.With("grade", latin(s.Grade))))
		lines = append(lines, r.cuffFit(s.Cuff)...)
	}
	for i, line := range marks.lines {
		lines = append(lines, sign(i)+" "+line)
	}
	known := strings.Join(marks.lines, "\n")
	for _, line := range append(r.cautions(p.result), r.statements(p)...) {
		if !strings.Contains(known, line) {
			lines = append(lines, line)
			known += "\n" + line
		}
	}
	var blocks []block
	gap := 1.5 * step
	overridden := r.Lang.T(words.ResultNoteOverridden)
	for _, line := range lines {
		style := caption.In(ink)
		if strings.Contains(line, overridden) {
			style = alert
		}
		sh := r.sheet()
		y := sh.Paragraph(0, 8, r.width, captionLead, style, line)
		blocks = append(blocks, block{sheet: sh, height: y - 8, gap: gap})
		gap = 1
	}
	return append(blocks, r.provenance(p))
}

// cuffFit says that the cuff was made for the arm, if somebody has seen to that. That
// nobody knows is a note of the result.
func (r *report) cuffFit(f *records.CuffFit) []string {
	if f == nil || f.Lie != intended.Within || f.From == 0 {
		return nil
	}
	return []string{r.Lang.T(words.ResultNoteCuffFits, words.With("from", f.From), words.With("to", f.To))}
}

// noteKeys are the words of the notes that a visit leaves with a result.
var noteKeys = map[string]words.Key{
	"rest-not-completed": words.ResultNoteRest,
	"rest-unsettled":     words.ResultNoteUnsettled,
	"rest-by-pulse":      words.ResultNoteRestPulse,
	"single-reading":     words.ResultSingleHint,
	"spread":             words.ResultNoteSpread,
	"pulse-mismatch":     words.ResultNotePulseDiffers,
	"pregnancy":          words.ResultNoBandAge,
	"own-meter":          words.ResultNoteOwnMeter,
	"recording":          words.ResultNoteRecording,
	"not-for-pregnancy":  words.SuitStopPregnant,
	"not-for-age":        words.ResultNoteNotForAge,
	"cuff-unsure":        words.ResultNoteCuffUnsure,
	"not-repeated":       words.ResultSingleHint,
	"repeats-differ":     words.ResultNoteSpread,
}

// statements are the notes of the result in words. A note may also be a key of
// the catalogue; one that nobody has worded is printed as it is stored.
func (r *report) statements(p panel) []string {
	excluded := 0
	for _, o := range p.singles {
		if !p.counts(o) {
			excluded++
		}
	}
	var rest, spread string
	if r.Rules != nil {
		protocol := r.Rules.Protocol()
		rest = r.Lang.Duration(protocol.Rest)
		spread = r.Lang.Quantity(protocol.SpreadLimit.Value.String(), protocol.SpreadLimit.Unit.Symbol())
	}
	var lines []string
	for _, note := range p.result.Notes {
		key, ok := noteKeys[note]
		if !ok {
			key = words.Key(note)
		}
		if key == words.ResultNoteExcluded {
			lines = append(lines, r.Lang.N(key, excluded))
			continue
		}
		value := spread
		if note == "repeats-differ" {
			value = r.agreement(p)
		}
		lines = append(lines, r.Lang.T(key, words.With("time", rest), words.With("value", value)))
	}
	return lines
}

// agreement is by how much two critical results may differ.
func (r *report) agreement(p panel) string {
	q, _ := p.result.Values.Get(p.result.Panel.Main()[0])
	for _, j := range p.result.Judged {
		if must, stated := guideline.AgreementOn(guideline.Interpretation(j.Interpretation), q.Unit); stated {
			return r.Lang.Quantity(must.Limit.Value.String(), must.Limit.Unit.Symbol())
		}
	}
	return ""
}

// provenance says in small print which instrument gave the number and which
// guideline it was judged by.
func (r *report) provenance(p panel) block {
	sh := r.sheet()
	from := p.result
	if from.Origin.Device.Model == "" && len(p.singles) > 0 {
		from = p.singles[len(p.singles)-1]
	}
	if by := from.Origin.EnteredBy; by != "" {
		line := r.Lang.T(words.ReportEnteredLine,
			words.With("value", r.value(p.result)), words.With("name", by), words.With("time", r.when(p.result.Taken))) + "."
		y := sh.Paragraph(0, 7, r.width, tinyLead, tiny, line)
		return block{sheet: sh, height: y - 7, gap: step}
	}
	device := from.Origin.Device
	key := words.ReportProvenanceLine
	if device.Serial == "" {
		key = words.ReportProvenanceShort
	}
	line := r.Lang.T(key,
		words.With("value", r.value(p.result)),
		words.With("instrument", latin(strings.TrimSpace(device.Maker+" "+device.Model))),
		words.With("serial", device.Serial),
		words.With("time", r.when(p.result.Taken))) + "."
	if from.Origin.Driver != "" {
		line += " " + r.Lang.T(words.ReportDriver,
			words.With("driver", from.Origin.Driver), words.With("version", from.Origin.DriverVersion)) + "."
	}
	y := sh.Paragraph(0, 7, r.width, tinyLead, tiny, line)
	return block{sheet: sh, height: y - 7, gap: step}
}
