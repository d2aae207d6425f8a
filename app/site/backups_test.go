package site

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"aidpost/records"
)

var noon = time.Date(2026, time.March, 4, 12, 0, 0, 0, time.UTC) // a Wednesday

// TestRetention: a year of backups every six hours leaves what is promised.
func TestRetention(t *testing.T) {
	var kept []Backup
	for at := noon.AddDate(-1, 0, 0); !at.After(noon); at = at.Add(6 * time.Hour) {
		kept = append(kept, Backup{Path: at.String(), Made: at})
		gone := DefaultRetention().Outdated(kept, at)
		kept = slices.DeleteFunc(kept, func(b Backup) bool { return slices.Contains(gone, b) })
	}
	age := func(d time.Duration) int {
		n := 0
		for _, b := range kept {
			if noon.Sub(b.Made) <= d {
				n++
			}
		}
		return n
	}
	if got := age(24 * time.Hour); got != 5 {
		t.Errorf("%d backups of the last day, want 5", got)
	}
	for day := 1; day < 14; day++ {
		if age(time.Duration(day+1)*24*time.Hour)-age(time.Duration(day)*24*time.Hour) < 1 {
			t.Errorf("no backup %d days old", day)
		}
	}
	for week := 2; week < 8; week++ {
		if age(time.Duration(week+1)*7*24*time.Hour)-age(time.Duration(week)*7*24*time.Hour) < 1 {
			t.Errorf("no backup %d weeks old", week)
		}
	}
	if len(kept) > 5+14+8 {
		t.Errorf("%d backups are kept", len(kept))
	}
}

// TestRetentionInvariants: the newest is kept whatever the clock did, and what
// was kept once is kept when asked again.
func TestRetentionInvariants(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		var all []Backup
		for range 1 + r.IntN(40) {
			made := noon.Add(time.Duration(r.Int64N(int64(4000*time.Hour))) - 3000*time.Hour).Truncate(time.Second)
			all = append(all, Backup{Path: made.String(), Made: made})
		}
		keep := Retention{Days: r.IntN(20), Weeks: r.IntN(10)}
		gone := keep.Outdated(all, noon)
		newest := slices.MaxFunc(all, func(a, b Backup) int { return a.Made.Compare(b.Made) })
		if slices.Contains(gone, newest) {
			t.Fatalf("the newest of %d is not kept", len(all))
		}
		left := slices.DeleteFunc(slices.Clone(all), func(b Backup) bool { return slices.Contains(gone, b) })
		if again := keep.Outdated(left, noon); len(again) > 0 {
			t.Fatalf("%d of %d go only when asked again", len(again), len(left))
		}
	}
}

func anyVisit(t *testing.T, store *records.Store, at time.Time) *records.Encounter {
	t.Helper()
	e := &records.Encounter{
		ID: records.NewID(), Status: records.Finished, Started: at.Add(-time.Hour), Ended: at.Add(-time.Minute),
		Zone: "UTC", Language: "en", Place: DefaultProfile().Place(),
		Consents: []records.Consent{{Purpose: records.ConsentKeep, Given: true, Version: ConsentVersion, At: at.Add(-time.Hour)}},
		Patient:  &records.Patient{ID: records.NewID(), Given: "Ada", Family: "Lovelace"},
	}
	if err := store.Save(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	return e
}

// TestKeeper: a backup is taken when it is due and something has changed, and
// a clock that was set back or forward neither stops nor floods it.
func TestKeeper(t *testing.T) {
	data := t.TempDir()
	now := noon
	clock := func() time.Time { return now }
	store, err := OpenStore(t.Context(), data, records.Options{Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	k := &keeper{store: store, folder: filepath.Join(data, BackupFolder), settings: DefaultProfile, log: slog.New(slog.DiscardHandler), now: clock}
	count := func() int {
		t.Helper()
		all, err := Backups(k.folder)
		if err != nil {
			t.Fatal(err)
		}
		return len(all)
	}
	look := func(want int, what string) {
		t.Helper()
		before := count()
		if k.look(t.Context()); count()-before != want {
			t.Errorf("%s: %d backups, want %d", what, count()-before, want)
		}
	}
	anyVisit(t, store, now)
	look(1, "the first look")
	anyVisit(t, store, now)
	now = now.Add(time.Minute)
	look(0, "a minute later")
	now = now.Add(backupEvery)
	look(1, "six hours later")
	now = now.Add(backupEvery + time.Minute)
	look(0, "nothing has changed")
	anyVisit(t, store, now)
	now = now.Add(backupEvery + time.Minute)
	look(1, "after a change")
	now = now.AddDate(-1, 0, 0)
	anyVisit(t, store, now)
	look(1, "the clock was set back a year")
	now = now.Add(backupEvery)
	look(0, "nothing more, with a newer backup in the future")
}

// TestKeeperOnAFullDisk: a backup that cannot be written leaves nothing
// behind, hurts nothing, and is tried again.
func TestKeeperOnAFullDisk(t *testing.T) {
	data := t.TempDir()
	now := noon
	store, err := OpenStore(t.Context(), data, records.Options{Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	anyVisit(t, store, now)
	blocked := filepath.Join(data, "blocked")
	if err := os.WriteFile(blocked, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	k := &keeper{store: store, folder: blocked, settings: DefaultProfile, log: slog.New(slog.DiscardHandler), now: func() time.Time { return now }}
	k.look(t.Context())
	if !k.next.Equal(now.Add(backupRetry)) {
		t.Errorf("tried again at %v", k.next)
	}
	k.folder, now = filepath.Join(data, BackupFolder), now.Add(backupRetry)
	k.look(t.Context())
	if all, err := Backups(k.folder); err != nil || len(all) != 1 {
		t.Errorf("%v, %v", all, err)
	}
}

func TestRestoreNewestPassesOverDamage(t *testing.T) {
	data := t.TempDir()
	folder := filepath.Join(data, BackupFolder)
	opt := records.Options{Now: func() time.Time { return noon }}
	store, err := OpenStore(t.Context(), data, opt)
	if err != nil {
		t.Fatal(err)
	}
	kept := anyVisit(t, store, noon)
	take := func(at time.Time) Backup {
		t.Helper()
		b, _, err := TakeBackup(context.Background(), store, folder, DefaultRetention(), at, nil)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	good, bad := take(noon.Add(-time.Hour)), take(noon)
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(bad.Path, 5000); err != nil {
		t.Fatal(err)
	}
	used, _, err := RestoreNewest(t.Context(), folder, data, opt)
	if err != nil || used != good {
		t.Fatalf("used %v, %v", used, err)
	}
	if store, err = OpenStore(t.Context(), data, opt); err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	if _, err := store.Encounter(t.Context(), kept.ID); err != nil {
		t.Error(err)
	}
	if _, _, err := RestoreNewest(t.Context(), filepath.Join(data, "none"), data, opt); !errors.Is(err, ErrNoBackup) {
		t.Errorf("without a backup: %v", err)
	}
}

// TestKeeperErases: visits go when they are old, once a day, and a clock that
// is years ahead takes nothing along.
func TestKeeperErases(t *testing.T) {
	data := t.TempDir()
	now := noon
	clock := func() time.Time { return now }
	store, err := OpenStore(t.Context(), data, records.Options{Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	settings := DefaultProfile()
	settings.KeepDays = 365
	k := &keeper{store: store, settings: func() Profile { return settings }, log: slog.New(slog.DiscardHandler), now: clock}
	old, recent := anyVisit(t, store, noon.AddDate(0, 0, -400)), anyVisit(t, store, noon.AddDate(0, 0, -300))
	check := func(what string, e *records.Encounter, want error) {
		t.Helper()
		if _, err := store.Encounter(t.Context(), e.ID); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", what, err, want)
		}
	}
	anyVisit(t, store, now)
	k.expire(t.Context())
	check("an old visit", old, records.ErrNotFound)
	check("a recent visit", recent, nil)
	now = noon.AddDate(10, 0, 0)
	k.expire(t.Context())
	check("a recent visit, by a clock ten years ahead", recent, nil)
	now = noon.AddDate(0, 0, 66)
	anyVisit(t, store, now)
	k.expire(t.Context())
	check("a visit that has become old", recent, records.ErrNotFound)
	settings.KeepDays = 0
	now = noon.AddDate(0, 0, 1000)
	k.expire(t.Context())
}

// TestSweep: files that lie beside the records go when their time is over, those
// of others never.
func TestSweep(t *testing.T) {
	folder := t.TempDir()
	now := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	for name, age := range map[string]int{"aidpost-old.pdf": 31, "aidpost-new.pdf": 29, "letter.pdf": 400} {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		at := now.AddDate(0, 0, -age)
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
	}
	k := &keeper{log: slog.New(slog.DiscardHandler)}
	pattern := filepath.Join(folder, "aidpost-*.pdf")
	k.sweep(pattern, 0, now)
	k.sweep(pattern, 30, now)
	for name, kept := range map[string]bool{"aidpost-old.pdf": false, "aidpost-new.pdf": true, "letter.pdf": true} {
		if _, err := os.Stat(filepath.Join(folder, name)); (err == nil) != kept {
			t.Errorf("%s: %v, want kept %v", name, err, kept)
		}
	}
}
