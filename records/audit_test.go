package records

import (
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/records/staff"
	"aidpost/records/vault"
)

// noSeatBelt takes away what keeps an honest program from changing the trail.
const noSeatBelt = "DROP TRIGGER audit_no_update; DROP TRIGGER audit_no_delete; DROP TRIGGER audit_no_replace;"

// trail is a closed database with 40 entries: 10 visits of new patients, and as
// many looks at each.
func trail(t testing.TB) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "trail.db")
	s := openAt(t, path, Options{})
	a := s.Console("ada", "kiosk-1")
	for i := range 10 {
		e := visit(ada(), now.Add(-time.Duration(i+1)*time.Hour))
		save(t, s, e)
		for range 2 {
			if _, err := a.Encounter(t.Context(), e.ID); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return readFile(t, path)
}

// verify reads the chain of a file without changing it.
func verify(t testing.TB, path string, anchors ...Anchor) (AuditReport, error) {
	t.Helper()
	s, err := Open(t.Context(), path, Options{ReadOnly: true, Now: func() time.Time { return now }, Keys: testKeys()})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	return s.VerifyAudit(t.Context(), anchors...)
}

// forge computes the chain of a file anew from an entry on, as somebody does
// who has the program but not the key of the signature. With reseal he has the
// keys of the records and can write the sealed part, too.
func forge(t *testing.T, path string, from int64, reseal bool) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query("SELECT seq, at, mono, boot, alg, body, hash FROM audit ORDER BY seq")
	if err != nil {
		t.Fatal(err)
	}
	type line struct {
		auditRecord
		hash [sha256.Size]byte
	}
	var all []line
	for rows.Next() {
		var l line
		var hash []byte
		if err := rows.Scan(&l.seq, &l.at, &l.mono, &l.boot, &l.alg, &l.body, &hash); err != nil {
			t.Fatal(err)
		}
		copy(l.hash[:], hash)
		all = append(all, l)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	ring, err := readRing(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := vault.Open(t.Context(), ring, testKeys().Sources...)
	if err != nil {
		t.Fatal(err)
	}
	var before [sha256.Size]byte
	for _, l := range all {
		if l.seq >= from {
			if reseal {
				l.body = resealed(t, newVaulted(keys), l.auditRecord, before)
			}
			l.hash = l.chain(before)
			if _, err := db.Exec("UPDATE audit SET body = ?, hash = ? WHERE seq = ?", l.body, l.hash[:], l.seq); err != nil {
				t.Fatal(err)
			}
		}
		before = l.hash
	}
}

// resealed is a body that fits the hash before, whatever row it was for.
func resealed(t *testing.T, seal sealer, r auditRecord, before [sha256.Size]byte) []byte {
	t.Helper()
	was := r
	e, err := r.open(seal)
	for was.seq = 0; err != nil && was.seq < 100; was.seq++ {
		e, err = was.open(seal)
	}
	if err != nil {
		t.Fatal(err)
	}
	e.After = before[:afterSize]
	body, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	return seal.seal(body, binding{table: auditRow, rev: r.seq})
}

func TestAuditTampering(t *testing.T) {
	file := trail(t)
	const swap = "UPDATE audit SET seq = -1 WHERE seq = 12; UPDATE audit SET seq = 12 WHERE seq = 13; UPDATE audit SET seq = 13 WHERE seq = -1;"
	const renumber = "DELETE FROM audit WHERE seq = 7; UPDATE audit SET seq = seq - 1 WHERE seq > 7;"
	for name, tt := range map[string]struct {
		script string
		forge  int64 // the chain is computed anew from here; 0: not
		reseal bool
		want   string
	}{
		"untouched":                         {want: ""},
		"one removed":                       {script: "DELETE FROM audit WHERE seq = 7", want: "7 missing"},
		"several removed":                   {script: "DELETE FROM audit WHERE seq BETWEEN 7 AND 9 OR seq = 20", want: "7-9 missing; 20 missing"},
		"first removed":                     {script: "DELETE FROM audit WHERE seq = 1", want: "1 missing"},
		"end removed":                       {script: "DELETE FROM audit WHERE seq > 38", want: "39-40 missing"},
		"all removed":                       {script: "DELETE FROM audit", want: "1-40 missing"},
		"two swapped":                       {script: swap, want: "12 moved; 13 moved"},
		"body altered":                      {script: "UPDATE audit SET body = CAST(body || ' ' AS BLOB) WHERE seq = 5", want: "5 changed"},
		"last body altered":                 {script: "UPDATE audit SET body = CAST(body || ' ' AS BLOB) WHERE seq = 40", want: "40 changed"},
		"time altered":                      {script: "UPDATE audit SET at = at - 1 WHERE seq = 5", want: "5 changed"},
		"boot altered":                      {script: "UPDATE audit SET boot = 9 WHERE seq = 5", want: "5 changed"},
		"hash altered":                      {script: "UPDATE audit SET hash = zeroblob(32) WHERE seq = 5", want: "5 changed"},
		"two altered":                       {script: "UPDATE audit SET at = at - 1 WHERE seq IN (5, 30)", want: "5 changed; 30 changed"},
		"time altered, hashes anew":         {script: "UPDATE audit SET at = at - 1 WHERE seq = 5", forge: 5, want: "5 changed; 40 not what was signed"},
		"body altered, hashes anew":         {script: "UPDATE audit SET body = CAST(body || ' ' AS BLOB) WHERE seq = 5", forge: 5, want: "5 changed; 40 not what was signed"},
		"removed and renumbered":            {script: renumber, want: "7-39 moved, all of them; 40 missing"},
		"time altered, all of it anew":      {script: "UPDATE audit SET at = at - 1 WHERE seq = 5", forge: 1, reseal: true, want: "40 not what was signed"},
		"removed, renumbered, all anew":     {script: renumber, forge: 1, reseal: true, want: "40 missing"},
		"swapped, all anew":                 {script: swap, forge: 1, reseal: true, want: "40 not what was signed"},
		"end removed, signature moved back": {script: "DELETE FROM audit WHERE seq > 38; UPDATE audit_head SET seq = 38, hash = (SELECT hash FROM audit WHERE seq = 38)", want: "38 not what was signed"},
		"end and signature removed":         {script: "DELETE FROM audit WHERE seq > 38; DELETE FROM audit_head", want: "38 the end, and its signature is missing"},
		"end, signature and key removed":    {script: "DELETE FROM audit WHERE seq > 38; DELETE FROM audit_head; DELETE FROM secret", want: "38 the end, and its signature is missing"},
	} {
		t.Run(name, func(t *testing.T) {
			path := put(t, file)
			alter(t, path, noSeatBelt+tt.script)
			if tt.forge > 0 {
				forge(t, path, tt.forge, tt.reseal)
			}
			report, err := verify(t, path)
			if got := brokenText(report); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
			if errors.Is(err, ErrTampered) != (tt.want != "") {
				t.Errorf("error %v", err)
			}
		})
	}
}

// brokenText writes what a report found; a run of single moves as one.
func brokenText(r AuditReport) string {
	var all []string
	for i := 0; i < len(r.Broken); i++ {
		b := r.Broken[i]
		run := i
		for run+1 < len(r.Broken) && r.Broken[run+1].Seq == r.Broken[run].Seq+1 && r.Broken[run+1].Why == WhyMoved && b.Why == WhyMoved {
			run++
		}
		switch {
		case run > i+1:
			all = append(all, fmt.Sprintf("%d-%d moved, all of them", b.Seq, r.Broken[run].Seq))
			i = run
		case b.To > b.Seq:
			all = append(all, fmt.Sprintf("%d-%d %s", b.Seq, b.To, b.Why))
		default:
			all = append(all, fmt.Sprintf("%d %s", b.Seq, b.Why))
		}
	}
	return strings.Join(all, "; ")
}

// Whatever is done to the rows without the key, it shows; what is untouched
// holds.
func TestAnyTamperingShows(t *testing.T) {
	file := trail(t)
	r := rand.New(rand.NewPCG(1, 2))
	columns := []string{"at", "mono", "boot", "alg"}
	for range 60 {
		path := put(t, file)
		seq, other := 1+r.IntN(40), 1+r.IntN(40)
		if seq == other {
			other = seq%40 + 1
		}
		script := []string{
			fmt.Sprintf("DELETE FROM audit WHERE seq BETWEEN %d AND %d", min(seq, other), max(seq, other)),
			fmt.Sprintf("DELETE FROM audit WHERE seq >= %d", seq),
			fmt.Sprintf("UPDATE audit SET %s = %[1]s + 1 WHERE seq = %d", columns[r.IntN(len(columns))], seq),
			fmt.Sprintf("UPDATE audit SET body = (SELECT body FROM audit WHERE seq = %d) WHERE seq = %d", other, seq),
			fmt.Sprintf("UPDATE audit SET hash = (SELECT hash FROM audit WHERE seq = %d) WHERE seq = %d", other, seq),
			fmt.Sprintf("UPDATE audit SET seq = -1 WHERE seq = %d; UPDATE audit SET seq = %[1]d WHERE seq = %d; UPDATE audit SET seq = %[2]d WHERE seq = -1", seq, other),
			fmt.Sprintf("INSERT INTO audit SELECT 41, at, mono, boot, alg, body, hash FROM audit WHERE seq = %d", seq),
		}[r.IntN(7)]
		alter(t, path, noSeatBelt+script)
		if r.IntN(3) == 0 && !strings.Contains(script, "hash =") {
			forge(t, path, 1, false)
		}
		if _, err := verify(t, path); !errors.Is(err, ErrTampered) {
			t.Errorf("%s: %v", script, err)
		}
	}
}

// A start after a cut does not sign what is left as if nothing had been.
func TestStartNotesACut(t *testing.T) {
	file := trail(t)
	for name, script := range map[string]string{
		"end":                    "DELETE FROM audit WHERE seq > 38",
		"end and signature":      "DELETE FROM audit WHERE seq > 38; DELETE FROM audit_head",
		"end, signature and key": "DELETE FROM audit WHERE seq > 38; DELETE FROM audit_head; DELETE FROM secret",
		"damaged key":            "UPDATE secret SET sealed = zeroblob(48)",
	} {
		path := put(t, file)
		alter(t, path, noSeatBelt+script)
		s := openAt(t, path, Options{})
		save(t, s, visit(nil, now.Add(-time.Hour)))
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		report, err := verify(t, path)
		if !errors.Is(err, ErrTampered) || len(report.Broken) != 1 || !strings.HasPrefix(report.Broken[0].Why, WhyNoted) {
			t.Errorf("%s: %+v, %v", name, report.Broken, err)
		}
	}
}

// An anchor kept elsewhere shows that an older copy of the file was put back,
// and that somebody with all keys has written the trail anew.
func TestAnchor(t *testing.T) {
	file := trail(t)
	path := put(t, file)
	s := openAt(t, path, Options{})
	first, err := s.AuditAnchor(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		save(t, s, visit(nil, now.Add(-time.Hour)))
	}
	last, err := s.AuditAnchor(t.Context())
	if err != nil || last.Seq != first.Seq+3 {
		t.Fatalf("%v after %v, %v", last, first, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := verify(t, path, first, last); err != nil {
		t.Errorf("untouched: %v", err)
	}
	if report, _ := verify(t, put(t, file), first, last); brokenText(report) != "41-43 missing" {
		t.Errorf("an older copy: %s", brokenText(report))
	}
	alter(t, path, noSeatBelt+"UPDATE audit SET at = at + 1 WHERE seq = 3; DELETE FROM secret; DELETE FROM audit_head")
	forge(t, path, 1, true)
	s = openAt(t, path, Options{})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	report, _ := verify(t, path, last)
	for _, want := range []string{"43 not what was signed", "43 signed by another key", "the signing key was missing"} {
		if !strings.Contains(brokenText(report), want) {
			t.Errorf("written anew: %s", brokenText(report))
		}
	}

	back, err := ParseAnchor(last.String())
	if err != nil || back.String() != last.String() {
		t.Errorf("%v becomes %v, %v", last, back, err)
	}
	for _, text := range []string{
		"", "aidpost-audit", strings.Replace(last.String(), " 43 ", " 44 ", 1), last.String() + " x", last.String()[:40],
		strings.Replace(last.String(), "aidpost", "another", 1), strings.ToUpper(last.String()),
	} {
		if _, err := ParseAnchor(text); err == nil {
			t.Errorf("%q is taken for an anchor", text)
		}
	}
}

// A kiosk and a command line write one chain between them.
func TestTwoProgramsOneChain(t *testing.T) {
	s := openTemp(t, Options{})
	first := visit(ada(), now.Add(-time.Hour))
	save(t, s, first)
	beside, err := Open(t.Context(), s.Path(), Options{ReadOnly: true, Now: s.now, Keys: testKeys()})
	if err != nil {
		t.Fatal(err)
	}
	a := beside.Console("ada", "")
	for range 5 {
		if _, err := a.Encounter(t.Context(), first.ID); err != nil {
			t.Fatal(err)
		}
		save(t, s, visit(nil, now.Add(-time.Hour)))
		save(t, s, visit(ada(), now.Add(-time.Hour)))
	}
	if err := beside.Save(t.Context(), visit(nil, now)); !errors.Is(err, ErrReadOnly) {
		t.Errorf("saving in a store opened for reading: %v", err)
	}
	if err := beside.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Encounter(t.Context(), first.ID); !errors.Is(err, ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
	save(t, s, visit(nil, now.Add(-time.Hour)))
	report, err := s.VerifyAudit(t.Context())
	if err != nil || report.Entries != 2+5*4+1 {
		t.Errorf("%+v, %v", report, err)
	}
	boots := map[int64]int{}
	rows, err := s.db.Query("SELECT boot FROM audit")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var boot int64
		if err := rows.Scan(&boot); err != nil {
			t.Fatal(err)
		}
		boots[boot]++
	}
	if len(boots) != 2 {
		t.Errorf("boots %v", boots)
	}
}

// The end is signed often enough without anybody asking.
func TestEndIsSigned(t *testing.T) {
	s := openTemp(t, Options{})
	e := visit(nil, now.Add(-time.Hour))
	for i := range 2*signEvery + 5 {
		e.Language = fmt.Sprint("l", i)
		save(t, s, e)
	}
	report, err := s.VerifyAudit(t.Context())
	if err != nil || report.Entries-report.Signed >= signEvery {
		t.Errorf("%+v, %v", report, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if report, err := verify(t, s.Path()); err != nil || report.Signed != report.Entries {
		t.Errorf("after Close: %+v, %v", report, err)
	}
}

// A kiosk at which nobody has pressed anything for a moment has signed all that
// was done, so that cutting the plug leaves nothing to cut off.
func TestQuietKioskHasSigned(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "a.db")
		s := openAt(t, path, Options{})
		save(t, s, visit(ada(), now.Add(-time.Hour)))
		time.Sleep(2 * signAfter)
		synctest.Wait()
		if report, err := s.VerifyAudit(t.Context()); err != nil || report.Signed != report.Entries || report.Entries == 0 {
			t.Errorf("%+v, %v", report, err)
		}
		commits := s.write.commits
		time.Sleep(time.Hour)
		synctest.Wait()
		if s.write.commits != commits {
			t.Errorf("%d commits while nothing happened", s.write.commits-commits)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
}

// What a program that was cut off has left unsigned is signed by the next.
func TestNextProgramSigns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "a.db")
		s := openAt(t, path, Options{})
		save(t, s, visit(ada(), now.Add(-time.Hour)))
		s.write.key = nil // as if killed: closing cannot sign
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		s = openAt(t, path, Options{})
		time.Sleep(2 * signAfter)
		synctest.Wait()
		if report, err := s.VerifyAudit(t.Context()); err != nil || report.Signed != report.Entries || report.Entries < 2 {
			t.Errorf("%+v, %v", report, err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
}

func BenchmarkVerifyAudit(b *testing.B) {
	s := openTemp(b, Options{})
	const entries = 20_000
	err := s.record(b.Context(), func(t *tx) error {
		for range entries {
			if err := t.audit(auditEntry{Action: staff.ReadRecord, Object: NewID()}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := s.VerifyAudit(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(entries*b.N)/b.Elapsed().Seconds(), "entries/s")
}
