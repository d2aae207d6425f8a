package records

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"
)

// A backup from before somebody was erased does not bring them back, wherever
// it was kept.
func TestRestoreErasesAgain(t *testing.T) {
	opt := Options{Keys: testKeys(), Now: func() time.Time { return now }}
	for _, tt := range []struct {
		name string
		lose []string // besides the database
	}{
		{"on the kiosk", nil},
		{"with the register of the backups alone", []string{registerEnd}},
	} {
		path, backups := filepath.Join(t.TempDir(), "aidpost.db"), t.TempDir()
		s := openAt(t, path, Options{})
		gone, stays := visit(ada(), now.Add(-2*time.Hour)), visit(ada(), now.Add(-time.Hour))
		save(t, s, gone)
		save(t, s, stays)
		old := filepath.Join(backups, "old.db")
		if _, err := s.Backup(t.Context(), old, nil); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Erase(t.Context(), gone.Patient.ID, "asked for it"); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Backup(t.Context(), filepath.Join(backups, "new.db"), nil); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		for _, end := range tt.lose {
			if err := os.Remove(path + end); err != nil {
				t.Fatal(err)
			}
		}
		done, err := Restore(t.Context(), old, path, "", opt)
		if err != nil || done.Erased.Patients != 1 || done.Erased.Encounters != 1 || done.Encounters != 1 {
			t.Fatalf("%s: %+v, %v", tt.name, done, err)
		}
		s = openAt(t, path, Options{})
		if _, err := s.Encounter(t.Context(), gone.ID); !errors.Is(err, ErrNotFound) {
			t.Errorf("%s: the visit of who was erased: %v", tt.name, err)
		}
		if _, err := s.Encounter(t.Context(), stays.ID); err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
		if report, err := s.Check(t.Context(), nil); err != nil || report.Err() != nil {
			t.Errorf("%s: %v, %v", tt.name, report.Err(), err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		// A second time, now from the register that the restore has left.
		if done, err = Restore(t.Context(), old, path, "", opt); err != nil || done.Erased.Patients != 1 {
			t.Errorf("%s, again: %+v, %v", tt.name, done, err)
		}
		salvageErased(t, path, old, gone.ID, opt)
	}
}

// salvageErased makes sure that an old database does not bring back who was
// erased since, either.
func salvageErased(t *testing.T, path, old string, gone ID, opt Options) {
	t.Helper()
	s, err := Open(t.Context(), path, opt)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if done, err := s.Salvage(t.Context(), old); err != nil || done.Visits != 0 || done.Patients != 0 {
		t.Errorf("salvaged %+v, %v", done, err)
	}
	if _, err := s.Encounter(t.Context(), gone); !errors.Is(err, ErrNotFound) {
		t.Errorf("salvaged: %v", err)
	}
}

// The trail of the damaged records says who was erased, when the register is
// lost with everything else.
func TestTrailErasesAgain(t *testing.T) {
	path, old := filepath.Join(t.TempDir(), "aidpost.db"), filepath.Join(t.TempDir(), "old.db")
	s := openAt(t, path, Options{})
	gone := visit(ada(), now.Add(-2*time.Hour))
	save(t, s, gone)
	if _, err := s.Backup(t.Context(), old, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Erase(t.Context(), gone.Patient.ID, "asked for it"); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(s.Close(), os.Remove(path+registerEnd)); err != nil {
		t.Fatal(err)
	}
	opt := Options{Keys: testKeys(), Now: func() time.Time { return now }}
	if _, err := Restore(t.Context(), old, path, path, opt); err != nil {
		t.Fatal(err)
	}
	s = openAt(t, path, Options{})
	if _, err := s.Encounter(t.Context(), gone.ID); !errors.Is(err, ErrNotFound) {
		t.Errorf("got %v", err)
	}
	if gone, err := erasedIn(path + registerEnd); err != nil || len(gone) != 1 {
		t.Errorf("register %v, %v", gone, err)
	}
}

// A program was killed while somebody was being erased: what the register says
// then is what became of them.
func TestRegisterAfterAKill(t *testing.T) {
	path := filepath.Join(t.TempDir(), "aidpost.db")
	s := openAt(t, path, Options{})
	here := visit(ada(), now.Add(-time.Hour))
	save(t, s, here)
	kept, gone := uuid.MustParse(string(here.Patient.ID)), uuid.New()
	if err := s.register(registerErasing, []uuid.UUID{kept, gone}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path+registerEnd, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString("erasing 1234"); err != nil { // cut off
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	openAt(t, path, Options{})
	all, err := erasedIn(path + registerEnd)
	if err != nil || len(all) != 1 || !all[gone] {
		t.Errorf("%v, %v", all, err)
	}
}

// What cannot be erased is not in the register, which names nobody.
func TestRegisterOfAFailedErasure(t *testing.T) {
	path := filepath.Join(t.TempDir(), "aidpost.db")
	s := openAt(t, path, Options{})
	e := visit(ada(), now.Add(-time.Hour))
	save(t, s, e)
	if _, err := s.write.conn.ExecContext(t.Context(), "CREATE TRIGGER no BEFORE DELETE ON patient BEGIN SELECT raise(ABORT, 'no'); END"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Erase(t.Context(), e.Patient.ID, "asked"); err == nil {
		t.Fatal("erased")
	}
	if all, err := erasedIn(path + registerEnd); err != nil || len(all) != 0 {
		t.Errorf("%v, %v", all, err)
	}
	if _, err := s.write.conn.ExecContext(t.Context(), "DROP TRIGGER no"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Erase(t.Context(), e.Patient.ID, "asked"); err != nil {
		t.Fatal(err)
	}
	if text := readFile(t, path+registerEnd); bytes.Contains(text, []byte("Lovelace")) || bytes.Contains(text, []byte("asked")) {
		t.Errorf("the register says %s", text)
	}
}

func FuzzRegister(f *testing.F) {
	f.Add("erased 2f1c9c4e-7f0d-4f57-9f69-0c2f1f5f0001\nkept x\nerasing ")
	f.Fuzz(func(t *testing.T, text string) {
		path := filepath.Join(t.TempDir(), "r")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Skip()
		}
		_, _ = erasedIn(path) // ends, and does not panic
	})
}
