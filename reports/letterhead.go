package reports

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/reports/paper"
)

const maxAddressLines = 5

// letterhead is the head of the first page: who made it, what it is, and a line
// about what it is for.
func (d *desk) letterhead(name, about string) block {
	if d.narrow {
		return d.receiptHead(name)
	}
	sh := d.sheet()
	x := 0.0
	if w := sh.Picture(0, 0, paper.Size{Width: 120, Height: 40}, d.Site.Logo); w > 0 {
		x = w + 3*step
	}
	half := d.width * 0.56
	y := 14.0
	style := title.In(accent)
	for _, line := range d.clip(d.Site.Name, style, half-x, 2) {
		sh.Text(x, y, paper.Start, style, line)
		y += 19
	}
	y -= 5
	for _, line := range d.contact() {
		sh.Text(x, y, paper.Start, caption, d.set.Fit(line, caption, half-x))
		y += captionLead
	}
	right := 14.0
	for _, line := range d.evenly(name, title, d.width-half-4*step, 2) {
		sh.Text(d.width, right, paper.End, title, line)
		right += 19
	}
	right -= 5
	if about != "" {
		for _, line := range d.balanced(about, caption, d.width-half-4*step) {
			sh.Text(d.width, right, paper.End, caption, line)
			right += captionLead
		}
	}
	y = max(y, right, 44)
	sh.Rect(0, y, d.width, 1.4, accent)
	y += 2.5 * step
	return block{sheet: sh, height: d.demo(sh, y)}
}

// balanced wraps text into as few lines as it needs, of about one length: no word is left
// alone under a full line.
func (d *desk) balanced(text string, style paper.Style, width float64) []string {
	lines := d.set.Wrap(text, style, width)
	for w := width * 0.95; w > width/2 && !d.torn(text, style, w); w -= width * 0.05 {
		narrower := d.set.Wrap(text, style, w)
		if len(narrower) > len(lines) {
			break
		}
		lines = narrower
	}
	return lines
}

// evenly is clip into lines of about one length.
func (d *desk) evenly(s string, style paper.Style, width float64, most int) []string {
	if lines := d.balanced(s, style, width); len(lines) <= most {
		return lines
	}
	return d.clip(s, style, width, most)
}

// receiptHead is the head of a receipt, one thing under the other.
func (d *desk) receiptHead(name string) block {
	sh := d.sheet()
	y := 14.0
	if w := sh.Picture(0, 0, paper.Size{Width: 90, Height: 30}, d.Site.Logo); w > 0 {
		y = 48
	}
	style := title.In(accent)
	style.Size = 13
	for _, line := range d.clip(d.Site.Name, style, d.width, 3) {
		sh.Text(0, y, paper.Start, style, line)
		y += 16
	}
	y -= 4
	for _, line := range d.contact() {
		sh.Text(0, y, paper.Start, caption, d.set.Fit(line, caption, d.width))
		y += captionLead
	}
	sh.Rect(0, y-2, d.width, 1.4, accent)
	y += 14
	style.Ink = ink
	for _, line := range d.clip(name, style, d.width, 3) {
		sh.Text(0, y, paper.Start, style, line)
		y += 16
	}
	return block{sheet: sh, height: d.demo(sh, y-8)}
}

// demo marks a page that simulated instruments made, and returns where it ends.
func (d *desk) demo(sh *paper.Sheet, y float64) float64 {
	if !d.Demo {
		return y
	}
	return sh.Paragraph(0, y+6, d.width, bodyLead, strong, d.Lang.T(words.ReportDemo)) - 2
}

func (d *desk) contact() (lines []string) {
	for _, line := range d.Site.Address[:min(len(d.Site.Address), maxAddressLines)] {
		lines = append(lines, address(line))
	}
	if d.Site.Phone != "" {
		lines = append(lines, latin(d.Site.Phone))
	}
	return lines
}

// address keeps the number of a house where it was typed: a line without a letter
// that is read from the right runs from the left on every page.
func address(line string) string {
	if strings.ContainsFunc(line, func(r rune) bool { return unicode.In(r, unicode.Arabic, unicode.Hebrew) }) {
		return line
	}
	return latin(line)
}

// clip breaks a text into at most so many lines, and marks where it was cut.
func (d *desk) clip(s string, style paper.Style, width float64, most int) []string {
	lines := d.set.Wrap(s, style, width)
	if len(lines) <= most {
		return lines
	}
	lines = lines[:most]
	last := lines[most-1] + "…"
	if d.set.Width(last, style) > width {
		last = d.set.Fit(last, style, width)
	}
	lines[most-1] = last
	return lines
}

// A field is a label with what stands under it.
type field struct{ label, value string }

// person says who was measured, when and where.
func (r *report) person() block { return r.whom(r.Encounter.Patient, r.fields()) }

// whom sets the name of a person over what else is known. Nobody is a guest.
func (d *desk) whom(p *records.Patient, fields []field) block {
	sh := d.sheet()
	y := 8.0
	label, name := d.Lang.T(words.ReportName), fullName(p)
	switch {
	case name != "":
	case cardOf(p) != "":
		label, name = d.Lang.T(words.ReportID), latin(cardOf(p))
	default:
		label, name = d.Lang.T(words.ReportPatient), d.Lang.T(words.ReportGuest)
	}
	sh.Text(0, y, paper.Start, caption, label)
	style := second
	if d.narrow || d.set.Width(name, style) > d.width {
		style.Size = 11
	}
	y += style.Size + 2
	for _, line := range d.clip(name, style, d.width-12, 4) {
		sh.Text(0, y, paper.Start, style, line)
		y += style.Size * 1.3
	}
	y = d.grid(sh, y-style.Size*1.3+2*step, fields)
	return block{sheet: sh, height: y - 1.5*step}
}

// fullName is how a person is called, "" for nobody.
func fullName(p *records.Patient) string {
	if p == nil {
		return ""
	}
	return strings.TrimSpace(p.Given + " " + p.Family)
}

// cardOf is the number of the card that somebody showed, "" without one.
func cardOf(p *records.Patient) string {
	if p == nil || len(p.Identifiers) == 0 {
		return ""
	}
	return p.Identifiers[0].Value
}

// called is what a person is called in one line: by name, by the number of a card
// that has no name with it, or a guest.
func (d *desk) called(p *records.Patient) string {
	switch {
	case fullName(p) != "":
		return fullName(p)
	case cardOf(p) != "":
		return d.Lang.T(words.ReportID) + " " + latin(cardOf(p))
	}
	return d.Lang.T(words.ReportGuest)
}

// identity are the fields that tell a person from others, as of a day.
func (d *desk) identity(p *records.Patient, on time.Time) []field {
	if p == nil {
		return nil
	}
	var fields []field
	if !p.BirthDate.IsZero() {
		born := d.Lang.Date(p.BirthDate.Time())
		if p.BirthEstimated { // as exact as it is known
			born = strconv.Itoa(p.BirthDate.Year)
		}
		if age, ok := p.BirthDate.AgeOn(d.at(on)); ok {
			born += "\n" + d.Lang.N(words.ReportAge, age)
		}
		fields = append(fields, field{d.Lang.T(words.ReportBorn), born})
	}
	if cardOf(p) != "" && fullName(p) != "" {
		fields = append(fields, field{d.Lang.T(words.ReportID), cardOf(p)})
	}
	return fields
}

func (r *report) fields() []field {
	fields := r.identity(r.Encounter.Patient, r.Encounter.Started)
	place := strings.Trim(r.Encounter.Place.Organization+"\n"+r.Encounter.Place.Location, "\n")
	if r.Encounter.Place.Organization == r.Site.Name {
		place = r.Encounter.Place.Location
	}
	if r.narrow && r.Encounter.Ticket > 0 { // by it they are called to where they go next
		fields = append(fields, field{r.Lang.T(words.TicketTitle), r.Encounter.Place.Ticket(r.Encounter.Ticket)})
	}
	return append(fields,
		field{r.Lang.T(words.ReportMeasured), r.when(r.Encounter.Started)},
		field{r.Lang.T(words.ReportPlace), place},
		field{r.Lang.T(words.ReportVisit), shortID(r.Encounter.ID)})
}

// asked says why something was measured and who asked for it, if anybody said.
func (r *report) asked() []block {
	var fields []field
	if why := r.Encounter.Answered(records.AskedReason); slices.Contains(records.TestReasons(), why) {
		fields = append(fields, field{r.Lang.T(words.MeasureReason), r.Lang.T(words.MeasureReasonName(why))})
	}
	if by := r.Encounter.Answered(records.AskedOrder); slices.Contains(records.TestOrders(), by) {
		fields = append(fields, field{r.Lang.T(words.MeasureOrder), r.Lang.T(words.MeasureOrderName(by))})
	}
	if len(fields) == 0 {
		return nil
	}
	sh := r.sheet()
	return []block{{sheet: sh, height: r.columns(sh, 2*step, fields), gap: step}}
}

// grid sets fields side by side under a hairline, on a receipt one under the
// other, and returns where it ends.
func (d *desk) grid(sh *paper.Sheet, y float64, fields []field) float64 {
	sh.Line(paper.Point{X: 0, Y: y}, paper.Point{X: d.width, Y: y}, hair, hairline)
	y += 2.5 * step
	return d.columns(sh, y, fields)
}

// columns sets fields side by side, and returns where they end.
func (d *desk) columns(sh *paper.Sheet, y float64, fields []field) float64 {
	if d.narrow {
		return d.stack(sh, y, fields)
	}
	width := d.width / float64(len(fields))
	bottom := y
	for i, f := range fields {
		x := float64(i) * width
		sh.Text(x, y, paper.Start, caption, d.set.Fit(f.label, caption, width-2*step))
		line := y + bodyLead
		for _, text := range d.clip(f.value, body, width-2*step, 4) {
			sh.Text(x, line, paper.Start, body, text)
			line += bodyLead
		}
		bottom = max(bottom, line)
	}
	return bottom - step
}

// stack sets fields one under the other, each label before its value.
func (d *desk) stack(sh *paper.Sheet, y float64, fields []field) float64 {
	label := d.width * 0.34
	for _, f := range fields {
		names := d.clip(f.label, caption, label-step, 2)
		for i, text := range names {
			sh.Text(0, y+float64(i)*captionLead, paper.Start, caption, text)
		}
		end := y + float64(len(names)-1)*captionLead
		for _, text := range d.clip(f.value, table, d.width-label, 4) {
			sh.Text(label, y, paper.Start, table, text)
			y += captionLead + 1
		}
		y = max(y, end+captionLead+1)
	}
	return y
}

// runningHead stands on every page but the first.
func (r *report) runningHead() block {
	return r.again(r.called(r.Encounter.Patient), r.mark())
}

// again names whose page it is, and which, from the second page on.
func (d *desk) again(name, mark string) block {
	sh := d.sheet()
	mark = d.set.Fit(mark, caption, d.width/2)
	w := sh.Text(d.width, 8, paper.End, caption, mark)
	label := caption.In(ink)
	sh.Text(0, 8, paper.Start, label, d.set.Fit(name, label, d.width-w-4*step))
	sh.Rect(0, 14, d.width, 0.9, accent)
	y := 14 + 2*step
	if d.Demo {
		y = sh.Paragraph(0, y+6, d.width, bodyLead, strong, d.Lang.T(words.ReportDemo)) - 4
	}
	return block{sheet: sh, height: y + 2*step}
}

// mark names the visit as people read it to each other.
func (r *report) mark() string { return r.Lang.T(words.ReportVisit) + " " + shortID(r.Encounter.ID) }

func (d *desk) notDiagnosis() string { return d.Lang.T(words.ReportNotDiagnosis) }
