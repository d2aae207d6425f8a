package records

import (
	"context"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"testing"
	"time"
)

func TestWhatIsSavedIsLoaded(t *testing.T) {
	s := openTemp(t, Options{})
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		e := anyEncounter(r)
		save(t, s, e)
		if e.Revision != 1 {
			t.Fatalf("revision %d after the first save", e.Revision)
		}
		for range r.IntN(3) { // corrections
			next := anyEncounter(r)
			next.ID, next.Revision, next.Patient = e.ID, e.Revision, e.Patient
			save(t, s, next)
			e = next
		}
		got, err := s.Encounter(t.Context(), e.ID)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, e) {
			t.Fatalf("saved\n%+v\nloaded\n%+v", e, got)
		}
	}
	if _, err := s.VerifyAudit(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestSaveTidies(t *testing.T) {
	s := openTemp(t, Options{})
	zone := time.FixedZone("", 3600)
	p := ada()
	p.Given, p.Family = " Jose\u0301\u202e ", "\tGarc\u00eda\u2066"
	e := visit(p, now.In(zone).Add(-time.Hour))
	save(t, s, e)
	if e.Patient.Given != "Jos\u00e9" || e.Patient.Family != "Garc\u00eda" {
		t.Errorf("stored %q %q", e.Patient.Given, e.Patient.Family)
	}
	if p.Given != " Jose\u0301\u202e " {
		t.Error("the caller's patient was written to")
	}
	if e.Started.Location() != time.UTC || e.Observations[0].Taken.Location() != time.UTC {
		t.Error("times are not in UTC")
	}
	got, err := s.Encounter(t.Context(), e.ID)
	if err != nil || !reflect.DeepEqual(got, e) {
		t.Errorf("loaded %+v, %v", got, err)
	}
}

func TestFilesAreForOurEyesOnly(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no such modes")
	}
	dir := filepath.Join(t.TempDir(), "a", "b")
	s := openAt(t, filepath.Join(dir, "aidpost.db"), Options{})
	save(t, s, visit(ada(), now.Add(-time.Hour)))
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("folder: %v, %v", info.Mode(), err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) < 3 {
		t.Fatalf("%v, %v", entries, err)
	}
	for _, entry := range entries {
		if info, err := entry.Info(); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", entry.Name(), info.Mode(), err)
		}
	}
}

func TestCloseLeavesOneFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	s := openAt(t, path, Options{})
	save(t, s, visit(nil, now.Add(-time.Hour)))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("second close: %v", err)
	}
	for _, end := range []string{"-wal", "-shm", ".new"} {
		if _, err := os.Stat(path + end); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s is left: %v", end, err)
		}
	}
	if err := s.Save(t.Context(), visit(nil, now.Add(-time.Hour))); !errors.Is(err, ErrClosed) {
		t.Errorf("save after close: %v", err)
	}
	if _, err := s.Devices(t.Context()); !errors.Is(err, ErrClosed) {
		t.Errorf("read after close: %v", err)
	}
}

func TestCancelledSaveChangesNothing(t *testing.T) {
	s := openTemp(t, Options{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s.write.turn <- struct{}{} // somebody else is saving
	err := s.Save(ctx, visit(nil, now.Add(-time.Hour)))
	<-s.write.turn
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	if stats, err := s.OutboxStats(t.Context()); err != nil || stats != (OutboxStats{}) {
		t.Errorf("outbox %+v, %v", stats, err)
	}
}

func TestReadOnlyBesideAWriter(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	w := openAt(t, path, Options{})
	e := visit(ada(), now.Add(-time.Hour))
	save(t, w, e)
	r := openAt(t, path, Options{ReadOnly: true})
	if got, err := r.Encounter(t.Context(), e.ID); err != nil || !reflect.DeepEqual(got, e) {
		t.Errorf("loaded %+v, %v", got, err)
	}
	next := visit(nil, now.Add(-time.Minute*30))
	save(t, w, next)
	if _, err := r.Encounter(t.Context(), next.ID); err != nil {
		t.Errorf("what the writer saved later: %v", err)
	}
	if err := r.Save(t.Context(), visit(nil, now)); !errors.Is(err, ErrReadOnly) {
		t.Errorf("save: %v", err)
	}
}

func TestReadOnlyNeedsAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "no", "a.db")
	if _, err := Open(t.Context(), path, Options{ReadOnly: true}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(filepath.Dir(path)); !errors.Is(err, fs.ErrNotExist) {
		t.Error("a folder was made")
	}
}

func TestSecondWriterIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	openAt(t, path, Options{})
	if _, err := Open(t.Context(), path, Options{}); !errors.Is(err, ErrBusy) {
		t.Errorf("got %v", err)
	}
}

func TestOddPaths(t *testing.T) {
	for _, name := range []string{"a b.db", "a?mode=ro.db", "a#b.db", "100%41.db", "ключ.db", "a&_synchronous=OFF.db"} {
		path := filepath.Join(t.TempDir(), name)
		s := openAt(t, path, Options{})
		save(t, s, visit(nil, now.Add(-time.Hour)))
		if _, err := os.Stat(path); err != nil {
			t.Error(err)
		}
	}
}

func TestDevicesKeepTheirIDs(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	s := openAt(t, path, Options{})
	first := visit(nil, now.Add(-2*time.Hour))
	save(t, s, first)
	id := first.Observations[0].Origin.Device.ID
	if id == "" || first.Observations[3].Origin.Device.ID != id {
		t.Fatalf("ids %q and %q", id, first.Observations[3].Origin.Device.ID)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = openAt(t, path, Options{})
	second := visit(nil, now.Add(-time.Hour))
	for i := range second.Observations {
		d := &second.Observations[i].Origin.Device
		d.Firmware, d.ID = "4.0", NewID()
	}
	other := glucose(second.Ended, 99)
	noSerial, otherCable := glucose(second.Ended, 98), glucose(second.Ended, 97)
	noSerial.Origin.Device.Serial, noSerial.Origin.Device.Adapter = "", "CABLE1"
	otherCable.Origin.Device.Serial, otherCable.Origin.Device.Adapter = "", "CABLE2"
	second.Observations = append(second.Observations, other, noSerial, otherCable)
	save(t, s, second)
	if got := second.Observations[0].Origin.Device.ID; got != id {
		t.Errorf("the same instrument got %q, then %q", id, got)
	}
	devices, err := s.Devices(t.Context())
	if err != nil || len(devices) != 4 {
		t.Fatalf("devices %+v, %v", devices, err)
	}
	if devices[3].ID != id || devices[3].Firmware != "4.0" {
		t.Errorf("last device %+v", devices[3])
	}
	old, err := s.Encounter(t.Context(), first.ID)
	if err != nil || old.Observations[0].Origin.Device.Firmware != "3.0.1" {
		t.Errorf("the firmware of then: %+v, %v", old.Observations[0].Origin.Device, err)
	}
}

// TestSavedBefore: a result is known again wherever it lies in the meter's
// memory by then, and another one never.
func TestSavedBefore(t *testing.T) {
	s := openTemp(t, Options{})
	e := visit(nil, now.Add(-time.Hour))
	stored := glucose(now.Add(-50*time.Minute), 104)
	byPlace := glucose(now.Add(-50*time.Minute), 105)
	byPlace.Origin.InstrumentAt, byPlace.Origin.Record = time.Time{}, "17"
	e.Observations = append(e.Observations, stored, byPlace)
	save(t, s, e)
	for name, tt := range map[string]struct {
		of     Observation
		change func(*Observation)
		want   bool
	}{
		"the same":         {stored, func(*Observation) {}, true},
		"moved in memory":  {stored, func(o *Observation) { o.Origin.Record = "5" }, true},
		"in another zone":  {stored, func(o *Observation) { o.Origin.InstrumentAt = o.Origin.InstrumentAt.In(time.FixedZone("", 7200)) }, true},
		"our clock moved":  {stored, func(o *Observation) { o.Taken, o.Origin.Drift = now, 5 }, true},
		"another meter":    {stored, func(o *Observation) { o.Origin.Device.Serial = "VDH74F2CZ" }, false},
		"a minute later":   {stored, func(o *Observation) { o.Origin.InstrumentAt = o.Origin.InstrumentAt.Add(time.Minute) }, false},
		"another value":    {stored, func(o *Observation) { o.Values = byPlace.Values }, false},
		"by place":         {byPlace, func(*Observation) {}, true},
		"by another place": {byPlace, func(o *Observation) { o.Origin.Record = "18" }, false},
		"no serial":        {stored, func(o *Observation) { o.Origin.Device.Serial = "" }, false},
		"a mean":           {stored, func(o *Observation) { o.MeanOf = []ID{stored.ID} }, false},
		"taken live":       {e.Observations[0], func(*Observation) {}, false},
	} {
		tt.change(&tt.of)
		at, got, err := s.SavedBefore(t.Context(), tt.of)
		if err != nil || got != tt.want || got && !at.Equal(e.Started) {
			t.Errorf("%s: %v at %v, %v", name, got, at, err)
		}
	}
}

// TestResultOnce: what one visit saved another cannot, and its own can again.
// An equal value of another time is another result.
func TestResultOnce(t *testing.T) {
	s := openTemp(t, Options{})
	first := visit(ada(), now.Add(-time.Hour))
	first.Observations = append(first.Observations, glucose(now.Add(-50*time.Minute), 104))
	save(t, s, first)
	first.Status = Cancelled
	save(t, s, first)
	second := visit(nil, now.Add(-20*time.Minute))
	again := glucose(now.Add(-50*time.Minute), 104)
	second.Observations = append(second.Observations, again)
	if err := s.Save(t.Context(), second); !errors.Is(err, ErrSavedBefore) || second.Revision != 0 {
		t.Fatalf("saved twice: %v, revision %d", err, second.Revision)
	}
	if _, err := s.Encounter(t.Context(), second.ID); !errors.Is(err, ErrNotFound) {
		t.Errorf("a part of it was kept: %v", err)
	}
	second.Observations[len(second.Observations)-1] = glucose(now.Add(-10*time.Minute), 104)
	save(t, s, second)
	if at, saved, err := s.SavedBefore(t.Context(), second.Observations[len(second.Observations)-1]); err != nil || !saved || !at.Equal(second.Started) {
		t.Errorf("the equal value is known: %v at %v, %v", saved, at, err)
	}
}
