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

// lends reports whether the site lends an instrument to one person after the
// other.
func (p Profile) lends(a instruments.Attached) bool {
	return slices.Contains(p.Sharing.Meters, a.Model.ID) || slices.Contains(p.Sharing.Meters, visit.InstrumentOf(a).String())
}

// Fit returns what instruments are meant for, by their labels and by what the site
// lends. Simulated ones take no blood, so that they are lent to everybody.
func (p Profile) Fit(labels *intended.Labels, simulated bool) visit.Fit {
	return func(from instruments.Attached, who intended.Person, own bool) []intended.Objection {
		return labels.Of(from.Model.ID).Objections(who, intended.Use{Own: own, Lent: simulated || p.lends(from)})
	}
}

// Hygiene returns the book of what has to be cleaned, in a data folder.
func (p Profile) Hygiene(data string) *hygiene.Book {
	return hygiene.New(filepath.Join(data, UncleanedFolder), p.Cleaning)
}
