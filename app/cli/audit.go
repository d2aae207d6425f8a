package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"aidpost/records"
)

func auditVerb() verb {
	return verb{
		name: "audit", args: "list|verify|anchor|emergencies [--since D] [--about ID] [--limit N] [--anchor FILE] [--hash CODE] [--data DIR] [--json]",
		brief: "show who did what with the records, or check that trail",
		about: `
list shows who looked at, printed, sent or changed what, the newest first; it
holds no result of any person. With --about it shows what was done to one
visit, one patient or one account, or by that account.

emergencies shows who asked for emergency access, why, and at whom they looked.

verify reads the whole trail and names every entry that was removed, changed or
moved. anchor prints one line that is worth keeping elsewhere, on paper or on
another machine: with it, verify also finds that an older copy of the records
was put back, or that somebody with all keys wrote the trail anew. --anchor
names a file with such lines, or - for standard input. --hash is the code at the
end of a printed day list or on an extract, or its first 16 characters: up to the
entry that has it, nothing was changed since. aidpost report audit puts the trail
of a time, a person or an account on paper.`,
		exits: []int{ExitFailed, ExitDenied, ExitInterrupted},
		setup: setupAudit,
	}
}

// An auditJob is what the flags of audit say.
type auditJob struct {
	filter  records.AuditFilter
	anchors string
	hashes  ids
	asJSON  bool
}

func setupAudit(c *command) func(context.Context, []string) error {
	var j auditJob
	data, zone := c.dataFlag(), c.zoneFlag()
	since := c.flags.String("since", "", "only entries since this `time`, like 24h or 2026-03-01")
	about := c.flags.String("about", "", "only entries about the record or account with this `ID`")
	c.flags.IntVar(&j.filter.Limit, "limit", 0, "at most `N` entries; 0 means all")
	c.flags.StringVar(&j.anchors, "anchor", "", "the `file` with lines of: aidpost audit anchor")
	c.flags.Var(&j.hashes, "hash", "the `code` on a paper; may be repeated")
	c.flags.BoolVar(&j.asJSON, "json", false, "write JSON")
	return func(ctx context.Context, args []string) error {
		what, err := one(args, "what to do: list, verify, anchor or emergencies")
		if err != nil {
			return err
		}
		do, ok := map[string]func(context.Context, *records.Access, auditJob) error{
			"list": c.auditList, "verify": c.auditVerify, "anchor": c.auditAnchor, "emergencies": c.auditEmergencies,
		}[what]
		switch {
		case !ok:
			return usage("%.40q is not list, verify, anchor or emergencies", what)
		case j.filter.Limit < 0:
			return usage("a limit is not below zero")
		}
		where, err := zone()
		if err != nil {
			return err
		}
		if j.filter.Since, err = sinceTime(*since, c.Now(), where); err != nil {
			return err
		}
		j.filter.About = records.ID(*about)
		folder, err := data()
		if err != nil {
			return fail(ExitFailed, "%w", err)
		}
		return c.withRecords(ctx, folder, func(a *records.Access) error { return do(ctx, a, j) })
	}
}

func (c *command) auditList(ctx context.Context, a *records.Access, j auditJob) error {
	if j.asJSON {
		lines := newLineWriter(c.Stdout)
		return a.Audit(ctx, j.filter, func(e records.AuditEntry) error { return lines.write(e) })
	}
	tw := tabwriter.NewWriter(c.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "ENTRY\tAT\tWHO\tACTION\tOBJECT\tOUTCOME\tREASON")
	err := a.Audit(ctx, j.filter, func(e records.AuditEntry) error {
		object := string(e.Object)
		if e.Revision > 0 {
			object += fmt.Sprint(" revision ", e.Revision)
		}
		_, err := fmt.Fprintf(tw, "%d\t%s\t%s\t%s\t%s\t%s\t%s\n", e.Seq, e.At.Format("2006-01-02 15:04:05Z"), actorName(e),
			e.Action, cmp.Or(object, "-"), cmp.Or(string(e.Outcome), "done"), cmp.Or(clean(e.Reason), "-"))
		return err
	})
	if err != nil {
		return err
	}
	return tw.Flush()
}

func (c *command) auditEmergencies(ctx context.Context, a *records.Access, j auditJob) error {
	all, err := a.Emergencies(ctx, j.filter.Since)
	if err != nil {
		return err
	}
	if j.asJSON {
		return writeList(c.Stdout, all)
	}
	tw := tabwriter.NewWriter(c.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "AT\tWHO\tLOOKED AT\tREASON")
	for _, e := range all {
		var looked []string
		for _, id := range e.Looked {
			looked = append(looked, string(id))
		}
		fmt.Fprintf(tw, "%s\t%s\t%s\t%s\n", e.At.Format("2006-01-02 15:04:05Z"), cmp.Or(clean(e.Name), string(e.Who)),
			cmp.Or(strings.Join(looked, " "), "-"), clean(e.Reason))
	}
	return tw.Flush()
}

// actorName says who it was, in a word or two.
func actorName(e records.AuditEntry) string {
	name := cmp.Or(clean(e.Name), string(e.Who), clean(e.User))
	return cmp.Or(strings.TrimSpace(string(e.Role)+" "+name), "-")
}

func (c *command) auditAnchor(ctx context.Context, a *records.Access, _ auditJob) error {
	anchor, err := a.AuditAnchor(ctx)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(c.Stdout, anchor)
	return err
}

func (c *command) auditVerify(ctx context.Context, a *records.Access, j auditJob) error {
	anchors, err := c.anchors(j.anchors)
	if err != nil {
		return err
	}
	for _, text := range j.hashes {
		a, err := records.ParseHash(text)
		if err != nil {
			return usage("%.80q is %v", text, err)
		}
		anchors = append(anchors, a)
	}
	report, err := a.VerifyAudit(ctx, anchors...)
	if err != nil && !errors.Is(err, records.ErrTampered) {
		return err
	}
	if j.asJSON {
		if err := newLineWriter(c.Stdout).write(report); err != nil {
			return err
		}
	} else {
		for _, b := range report.Broken {
			fmt.Fprintln(c.Stdout, b.Error())
		}
		for _, m := range report.Noted {
			fmt.Fprintf(c.Stdout, "entry %d of %s has the hash %s: up to there the trail is as it was then\n", m.Seq, m.At.Format("2006-01-02 15:04:05Z"), m.Hash)
		}
		fmt.Fprintf(c.Stdout, "%d entries, signed up to entry %d\nhead %s\nkey  %s\n", report.Entries, report.Signed, report.Head, report.Key)
	}
	if err != nil {
		return fail(ExitFailed, "%w", records.ErrTampered)
	}
	return nil
}

// maxAnchors bounds a file of anchors, which are some 300 bytes each.
const maxAnchors = 1 << 20

// anchors reads the lines that were kept elsewhere.
func (c *command) anchors(file string) ([]records.Anchor, error) {
	if file == "" {
		return nil, nil
	}
	in, err := c.open(file)
	if err != nil {
		return nil, fail(ExitFailed, "%w", err)
	}
	defer in.Close()
	text, err := io.ReadAll(io.LimitReader(in, maxAnchors))
	if err != nil {
		return nil, fail(ExitFailed, "reading %s: %w", file, err)
	}
	var all []records.Anchor
	for line := range strings.Lines(string(text)) {
		if strings.TrimSpace(line) == "" {
			continue
		}
		a, err := records.ParseAnchor(line)
		if err != nil {
			return nil, fail(ExitFailed, "%s: %w", file, err)
		}
		all = append(all, a)
	}
	return all, nil
}
