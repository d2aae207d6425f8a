//go:build e2e && linux

package e2e

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestWave says how often the wave of an oximeter is painted in a real window, and what
// that takes of the processors: in threads of the program's own, and in those that draw
// where there is no graphics card. It judges only that the wave moves; how fast the
// machine is nothing here says.
func TestWave(t *testing.T) {
	q := newQuiet(t)
	kiosk := q.opens(3)
	idle := workOf(t, kiosk.Process.Pid)
	time.Sleep(5 * time.Second)
	t.Logf("at the start screen: %v", workOf(t, kiosk.Process.Pid).since(idle))
	f := newFinger(t, q.screen)
	f.startsOximeter()
	before := workOf(t, kiosk.Process.Pid)
	frames := f.frames(10 * time.Second)
	now := workOf(t, kiosk.Process.Pid)
	load, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("while an oximeter streams: %.1f frames a second, %v; load %s",
		float64(frames)/now.at.Sub(before.at).Seconds(), now.since(before), bytes.TrimSpace(load))
	f.streams()
}

// frames counts how often the trace is another one, by one line of the screen: the
// pen crosses each. Of several some could be of one frame and some of the next, while
// the X server copies it, and that would count twice.
func (f *finger) frames(during time.Duration) (n int) {
	trace := f.trace()
	line := trace[len(trace)/f.line/2*f.line:][:f.line]
	before := bytes.Clone(line)
	for began := time.Now(); time.Since(began) < during; time.Sleep(time.Millisecond) {
		if !bytes.Equal(before, line) {
			n++
			copy(before, line)
		}
	}
	return n
}

// A work is for how long a program's own threads, and those that draw for it, have been
// on a processor.
type work struct {
	at           time.Time
	own, drawing time.Duration
}

// workOf asks the system. The threads of the renderer that needs no graphics card have
// its name.
func workOf(t *testing.T, pid int) work {
	t.Helper()
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", pid))
	if err != nil || len(threads) == 0 {
		t.Fatal("the program has no threads: ", err)
	}
	w := work{at: time.Now()}
	for _, thread := range threads {
		text, err := os.ReadFile(thread)
		if err != nil {
			continue // it has ended
		}
		name, rest, _ := strings.Cut(string(text), ") ")
		var took time.Duration
		for _, f := range strings.Fields(rest)[11:13] { // utime and stime, in hundredths of a second
			n, err := strconv.Atoi(f)
			if err != nil {
				t.Fatal(err)
			}
			took += time.Duration(n) * 10 * time.Millisecond
		}
		if strings.Contains(name, "llvmpipe") {
			w.drawing += took
		} else {
			w.own += took
		}
	}
	return w
}

// since says what share of a core went by.
func (w work) since(before work) string {
	share := func(d time.Duration) float64 { return 100 * d.Seconds() / w.at.Sub(before.at).Seconds() }
	return fmt.Sprintf("own threads %.0f %% and drawing %.0f %% of one core", share(w.own-before.own), share(w.drawing-before.drawing))
}
