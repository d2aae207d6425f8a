//go:build unix

package records

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"
	"time"
)

// kills is how often TestKilled kills: AIDPOST_KILLS, or a hundred times.
func kills(t *testing.T) int {
	if n, err := strconv.Atoi(os.Getenv("AIDPOST_KILLS")); err == nil {
		return n
	}
	if testing.Short() {
		return 10
	}
	return 100
}

// TestKilled lets another process save encounters and kills it at random
// moments. Everything that it had acknowledged must be there, whole.
func TestKilled(t *testing.T) {
	const perFile = 20 // kills of one growing file
	runs := kills(t)
	report := os.Getenv("AIDPOST_KILL_REPORT")
	if err := removeIfThere(report); report != "" && err != nil { // of an earlier run
		t.Fatal(err)
	}
	total, unacknowledged, found, chains := 0, 0, 0, 0
	var slowest time.Duration
	for run := 0; run < runs; {
		path := filepath.Join(t.TempDir(), "aidpost.db")
		var acknowledged []saved
		for range min(perFile, runs-run) {
			now := killOnce(t, path, time.Duration(rand.Int64N(int64(60*time.Millisecond))))
			acknowledged = append(acknowledged, now...)
			began := time.Now()
			s := openAt(t, path, Options{Now: time.Now})
			slowest = max(slowest, time.Since(began))
			checkWhole(t, s, now)
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			run++
		}
		s := openAt(t, path, Options{Now: time.Now, ReadOnly: true})
		found += checkWhole(t, s, acknowledged)
		chains++
		var there int
		err := s.db.QueryRow("SELECT (SELECT count(*) FROM encounter) + (SELECT count(*) FROM encounter_rev)").Scan(&there)
		if err != nil {
			t.Fatal(err)
		}
		total += len(acknowledged)
		unacknowledged += there - len(acknowledged)
	}
	t.Logf("%d kills: %d saves acknowledged, all there; %d more were there before they could be acknowledged; slowest reopen %v",
		runs, total, unacknowledged, slowest)
	if total == 0 {
		t.Error("nothing was ever saved: the test tests nothing")
	}
	if report != "" && !t.Failed() {
		r := killReport{
			Version: os.Getenv("AIDPOST_VERSION"), Commit: os.Getenv("AIDPOST_COMMIT"), Made: time.Now().UTC().Truncate(time.Second),
			Machine: fmt.Sprintf("%s/%s, %d processors, %s", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version()),
			Kills:   runs, Acknowledged: total, Found: found, Chains: chains, SlowestReopen: slowest.String(),
		}
		if err := r.write(report); err != nil {
			t.Error(err)
		}
	}
}

// A killReport is what TestKilled has counted. Found are the acknowledged saves that
// were read back whole, and Chains the files of which the audit trail held; what was
// lost, in part or broken ends the test before there is a report.
type killReport struct {
	Version       string    `json:"version"`
	Commit        string    `json:"commit"`
	Made          time.Time `json:"made"`
	Machine       string    `json:"machine"`
	Kills         int       `json:"kills"`
	Acknowledged  int       `json:"acknowledged"`
	Found         int       `json:"found"`
	Chains        int       `json:"chains"`
	SlowestReopen string    `json:"slowestReopen"`
}

func (r killReport) write(path string) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, append(text, '\n'), 0o644)
}

// killOnce runs a saving child for a while from its first acknowledgement (or
// not even until then) and returns what it acknowledged.
func killOnce(t *testing.T, path string, after time.Duration) []saved {
	t.Helper()
	cmd := child(t, "correct", path)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	early := rand.IntN(10) == 0 // while it opens or makes the file
	kill := func() { _ = cmd.Process.Kill() }
	var first []byte
	if early {
		time.AfterFunc(after, kill)
	} else {
		first = make([]byte, 1)
		if _, err := io.ReadFull(out, first); err != nil {
			t.Fatal(err)
		}
		time.AfterFunc(after, kill)
	}
	all, failed := heard(t, bufio.NewScanner(io.MultiReader(bytes.NewReader(first), out)))
	_ = cmd.Wait() // killed
	if failed != "" {
		t.Fatalf("the child failed: %s", failed)
	}
	return all
}

// TestKilledWhileSealing lets another process seal a file from before, and then
// replace its key over and over, and kills it at random moments. Whatever it was
// at, all is there for the next program, which carries on.
func TestKilledWhileSealing(t *testing.T) {
	runs := max(4, kills(t)/5)
	path := filepath.Join(t.TempDir(), "aidpost.db")
	s := openPlain(t, path, Options{})
	all := fillSome(t, s, 20)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	open := readFile(t, path)
	left := 0 // kills that left something to do
	for run := range runs {
		if run%2 == 0 { // not sealed yet
			if err := os.WriteFile(path, open, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		cmd := child(t, "rotate", path)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(rand.Int64N(int64(250 * time.Millisecond))))
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // killed
		s := openAt(t, path, Options{})
		checkAll(t, s, all)
		if s.KeyStatus().Rotating {
			left++
		}
		if err := s.Reseal(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		if keysInUse(t, s) != 1 {
			t.Fatalf("%d keys in use", keysInUse(t, s))
		}
		checkAll(t, s, all)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if got := found(t, filepath.Dir(path)); len(got) > 0 {
			t.Fatalf("run %d: %v", run, got)
		}
	}
	t.Logf("%d kills, %d while a key was being replaced", runs, left)
}
