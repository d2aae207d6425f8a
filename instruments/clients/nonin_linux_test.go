package clients

import (
	"bytes"
	"context"
	"encoding/json"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/nonin"
	"aidpost/instruments/simulated"
)

var noninPackages = []string{"nonin==0.2.4"}

// A noninFrame is what both tell of a frame in data format 2.
type noninFrame struct {
	Pleth                      int // half of what is on the wire
	Beat, OutOfTrack, NoFinger bool
}

// A listener keeps what a twin says.
type listener struct {
	simulated.Twin
	mu   sync.Mutex
	said []byte
}

func (l *listener) Run(ctx context.Context, wire instruments.Port) error {
	return l.Twin.Run(ctx, &mouth{wire, l})
}

type mouth struct {
	instruments.Port
	to *listener
}

func (m *mouth) Write(b []byte) (int, error) {
	m.to.mu.Lock()
	defer m.to.mu.Unlock()
	m.to.said = append(m.to.said, b...)
	return m.Port.Write(b)
}

// TestNoninClient: the package nonin reads of our twin, over a pseudo-terminal, frame for
// frame what our driver reads, before there is a finger and with one.
func TestNoninClient(t *testing.T) {
	python := python(t, "nonin.device", noninPackages...)
	const frames = 750
	twin := &listener{Twin: simulated.NewNonin2(simulated.Options{Seed: 7, Speed: 5})}
	var theirs []noninFrame
	over(t, twin, func(ctx context.Context, path string) {
		ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
		defer cancel()
		var complaint strings.Builder
		command := exec.CommandContext(ctx, python, "testdata/oximeter.py", path, strconv.Itoa(frames))
		command.Stderr = &complaint
		out, err := command.Output()
		if err != nil {
			t.Fatalf("%v: %s", err, complaint.String())
		}
		theirs = noninFrames(t, out)
	})
	var ours []noninFrame
	err := nonin.Format2().Decode(bytes.NewReader(twin.said), instruments.Job{Now: noon}, func(e instruments.Event) {
		if s, ok := e.(*instruments.PlethSample); ok {
			ours = append(ours, noninFrame{int(s.Pleth), s.Beat, s.Searching, s.FingerOut})
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	for from := range ours {
		if to := from + len(theirs); to <= len(ours) && slices.Equal(ours[from:to], theirs) {
			t.Logf("both read the same %d frames", len(theirs))
			return
		}
	}
	t.Errorf("their %d frames are not among our %d: %+v", len(theirs), len(ours), theirs[:min(len(theirs), 50)])
}

// noninFrames reads what the script has written.
func noninFrames(t *testing.T, out []byte) (list []noninFrame) {
	t.Helper()
	for line := range bytes.Lines(out) {
		var f struct {
			PPG          int
			Perfusion    int `json:"Perfusion Amplitude"`
			Alarm        int `json:"Sensor Alarm"`
			OutOfTrack   int `json:"Out Of Track"`
			Disconnected int `json:"Sensor disconnect"`
		}
		if err := json.Unmarshal(line, &f); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		list = append(list, noninFrame{f.PPG >> 1, f.Perfusion > 0, f.OutOfTrack > 0, f.Alarm+f.Disconnected > 0})
	}
	return list
}
