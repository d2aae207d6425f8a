package site

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestLookAtBackups(t *testing.T) {
	day := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	for _, tc := range []struct {
		name            string
		backup          time.Duration // before now; zero: none
		open, changed   time.Duration // before now
		overdue, backed bool
	}{
		{"just begun", 0, time.Hour, time.Minute, false, false},
		{"a day without one", 0, 25 * time.Hour, time.Minute, true, false},
		{"nothing to back up", 0, 25 * time.Hour, 26 * time.Hour, false, false},
		{"fresh", 5 * time.Hour, 25 * time.Hour, time.Minute, false, true},
		{"old", 25 * time.Hour, 30 * time.Hour, time.Minute, true, true},
		{"old, and nothing new", 25 * time.Hour, 30 * time.Hour, 26 * time.Hour, false, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := Config{Data: t.TempDir()}
			write := func(path string, at time.Time) {
				t.Helper()
				if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, nil, 0o600); err != nil {
					t.Fatal(err)
				}
				if err := os.Chtimes(path, at, at); err != nil {
					t.Fatal(err)
				}
			}
			write(filepath.Join(c.Data, DatabaseName), day.Add(-tc.changed))
			if tc.backup > 0 {
				write(filepath.Join(c.Data, BackupFolder, backupPrefix+day.Add(-tc.backup).Format(backupTime)+backupSuffix), day)
			}
			h := Look(c, day.Add(-tc.open), day)
			if h.Overdue != tc.overdue || h.Backup.IsZero() == tc.backed {
				t.Errorf("%+v", h)
			}
		})
	}
}

func TestRoomOfAFolder(t *testing.T) {
	if free, err := FreeRoom(t.TempDir()); err != nil || free == 0 {
		t.Errorf("%d, %v", free, err)
	}
	if _, err := FreeRoom(filepath.Join(t.TempDir(), "missing")); err == nil {
		t.Error("a folder that is not there has room")
	}
}
