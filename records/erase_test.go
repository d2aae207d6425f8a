package records

import (
	"bytes"
	"errors"
	"path/filepath"
	"testing"
	"time"
)

// bob is somebody with other words in his record than ada.
func bob() *Patient {
	return &Patient{ID: NewID(), Given: "Bob", Family: "Babbage", Created: now.Add(-time.Hour)}
}

// TestErasedIsGone: in a store without keys, where everything can be read in
// the files, nothing of an erased patient is left in any of them, and others
// are as they were.
func TestErasedIsGone(t *testing.T) {
	folder := t.TempDir()
	s := openPlain(t, filepath.Join(folder, "aidpost.db"), Options{})
	other := &Encounter{
		ID: NewID(), Patient: bob(), Status: Finished, Started: now.Add(-time.Hour), Ended: now, Zone: "UTC", Language: "en",
	}
	save(t, s, other)
	person := ada()
	var ids []ID
	for i := range 5 {
		e := visit(person, now.Add(-time.Duration(i+1)*time.Hour))
		save(t, s, e)
		e.Patient.Given = "Augusta Ada"
		e.Observations[0].State = Amended
		save(t, s, e)
		ids, person = append(ids, e.ID), e.Patient
	}
	if got := found(t, folder); len(got) != len(secrets()) {
		t.Fatalf("before: only %v of %d secrets are found", got, len(secrets()))
	}
	done, err := s.Erase(t.Context(), person.ID, "asked for it")
	if err != nil || done.Patients != 1 || done.Encounters != 5 {
		t.Fatalf("%+v, %v", done, err)
	}
	left := found(t, folder)
	delete(left, "audit body") // says what was done to which id
	if len(left) > 0 {
		t.Errorf("left: %v", left)
	}
	for _, id := range ids {
		if _, err := s.Encounter(t.Context(), id); !errors.Is(err, ErrNotFound) {
			t.Errorf("an erased visit: %v", err)
		}
	}
	if _, err := s.Encounter(t.Context(), other.ID); err != nil {
		t.Error(err)
	}
	report, err := s.Check(t.Context(), nil)
	if err != nil || report.Err() != nil {
		t.Errorf("%+v, %v", report, err)
	}
	if _, err := s.Erase(t.Context(), person.ID, ""); !errors.Is(err, ErrNotFound) {
		t.Errorf("erased again: %v", err)
	}
}

// TestErasedKeysAreGone: of a sealed store the salts and the sealed content of
// the erased are in no file any more.
func TestErasedKeysAreGone(t *testing.T) {
	folder := t.TempDir()
	s := openAt(t, filepath.Join(folder, "aidpost.db"), Options{})
	e := visit(ada(), now.Add(-time.Hour))
	save(t, s, e)
	var salts, sealed [][]byte
	for _, query := range []string{"SELECT salt, sealed FROM patient", "SELECT salt, sealed FROM encounter", "SELECT x'00', sealed FROM capture"} {
		var salt, content []byte
		if err := s.db.QueryRow(query).Scan(&salt, &content); err != nil {
			t.Fatal(err)
		}
		if len(salt) == 32 {
			salts = append(salts, salt)
		}
		sealed = append(sealed, content[40:80]) // off the edges of pages
	}
	if _, err := s.Erase(t.Context(), e.Patient.ID, ""); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"aidpost.db", "aidpost.db-wal"} {
		data := readFile(t, filepath.Join(folder, name))
		for i, secret := range append(salts, sealed...) {
			if bytes.Contains(data, secret) {
				t.Errorf("%s still has secret %d", name, i)
			}
		}
	}
}

// TestExpire: what is old goes, with patients who did not come again, and what
// a server still has to get stays.
func TestExpire(t *testing.T) {
	s := openTemp(t, Options{})
	old, recent := now.AddDate(-2, 0, 0), now.Add(-time.Hour)
	share := func(e *Encounter, given bool) *Encounter {
		e.Consents = append(e.Consents, Consent{Purpose: ConsentShare, Given: given, Version: "1", At: e.Started})
		return e
	}
	returning := ada()
	gone := []*Encounter{share(visit(returning, old), false), share(visit(bob(), old), false), share(visit(nil, old), false)}
	for range 2 * expireAtOnce {
		gone = append(gone, share(visit(nil, old.Add(time.Hour)), false))
	}
	kept := []*Encounter{share(visit(returning, recent), false), share(visit(bob(), old), true), share(visit(nil, recent), false)}
	for _, e := range append(gone, kept...) {
		save(t, s, e)
	}
	for _, e := range []*Encounter{gone[1], kept[0]} { // bob, and ada, who was here again
		if err := s.Visitor("k").ChoosePIN(t.Context(), e.Patient.ID, onePIN, time.Time{}); err != nil {
			t.Fatal(err)
		}
	}
	done, err := s.Expire(t.Context(), now.AddDate(-1, 0, 0))
	if err != nil || done.Encounters != len(gone) || done.Patients != 1 {
		t.Fatalf("%+v, %v; %d should go", done, err, len(gone))
	}
	var pins int
	if err := s.db.QueryRow("SELECT count(*) FROM secret WHERE name IN (?, ?)",
		pinName(gone[1].Patient.ID), pinName(kept[0].Patient.ID)).Scan(&pins); err != nil || pins != 1 {
		t.Errorf("%d PINs are left of two, %v: one is of somebody who is gone", pins, err)
	}
	for _, e := range gone {
		if _, err := s.Encounter(t.Context(), e.ID); !errors.Is(err, ErrNotFound) {
			t.Fatalf("of %v: %v", e.Started, err)
		}
	}
	for _, e := range kept {
		if _, err := s.Encounter(t.Context(), e.ID); err != nil {
			t.Errorf("of %v: %v", e.Started, err)
		}
	}
	if report, err := s.Check(t.Context(), nil); err != nil || report.Err() != nil {
		t.Errorf("%+v, %v", report, err)
	}
	if again, err := s.Expire(t.Context(), now.AddDate(-1, 0, 0)); err != nil || again != (Erased{}) {
		t.Errorf("again: %+v, %v", again, err)
	}
}

// TestErasedUnderEveryName: whose records were merged is one person, and no
// search finds them again.
func TestErasedUnderEveryName(t *testing.T) {
	s := openTemp(t, Options{})
	one, other, third := visit(ada(), now.Add(-time.Hour)), visit(ada(), now.Add(-2*time.Hour)), visit(bob(), now.Add(-time.Hour))
	other.Patient.Given, other.Patient.Identifiers = "Augusta", nil
	for _, e := range []*Encounter{one, other, third} {
		save(t, s, e)
	}
	if err := s.Merge(t.Context(), other.Patient.ID, one.Patient.ID, "the same card"); err != nil {
		t.Fatal(err)
	}
	if found, err := s.Search(t.Context(), "lovelace", 10); err != nil || len(found) == 0 {
		t.Fatalf("before: %v, %v", found, err)
	}
	done, err := s.Erase(t.Context(), other.Patient.ID, "asked for it")
	if err != nil || done.Patients != 2 || done.Encounters != 2 {
		t.Fatalf("%+v, %v", done, err)
	}
	if found, err := s.Search(t.Context(), "lovelace", 10); err != nil || len(found) != 0 {
		t.Errorf("found %v, %v", found, err)
	}
	if found, err := s.Search(t.Context(), "babbage", 10); err != nil || len(found) != 1 {
		t.Errorf("others: %v, %v", found, err)
	}
	if report, err := s.Check(t.Context(), nil); err != nil || report.Err() != nil {
		t.Errorf("%+v, %v", report, err)
	}
}
