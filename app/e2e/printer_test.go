//go:build e2e && linux

package e2e

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// The commands of a print service are this test binary under their names: the
// program runs them from its PATH. What they know is in a folder: a file job-N.pdf
// for each paper, job-N.out once it came out, and gone while the printer is.
const trayVariable = "AIDPOST_E2E_TRAY"

func TestMain(m *testing.M) {
	if tray := os.Getenv(trayVariable); tray != "" {
		switch name := filepath.Base(os.Args[0]); name {
		case "lp", "lpstat", "cancel":
			os.Exit(printCommand(tray, name, os.Args[1:]))
		}
	}
	os.Exit(m.Run())
}

const queueName = "office"

// A tray is a print queue whose papers a test can look at.
type tray struct {
	dir string // of the papers
	bin string // of the commands
}

func newTray(t *testing.T) tray {
	t.Helper()
	p := tray{t.TempDir(), t.TempDir()}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"lp", "lpstat", "cancel"} {
		if err := os.Symlink(self, filepath.Join(p.bin, name)); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

// env has a program find the commands.
func (p tray) env() []string {
	return []string{trayVariable + "=" + p.dir, "PATH=" + p.bin + string(os.PathListSeparator) + os.Getenv("PATH")}
}

// papers returns the papers that came out, in order.
func (p tray) papers(t *testing.T) (list []string) {
	t.Helper()
	for n := 1; ; n++ {
		if _, err := os.Stat(p.file(n, "pdf")); err != nil {
			return list
		}
		if _, err := os.Stat(p.file(n, "out")); err == nil {
			list = append(list, p.file(n, "pdf"))
		}
	}
}

// vanish has the printer go away once it has the next paper, come have it come
// back.
func (p tray) vanish() error { return os.WriteFile(filepath.Join(p.dir, "gone"), nil, 0o600) }
func (p tray) come() error   { return os.Remove(filepath.Join(p.dir, "gone")) }

func (p tray) file(n int, kind string) string {
	return filepath.Join(p.dir, fmt.Sprintf("job-%d.%s", n, kind))
}

func (p tray) has(n int, kind string) bool {
	_, err := os.Stat(p.file(n, kind))
	return err == nil
}

// printCommand answers as CUPS 2.4 does.
func printCommand(dir, name string, args []string) int {
	p := tray{dir: dir}
	line := strings.Join(args, " ")
	switch {
	case name == "lp":
		return p.take(os.Stdin)
	case name == "cancel":
		if _, number, ok := strings.Cut(line, queueName+"-"); ok {
			if n, err := strconv.Atoi(number); err == nil && !p.has(n, "out") {
				_ = os.WriteFile(p.file(n, "cancelled"), nil, 0o600)
				return 0
			}
		}
		fmt.Fprintln(os.Stderr, "cancel: cancel-job failed: Job is already completed - can't cancel.")
		return 1
	case line == "-l -p":
		p.printer()
	case line == "-a":
		fmt.Println(queueName + " accepting requests since Fri Nov 27 08:00:00 2026")
	case line == "-d":
		fmt.Println("system default destination: " + queueName)
	case strings.HasPrefix(line, "-W not-completed"):
		p.jobs(strings.Contains(line, "-l"), false)
	case strings.HasPrefix(line, "-W completed"):
		p.jobs(true, true)
	}
	return 0
}

// take is lp: the paper comes out at once, unless the printer is gone.
func (p tray) take(pdf io.Reader) int {
	data, err := io.ReadAll(pdf)
	if err != nil || !bytes.HasPrefix(data, []byte("%PDF-")) {
		fmt.Fprintln(os.Stderr, "lp: Error - unsupported document.")
		return 1
	}
	n := 1
	for p.has(n, "pdf") {
		n++
	}
	if err := os.WriteFile(p.file(n, "pdf"), data, 0o600); err != nil {
		return 1
	}
	fmt.Printf("request id is %s-%d (0 file(s))\n", queueName, n)
	return 0
}

func (p tray) gone() bool {
	_, err := os.Stat(filepath.Join(p.dir, "gone"))
	return err == nil
}

func (p tray) printer() {
	head, said, alerts := "is idle.  enabled since", "", "none"
	if p.gone() {
		head, said, alerts = "now printing "+queueName+"-1.  enabled since", "\tThe printer is not responding.\n", "offline-report"
	}
	fmt.Printf("printer %s %s Fri Nov 27 08:00:00 2026\n%s\tForm mounted:\n\tContent types: any\n\tPrinter types: unknown\n"+
		"\tDescription: d\n\tAlerts: %s\n\tLocation: \n\tConnection: direct\n", queueName, head, said, alerts)
}

// jobs lists those that are under way, or those that have ended. One comes out
// when somebody asks for it.
func (p tray) jobs(long, ended bool) {
	for n := 1; p.has(n, "pdf"); n++ {
		cancelled := p.has(n, "cancelled")
		if !p.gone() && !cancelled {
			_ = os.WriteFile(p.file(n, "out"), nil, 0o600)
		}
		if (p.has(n, "out") || cancelled) != ended {
			continue
		}
		fmt.Printf("%s-%d  root  18432  Fri Nov 27 08:00:00 2026\n", queueName, n)
		if !long {
			continue
		}
		status, alerts := "", "processing-to-stop-point"
		switch {
		case cancelled:
			alerts = "job-canceled-by-user"
		case !ended:
			status, alerts = "The printer is not responding.", "job-printing"
		}
		fmt.Printf("\tStatus: %s\n\tAlerts: %s\n\tqueued for %s\n", status, alerts, queueName)
	}
}
