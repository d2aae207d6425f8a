//go:build linux

package clients

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/catalogue"
	"aidpost/instruments/serialport"
	"aidpost/instruments/simulated"
	"aidpost/records/vitals"
)

// theirs names the driver of glucometerutils for each model that it knows, too.
var theirs = map[string]string{
	"onetouch-ultra2":         "otultra2",
	"onetouch-ultraeasy":      "otultraeasy",
	"onetouch-verioiq":        "otverioiq",
	"sd-codefree":             "sdcodefree",
	"taidoc-td42xx":           "td42xx",
	"menarini-glucomen-areo":  "glucomenareo",
	"abbott-freestyle-optium": "fsoptium",
	"abbott-freestyle-lite":   "fsfreedomlite",
}

// glucometerutils returns a Python that has it. No package index does, so it is
// used where somebody has installed it.
func glucometerutils(t *testing.T) string {
	t.Helper()
	wanted(t)
	var tried []string
	for _, name := range []string{os.Getenv("AIDPOST_PYTHON"), "python3"} {
		path, err := exec.LookPath(name)
		if err != nil {
			continue
		}
		tried = append(tried, path)
		if exec.CommandContext(t.Context(), path, "-c", "import glucometerutils.driver, serial").Run() == nil {
			return path
		}
	}
	t.Skipf("SKIPPED: %q cannot import glucometerutils, which is in no package index: install "+
		"https://github.com/glucometers-tech/glucometerutils with its extras into a virtual environment and name its "+
		"interpreter in AIDPOST_PYTHON", tried)
	return ""
}

// A record is what both read of a result; the last one of theirs says when they
// had all, in seconds since 1970.
type record struct {
	At    string
	Value float64
	Meal  string
	Ended float64 `json:"ended"`
}

// TestGlucometerutils reads the same full memory of the same twin with
// glucometerutils and with our driver, over a pseudo-terminal and at the pace
// of the machine. Both read the same, record for record. How long each takes,
// from the first byte on the wire to the last result, is logged with the ratio.
func TestGlucometerutils(t *testing.T) {
	python := glucometerutils(t)
	for id, driver := range theirs {
		t.Run(id, func(t *testing.T) {
			twin := fullMeter(t, id)
			var ours, others []record
			var oursTook, othersTook time.Duration
			const rounds = 3 // the fastest of each tells most
			for range rounds {
				var took time.Duration
				others, took = theyRead(t, twin, python, driver)
				othersTook = shorter(othersTook, took)
				ours, took = weRead(t, twin, id)
				oursTook = shorter(oursTook, took)
			}
			if id == "onetouch-verioiq" { // whose mark is in every published capture the same, so it is not believed
				others = unmarked(others)
			}
			if !slices.Equal(ours, others) {
				t.Errorf("%d records here, %d there; the first that differ: %s", len(ours), len(others), firstDifference(ours, others))
			}
			t.Logf("%d records: %s here, %s there, %.1f times as fast",
				len(ours), oursTook.Round(100*time.Microsecond), othersTook.Round(100*time.Microsecond), float64(othersTook)/float64(oursTook))
		})
	}
}

func unmarked(list []record) []record {
	for i := range list {
		list[i].Meal = meals[vitals.MealUnknown]
	}
	return list
}

func shorter(a, b time.Duration) time.Duration {
	if a == 0 {
		return b
	}
	return min(a, b)
}

func firstDifference(a, b []record) string {
	for i := range max(len(a), len(b)) {
		if i >= len(a) || i >= len(b) || a[i] != b[i] {
			return fmt.Sprintf("number %d: %+v, %+v", i, a[i:min(i+1, len(a))], b[i:min(i+1, len(b))])
		}
	}
	return "none"
}

// A filled twin is one whose memory a test can fill.
type filled interface {
	simulated.Twin
	Clear()
	AddResult(simulated.Result)
}

// fewer are how many results are enough where glucometerutils cannot take more:
// it adds up the sum of an Optium without end, and waits for silence after each
// frame of the others.
var fewer = map[string]int{
	"abbott-freestyle-optium": 24, "onetouch-verioiq": 24, "onetouch-ultraeasy": 24, "taidoc-td42xx": 24,
}

// fullMeter returns a twin that answers at once.
func fullMeter(t *testing.T, id string) filled {
	t.Helper()
	twin, err := simulated.New(id, simulated.Options{Now: noon, Speed: 1e6})
	if err != nil {
		t.Fatal(err)
	}
	m := twin.(filled)
	m.Clear()
	meals := []vitals.Meal{vitals.MealUnknown, vitals.BeforeMeal, vitals.AfterMeal}
	most := 250
	if n, ok := fewer[id]; ok {
		most = n
	}
	for i := range most {
		m.AddResult(simulated.Result{At: noon().Add(time.Duration(i-most) * 97 * time.Minute), MgPerDL: 40 + i, Meal: meals[i%len(meals)]})
	}
	return m
}

// over runs use while the twin is on a pseudo-terminal. It returns when the first
// byte crossed that.
func over(t *testing.T, twin simulated.Twin, use func(ctx context.Context, path string)) (began time.Time) {
	t.Helper()
	pty, err := simulated.OpenPty()
	if err != nil {
		t.Fatal(err)
	}
	w := &stopwatch{Port: pty.Port}
	ctx, cancel := context.WithCancel(t.Context())
	var run sync.WaitGroup
	run.Go(func() { _ = twin.Run(ctx, w) })
	use(ctx, pty.Path)
	cancel()
	pty.Port.Close()
	run.Wait()
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.first
}

// theyRead has glucometerutils read the twin.
func theyRead(t *testing.T, twin simulated.Twin, python, driver string) (list []record, took time.Duration) {
	t.Helper()
	began := over(t, twin, func(ctx context.Context, path string) {
		ctx, cancel := context.WithTimeout(ctx, time.Minute)
		defer cancel()
		var complaint strings.Builder
		command := exec.CommandContext(ctx, python, "testdata/meter.py", driver, path)
		command.Stderr = &complaint
		out, err := command.Output()
		if err != nil {
			t.Fatalf("%v: %s", err, complaint.String())
		}
		for d := json.NewDecoder(strings.NewReader(string(out))); ; {
			var r record
			if err := d.Decode(&r); errors.Is(err, io.EOF) {
				return
			} else if err != nil {
				t.Fatal(err)
			}
			list = append(list, r)
		}
	})
	last := len(list) - 1
	ended := time.UnixMicro(int64(list[last].Ended * 1e6))
	return sorted(list[:last]), ended.Sub(began)
}

// meals are their words for ours.
var meals = map[vitals.Meal]string{vitals.MealUnknown: "NONE", vitals.BeforeMeal: "BEFORE", vitals.AfterMeal: "AFTER"}

// weRead has our driver read the twin.
func weRead(t *testing.T, twin simulated.Twin, id string) (list []record, took time.Duration) {
	t.Helper()
	d, _ := catalogue.Find(id)
	var ended time.Time
	began := over(t, twin, func(ctx context.Context, path string) {
		port, err := serialport.Open(path, d.Model().Line)
		if err != nil {
			t.Fatal(err)
		}
		defer port.Close()
		err = d.Measure(ctx, port, instruments.Job{Now: noon}, func(e instruments.Event) {
			if r, ok := e.(*instruments.Reading); ok {
				list = append(list, record{At: r.InstrumentTime.Format("2006-01-02T15:04:05"), Value: r.Values[0].Quantity.Value.Float(), Meal: meals[r.Meal]})
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		ended = time.Now()
	})
	return sorted(list), ended.Sub(began)
}

// sorted orders records by time: in which order a meter keeps them is its
// affair.
func sorted(list []record) []record {
	slices.SortStableFunc(list, func(a, b record) int { return strings.Compare(a.At, b.At) })
	return list
}

// A stopwatch is a wire that knows when its first byte crossed it.
type stopwatch struct {
	instruments.Port
	mu    sync.Mutex
	first time.Time
}

func (s *stopwatch) note(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n > 0 && s.first.IsZero() {
		s.first = time.Now()
	}
}

func (s *stopwatch) Read(b []byte) (int, error) {
	n, err := s.Port.Read(b)
	s.note(n)
	return n, err
}

func (s *stopwatch) Write(b []byte) (int, error) {
	s.note(len(b))
	return s.Port.Write(b)
}
