package records

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// A sample is a closed database with some encounters, as bytes.
type sample struct {
	file []byte
	ids  []ID
}

func makeSample(t testing.TB) sample {
	t.Helper()
	path := filepath.Join(t.TempDir(), "sample.db")
	s := openAt(t, path, Options{})
	var out sample
	for i := range 12 {
		e := visit(ada(), now.Add(-time.Duration(i+1)*time.Hour))
		save(t, s, e)
		out.ids = append(out.ids, e.ID)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	out.file = readFile(t, path)
	return out
}

func readFile(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// put writes a file into a folder of its own.
func put(t testing.TB, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "aidpost.db")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// refuse opens path both ways and makes sure that each gives one of the errors
// wanted, that the file keeps every byte, and that nothing is left beside it
// but a lock.
func refuse(t *testing.T, path string, want ...error) {
	t.Helper()
	before := readFile(t, path)
	for _, readOnly := range []bool{false, true} {
		s, err := Open(t.Context(), path, Options{ReadOnly: readOnly, Keys: testKeys()})
		if err == nil {
			_ = s.Close()
			t.Errorf("read-only %v: opened", readOnly)
			continue
		}
		if !slices.ContainsFunc(want, func(w error) bool { return errors.Is(err, w) }) {
			t.Errorf("read-only %v: got %v, want %v", readOnly, err, want)
		}
		if !bytes.Equal(readFile(t, path), before) {
			t.Errorf("read-only %v: the file was changed", readOnly)
		}
		found, err := filepath.Glob(filepath.Join(filepath.Dir(path), "*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range found {
			if name != path && name != path+".lock" {
				t.Errorf("read-only %v: left %s", readOnly, filepath.Base(name))
			}
		}
	}
}

func TestForeignFiles(t *testing.T) {
	for name, data := range map[string][]byte{
		"text":    []byte("dear diary\n"),
		"photo":   append([]byte("\x89PNG\r\n\x1a\n"), make([]byte, 5000)...),
		"garbage": randomBytes(40_000),
		"zeros":   make([]byte, 8192),
	} {
		t.Run(name, func(t *testing.T) {
			path := put(t, data)
			refuse(t, path, ErrForeign)
			if _, err := os.Stat(path + ".lock"); err == nil {
				t.Error("a lock was made beside a foreign file")
			}
		})
	}
	t.Run("another program's database", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "photos.db")
		alter(t, path, "CREATE TABLE photo (id INTEGER PRIMARY KEY); PRAGMA application_id=77")
		refuse(t, path, ErrForeign)
	})
	t.Run("a folder", func(t *testing.T) {
		if _, err := Open(t.Context(), t.TempDir(), Options{}); err == nil {
			t.Error("opened")
		}
	})
}

func randomBytes(n int) []byte {
	r := rand.New(rand.NewPCG(5, 6))
	out := make([]byte, n)
	for i := range out {
		out[i] = byte(r.Uint32())
	}
	return out
}

// alter runs SQL on a file behind the store's back.
func alter(t testing.TB, path, script string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(script); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestNewerDatabase(t *testing.T) {
	path := put(t, makeSample(t).file)
	alter(t, path, "PRAGMA user_version=99")
	refuse(t, path, ErrNewer)
}

// A newer program was killed before its upgrade left the log.
func TestNewerDatabaseInItsLog(t *testing.T) {
	path := put(t, makeSample(t).file)
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("PRAGMA wal_autocheckpoint=0; PRAGMA user_version=99"); err != nil {
		t.Fatal(err)
	}
	killed := filepath.Join(t.TempDir(), "aidpost.db")
	for _, end := range []string{"", "-wal"} {
		if err := os.WriteFile(killed+end, readFile(t, path+end), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	before, log := readFile(t, killed), readFile(t, killed+"-wal")
	for _, readOnly := range []bool{false, true} {
		if _, err := Open(t.Context(), killed, Options{ReadOnly: readOnly}); !errors.Is(err, ErrNewer) {
			t.Errorf("got %v", err)
		}
		if !bytes.Equal(readFile(t, killed), before) || !bytes.Equal(readFile(t, killed+"-wal"), log) {
			t.Error("the file or its log was changed")
		}
	}
}

func TestLogWithoutItsFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "aidpost.db")
	if err := os.WriteFile(path+"-wal", randomBytes(5000), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), path, Options{}); !errors.Is(err, ErrCorrupt) {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("a new database was put beside the log of an old one")
	}
}

func TestTruncatedFiles(t *testing.T) {
	file := makeSample(t).file
	for _, size := range []int{0, 1, 15, 16, 60, 99, 100, 512, 4095, 4096, 4097, 8192, len(file) / 2, len(file) - 4096, len(file) - 1} {
		refuse(t, put(t, file[:size]), ErrCorrupt)
	}
}

func TestEveryHeaderByte(t *testing.T) {
	original := makeSample(t)
	for at := range 100 {
		for _, flip := range []byte{0x01, 0x80, 0xff} {
			file := bytes.Clone(original.file)
			file[at] ^= flip
			openOrRefuse(t, file, original.ids, "header byte", at)
		}
	}
}

func TestFlippedBits(t *testing.T) {
	original := makeSample(t)
	r := rand.New(rand.NewPCG(7, 8))
	n := 400
	if testing.Short() {
		n = 60
	}
	for range n {
		file := bytes.Clone(original.file)
		at := r.IntN(len(file))
		file[at] ^= 1 << r.IntN(8)
		openOrRefuse(t, file, original.ids, "byte", at)
	}
}

// openOrRefuse makes sure that a damaged file is either refused, with a typed
// error and unchanged, or gives each encounter whole or with a typed error:
// never another value.
func openOrRefuse(t *testing.T, file []byte, ids []ID, what string, at int) {
	t.Helper()
	path := put(t, file)
	s, err := Open(context.Background(), path, Options{Now: func() time.Time { return now }, Keys: testKeys()})
	if err != nil {
		if !errors.Is(err, ErrCorrupt) && !errors.Is(err, ErrForeign) && !errors.Is(err, ErrNewer) {
			t.Errorf("%s %d: %v", what, at, err)
		}
		if !bytes.Equal(readFile(t, path), file) {
			t.Errorf("%s %d: a refused file was changed", what, at)
		}
		return
	}
	defer s.Close()
	for i, id := range ids {
		e, err := s.Encounter(t.Context(), id)
		switch {
		case err != nil:
			if !errors.Is(err, ErrCorrupt) && !errors.Is(err, ErrNotFound) {
				t.Errorf("%s %d: %v", what, at, err)
			}
		case !sameVisit(e, i):
			t.Errorf("%s %d: a damaged encounter was given out", what, at)
		}
	}
}

// sameVisit reports whether e is the sample's encounter number i, but for the
// random ids.
func sameVisit(e *Encounter, i int) bool {
	want := visit(ada(), now.Add(-time.Duration(i+1)*time.Hour))
	if len(e.Observations) != len(want.Observations) || !e.Started.Equal(want.Started) || e.Patient == nil || e.Patient.Family != "Lovelace" {
		return false
	}
	for i, o := range e.Observations {
		if !slices.Equal(o.Values, want.Observations[i].Values) || !slices.EqualFunc(o.Capture, want.Observations[i].Capture, sameFrame) {
			return false
		}
	}
	return true
}

func TestSealedContentCannotMove(t *testing.T) {
	path := put(t, makeSample(t).file)
	alter(t, path, `UPDATE encounter SET sealed = (SELECT sealed FROM encounter WHERE id = 2) WHERE id = 1;
		UPDATE encounter SET patient = 5 WHERE id = 3;
		UPDATE encounter SET day = day + 1 WHERE id = 4`)
	s := openAt(t, path, Options{})
	for row := 1; row <= 5; row++ {
		var id []byte
		if err := s.db.QueryRow("SELECT uuid FROM encounter WHERE id = ?", row).Scan(&id); err != nil {
			t.Fatal(err)
		}
		_, err := s.Encounter(t.Context(), ID(uuidOf(id).String()))
		if moved := row == 1 || row == 3 || row == 4; errors.Is(err, ErrCorrupt) != moved {
			t.Errorf("row %d: %v", row, err)
		}
	}
}

func TestAuditShowsChanges(t *testing.T) {
	file := makeSample(t).file
	for name, tt := range map[string]struct {
		script string
		seq    int64
		why    string
	}{
		"changed body":   {"UPDATE audit SET body = CAST(body || x'00' AS BLOB) WHERE seq = 5", 5, "changed"},
		"changed time":   {"UPDATE audit SET at = at + 1 WHERE seq = 7", 7, "changed"},
		"changed hash":   {"UPDATE audit SET hash = zeroblob(32) WHERE seq = 24", 24, "changed"},
		"removed":        {"DELETE FROM audit WHERE seq = 3", 3, "missing"},
		"first removed":  {"DELETE FROM audit WHERE seq = 1", 1, "missing"},
		"moved together": {"UPDATE audit SET seq = -1 WHERE seq = 2; UPDATE audit SET seq = 2 WHERE seq = 3; UPDATE audit SET seq = 3 WHERE seq = -1", 2, "moved"},
	} {
		path := put(t, file)
		alter(t, path, "DROP TRIGGER audit_no_update; DROP TRIGGER audit_no_delete; "+tt.script)
		s := openAt(t, path, Options{})
		_, err := s.VerifyAudit(t.Context())
		var tampered *TamperedError
		if !errors.As(err, &tampered) || !errors.Is(err, ErrTampered) || tampered.Seq != tt.seq || tampered.Why != tt.why {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAuditIsAppendedOnly(t *testing.T) {
	s := openAt(t, put(t, makeSample(t).file), Options{})
	for _, script := range []string{
		"UPDATE audit SET at = 0", "DELETE FROM audit",
		"INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE seq = 1",
		"INSERT INTO audit SELECT seq - 1, at, mono, boot, alg, body, hash FROM audit WHERE seq = 1",
	} {
		if _, err := s.write.conn.ExecContext(t.Context(), script); err == nil {
			t.Errorf("%s: done", script)
		}
	}
	if report, err := s.VerifyAudit(t.Context()); err != nil || report.Entries != 24 || len(report.Head) != 64 {
		t.Errorf("audit %+v, %v", report, err)
	}
}
