package reports

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"aidpost/assets/words"
	"aidpost/records/quality"
	"aidpost/records/vitals"
)

// sampleControl is a month of control runs, with a drift at its end.
func sampleControl(t testing.TB, lang string) Control {
	t.Helper()
	all, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	return Control{
		Issue:    Issue{Lang: all.Lang(lang), Site: Letterhead{Name: "Farmacia Norte"}, Printed: time.Date(2026, 3, 31, 18, 0, 0, 0, time.UTC)},
		Solution: sampleSolution(),
	}
}

func sampleSolution() Solution {
	meter := quality.Instrument{Model: "onetouch-ultra2", Serial: "VDH74F2CY"}
	goal := quality.Target{Mean: vitals.Of(110, vitals.MgPerDL), SD: vitals.Int(5)}
	c := Solution{
		Instrument: meter, Name: "LifeScan OneTouch Ultra2",
		Lot: quality.Lot{Number: "C2041", Kind: quality.Control, Model: meter.Model, Level: "normal", Target: goal},
	}
	r := rand.New(rand.NewPCG(11, 12))
	at := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	for day := range 31 {
		value := 110 + int(r.NormFloat64()*4)
		switch day {
		case 9:
			value = 121 // beyond two
		case 17:
			value = 92 // beyond three
		case 29, 30:
			value = 121 + day%2
		}
		run := quality.Run{Instrument: meter, Control: "C2041", Target: goal, Value: vitals.Of(value, vitals.MgPerDL), At: at.AddDate(0, 0, day)}
		if day == 17 {
			run.Comment = "strip vial left open"
		}
		c.Runs = append(c.Runs, run)
	}
	return c
}

func TestControlChart(t *testing.T) {
	for _, lang := range []string{"en", "es", "fr", "ar"} {
		c := sampleControl(t, lang)
		var page, again bytes.Buffer
		if err := ControlChart(t.Context(), &page, c); err != nil {
			t.Fatal(err)
		}
		if err := ControlChart(t.Context(), &again, c); err != nil || !bytes.Equal(page.Bytes(), again.Bytes()) {
			t.Errorf("%s: the same chart gives other bytes, %v", lang, err)
		}
	}
}

// What the chart says is there, inside the page.
func TestControlChartSays(t *testing.T) {
	c := sampleControl(t, "en")
	page, err := composeControl(c)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, text := range page.pages[0].Texts() {
		all = append(all, text.Line)
		if text.At.X < marginSide-1 || text.At.X+text.Width > c.Paper.size().Width-marginSide+1 || text.At.Y > c.Paper.size().Height-16 {
			t.Errorf("%q stands outside the margins, at %.0f %.0f", text.Line, text.At.X, text.At.Y)
		}
	}
	said := strings.NewReplacer("\u200e", "", "\u00a0", " ", "\u202f", " ").Replace(strings.Join(all, "\n"))
	for _, want := range []string{
		"Control chart", "Control solution C2041", "Level normal", "VDH74F2CY", "Target 110 mg/dL, standard deviation 5",
		"31 runs · 2 out of control", "1-3s · strip vial left open", "2-2s", "1-2s", "125 +3 s", "95 -3 s", "92 mg/dL",
	} {
		if !strings.Contains(strings.Join(strings.Fields(said), " "), want) {
			t.Errorf("%q is missing:\n%s", want, said)
		}
	}
}

func TestControlChartOfOddThings(t *testing.T) {
	for name, change := range map[string]func(*Control){
		"no run":          func(c *Control) { c.Runs = nil },
		"one run":         func(c *Control) { c.Runs = c.Runs[:1] },
		"other solutions": func(c *Control) { c.Lot.Number = "X" },
		"far away":        func(c *Control) { c.Runs[3].Value = vitals.Of(100000, vitals.MgPerDL) },
		"a hundred runs": func(c *Control) {
			for range 3 {
				c.Runs = append(c.Runs, c.Runs...)
			}
		},
		"long words": func(c *Control) {
			c.Name, c.Site.Name, c.Lot.Level, c.Lot.Number = strings.Repeat("long ", 80), strings.Repeat("W", 300), strings.Repeat("é", 90), strings.Repeat("0", 90)
			for i := range c.Runs {
				c.Runs[i].Control, c.Runs[i].Comment = c.Lot.Number, strings.Repeat("comment 😀 ", 60)
			}
		},
	} {
		c := sampleControl(t, "ar")
		change(&c)
		var page bytes.Buffer
		if err := ControlChart(t.Context(), &page, c); err != nil || !bytes.HasPrefix(page.Bytes(), []byte("%PDF-")) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := ControlChart(t.Context(), &bytes.Buffer{}, Control{}); !errors.Is(err, ErrNoLanguage) {
		t.Errorf("without a language: %v", err)
	}
}
