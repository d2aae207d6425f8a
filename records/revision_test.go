package records

import (
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/google/uuid"
)

func TestCorrectionsNeverOverwrite(t *testing.T) {
	s := openTemp(t, Options{})
	e := visit(ada(), now.Add(-time.Hour))
	save(t, s, e)
	first, err := s.Encounter(t.Context(), e.ID)
	if err != nil {
		t.Fatal(err)
	}
	e.Observations[3].State = Voided
	e.Observations[1].Capture = nil
	save(t, s, e)
	e.Observations = e.Observations[:3]
	e.Observations[0].Capture = frames(e.Observations[0].Taken, 2, 3)
	e.Patient = nil // it was somebody else
	save(t, s, e)
	if e.Revision != 3 {
		t.Fatalf("revision %d", e.Revision)
	}

	for revision, want := range map[int]struct {
		observations int
		frames       [3]int
		guest        bool
	}{
		1: {4, [3]int{50, 50, 50}, false},
		2: {4, [3]int{50, 0, 50}, false},
		3: {3, [3]int{2, 0, 50}, true},
	} {
		got, err := s.EncounterRevision(t.Context(), e.ID, revision)
		if err != nil {
			t.Fatal(err)
		}
		if got.Revision != revision || len(got.Observations) != want.observations || (got.Patient == nil) != want.guest {
			t.Errorf("revision %d: %+v", revision, got)
		}
		for i, n := range want.frames {
			if len(got.Observations[i].Capture) != n {
				t.Errorf("revision %d, observation %d: %d frames", revision, i, len(got.Observations[i].Capture))
			}
		}
	}
	if got, err := s.EncounterRevision(t.Context(), e.ID, 1); err != nil || !reflect.DeepEqual(got, first) {
		t.Errorf("the first revision is now %+v, %v", got, err)
	}
	if _, err := s.EncounterRevision(t.Context(), e.ID, 4); !errors.Is(err, ErrNotFound) {
		t.Errorf("revision 4: %v", err)
	}
	if o, in, err := s.Observation(t.Context(), e.Observations[2].ID); err != nil || in.ID != e.ID || len(o.Capture) != 50 {
		t.Errorf("observation %+v in %+v, %v", o, in, err)
	}
	if _, _, err := s.Observation(t.Context(), first.Observations[3].ID); !errors.Is(err, ErrNotFound) {
		t.Errorf("dropped observation: %v", err)
	}
	if _, _, err := s.Observation(t.Context(), NewID()); !errors.Is(err, ErrNotFound) {
		t.Errorf("unknown observation: %v", err)
	}
	if _, err := s.Encounter(t.Context(), NewID()); !errors.Is(err, ErrNotFound) {
		t.Errorf("unknown encounter: %v", err)
	}
}

func TestSavingTwiceStoresOnce(t *testing.T) {
	s := openTemp(t, Options{})
	e := visit(ada(), now.Add(-time.Hour))
	again := clone(e)
	save(t, s, e)
	save(t, s, e) // as the first left it
	if e.Revision != 1 {
		t.Errorf("revision %d", e.Revision)
	}
	save(t, s, again) // as after a Save whose outcome is unknown
	if again.Revision != 1 || !reflect.DeepEqual(again, e) {
		t.Errorf("repeated: %+v", again)
	}
	report, err := s.VerifyAudit(t.Context())
	if err != nil || report.Entries != 2 { // the patient and the encounter
		t.Errorf("audit %+v, %v", report, err)
	}
	if stats, err := s.OutboxStats(t.Context()); err != nil || stats.Pending != 1 {
		t.Errorf("outbox %+v, %v", stats, err)
	}
}

func TestStaleSaveIsRefused(t *testing.T) {
	s := openTemp(t, Options{})
	e := visit(ada(), now.Add(-time.Hour))
	other := clone(e)
	save(t, s, e)
	mine := clone(e)
	e.Zone = "Europe/Paris"
	save(t, s, e)
	for name, late := range map[string]*Encounter{"read before": mine, "never read": other} {
		late.Zone = "Europe/Rome"
		before := clone(late)
		if err := s.Save(t.Context(), late); !errors.Is(err, ErrStale) {
			t.Errorf("%s: %v", name, err)
		}
		if !reflect.DeepEqual(late, before) {
			t.Errorf("%s: a failed save changed the encounter", name)
		}
	}
	unknown := visit(nil, now.Add(-time.Hour))
	unknown.Revision = 3
	if err := s.Save(t.Context(), unknown); !errors.Is(err, ErrStale) {
		t.Errorf("revision 3 of an unknown encounter: %v", err)
	}
}

// TestObservationBelongsToOneEncounterOfMany: also where an instrument's memory brings
// more observations than are noted at once.
func TestObservationBelongsToOneEncounterOfMany(t *testing.T) {
	s := openTemp(t, Options{})
	many := func() *Encounter {
		e := visit(nil, now.Add(-time.Hour))
		for range 3 * notedAtOnce {
			o := pressure(e.Started, 120, 80)
			o.ID = e.ID.Part()
			e.Observations = append(e.Observations, o)
		}
		return e
	}
	const theirs = 2*notedAtOnce + 1
	a, b := many(), many()
	save(t, s, a)
	b.Observations[theirs].ID = a.Observations[0].ID
	var invalid *InvalidError
	if err := s.Save(t.Context(), b); !errors.As(err, &invalid) || invalid.Field != fmt.Sprintf("observations[%d].id", theirs) {
		t.Fatalf("got %v", err)
	}
	b.Observations[theirs].ID = b.ID.Part()
	save(t, s, b)
	for i, o := range b.Observations {
		if o.ID == b.ID || o.ID[:13] != b.ID[:13] { // eight digits, a dash, four
			t.Errorf("observation %d of %s is %s", i, b.ID, o.ID)
		}
		if a := uuid.MustParse(string(o.ID)); a.Version() != 8 || a.Variant() != uuid.RFC4122 {
			t.Errorf("%s is version %d", o.ID, a.Version())
		}
	}
}

func TestObservationBelongsToOneEncounter(t *testing.T) {
	s := openTemp(t, Options{})
	a, b := visit(nil, now.Add(-time.Hour)), visit(nil, now.Add(-time.Hour))
	b.Patient = ada()
	b.Observations[2].ID = a.Observations[0].ID
	b.Observations[3].MeanOf = nil
	save(t, s, a)
	var invalid *InvalidError
	if err := s.Save(t.Context(), b); !errors.As(err, &invalid) || invalid.Field != "observations[2].id" {
		t.Fatalf("got %v", err)
	}
	// Nothing of the refused encounter is left, not even its patient.
	if _, err := s.PatientByIdentifier(t.Context(), b.Patient.Identifiers[0]); !errors.Is(err, ErrNotFound) {
		t.Errorf("patient: %v", err)
	}
	if report, err := s.VerifyAudit(t.Context()); err != nil || report.Entries != 1 {
		t.Errorf("audit %+v, %v", report, err)
	}
	save(t, s, visit(ada(), now.Add(-time.Hour)))
	if report, err := s.VerifyAudit(t.Context()); err != nil || report.Entries != 3 {
		t.Errorf("audit after a refusal: %+v, %v", report, err)
	}
}

func TestOutboxFollowsConsent(t *testing.T) {
	at := now.Add(-time.Hour)
	yes, no := Consent{Purpose: ConsentShare, Given: true, At: at}, Consent{Purpose: ConsentShare, At: at}
	for _, tt := range []struct {
		name string
		said [][]Consent // of each revision
		want OutboxStats
	}{
		{"never asked", [][]Consent{nil}, OutboxStats{Held: 1, Unasked: 1}},
		{"refused", [][]Consent{{no}}, OutboxStats{Held: 1}},
		{"given", [][]Consent{{yes}}, OutboxStats{Pending: 1, Oldest: now}},
		{"other purpose", [][]Consent{{{Purpose: ConsentKeep, Given: true, At: at}}}, OutboxStats{Held: 1, Unasked: 1}},
		{"not to be kept", [][]Consent{{{Purpose: ConsentKeep, At: at}}}, OutboxStats{Held: 1}},
		{"last word counts", [][]Consent{{yes, no}}, OutboxStats{Held: 1}},
		{"given later", [][]Consent{{no}, {no, yes}}, OutboxStats{Held: 1, Pending: 1, Oldest: now}},
		{"withdrawn", [][]Consent{{yes}, {yes, no}}, OutboxStats{Held: 2}},
	} {
		s := openTemp(t, Options{})
		e := visit(ada(), at)
		for _, said := range tt.said {
			e.Consents = said
			save(t, s, e)
		}
		if got, err := s.OutboxStats(t.Context()); err != nil || got != tt.want {
			t.Errorf("%s: %+v, %v", tt.name, got, err)
		}
	}
}

func TestPatientIsCorrected(t *testing.T) {
	s := openTemp(t, Options{})
	e := visit(ada(), now.Add(-2*time.Hour))
	save(t, s, e)
	created := e.Patient.Created
	next := visit(clone(e).Patient, now.Add(-time.Hour))
	next.Patient.Family, next.Patient.Created = "King", time.Time{}
	next.Patient.Identifiers = []Identifier{{System: "card", Value: "AK 1835"}}
	save(t, s, next)
	if !next.Patient.Created.Equal(created) {
		t.Errorf("created %v, then %v", created, next.Patient.Created)
	}
	// The corrected name holds for every visit and is what is found.
	old, err := s.Encounter(t.Context(), e.ID)
	if err != nil || !reflect.DeepEqual(old.Patient, next.Patient) {
		t.Errorf("patient of the first visit %+v, %v", old, err)
	}
	if _, err := s.FindPatient(t.Context(), "Ada", "Lovelace", e.Patient.BirthDate); !errors.Is(err, ErrNotFound) {
		t.Errorf("by the old name: %v", err)
	}
	if _, err := s.PatientByIdentifier(t.Context(), e.Patient.Identifiers[0]); !errors.Is(err, ErrNotFound) {
		t.Errorf("by the old card: %v", err)
	}
	if p, err := s.PatientByIdentifier(t.Context(), next.Patient.Identifiers[0]); err != nil || p.ID != e.Patient.ID {
		t.Errorf("by the new card: %+v, %v", p, err)
	}
	var kept int
	if err := s.db.QueryRow("SELECT count(*) FROM patient_rev").Scan(&kept); err != nil || kept != 1 {
		t.Errorf("%d earlier patient records, %v", kept, err)
	}
}
