//go:build e2e && linux

package e2e

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The settings of the day's kiosk: one screen for patients and staff, no rest and
// one reading where a real one takes half an hour a person, and a meter that the
// place lends.
const (
	daySite = `{
  "version": 1, "name": "Corner Pharmacy", "location": "Waiting area", "emergency": "112",
  "screen": {"shared": true, "askSeconds": 300},
  "protocol": "day.json",
  "sharing": {"meters": ["onetouch-ultra2"], "approvedBy": "Dr. A. Example"},
  "cleaning": [{"instrument": "onetouch-ultra2", "with": "Super Sani-Cloth", "wetSeconds": 0}]
}`
	dayProtocol = `{
  "id": "day", "title": "One reading, for a test", "rest": "0s", "readings": 1, "interval": "1s", "maxInflations": 5,
  "useLast": 1, "spreadLimit": {"value": "10", "unit": "mm[Hg]"}, "bothArms": false, "source": "for a test"
}`
)

// A twin is a simulated instrument on a port, which is a link to its terminal.
type twin struct {
	t       *testing.T
	program string
	model   string
	port    string
	speed   int
	run     *exec.Cmd
}

// plug starts the instrument and puts its cable into the port.
func (w *twin) plug() {
	w.t.Helper()
	w.run = exec.Command(w.program, "simulate", w.model, "--speed", strconv.Itoa(w.speed), "--zone", "UTC")
	out, err := w.run.StdoutPipe()
	if err != nil {
		w.t.Fatal(err)
	}
	if err := w.run.Start(); err != nil {
		w.t.Fatal(err)
	}
	path, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		w.t.Fatalf("simulating %s: %v", w.model, err)
	}
	_ = os.Remove(w.port)
	if err := os.Symlink(strings.TrimSpace(path), w.port); err != nil {
		w.t.Fatal(err)
	}
}

// pull pulls the cable.
func (w *twin) pull() {
	w.t.Helper()
	_ = os.Remove(w.port)
	_ = w.run.Process.Kill()
	_ = w.run.Wait()
}

// A colleague is a member of staff.
type colleague struct{ name, role, badge, first, pin string }

// dayStaff are the administrator, who makes the others' accounts, and those.
var dayStaff = []colleague{
	{"Amina Haddad", "administrator", "amina-2041", "", deskPIN},
	{"Bo Lindqvist", "supervisor", "bo-3077", "917264", "480913"},
}

// A patient is a person of the day.
type patient struct {
	given, family, born, card string
}

// dayPatient is the ith of them.
func dayPatient(i int) patient {
	given := []string{"Fatima", "Nyota", "Kwame", "Jonas", "Priya", "Marek", "Ines", "Tomas"}
	family := []string{"Mwangi", "Mensah", "Berger", "Okafor", "Novak", "Silva", "Kowalski", "Rahman", "Olsen"}
	return patient{
		given: given[i%len(given)], family: family[i%len(family)], // no two have both alike in the first 72
		born: fmt.Sprintf("%02d%02d%d", 1+i%28, 1+i%12, 1940+i), card: fmt.Sprint(10000 + 37*i),
	}
}

// A day is the kiosk of a test with what is around it.
type day struct {
	hand
	program, data string
	tray          tray
	twins         map[string]*twin
	stop          func() // of the kiosk
	printed       int    // papers that came out so far
	faults        int    // that were got over
	in            bool   // staff have the screen
}

// openDay starts the kiosk with its instruments and its print queue.
func openDay(t *testing.T) *day {
	t.Helper()
	dir := t.TempDir()
	d := &day{program: filepath.Join(dir, "aidpost"), data: filepath.Join(dir, "data"), tray: newTray(t), twins: map[string]*twin{}}
	if built := os.Getenv("AIDPOST_PROGRAM"); built != "" { // it need not be built anew
		d.program = built
	} else {
		run(t, nil, "go", "build", "-o", d.program, "aidpost/app")
	}
	if err := os.MkdirAll(d.data, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"site.json": daySite, "day.json": dayProtocol} {
		if err := os.WriteFile(filepath.Join(d.data, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	screen := startScreenOf(t, "1366x768")
	d.hand = hand{typist{t: t, display: screen.display, key: 70 * time.Millisecond, rest: 250 * time.Millisecond}, screen, shotsFolder(t)}
	args := []string{"--data", d.data, "--lang", "en", "--zone", "UTC"}
	for model, speed := range map[string]int{"suntech-advantage": 4, "contec-cms50d-plus": 8, "onetouch-ultra2": 4} {
		w := &twin{t: t, program: d.program, model: model, port: filepath.Join(dir, model), speed: speed}
		w.plug()
		t.Cleanup(w.pull)
		d.twins[model] = w
		args = append(args, "--port", w.port+"="+model)
	}
	for _, v := range d.tray.env() {
		name, value, _ := strings.Cut(v, "=")
		t.Setenv(name, value)
	}
	kiosk, logged := start(t, screen.display, d.data, d.program, args...)
	logged("window open", 1)
	logged("instrument recognised", len(d.twins))
	d.stop = func() {
		t.Helper()
		if err := kiosk.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		if err := kiosk.Wait(); err != nil {
			t.Errorf("the kiosk ended with %v", err)
		}
	}
	return d
}

// An ask is a verb of the command line in the hands of the administrator.
type ask struct {
	d    *day
	args []string
}

func (d *day) asked(args ...string) ask { return ask{d, args} }

// with runs it with more lines to read, and returns what it says.
func (a ask) with(lines ...string) []byte {
	a.d.t.Helper()
	c := exec.Command(a.d.program, append(a.args, "--data", a.d.data)...)
	c.Env = append(os.Environ(), keyOf(a.d.data))
	c.Stdin = strings.NewReader(strings.Join(append([]string{dayStaff[0].badge, dayStaff[0].pin}, lines...), "\n") + "\n")
	var trouble bytes.Buffer
	c.Stderr = &trouble
	out, err := c.Output()
	if err != nil {
		a.d.t.Fatalf("aidpost %s: %v\n%s", strings.Join(a.args, " "), err, &trouble)
	}
	return out
}
