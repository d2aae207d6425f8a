package backentry

import (
	"maps"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"aidpost/app/bedside"
	"aidpost/records"
	"aidpost/records/guideline"
	"aidpost/records/quality"
	"aidpost/records/vitals"
)

var (
	zone = time.FixedZone("here", 2*60*60)
	now  = time.Date(2026, 3, 20, 9, 0, 0, 0, zone)
)

func newDesk(t *testing.T) Desk {
	t.Helper()
	set, err := guideline.Load()
	if err != nil {
		t.Fatal(err)
	}
	rules, err := set.Choose(guideline.Choice{Protocol: "aha-2025"})
	if err != nil {
		t.Fatal(err)
	}
	grades, err := quality.LoadGrades()
	if err != nil {
		t.Fatal(err)
	}
	return Desk{Rules: rules, Grades: grades, Place: records.Place{Kiosk: "k"}, Zone: zone, Now: func() time.Time { return now }, Who: records.Clinician{Name: "Nia"}}
}

func pressure(upper, lower string) Value {
	return Value{Typed: bedside.Typed{Panel: vitals.BloodPressure, Numbers: map[vitals.Measure]string{vitals.Systolic: upper, vitals.Diastolic: lower}}, Arm: vitals.LeftArm}
}

// written is a form of somebody, with everything that has to be there.
func written(code string) Sheet {
	return Sheet{
		Form:    records.Form{Code: code, FormBatch: records.FormBatch{At: now.AddDate(0, 0, -14)}},
		Patient: &records.Patient{ID: records.NewID(), Given: "Lena", Family: "Okafor", BirthDate: records.Date{Year: 1970, Month: 3, Day: 4}},
		Date:    "11.03.2026", Time: "14:05", By: "Amal", Said: true, Rested: true, Cuff: true,
		Values: []Value{pressure("152", "94"), pressure("148", "90"),
			{Typed: bedside.Typed{Panel: vitals.Oximetry, Numbers: map[vitals.Measure]string{vitals.SpO2: "96", vitals.Pulse: "72"}}},
			{Typed: bedside.Typed{Panel: vitals.BloodGlucose, Numbers: map[vitals.Measure]string{}}}},
	}
}

// What is wrong stands beside its field, and nothing else does.
func TestCheck(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(*Sheet)
		field  Field // empty: nothing is wrong
		want   Problem
	}{
		{"all is there", func(*Sheet) {}, "", ""},
		{"nobody", func(s *Sheet) { s.Patient = nil }, FieldWho, Missing},
		{"by nobody", func(s *Sheet) { s.By = " " }, FieldBy, Missing},
		{"no date", func(s *Sheet) { s.Date = "" }, FieldWhen, NoTime},
		{"30 February", func(s *Sheet) { s.Date = "30 02 2026" }, FieldWhen, NoTime},
		{"25 hours", func(s *Sheet) { s.Time = "2500" }, FieldWhen, NoTime},
		{"morning", func(s *Sheet) { s.Time = "9:05" }, "", ""},
		{"in Arabic digits", func(s *Sheet) { s.Date, s.Time = "١١/٠٣/٢٠٢٦", "٠٩:٠٥" }, "", ""},
		{"tomorrow", func(s *Sheet) { s.Date = "21 03 2026" }, FieldWhen, Future},
		{"before it was printed", func(s *Sheet) { s.Date = "01 03 2026" }, FieldWhen, Early},
		{"before, and not certain", func(s *Sheet) { s.Date, s.Doubt = "01 03 2026", true }, "", ""},
		{"nothing measured", func(s *Sheet) { s.Values = s.Values[3:] }, FieldAll, Missing},
		{"came back already", func(s *Sheet) { s.Form.Uses = make([]records.FormUse, 1) }, FieldAgain, Missing},
		{"came back, with a reason", func(s *Sheet) { s.Form.Uses, s.Again = make([]records.FormUse, 1), "two on one" }, "", ""},
	} {
		s := written("1")
		test.change(&s)
		p := newDesk(t).Check(s)
		if test.field == "" && !p.None() || test.field != "" && (p.Fields[test.field] != test.want || len(p.Fields) != 1) {
			t.Errorf("%s: %v", test.name, p)
		}
	}
	s := written("1")
	s.Values[1] = pressure("90", "148")
	s.Values[2].Numbers[vitals.SpO2] = "960"
	if p := newDesk(t).Check(s); !slices.Equal(slices.Sorted(maps.Keys(p.Numbers)), []int{1, 2}) {
		t.Errorf("numbers: %v", p.Numbers)
	}
}

// A form becomes a visit of when it was written, by who measured, and goes into the
// records with who typed it; the pressures make a mean by the site's protocol.
func TestVisit(t *testing.T) {
	d := newDesk(t)
	s, err := records.Open(t.Context(), filepath.Join(t.TempDir(), "aidpost.db"), records.Options{Now: d.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	a := s.Console("nia", "k")
	batch, err := a.MakeForms(t.Context(), 1, "en")
	if err != nil {
		t.Fatal(err)
	}
	sheet := written(batch.Codes[0])
	sheet.Doubt, sheet.Cuff = true, false
	e, err := d.Visit(sheet)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.BackEnter(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	got, err := s.Encounter(t.Context(), e.ID)
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 3, 11, 12, 5, 0, 0, time.UTC)
	if !got.Started.Equal(at) || got.Operator.Name != "Amal" || got.Paper.By.Name != "nia" || got.Identity.IsZero() || got.Status != records.Finished {
		t.Errorf("the visit is %+v", got)
	}
	results := map[vitals.Panel]records.Observation{}
	for _, o := range got.Observations {
		if !slices.Contains(o.Flags, vitals.BackEntered) || !slices.Contains(o.Flags, vitals.TimeDoubt) || !o.Taken.Equal(at) {
			t.Errorf("%s: flags %v at %s", o.Panel, o.Flags, o.Taken)
		}
		if o.Result() {
			results[o.Panel] = o
		}
	}
	if o := results[vitals.BloodPressure]; o.Statement == nil || o.Statement.Operator.Name != "Amal" || len(o.Judged) == 0 ||
		!slices.Contains(o.Statement.Reasons, "back-entered") || !slices.Contains(o.Statement.Reasons, "cuff-unsure") {
		t.Errorf("the pressure is %+v with %+v", o, o.Statement)
	}
	if o := results[vitals.Oximetry]; len(o.Judged) == 0 || o.Statement.Grade != "C" {
		t.Errorf("the oxygen is %+v with %+v", o, o.Statement)
	}
}
