package site

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"aidpost/app/hygiene"
	"aidpost/app/visit"
	"aidpost/instruments"
	"aidpost/instruments/catalogue"
	"aidpost/records/intended"
	"aidpost/records/vitals"
)

// UncleanedFolder is the folder in the data folder with what waits to be cleaned.
const UncleanedFolder = "uncleaned"

// Sharing is what a site does with meters for blood whose makers do not say that
// they may be used for several people. Unless it lends them itself, each measures
// nobody but the person who brought it.
type Sharing struct {
	// Meters are those that the site lends to one person after the other, each as
	// MODEL or MODEL/SERIAL.
	Meters []string `json:"meters"`
	// ApprovedBy answers for that: for lancets that are used once and thrown away,
	// and for a meter that is cleaned after each person, which Profile.Cleaning
	// has to ask for.
	ApprovedBy string `json:"approvedBy"`
}

// A CuffSize says for which arms the cuff on an instrument is made, as is printed
// on it, in centimetres. Many take cuffs of several sizes.
type CuffSize struct {
	Instrument string `json:"instrument"` // MODEL or MODEL/SERIAL
	From       int    `json:"from"`
	To         int    `json:"to"`
}

// ErrCuff reports a cuff that cannot be.
var ErrCuff = errors.New("there can be no such cuff")

// simulatedCuff is on a simulated instrument whose own cuff is not known: one for
// most adults.
func simulatedCuff() intended.Range { return intended.Range{From: 22, To: 42} }

// ErrSharing reports meters that a site cannot lend.
var ErrSharing = errors.New("the meters cannot be shared")

// checkMeant returns why meters cannot be lent, or instruments not cleaned, as the
// profile has it.
func (p Profile) checkMeant() error {
	for _, r := range p.Cleaning {
		model, _, _ := strings.Cut(r.Instrument, "/")
		if _, ok := catalogue.Find(model); !ok {
			return fmt.Errorf("%w: there is no instrument %.60q", hygiene.ErrRule, r.Instrument)
		}
		if err := r.Check(); err != nil {
			return err
		}
	}
	for _, c := range p.Cuffs {
		if err := c.check(); err != nil {
			return err
		}
	}
	for _, named := range p.Sharing.Meters {
		model, _, _ := strings.Cut(named, "/")
		d, ok := catalogue.Find(model)
		switch {
		case !ok || d.Model().Panel != vitals.BloodGlucose:
			return fmt.Errorf("%w: %.60q is no meter", ErrSharing, named)
		case strings.TrimSpace(p.Sharing.ApprovedBy) == "":
			return fmt.Errorf("%w: nobody has approved that %.60q is", ErrSharing, named)
		case !slices.ContainsFunc(p.Cleaning, func(r hygiene.Rule) bool { return r.Instrument == named || r.Instrument == model }):
			return fmt.Errorf("%w: no rule says how %.60q is cleaned", ErrSharing, named)
		}
	}
	return nil
}

func (c CuffSize) check() error {
	model, _, _ := strings.Cut(c.Instrument, "/")
	d, ok := catalogue.Find(model)
	switch {
	case !ok || d.Model().Panel != vitals.BloodPressure:
		return fmt.Errorf("%w: %.60q measures no blood pressure", ErrCuff, c.Instrument)
	case !c.arms().Sound():
		return fmt.Errorf("%w: one for arms of %d to %d cm on %.60q", ErrCuff, c.From, c.To, c.Instrument)
	}
	return nil
}

func (c CuffSize) arms() intended.Range { return intended.Range{From: c.From, To: c.To} }

// cuff is what the site says of the cuff on an instrument; what is said of one
// counts before what is said of its model.
func (p Profile) cuff(a instruments.Attached) (found intended.Range) {
	for _, c := range p.Cuffs {
		if c.Instrument == visit.InstrumentOf(a).String() {
			return c.arms()
		}
		if c.Instrument == a.Model.ID {
			found = c.arms()
		}
	}
	return found
}

// Cuff returns for which arms the cuff on an instrument is made: by what the site
// says of it, or else its label. The zero range is not known.
func (p Profile) Cuff(labels *intended.Labels, simulated bool) func(instruments.Attached) intended.Range {
	return func(from instruments.Attached) intended.Range {
		arms := labels.Of(from.Model.ID).CuffOf(p.cuff(from))
		if arms == (intended.Range{}) && simulated && from.Model.Panel == vitals.BloodPressure {
			return simulatedCuff()
		}
		return arms
	}
}

// lends reports whether the site lends an instrument to one person after the
// other.
func (p Profile) lends(a instruments.Attached) bool {
	return slices.Contains(p.Sharing.Meters, a.Model.ID) || slices.Contains(p.Sharing.Meters, visit.InstrumentOf(a).String())
}

// Fit returns what instruments are meant for, by their labels, by the cuffs on them
// and by what the site lends. Simulated ones take no blood, so that they are lent to
// everybody.
func (p Profile) Fit(labels *intended.Labels, simulated bool) visit.Fit {
	cuff := p.Cuff(labels, simulated)
	return func(from instruments.Attached, who intended.Person, own bool) []intended.Objection {
		return labels.Of(from.Model.ID).Objections(who, intended.Use{Own: own, Lent: simulated || p.lends(from), Cuff: cuff(from)})
	}
}

// Hygiene returns the book of what has to be cleaned, in a data folder.
func (p Profile) Hygiene(data string) *hygiene.Book {
	return hygiene.New(filepath.Join(data, UncleanedFolder), p.Cleaning)
}
