package cli

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"aidpost/app/site"
	"aidpost/records"
)

// noRoomFor makes a backup at a moment fail, as a full disk would; room undoes it.
func noRoomFor(t *testing.T, folder string, at time.Time) (room func()) {
	t.Helper()
	blocked := site.BackupPath(folder, at) + ".new"
	if err := os.MkdirAll(filepath.Join(blocked, "full"), 0o700); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := os.RemoveAll(blocked); err != nil {
			t.Fatal(err)
		}
	}
}

// TestErasedWithoutRoom: what was erased while there was no room for a new backup is
// gone from the old ones when the next is made, by whatever command.
func TestErasedWithoutRoom(t *testing.T) {
	for name, what := range map[string]func(records.ID) []string{
		"by date":  func(records.ID) []string { return []string{"--before", "2026-02-28"} },
		"a person": func(ada records.ID) []string { return []string{string(ada), "--reason", "asked for it"} },
	} {
		t.Run(name, func(t *testing.T) {
			data := t.TempDir()
			ada, folder := keepMeasured(t, data), filepath.Join(data, site.BackupFolder)
			at := func(hours int, args ...string) outcome {
				env := Env{Now: func() time.Time { return noon.Add(time.Duration(hours) * time.Hour) }, Stdin: strings.NewReader("")}
				return runEnv(t.Context(), t, env, append(args, "--data", data)...)
			}
			for hours := range 2 {
				if o := at(hours, "backup"); o.code != ExitOK {
					t.Fatalf("%+v", o)
				}
			}
			before, err := site.Backups(folder)
			if err != nil || len(before) != 2 {
				t.Fatalf("%v, %v", before, err)
			}
			room := noRoomFor(t, folder, noon.Add(2*time.Hour))
			o := at(2, append([]string{"erase"}, what(ada)...)...)
			if o.code != ExitFailed || !strings.Contains(o.stdout, "erased: ") || !strings.Contains(o.stdout, "the next backup there replaces") {
				t.Fatalf("%+v", o)
			}
			if all, err := site.Backups(folder); err != nil || len(all) != 2 {
				t.Errorf("without a new backup the old ones are all there is: %v, %v", all, err)
			}
			room()
			if o := at(3, "backup"); o.code != ExitOK {
				t.Fatalf("%+v", o)
			}
			after, err := site.Backups(folder)
			if err != nil || len(after) != 1 || !after[0].Made.Equal(noon.Add(3*time.Hour)) {
				t.Errorf("%v, %v", after, err)
			}
			if o := at(4, "backup"); o.code != ExitOK {
				t.Fatalf("%+v", o)
			}
			if all, err := site.Backups(folder); err != nil || len(all) != 2 {
				t.Errorf("later backups replace each other: %v, %v", all, err)
			}
		})
	}
}

// TestNothingErasedWithoutANote: where it cannot be noted that backups have what is
// erased, nothing is. A note about nothing does not stay.
func TestNothingErasedWithoutANote(t *testing.T) {
	data := t.TempDir()
	ada, folder := keepMeasured(t, data), filepath.Join(data, site.BackupFolder)
	if o := run(t, "", "backup", "--data", data); o.code != ExitOK {
		t.Fatalf("%+v", o)
	}
	note := filepath.Join(folder, "aidpost.superseded")
	if err := os.Mkdir(note, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(note, "x"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	o := run(t, "", "erase", string(ada), "--reason", "asked for it", "--data", data)
	if o.code != ExitFailed || !strings.Contains(o.stderr, "nothing was erased") {
		t.Errorf("%+v", o)
	}
	if o := run(t, "", "encounters", "--data", data); strings.Count(o.stdout, "Ada") != 2 {
		t.Errorf("%+v", o)
	}
	if err := os.RemoveAll(note); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{string(records.NewID()), "--reason", "x"}, {"--before", "1990-01-01"}} {
		run(t, "", append(append([]string{"erase"}, args...), "--data", data)...)
		if _, err := os.Stat(note); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%v erases nothing and leaves a note: %v", args, err)
		}
	}
}
