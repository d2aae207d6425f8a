package reports

import (
	"strings"
	"testing"
	"time"

	"aidpost/records"
)

// Of few people who used the kiosk in one way neither number nor time is told, and
// how long people waited comes from when somebody made sure who they are.
func TestTimesOnPaper(t *testing.T) {
	w := newWorld(t)
	a := w.activity(w.issue("en", A4), usualWords())
	a.Tally = NewTally(a.Zone)
	for _, minutes := range []int{4, 9, 25} {
		came := visitStart
		a.Tally.Add(&records.Encounter{Started: came, Identity: records.Identity{Instead: "known", At: came.Add(time.Duration(minutes) * time.Minute)}})
	}
	a.Times = Times{
		Ways: []Took{{What: "writing down", Goal: time.Minute, N: 2, Half: 50 * time.Second, Nine: 70 * time.Second, Left: 1}},
		Visits: []Took{{What: "three people", N: 3, Half: 111 * time.Second, Nine: 222 * time.Second},
			{What: "many people", N: 30, Half: 333 * time.Second, Nine: 444 * time.Second, Left: 4}},
	}
	l, err := composeActivity(a)
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, page := range l.pages {
		for _, text := range page.Texts() {
			all.WriteString(strings.ReplaceAll(text.Line, "\u200e", "") + "\n")
		}
	}
	for text, want := range map[string]bool{
		"writing down (goal: 1 minute)": true, "0:50": true, "1:10": true, "three people": true, "1:51": false, "5:33": true,
		"Waiting until measured": true, "9:00": true, "25:00": true,
	} {
		if got := strings.Contains(all.String(), text); got != want {
			t.Errorf("%q on paper: %t, want %t\n%s", text, got, want, all.String())
		}
	}
}
