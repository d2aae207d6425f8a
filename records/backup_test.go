package records

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestBackupWhileSaving: every visit acknowledged before a backup began is in
// it, and the saving went on meanwhile.
func TestBackupWhileSaving(t *testing.T) {
	s := openTemp(t, Options{})
	var mu sync.Mutex
	var acknowledged []ID
	count := func() int {
		mu.Lock()
		defer mu.Unlock()
		return len(acknowledged)
	}
	ctx, stop := context.WithCancel(t.Context())
	var work sync.WaitGroup
	work.Go(func() {
		for ctx.Err() == nil {
			e := visit(ada(), now.Add(-time.Hour))
			if err := s.Save(context.Background(), e); err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			acknowledged = append(acknowledged, e.ID)
			mu.Unlock()
		}
	})
	for round := range 5 {
		for count() < 20*(round+1) {
			time.Sleep(time.Millisecond)
		}
		before := count()
		path := filepath.Join(t.TempDir(), "copy.db")
		report, err := s.Backup(t.Context(), path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if report.Encounters < int64(before) || report.Audit.Entries == 0 {
			t.Errorf("%+v in the backup, %d were saved before it", report, before)
		}
		if info, err := os.Stat(path); err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("the backup: %v, %v", info.Mode(), err)
		}
		b := openAt(t, path, Options{ReadOnly: true})
		mu.Lock()
		ids := acknowledged[:before:before]
		mu.Unlock()
		for _, id := range ids {
			if _, err := b.Encounter(t.Context(), id); err != nil {
				t.Fatal(err)
			}
		}
	}
	stop()
	work.Wait()
}

// TestBackupOfDamage: what is damaged does not become a backup, and the last
// good one stays.
func TestBackupOfDamage(t *testing.T) {
	s := openAt(t, put(t, makeSample(t).file), Options{})
	path := filepath.Join(t.TempDir(), "copy.db")
	if _, err := s.Backup(t.Context(), path, nil); err != nil {
		t.Fatal(err)
	}
	good := readFile(t, path)
	alter(t, s.Path(), "UPDATE encounter SET sealed = zeroblob(99) WHERE id = 2")
	if _, err := s.Backup(t.Context(), path, nil); !errors.Is(err, ErrCorrupt) {
		t.Errorf("backup of damage: %v", err)
	}
	if string(readFile(t, path)) != string(good) {
		t.Error("the good backup was written over")
	}
	if _, err := os.Stat(path + ".new"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("half a backup is left: %v", err)
	}
}

func TestCheckFindsDamage(t *testing.T) {
	file := makeSample(t).file
	check := func(script string) CheckReport {
		t.Helper()
		path := put(t, file)
		alter(t, path, "DROP TRIGGER audit_no_update; DROP TRIGGER audit_no_delete; "+script)
		report, err := openAt(t, path, Options{}).Check(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		return report
	}
	if sound := check(""); sound.Err() != nil || sound.Encounters == 0 || sound.Patients == 0 || sound.Captures == 0 {
		t.Errorf("a sound file: %+v", sound)
	}
	for _, tt := range []struct{ script, want string }{
		{"UPDATE patient SET sealed = zeroblob(50) WHERE id = 1", "patient "},
		{"UPDATE patient SET rev = rev + 1 WHERE id = 1", "patient "},
		{"UPDATE encounter SET sealed = zeroblob(50) WHERE id = 1", "encounter "},
		{"UPDATE encounter SET day = day + 1 WHERE id = 1", "encounter "},
		{"UPDATE capture SET sealed = substr(sealed, 1, 20) WHERE rowid = (SELECT min(rowid) FROM capture)", "capture of encounter "},
		{"PRAGMA foreign_keys = 0; DELETE FROM patient WHERE id = 1", "refers to nothing"},
		{"DELETE FROM audit WHERE seq = 3", "entry 3 is missing"},
		{"UPDATE audit SET at = at + 1 WHERE seq = 4", "entry 4 is changed"},
	} {
		report := check(tt.script)
		if err := report.Err(); !errors.Is(err, ErrCorrupt) || !strings.Contains(strings.Join(report.Problems, "\n"), tt.want) {
			t.Errorf("%s: %q, want %q", tt.script, report.Problems, tt.want)
		}
	}
}

// TestCheckFindsDamagedPages writes nonsense over one page after the other.
// A page is free, or the file is refused, or the check says so.
func TestCheckFindsDamagedPages(t *testing.T) {
	file := makeSample(t).file
	const page = 4096
	found, refused := 0, 0
	for at := page; at < len(file); at += page {
		bad := append([]byte(nil), file...)
		copy(bad[at:at+page], randomBytes(page))
		s, err := Open(t.Context(), put(t, bad), Options{Keys: testKeys()})
		if err != nil {
			if !errors.Is(err, ErrCorrupt) {
				t.Errorf("page %d: %v", at/page, err)
			}
			refused++
			continue
		}
		report, err := s.Check(t.Context(), nil)
		if err != nil {
			t.Errorf("page %d: %v", at/page, err)
		}
		if report.Err() != nil {
			found++
		} else {
			t.Errorf("page %d: nothing is said of it", at/page)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	t.Logf("%d pages refused at once, %d found by the check", refused, found)
}

func TestRestore(t *testing.T) {
	path := put(t, makeSample(t).file)
	s := openAt(t, path, Options{})
	kept := visit(ada(), now.Add(-time.Hour))
	save(t, s, kept)
	backup := filepath.Join(t.TempDir(), "copy.db")
	if _, err := s.Backup(t.Context(), backup, nil); err != nil {
		t.Fatal(err)
	}
	later := visit(ada(), now.Add(-time.Hour))
	save(t, s, later)
	opt := Options{Now: func() time.Time { return now }, Keys: testKeys()}
	if _, err := Restore(t.Context(), backup, path, "", opt); !errors.Is(err, ErrBusy) {
		t.Errorf("restore under a running Aidpost: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	was := readFile(t, path)
	done, err := Restore(t.Context(), backup, path, "", opt)
	if err != nil {
		t.Fatal(err)
	}
	if string(readFile(t, done.SetAside)) != string(was) {
		t.Error("what was set aside is not what was there")
	}
	if !done.Upto.Equal(now) || done.Encounters == 0 {
		t.Errorf("%+v", done)
	}
	back := openAt(t, path, Options{})
	if _, err := back.Encounter(t.Context(), kept.ID); err != nil {
		t.Error(err)
	}
	if _, err := back.Encounter(t.Context(), later.ID); !errors.Is(err, ErrNotFound) {
		t.Errorf("a visit from after the backup: %v", err)
	}
	names, err := filesAfter(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if strings.Contains(name, restoreEnd) {
			t.Errorf("%s is left", name)
		}
	}
}

// TestRestoreOfAnOlderSchema: a backup from before an update is as good.
func TestRestoreOfAnOlderSchema(t *testing.T) {
	path := filepath.Join(t.TempDir(), "fresh", "aidpost.db")
	if _, err := Restore(t.Context(), putSample(t), path, "", Options{Now: func() time.Time { return now }, Keys: testKeys()}); err != nil {
		t.Fatal(err)
	}
	checkSample(t, openAt(t, path, Options{}))
}

// TestBadBackupChangesNothing: whatever is given as a backup, the database
// that is there stays.
func TestBadBackupChangesNothing(t *testing.T) {
	file := makeSample(t).file
	path := put(t, file)
	was := readFile(t, path)
	damaged := put(t, file)
	alter(t, damaged, "UPDATE encounter SET sealed = zeroblob(50) WHERE id = 1")
	newer := put(t, file)
	alter(t, newer, "PRAGMA user_version = 999")
	for _, tt := range []struct {
		from string
		want error
	}{
		{damaged, ErrCorrupt},
		{newer, ErrNewer},
		{put(t, file[:len(file)/2]), ErrCorrupt},
		{put(t, []byte("no database")), ErrForeign},
		{filepath.Join(t.TempDir(), "missing"), fs.ErrNotExist},
	} {
		if _, err := Restore(t.Context(), tt.from, path, "", Options{Keys: testKeys()}); !errors.Is(err, tt.want) {
			t.Errorf("%v, want %v", err, tt.want)
		}
		if string(readFile(t, path)) != string(was) {
			t.Fatal("the database was changed")
		}
		if left, _ := filesAfter(path + restoreEnd); len(left) > 0 {
			t.Errorf("left: %q", left)
		}
	}
}

// TestRestoreKilled goes through the states that a restore killed between two
// of its steps leaves behind.
func TestRestoreKilled(t *testing.T) {
	old, restored := makeSample(t), makeSample(t)
	const log = "not a log of the restored database"
	for name, tt := range map[string]struct {
		files map[string]string // by the end of the name
		want  sample
		aside bool // the log is set aside
	}{
		"before the old one is set aside": {map[string]string{"": string(old.file), restoreEnd: string(restored.file)}, old, false},
		"after that": {map[string]string{
			setAsideEnd + "20260101T000000.000Z": string(old.file), "-wal": log, restoreEnd: string(restored.file),
		}, restored, true},
		"after its log": {map[string]string{
			setAsideEnd + "20260101T000000.000Z": string(old.file), setAsideEnd + "20260101T000000.000Z-wal": log, restoreEnd: string(restored.file),
		}, restored, true},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "aidpost.db")
			for end, text := range tt.files {
				if err := os.WriteFile(path+end, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			s := openAt(t, path, Options{})
			for _, id := range tt.want.ids {
				if _, err := s.Encounter(t.Context(), id); err != nil {
					t.Error(err)
				}
			}
			if tt.aside && string(readFile(t, path+setAsideEnd+"20260101T000000.000Z-wal")) != log {
				t.Error("the log was not set aside")
			}
		})
	}
}
