package guideline_test

import (
	"strings"
	"testing"
	"time"

	"aidpost/records/guideline"
	"aidpost/records/vitals"
)

// series reads "142/88 error 130/82/70"; every attempt is an inflation.
func series(t *testing.T, s string) []vitals.Values {
	t.Helper()
	var attempts []vitals.Values
	for field := range strings.FieldsSeq(s) {
		if field == "error" {
			attempts = append(attempts, nil)
			continue
		}
		attempts = append(attempts, reading(t, field))
	}
	return attempts
}

func numbers(vs vitals.Values) string {
	var all []string
	for _, v := range vs {
		all = append(all, v.Quantity.Value.String())
	}
	return strings.Join(all, "/")
}

func TestProtocol(t *testing.T) {
	p := rules(t, "").Protocol()
	if p.Source == "" || p.Title == "" {
		t.Error("the protocol does not say what it is and where it comes from")
	}
	p.Source, p.Title = "", ""
	want := guideline.Protocol{
		ID: "esc-2024", BothArms: true,
		Rest: 5 * time.Minute, Readings: 3, Interval: time.Minute, MaxInflations: 5, UseLast: 2,
		SpreadLimit: vitals.Of(10, vitals.MmHg),
	}
	if p != want {
		t.Errorf("got %+v, want %+v", p, want)
	}
}

func TestAverage(t *testing.T) {
	p := rules(t, "").Protocol()
	for _, test := range []struct {
		attempts string
		ended    bool
		mean     string
		of       int
		verdict  guideline.Verdict
	}{
		{"142/88 134/84 130/82", false, "132/83", 2, guideline.Enough},
		{"150/90 139/85 130/84", false, "135/85", 2, guideline.Enough}, // 134.5/84.5
		{"150/90 141/85 130/84", false, "136/85", 2, guideline.NeedMore},
		{"150/90 141/85 130/84 132/84", false, "131/84", 2, guideline.Enough},
		{"128/82", true, "128/82", 1, guideline.SingleReading},
		{"error 130/84 128/82 126/80", false, "127/81", 2, guideline.Enough},
		{"error 128/82 126/80 error", false, "127/81", 2, guideline.NeedMore},
		{"error 128/82 126/80 error error", false, "127/81", 2, guideline.Enough},
		{"160/95 150/90 138/85", false, "144/88", 2, guideline.NeedMore},
		{"160/95 150/90 138/85 150/88", false, "144/87", 2, guideline.NeedMore},
		{"160/95 150/90 138/85 150/88 139/84", false, "145/86", 2, guideline.SpreadNoted},

		{"", false, "", 0, guideline.NeedMore},
		{"", true, "", 0, guideline.NoReading},
		{"error error error error error", false, "", 0, guideline.NoReading},
		{"error error error error 128/82", false, "128/82", 1, guideline.SingleReading},
		{"128/82", false, "128/82", 1, guideline.NeedMore},
		{"130/84 128/82", true, "129/83", 2, guideline.Enough},
		{"150/84 128/82", true, "139/83", 2, guideline.SpreadNoted},
		{"130/80 130/80 140/90", false, "135/85", 2, guideline.Enough}, // ten apart is not more than ten
		{"140/90 140/90 130/80", false, "135/85", 2, guideline.Enough},
		{"130/80 130/80 130/91", false, "130/86", 2, guideline.NeedMore},
		{"142/88/80 134/84/71 130/82/70", false, "132/83/71", 2, guideline.Enough},
		{"142/88/80 134/84/71 130/82", false, "132/83", 2, guideline.Enough}, // pulse is averaged over the same readings
	} {
		got := p.Average(series(t, test.attempts), test.ended)
		if numbers(got.Mean) != test.mean || got.Of != test.of || got.Verdict != test.verdict {
			t.Errorf("%q, ended %t = %s of %d, %s; want %s of %d, %s", test.attempts, test.ended,
				numbers(got.Mean), got.Of, got.Verdict, test.mean, test.of, test.verdict)
		}
	}
}

// A pressure past the cuff's range is a limit, and limits have no mean.
func TestAverageLeavesOutLimits(t *testing.T) {
	p := rules(t, "").Protocol()
	attempts := series(t, "140/90 138/88 136/86")
	attempts[1][0].Quantity.Comparator = vitals.Above
	got := p.Average(attempts, true)
	if numbers(got.Mean) != "138/88" || got.Of != 2 {
		t.Errorf("got %s of %d, want the mean of the first and the last", numbers(got.Mean), got.Of)
	}
}

func TestAverageLeavesOutWhatCannotBeAveraged(t *testing.T) {
	p := rules(t, "").Protocol()
	for name, spoil := range map[string]func(*vitals.Quantity){
		"limit":      func(q *vitals.Quantity) { q.Comparator = vitals.Above },
		"other unit": func(q *vitals.Quantity) { q.Unit = vitals.Percent },
	} {
		for i := range 2 {
			attempts := series(t, "130/84/70 128/82/72")
			spoil(&attempts[i][2].Quantity)
			if got := p.Average(attempts, true); numbers(got.Mean) != "129/83" || got.Of != 2 {
				t.Errorf("%s as pulse %d: %s of %d, want no pulse", name, i+1, numbers(got.Mean), got.Of)
			}
		}
	}
}

// The limits of a protocol are data: other numbers give another series.
func TestAverageFollowsItsProtocol(t *testing.T) {
	p := guideline.Protocol{Readings: 3, MaxInflations: 3, UseLast: 3, SpreadLimit: vitals.Of(20, vitals.MmHg)}
	got := p.Average(series(t, "150/90 139/85 131/83"), false)
	if numbers(got.Mean) != "140/86" || got.Of != 3 || got.Verdict != guideline.Enough {
		t.Errorf("mean of all three = %s of %d, %s", numbers(got.Mean), got.Of, got.Verdict)
	}
	if p.SpreadLimit = vitals.Of(18, vitals.MmHg); p.Average(series(t, "150/90 139/85 131/83"), false).Verdict != guideline.SpreadNoted {
		t.Error("first and last differ by 19, which was not noted")
	}
}

func TestVerdictNames(t *testing.T) {
	want := []string{"need more", "enough", "spread noted", "single reading", "no reading"}
	for i, name := range want {
		if got := guideline.Verdict(i).String(); got != name {
			t.Errorf("verdict %d is %q, want %q", i, got, name)
		}
	}
}
