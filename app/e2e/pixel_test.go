//go:build e2e && linux

package e2e

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestTouchToPixel measures from a command to the X server that a finger is down, and
// that it is up, until the picture on the screen is another one: the button that is
// pressed looks pressed, and the screen follows. What was measured, with the load of
// the machine, is said and not judged: nothing here says how fast the machine is.
func TestTouchToPixel(t *testing.T) {
	q := newQuiet(t)
	kiosk := q.opens(3)
	f := newFinger(t, q.screen)
	f.measure("at the start screen", contrast)
	f.startsOximeter()
	f.measure("while an oximeter streams", contrastThen)
	f.streams()
	_ = kiosk.Process.Kill()
	_ = kiosk.Wait()
	q.opens(5, "--twin", "contec-oem", "--twin", "berry-bci")
	f.startsOximeter()
	f.measure("while three oximeters stream", contrastThen)
	f.streams()
}

// A quiet is a kiosk without a voice, so that its bar has the same buttons on every
// machine, and its screen.
type quiet struct {
	t             *testing.T
	program, data string
	screen        screen
}

func newQuiet(t *testing.T) quiet {
	t.Helper()
	need(t, "Xvfb", "xdotool")
	dir := t.TempDir()
	q := quiet{t, os.Getenv("AIDPOST_PROGRAM"), filepath.Join(dir, "data"), startScreen(t)}
	if q.program == "" { // it need not be built anew
		q.program = filepath.Join(dir, "aidpost")
		run(t, nil, "go", "build", "-o", q.program, "aidpost/app")
	}
	if err := os.MkdirAll(q.data, 0o700); err != nil {
		t.Fatal(err)
	}
	site := `{"version": 1, "name": "A test", "emergency": "112", "screen": {"silent": true}}`
	if err := os.WriteFile(filepath.Join(q.data, "site.json"), []byte(site), 0o600); err != nil {
		t.Fatal(err)
	}
	return q
}

// opens starts the kiosk and waits for its instruments.
func (q quiet) opens(instruments int, more ...string) *exec.Cmd {
	q.t.Helper()
	kiosk, logged := open(q.t, q.program, q.screen.display, q.data, more...)
	logged("window open", 1)
	logged("instrument recognised", instruments)
	time.Sleep(2 * time.Second)
	return kiosk
}

// startsOximeter has the oximeter measure.
func (f *finger) startsOximeter() {
	for _, at := range []spot{oxygen, none, ready} {
		f.tap(at)
		time.Sleep(2 * time.Second)
	}
}

// The middles of what is touched, in a window of 1280 by 800: the button for contrast at
// the start screen and in a visit, and the picture of the oximeter.
var (
	contrast     = spot{1112, 53}
	contrastThen = spot{1040, 53}
	oxygen       = spot{393, 535}
)

// A finger is an xdotool that waits for commands, and the picture that the X server
// keeps in a file.
type finger struct {
	t       *testing.T
	in      io.Writer
	picture []byte
	line    int // bytes of a line of the picture
	from    int // where the picture begins
}

func newFinger(t *testing.T, s screen) *finger {
	t.Helper()
	c := exec.Command("xdotool", "-")
	c.Env = append(os.Environ(), "DISPLAY="+s.display)
	in, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = in.Close(); _ = c.Wait() })
	file, err := os.Open(s.file)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		t.Fatal(err)
	}
	data, err := syscall.Mmap(int(file.Fd()), 0, int(info.Size()), syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Munmap(data) })
	f := &finger{t: t, in: in, picture: data}
	f.from, f.line = pictureAt(data)
	return f
}

func (f *finger) does(what string, at spot) {
	f.t.Helper()
	if _, err := fmt.Fprintf(f.in, "%s\n", strings.NewReplacer("X", fmt.Sprint(at.x), "Y", fmt.Sprint(at.y)).Replace(what)); err != nil {
		f.t.Fatal(err)
	}
}

func (f *finger) tap(at spot) {
	f.t.Helper()
	f.does("mousemove X Y", at)
	time.Sleep(100 * time.Millisecond)
	f.does("mousedown 1", at)
	time.Sleep(80 * time.Millisecond)
	f.does("mouseup 1", at)
}

// around is a copy of what the screen shows around a place, of a finger's width: no
// trace runs there.
func (f *finger) around(at spot, into []byte) []byte {
	const wide, high = 48, 40
	into = into[:0]
	for y := at.y - high/2; y < at.y+high/2; y++ {
		row := f.from + y*f.line + 4*(at.x-wide/2)
		into = append(into, f.picture[row:row+4*wide]...)
	}
	return into
}

// trace is the part of the picture with the trace.
func (f *finger) trace() []byte { return f.picture[f.from+300*f.line : f.from+580*f.line] }

// streams fails if nothing has moved where the trace is: the measurement was over before
// the taps were.
func (f *finger) streams() {
	f.t.Helper()
	trace := f.trace()
	before := bytes.Clone(trace)
	time.Sleep(time.Second)
	if bytes.Equal(before, trace) {
		f.t.Error("the trace stands still")
	}
}

// until is how long it takes until the place looks different.
func (f *finger) until(what string, at spot) time.Duration {
	f.t.Helper()
	before, now := f.around(at, nil), []byte(nil)
	began := time.Now()
	f.does(what, at)
	for {
		if now = f.around(at, now); !bytes.Equal(before, now) {
			return time.Since(began)
		}
		if time.Since(began) > 10*time.Second {
			f.t.Fatalf("%s at %v changes nothing", what, at)
		}
		time.Sleep(500 * time.Microsecond)
	}
}

// measure presses and lets go a hundred times.
func (f *finger) measure(when string, at spot) {
	f.t.Helper()
	f.does("mousemove X Y", at)
	time.Sleep(time.Second)
	var down, up []time.Duration
	for range 100 {
		down = append(down, f.until("mousedown 1", at))
		time.Sleep(80 * time.Millisecond)
		up = append(up, f.until("mouseup 1", at))
		time.Sleep(250 * time.Millisecond)
	}
	load, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		f.t.Fatal(err)
	}
	f.t.Logf("%s: pressed half within %s, 99 %% within %s; changed half within %s, 99 %% within %s; load %s",
		when, share(down, 0.5), share(down, 0.99), share(up, 0.5), share(up, 0.99), strings.TrimSpace(string(load)))
}

func share(all []time.Duration, of float64) time.Duration {
	slices.Sort(all)
	return all[int(of*float64(len(all)-1))].Round(100 * time.Microsecond)
}
