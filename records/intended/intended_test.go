package intended

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func TestTableIsSound(t *testing.T) {
	l, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for model, want := range map[string]Sharing{
		"onetouch-verioiq": One, "onetouch-ultra2": Unsaid, "astm-analyser": Several, "sd-codefree": Unknown,
		"suntech-advantage": "", "nobody-has-it": "",
	} {
		if got := l.Of(model).Sharing.By; got != want {
			t.Errorf("%s is %q, want %q", model, got, want)
		}
	}
	if v := l.Of("omron-hbp9030").Validation; v == nil || v.Status != Published || !strings.Contains(v.Source, "doi:10.1038/") {
		t.Errorf("the published one is %+v", v)
	}
}

func label(by Sharing, v *Validation) Label {
	l := Label{Model: "m", Validation: v}
	l.Sharing.By = by
	return l
}

// TestObjections: who may be measured with what.
func TestObjections(t *testing.T) {
	studied := &Validation{Status: Published, Groups: []Group{Adults}, Arm: Range{22, 42}}
	everybody := &Validation{Status: Published, Groups: []Group{Adults, Children, Pregnancy}}
	sibling := &Validation{Status: Sibling, Groups: []Group{Adults, Pregnancy, Children}}
	nothing := &Validation{Status: NoneFound}
	adult := Person{Age: 40, AgeKnown: true}
	for _, tt := range []struct {
		name string
		l    Label
		who  Person
		how  Use
		want string
	}{
		{"a meter for several", label(Several, nil), adult, Use{}, ""},
		{"a meter for one", label(One, nil), adult, Use{}, "not-to-be-shared"},
		{"whose maker says nothing", label(Unsaid, nil), adult, Use{}, "not-to-be-shared"},
		{"of which nothing is known", label(Unknown, nil), adult, Use{}, "not-to-be-shared"},
		{"the person's own", label(One, nil), adult, Use{Own: true}, ""},
		{"lent by the site", label(Unsaid, nil), adult, Use{Lent: true}, ""},
		{"no meter at all", Label{}, adult, Use{}, ""},

		{"a studied cuff", label("", studied), adult, Use{}, ""},
		{"at twelve", label("", studied), Person{Age: 12, AgeKnown: true}, Use{}, "not-for-age"},
		{"at thirteen", label("", studied), Person{Age: 13, AgeKnown: true}, Use{}, ""},
		{"of unknown age", label("", studied), Person{}, Use{}, ""},
		{"pregnant", label("", studied), Person{Pregnant: true}, Use{}, "not-for-pregnancy"},
		{"pregnant, and tested", label("", everybody), Person{Pregnant: true}, Use{}, ""},
		{"a child, and tested", label("", everybody), Person{Age: 8, AgeKnown: true}, Use{}, ""},
		{"a thin arm", label("", studied), Person{Arm: 21}, Use{}, "arm-out-of-range"},
		{"just thick enough", label("", studied), Person{Arm: 22}, Use{}, ""},
		{"just thin enough", label("", studied), Person{Arm: 42}, Use{}, ""},
		{"a thick arm", label("", studied), Person{Arm: 43}, Use{}, "arm-out-of-range"},
		{"any arm", label("", everybody), Person{Arm: 60}, Use{}, ""},

		{"a cuff without a study", label("", nothing), adult, Use{}, "not-validated"},
		{"one of another model", label("", sibling), Person{Pregnant: true}, Use{}, "not-for-pregnancy not-validated"},
		{"all at once", label("", &Validation{Status: Claimed, Arm: Range{22, 32}}), Person{Age: 9, AgeKnown: true, Pregnant: true, Arm: 15}, Use{},
			"arm-out-of-range not-for-pregnancy not-for-age not-validated"},
	} {
		var got []string
		for _, o := range tt.l.Objections(tt.who, tt.how) {
			got = append(got, string(o))
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s: %v, want %q", tt.name, got, tt.want)
		}
	}
}

// A person of whom less is known meets no more objections, and whoever brings
// their own meter or is lent the site's none of sharing.
func TestObjectionsProperties(t *testing.T) {
	l, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 8))
	for range 2000 {
		for _, one := range l.by {
			who := Person{Age: r.IntN(90), AgeKnown: r.IntN(2) > 0, Pregnant: r.IntN(2) > 0, Arm: r.IntN(60)}
			all := one.Objections(who, Use{})
			for _, o := range one.Objections(Person{}, Use{}) {
				if !slices.Contains(all, o) {
					t.Fatalf("%s: %v of a stranger, but not of %+v", one.Model, o, who)
				}
			}
			for _, how := range []Use{{Own: true}, {Lent: true}} {
				if slices.Contains(one.Objections(who, how), NotToBeShared) {
					t.Fatalf("%s is not to be shared with %+v", one.Model, how)
				}
			}
		}
	}
}

func TestFaultyTablesAreRefused(t *testing.T) {
	for _, text := range []string{
		`{}`, `[{"model": "x"}]`, `[{"sharing": {"by": "unknown"}}]`,
		`[{"model": "x", "sharing": {"by": "one"}}]`,
		`[{"model": "x", "sharing": {"by": "unknown", "source": "y"}}]`,
		`[{"model": "x", "sharing": {"by": "perhaps", "source": "y"}}]`,
		`[{"model": "x", "sharing": {"by": "unknown"}}, {"model": "x", "sharing": {"by": "unknown"}}]`,
		`[{"model": "x", "validation": {"status": "published", "of": "x", "protocol": "p"}}]`,
		`[{"model": "x", "validation": {"status": "none-found", "source": "y"}}]`,
		`[{"model": "x", "validation": {"status": "none-found", "arm": {"from": 3, "to": 2}}}]`,
		`[{"model": "x", "validation": {"status": "none-found"}, "sharing": {"by": "unknown"}}]`,
	} {
		if _, err := parse([]byte(text)); err == nil {
			t.Errorf("%s was taken", text)
		}
	}
}
