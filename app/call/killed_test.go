//go:build unix

package call

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"aidpost/records"
)

// childPath has the test binary be the kiosk that is killed, with its records
// there.
const childPath = "AIDPOST_TEST_CALLS"

func TestMain(m *testing.M) {
	if path := os.Getenv(childPath); path != "" {
		if err := callForEver(path); err != nil {
			fmt.Println("failed:", err)
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}

// quickWaits are short enough for a test and long enough to be killed within.
func quickWaits() []time.Duration {
	return []time.Duration{300 * time.Millisecond, 600 * time.Millisecond, time.Hour}
}

// callForEver is a kiosk with an urgent call, an answered one and one that is
// over. It says on standard output what is on disk.
func callForEver(path string) error {
	ctx := context.Background()
	store, err := records.Open(ctx, path, records.Options{})
	if err != nil {
		return err
	}
	visitor := store.Visitor("kiosk-1")
	kept := make(chan Call, 100)
	board := New(Config{Waits: quickWaits(), Keep: func(ctx context.Context, c Call, d records.Deed) error {
		defer func() { kept <- c }()
		return visitor.KeepCall(ctx, c, d)
	}})
	over, answered := board.Raise("", Button), board.Raise("", Button)
	if err := errors.Join(board.Withdraw(over), board.Answer(answered, "Ada", nil)); err != nil {
		return err
	}
	urgent := board.Raise("", Emergency)
	board.Delivered(urgent, "screen")
	for c := range kept {
		if c.ID == urgent && !c.Delivered.IsZero() {
			fmt.Println(answered, urgent)
		}
	}
	return nil
}

// TestKilledWhileCalling kills a kiosk at which somebody waits for help. The next
// program has the calls that stood open, as they stood, the time in between
// counted, and goes on until somebody comes.
func TestKilledWhileCalling(t *testing.T) {
	path := filepath.Join(t.TempDir(), "aidpost.db")
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	kiosk := exec.Command(exe)
	kiosk.Env, kiosk.Stderr = append(os.Environ(), childPath+"="+path), os.Stderr
	out, err := kiosk.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := kiosk.Start(); err != nil {
		t.Fatal(err)
	}
	var answered, urgent records.ID
	line, err := bufio.NewReader(out).ReadString('\n')
	if _, scan := fmt.Sscan(line, &answered, &urgent); err != nil || scan != nil {
		t.Fatalf("the kiosk said %q, %v", line, errors.Join(err, scan))
	}
	if err := kiosk.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = kiosk.Wait() // killed
	time.Sleep(700 * time.Millisecond)

	store, err := records.Open(t.Context(), path, records.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	open, err := store.ResumeCalls(t.Context())
	if err != nil || len(open) != 2 || open[0].ID != answered || open[1].ID != urgent {
		t.Fatalf("open after the kill: %+v, %v", open, err)
	}
	if c := open[0]; c.By != "Ada" || c.Answered.IsZero() {
		t.Errorf("who was coming is not known any more: %+v", c)
	}
	if c := open[1]; c.Why != Emergency || c.Delivered.IsZero() {
		t.Errorf("the urgent one is %+v", c)
	}
	visitor := store.Visitor("kiosk-1")
	board := New(Config{Waits: quickWaits(), Open: open, Keep: visitor.KeepCall})
	level := func() int {
		c, _ := board.Call(urgent)
		return c.Level
	}
	for range 500 {
		if level() == 3 {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if level() != 3 {
		t.Errorf("level %d: the time of two waits has passed", level())
	}
	if err := board.Arrive(urgent, nil); err != nil {
		t.Fatal(err)
	}
	board.Close()
	open, err = store.ResumeCalls(t.Context())
	if err != nil || len(open) != 1 || open[0].ID != answered {
		t.Errorf("open in the end: %+v, %v", open, err)
	}
	var deeds []string
	err = store.Console("root", "kiosk-1").Audit(t.Context(), records.AuditFilter{}, func(e records.AuditEntry) error {
		if e.Object == urgent {
			deeds = append(deeds, e.Reason)
		}
		return nil
	})
	if err != nil || len(deeds) < 4 || deeds[0] != "arrived" || deeds[len(deeds)-1] != "called: emergency" {
		t.Errorf("on record, the newest first: %q, %v", deeds, err)
	}
}
