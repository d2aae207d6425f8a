//go:build e2e && linux

package e2e

import (
	"bytes"
	"encoding/json"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestDay is a working day at a kiosk with one screen.
func TestDay(t *testing.T) {
	need(t, "Xvfb", "xdotool")
	if os.Getenv("AIDPOST_PEOPLE") == "" {
		t.Skip("AIDPOST_PEOPLE says how many people come; see make day")
	}
	began := time.Now()
	d := openDay(t)
	d.setsUp()
	rounds := dayRounds(t)
	for r := range rounds {
		d.comes(dayStaff[1])
		d.round(r, rounds)
		d.leaves()
		d.alone(dayPatient(6*r+1), r%2 == 0, r == 0)
		d.whole(6 * (r + 1))
		t.Logf("%d people after %v", 6*(r+1), time.Since(began).Round(time.Second))
	}
	d.comes(dayStaff[1])
	d.printsDay()
	d.leaves()
	d.stop()
	d.checks(6 * rounds)
	t.Logf("%d people, %d papers, %d faults in %v", 6*rounds, d.printed, d.faults, time.Since(began).Round(time.Second))
}

// dayRounds is how many times six people come.
func dayRounds(t *testing.T) int {
	people := os.Getenv("AIDPOST_PEOPLE")
	n, err := strconv.Atoi(people)
	if err != nil || n < 6 {
		t.Fatalf("AIDPOST_PEOPLE=%q: want a number from 6 on", people)
	}
	return n / 6
}

// whole looks whether each visit is on record, finished and with what was measured.
func (d *day) whole(people int) {
	d.t.Helper()
	var visits []struct {
		Status  string
		Patient *struct{ Identifiers []any }
		Panels  []string
	}
	list := d.asked("encounters", "--json").with()
	if err := json.Unmarshal(list, &visits); err != nil {
		d.t.Fatalf("no JSON: %v\n%s", err, list)
	}
	if len(visits) != people {
		d.t.Errorf("%d visits are on record, want %d", len(visits), people)
	}
	for _, v := range visits {
		if v.Status != "finished" || v.Patient == nil || len(v.Patient.Identifiers) == 0 || len(v.Panels) == 0 {
			d.t.Errorf("a visit is not whole: %+v", v)
		}
	}
}

// checks looks whether everything else of the day is on record: each paper, what
// was told and corrected, and a whole audit trail.
func (d *day) checks(people int) {
	d.t.Helper()
	d.asked("check").with()
	d.asked("audit", "verify").with()
	seen := map[string]int{}
	for line := range bytes.Lines(d.asked("audit", "list", "--json").with()) {
		var e struct{ Action, Outcome string }
		if err := json.Unmarshal(line, &e); err != nil {
			d.t.Fatalf("no JSON: %v\n%s", err, line)
		}
		seen[strings.TrimSpace(e.Action+" "+e.Outcome)]++
	}
	d.t.Logf("the trail: %v", seen)
	for action, want := range map[string]int{"record.print": d.printed, "critical.tell": 1, "observation.amend": 1, "quality.clean": people / 6} {
		if seen[action] < want {
			d.t.Errorf("%d times %s in the trail, want %d", seen[action], action, want)
		}
	}
	if n := len(d.tray.papers(d.t)); n != d.printed {
		d.t.Errorf("%d papers came out, want %d", n, d.printed)
	}
	if d.faults != 2 {
		d.t.Errorf("%d faults were got over, want 2", d.faults)
	}
}

// round is what staff does with five people. Each thing that goes wrong in a day
// happens in one of its rounds.
func (d *day) round(r, rounds int) {
	d.t.Helper()
	now := func(event int) bool { return r == event*rounds/5 }
	p := func(i int) patient { return dayPatient(6*r + i) }

	d.arrives(p(0))
	d.begins()
	if now(0) {
		d.pulledCable()
	} else {
		d.starts(0)
	}
	d.accepts()
	d.finishes()
	d.goesBack()
	d.prints()

	d.arrives(p(2))
	d.begins()
	d.typesIn(4, "72.5")
	d.typesIn(3, "36.8")
	d.finishes()
	d.goesBack()

	d.arrives(p(3))
	d.begins()
	d.starts(1)
	d.accepts()
	d.finishes()
	d.goesBack()
	if now(1) {
		d.vanishedPrinter()
	} else if r < 4 {
		d.prints()
	}

	d.arrives(p(4))
	d.begins()
	if now(2) {
		d.critical()
	} else {
		d.typesIn(0, "128", "82", "71")
	}
	d.finishes()
	d.goesBack()
	if now(3) {
		d.amends()
	}

	d.arrives(p(5))
	d.begins()
	d.starts(2)
	d.tap(longButton, 0) // the value that the meter shows
	d.accepts()
	d.finishes()
	d.tap(otherButton, 0) // wiped
	d.goesBack()
	if now(4) {
		d.knownAlready(p(3))
	}
}
