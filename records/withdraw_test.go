package records

import (
	"errors"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"aidpost/records/staff"
)

// takenBack is what somebody of the staff writes down.
func takenBack(purpose string) LaterConsent {
	return LaterConsent{Purpose: purpose, Version: "2", Language: "en", Reason: "told the nurse"}
}

// TestShareTakenBack: no visit until then goes to a server any more, whatever makes it
// due, and later visits do if the person wants it again.
func TestShareTakenBack(t *testing.T) {
	d := newDesk(t)
	a := d.signIn(t, staff.Operator)
	sent, waiting := visit(ada(), now.Add(-3*time.Hour)), visit(ada(), now.Add(-2*time.Hour))
	waiting.Patient.ID = sent.Patient.ID
	other := visit(bob(), now.Add(-2*time.Hour))
	other.Consents[1].At = now
	save(t, d.Store, sent)
	entries, err := d.ClaimOutbox(t.Context(), 5)
	if err != nil || len(entries) != 1 || d.DeliverOutbox(t.Context(), entries) != nil {
		t.Fatalf("%v, %v", entries, err)
	}
	save(t, d.Store, waiting)
	done, err := a.Say(t.Context(), sent.Patient.ID, takenBack(ConsentShare))
	if err != nil || done != (Withheld{Visits: 2, Sent: 1}) {
		t.Fatalf("%+v, %v", done, err)
	}
	nothing := func(when string) {
		t.Helper()
		if due, err := d.ClaimOutbox(t.Context(), 5); err != nil || len(due) > 0 {
			t.Errorf("%s: %v is due, %v", when, due, err)
		}
	}
	nothing("taken back")
	for _, e := range []*Encounter{sent, waiting} { // a correction is a new entry
		if err := a.AddRemark(t.Context(), e, "later"); err != nil {
			t.Fatal(err)
		}
	}
	nothing("after a correction")
	if err := d.change(t.Context(), func(t *tx) error {
		return errors.Join(t.queueAgain("SELECT id FROM patient"), t.do("UPDATE outbox SET state = 0 WHERE state = 2"))
	}); err != nil {
		t.Fatal(err)
	}
	nothing("sent again")
	save(t, d.Store, other)
	if due, err := d.ClaimOutbox(t.Context(), 5); err != nil || len(due) != 1 || due[0].Encounter != other.ID {
		t.Errorf("of somebody else: %v, %v", due, err)
	}
	d.clock = now.Add(time.Hour)
	again := visit(ada(), now.Add(30*time.Minute))
	again.Patient.ID = sent.Patient.ID
	save(t, d.Store, again)
	if due, err := d.ClaimOutbox(t.Context(), 5); err != nil || len(due) != 1 || due[0].Encounter != again.ID {
		t.Errorf("agreed to again: %v, %v", due, err)
	}
	words, err := a.LaterConsents(t.Context(), sent.Patient.ID)
	if err != nil || len(words) != 1 || words[0].Given || words[0].By.ID != d.ids[staff.Operator] || !words[0].At.Equal(now) || words[0].Version != "2" {
		t.Errorf("%+v, %v", words, err)
	}
	trail := auditOf(t, d.Store)
	found := false
	for _, entry := range trail {
		found = found || entry.Action == staff.ChangeConsent && entry.Patient == sent.Patient.ID && entry.Reason == "taken back: share"
	}
	if !found {
		t.Error("it is not on record")
	}
	if report, err := d.Check(t.Context(), nil); err != nil || report.Err() != nil {
		t.Errorf("%+v, %v", report, err)
	}
}

// TestShareTakenBackOutlivesDamage: what was taken back after the backup stays so for
// what is brought over from damaged records.
func TestShareTakenBackOutlivesDamage(t *testing.T) {
	path := filepath.Join(t.TempDir(), "aidpost.db")
	s := openAt(t, path, Options{})
	save(t, s, visit(nil, now.Add(-9*time.Hour)))
	backup := filepath.Join(t.TempDir(), "backup.db")
	if _, err := s.Backup(t.Context(), backup, nil); err != nil {
		t.Fatal(err)
	}
	e := visit(ada(), now.Add(-3*time.Hour))
	save(t, s, e)
	if _, err := s.Console("root", "k").Say(t.Context(), e.Patient.ID, takenBack(ConsentShare)); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Restore(t.Context(), backup, path, path, Options{Keys: testKeys(), Now: s.now}); err != nil {
		t.Fatal(err)
	}
	s = openAt(t, path, Options{})
	due, err := s.ClaimOutbox(t.Context(), 9)
	for _, entry := range due {
		if entry.Encounter == e.ID {
			t.Error("it is due again")
		}
	}
	if _, known := s.Encounter(t.Context(), e.ID); err != nil || len(due) != 1 || known != nil {
		t.Errorf("%v, %v, %v", due, err, known)
	}
	if told := changesOf(t, s); len(told) != 1 || told[0] != e.Patient.ID {
		t.Errorf("servers are told of %v", told)
	}
}

// TestKeepTakenBack: the kiosk does not know the person any more, by whatever they
// show; staff do, and write down when they want it again.
func TestKeepTakenBack(t *testing.T) {
	d := newDesk(t)
	a, visitor := d.signIn(t, staff.Operator), d.Visitor("kiosk-1")
	e := visit(ada(), now.Add(-3*time.Hour))
	save(t, d.Store, e)
	if err := visitor.ChoosePIN(t.Context(), e.Patient.ID, onePIN, time.Time{}); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Say(t.Context(), e.Patient.ID, takenBack(ConsentKeep)); err != nil {
		t.Fatal(err)
	}
	card := Search{Identifier: e.Patient.Identifiers[0]}
	told := Search{Given: e.Patient.Given, Family: e.Patient.Family, Birth: e.Patient.BirthDate}
	for _, q := range []Search{card, told} {
		if r, err := visitor.Recognise(t.Context(), q); !errors.Is(err, ErrNotFound) {
			t.Errorf("%+v, %v", r, err)
		}
	}
	if found, err := a.Search(t.Context(), "lovelace", 5); err != nil || len(found) != 1 {
		t.Errorf("staff: %v, %v", found, err)
	}
	if has, err := visitor.HasPIN(t.Context(), e.Patient.ID); err != nil || has {
		t.Errorf("the PIN: %v, %v", has, err)
	}
	back := takenBack(ConsentKeep)
	back.Given = true
	if _, err := a.Say(t.Context(), e.Patient.ID, back); err != nil {
		t.Fatal(err)
	}
	if r, err := visitor.Recognise(t.Context(), card); err != nil || r.Patient.ID != e.Patient.ID {
		t.Errorf("again: %+v, %v", r, err)
	}
	for name, wrong := range map[string]LaterConsent{
		"no reason": {Purpose: ConsentKeep, Version: "2"}, "to measure": {Purpose: ConsentMeasure, Reason: "r"},
	} {
		if _, err := a.Say(t.Context(), e.Patient.ID, wrong); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := d.Erase(t.Context(), e.Patient.ID, "asked"); err != nil {
		t.Fatal(err)
	}
	var n int
	if err := d.db.QueryRow("SELECT count(*) FROM secret WHERE name LIKE ?", wordPrefix+"%").Scan(&n); err != nil || n > 0 {
		t.Errorf("%d are left of who was erased, %v", n, err)
	}
}

// TestPersonTakesBack: at the kiosk a person says it alone, without a reason. A member of
// staff gives one.
func TestPersonTakesBack(t *testing.T) {
	s := openTemp(t, Options{})
	e := visit(ada(), now.Add(-time.Hour))
	save(t, s, e)
	said := takenBack(ConsentKeep)
	said.Reason = ""
	if _, err := s.Console("grace", "kiosk-1").Say(t.Context(), e.Patient.ID, said); err == nil {
		t.Error("by staff without a reason")
	}
	if _, err := s.Visitor("kiosk-1").Say(t.Context(), e.Patient.ID, said); err != nil {
		t.Fatal(err)
	}
	words, err := s.Console("grace", "kiosk-1").LaterConsents(t.Context(), e.Patient.ID)
	if err != nil || len(words) != 1 || words[0].Given || words[0].By != (Clinician{}) {
		t.Errorf("%+v, %v", words, err)
	}
	if got, err := s.Visitor("kiosk-1").Recognise(t.Context(), Search{Identifier: e.Patient.Identifiers[0]}); !errors.Is(err, ErrNotFound) {
		t.Errorf("the kiosk still knows %v, %v", got.Patient, err)
	}
	if last := auditOf(t, s); !slices.ContainsFunc(last, func(a AuditEntry) bool {
		return a.Action == staff.ChangeConsent && a.Patient == e.Patient.ID && a.Reason == "taken back: keep"
	}) {
		t.Error("it is not on record")
	}
}
