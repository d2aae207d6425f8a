package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"aidpost/instruments/simulated"
)

// asProgram tells a copy of the test binary to be aidpost.
const asProgram = "AIDPOST_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) == "" {
		flag.Parse()
		// Most tests here wait for an instrument, not for a processor.
		if f := flag.Lookup("test.parallel"); f.Value.String() == f.DefValue {
			_ = f.Value.Set("8")
		}
		os.Exit(m.Run())
	}
	os.Exit(Run(context.Background(), os.Args[1:], Env{
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Getenv: os.Getenv, System: "linux",
	}))
}

// startProgram starts aidpost as a process of its own.
func startProgram(t *testing.T, stdin string, args ...string) (*exec.Cmd, io.Reader) {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program := exec.Command(exe, args...)
	program.Env = append(os.Environ(), asProgram+"=1", "TZ=UTC", "AIDPOST_KEY_FILE="+filepath.Join(t.TempDir(), "records.key"))
	program.Stdin, program.Stderr = strings.NewReader(stdin), os.Stderr
	out, err := program.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := program.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = program.Process.Kill()
		_ = program.Wait() // killed on purpose
	})
	return program, out
}

// cuffOnPty is the twin of a cuff module on a pseudo-terminal, at the speed of
// life.
func cuffOnPty(t *testing.T) (cuff *simulated.SunTech, path string) {
	t.Helper()
	pty, err := simulated.OpenPty()
	if err != nil {
		t.Fatal(err)
	}
	cuff = simulated.NewSunTech(simulated.Options{})
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- cuff.Run(ctx, pty) }()
	t.Cleanup(func() {
		stop()
		pty.Close()
		<-ended
	})
	return cuff, pty.Path
}

// killWhileTight starts a reading, kills it the moment the cuff is tight, and
// frees the port, as that of a real cable is when its last holder dies.
func killWhileTight(t *testing.T, cuff *simulated.SunTech, path string) {
	t.Helper()
	tty, err := os.OpenFile(path, os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer tty.Close()
	program, out := startProgram(t, "", "read", "--port", path, "--model", cuff.Model(), "--samples")
	for lines := bufio.NewScanner(out); lines.Scan(); {
		var s struct {
			Pressure int `json:"cuff_pressure"`
		}
		if json.Unmarshal(lines.Bytes(), &s) == nil && s.Pressure > 60 {
			break
		}
	}
	if err := program.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = program.Wait() // its error is the kill
	if err := unix.IoctlSetInt(int(tty.Fd()), unix.TIOCNXCL, 0); err != nil {
		t.Fatal(err)
	}
	if p := cuff.Pressure(); p <= 60 {
		t.Fatalf("killed at %d mmHg: the test tests nothing", p)
	}
}

// TestKilledWhileInflating: a program that is killed can let nothing go, but
// the next one does, before anything else and without being told.
func TestKilledWhileInflating(t *testing.T) {
	t.Parallel()
	cuff, path := cuffOnPty(t)
	killWhileTight(t, cuff, path)
	before := cuff.Tally().Aborts // of a cuff at rest, before it was started

	o := runEnv(t.Context(), t, live(), "instruments", "--attached", "--port", path)
	if o.code != ExitOK || !strings.Contains(o.stdout, cuff.Model()) || cuff.Tally().Aborts != before || cuff.Pressure() <= 60 {
		t.Fatalf("a list of what is attached touched the cuff: %+v, now at %d mmHg", o, cuff.Pressure())
	}

	began := time.Now()
	// Nobody is measured before five minutes of rest are over.
	startProgram(t, "measure blood-pressure\n", "visit", "--script", "-", "--port", path, "--data", t.TempDir())
	for cuff.Pressure() >= 15 && time.Since(began) < 10*time.Second {
		time.Sleep(50 * time.Millisecond)
	}
	if p, tally := cuff.Pressure(), cuff.Tally(); p >= 15 || tally.Aborts == before || tally.Starts != 1 || tally.Forbidden != 0 {
		t.Errorf("left at %d mmHg after %+v", p, tally)
	}
	t.Logf("empty %v after the next program was started", time.Since(began).Round(100*time.Millisecond))
}
