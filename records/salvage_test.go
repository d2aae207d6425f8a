package records

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"aidpost/records/quality"
	"aidpost/records/staff"
)

// A lostShop is a backup and the database of later: with it, everything that a
// salvage may give back, revision by revision.
type lostShop struct {
	backup, file, log []byte
	known             map[ID][]*Encounter // revisions, oldest first
	old               map[ID]int          // revision in the backup
}

// openShop makes a lostShop. Some of what is newer is still in the log.
func openShop(t testing.TB) lostShop {
	t.Helper()
	path := filepath.Join(t.TempDir(), "shop.db")
	s := openAt(t, path, Options{})
	shop := lostShop{known: map[ID][]*Encounter{}, old: map[ID]int{}}
	keep := func(e *Encounter) {
		save(t, s, e)
		shop.known[e.ID] = append(shop.known[e.ID], clone(e))
	}
	var all []*Encounter
	grace := ada()
	for i := range 8 {
		p := []*Patient{nil, grace, ada()}[i%3]
		e := visit(p, now.Add(-time.Duration(100-i)*time.Hour))
		keep(e)
		all = append(all, e)
		shop.old[e.ID] = 1
	}
	backup := filepath.Join(t.TempDir(), "backup.db")
	if _, err := s.Backup(t.Context(), backup, nil); err != nil {
		t.Fatal(err)
	}
	shop.backup = readFile(t, backup)
	for i := range 16 {
		if i == 10 {
			if err := s.emptyLog(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		p := []*Patient{nil, grace, ada(), all[2].Patient}[i%4]
		keep(visit(p, now.Add(-time.Duration(50-i)*time.Hour)))
		if i%3 == 0 { // corrections of what is in the backup, some twice
			all[i%8] = changed(all[i%8])
			keep(all[i%8])
		}
	}
	grace.Family = "Hopper" // corrected
	keep(visit(grace, now.Add(-time.Hour)))
	shop.file, shop.log = readFile(t, path), readFile(t, path+"-wal")
	return shop
}

// again puts the damaged shop and its backup into a folder and restores with
// what can be salvaged.
func (shop lostShop) again(t *testing.T, file, log []byte) (*Store, Salvaged) {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "aidpost.db")
	backup := filepath.Join(t.TempDir(), "backup.db")
	for name, data := range map[string][]byte{path: file, path + "-wal": log, backup: shop.backup} {
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	done, err := Restore(t.Context(), backup, path, path, Options{Keys: testKeys(), Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	if got := readFile(t, done.SetAside); !bytes.Equal(got, file) {
		t.Error("the damaged file was changed")
	}
	return openAt(t, path, Options{}), *done.Salvaged
}

// check makes sure that nothing in s is another thing than was saved, that what
// is in the backup is there, and returns how many visits are as new as they were.
func (shop lostShop) check(t *testing.T, s *Store) (whole int) {
	t.Helper()
	if report, err := s.Check(t.Context(), nil); err != nil || report.Err() != nil {
		t.Fatalf("%v, %v", report.Err(), err)
	}
	if _, err := s.VerifyAudit(t.Context()); err != nil {
		t.Fatal(err)
	}
	for id, known := range shop.known {
		e, err := s.Encounter(t.Context(), id)
		if errors.Is(err, ErrNotFound) && shop.old[id] == 0 {
			continue
		}
		if err != nil {
			t.Fatalf("visit %s: %v", id, err)
		}
		if e.Revision < shop.old[id] || e.Revision > len(known) {
			t.Fatalf("visit %s: revision %d", id, e.Revision)
		}
		if !sameContent(e, known[e.Revision-1]) {
			t.Fatalf("visit %s is another one", id)
		}
		for rev := 1; rev < e.Revision; rev++ {
			was, err := s.EncounterRevision(t.Context(), id, rev)
			if err == nil && !sameContent(was, known[rev-1]) || err != nil && !errors.Is(err, ErrNotFound) {
				t.Fatalf("visit %s, revision %d: %v", id, rev, err)
			}
		}
		if e.Revision == len(known) {
			whole++
		}
	}
	var n int
	if err := s.db.QueryRow("SELECT count(*) FROM encounter").Scan(&n); err != nil || n > len(shop.known) {
		t.Fatalf("%d visits, %v", n, err)
	}
	return whole
}

// sameContent reports whether a visit is what was saved, to the last byte from
// the instrument.
func sameContent(got, want *Encounter) bool {
	if (got.Patient == nil) != (want.Patient == nil) || got.Patient != nil && got.Patient.ID != want.Patient.ID {
		return false
	}
	for i, o := range got.Observations {
		if !slices.EqualFunc(o.Capture, want.Observations[i].Capture, sameFrame) {
			return false
		}
	}
	a, errA := encodePayload(got)
	b, errB := encodePayload(want)
	return errA == nil && errB == nil && bytes.Equal(a, b)
}

func TestSalvageOfSoundRecords(t *testing.T) {
	shop := openShop(t)
	s, done := shop.again(t, shop.file, shop.log)
	if n := shop.check(t, s); n != len(shop.known) {
		t.Errorf("%d of %d visits", n, len(shop.known))
	}
	if len(done.Lost) != 0 || done.AuditLost != 0 || done.Audit < 20 || done.Visits < 16 {
		t.Errorf("%+v", done)
	}
	// The trail knows who saved each, as before, and that they were brought over.
	found, err := s.Search(t.Context(), "hopper", 0)
	if err != nil || len(found) != 1 {
		t.Errorf("the corrected name: %v, %v", found, err)
	}
	stats, err := s.OutboxStats(t.Context())
	if err != nil || stats.Pending+stats.Held < len(shop.known) {
		t.Errorf("to be sent: %+v, %v", stats, err)
	}
}

// Without header, schema and every root, which SQLite cannot do without.
func TestSalvageWithoutTheSchema(t *testing.T) {
	shop := openShop(t)
	file := bytes.Clone(shop.file)
	clear(file[:8192])
	s, done := shop.again(t, file, shop.log)
	if n := shop.check(t, s); n < len(shop.known)-2 {
		t.Errorf("%d of %d visits; %+v", n, len(shop.known), done)
	}
}

func TestSalvageOfRandomDamage(t *testing.T) {
	shop := openShop(t)
	r := rand.New(rand.NewPCG(11, 12))
	runs := 40
	if testing.Short() {
		runs = 8
	}
	total, back := 0, 0
	for range runs {
		file, log := bytes.Clone(shop.file), bytes.Clone(shop.log)
		for range 1 + r.IntN(12) {
			damage(r, file)
		}
		if r.IntN(2) == 0 {
			damage(r, log)
		}
		if r.IntN(4) == 0 {
			file = file[:r.IntN(len(file))]
		}
		if r.IntN(4) == 0 {
			log = log[:r.IntN(len(log))]
		}
		s, _ := shop.again(t, file, log)
		total += len(shop.known)
		back += shop.check(t, s)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d of %d visits were brought back as they were last", back, total)
	if back <= runs*len(shop.old) {
		t.Errorf("only %d of %d", back, total)
	}
}

// damage writes over some of the data: a page, or a few bytes of one.
func damage(r *rand.Rand, data []byte) {
	if len(data) < 4096 {
		return
	}
	at := r.IntN(len(data)/4096) * 4096
	page := data[at : at+4096]
	switch r.IntN(4) {
	case 0:
		clear(page)
	case 1:
		for i := range page {
			page[i] = byte(r.Uint32())
		}
	case 2:
		page[r.IntN(4096)] ^= 1 << r.IntN(8)
	case 3: // another page in its place
		copy(page, data[r.IntN(len(data)/4096)*4096:])
	}
}

// Accounts and quality control come over, too: who was disabled stays so.
func TestSalvageOfAccounts(t *testing.T) {
	path := filepath.Join(t.TempDir(), "aidpost.db")
	opt := Options{PINCost: staff.Cost{Passes: 1, KiB: 8, Threads: 1}}
	s := openAt(t, path, opt)
	save(t, s, visit(ada(), now.Add(-time.Hour)))
	backup := filepath.Join(t.TempDir(), "backup.db")
	if _, err := s.Backup(t.Context(), backup, nil); err != nil {
		t.Fatal(err)
	}
	a := s.Console("root", "kiosk")
	add := func(name, badge string, role staff.Role) Account {
		t.Helper()
		made, err := a.AddStaff(t.Context(), NewAccount{Name: name, Role: role, Badge: badge, PIN: "274951"})
		if err != nil {
			t.Fatal(err)
		}
		return made
	}
	add("Root", "badge-1", staff.Administrator)
	a, err := s.SignIn(t.Context(), "badge-1", "274951", "kiosk")
	if err != nil {
		t.Fatal(err)
	}
	gone := add("Gone", "badge-2", staff.Operator)
	add("Here", "badge-3", staff.Supervisor)
	if err := a.DisableStaff(t.Context(), gone.ID); err != nil {
		t.Fatal(err)
	}
	if err := a.AddLot(t.Context(), quality.Lot{Number: "L1", Kind: quality.Reagent, Model: "onetouch-ultra2", Expires: now.Add(100 * 24 * time.Hour), Opened: now.Add(-time.Hour)}); err != nil {
		t.Fatal(err)
	}
	calling := helpCall()
	keepCall(t, s.Visitor("kiosk-1"), calling)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	done, err := Restore(t.Context(), backup, path, path, Options{Keys: testKeys(), Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	if done.Salvaged.Accounts != 3 || done.Salvaged.Quality != 1 || len(done.Salvaged.Lost) != 0 {
		t.Errorf("%+v", *done.Salvaged)
	}
	s = openAt(t, path, opt)
	if _, err := s.SignIn(t.Context(), "badge-3", "274951", "kiosk"); err != nil {
		t.Errorf("an account from after the backup: %v", err)
	}
	if _, err := s.SignIn(t.Context(), "badge-2", "274951", "kiosk"); !errors.Is(err, ErrSignIn) {
		t.Errorf("who was disabled: %v", err)
	}
	if log, err := s.QualityLog(t.Context()); err != nil || len(log.Lots) != 1 {
		t.Errorf("%v, %v", log, err)
	}
	if open, err := s.ResumeCalls(t.Context()); err != nil || len(open) != 1 || open[0] != calling {
		t.Errorf("open calls: %+v, %v", open, err)
	}
	if _, err := s.VerifyAudit(t.Context()); err != nil {
		t.Error(err)
	}
}

// The keys were replaced after the backup: the damaged file has the new ones.
func TestSalvageWithNewerKeys(t *testing.T) {
	path := filepath.Join(t.TempDir(), "aidpost.db")
	s := openAt(t, path, Options{})
	save(t, s, visit(ada(), now.Add(-2*time.Hour)))
	backup := filepath.Join(t.TempDir(), "backup.db")
	if _, err := s.Backup(t.Context(), backup, nil); err != nil {
		t.Fatal(err)
	}
	if err := s.RotateKey(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	e := visit(ada(), now.Add(-time.Hour))
	save(t, s, e)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	done, err := Restore(t.Context(), backup, path, path, Options{Keys: testKeys(), Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	if done.Salvaged.Visits != 1 || len(done.Salvaged.Lost) != 0 {
		t.Errorf("%+v", *done.Salvaged)
	}
	s = openAt(t, path, Options{})
	if got, err := s.Encounter(t.Context(), e.ID); err != nil || !sameContent(got, e) {
		t.Errorf("%v", err)
	}
}

// Into records that have gone on meanwhile.
func TestSalvageLater(t *testing.T) {
	shop := openShop(t)
	dir := t.TempDir()
	path, wreck := filepath.Join(dir, "aidpost.db"), filepath.Join(dir, "wreck.db")
	for name, data := range map[string][]byte{path: shop.backup, wreck: shop.file, wreck + "-wal": shop.log} {
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s := openAt(t, path, Options{})
	save(t, s, visit(ada(), now.Add(-3*time.Hour)))
	done, err := s.Salvage(t.Context(), wreck)
	if err != nil {
		t.Fatal(err)
	}
	if done.Audit != 0 || done.AuditLost == 0 {
		t.Errorf("the trails differ, and yet %+v", done)
	}
	for id, known := range shop.known {
		if e, err := s.Encounter(t.Context(), id); err != nil || e.Revision != len(known) {
			t.Errorf("visit %s: %v", id, err)
		}
	}
	again, err := s.Salvage(t.Context(), wreck)
	if err != nil || again.Visits != 0 || again.Patients != 0 {
		t.Errorf("a second time: %+v, %v", again, err)
	}
	if _, err := s.VerifyAudit(t.Context()); err != nil {
		t.Error(fmt.Errorf("the trail: %w", err))
	}
}
