package records

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"aidpost/records/vault"
	"aidpost/records/vitals"
)

// secrets are what a thief would look for in the files of ada's visits: names,
// identifiers, values, what was said, where,
// the bytes of captures, and the hashes that stand for name and card.
func secrets() map[string][]byte {
	text, _ := personText("Ada", "Lovelace", Date{1815 + 100, 12, 10})
	return map[string][]byte{
		"given name": []byte(`"Ada"`), "family name": []byte("Lovelace"),
		"birth date": []byte("1915-12-10"), "card": []byte("AL 1815"),
		"value": []byte(`"systolic"`), "unit": []byte("mm[Hg]"), "band": []byte("bp.stage1"),
		"consent": []byte(`"measure"`), "answer": []byte("visit.rest.done"), "place": []byte("Centro de Salud"),
		"method":     []byte("mean of 2 of 3"),
		"capture":    frames(now, 2, 20)[1].Bytes,
		"name hash":  openly{}.token(personToken, text),
		"card hash":  openly{}.token(identifierToken, identifierText(Identifier{"card", "AL 1815"})),
		"audit body": []byte("encounter.save"),
	}
}

// found returns which secrets are in the files of a folder.
func found(t testing.TB, folder string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, entry := range entries {
		data := readFile(t, filepath.Join(folder, entry.Name()))
		for name, secret := range secrets() {
			if bytes.Contains(data, secret) {
				out[name] = entry.Name()
			}
		}
	}
	return out
}

// TestAStolenDiskShowsNothing: no file shows anything at any moment, the log of
// a running program among them. In a store that is not sealed all of it is
// there, so the search does find what it looks for.
func TestAStolenDiskShowsNothing(t *testing.T) {
	plain, sealed := t.TempDir(), t.TempDir()
	p := openPlain(t, filepath.Join(plain, "aidpost.db"), Options{})
	save(t, p, visit(ada(), now.Add(-time.Hour)))
	if got := found(t, plain); len(got) != len(secrets()) {
		t.Fatalf("of %d secrets only %v are in the open store", len(secrets()), got)
	}

	check := func(after string) {
		t.Helper()
		if got := found(t, sealed); len(got) > 0 {
			t.Errorf("after %s: %v", after, got)
		}
	}
	s := openAt(t, filepath.Join(sealed, "aidpost.db"), Options{})
	check("opening")
	e := visit(ada(), now.Add(-time.Hour))
	e.Observations = append(e.Observations, glucose(e.Ended, 104))
	save(t, s, e)
	check("saving")
	e.Patient.Given = "Augusta Ada"
	e.Observations[0].State = Amended
	save(t, s, e)
	check("correcting")
	save(t, s, visit(nil, now.Add(-time.Hour)))
	check("a guest")
	for range 5 {
		if err := s.RotateKey(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		check("a new key")
	}
	if err := s.write.copyTo(t.Context(), filepath.Join(sealed, "copy.db"), nil); !errors.Is(err, ErrNewer) {
		t.Fatal(err) // the schema is checked after the copy was written
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	check("closing")
}

// TestOpenStoreIsSealed: a file from before sealing is sealed when it is opened
// with keys, and nothing of it is left, copies of old schemas included.
func TestOpenStoreIsSealed(t *testing.T) {
	path := putSample(t)
	folder := filepath.Dir(path)
	keep := openPlain(t, path, Options{}) // makes a copy of the old schema
	checkSample(t, keep)
	report, err := keep.VerifyAudit(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := keep.Close(); err != nil {
		t.Fatal(err)
	}
	if got := found(t, folder); len(got) == 0 {
		t.Fatal("nothing to seal")
	}
	s := openAt(t, path, Options{})
	if got := found(t, folder); len(got) > 0 {
		t.Errorf("sealed, but %v", got)
	}
	checkSample(t, s)
	after, err := s.VerifyAudit(t.Context())
	if err != nil || after.Entries <= report.Entries {
		t.Errorf("audit %+v, %v", after, err)
	}
	var hash string
	err = s.db.QueryRow("SELECT lower(hex(hash)) FROM audit WHERE seq = ?", report.Entries).Scan(&hash)
	if err != nil || hash != report.Head {
		t.Errorf("the head that was noted was %s, now %s, %v", report.Head, hash, err)
	}
	if s.KeyStatus().Rotating || s.seal.(*vaulted).vault.Load().Plain() {
		t.Error("still at it")
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if got := found(t, folder); len(got) > 0 {
		t.Errorf("closed, but %v", got)
	}
	if _, err := Open(t.Context(), path, Options{}); !errors.Is(err, ErrLocked) {
		t.Errorf("without keys: %v", err)
	}
}

// TestPlainRowIsNotTaken: once all is sealed, a row that is not was put there.
func TestPlainRowIsNotTaken(t *testing.T) {
	path := put(t, makeSample(t).file)
	s := openAt(t, path, Options{})
	var id []byte
	if err := s.db.QueryRow("SELECT uuid FROM patient WHERE id = 1").Scan(&id); err != nil {
		t.Fatal(err)
	}
	forged := openly{}.seal([]byte(`{"id":"x","given":"Eve"}`), binding{table: patientRow, id: uuidOf(id), rev: 1})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	alter(t, path, fmt.Sprintf("UPDATE patient SET alg = 1, sealed = x'%x' WHERE id = 1", forged))
	s = openAt(t, path, Options{})
	for _, err := range s.Encounters(t.Context(), Filter{}) {
		if errors.Is(err, ErrCorrupt) {
			return
		}
	}
	t.Error("a row in the open was taken")
}

func TestKeysThatDoNotOpen(t *testing.T) {
	path := put(t, makeSample(t).file)
	before := readFile(t, path)
	for name, tt := range map[string]struct {
		keys *Keys
		want error
	}{
		"none":         {nil, ErrLocked},
		"no source":    {&Keys{}, ErrLocked},
		"missing file": {&Keys{Sources: []vault.Source{vault.File{Path: filepath.Join(t.TempDir(), "gone")}}}, ErrLocked},
		"wrong":        {&Keys{Sources: []vault.Source{testSecret("of another")}, First: testKeys().First}, ErrKey},
	} {
		for _, readOnly := range []bool{true, false} {
			_, err := Open(t.Context(), path, Options{Keys: tt.keys, ReadOnly: readOnly})
			if !errors.Is(err, tt.want) {
				t.Errorf("%s, read-only %v: %v", name, readOnly, err)
			}
		}
	}
	if !bytes.Equal(readFile(t, path), before) {
		t.Error("the file was changed")
	}
	openAt(t, path, Options{})
}

// TestDamagedRing: one copy is enough, both lost is an error of its own, and a
// ring that was taken away is missed.
func TestDamagedRing(t *testing.T) {
	file := makeSample(t).file
	damage := "UPDATE keyring SET ring = CAST(substr(ring, 1, 400) || x'00' || substr(ring, 402) AS BLOB)"
	for name, tt := range map[string]struct {
		script string
		want   error
	}{
		"first copy":  {damage + " WHERE copy = 1", nil},
		"second copy": {damage + " WHERE copy = 2", nil},
		"both copies": {damage, ErrCorrupt},
		"taken away":  {"DELETE FROM keyring", ErrCorrupt},
	} {
		path := put(t, file)
		alter(t, path, tt.script)
		s, err := Open(t.Context(), path, Options{Keys: testKeys()})
		if !errors.Is(err, tt.want) {
			t.Errorf("%s: %v", name, err)
		}
		if err == nil {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestKeysComeAndGo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	s := openAt(t, path, Options{})
	e := visit(ada(), now.Add(-time.Hour))
	save(t, s, e)
	printed, secret := vault.NewRecovery()
	slot, err := s.AddKey(t.Context(), vault.Credential{Kind: vault.Recovery, Label: "paper", Secret: secret})
	if err != nil || slot.Number != 2 {
		t.Fatalf("%+v, %v", slot, err)
	}
	if err := s.RemoveKey(t.Context(), 9); !errors.Is(err, vault.ErrNoSlot) {
		t.Errorf("a key that is not there: %v", err)
	}
	if err := s.RemoveKey(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	if err := s.RemoveKey(t.Context(), 2); !errors.Is(err, vault.ErrLastSlot) {
		t.Errorf("the last key: %v", err)
	}
	if report, err := s.VerifyAudit(t.Context()); err != nil || report.Entries != 4 {
		t.Errorf("audit %+v, %v", report, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), path, Options{Keys: &Keys{Sources: testKeys().Sources[:1]}}); !errors.Is(err, ErrKey) {
		t.Errorf("the removed key: %v", err)
	}
	typed := &vault.Prompt{Ask: func(context.Context, string) (string, error) { return printed, nil }}
	s = openAt(t, path, Options{Keys: &Keys{Sources: []vault.Source{typed}}})
	if got, err := s.Encounter(t.Context(), e.ID); err != nil || !reflect.DeepEqual(got, e) {
		t.Errorf("by the recovery key: %+v, %v", got, err)
	}
	plain := openPlain(t, filepath.Join(t.TempDir(), "b.db"), Options{})
	if _, err := plain.AddKey(t.Context(), vault.Credential{Kind: vault.Recovery, Secret: secret}); !errors.Is(err, ErrUnsealed) {
		t.Errorf("a key for what is not sealed: %v", err)
	}
}

// fillSome saves visits of people and guests with corrections, and returns them
// as they stand.
func fillSome(t testing.TB, s *Store, n int) []*Encounter {
	t.Helper()
	people := []*Patient{ada(), nil, ada()}
	var all []*Encounter
	for i := range n {
		e := visit(people[i%len(people)], now.Add(-time.Duration(i+1)*time.Hour))
		e.Observations = append(e.Observations, unique(e.Ended, 80+i%100))
		save(t, s, e)
		if i%3 == 0 {
			e.Observations[0].State = Amended
			save(t, s, e)
		}
		all = append(all, e)
	}
	return all
}

// checkAll makes sure that everything is there, can be found and looked up, and
// that the audit chain holds.
func checkAll(t testing.TB, s *Store, all []*Encounter) {
	t.Helper()
	for _, e := range all {
		got, err := s.Encounter(t.Context(), e.ID)
		if err != nil || !reflect.DeepEqual(got, e) {
			t.Fatalf("encounter %+v, %v", got, err)
		}
		for rev := 1; rev < e.Revision; rev++ {
			if _, err := s.EncounterRevision(t.Context(), e.ID, rev); err != nil {
				t.Fatal(err)
			}
		}
		_, known, err := s.SavedBefore(t.Context(), e.Observations[len(e.Observations)-1])
		if err != nil || !known {
			t.Fatalf("the meter's result is known: %v, %v", known, err)
		}
		if e.Patient == nil {
			continue
		}
		if got, err := s.History(t.Context(), e.Patient.ID, vitals.BloodPressure, 0); err != nil || len(got) == 0 {
			t.Fatalf("%d in the history, %v", len(got), err)
		}
	}
	if _, err := s.PatientByIdentifier(t.Context(), Identifier{"card", "al 1815"}); !errors.Is(err, ErrSeveral) {
		t.Fatalf("by card: %v", err)
	}
	if _, err := s.VerifyAudit(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// keysInUse returns the versions of the data key that rows are sealed with.
func keysInUse(t testing.TB, s *Store) (versions int) {
	t.Helper()
	err := s.db.QueryRow(`SELECT count(DISTINCT key) FROM (
		SELECT alg || hex(substr(sealed, 1, 2)) AS key FROM patient UNION ALL SELECT alg || hex(substr(sealed, 1, 2)) FROM patient_rev
		UNION ALL SELECT alg || hex(substr(sealed, 1, 2)) FROM encounter UNION ALL SELECT alg || hex(substr(sealed, 1, 2)) FROM encounter_rev
		UNION ALL SELECT alg || hex(substr(sealed, 1, 2)) FROM capture)`).Scan(&versions)
	if err != nil {
		t.Fatal(err)
	}
	return versions
}

// TestRotationIsInterrupted after every batch, with saves in between.
func TestRotationIsInterrupted(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	s := openAt(t, path, Options{})
	all := fillSome(t, s, 30)
	checkAll(t, s, all)
	interrupted := 0
	for stop := 1; ; stop++ {
		ctx, cancel := context.WithCancel(t.Context())
		s.batch = 11
		batches := 0
		err := s.RotateKey(ctx, func(int) {
			if batches++; batches == stop {
				cancel()
			}
		})
		cancel()
		if err == nil {
			break
		}
		if !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		interrupted++
		checkAll(t, s, all)
		if !s.KeyStatus().Rotating || stop == 1 && keysInUse(t, s) != 2 {
			t.Fatalf("%d keys in use", keysInUse(t, s))
		}
		all = append(all, fillSome(t, s, 1)...)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		s = openAt(t, path, Options{})
		checkAll(t, s, all)
		if err := s.Reseal(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		if s.KeyStatus().Rotating || keysInUse(t, s) != 1 {
			t.Fatalf("%d keys in use after the end", keysInUse(t, s))
		}
		checkAll(t, s, all)
	}
	if interrupted < 3 {
		t.Errorf("interrupted %d times", interrupted)
	}
}

// TestEverySealedColumnIsResealed: a table that is added later must be, too.
func TestEverySealedColumnIsResealed(t *testing.T) {
	s := openTemp(t, Options{})
	var tables int
	err := s.db.QueryRow(`SELECT count(*) FROM pragma_table_list t JOIN pragma_table_info(t.name) c
		WHERE t.schema = 'main' AND c.name = 'sealed'`).Scan(&tables)
	if err != nil || tables != len(sealedTables())+1 { // secrets are few and done apart
		t.Errorf("%d tables have sealed content, %d are sealed anew: %v", tables, len(sealedTables()), err)
	}
}
