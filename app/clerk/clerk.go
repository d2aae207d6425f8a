// Package clerk gathers what a report shows out of the records, and puts on
// record what leaves the kiosk: for the command line, the staff's screens and
// whoever prints.
package clerk

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"aidpost/app/site"
	"aidpost/app/timing"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/guideline"
	"aidpost/records/staff"
	"aidpost/reports"
)

// A Kind is a kind of report. The names are those of the command line and of
// the site's settings.
type Kind string

// The kinds.
const (
	Visit       Kind = "visit"       // the summary of one visit
	Person      Kind = "person"      // somebody's newest results
	Trend       Kind = "trend"       // somebody's results over a time
	Referral    Kind = "referral"    // a letter to another clinic
	Days        Kind = "days"        // the register of a time
	Quality     Kind = "quality"     // quality control of a time
	Instruments Kind = "instruments" // what is there, and how it is
	Activity    Kind = "activity"    // counts and costs of a time
	Book        Kind = "book"        // who is due, and forms to write on without power
	Closing     Kind = "closing"     // the day that was closed last in a time
	Audit       Kind = "audit"       // who did what in a time, of one person or by one of staff
)

// Kinds returns all kinds in the order of a list on screen.
func Kinds() []Kind {
	return []Kind{Visit, Person, Trend, Referral, Days, Quality, Instruments, Activity, Book, Closing, Audit}
}

// Of says what a report of the kind is about.
func (k Kind) Of() About {
	switch k {
	case Visit, Referral:
		return OneVisit
	case Person, Trend:
		return OnePerson
	}
	return Site
}

// TakenHome reports whether people take papers of the kind home: they are in every
// language that the kiosk speaks, at first in theirs. The others stay with staff and are
// in the languages of staff. A referral is for another clinic, and a line in the language
// of the person says what to do with it.
func (k Kind) TakenHome() bool { return k.Of() != Site && k != Referral }

// Needs is what one must be allowed to do to get a report of the kind.
func (k Kind) Needs() staff.Action {
	switch k {
	case Quality, Instruments:
		return staff.ReadQuality
	case Activity:
		return staff.ListRecords
	case Audit:
		return staff.PrintAudit
	case Book:
		return staff.PrintForms
	}
	return staff.PrintRecord
}

// An About is what a report is about.
type About uint8

// What reports are about.
const (
	Site About = iota
	OneVisit
	OnePerson
)

// What becomes of a report, as it stands on record.
const (
	// Preview: it was drawn on a screen and went nowhere.
	Preview = "preview"
	paper   = "paper"
)

// An Order says which report is wanted, and how.
type Order struct {
	Kind      Kind
	Encounter records.ID // of Visit and Referral
	Patient   records.ID // of Person and Trend
	// Since and Until bound what a report of a time is about; Until is not in
	// it. Of Trend and Audit both may be zero.
	Since, Until time.Time
	// About and Who are of Audit: the person, record or account that it is about,
	// and the account whose deeds it lists. Both empty: everything.
	About, Who records.ID
	// Lang is a BCP 47 tag. Empty: the person's language, or the clerk's.
	Lang  string
	Paper reports.Paper
	Copy  int // 2 and more are marked as copies; 0 is the first
	// Queue is the printer's, if not that of the site's settings, and Again says
	// why something is printed once more. Both are of Print alone.
	Queue, Again string
	noted        *records.Deed // what went on record of it; nil: nobody asks
	Forms        int           // of Book; zero: the usual number
	// To, Reason, Done and Due are of a referral.
	To, Reason, Done string
	Due              time.Time
}

// A Clerk writes reports. It serves one goroutine at a time.
type Clerk struct {
	Access  *records.Access
	Profile site.Profile
	Rules   *guideline.Rules
	Words   *words.Catalogue
	Zone    *time.Location
	// Lang is the language of staff, as a BCP 47 tag.
	Lang string
	Now  func() time.Time
	// Signer lets numbers on paper be checked.
	Signer Signer
	// Chain returns the end of the audit trail, for the day list; nil prints
	// none.
	Chain func(context.Context) (string, error)
	// Times returns how long things took in a period; nil: nobody has counted.
	Times func(since, until time.Time) (timing.Figures, error)
}

// Errors of an order.
var (
	// ErrOrder: the order cannot be carried out as it is.
	ErrOrder = errors.New("cannot be ordered like this")
	// ErrNobody: nobody has that id, or nothing of them is kept.
	ErrNobody = errors.New("nothing is kept of that person")
	// ErrNoClosing: no day was closed in that time.
	ErrNoClosing = errors.New("no day was closed in that time")
)

// Write writes a report as PDF. As says on record what becomes of it: "file",
// "paper". What cannot be put on record is not written. Other errors are those
// of records.Access and of package reports.
func (c *Clerk) Write(ctx context.Context, w io.Writer, o Order, as string) error {
	if o.Kind.Of() == Site && o.Kind != Instruments && o.Kind != Audit && o.Kind != Book && (o.Since.IsZero() || !o.Since.Before(o.Until)) {
		return fmt.Errorf("%s: %w: it is of a time", o.Kind, ErrOrder)
	}
	write, ok := map[Kind]func(context.Context, io.Writer, Order, string) error{
		Visit: c.visit, Person: c.person, Trend: c.person, Referral: c.referral, Days: c.days,
		Quality: c.quality, Instruments: c.instruments, Activity: c.activity, Book: c.book, Closing: c.closing, Audit: c.audit,
	}[o.Kind]
	if !ok {
		return fmt.Errorf("%.40q: %w: there is no such kind", o.Kind, ErrOrder)
	}
	return write(ctx, w, o, as)
}

// issue is what all reports have in common. Theirs is the language of the person it is
// about, of what is taken home.
func (c *Clerk) issue(o Order, theirs string) reports.Issue {
	lang := c.Words.StaffLang(cmp.Or(o.Lang, c.Lang))
	if o.Kind.TakenHome() {
		lang = c.Words.Lang(cmp.Or(o.Lang, theirs))
	}
	return reports.Issue{
		Lang: lang, Site: c.Profile.Letterhead(), Kiosk: c.Profile.Kiosk, Zone: c.Zone,
		Printed: c.Now(), Copy: max(1, o.Copy), Paper: o.Paper, Thresholds: c.thresholds(),
	}
}

// thresholds is the version of those that count here.
func (c *Clerk) thresholds() string {
	if c.Rules == nil {
		return ""
	}
	return c.Rules.Version()
}

// Printed is what goes on record of a visit that leaves the kiosk, as a file or
// on paper.
func Printed(e *records.Encounter, as string) records.Deed {
	deed := records.Deed{Action: staff.PrintRecord, Object: e.ID, Reason: as}
	if e.Patient != nil {
		deed.Patient = e.Patient.ID
	}
	return deed
}

// Noted is how a paper stands on record: what it is, its code, and of a copy which
// one it is and why there is one.
func Noted(as, code string, n int, again string) string {
	as += ", code " + code
	if n > 1 {
		as = strings.TrimSuffix(fmt.Sprintf("%s, copy %d: %s", as, n, again), ": ")
	}
	return as
}

// leaves puts on record what leaves the kiosk, when its code is known. Of a paper it
// counts those before it with the same code, or of the same visit; the second one is
// a copy, and somebody says why.
func (c *Clerk) leaves(ctx context.Context, o Order, as string, deed records.Deed, since time.Time) func(string) (int, error) {
	return func(code string) (int, error) {
		n, what := max(1, o.Copy), noted(o.Kind, as)
		if as == paper {
			same := what
			if o.Kind.Of() != OneVisit {
				same = Noted(what, code, 1, "")
			}
			before, err := c.Access.Prints(ctx, deed.Action, deed.Object, same, since)
			if err != nil {
				return 0, err
			}
			if n = before + 1; n > 1 && o.Again == "" {
				return 0, fmt.Errorf("%s: %w", o.Kind, ErrPrinted)
			}
		}
		deed.Reason = Noted(what, code, n, o.Again)
		if o.noted != nil {
			*o.noted = deed
		}
		return n, c.Access.Note(ctx, deed)
	}
}

// visit writes the summary of a visit, as the kiosk does.
func (c *Clerk) visit(ctx context.Context, w io.Writer, o Order, as string) error {
	e, err := c.Access.Encounter(ctx, o.Encounter)
	if err != nil {
		return err
	}
	i := c.issue(o, e.Language)
	d := reports.Data{
		Encounter: *e, Rules: c.Rules, Who: site.SubjectOf(e), Tier: site.TierOf(e), Lang: i.Lang, Site: i.Site,
		Printed: i.Printed, Copy: i.Copy, Paper: i.Paper, Demo: site.Simulated(e),
	}
	if d.History, err = c.earlier(ctx, e); err != nil {
		return err
	}
	// What is in the records is there because the person agreed to it.
	if d.Checked, err = c.Signer.Check(e.Patient, Results(e), i.Printed, c.Zone); err != nil {
		return err
	}
	d.Leaves = c.leaves(ctx, o, as, Printed(e, ""), e.Started)
	return reports.Summary(ctx, w, d)
}

// historyLimit is how many earlier results the trend of a summary shows, as in
// a visit.
const historyLimit = 30

// earlier returns what the trend shows of the time before an encounter.
func (c *Clerk) earlier(ctx context.Context, e *records.Encounter) (history []records.Observation, err error) {
	if e.Patient == nil {
		return nil, nil
	}
	for _, panel := range site.PanelsOf(e) {
		results, err := c.Access.History(ctx, e.Patient.ID, panel, historyLimit)
		if err != nil {
			return nil, err
		}
		for _, o := range results {
			if o.Taken.Before(e.Started) {
				history = append(history, o)
			}
		}
	}
	return history, nil
}

// person writes what is known of somebody's results over time.
func (c *Clerk) person(ctx context.Context, w io.Writer, o Order, as string) error {
	who, err := c.Access.Patient(ctx, o.Patient)
	if errors.Is(err, records.ErrNotFound) {
		return ErrNobody
	}
	if err != nil {
		return err
	}
	p := reports.Person{Issue: c.issue(o, who.Language), Patient: who, Rules: c.Rules, Since: o.Since, Until: o.Until}
	p.Who.Age, p.Who.AgeKnown = who.BirthDate.AgeOn(p.Printed)
	visits, err := c.Access.VisitsOf(ctx, who.ID) // all panels at one look
	if err != nil {
		return err
	}
	for _, e := range visits {
		if e.Status.Visit() {
			p.Results = append(p.Results, Results(e)...)
		}
	}
	p.Demo = slices.ContainsFunc(p.Results, site.MadeUp)
	if p.Checked, err = c.Signer.Check(who, p.Shown(o.Kind == Trend), p.Printed, c.Zone); err != nil {
		return err
	}
	p.Leaves = c.leaves(ctx, o, as, records.Deed{Action: staff.PrintRecord, Object: who.ID, Patient: who.ID}, newest(p))
	if o.Kind == Trend {
		return reports.TrendReport(ctx, w, p)
	}
	return reports.AtAGlance(ctx, w, p)
}

// newest is when the last of the results was taken: no paper with all of them is
// older.
func newest(p reports.Person) (at time.Time) {
	for _, o := range p.Results {
		if o.Taken.After(at) {
			at = o.Taken
		}
	}
	return at
}

// referral writes a letter about a visit.
func (c *Clerk) referral(ctx context.Context, w io.Writer, o Order, as string) error {
	e, err := c.Access.Encounter(ctx, o.Encounter)
	if err != nil {
		return err
	}
	i := c.issue(o, "")
	i.Demo = site.Simulated(e)
	if zone, err := time.LoadLocation(e.Zone); err == nil {
		i.Zone = zone
	}
	made := e.ReferralTo(o.To)
	if as != Preview { // it leaves: from now on an answer is awaited
		if made, err = c.Access.Refer(ctx, e, records.Referral{To: o.To, Reason: o.Reason, Until: dateOf(o.Due)}); err != nil {
			return err
		}
	}
	i.Leaves = c.leaves(ctx, o, as, Printed(e, ""), e.Started)
	checked, err := c.Signer.Check(e.Patient, Results(e), i.Printed, i.Zone)
	if err != nil {
		return err
	}
	return reports.WriteReferral(ctx, w, reports.Referral{
		Issue: i, Encounter: *e, To: o.To, By: c.by(), Reason: o.Reason, Done: o.Done, Until: o.Due, Code: made.Code, Checked: checked,
		Theirs: c.Words.Lang(e.Language),
	})
}

// dateOf is the day of an instant in its zone; none of the zero one.
func dateOf(t time.Time) records.Date {
	if t.IsZero() {
		return records.Date{}
	}
	y, m, d := t.Date()
	return records.Date{Year: y, Month: int(m), Day: d}
}

// by is who writes: the member of staff, or the place.
func (c *Clerk) by() string {
	if name := c.Access.Who().Name; name != "" {
		return name + "\n" + c.Profile.Name
	}
	return c.Profile.Name
}
