package site

import (
	"bytes"
	"context"
	"log/slog"
	"sync"
	"time"

	"aidpost/assets/words"
	"aidpost/instruments/catalogue"
	"aidpost/records"
	"aidpost/records/fhir"
	"aidpost/records/guideline"
	"aidpost/records/quality"
	"aidpost/records/vitals"
	"aidpost/reports"
)

// Beside is what the records and the site know beside a visit, for a server: who
// corrected it, how its instruments were calibrated, and the page about it.
type Beside struct {
	store *records.Store
	log   *slog.Logger

	// Of the summary; nil rules: none is made.
	rules   *guideline.Rules
	words   *words.Catalogue
	profile Profile

	mu     sync.Mutex
	checks *quality.Log // as it was read last
	read   time.Time
}

// oldChecks is for how long the calibrations are not read again: they are a few
// a year.
const oldChecks = time.Minute

// NewBeside returns what is known beside visits in a store. With summary, pages
// are made as the profile in the folder has them.
func NewBeside(folder string, store *records.Store, summary bool, log *slog.Logger) (*Beside, error) {
	b := &Beside{store: store, log: log}
	if !summary {
		return b, nil
	}
	var err error
	if b.profile, err = LoadProfile(folder); err != nil {
		return nil, err
	}
	if b.words, err = words.Load(); err != nil {
		return nil, err
	}
	b.rules, err = Rules(b.profile.Choice(""))
	return b, err
}

// Fill has an operator tell it.
func (b *Beside) Fill(op *fhir.Operator) {
	op.Staff, op.Calibrated, op.Kind = b.staff, b.calibrated, Kind
	if b.rules != nil {
		op.Summary = b.summary
	}
}

// Kind is what the instruments of a driver are for.
func Kind(driver string) (vitals.Panel, bool) {
	d, ok := catalogue.Find(driver)
	if !ok {
		return "", false
	}
	return d.Model().Panel, true
}

func (b *Beside) staff(id records.ID) (fhir.Member, bool) {
	a, err := b.store.Member(context.Background(), id)
	if err != nil {
		b.log.Warn("a member of staff is sent without a name", "account", id, "error", err)
		return fhir.Member{}, false
	}
	return fhir.Member{Name: a.Name, Role: a.Role}, true
}

// calibrated finds the last calibration of an instrument by its serial number,
// or that of its cable, as Instrument names it.
func (b *Beside) calibrated(o records.Origin) (fhir.Calibration, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.checks == nil || time.Since(b.read) > oldChecks {
		l, err := b.store.QualityLog(context.Background())
		if err != nil {
			b.log.Warn("calibrations cannot be read and are not sent", "error", err)
			return fhir.Calibration{}, false
		}
		b.checks, b.read = l, time.Now()
	}
	i := quality.Instrument{Model: o.Driver, Serial: o.Device.Serial}
	if i.Serial == "" {
		i.Serial = o.Device.Adapter
	}
	c, ok := b.checks.Calibrated(i)
	return fhir.Calibration{At: c.At, Due: c.Due}, ok
}

// summary makes the page as it would be printed of the visit alone: a trend
// would change it whenever another visit is added.
func (b *Beside) summary(e *records.Encounter) (fhir.Summary, bool) {
	zone := time.UTC
	if z, err := time.LoadLocation(e.Zone); err == nil {
		zone = z
	}
	lang := b.words.Lang(e.Language)
	var page bytes.Buffer
	err := reports.Summary(context.Background(), &page, reports.Data{
		Encounter: *e, Rules: b.rules, Who: SubjectOf(e), Tier: TierOf(e), Lang: lang, Site: b.profile.Letterhead(),
		Printed: fhir.SummaryTime(e).In(zone), Copy: 1, Demo: Simulated(e),
	})
	if err != nil {
		b.log.Error("a visit is sent without its page", "encounter", e.ID, "error", err)
		return fhir.Summary{}, false
	}
	return fhir.Summary{PDF: page.Bytes(), Language: e.Language, Title: lang.T(words.ReportTitle)}, true
}
