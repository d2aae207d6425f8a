//go:build e2e && linux

package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
)

// tick is how often the toolkit looks whether to paint, in milliseconds.
const tick = 1000.0 / 60

// TestScrolling moves a list of 100,000 people in a real window. A frame of it, drawn
// without a graphics card, takes less of the processors than 60 of them a second leave;
// how far apart they are is told, too, and is of a machine with nothing else to do.
func TestScrolling(t *testing.T) {
	need(t, "Xvfb")
	program := filepath.Join(t.TempDir(), "scrolling")
	run(t, nil, "go", "build", "-tags", "e2e", "-o", program, "aidpost/app/e2e/scrolling")
	display := serveDisplay(t)
	c := exec.Command(program)
	c.Env = append(clean(os.Environ()), "DISPLAY="+display, "LANG=en_US.UTF-8")
	said, err := c.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	t.Logf("%s", said)
	var frames int
	var median, slow, own, processor float64
	if _, err := fmt.Sscanf(string(said), "frames %d median %f p99 %f own %f processor %f", &frames, &median, &slow, &own, &processor); err != nil {
		t.Fatalf("%s: %v", said, err)
	}
	if most := tick * float64(runtime.NumCPU()); processor > most { // a renderer in software uses all
		t.Errorf("each of %d frames took %.1f ms of the processors; there are %.1f", frames, processor, most)
	}
}
