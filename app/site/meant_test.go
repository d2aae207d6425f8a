package site

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"aidpost/app/hygiene"
	"aidpost/instruments"
	"aidpost/instruments/catalogue"
	"aidpost/records/intended"
	"aidpost/records/vitals"
)

func labels(t *testing.T) *intended.Labels {
	t.Helper()
	l, err := intended.Load()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// TestEveryModelHasALabel: who may share a meter, and how a cuff was validated, is
// said of every model of the catalogue, and of nothing else.
func TestEveryModelHasALabel(t *testing.T) {
	l := labels(t)
	for _, d := range catalogue.Drivers() {
		m := d.Model()
		got := l.Of(m.ID)
		if (got.Validation != nil) != (m.Panel == vitals.BloodPressure) || (got.Sharing.By != "") != (m.Panel == vitals.BloodGlucose) {
			t.Errorf("%s measures %s and is labelled %+v", m.ID, m.Panel, got)
		}
	}
}

// attached is an instrument on the counter.
func attachedOf(t *testing.T, model, serial string) instruments.Attached {
	t.Helper()
	d, ok := catalogue.Find(model)
	if !ok {
		t.Fatalf("no %s", model)
	}
	return instruments.Attached{ID: model, Model: d.Model(), Identity: instruments.Identity{Serial: serial}, State: instruments.Ready}
}

// TestFit: a home meter is for whoever brought it, unless the site lends it.
func TestFit(t *testing.T) {
	verio, ultra := attachedOf(t, "onetouch-verioiq", "A"), attachedOf(t, "onetouch-ultra2", "B")
	analyser := attachedOf(t, "astm-analyser", "C")
	lent := Profile{Sharing: Sharing{Meters: []string{"onetouch-verioiq", "onetouch-ultra2/B"}, ApprovedBy: "Dr. A"}}
	other := ultra
	other.Identity.Serial = "X"
	for _, tt := range []struct {
		name           string
		p              Profile
		from           instruments.Attached
		own, simulated bool
		want           bool // it may be used
	}{
		{"by default", Profile{}, verio, false, false, false},
		{"its maker says nothing", Profile{}, ultra, false, false, false},
		{"one's own", Profile{}, verio, true, false, true},
		{"simulated", Profile{}, verio, false, true, true},
		{"for several", Profile{}, analyser, false, false, true},
		{"the model is lent", lent, verio, false, false, true},
		{"this one is lent", lent, ultra, false, false, true},
		{"another one is not", lent, other, false, false, false},
		{"a cuff", Profile{}, attachedOf(t, "oem-nibp", ""), false, false, true},
	} {
		all := tt.p.Fit(labels(t), tt.simulated)(tt.from, intended.Person{}, tt.own)
		if got := !slices.ContainsFunc(all, intended.Objection.Forbids); got != tt.want {
			t.Errorf("%s: %v", tt.name, all)
		}
	}
}

// TestCuff: for which arms a cuff is made, by the site before its label.
func TestCuff(t *testing.T) {
	own := Profile{Cuffs: []CuffSize{{"suntech-advantage", 25, 35}, {"suntech-advantage/L", 32, 43}, {"aandd-tm2657", 17, 33}}}
	large := attachedOf(t, "suntech-advantage", "L")
	for _, tt := range []struct {
		name      string
		p         Profile
		from      instruments.Attached
		simulated bool
		want      intended.Range
	}{
		{"nothing is known", Profile{}, large, false, intended.Range{}},
		{"a simulated one", Profile{}, large, true, intended.Range{From: 22, To: 42}},
		{"by its label", Profile{}, attachedOf(t, "aandd-tm2657", ""), true, intended.Range{From: 18, To: 35}},
		{"by the site", own, attachedOf(t, "aandd-tm2657", ""), true, intended.Range{From: 17, To: 33}},
		{"the model", own, attachedOf(t, "suntech-advantage", "M"), false, intended.Range{From: 25, To: 35}},
		{"this very one", own, large, false, intended.Range{From: 32, To: 43}},
		{"no cuff at all", own, attachedOf(t, "onetouch-ultra2", ""), true, intended.Range{}},
	} {
		if got := tt.p.Cuff(labels(t), tt.simulated)(tt.from); got != tt.want {
			t.Errorf("%s: %+v", tt.name, got)
		}
	}
	fit := own.Fit(labels(t), false)
	if all := fit(large, intended.Person{Arm: 31}, false); !slices.Contains(all, intended.ArmOutOfRange) {
		t.Errorf("a thin arm in a large cuff: %v", all)
	}
	if all := fit(large, intended.Person{Arm: 40}, false); slices.ContainsFunc(all, intended.Objection.Forbids) {
		t.Errorf("a large arm in it: %v", all)
	}
}

// TestCuffsThatCannotBe are refused with the settings.
func TestCuffsThatCannotBe(t *testing.T) {
	for _, c := range []CuffSize{{"onetouch-ultra2", 22, 42}, {"crystal-ball", 22, 42}, {"suntech-advantage", 42, 22}, {"suntech-advantage", 220, 420}, {"suntech-advantage", 0, 0}} {
		if err := (Profile{Cuffs: []CuffSize{c}}).checkMeant(); !errors.Is(err, ErrCuff) {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

// TestWhatCannotBeLent: a site that lends a home meter says who answers for it and
// how it is cleaned.
func TestWhatCannotBeLent(t *testing.T) {
	const cleaning = `"cleaning": [{"instrument": "onetouch-ultra2", "with": "wipes", "wetSeconds": 120}]`
	for text, want := range map[string]error{
		`{"sharing": {"meters": ["onetouch-ultra2/B"], "approvedBy": "Dr. A"}, ` + cleaning + `}`: nil,
		`{` + cleaning + `}`: nil,
		`{"sharing": {"meters": ["onetouch-ultra2/B"], "approvedBy": "Dr. A"}}`:                             ErrSharing,
		`{"sharing": {"meters": ["onetouch-ultra2/B"]}, ` + cleaning + `}`:                                  ErrSharing,
		`{"sharing": {"meters": ["suntech-advantage"], "approvedBy": "Dr. A"}, ` + cleaning + `}`:           ErrSharing,
		`{"sharing": {"meters": ["crystal-ball"], "approvedBy": "Dr. A"}, ` + cleaning + `}`:                ErrSharing,
		`{"cleaning": [{"instrument": "crystal-ball", "with": "wipes"}]}`:                                   hygiene.ErrRule,
		`{"cleaning": [{"instrument": "onetouch-ultra2", "wetSeconds": 120}]}`:                              hygiene.ErrRule,
		`{"cleaning": [{"instrument": "contec-cms50d-plus", "with": "wipes", "wetSeconds": -1}]}`:           hygiene.ErrRule,
		`{"cleaning": [{"instrument": "contec-cms50d-plus", "with": "70 % isopropanol", "wetSeconds": 0}]}`: nil,
	} {
		folder := t.TempDir()
		if err := os.WriteFile(filepath.Join(folder, ProfileName), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		p, err := LoadProfile(folder)
		if !errors.Is(err, want) || want == nil && len(p.Cleaning) != 1 {
			t.Errorf("%s: %v", text, err)
		}
	}
}
