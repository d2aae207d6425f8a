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

// cuff is a label of one that was tested on everybody and is made for such arms.
func cuff(from, to int) Label {
	l := label("", &Validation{Status: Published, Groups: []Group{Adults, Children, Pregnancy}})
	l.Cuff = &Cuff{Arm: Range{from, to}, Source: "its label"}
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
		{"of a study on other arms", label("", studied), Person{Arm: 21}, Use{}, ""},

		{"nobody asked", cuff(22, 42), adult, Use{}, "cuff-unsure"},
		{"they do not know", cuff(22, 42), Person{Lie: LieUnknown}, Use{}, "cuff-unsure"},
		{"they see it fits", cuff(22, 42), Person{Lie: Within}, Use{}, ""},
		{"before the first mark", cuff(22, 42), Person{Lie: Thinner}, Use{}, "arm-out-of-range"},
		{"beyond the last", cuff(22, 42), Person{Lie: Thicker}, Use{}, "arm-out-of-range"},
		{"a thin arm", cuff(22, 42), Person{Arm: 21}, Use{}, "arm-out-of-range"},
		{"just thick enough", cuff(22, 42), Person{Arm: 22}, Use{}, ""},
		{"just thin enough", cuff(22, 42), Person{Arm: 42}, Use{}, ""},
		{"a thick arm", cuff(22, 42), Person{Arm: 43}, Use{}, "arm-out-of-range"},
		{"measured, whatever was said", cuff(22, 42), Person{Arm: 30, Lie: Thicker}, Use{}, ""},
		{"any arm, and no range", label("", everybody), Person{Arm: 60, Lie: Thicker}, Use{}, ""},
		{"the site's cuff", label("", everybody), Person{Arm: 36}, Use{Cuff: Range{25, 35}}, "arm-out-of-range"},
		{"the site's, not the maker's", cuff(22, 42), Person{Arm: 20}, Use{Cuff: Range{17, 25}}, ""},

		{"a cuff without a study", label("", nothing), adult, Use{}, "not-validated"},
		{"one of another model", label("", sibling), Person{Pregnant: true}, Use{}, "not-for-pregnancy not-validated"},
		{"all at once", label("", &Validation{Status: Claimed}), Person{Age: 9, AgeKnown: true, Pregnant: true, Arm: 15}, Use{Cuff: Range{22, 32}},
			"arm-out-of-range not-for-pregnancy not-for-age not-validated"},
		{"all that is said", label("", nothing), Person{Age: 9, AgeKnown: true, Pregnant: true}, Use{Cuff: Range{22, 32}},
			"not-for-pregnancy not-for-age cuff-unsure not-validated"},
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
				if o != CuffUnsure && !slices.Contains(all, o) {
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
		`[{"model": "x", "validation": {"status": "none-found"}, "cuff": {"arm": {"from": 22, "to": 42}}}]`,
		`[{"model": "x", "validation": {"status": "none-found"}, "cuff": {"arm": {"from": 42, "to": 22}, "source": "y"}}]`,
		`[{"model": "x", "validation": {"status": "none-found"}, "cuff": {"arm": {"from": 220, "to": 420}, "source": "y"}}]`,
		`[{"model": "x", "sharing": {"by": "unknown"}, "cuff": {"arm": {"from": 22, "to": 42}, "source": "y"}}]`,
	} {
		if _, err := parse([]byte(text)); err == nil {
			t.Errorf("%s was taken", text)
		}
	}
}
