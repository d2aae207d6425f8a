package reports

import (
	"slices"
	"strconv"
	"time"

	"aidpost/assets/words"
)

// Times are how long things took, as this computer has counted them.
type Times struct {
	Ways    []Took // what people wait for
	Screens []Took // of the kiosk
	// Visits at the kiosk are by who they were for, so that few are not told.
	Visits []Took
	Pages  []Took // of the staff's window
}

// Took is how long something took.
type Took struct {
	What string
	Goal time.Duration // that half of them should take at most; zero: none
	N    int
	// Half of them took at most so long, and nine of ten.
	Half, Nine time.Duration
	Left       int // undone
}

// quantileOf returns what so many percent of the sorted times took at most.
func quantileOf(sorted []time.Duration, percent int) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[(len(sorted)*percent+99)/100-1]
}

// waited is how long people waited for somebody of staff to begin with them.
func (t *Tally) waited(what string) []Took {
	if len(t.waits) == 0 {
		return nil
	}
	all := slices.Sorted(slices.Values(t.waits))
	return []Took{{What: what, N: len(all), Half: quantileOf(all, 50), Nine: quantileOf(all, 90)}}
}

// times are the tables of how long things take.
func (p *activityPages) times(f *flow) {
	t := p.desk.Lang.T
	l := p.list(column{t(words.ReportWhat), 0.46}, column{t(words.PapersCount), 0.12}, column{t(words.TimesHalf), 0.14},
		column{t(words.TimesNine), 0.14}, column{t(words.TimesLeft), 0.14})
	head := []block{p.section(t(words.TimesTitle), ""), p.lines(caption, captionLead, t(words.TimesNote))}
	ways := slices.Concat(p.Times.Ways, p.Tally.waited(t(words.TimesWait)))
	for _, table := range []struct {
		title words.Key
		rows  []Took
		few   bool
	}{
		{"", ways, false}, {words.TimesVisits, p.Times.Visits, true}, {words.TimesScreens, p.Times.Screens, false}, {words.TimesPages, p.Times.Pages, false},
	} {
		if len(table.rows) == 0 {
			continue
		}
		if table.title != "" {
			head = append(head, p.lines(strong, bodyLead, t(table.title)))
		}
		var rows []block
		for _, r := range table.rows {
			rows = append(rows, l.row(p.took(r, table.few)...))
		}
		f.title(head...)
		l.place(f, rows...)
		head = nil
	}
}

// took are the cells of a row.
func (p *activityPages) took(r Took, hides bool) []cell {
	l := p.desk.Lang
	what, n, left, half, nine := r.What, strconv.Itoa(r.N), strconv.Itoa(r.Left), "–", "–"
	if r.Goal > 0 {
		what = l.T(words.TimesGoal, words.With("what", what), words.With("time", l.Duration(r.Goal)))
	}
	if hides {
		n, left = few(r.N), few(r.Left)
	}
	if r.N > 0 && !(hides && r.N < leastShown) {
		half, nine = l.Countdown(r.Half), l.Countdown(r.Nine)
	}
	return []cell{text(what), text(n), text(half), text(nine), text(left)}
}
