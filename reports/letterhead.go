package reports

import (
	"strconv"
	"strings"

	"aidpost/assets/words"
	"aidpost/reports/paper"
)

const maxAddressLines = 5

// letterhead is the head of the first page: who made it, and what it is.
func (r *report) letterhead() block {
	sh := r.sheet()
	x := 0.0
	if w := sh.Picture(0, 0, paper.Size{Width: 120, Height: 40}, r.Site.Logo); w > 0 {
		x = w + 3*step
	}
	half := r.width * 0.56
	y := 14.0
	name := title.In(accent)
	for _, line := range clip(r.set.Wrap(r.Site.Name, name, half-x), 2) {
		sh.Text(x, y, paper.Start, name, line)
		y += 19
	}
	y -= 5
	for _, line := range r.contact() {
		sh.Text(x, y, paper.Start, caption, r.set.Fit(line, caption, half-x))
		y += captionLead
	}
	right := 14.0
	for _, line := range clip(r.set.Wrap(r.Lang.T(words.ReportTitle), title, r.width-half-4*step), 2) {
		sh.Text(r.width, right, paper.End, title, line)
		right += 19
	}
	right -= 5
	for _, line := range r.set.Wrap(r.Lang.T(words.ReportTakeAlong), caption, r.width-half-4*step) {
		sh.Text(r.width, right, paper.End, caption, line)
		right += captionLead
	}
	y = max(y, right, 44)
	sh.Rect(0, y, r.width, 1.4, accent)
	y += 2.5 * step
	if r.Demo {
		y = sh.Paragraph(0, y+6, r.width, bodyLead, strong, r.Lang.T(words.ReportDemo)) - 2
	}
	return block{sheet: sh, height: y}
}

func (r *report) contact() []string {
	lines := r.Site.Address[:min(len(r.Site.Address), maxAddressLines)]
	if r.Site.Phone == "" {
		return lines
	}
	return append(append([]string{}, lines...), "\u200e"+r.Site.Phone+"\u200e")
}

// clip keeps the first lines of a text, and marks the cut.
func clip(lines []string, most int) []string {
	if len(lines) <= most {
		return lines
	}
	lines = append([]string{}, lines[:most]...)
	lines[most-1] += "…"
	return lines
}

// A field is a label with what stands under it.
type field struct{ label, value string }

// person says who was measured, when and where.
func (r *report) person() block {
	sh := r.sheet()
	y := 8.0
	label, name := r.Lang.T(words.ReportName), r.fullName()
	if name == "" {
		label, name = r.Lang.T(words.ReportPatient), r.Lang.T(words.ReportGuest)
	}
	sh.Text(0, y, paper.Start, caption, label)
	style := second
	if r.set.Width(name, style) > r.width {
		style.Size = 11
	}
	y += style.Size + 2
	for _, line := range clip(r.set.Wrap(name, style, r.width-12), 4) {
		sh.Text(0, y, paper.Start, style, line)
		y += style.Size * 1.3
	}
	y = r.grid(sh, y-style.Size*1.3+2*step, r.fields())
	return block{sheet: sh, height: y - 1.5*step}
}

func (r *report) fullName() string {
	if r.Encounter.Patient == nil {
		return ""
	}
	return strings.TrimSpace(r.Encounter.Patient.Given + " " + r.Encounter.Patient.Family)
}

func (r *report) fields() []field {
	var fields []field
	if p := r.Encounter.Patient; p != nil {
		if !p.BirthDate.IsZero() {
			born := r.Lang.Date(p.BirthDate.Time())
			if age, ok := p.BirthDate.AgeOn(r.at(r.Encounter.Started)); ok {
				born += "\n" + r.Lang.N(words.ReportAge, age)
			}
			fields = append(fields, field{r.Lang.T(words.ReportBorn), born})
		}
		if len(p.Identifiers) > 0 {
			fields = append(fields, field{r.Lang.T(words.ReportID), p.Identifiers[0].Value})
		}
	}
	place := strings.Trim(r.Encounter.Place.Organization+"\n"+r.Encounter.Place.Location, "\n")
	if r.Encounter.Place.Organization == r.Site.Name {
		place = r.Encounter.Place.Location
	}
	return append(fields,
		field{r.Lang.T(words.ReportMeasured), r.when(r.Encounter.Started)},
		field{r.Lang.T(words.ReportPlace), place},
		field{r.Lang.T(words.ReportVisit), shortID(r.Encounter.ID)})
}

// grid sets fields side by side under a hairline and returns where it ends.
func (r *report) grid(sh *paper.Sheet, y float64, fields []field) float64 {
	sh.Line(paper.Point{X: 0, Y: y}, paper.Point{X: r.width, Y: y}, hair, hairline)
	y += 2.5 * step
	width := r.width / float64(len(fields))
	bottom := y
	for i, f := range fields {
		x := float64(i) * width
		sh.Text(x, y, paper.Start, caption, r.set.Fit(f.label, caption, width-2*step))
		line := y + bodyLead
		for _, text := range clip(r.set.Wrap(f.value, body, width-2*step), 3) {
			sh.Text(x, line, paper.Start, body, text)
			line += bodyLead
		}
		bottom = max(bottom, line)
	}
	return bottom - step
}

// runningHead stands on every page but the first.
func (r *report) runningHead() block {
	sh := r.sheet()
	name := r.fullName()
	if name == "" {
		name = r.Lang.T(words.ReportGuest)
	}
	visit := r.Lang.T(words.ReportVisit) + " " + shortID(r.Encounter.ID)
	w := sh.Text(r.width, 8, paper.End, caption, visit)
	label := caption.In(ink)
	sh.Text(0, 8, paper.Start, label, r.set.Fit(name, label, r.width-w-4*step))
	sh.Rect(0, 14, r.width, 0.9, accent)
	y := 14 + 2*step
	if r.Demo {
		y = sh.Paragraph(0, y+6, r.width, bodyLead, strong, r.Lang.T(words.ReportDemo)) - 4
	}
	return block{sheet: sh, height: y + 2*step}
}

// footers closes every page, now that their number is known.
func (r *report) footers(f *flow) {
	for i, page := range f.pages {
		sh := r.sheet()
		sh.Line(paper.Point{}, paper.Point{X: r.width}, hair, hairline)
		warning := r.set.Fit(r.Lang.T(words.ReportNotDiagnosis), tiny, r.width)
		sh.Text(0, 12, paper.Start, tiny.In(ink), warning)
		number := r.Lang.T(words.ReportPage,
			words.With("page", i+1), words.With("pages", len(f.pages)))
		w := sh.Text(r.width, 12+tinyLead, paper.End, tiny, number)
		sh.Text(0, 12+tinyLead, paper.Start, tiny, r.set.Fit(r.imprint(), tiny, r.width-w-4*step))
		page.Place(sh, marginSide, f.size.Height-marginFoot+12)
	}
}

// imprint says which machine printed the page, when, and for which visit.
func (r *report) imprint() string {
	parts := []string{r.set.Fit(r.Site.Name, tiny, r.width/4)}
	if kiosk := r.Encounter.Place.Kiosk; kiosk != "" {
		parts = append(parts, r.set.Fit(kiosk, tiny, r.width/6))
	}
	parts = append(parts,
		r.Lang.T(words.ReportPrinted, words.With("time", r.when(r.Printed))),
		r.Lang.T(words.ReportVisit)+" "+shortID(r.Encounter.ID))
	if r.Copy > 1 {
		parts = append(parts, r.Lang.T(words.ReportCopy, words.With("n", strconv.Itoa(r.Copy))))
	}
	return strings.Join(parts, " · ")
}
