package capture_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/capture"
	"aidpost/instruments/catalogue"
	"aidpost/instruments/simulated"
)

var update = flag.Bool("update", false, "capture the simulated instruments that have no capture yet, and write down what every driver reads")

// contact is short, to keep the captures of live streams small.
const contact = 10 * time.Second

// TestRegression: every driver reads out of its captures what it always read.
// Beside those of simulated instruments there may be captures of real ones.
func TestRegression(t *testing.T) {
	if *update {
		for _, id := range simulated.Twins() {
			if _, err := os.Stat(twinFile(id)); errors.Is(err, fs.ErrNotExist) {
				t.Run("capture "+id, func(t *testing.T) { captureTwin(t, id) })
			}
		}
	}
	files, err := filepath.Glob("testdata/*.capture")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	captured := map[string]bool{}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			s := readFile(t, file)
			captured[s.Model] = true
			got := replayed(t, s, capture.RealSpeed)
			if fast := replayed(t, s, capture.FullSpeed); !sameValues(fast, got) {
				t.Errorf("at full speed\n%s\nat real speed\n%s", fast, got)
			}
			golden := strings.TrimSuffix(file, ".capture") + ".want"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil || got != string(want) {
				t.Errorf("read\n%s\nwant\n%s (%v)", got, want, err)
			}
		})
	}
	for _, d := range catalogue.Drivers() {
		m := d.Model()
		if _, err := simulated.New(m.ID, simulated.Options{}); err == nil && !captured[m.ID] {
			t.Errorf("there is no capture of %s; run this test with -update", m.ID)
		}
	}
}

func readFile(t *testing.T, file string) *capture.Session {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	s, err := capture.Read(f)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// twinFile is where the capture of a twin is kept. Remove it to capture anew.
func twinFile(id string) string { return filepath.Join("testdata", id+".capture") }

// captureTwin writes down one reading of a twin, in virtual time.
func captureTwin(t *testing.T, id string) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(time.Date(2026, time.March, 10, 9, 30, 15, 0, time.UTC)))
		twin, err := simulated.New(id, simulated.Options{Seed: 11})
		if err != nil {
			t.Fatal(err)
		}
		driver, ok := catalogue.Find(id)
		if !ok {
			t.Fatalf("no driver for %s", id)
		}
		var out bytes.Buffer
		host, wire := instruments.Pipe()
		ctx, cancel := context.WithCancel(t.Context())
		var run sync.WaitGroup
		run.Go(func() { _ = twin.Run(ctx, simulated.Paced(wire, twin.Line())) })
		job := instruments.Job{Since: time.Now().Add(-time.Minute), Contact: contact}
		r := capture.NewRecorder(&out, capture.HeaderOf(driver.Model(), job), nil)
		err = driver.Measure(ctx, r.Port(host), job, func(instruments.Event) {})
		cancel()
		host.Close()
		run.Wait()
		if err != nil || r.Err() != nil {
			t.Fatal(err, r.Err())
		}
		if err := os.WriteFile(twinFile(id), out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	})
}

// replayed lists what the driver reads out of s.
func replayed(t *testing.T, s *capture.Session, pace capture.Pace) string {
	t.Helper()
	driver, ok := catalogue.Find(s.Model)
	if !ok {
		t.Fatalf("no driver for %s", s.Model)
	}
	var b strings.Builder
	synctest.Test(t, func(t *testing.T) {
		err := capture.Replay(t.Context(), driver, s, pace, func(e instruments.Event) {
			if r, ok := e.(*instruments.Reading); ok {
				writeReading(&b, r)
			}
		})
		fmt.Fprintf(&b, "ended with %q\n", instruments.CodeOf(err))
	})
	return b.String()
}

// sameValues compares all but the lines that tell when.
func sameValues(a, b string) bool {
	values := func(s string) (kept []string) {
		for line := range strings.Lines(s) {
			if !strings.HasPrefix(line, "taken ") {
				kept = append(kept, line)
			}
		}
		return kept
	}
	return slices.Equal(values(a), values(b))
}

func writeReading(b *strings.Builder, r *instruments.Reading) {
	size := 0
	for _, f := range r.Capture {
		size += len(f.Bytes)
	}
	fmt.Fprintf(b, "%s", r.Panel)
	for _, v := range r.Values {
		fmt.Fprintf(b, ", %s %s", v.Measure, v.Quantity)
	}
	fmt.Fprintf(b, "\nmeal %q, flags %q, record %q, serial %q\n", r.Meal, r.Flags, r.Record, r.Identity.Serial)
	fmt.Fprintf(b, "taken %s, instrument %s, drift %s\n", stamp(r.Taken), stamp(r.InstrumentTime), r.Drift)
	fmt.Fprintf(b, "captured %d frames of %d bytes\n", len(r.Capture), size)
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return "none"
	}
	return t.UTC().Format("2006-01-02T15:04:05.999999Z")
}
