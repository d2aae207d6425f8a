package clinic

import (
	"strconv"
	"strings"

	"fyne.io/fyne/v2"

	"aidpost/app/desk"
	"aidpost/assets/words"
	"aidpost/records/quality"
	"aidpost/records/vitals"
	"aidpost/ui/kit"
)

// askPairs asks for a check of a cuff on the arm of a volunteer: what the reference
// showed and then the cuff, as often as there must be pairs.
func (p *qualityPage) askPairs(i desk.Checked, lots []quality.Lot, chosen quality.Lot) {
	c := p.c
	f := p.newForm(string(words.QCVolunteer), i.ID.Model, i.ID.Serial)
	rows := []fyne.CanvasObject{p.solutions(f, lots, chosen, func(lot quality.Lot) { p.askOf(i, words.QCRun, lots, lot) }), c.plain(c.t(words.QCVolunteerLead))}
	var pairs [quality.MinPairs][2]*kit.Entry
	for n := range pairs {
		for side, label := range []words.Key{words.QCReference, words.QCCuff} {
			name := desk.QualityPair(n, side == 1)
			pairs[n][side] = f.entry(name, c.t(label, words.With("n", strconv.Itoa(n+1))), "", "")
		}
		rows = append(rows, c.beside(f.fields[desk.QualityPair(n, false)], f.fields[desk.QualityPair(n, true)]))
	}
	if c.desk.CanCompare(i) {
		rows = append(rows, p.liveRow(f, i, func(l desk.Live) {
			for _, pair := range pairs {
				if pair[1].Text() == "" {
					pair[1].SetText(pressuresOf(l.Values))
					return
				}
			}
		}))
	}
	remark := f.entry(desk.QualityReason, c.t(words.QCRemark)+" · "+c.t(words.RegisterOptional), "", "")
	rows = append(rows, f.fields[desk.QualityReason])
	f.done = func(q desk.Quality) { p.showVerdict(q, i) }
	p.ask(f, words.QCRun, words.QCSave, rows, func() {
		form := desk.RunForm{Instrument: i.ID, Solution: chosen.Number, Reason: remark.Text()}
		for _, pair := range pairs {
			form.Pairs = append(form.Pairs, [2]string{pair[0].Text(), pair[1].Text()})
		}
		c.desk.RunControl(form)
	})
	c.focus(pairs[0][0])
}

// ofRun reports whether a field is for what was measured just now: nothing of it is
// kept while the form is shut, least of all the pressures of a volunteer.
func ofRun(name desk.QualityField) bool {
	if name == desk.QualityValue {
		return true
	}
	for n := range quality.MinPairs {
		if name == desk.QualityPair(n, false) || name == desk.QualityPair(n, true) {
			return true
		}
	}
	return false
}

// pressuresOf writes what a cuff measured as it is typed.
func pressuresOf(v vitals.Values) string {
	high, _ := v.Get(vitals.Systolic)
	low, ok := v.Get(vitals.Diastolic)
	if !ok {
		return ""
	}
	return high.Value.String() + "/" + low.Value.String()
}

// pairsOf writes the differences of a volunteer check; "" for any other control.
func (c *Clinic) pairsOf(run quality.Run) string {
	var pairs []string
	for _, d := range run.Pairs {
		pairs = append(pairs, kit.Isolate(c.lang.Number(d.String())))
	}
	if len(pairs) == 0 {
		return ""
	}
	return c.t(words.QCPairs, words.With("pairs", strings.Join(pairs, ", ")))
}

// solutions are what an instrument can be checked with, of which one is chosen.
func (p *qualityPage) solutions(f *qualityForm, lots []quality.Lot, chosen quality.Lot, pick func(quality.Lot)) fyne.CanvasObject {
	c := p.c
	var options []fyne.CanvasObject
	all := map[string]*kit.Option{}
	for _, lot := range lots {
		o := kit.NewOption(c.look, kit.OptionStyle{Label: kit.Isolate(c.lotName(lot))}, func() {
			for number, o := range all {
				o.SetSelected(number == lot.Number)
			}
			pick(lot)
		})
		o.SetSelected(lot.Number == chosen.Number)
		all[lot.Number] = o
		options = append(options, o)
	}
	return f.wrap(desk.QualitySolution, c.t(words.QCSolution), "", c.wrap(3, options...))
}
