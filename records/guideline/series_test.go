package guideline_test

import (
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"aidpost/records/guideline"
	"aidpost/records/vitals"
)

// protocolOf returns a protocol that the program carries.
func protocolOf(t *testing.T, id string) guideline.Protocol {
	t.Helper()
	set, err := guideline.Load()
	if err != nil {
		t.Fatal(err)
	}
	r, err := set.Choose(guideline.Choice{Protocol: id})
	if err != nil {
		t.Fatal(err)
	}
	return r.Protocol()
}

// tries reads "L142/88 error R130/82 x128/80": the arm, and x for one that was
// set aside.
func tries(t *testing.T, s string) []guideline.Attempt {
	t.Helper()
	var all []guideline.Attempt
	for field := range strings.FieldsSeq(s) {
		var a guideline.Attempt
		if rest, ok := strings.CutPrefix(field, "x"); ok {
			a.SetAside, field = true, rest
		}
		if rest, ok := strings.CutPrefix(field, "L"); ok {
			a.Arm, field = vitals.LeftArm, rest
		} else if rest, ok := strings.CutPrefix(field, "R"); ok {
			a.Arm, field = vitals.RightArm, rest
		}
		if field != "error" {
			a.Values = reading(t, field)
		}
		all = append(all, a)
	}
	return all
}

func TestSeries(t *testing.T) {
	for _, test := range []struct {
		protocol, attempts string
		ended              bool
		mean, uses         string
		verdict            guideline.Verdict
	}{
		{"esc-2024", "142/88 134/84 130/82", false, "132/83", "first-of-series counts counts", guideline.Enough},
		{"esc-2024", "150/90 141/85 130/84 132/84", false, "131/84", "first-of-series superseded counts counts", guideline.Enough},
		{"esc-2024", "error 130/84 128/82 126/80", false, "127/81", "failed first-of-series counts counts", guideline.Enough},
		{"esc-2024", "142/88 134/84", true, "138/86", "counts counts", guideline.Enough},
		{"esc-2024", "142/88 x170/99 134/84 130/82", false, "132/83", "first-of-series set-aside counts counts", guideline.Enough},
		{"esc-2024", "x142/88", true, "", "set-aside", guideline.NoReading},

		{"aha-2025", "142/88 134/84", false, "138/86", "counts counts", guideline.Enough},
		{"aha-2025", "150/88 134/84", false, "142/86", "counts counts", guideline.NeedMore},
		{"aha-2025", "150/88 134/84 136/82", false, "135/83", "first-of-series counts counts", guideline.Enough},
		{"hearts", "150/88 134/84 150/82 134/80", false, "142/81", "first-of-series superseded counts counts", guideline.SpreadNoted},

		{"ish-2020", "129/84", false, "129/84", "counts", guideline.Enough},
		{"ish-2020", "130/84", false, "130/84", "counts", guideline.NeedMore},
		{"ish-2020", "129/85", false, "129/85", "counts", guideline.NeedMore},
		{"ish-2020", "130/84", true, "130/84", "counts", guideline.SingleReading},

		{"sprint", "142/88 134/84 136/82", false, "137/85", "counts counts counts", guideline.Enough},

		{"who-steps", "142/88 134/84 130/82", false, "132/83", "first-of-series counts counts", guideline.Enough},
		{"who-steps", "142/88 134/84", true, "134/84", "first-of-series counts", guideline.SingleReading},
		{"who-steps", "142/88", true, "142/88", "counts", guideline.SingleReading},

		{"esc-2024", "L142/88 R150/90 R148/88 R144/86", false, "146/87", "other-arm first-of-series counts counts", guideline.Enough},
		{"esc-2024", "L150/88 R142/90 L148/88 L144/86", false, "146/87", "first-of-series other-arm counts counts", guideline.Enough},
		{"esc-2024", "L142/88 R142/90 L138/88 L140/86", false, "139/87", "first-of-series other-arm counts counts", guideline.Enough},
		{"esc-2024", "xL190/88 R150/90 R148/88 R144/86", false, "146/87", "set-aside first-of-series counts counts", guideline.Enough},
	} {
		got := protocolOf(t, test.protocol).Series(tries(t, test.attempts), test.ended)
		var uses []string
		for _, u := range got.Uses {
			uses = append(uses, string(u))
		}
		if numbers(got.Mean) != test.mean || strings.Join(uses, " ") != test.uses || got.Verdict != test.verdict {
			t.Errorf("%s, %q: %s (%s), %s; want %s (%s), %s", test.protocol, test.attempts,
				numbers(got.Mean), strings.Join(uses, " "), got.Verdict, test.mean, test.uses, test.verdict)
		}
	}
}

func TestSeriesLeavesOutLimits(t *testing.T) {
	attempts := tries(t, "140/90 138/88 136/86")
	attempts[1].Values[0].Quantity.Comparator = vitals.Above
	got := protocolOf(t, "esc-2024").Series(attempts, true)
	if got.Uses[1] != guideline.OffScale {
		t.Errorf("a pressure past the range is %s", got.Uses[1])
	}
}

func TestArms(t *testing.T) {
	esc, steps := protocolOf(t, "esc-2024"), protocolOf(t, "who-steps")
	for _, test := range []struct {
		attempts string
		first    bool
		next     vitals.Arm
		differ   bool
	}{
		{"", true, vitals.LeftArm, false},
		{"", false, vitals.LeftArm, false},
		{"L142/88", true, vitals.RightArm, false},
		{"L142/88", false, vitals.LeftArm, false},
		{"L142/88 error", true, vitals.RightArm, false},
		{"L142/88 R152/90", true, vitals.RightArm, false},
		{"L142/88 R153/90", true, vitals.RightArm, true},
		{"R142/88", false, vitals.RightArm, false},
		{"R142/88", true, vitals.LeftArm, false},
		{"L160/88 R142/90", true, vitals.LeftArm, true},
	} {
		attempts := tries(t, test.attempts)
		if got := esc.NextArm(attempts, test.first, vitals.UnknownArm); got != test.next {
			t.Errorf("after %q (first visit: %t) the %s arm is next, want the %s one", test.attempts, test.first, got, test.next)
		}
		if got := esc.Series(attempts, false).ArmsDiffer; got != test.differ {
			t.Errorf("%q: the arms differ: %t", test.attempts, got)
		}
	}
	for attempts, want := range map[string]vitals.Arm{"": vitals.RightArm, "error": vitals.RightArm, "L142/88": vitals.LeftArm} {
		if got := esc.NextArm(tries(t, attempts), false, vitals.RightArm); got != want {
			t.Errorf("after %q of somebody whose right arm is measured the %s arm is next", attempts, got)
		}
	}
	if got := esc.NextArm(nil, true, vitals.RightArm); got != vitals.LeftArm {
		t.Errorf("a first visit begins with the %s arm", got)
	}
	if got := steps.NextArm(tries(t, "L142/88"), true, vitals.UnknownArm); got != vitals.LeftArm {
		t.Errorf("a protocol of one arm asks for the %s one", got)
	}
}

// Whatever is measured: each attempt has a use, the mean lies between the
// readings that count, nothing set aside or failed counts, and a series ends.
func TestSeriesInvariants(t *testing.T) {
	set, err := guideline.Load()
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(7, 11))
	for range 3000 {
		p := set.Protocols()[random.IntN(len(set.Protocols()))]
		var attempts []guideline.Attempt
		for n := 0; ; n++ {
			s := p.Series(attempts, false)
			checkSeries(t, p, attempts, s)
			if s.Verdict != guideline.NeedMore {
				break
			}
			if n >= p.MaxInflations {
				t.Fatalf("%s asks for more than %d inflations", p.ID, p.MaxInflations)
			}
			attempts = append(attempts, randomAttempt(random))
		}
	}
}

func randomAttempt(random *rand.Rand) guideline.Attempt {
	a := guideline.Attempt{SetAside: random.IntN(8) == 0}
	a.Arm = []vitals.Arm{vitals.UnknownArm, vitals.LeftArm, vitals.RightArm}[random.IntN(3)]
	if random.IntN(6) > 0 {
		a.Values = vitals.Values{
			{Measure: vitals.Systolic, Quantity: vitals.Of(110+random.IntN(60), vitals.MmHg)},
			{Measure: vitals.Diastolic, Quantity: vitals.Of(60+random.IntN(35), vitals.MmHg)},
		}
	}
	return a
}

func checkSeries(t *testing.T, p guideline.Protocol, attempts []guideline.Attempt, s guideline.Series) {
	t.Helper()
	var counted []int
	for i, use := range s.Uses {
		a := attempts[i]
		if use == guideline.Counts {
			systolic, _ := a.Values.Get(vitals.Systolic)
			counted = append(counted, systolic.Value.Int())
			if a.SetAside || a.Arm != s.Arm {
				t.Errorf("%s: attempt %d of %+v counts", p.ID, i, attempts)
			}
		}
		if (use == guideline.Failed) != (len(a.Values) == 0) {
			t.Errorf("%s: attempt %d is %s", p.ID, i, use)
		}
	}
	if len(s.Uses) != len(attempts) || len(counted) != s.Of || s.Of > p.UseLast {
		t.Errorf("%s: %d of %d count, %d averaged", p.ID, len(counted), len(attempts), s.Of)
	}
	if s.Of > 0 {
		systolic, _ := s.Mean.Get(vitals.Systolic)
		if mean := systolic.Value.Int(); mean < slices.Min(counted) || mean > slices.Max(counted) {
			t.Errorf("%s: the mean of %v is %d", p.ID, counted, mean)
		}
	}
}

func TestProtocolsToChoose(t *testing.T) {
	set, err := guideline.Load()
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, p := range set.Protocols() {
		ids = append(ids, p.ID)
		if p.Interval < time.Minute || p.Rest < 5*time.Minute {
			t.Errorf("%s does not let an arm rest", p.ID)
		}
	}
	want := []string{"aha-2025", "esc-2024", "esh-2023", "hearts", "ish-2020", "sprint", "who-steps"}
	if !slices.Equal(ids, want) {
		t.Errorf("protocols are %v, want %v", ids, want)
	}
	if _, err := set.Choose(guideline.Choice{Protocol: "by-feel"}); !errors.Is(err, guideline.ErrUnknownProtocol) {
		t.Errorf("an unknown protocol gave %v", err)
	}
	own := protocolOf(t, "sprint")
	own.ID, own.Readings, own.UseLast = "ours", 4, 4
	r, err := set.Choose(guideline.Choice{Own: &own})
	if err != nil || r.Protocol().ID != "ours" {
		t.Errorf("the site's own protocol gave %v, %v", r, err)
	}
	own.MaxInflations = 3
	if _, err := set.Choose(guideline.Choice{Own: &own}); err == nil {
		t.Error("a protocol that can never be followed was taken")
	}
}

const ownProtocol = `{"id": "ours", "title": "Ours", "rest": "5m0s", "readings": 3, "interval": "1m0s", "maxInflations": 5,
	"useLast": 2, "spreadLimit": {"value": "10", "unit": "mm[Hg]"}, "bothArms": false, "source": "our clinical lead"}`

func TestFaultyProtocolsAreRefused(t *testing.T) {
	if _, err := guideline.ParseProtocol([]byte(ownProtocol)); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ name, old, new string }{
		{"unknown member", `"useLast": 2`, `"useLast": 2, "dropFirst": true`},
		{"no readings", `"readings": 3`, `"readings": 0`},
		{"fewer inflations than readings", `"maxInflations": 5`, `"maxInflations": 2`},
		{"an arm squeezed without end", `"maxInflations": 5`, `"maxInflations": 50`},
		{"more used than taken", `"useLast": 2`, `"useLast": 4`},
		{"rest that is no time", `"rest": "5m0s"`, `"rest": "five"`},
		{"rest for ever", `"rest": "5m0s"`, `"rest": "5h0m0s"`},
		{"interval that is no time", `"interval": "1m0s"`, `"interval": "1"`},
		{"no pause", `"interval": "1m0s"`, `"interval": "0s"`},
		{"spread of another unit", `"unit": "mm[Hg]"`, `"unit": "%"`},
		{"no spread", `"value": "10"`, `"value": "0"`},
		{"no source", `"our clinical lead"`, `""`},
		{"first discarded of one", `"readings": 3`, `"discardFirst": true, "useLast": 1, "readings": 1`},
		{"pressures swapped", `"bothArms"`, `"enoughBelow": {"systolic": "80", "diastolic": "130"}, "bothArms"`},
		{"two values", `}`, `}`},
	} {
		text := strings.Replace(ownProtocol, test.old, test.new, 1)
		if test.name == "two values" {
			text += "{}"
		}
		if p, err := guideline.ParseProtocol([]byte(text)); err == nil {
			t.Errorf("%s: taken as %+v", test.name, p)
		}
	}
}

func FuzzParseProtocol(f *testing.F) {
	f.Add([]byte(ownProtocol))
	f.Add([]byte(`{"id": "x", "rest": "-1s"}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := guideline.ParseProtocol(text)
		if err != nil {
			return
		}
		again, err := p.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		if q, err := guideline.ParseProtocol(again); err != nil || q.MaxInflations != p.MaxInflations || q.Rest != p.Rest {
			t.Errorf("%s comes back as %+v, %v", again, q, err)
		}
	})
}
