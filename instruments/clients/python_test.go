package clients

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"aidpost/instruments"
)

// wanted skips the test unless somebody has asked for it.
func wanted(t *testing.T) {
	t.Helper()
	if os.Getenv("AIDPOST_CLIENTS") == "" {
		t.Skip("it fetches packages; make clients runs it")
	}
}

// fetching bounds an installation; the packages of some clients are large, and a busy
// machine is slow to unpack them.
const fetching = 10 * time.Minute

// installing is how a package comes into an environment of its own. The pip of the
// system, if there is one, puts it there; another in each environment takes longer to
// install than most packages do.
func installing(ctx context.Context, system, dir, interpreter, name string) [][]string {
	install := []string{"--quiet", "--disable-pip-version-check", "install", name}
	if exec.CommandContext(ctx, system, "-m", "pip", "--python", system, "--version").Run() == nil {
		return [][]string{
			{system, "-m", "venv", "--without-pip", dir},
			append([]string{system, "-m", "pip", "--python", interpreter}, install...),
		}
	}
	return [][]string{{system, "-m", "venv", dir}, append([]string{interpreter, "-m", "pip"}, install...)}
}

// python installs the first of the packages that this machine's Python can
// import as module, and returns an interpreter that has it. Without one the
// test is skipped, with the reasons.
func python(t *testing.T, module string, packages ...string) string {
	t.Helper()
	wanted(t)
	system, err := exec.LookPath("python3")
	if err != nil {
		t.Skipf("SKIPPED: there is no python3: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), fetching)
	defer cancel()
	var reasons []string
	for _, p := range packages {
		dir := t.TempDir()
		interpreter := filepath.Join(dir, "bin", "python")
		for _, command := range append(installing(ctx, system, dir, interpreter, p), []string{interpreter, "-c", "import " + module}) {
			var out []byte
			if out, err = exec.CommandContext(ctx, command[0], command[1:]...).CombinedOutput(); err != nil {
				reasons = append(reasons, fmt.Sprintf("%s: %v: %s", p, err, lastLine(out)))
				break
			}
		}
		if err == nil {
			t.Logf("against %s", p)
			return interpreter
		}
	}
	t.Skipf("SKIPPED: no client could be installed: %q", reasons)
	return ""
}

// lastLine is where installers say what is wrong.
func lastLine(out []byte) string {
	lines := bytes.Split(bytes.TrimSpace(out), []byte("\n"))
	return string(lines[len(lines)-1])
}

// A process is a program whose standard input and output are a wire.
type process struct {
	command *exec.Cmd
	said    bytes.Buffer // on its error output
	wire    *wire
}

// start runs a program at the other end of a wire.
func start(t *testing.T, name string, args ...string) *process {
	t.Helper()
	theirIn, ourOut, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	ourIn, theirOut, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	p := &process{command: exec.CommandContext(t.Context(), name, args...), wire: &wire{in: ourIn, out: ourOut}}
	p.command.Stdin, p.command.Stdout, p.command.Stderr = theirIn, theirOut, &p.said
	if err := p.command.Start(); err != nil {
		t.Fatal(err)
	}
	theirIn.Close()
	theirOut.Close()
	t.Cleanup(func() { p.wire.Close() })
	return p
}

// wire is a port on two pipes, and a record of what came out of it.
type wire struct {
	in, out *os.File
	heard   []byte
}

var _ instruments.Port = (*wire)(nil)

func (w *wire) Read(b []byte) (int, error) {
	n, err := w.in.Read(b)
	w.heard = append(w.heard, b[:n]...)
	return n, err
}

func (w *wire) Write(b []byte) (int, error)       { return w.out.Write(b) }
func (w *wire) SetReadDeadline(t time.Time) error { return w.in.SetReadDeadline(t) }
func (w *wire) SetModemLines(dtr, rts bool) error { return nil }
func (w *wire) Discard() error                    { return nil }
func (w *wire) Close() error                      { w.in.Close(); return w.out.Close() }

// answer runs a program over an input and returns its output.
func answer(t *testing.T, input io.Reader, name string, args ...string) []byte {
	t.Helper()
	command := exec.CommandContext(t.Context(), name, args...)
	var complaint bytes.Buffer
	command.Stdin, command.Stderr = input, &complaint
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, complaint.Bytes())
	}
	return out
}
