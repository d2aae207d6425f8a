package reports

import (
	"context"
	"io"
	"slices"
	"strings"
	"time"

	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/reports/paper"
)

// An AuditExtract is who did what with the records in a time, for an inspection
// or for somebody who asks who looked at their data. With the hashes at both ends
// of the time on paper, nothing before them can be changed without showing.
type AuditExtract struct {
	Issue
	// Since and Until are the bounds that Each keeps to; Until is not among them.
	// Zero: from the first entry, to the newest.
	Since, Until time.Time
	// By and Of name whose deeds these are, or whose data they were done to; both
	// empty: everybody's.
	By, Of string
	// First and Last are the ends of the time, and Verified what came of a look at
	// the whole trail.
	First, Last records.AuditMark
	Verified    records.AuditReport
	// Each hands every entry to fn, the oldest first. It is called twice, since
	// pages are counted before the first is written.
	Each func(ctx context.Context, fn func(records.AuditEntry) error) error
}

// WriteAuditExtract writes an extract of any length in little memory. Errors are
// those of ctx, of Each and of w, ErrNoLanguage and paper.ErrDrawing.
func WriteAuditExtract(ctx context.Context, w io.Writer, x AuditExtract) error {
	return stream(ctx, w, "audit extract", x.Issue, words.AuditExtract, x.compose)
}

func (x AuditExtract) compose(ctx context.Context, d *desk, out func(leaf, int) error) error {
	t := d.Lang.T
	name := t(words.AuditExtract)
	f := newFlow(d, d.again(d.Site.Name, name))
	f.out = out
	about := t(words.AuditExtractAll)
	switch {
	case x.By != "":
		about = t(words.AuditExtractBy, words.With("name", x.By))
	case x.Of != "":
		about = t(words.AuditExtractOf, words.With("name", x.Of))
	}
	f.place([]block{d.letterhead(name, ""), d.lines(strong, bodyLead, about), d.lines(body, bodyLead, x.time(d))})
	f.each(x.worth(d))
	l := d.list(column{t(words.AuditColumnTime), 0.24}, column{t(words.AuditColumnWho), 0.25}, column{t(words.AuditColumnWhat), 0.33}, column{t(words.AuditColumnWhich), 0.18})
	n := 0
	err := x.Each(ctx, func(e records.AuditEntry) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		if n++; n > 1 {
			f.place([]block{x.row(d, l, e)})
			return f.err
		}
		head := l.head()
		f.place(append(head, x.row(d, l, e)))
		if len(head) > 0 {
			f.list = &head[0]
		}
		return f.err
	})
	if err != nil {
		return err
	}
	f.list = nil
	count := d.Lang.N(words.AuditCount, n)
	if n == 0 {
		count = t(words.AuditNone)
	}
	f.place([]block{d.lines(strong, bodyLead, count), d.signatures(words.PapersChecked, words.ReportSignature, words.ReportDate)})
	f.finish()
	return f.err
}

// time says of which days it is.
func (x AuditExtract) time(d *desk) string {
	from, to := x.Since, x.Until.Add(-time.Nanosecond)
	if from.IsZero() {
		from = x.First.At
	}
	if x.Until.IsZero() {
		to = x.Printed
	}
	if from.IsZero() { // nothing was ever done
		from = to
	}
	return d.period(from, to)
}

// mostBroken is how many broken places are named; the command line names all.
const mostBroken = 12

// worth says what came of a look at the whole trail, and where this time begins
// and ends in it.
func (x AuditExtract) worth(d *desk) []block {
	t := d.Lang.T
	r := x.Verified
	lines := []string{t(words.AuditWhole, words.With("n", int(r.Entries)))}
	if n := len(r.Broken); n > 0 {
		lines[0] = d.Lang.N(words.AuditBroken, n)
		for _, b := range r.Broken[:min(n, mostBroken)] {
			lines = append(lines, d.Lang.Broken(b.Why, b.Hash, int(b.Seq), int(max(b.To, b.Seq))))
		}
	}
	blocks := []block{d.lines(body, bodyLead, lines...)}
	blocks[0].gap = 3 * step
	if x.First.Seq == 0 {
		return blocks
	}
	mark := func(key words.Key, m records.AuditMark) field {
		return field{t(key) + "\n" + t(words.AuditEntry, words.With("n", int(m.Seq))) + ", " + d.when(m.At), m.Hash}
	}
	sh, y := d.sheet(), 8.0
	for _, f := range []field{mark(words.AuditMarkFirst, x.First), mark(words.AuditMarkLast, x.Last)} {
		y = sh.Paragraph(0, y, d.width, bodyLead, body, f.label)
		y = sh.Paragraph(0, y, d.width, bodyLead, strong, latin(f.value)) + 0.5*step
	}
	y = sh.Paragraph(0, y, d.width, captionLead, caption, t(words.AuditMarkNote))
	return append(blocks, block{sheet: sh, height: y - captionLead + step, gap: 2 * step})
}

// row is one entry.
func (x AuditExtract) row(d *desk, l list, e records.AuditEntry) block {
	at := d.at(e.At)
	as := []string{latin(e.Station)}
	if e.Role.Staff() {
		as = append([]string{d.Lang.T(words.RoleName(string(e.Role)))}, as...)
	}
	who := d.Lang.Doer(e.Name, shortID(e.Who), string(e.Role), e.User) + "\n" + joined(as, paper.Between)
	deed, known := d.Lang.Deed(string(e.Action))
	if !known {
		deed = latin(deed)
	}
	what := []cell{{text: deed, strong: true}}
	if key := words.OutcomeName(string(e.Outcome), e.Emergency); key != "" {
		what = append(what, cell{text: d.Lang.T(key), strong: true})
	}
	if e.Reason != "" {
		what = append(what, text(d.Lang.Why(string(e.Action), e.Reason)))
	}
	which := []string{latin(shortID(e.Object))}
	if e.Patient != "" && e.Patient != e.Object {
		which = append(which, d.Lang.T(words.AuditPerson)+" "+latin(shortID(e.Patient)))
	}
	when := d.Lang.Date(at) + "\n" + at.Format(time.TimeOnly) + paper.Between + d.Lang.T(words.AuditEntry, words.With("n", int(e.Seq)))
	return l.row(text(when), text(strings.TrimSpace(who)), stackOf(what), text(joined(which, "\n")))
}

// joined joins what is not empty.
func joined(parts []string, by string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), by)
}
