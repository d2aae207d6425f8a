package clips

import (
	"bytes"
	"errors"
	"math"
	"os"
	"os/exec"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"aidpost/assets/words"
	"aidpost/records/guideline"
)

// TestSplit: the longest clips there are, numbers that have none digit by digit, tenths
// behind the name of the sign, and pauses where sentences end.
func TestSplit(t *testing.T) {
	keys := []string{
		"Reading", "of", "Sit quietly", "Sit", "1", "2", "3", "7", "0", "72", "300", "over", "In the last 30 minutes", "b", decimalKey,
	}
	for text, want := range map[string]string{
		"Reading 2 of 3.":            "Reading/2/of/3",
		"Sit quietly. Sit":           "Sit quietly/,Sit",
		"72.03":                      "72/\x00decimal/0/3",
		"72, 3":                      "72/,3",
		"2017":                       "2/0/1/7",
		"5:00":                       "?5/,0/0",
		"In the last 30 minutes: 30": "In the last 30 minutes/,3/0",
		"B":                          "b",
		"Amina, Sit":                 "?amina/,Sit",
		"\u200f300\u200f":            "300",
		"":                           "",
	} {
		var got []string
		for _, p := range split(text, func(key string) bool { return slices.Contains(keys, key) }, 5, ".") {
			s := p.key
			if p.pause {
				s = "," + s
			}
			if !p.known {
				s = "?" + s
			}
			got = append(got, s)
		}
		if got := strings.Join(got, "/"); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// TestPacked: a tone that went through a pack is nearly the same.
func TestPacked(t *testing.T) {
	tone := make([]int16, Rate)
	for i := range tone {
		tone[i] = int16(12000 * math.Sin(2*math.Pi*440*float64(i)/Rate))
	}
	var signal, noise float64
	heard := unpack(pack(tone))
	for i, s := range tone {
		signal += float64(s) * float64(s)
		noise += float64(s-heard[i]) * float64(s-heard[i])
	}
	if db := 10 * math.Log10(signal/noise); db < 25 {
		t.Errorf("noise at %.1f dB under a tone", db)
	}
}

// TestReadAndWrite: a pack says what was put in, louder or quieter, and a damaged file is
// none.
func TestReadAndWrite(t *testing.T) {
	loud := func(n int) []int16 { return slices.Repeat([]int16{8000, 7000}, n/2) }
	var file bytes.Buffer
	if err := Write(&file, "en", ".", "test", map[string][]int16{"one": loud(1000), "two": loud(500)}); err != nil {
		t.Fatal(err)
	}
	whole := file.Bytes()
	p, err := Read(bytes.NewReader(whole))
	if err != nil {
		t.Fatal(err)
	}
	if got := len(p.Say("one. two", 100)); got != 1500+breath {
		t.Errorf("two sentences are %d samples", got)
	}
	if got := len(p.Say("one nobody two", 100)); got != 1500+gap {
		t.Errorf("a name between them makes %d", got)
	}
	if got := p.Missing("one nobody two"); !reflect.DeepEqual(got, []string{"nobody"}) {
		t.Errorf("missing: %q", got)
	}
	if full, half := slices.Max(p.Say("one", 100)), slices.Max(p.Say("one", 50)); int(half)*100 < int(full)*45 || int(half)*100 > int(full)*55 {
		t.Errorf("half of %d is %d", full, half)
	}
	if got := p.Say("nobody", 100); len(got) > 0 {
		t.Errorf("a name is said in %v", Length(got))
	}
	for cut := range whole {
		if _, err := Read(bytes.NewReader(whole[:cut])); !errors.Is(err, ErrNoPack) {
			t.Fatalf("cut at %d: %v", cut, err)
		}
	}
}

// TestFromWAV takes what WAV would give at the other rate, and nothing else.
func TestFromWAV(t *testing.T) {
	wav := WAV(slices.Concat(make([]int16, 2000), slices.Repeat([]int16{9000}, 4000), make([]int16, 3000)))
	if _, err := FromWAV(wav); err == nil {
		t.Error("another rate is taken")
	}
	wav[24], wav[25] = 0x22, 0x56 // 22050
	got, err := FromWAV(wav)
	if err != nil || len(got) < 2000 || len(got) > 2010 || got[1000] < 8900 || got[1000] > 9100 {
		t.Errorf("%d samples, %v", len(got), err)
	}
	for _, cut := range []int{0, 11, 30, 43, 44, len(wav) - 1} {
		if _, err := FromWAV(wav[:cut]); err == nil {
			t.Errorf("cut at %d is taken", cut)
		}
	}
}

// TestPlanSaysAll: whatever message there is, whole or with a number in its blanks, has
// its clips in every language.
func TestPlanSaysAll(t *testing.T) {
	c, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	rules, err := guideline.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range c.Langs() {
		plan := Plan(c, l, rules)
		can := Missing(plan, l.Decimal())
		for _, text := range c.Fragments(l) {
			if left := can(text); len(left) > 0 {
				t.Errorf("%s: %q of %q", l.Tag(), left, text)
			}
		}
		for _, text := range []string{
			l.T(words.SuitProgress, words.With("n", 2), words.With("total", 6)),
			l.T(words.UnitsBPSpoken, words.With("top", 300), words.With("bottom", 79)),
			l.T(words.UnitsBelowSpoken, words.With("value", l.Number("1.1"))),
			l.T(words.RestLeft, words.With("time", l.Duration(4*time.Minute))),
			l.T(words.RestLeft, words.With("time", l.Countdown(95*time.Second))),
			l.Date(time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)),
			l.T(words.HelpEmergency, words.With("number", "112")),
			"36" + l.Decimal() + "6 °C",
		} {
			if left := can(text); len(left) > 0 {
				t.Errorf("%s: %q of %q", l.Tag(), left, text)
			}
		}
		if left := can("Zyxw 2017"); len(left) != 1 {
			t.Errorf("%s: of a name and a year %q is missing", l.Tag(), left)
		}
	}
}

// TestEngineSaysThem has espeak-ng say some fragments of each language. With
// AIDPOST_VOICES, a folder of "make voices", it looks for all of them there.
func TestEngineSaysThem(t *testing.T) {
	c, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	rules, err := guideline.Load()
	if err != nil {
		t.Fatal(err)
	}
	folder := os.Getenv("AIDPOST_VOICES")
	engine, err := exec.LookPath("espeak-ng")
	if folder == "" && err != nil {
		t.Skip("there is no espeak-ng, so no clip was made: make voices installs it")
	}
	for _, l := range c.Langs() {
		plan := Plan(c, l, rules)
		if folder != "" {
			p, err := Open([]string{folder}, l.Tag())
			if errors.Is(err, os.ErrNotExist) {
				t.Logf("%s: not made", l.Tag())
				continue
			}
			if err != nil {
				t.Errorf("%s: %v", l.Tag(), err)
				continue
			}
			for _, f := range plan {
				if got := Length(p.Say(f.Text, 100)); !p.Has(f.Key) || got < 30*time.Millisecond {
					t.Errorf("%s: %q is said in %v", l.Tag(), f.Text, got)
				}
			}
			continue
		}
		var some []Fragment
		for i := 0; i < len(plan); i += 300 {
			some = append(some, plan[i])
		}
		said, err := Render(t.Context(), engine, l.Tag(), some, 2)
		if err != nil || len(said) != len(some) {
			t.Errorf("%s: %d of %d fragments are said: %v", l.Tag(), len(said), len(some), err)
		}
	}
}
