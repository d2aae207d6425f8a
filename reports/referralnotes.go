package reports

import (
	"strings"

	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/reports/paper"
)

// marked are what whoever measures must know about the person.
func (r *report) marked() []block {
	if r.Encounter.Patient == nil || len(r.Encounter.Patient.Marks) == 0 {
		return nil
	}
	var names []string
	for _, m := range r.Encounter.Patient.Marks {
		names = append(names, r.Lang.T(words.MarkName(string(m))))
	}
	return []block{r.section(r.Lang.T(words.DossierMarks), ""), r.lines(strong, bodyLead, strings.Join(names, paper.Between))}
}

// told says who knows of the critical values of the visit, and what they
// repeated.
func (r *report) told() []block {
	var lines []string
	for _, t := range r.Encounter.Tellings {
		for _, o := range r.Encounter.Observations {
			if o.ID != t.Observation {
				continue
			}
			if t.Unread != "" {
				lines = append(lines, r.value(o)+paper.Between+r.Lang.T(words.DossierUnread, words.With("time", r.when(t.At)),
					words.With("why", r.Lang.T(words.UnreadName(string(t.Unread)))), words.With("by", t.By.Name), words.With("second", t.Second.Name)))
			}
			if t.To == "" || t.Unread != "" {
				continue
			}
			name := t.To + " (" + r.Lang.T(words.ToldRoleName(string(t.Role))) + ", " + r.Lang.T(words.ToldWayName(string(t.Way))) + ")"
			heard := r.value(records.Observation{Panel: o.Panel, Values: t.ReadBack})
			lines = append(lines,
				r.value(o)+paper.Between+r.Lang.T(words.DossierTold, words.With("name", name), words.With("time", r.when(t.At)), words.With("by", t.By.Name))+" "+
					r.Lang.T(words.TellReadBack)+": "+heard)
		}
	}
	return r.under(words.PapersTold, lines)
}

// discarded are the readings that do not count, each with the reason. What was
// taken back as a whole may be another person's and is not printed.
func (r *report) discarded() []block {
	var lines []string
	for _, o := range r.Encounter.Observations {
		if o.Excluded == "" || o.State == records.Voided {
			continue
		}
		why := r.Lang.T(words.UseName(o.Excluded))
		if reason, ok := strings.CutPrefix(o.Excluded, "set-aside-"); ok {
			why = r.Lang.T(words.AsideName(reason))
		}
		lines = append(lines, r.value(o)+paper.Between+r.when(o.Taken)+paper.Between+why)
	}
	return r.under(words.PapersDiscarded, lines)
}

// remarked is what staff wrote about the visit.
func (r *report) remarked() []block {
	var lines []string
	for _, m := range r.Encounter.Remarks {
		lines = append(lines, m.Text+" ("+r.Lang.T(words.DossierRemarkBy, words.With("name", m.By.Name), words.With("time", r.when(m.At)))+")")
	}
	return r.under(words.DossierRemarks, lines)
}

// under sets lines under a title; nothing without lines. Each is a block of its
// own, so that many of them may go on another page.
func (r *report) under(title words.Key, lines []string) []block {
	var blocks []block
	for i, line := range lines {
		if i == 0 {
			blocks = append(blocks, r.section(r.Lang.T(title), ""))
		}
		blocks = append(blocks, r.lines(body, bodyLead, line))
	}
	return blocks
}
