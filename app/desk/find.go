package desk

import (
	"context"
	"strings"

	"aidpost/app/timing"
	"aidpost/records"
	"aidpost/records/staff"
)

// mostFound is how many people a search shows. Whoever is not among so many is
// found by typing more.
const mostFound = 500

// Find is a search.
type Find struct {
	Text string
	Busy bool // the rows are not yet those of Text
	Rows []*records.Patient
	More bool   // there are more than can be shown
	For  string // the text that the rows are for
}

// Search looks for somebody by what was typed so far: parts of names in any
// script and order, a birth date or year, a card, a phone number.
func (d *Desk) Search(text string) {
	if !d.May(staff.SearchPatients) {
		return
	}
	wanted, age := strings.TrimSpace(text), 0
	d.change(func() {
		d.ages.find++
		d.state.Find.Text, d.state.Find.Busy = text, wanted != ""
		if wanted == "" {
			d.state.Find = Find{Text: text}
			d.cfg.Times.Drop(timing.Return)
		} else if d.state.Route.Page != PageForm {
			d.cfg.Times.Begin(timing.Return)
		}
		age = d.ages.find
	})
	if wanted != "" {
		d.later(&d.search, func() { d.find(wanted, age) })
	}
}

// find asks the records.
func (d *Desk) find(text string, age int) {
	var rows []*records.Patient
	d.Do(func(ctx context.Context, a *records.Access) (err error) {
		rows, err = a.Search(ctx, text, mostFound+1)
		return err
	}, func(err error) bool {
		if age != d.ages.find {
			return true // somebody typed on; another answer follows
		}
		f := &d.state.Find
		f.Busy = false
		if err == nil {
			f.For, f.More = text, len(rows) > mostFound
			f.Rows = rows[:min(len(rows), mostFound)]
		}
		return false
	})
}

// Open opens somebody's page.
func (d *Desk) Open(p *records.Patient) { d.Go(Route{Page: PagePatient, Patient: p.ID}) }

// NameOf returns what a person is called on screen: their name, or else a number
// of theirs.
func NameOf(p *records.Patient) string {
	if p == nil {
		return ""
	}
	name := strings.TrimSpace(strings.TrimSpace(p.Given) + " " + strings.TrimSpace(p.Family))
	if name == "" && len(p.Identifiers) > 0 {
		name = p.Identifiers[0].Value
	}
	return name
}
