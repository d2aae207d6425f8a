package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"aidpost/app/clerk"
	"aidpost/app/site"
	"aidpost/app/strongbox"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/reports"
)

func reportVerb() verb {
	return verb{
		name: "report", args: "[KIND] [ENCOUNTER] --out FILE.pdf|-|FOLDER|--print [--queue Q] [--again WHY] [--patient ID] [--from D --to D] [--lang xx] [--paper a4|letter|receipt] [--encrypt|--encrypt-to KEY] [--force] [--data DIR]",
		brief: "write a report as PDF",
		about: `
Writes a report. Without a KIND it is the summary of a visit, as the kiosk prints
it. Of these, many go at once into a new folder: visits of a time, or the people
named by --patients or who came in a time.

  visit        the summary of one ENCOUNTER, or of those of a time
  person       somebody's newest results and how they went (--patient)
  trend        all results of somebody, with charts, also of a time (--patient)
  referral     a letter about an ENCOUNTER to another clinic (--for --reason
               --done --due), with a part that comes back
  days         the register of a time, with the end of the audit trail
  quality      lots, control runs with charts, calibrations, overrides
  instruments  what is there: last reading, clock, control, state
  activity     counts of a time, and costs if site.json has prices
  book         for days without power: who is due, the last values of everybody who
               came in three months, and --forms coded forms to write on
  closing      the day that was closed last in a time: its register, what was left
               open and why, what the server holds, the end of the audit trail
  audit        who did what in a time, with the hashes at both ends of it and what a
               check of the trail found; of one person, visit or account (--about)

A time is --from and --to, the last day: 2026-03-31. Lists are of today, reports
on quality, activity and audit of the last 30 days if nothing is said. The language is
the person's, or this machine's, unless --lang says otherwise. A file that exists
is not replaced without --force. A receipt is a roll of 80 mm. An encrypted file
is opened with age, by its passphrase or the recipient's key.

--print prints instead, on the queue and the paper that site.json names for the
kind, and waits until the paper is out; Ctrl-C cancels the job and those that
were to follow. What was printed before is marked as a copy, and
--again says why.`,
		exits: []int{ExitFailed, ExitDenied, ExitInterrupted},
		setup: setupReport,
	}
}

// A reportJob is what the flags of report say.
type reportJob struct {
	clerk.Order
	out, folder, guideline string
	patients               []string
	list                   string // file with the ids of patients
	force                  bool
	box                    strongbox.Box
	print, sized           bool
	zone                   *time.Location
}

// ids is a flag that may be repeated.
type ids []string

func (l *ids) String() string { return "" }

func (l *ids) Set(s string) error {
	if s == "" {
		return errors.New("an id is not empty")
	}
	*l = append(*l, s)
	return nil
}

func setupReport(c *command) func(context.Context, []string) error {
	var j reportJob
	c.flags.StringVar(&j.out, "out", "", "the `file`, - for standard output, or a new folder for many")
	c.flags.StringVar(&j.Lang, "lang", "", "the `language`, if not the person's")
	c.flags.StringVar(&j.guideline, "bp-guideline", "", "the guideline whose scale is drawn, by its `id`: aha-2025 or esc-2024")
	c.flags.BoolVar(&j.force, "force", false, "replace a file that exists")
	c.flags.Var((*ids)(&j.patients), "patient", "the `id` of a person; may be repeated")
	c.flags.StringVar(&j.list, "patients", "", "a `file` with ids of people, one a line, or - for standard input")
	c.flags.StringVar(&j.To, "for", "", "who a referral is `for`")
	c.flags.StringVar(&j.Reason, "reason", "", "the `reason` of a referral")
	c.flags.StringVar(&j.Done, "done", "", "what was `done` before a referral")
	c.flags.StringVar((*string)(&j.About), "about", "", "the `id` that an extract of the audit trail is about")
	c.flags.IntVar(&j.Forms, "forms", 0, "how `many` forms of the kind book; else 20")
	due := c.flags.String("due", "", "the last `day` on which who is referred should be seen")
	from := c.flags.String("from", "", "the first `day`, or a time before now like 24h")
	to := c.flags.String("to", "", "the last `day`")
	c.flags.BoolVar(&j.print, "print", false, "print it in the place of writing a file")
	c.flags.StringVar(&j.Queue, "queue", "", "the `queue` to print on, if not that of site.json")
	c.flags.StringVar(&j.Again, "again", "", "`why` a paper is printed once more, as a copy")
	size := c.flags.String("paper", "", "the `paper`: a4, letter or receipt; else that of site.json when printing, or a4")
	data, zone, encrypt := c.dataFlag(), c.zoneFlag(), c.encryptFlags()
	return func(ctx context.Context, args []string) (err error) {
		if j.zone, err = zone(); err != nil {
			return err
		}
		if err := j.read(args, *size); err != nil {
			return err
		}
		if err := j.times(c.Now().In(j.zone), *from, *to, *due); err != nil {
			return err
		}
		if j.folder, err = data(); err != nil {
			return fail(ExitFailed, "%w", err)
		}
		if j.box, err = encrypt(ctx); err != nil {
			return err
		}
		return c.reports(ctx, j)
	}
}

// read takes the arguments and the paper.
func (j *reportJob) read(args []string, size string) error {
	j.Kind = clerk.Visit
	if len(args) > 0 && slices.Contains(clerk.Kinds(), clerk.Kind(args[0])) {
		j.Kind, args = clerk.Kind(args[0]), args[1:]
	}
	if len(args) > 0 && j.Kind.Of() == clerk.OneVisit {
		j.Encounter, args = records.ID(args[0]), args[1:]
	}
	if err := none(args); err != nil {
		return err
	}
	var ok bool
	if j.Paper, ok = reports.ParsePaper(size); !ok {
		return usage("%.40q is no paper; it is a4, letter or receipt", size)
	}
	j.sized = size != ""
	people := len(j.patients) > 0 || j.list != ""
	switch {
	case j.out == "" && !j.print:
		return usage("name the file with --out, or --print it")
	case j.print && (j.out != "" || j.force):
		return usage("it is printed or written to a file, not both")
	case !j.print && (j.Queue != "" || j.Again != ""):
		return usage("--queue and --again are for --print")
	case j.Kind == clerk.Referral && j.Encounter == "":
		return usage("name an encounter; see: aidpost encounters")
	case people && j.Kind.Of() != clerk.OnePerson:
		return usage("--patient is of the kinds person and trend")
	case j.Forms != 0 && j.Kind != clerk.Book:
		return usage("--forms is of the kind book")
	case j.About != "" && j.Kind != clerk.Audit:
		return usage("--about is of the kind audit")
	}
	return nil
}

// The times that are meant if nobody says.
const usualDays = 30

// times reads the bounds of the time; now is in the zone of the job.
func (j *reportJob) times(now time.Time, from, to, due string) (err error) {
	if j.Since, err = sinceTime(from, now, j.zone); err != nil {
		return err
	}
	if j.Until, err = j.lastDay(to); err != nil {
		return err
	}
	if j.Due, err = j.lastDay(due); err != nil {
		return err
	}
	if !j.Due.IsZero() {
		j.Due = j.Due.Add(-time.Second)
	}
	today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, j.zone)
	asked := from != "" || to != ""
	switch {
	case j.Kind.Of() == clerk.OneVisit && j.Encounter == "" && !asked:
		return usage("name an encounter, or the time of many with --from; see: aidpost encounters")
	case j.Kind.Of() == clerk.OneVisit && j.Encounter != "" && asked:
		return usage("one encounter has its own time")
	case j.Kind.Of() == clerk.OnePerson && len(j.patients) == 0 && j.list == "" && from == "":
		return usage("name a person with --patient; see: aidpost patients find")
	case j.Kind == clerk.Days && from == "":
		j.Since = today
		if to != "" {
			j.Since = j.Until.AddDate(0, 0, -1)
		}
	case j.Kind.Of() == clerk.Site && from == "":
		j.Since = today.AddDate(0, 0, 1-usualDays)
	}
	if to == "" && (j.Kind.Of() == clerk.Site || from != "") {
		j.Until = today.AddDate(0, 0, 1)
	}
	if asked && !j.Since.Before(j.Until) {
		return usage("--from comes before --to")
	}
	return nil
}

// lastDay returns the first instant after a day; zero for none.
func (j *reportJob) lastDay(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	day, err := time.ParseInLocation(time.DateOnly, s, j.zone)
	if err != nil {
		return time.Time{}, usage("%.40q is no date like 2026-03-31", s)
	}
	return day.AddDate(0, 0, 1), nil
}

// clerk returns what writes the reports of a job.
func (c *command) clerk(ctx context.Context, store *records.Store, a *records.Access, j reportJob) (*clerk.Clerk, error) {
	profile, err := site.LoadProfile(j.folder)
	if err != nil {
		return nil, fail(ExitFailed, "%w", err)
	}
	rules, err := site.Rules(profile.Choice(j.guideline))
	if err != nil {
		return nil, usage("%v", err)
	}
	all, err := words.Load()
	if err != nil {
		return nil, err
	}
	signer, err := clerk.NewSigner(ctx, a, profile)
	if err != nil {
		return nil, err
	}
	return &clerk.Clerk{
		Signer: signer, Access: a, Profile: profile.In(j.zone), Rules: rules, Words: all, Zone: j.zone, Lang: systemLanguage(c.Getenv), Now: c.Now,
		Chain: store.AuditHead, Times: timesIn(j.folder, j.zone),
	}, nil
}

// reports writes one report or many.
func (c *command) reports(ctx context.Context, j reportJob) error {
	if err := c.mayWrite(j.out, j.force); err != nil && !j.print {
		return err
	}
	p := c.progress()
	defer p.clear()
	p.show("Reading the records ...")
	return c.withStore(ctx, j.folder, c.looking(), func(store *records.Store, a *records.Access) error {
		writer, err := c.clerk(ctx, store, a, j)
		if err != nil {
			return err
		}
		orders, err := c.orders(ctx, writer, j)
		switch {
		case err != nil:
			return err
		case j.print:
			return c.print(ctx, writer, j, orders, p)
		case orders != nil:
			return c.many(ctx, writer, j, orders, p)
		}
		p.show("Drawing the pages ...")
		return c.reportFailed(ctx, j.Order, c.deliver(j.out, j.force, j.box.Around(func(w io.Writer) error {
			return writer.Write(ctx, w, j.Order, "file")
		})))
	})
}

// reportFailed says what was wrong in the words of the terminal.
func (c *command) reportFailed(ctx context.Context, o clerk.Order, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.Is(err, records.ErrNotFound):
		return fail(ExitFailed, "there is no encounter %.40q", o.Encounter)
	case errors.Is(err, clerk.ErrNobody):
		return fail(ExitFailed, "nothing is kept of a patient %.40q", o.Patient)
	case errors.Is(err, clerk.ErrOrder), errors.Is(err, clerk.ErrNoClosing), isFile(err):
		return fail(ExitFailed, "%w", err)
	}
	return err
}

func isFile(err error) bool {
	_, ok := errors.AsType[*os.PathError](err)
	_, link := errors.AsType[*os.LinkError](err)
	return ok || link
}

// mayWrite makes sure that a file is not replaced by mistake.
func (c *command) mayWrite(out string, force bool) error {
	if _, err := os.Lstat(out); err == nil && !force && out != "-" {
		return fail(ExitFailed, "%s exists; --force replaces it", out)
	}
	return nil
}

// deliver has write fill a file, which gets its name when it is whole, or
// standard output. What is replaced stays until then.
func (c *command) deliver(out string, force bool, write func(io.Writer) error) error {
	if out == "-" {
		return write(c.Stdout)
	}
	if !force {
		return reports.SaveFile(out, write)
	}
	if info, err := os.Lstat(out); err == nil && info.IsDir() {
		return fail(ExitFailed, "%s is a folder", out)
	}
	fresh := fmt.Sprintf("%s.%d.new", out, os.Getpid())
	if err := reports.SaveFile(fresh, write); err != nil {
		return err
	}
	if err := os.Rename(fresh, out); err != nil {
		return errors.Join(err, os.Remove(fresh))
	}
	return nil
}

// orders returns the reports of a job of many; nil if it is one. One person who
// is named is one, wherever it goes.
func (c *command) orders(ctx context.Context, writer *clerk.Clerk, j reportJob) ([]clerk.Order, error) {
	people := j.patients
	if j.list != "" {
		more, err := c.lines(j.list)
		if err != nil {
			return nil, err
		}
		people = append(people, more...)
	}
	switch {
	case j.Kind == clerk.Visit && j.Encounter == "":
		return writer.Orders(ctx, j.Order)
	case j.Kind.Of() != clerk.OnePerson:
		return nil, nil
	case len(people) == 0 && j.list == "":
		return writer.Orders(ctx, j.Order)
	}
	orders := make([]clerk.Order, 0, len(people))
	for _, id := range people {
		o := j.Order
		o.Patient = records.ID(id)
		orders = append(orders, o)
	}
	return orders, nil
}

// lines reads a file of ids; blank lines do not count.
func (c *command) lines(file string) ([]string, error) {
	in, err := c.open(file)
	if err != nil {
		return nil, fail(ExitFailed, "%w", err)
	}
	defer in.Close()
	text, err := io.ReadAll(io.LimitReader(in, 16<<20))
	if err != nil {
		return nil, fail(ExitFailed, "reading %s: %w", file, err)
	}
	return strings.Fields(string(text)), nil
}
