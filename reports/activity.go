package reports

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"aidpost/records"
	"aidpost/records/guideline"
	"aidpost/records/vitals"
)

// A Tally counts what was done at a site, visit by visit. It keeps no name and
// no value.
type Tally struct {
	zone   *time.Location
	visits int
	ended  int // early
	absent int // were called and did not come: no visits
	guests int
	urgent int
	people map[records.ID]int // visits of each
	days   map[time.Time]int  // visits of each
	length []time.Duration
	waits  []time.Duration // until somebody of staff began
	panels map[vitals.Panel]*panelTally
}

// A panelTally counts what was done with the instruments of a panel.
type panelTally struct {
	readings, results, left, voided, typed int
	bands                                  map[string]int
}

// NewTally returns an empty tally; days are those of the zone.
func NewTally(zone *time.Location) *Tally {
	return &Tally{zone: zone, people: map[records.ID]int{}, days: map[time.Time]int{}, panels: map[vitals.Panel]*panelTally{}}
}

// Add counts one visit.
func (t *Tally) Add(e *records.Encounter) {
	if e.NoShow() {
		t.absent++
		return
	}
	t.visits++
	at := e.Started.In(t.zone)
	t.days[time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, t.zone)]++
	if !e.Status.Visit() {
		t.ended++
	}
	if e.Patient == nil {
		t.guests++
	} else {
		t.people[e.Patient.ID]++
	}
	if length := e.Ended.Sub(e.Started); length > 0 && e.Status == records.Finished {
		t.length = append(t.length, length)
	}
	if begun := e.Identity.At; !begun.IsZero() {
		t.waits = append(t.waits, max(begun.Sub(e.Started), 0))
	}
	tier := 0
	folded := map[records.ID]bool{}
	for _, o := range e.Observations {
		for _, id := range o.MeanOf {
			folded[id] = true
		}
	}
	for _, o := range e.Observations {
		tier = max(tier, t.observation(o, folded[o.ID]))
	}
	if tier >= int(guideline.ContactToday) {
		t.urgent++
	}
}

// observation counts one, and returns how soon it asks to act.
func (t *Tally) observation(o records.Observation, folded bool) (tier int) {
	p := t.panels[o.Panel]
	if p == nil {
		p = &panelTally{bands: map[string]int{}}
		t.panels[o.Panel] = p
	}
	if len(o.MeanOf) == 0 { // a mean takes no strip
		p.readings++
		if o.Origin.EnteredBy != "" {
			p.typed++
		}
	}
	switch {
	case o.State == records.Voided:
		p.voided++
		return 0
	case o.Excluded != "":
		p.left++
		return 0
	case folded:
		return 0
	}
	p.results++
	for _, j := range o.Judged {
		tier = max(tier, j.Tier)
		if j.Subject == string(mainPart(o.Panel)) && j.Band != "" {
			p.bands[j.Band]++
		}
	}
	return tier
}

// median returns the usual length of a visit, zero for none.
func (t *Tally) median() time.Duration {
	if len(t.length) == 0 {
		return 0
	}
	all := slices.Sorted(slices.Values(t.length))
	return all[len(all)/2]
}

// returning counts people who came more than once.
func (t *Tally) returning() (n int) {
	for _, visits := range t.people {
		if visits > 1 {
			n++
		}
	}
	return n
}

// Prices are what a site pays, in its currency.
type Prices struct {
	Currency string `json:"currency"` // as it stands after a number
	// Visit is for each visit: paper, wipes.
	Visit vitals.Decimal `json:"visit"`
	// Month is for each 30 days, whoever comes.
	Month vitals.Decimal `json:"month"`
	// Panels are for each reading, a control run too: a strip, a cuff's share.
	Panels map[vitals.Panel]vitals.Decimal `json:"panels"`
}

// ErrPrices reports prices that nobody can reckon with.
var ErrPrices = errors.New("the prices cannot be reckoned with")

// Check names the first price that is wrong.
func (p Prices) Check() error {
	none := vitals.Int(0)
	if p.Visit.Cmp(none) < 0 || p.Month.Cmp(none) < 0 {
		return fmt.Errorf("%w: one is below zero", ErrPrices)
	}
	for panel, price := range p.Panels {
		switch {
		case !slices.Contains(vitals.AllPanels(), panel):
			return fmt.Errorf("%w: there is no panel %.40q", ErrPrices, panel)
		case price.Cmp(none) < 0:
			return fmt.Errorf("%w: one is below zero", ErrPrices)
		}
	}
	if !p.set() && (p.Visit.Cmp(none) > 0 || p.Month.Cmp(none) > 0 || len(p.Panels) > 0) {
		return fmt.Errorf("%w: they have no currency", ErrPrices)
	}
	return nil
}

// set reports whether there is anything to reckon with.
func (p Prices) set() bool { return p.Currency != "" }
