//go:build unix

package records

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The test binary runs itself again as another Aidpost: what it does then is
// named in this variable, the database in the other.
const (
	childTask = "AIDPOST_TEST_TASK"
	childPath = "AIDPOST_TEST_PATH"
)

func TestMain(m *testing.M) {
	if task := os.Getenv(childTask); task != "" {
		os.Exit(beChild(task, os.Getenv(childPath)))
	}
	os.Exit(m.Run())
}

// child returns the command that runs task on the database at path.
func child(t testing.TB, task, path string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), childTask+"="+task, childPath+"="+path)
	cmd.Stderr = os.Stderr
	return cmd
}

// kinds are the errors that a child tells its parent of.
var kinds = map[string]error{
	"corrupt": ErrCorrupt, "foreign": ErrForeign, "newer": ErrNewer, "read-only": ErrReadOnly,
	"full": ErrFull, "busy": ErrBusy, "disk": ErrDisk,
}

func kindOf(err error) string {
	for name, kind := range kinds {
		if errors.Is(err, kind) {
			return name
		}
	}
	return fmt.Sprint(err)
}

// beChild does task and says on standard output what came of it.
func beChild(task, path string) int {
	// Where a limit is passed the write shall fail, not the process.
	signal.Ignore(syscall.SIGXFSZ)
	s, err := Open(context.Background(), path, Options{Now: time.Now, Keys: testKeys()})
	if err != nil {
		fmt.Println("error", kindOf(err))
		return 1
	}
	switch task {
	case "open":
	case "hold":
		fmt.Println("open")
		_, _ = os.Stdin.Read(make([]byte, 1)) // until the parent lets go
	case "rotate":
		s.batch = 7
		for err == nil {
			err = s.RotateKey(context.Background(), func(rows int) { fmt.Println("sealed", rows) })
		}
		fmt.Println("error", kindOf(err))
	case "save":
		if err := saveForEver(s, false); err != nil {
			fmt.Println("error", kindOf(err))
		}
	case "correct": // two at once, so that they share commits
		ended := make(chan error, 2)
		for range 2 {
			go func() { ended <- saveForEver(s, true) }()
		}
		fmt.Println("error", kindOf(<-ended))
	}
	if err := s.Close(); err != nil {
		fmt.Println("close", kindOf(err))
	}
	return 0
}

// saveForEver saves visits of a few people and guests, correcting some if
// told, and prints each after Save has returned.
func saveForEver(s *Store, correcting bool) error {
	people := []*Patient{nil, ada(), ada()}
	for i := 0; ; i++ {
		e := visit(people[i%len(people)], time.Now().Add(-time.Hour))
		e.Observations = append(e.Observations, unique(e.Ended, 80+i%100))
		for {
			if err := s.Save(context.Background(), e); err != nil {
				return err
			}
			fmt.Println("saved", e.ID, e.Revision)
			if !correcting || e.Revision > i%3 {
				break
			}
			e.Observations[3].State = Amended
			e.Observations[3].Method = fmt.Sprint("corrected ", e.Revision)
		}
	}
}

// A saved is one acknowledgement of a child.
type saved struct {
	id       ID
	revision int
}

// heard reads a child's lines to their end: what it saved, and any error.
func heard(t testing.TB, from *bufio.Scanner) (all []saved, kind string) {
	t.Helper()
	for from.Scan() {
		word, rest, _ := strings.Cut(from.Text(), " ")
		switch word {
		case "saved":
			id, n, _ := strings.Cut(rest, " ")
			revision, err := strconv.Atoi(n)
			if err != nil {
				continue // cut off by the kill: not acknowledged
			}
			all = append(all, saved{ID(id), revision})
		case "error":
			kind = rest
		}
	}
	return all, kind
}

// checkWhole makes sure that everything acknowledged is in the store, that no
// encounter is there in part, and that the audit chain holds. It counts what was
// acknowledged and is there.
func checkWhole(t testing.TB, s *Store, acknowledged []saved) (found int) {
	t.Helper()
	for _, a := range acknowledged {
		e, err := s.EncounterRevision(context.Background(), a.id, a.revision)
		if err != nil {
			t.Fatalf("acknowledged %v: %v", a, err)
		}
		if len(e.Observations) != 5 || len(e.Observations[2].Capture) != 50 {
			t.Fatalf("acknowledged %v is not whole", a)
		}
		found++
	}
	if _, err := s.VerifyAudit(context.Background()); err != nil {
		t.Fatal(err)
	}
	for what, query := range map[string]string{
		"revisions without an outbox entry": `SELECT count(*) FROM (SELECT id, rev FROM encounter UNION ALL SELECT encounter, rev FROM encounter_rev)
			AS r LEFT JOIN outbox o ON o.encounter = r.id AND o.rev = r.rev WHERE o.seq IS NULL`,
		"outbox entries without a revision": `SELECT (SELECT count(*) FROM outbox) - (SELECT count(*) FROM encounter) - (SELECT count(*) FROM encounter_rev)`,
		"revisions numbered with gaps":      `SELECT count(*) FROM encounter e WHERE rev <> 1 + (SELECT count(*) FROM encounter_rev r WHERE r.encounter = e.id)`,
		"encounters without observations":   `SELECT count(*) FROM encounter e WHERE 5 <> (SELECT count(*) FROM observation o WHERE o.encounter = e.id)`,
		"encounters without a capture":      `SELECT count(*) FROM encounter e WHERE 1 <> (SELECT count(*) FROM capture c WHERE c.encounter = e.id)`,
		"changes without an audit entry": `SELECT (SELECT count(*) FROM audit) - (SELECT count(*) FROM encounter) - (SELECT count(*) FROM encounter_rev)
			- (SELECT count(*) FROM patient) - (SELECT count(*) FROM patient_rev)`,
	} {
		var n int
		if err := s.db.QueryRow(query).Scan(&n); err != nil || n != 0 {
			t.Fatalf("%s: %d, %v", what, n, err)
		}
	}
	return found
}
