package pages

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"slices"
	"testing"

	_ "modernc.org/sqlite"
)

// sample makes a database with a table with numbers and one without, long and
// short rows, and leaves the newest in the log.
func sample(t testing.TB) (path string, want []string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "a.db")
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	do := func(query string, args ...any) {
		t.Helper()
		if _, err := db.Exec(query, args...); err != nil {
			t.Fatal(err)
		}
	}
	do("PRAGMA journal_mode=WAL")
	do("CREATE TABLE a (id INTEGER PRIMARY KEY, n INTEGER, r REAL, s TEXT, b BLOB)")
	do("CREATE TABLE b (k TEXT PRIMARY KEY, b BLOB) WITHOUT ROWID")
	numbers := []int64{0, 1, -1, 127, -128, 32767, 1 << 20, -(1 << 23), 1 << 40, -1 << 62}
	for i := range 60 {
		if i == 50 {
			do("PRAGMA wal_checkpoint(TRUNCATE)")
		}
		content := bytes.Repeat([]byte{byte(i)}, 37*i*i%20000)
		n := numbers[i%len(numbers)]
		do("INSERT INTO a VALUES (?, ?, ?, ?, ?)", 1000+i, n, 0.5+float64(i), fmt.Sprint("text ", i), content)
		do("INSERT INTO b VALUES (?, ?)", fmt.Sprint("key", i), content)
		want = append(want, line(Row{true, int64(1000 + i), []any{nil, n, 0.5 + float64(i), fmt.Sprint("text ", i), content}}))
		want = append(want, line(Row{false, 0, []any{fmt.Sprint("key", i), content}}))
	}
	copied := filepath.Join(t.TempDir(), "b.db")
	for _, end := range []string{"", "-wal"} {
		data, err := os.ReadFile(path + end)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(copied+end, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return copied, want
}

// line writes a row with a sum in the place of bytes.
func line(r Row) string {
	for i, v := range r.Values {
		if b, ok := v.([]byte); ok {
			r.Values[i] = fmt.Sprint(len(b), crc32.ChecksumIEEE(b))
		}
	}
	return fmt.Sprint(r.Numbered, r.Number, r.Values)
}

func rowsOf(t testing.TB, path string) (out []string) {
	t.Helper()
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	err = f.Rows(func(r Row) error {
		out = append(out, line(r))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func missing(got, want []string) (n int) {
	for _, w := range want {
		if !slices.Contains(got, w) {
			n++
		}
	}
	return n
}

func TestEveryRowIsRead(t *testing.T) {
	path, want := sample(t)
	if n := missing(rowsOf(t, path), want); n != 0 {
		t.Errorf("%d of %d rows are missing", n, len(want))
	}
}

// Without the pages that hold the tree together SQLite reads nothing; the rows
// on the other pages are there.
func TestWithoutRoots(t *testing.T) {
	path, want := sample(t)
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteAt(make([]byte, 3*4096), 0); err != nil { // header, schema and both roots
		t.Fatal(err)
	}
	// A root of a table without numbers holds some of its rows itself.
	if n := missing(rowsOf(t, path), want); n > 6 {
		t.Errorf("%d of %d rows are missing", n, len(want))
	}
}

// A log that is cut off gives what was committed before.
func TestCutLog(t *testing.T) {
	path, want := sample(t)
	info, err := os.Stat(path + "-wal")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path+"-wal", info.Size()/2); err != nil {
		t.Fatal(err)
	}
	got := missing(rowsOf(t, path), want)
	if got == 0 || got > 20 {
		t.Errorf("%d of %d rows are missing", got, len(want))
	}
}

func TestRowsEnds(t *testing.T) {
	path, _ := sample(t)
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	enough := errors.New("enough")
	if err := f.Rows(func(Row) error { return enough }); !errors.Is(err, enough) {
		t.Errorf("got %v", err)
	}
}

// Whatever the bytes are, reading them ends and does not fail.
func FuzzFile(f *testing.F) {
	path, _ := sample(f)
	data, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	log, err := os.ReadFile(path + "-wal")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data[:8*4096], log[:6*4120+32])
	f.Add([]byte{}, []byte{})
	f.Fuzz(func(t *testing.T, data, log []byte) {
		path := filepath.Join(t.TempDir(), "a.db")
		if os.WriteFile(path, data, 0o600) != nil || os.WriteFile(path+"-wal", log, 0o600) != nil {
			t.Skip()
		}
		file, err := Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		if err := file.Rows(func(Row) error { return nil }); err != nil {
			t.Fatal(err)
		}
	})
}
