package crowd

import (
	"flag"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"runtime/debug"
	"strconv"
	"testing"
	"testing/synctest"
	"time"
)

var loyal = flag.Int("loyal", 30, "how many people come to the one kiosk that is weighed")

// mostGrowth is what the heap may have grown by between the tenth visit and the
// last, in bytes: who is in the records now is known by name.
const mostGrowth = 2 << 20

// weighed is in the environment of the process that is weighed.
const weighed = "AIDPOST_WEIGHED"

// TestMemory weighs one kiosk after ten visits and after many, in a process of
// its own: Fyne's caches go by the time, which goes another way in each test.
func TestMemory(t *testing.T) {
	if os.Getenv(weighed) == "" {
		again := exec.Command(os.Args[0], "-test.run=^TestMemory$", "-test.v", "-loyal", strconv.Itoa(*loyal), "-seed", strconv.FormatUint(*first, 10))
		again.Env = append(os.Environ(), weighed+"=1")
		said, err := again.CombinedOutput()
		t.Logf("%s", said)
		if err != nil {
			t.Error(err)
		}
		return
	}
	synctest.Test(t, func(t *testing.T) {
		h := openHall(t, *first)
		defer h.close()
		var early weight
		for h.came < *loyal {
			h.came++
			h.comes(h.came).visits()
			if t.Failed() {
				t.Fatalf("seed %d", *first)
			}
			h.forget()
			if h.came == 10 {
				early = h.weigh()
			}
		}
		late := h.weigh()
		t.Logf("after 10 visits %d KiB of heap and %d KiB resident, after %d visits %d and %d",
			early.heap>>10, early.resident>>10, h.came, late.heap>>10, late.resident>>10)
		if late.heap > early.heap+mostGrowth {
			t.Errorf("the heap has grown from %d to %d bytes", early.heap, late.heap)
		}
	})
}

// A weight is what a program takes of the memory.
type weight struct{ heap, resident int }

// weigh returns what is still in use once all garbage is gone.
func (h *hall) weigh() weight {
	h.pass(2 * time.Minute) // for which Fyne keeps what nobody looks at
	h.forget()
	runtime.GC()
	debug.FreeOSMemory()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return weight{int(m.HeapAlloc), resident()}
}

var residentLine = regexp.MustCompile(`(?m)^VmRSS:\s+(\d+) kB$`)

// resident is what the system says; 0 where it does not tell.
func resident() int {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	line := residentLine.FindSubmatch(status)
	if line == nil {
		return 0
	}
	n, err := strconv.Atoi(string(line[1]))
	if err != nil {
		return 0
	}
	return n << 10
}
