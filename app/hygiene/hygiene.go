// Package hygiene keeps an instrument from going from one person to the next
// before it was cleaned, where a site asks for it.
//
// What waits to be cleaned is a file for each instrument in a folder beside the
// records, so that the patients' window, the staff's and the command line agree
// on it and a power cut forgets nothing. The files name instruments and random
// ids of visits, and nobody. Who cleaned what, and when, is in the audit trail.
package hygiene

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"aidpost/records"
	"aidpost/records/quality"
	"aidpost/records/staff"
)

// A Rule says how an instrument is cleaned between two people.
type Rule struct {
	Instrument string `json:"instrument"` // MODEL or MODEL/SERIAL
	// With is the disinfectant, as its label calls it.
	With string `json:"with"`
	// WetSeconds is how long it has to stay on, from the same label.
	WetSeconds int `json:"wetSeconds"`
}

// Wet is how long the disinfectant has to stay on.
func (r Rule) Wet() time.Duration { return time.Duration(r.WetSeconds) * time.Second }

// mostWet is longer than any disinfectant for surfaces takes.
const mostWet = 3600

// ErrRule reports a rule that cannot be followed.
var ErrRule = errors.New("the rule for cleaning cannot be followed")

// Check returns why a rule cannot be followed, or nil.
func (r Rule) Check() error {
	switch {
	case r.Instrument == "":
		return fmt.Errorf("%w: it names no instrument", ErrRule)
	case strings.TrimSpace(r.With) == "":
		return fmt.Errorf("%w: nothing is said to clean %.60q with", ErrRule, r.Instrument)
	case r.WetSeconds < 0 || r.WetSeconds > mostWet:
		return fmt.Errorf("%w: %d seconds for %.60q", ErrRule, r.WetSeconds, r.Instrument)
	}
	return nil
}

// Reasons are why an instrument may be used without having been cleaned, in the
// order of a list on screen.
func Reasons() []string { return []string{"emergency", "no-disinfectant", "cleaned-elsewhere"} }

// A Book knows which instruments wait to be cleaned.
type Book struct {
	folder string
	rules  []Rule
	now    func() time.Time
}

// New returns the book that is kept in a folder, which need not exist yet.
func New(folder string, rules []Rule) *Book {
	return &Book{folder: folder, rules: rules, now: time.Now}
}

// Rule returns how an instrument is cleaned, or false if nothing is asked. What
// is said of one counts before what is said of its model.
func (b *Book) Rule(i quality.Instrument) (found Rule, ok bool) {
	for _, r := range b.rules {
		if r.Instrument == i.String() {
			return r, true
		}
		if r.Instrument == i.Model && !ok {
			found, ok = r, true
		}
	}
	return found, ok
}

// A Soil is what an instrument waits to be cleaned of.
type Soil struct {
	Visit records.ID
	Since time.Time
}

// Waits reports whether an instrument has to be cleaned before it is used for a
// visit: another one used it last. Where that cannot be read, it has to.
func (b *Book) Waits(i quality.Instrument, visit records.ID) (bool, error) {
	soil, waits, err := b.Soiled(i)
	return waits && (err != nil || soil.Visit != visit), err
}

// Soiled returns since when an instrument waits to be cleaned, if it does.
func (b *Book) Soiled(i quality.Instrument) (Soil, bool, error) {
	if _, asked := b.Rule(i); !asked {
		return Soil{}, false, nil
	}
	text, err := os.ReadFile(b.path(i))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Soil{}, false, nil
	case err != nil:
		return Soil{}, true, fmt.Errorf("reading whether %s is clean: %w", i, err)
	}
	visit, since, _ := strings.Cut(strings.TrimSpace(string(text)), " ")
	at, err := time.Parse(time.RFC3339, since)
	if err != nil { // it was used all the same
		return Soil{Visit: records.ID(visit)}, true, nil
	}
	return Soil{Visit: records.ID(visit), Since: at}, true, nil
}

// Waiting lists the instruments that wait to be cleaned.
func (b *Book) Waiting() ([]quality.Instrument, error) {
	files, err := os.ReadDir(b.folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("looking what waits to be cleaned: %w", err)
	}
	var list []quality.Instrument
	for _, f := range files {
		name, err := url.QueryUnescape(f.Name())
		if err != nil || strings.HasPrefix(name, ".") { // half-written
			continue
		}
		var i quality.Instrument
		i.Model, i.Serial, _ = strings.Cut(name, "/")
		if _, asked := b.Rule(i); asked {
			list = append(list, i)
		}
	}
	return list, nil
}

// Used notes that an instrument is about to be used for a visit. It is on disk
// when it returns.
func (b *Book) Used(i quality.Instrument, visit records.ID) error {
	if _, asked := b.Rule(i); !asked {
		return nil
	}
	err := os.MkdirAll(b.folder, 0o700)
	if err == nil {
		err = replace(b.path(i), string(visit)+" "+b.now().UTC().Format(time.RFC3339)+"\n")
	}
	if err != nil {
		return fmt.Errorf("noting that %s was used: %w", i, err)
	}
	return nil
}

// Cleaned notes that an instrument was cleaned, or need not be.
func (b *Book) Cleaned(i quality.Instrument) error {
	if err := os.Remove(b.path(i)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("noting that %s is clean: %w", i, err)
	}
	return nil
}

// Record puts on record that somebody has cleaned an instrument, or why it is used
// without, and lets the next person use it.
func (b *Book) Record(ctx context.Context, a *records.Access, i quality.Instrument, skipped string) error {
	rule, _ := b.Rule(i)
	deed := records.Deed{Action: staff.CleanInstrument, Reason: i.String() + " with " + rule.With}
	if skipped != "" {
		deed = records.Deed{Action: staff.SkipCleaning, Reason: i.String() + ": " + skipped}
	}
	if err := a.Note(ctx, deed); err != nil {
		return err
	}
	return b.Cleaned(i)
}

// path is the file of an instrument; its name can be written on every disk.
func (b *Book) path(i quality.Instrument) string {
	return filepath.Join(b.folder, url.QueryEscape(i.String()))
}

// replace writes a file whole, and through to the disk.
func replace(path, text string) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // gone by then, unless something failed
	_, err = f.WriteString(text)
	if err == nil {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
