//go:build unix

package records

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"aidpost/records/staff"
)

// roomOfTests keeps little back and looks often.
var roomOfTests = RoomOptions{Reserve: 2 << 20, Low: 5 << 20, Every: 5 * time.Millisecond}

// awaitRoom waits until the store says so of its disk.
func awaitRoom(t *testing.T, s *Store, want Room) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); s.Condition().Room != want; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("room is %v, not %v", s.Condition().Room, want)
		}
	}
}

// A disk fills up: staff is told while everything still works, and when it is
// full the visit under way is finished from what was kept back.
func TestFullDiskEndsTheVisit(t *testing.T) {
	dir := diskOf(t, "16m", "")
	s := openAt(t, filepath.Join(dir, "aidpost.db"), Options{Room: roomOfTests})
	awaitRoom(t, s, RoomEnough)
	awaitReserve(t, s, true)
	e := visit(ada(), now.Add(-time.Hour))
	save(t, s, e)

	filler := fillDisk(t, dir, 4<<20)
	awaitRoom(t, s, RoomLow)
	save(t, s, visit(ada(), now.Add(-time.Hour)))
	awaitReserve(t, s, true)

	more := fillDisk(t, dir, 0)
	saved := 0
	for s.Condition().Room != RoomReserve {
		e = changed(e)
		save(t, s, e) // also the one that finds the disk full
		if saved++; saved > 1000 {
			t.Fatal("the disk never became full")
		}
	}
	awaitReserve(t, s, false)
	for range 10 { // the visit under way, and what is put on record
		e = changed(e)
		save(t, s, e)
	}
	if err := s.Visitor("kiosk").Note(t.Context(), Deed{Action: staff.PrintRecord, Object: e.ID}); err != nil {
		t.Errorf("put on record: %v", err)
	}
	awaitRoom(t, s, RoomReserve)

	// Whoever goes on all the same is told in the end, and loses nothing.
	var err error
	for n := 0; err == nil && n < 1000; n++ {
		err = s.Save(t.Context(), changed(e))
		e, _ = s.Encounter(t.Context(), e.ID)
	}
	if !errors.Is(err, ErrFull) {
		t.Fatalf("without end: %v", err)
	}
	for _, name := range []string{filler, more} {
		if err := os.Remove(name); err != nil {
			t.Fatal(err)
		}
	}
	awaitRoom(t, s, RoomEnough)
	awaitReserve(t, s, true)
	got, err := s.Encounter(t.Context(), e.ID)
	if err != nil || got.Revision != e.Revision {
		t.Errorf("revision %d, %v", got.Revision, err)
	}
	if _, err := s.VerifyAudit(t.Context()); err != nil {
		t.Error(err)
	}
	if err := s.Close(); err != nil { // before the disk goes
		t.Error(err)
	}
}

func awaitReserve(t *testing.T, s *Store, want bool) {
	t.Helper()
	var info os.FileInfo
	var err error
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		info, err = os.Stat(s.Path() + reserveEnd)
		if want && err == nil && info.Size() == roomOfTests.Reserve || !want && err != nil {
			return
		}
	}
	t.Fatalf("reserve there: %v, %v", !want, err)
}

// fillDisk writes a file that leaves so many bytes free.
func fillDisk(t *testing.T, dir string, leave int64) string {
	t.Helper()
	f, err := os.CreateTemp(dir, "filler")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	block := make([]byte, 4096)
	for {
		free, err := freeSpace(f.Name())
		if err != nil {
			t.Fatal(err)
		}
		if free <= leave {
			return f.Name()
		}
		if _, err := f.Write(block); err != nil {
			return f.Name()
		}
	}
}

// A disk that is too small to keep anything back says so from the start.
func TestDiskTooSmallForAReserve(t *testing.T) {
	s := openAt(t, filepath.Join(smallDisk(t, ""), "aidpost.db"), Options{Room: roomOfTests})
	awaitRoom(t, s, RoomReserve)
	awaitReserve(t, s, false)
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// A store that does not watch, as of another program, uses what was kept back.
func TestReserveOfAnotherProgram(t *testing.T) {
	dir := diskOf(t, "8m", "")
	path := filepath.Join(dir, "aidpost.db")
	s := openAt(t, path, Options{})
	if err := os.WriteFile(path+reserveEnd, make([]byte, 1<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	fillDisk(t, dir, 0)
	for n := 0; ; n++ {
		save(t, s, visit(ada(), now.Add(-time.Hour)))
		if _, err := os.Stat(path + reserveEnd); err != nil {
			break
		}
		if n > 1000 {
			t.Fatal("the disk never became full")
		}
	}
	if got := s.Condition(); got != (Condition{}) {
		t.Errorf("told %v without watching", got)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// A backup does not take the room that visits need.
func TestBackupLeavesRoom(t *testing.T) {
	dir := diskOf(t, "8m", "")
	s := openAt(t, filepath.Join(dir, "aidpost.db"), Options{Room: RoomOptions{Reserve: 2 << 20, Low: 3 << 20}})
	save(t, s, visit(ada(), now.Add(-time.Hour)))
	awaitReserve(t, s, true)
	filler := fillDisk(t, dir, 1<<20)
	to := filepath.Join(dir, "backup.db")
	if _, err := s.Backup(t.Context(), to, nil); !errors.Is(err, ErrFull) {
		t.Errorf("got %v", err)
	}
	if left, _ := filepath.Glob(to + "*"); len(left) != 0 {
		t.Errorf("left %v", left)
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Backup(t.Context(), to, nil); err != nil {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}
