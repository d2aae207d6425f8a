package records

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"aidpost/records/staff"
	"aidpost/records/vitals"
)

// onForm is a visit that was written on a form.
func onForm(code string) *Encounter {
	return &Encounter{
		ID: NewID(), Patient: ada(), Status: Finished, Started: now.AddDate(0, 0, -9), Ended: now.AddDate(0, 0, -9), Zone: "UTC", Language: "en",
		Operator: Clinician{Name: "Nyota"}, Paper: FromPaper{Form: code},
		Observations: []Observation{{
			ID: NewID(), Panel: vitals.BodyTemperature, Taken: now.AddDate(0, 0, -9), State: Confirmed,
			Values: vitals.Values{{Measure: vitals.Temperature, Quantity: vitals.Of(37, vitals.Celsius)}},
			Origin: Origin{Device: Device{Maker: "m", Model: "m"}, Driver: "d", DriverVersion: "1"},
		}},
	}
}

// The codes that were printed are known after the computer has died: they are on
// disk before anything is drawn. The folder is copied as it is while the program
// runs, which is what a power cut leaves.
func TestFormsOutliveAPowerCut(t *testing.T) {
	folder := t.TempDir()
	s := openAt(t, filepath.Join(folder, "aidpost.db"), Options{})
	batch, err := s.Console("ben", "k").MakeForms(t.Context(), 40, "ar")
	if err != nil || len(batch.Codes) != 40 || batch.By.Name != "ben" {
		t.Fatalf("%+v, %v", batch, err)
	}
	after := t.TempDir()
	if err := os.CopyFS(after, os.DirFS(folder)); err != nil {
		t.Fatal(err)
	}
	again := openAt(t, filepath.Join(after, "aidpost.db"), Options{})
	for _, code := range batch.Codes {
		f, err := again.Console("ben", "k").Form(t.Context(), code)
		if err != nil || f.Lang != "ar" || len(f.Uses) != 0 {
			t.Fatalf("%s after the power cut: %+v, %v", code, f, err)
		}
	}
	e := onForm(batch.Codes[7])
	if err := again.Console("nia", "k").BackEnter(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	got, err := again.Encounter(t.Context(), e.ID)
	if err != nil {
		t.Fatal(err)
	}
	o := got.Observations[0]
	if got.Paper.By.Name != "nia" || got.Operator.Name != "Nyota" || o.Origin.EnteredBy != "nia" || len(o.Flags) != 1 || o.Flags[0] != vitals.BackEntered || !o.Taken.Equal(now.AddDate(0, 0, -9)) {
		t.Errorf("stored as %+v, %+v", got.Paper, o)
	}
}

// A form comes back once, and once more only with a reason.
func TestFormComesBackOnce(t *testing.T) {
	s := openTemp(t, Options{})
	a := s.Console("ben", "k")
	batch, err := a.MakeForms(t.Context(), 2, "en")
	if err != nil {
		t.Fatal(err)
	}
	first := onForm(batch.Codes[0])
	if err := a.BackEnter(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	second := onForm(batch.Codes[0])
	if err := a.BackEnter(t.Context(), second); !errors.Is(err, ErrFormEntered) {
		t.Errorf("twice: %v", err)
	}
	if _, err := s.Encounter(t.Context(), second.ID); !errors.Is(err, ErrNotFound) {
		t.Errorf("the second was saved all the same: %v", err)
	}
	second.Paper.Again = "two people on one form"
	if err := a.BackEnter(t.Context(), second); err != nil {
		t.Errorf("with a reason: %v", err)
	}
	f, err := a.Form(t.Context(), batch.Codes[0])
	if err != nil || len(f.Uses) != 2 || f.Uses[0].Visit != first.ID || f.Uses[1].Visit != second.ID {
		t.Errorf("%+v, %v", f, err)
	}
	if f, err := a.Form(t.Context(), batch.Codes[1]); err != nil || len(f.Uses) != 0 {
		t.Errorf("the other form: %+v, %v", f, err)
	}
	stray, err := newFormCode()
	if err != nil {
		t.Fatal(err)
	}
	if err := a.BackEnter(t.Context(), onForm(stray)); !errors.Is(err, ErrNoForm) {
		t.Errorf("of another place: %v", err)
	}
	if err := a.BackEnter(t.Context(), onForm("12345678901234")); !errors.Is(err, ErrInvalid) {
		t.Errorf("no code: %v", err)
	}
	if _, err := s.Visitor("k").MakeForms(t.Context(), 2, "en"); !errors.Is(err, staff.ErrDenied) {
		t.Errorf("a visitor prints forms: %v", err)
	}
	for _, n := range []int{0, mostForms + 1} {
		if _, err := a.MakeForms(t.Context(), n, "en"); !errors.Is(err, ErrInvalid) {
			t.Errorf("%d forms: %v", n, err)
		}
	}
	if _, err := s.QualityLog(t.Context()); err != nil {
		t.Errorf("quality control beside forms: %v", err)
	}
}

// A digit that is wrong, or two that were swapped, is noticed; how it is written is
// not.
func TestFormCode(t *testing.T) {
	code, err := newFormCode()
	if err != nil {
		t.Fatal(err)
	}
	spaced := code[:4] + " " + code[4:8] + "-" + code[8:]
	arabic := strings.Map(func(r rune) rune { return r - '0' + '٠' }, code)
	for _, text := range []string{code, spaced, arabic, " " + code} {
		if got, ok := ParseFormCode(text); !ok || got != code {
			t.Errorf("%q is read as %q, %t", text, got, ok)
		}
	}
	for i := range code {
		wrong := []byte(code)
		wrong[i] = '0' + (wrong[i]-'0'+1)%10
		if _, ok := ParseFormCode(string(wrong)); ok {
			t.Errorf("a wrong digit at %d is not noticed", i)
		}
		if i > 0 && code[i] != code[i-1] {
			swapped := []byte(code)
			swapped[i], swapped[i-1] = code[i-1], code[i]
			if _, ok := ParseFormCode(string(swapped)); ok {
				t.Errorf("digits swapped at %d are not noticed", i)
			}
		}
	}
	if _, ok := ParseReferralCode(code); ok {
		t.Error("a form's code is taken for a referral's")
	}
}
