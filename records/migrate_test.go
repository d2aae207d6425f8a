package records

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"aidpost/records/vitals"
)

// keepSample writes testdata/schema1.db.gz anew. A sample of a released schema
// is never written again: it stands for the files out there.
var keepSample = flag.Bool("keep-sample", false, "write the sample database of the newest schema")

const sampleFile = "testdata/schema1.db.gz"

// sampleVisits are what the sample database holds, with ids that stay.
func sampleVisits() []*Encounter {
	p := ada()
	p.ID, p.Family = "11111111-1111-4111-8111-111111111111", "Lovelace أدا"
	first := visit(p, now.Add(-48*time.Hour))
	first.ID = "22222222-2222-4222-8222-222222222222"
	first.Observations = append(first.Observations, glucose(first.Ended, 104))
	guest := visit(nil, now.Add(-2*time.Hour))
	guest.ID = "33333333-3333-4333-8333-333333333333"
	guest.Consents = nil
	return []*Encounter{first, guest}
}

func TestKeepSample(t *testing.T) {
	if !*keepSample {
		t.Skip("only with -keep-sample")
	}
	path := filepath.Join(t.TempDir(), "sample.db")
	s := openAt(t, path, Options{})
	for _, e := range sampleVisits() {
		save(t, s, e)
		e.Status = Cancelled
		save(t, s, e)
		e.Status = Finished
		save(t, s, e)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	var packed bytes.Buffer
	z, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := z.Write(readFile(t, path)); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(z.Close(), os.WriteFile(sampleFile, packed.Bytes(), 0o644)); err != nil {
		t.Fatal(err)
	}
}

// putSample unpacks the sample database into a folder of its own.
func putSample(t *testing.T) string {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(readFile(t, sampleFile)))
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return put(t, data)
}

// checkSample makes sure that a store holds the sample, whole.
func checkSample(t *testing.T, s *Store) {
	t.Helper()
	for _, want := range sampleVisits() {
		got, err := s.Encounter(t.Context(), want.ID)
		if err != nil {
			t.Fatal(err)
		}
		if got.Revision != 3 || !reflect.DeepEqual(got.Patient, want.Patient) || !reflect.DeepEqual(got.Consents, want.Consents) {
			t.Errorf("got %+v", got)
		}
		for i, o := range want.Observations {
			o.ID, o.Origin.Device.ID, o.MeanOf = got.Observations[i].ID, got.Observations[i].Origin.Device.ID, got.Observations[i].MeanOf
			if !reflect.DeepEqual(got.Observations[i], o) {
				t.Errorf("observation %d:\ngot  %+v\nwant %+v", i, got.Observations[i], o)
			}
		}
		if old, err := s.EncounterRevision(t.Context(), want.ID, 2); err != nil || old.Status != Cancelled {
			t.Errorf("revision 2: %+v, %v", old, err)
		}
	}
	p, err := s.PatientByIdentifier(t.Context(), Identifier{"card", "al1815"})
	if err != nil {
		t.Fatal(err)
	}
	if found, err := s.FindPatient(t.Context(), "ADA", "lovelace أدا", p.BirthDate); err != nil || found.ID != p.ID {
		t.Errorf("by name: %+v, %v", found, err)
	}
	if seen, err := s.History(t.Context(), p.ID, vitals.BloodPressure, 0); err != nil || len(seen) != 1 {
		t.Errorf("history %+v, %v", seen, err)
	}
	meter := glucose(now.Add(-48*time.Hour).Add(10*time.Minute), 104)
	if at, known, err := s.SavedBefore(t.Context(), meter); err != nil || !known || !at.Equal(now.Add(-48*time.Hour)) {
		t.Errorf("the meter's result is known: %v of %v, %v", known, at, err)
	}
	if stats, err := s.OutboxStats(t.Context()); err != nil || stats.Pending != 3 || stats.Held != 3 {
		t.Errorf("outbox %+v, %v", stats, err)
	}
	if report, err := s.VerifyAudit(t.Context()); err != nil || report.Entries < 7 {
		t.Errorf("audit %+v, %v", report, err)
	}
}

// Files of the first schema can be read by this program, whatever its own is.
func TestFirstSchema(t *testing.T) {
	path := putSample(t)
	s := openAt(t, path, Options{})
	checkSample(t, s)
	guest := visit(nil, now.Add(-time.Hour))
	save(t, s, guest)
	if _, err := s.Encounter(t.Context(), guest.ID); err != nil {
		t.Error(err)
	}
}

// upgraded adds steps to this program's.
func upgraded(t *testing.T, sql ...string) []migration {
	t.Helper()
	steps, err := embeddedMigrations()
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range sql {
		steps = append(steps, migration{name: "later", sql: text})
	}
	return steps
}

func TestUpgrade(t *testing.T) {
	path := putSample(t)
	before := readFile(t, path)
	steps := upgraded(t, "CREATE TABLE lot (id INTEGER PRIMARY KEY, expires INTEGER NOT NULL) STRICT; INSERT INTO lot VALUES (1, 2)",
		"ALTER TABLE lot ADD COLUMN opened INTEGER")
	if _, err := open(t.Context(), path, Options{ReadOnly: true}, steps); !errors.Is(err, ErrReadOnly) {
		t.Errorf("reading an old file: %v", err)
	}
	if !bytes.Equal(readFile(t, path), before) {
		t.Error("reading changed the file")
	}
	s, err := open(t.Context(), path, Options{Now: func() time.Time { return now }}, steps)
	if err != nil {
		t.Fatal(err)
	}
	checkSample(t, s)
	var version, lots int
	err = s.db.QueryRow("SELECT (SELECT user_version FROM pragma_user_version), (SELECT count(opened IS NULL) FROM lot)").Scan(&version, &lots)
	if err != nil || version != len(steps) || lots != 1 {
		t.Errorf("schema %d, %d lots, %v", version, lots, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	// The copy made before is the file as it was, for this program.
	kept := openAt(t, path+".schema1", Options{})
	checkSample(t, kept)
	if info, err := os.Stat(kept.Path()); err != nil || info.Mode().Perm()&0o077 != 0 {
		t.Errorf("the copy: %v, %v", info.Mode(), err)
	}
	// And this program refuses the upgraded file.
	refuse(t, put(t, readFile(t, path)), ErrNewer)
}

func TestFailedUpgradeLeavesTheOldSchema(t *testing.T) {
	path := putSample(t)
	steps := upgraded(t, "CREATE TABLE lot (id INTEGER) STRICT", "CREATE TABLE more (id INTEGER) STRICT; DROP TABLE encounter_revs")
	if _, err := open(t.Context(), path, Options{}, steps); err == nil || !strings.Contains(err.Error(), "encounter_revs") {
		t.Fatalf("got %v", err)
	}
	// The first step is done, nothing of the second is.
	s, err := open(t.Context(), path, Options{}, steps[:len(steps)-1])
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	checkSample(t, s)
	var tables int
	if err := s.db.QueryRow("SELECT count(*) FROM sqlite_schema WHERE name IN ('lot', 'more')").Scan(&tables); err != nil || tables != 1 {
		t.Errorf("%d tables, %v", tables, err)
	}
}

func TestMigrationsAreNumbered(t *testing.T) {
	step := &fstest.MapFile{Data: []byte("SELECT 1")}
	for name, tt := range map[string]struct {
		files fstest.MapFS
		want  int // steps; -1 for an error
	}{
		"two":         {fstest.MapFS{"m/0001_a.sql": step, "m/0002_b.sql": step, "m/readme.md": step}, 2},
		"gap":         {fstest.MapFS{"m/0001_a.sql": step, "m/0003_b.sql": step}, -1},
		"from two":    {fstest.MapFS{"m/0002_a.sql": step}, -1},
		"twice":       {fstest.MapFS{"m/0001_a.sql": step, "m/0001_b.sql": step}, -1},
		"no number":   {fstest.MapFS{"m/first.sql": step}, -1},
		"none at all": {fstest.MapFS{}, 0},
	} {
		steps, err := readMigrations(tt.files, "m")
		if (err != nil) != (tt.want < 0) || err == nil && len(steps) != tt.want {
			t.Errorf("%s: %d steps, %v", name, len(steps), err)
		}
	}
}

func TestEveryTableIsStrict(t *testing.T) {
	s := openTemp(t, Options{})
	rows, err := s.db.QueryContext(context.Background(), "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND NOT strict AND name NOT LIKE 'sqlite%'")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		t.Errorf("table %s is not STRICT", name)
	}
	if err := rows.Err(); err != nil {
		t.Error(err)
	}
}

func TestDurabilityIsInForce(t *testing.T) {
	s := openTemp(t, Options{})
	for pragma, want := range map[string]string{
		"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "trusted_schema": "0",
		"secure_delete": "1", "cell_size_check": "1", "temp_store": "2",
	} {
		var got string
		if err := s.write.conn.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got); err != nil || got != want {
			t.Errorf("%s is %q, %v", pragma, got, err)
		}
	}
}
