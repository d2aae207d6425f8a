package capture_test

import (
	"bytes"
	"context"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/astm"
	"aidpost/instruments/capture"
	"aidpost/instruments/simulated"
)

// TestNamedPerson: a capture does not say whose it is, so that an analyser's
// result of a named person is replayed by those who know the number alone.
func TestNamedPerson(t *testing.T) {
	const card = "4711-0815"
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(time.Date(2026, time.March, 10, 9, 30, 15, 0, time.UTC)))
		twin := simulated.NewASTMAnalyser(simulated.Options{Seed: 11, Fault: simulated.NoResult})
		twin.Clear()
		twin.AddResult(simulated.AnalyserResult{
			At: time.Now(), Test: "GLU", Value: "6.2", Units: "mmol/L", Status: "F", Specimen: "^^WB", Patient: card,
		})
		driver := astm.NewAnalyser()
		var out bytes.Buffer
		host, wire := instruments.Pipe()
		ctx, cancel := context.WithCancel(t.Context())
		var run sync.WaitGroup
		run.Go(func() { _ = twin.Run(ctx, wire) })
		job := instruments.Job{Since: time.Now().Add(-time.Minute), Person: card}
		r := capture.NewRecorder(&out, capture.HeaderOf(driver.Model(), job), nil)
		err := driver.Measure(ctx, r.Port(host), job, func(instruments.Event) {})
		cancel()
		host.Close()
		run.Wait()
		if err != nil || r.Err() != nil {
			t.Fatal(err, r.Err())
		}
		if strings.Contains(out.String(), card) {
			t.Error("the capture says whose it is")
		}
		for person, want := range map[string]instruments.FaultCode{
			card: "", "": instruments.OtherPerson, "4711-0816": instruments.OtherPerson,
		} {
			s, err := capture.Read(bytes.NewReader(out.Bytes()))
			if err != nil {
				t.Fatal(err)
			}
			s.Person = person
			readings := 0
			err = capture.Replay(t.Context(), driver, s, capture.FullSpeed, func(e instruments.Event) {
				if _, ok := e.(*instruments.Reading); ok {
					readings++
				}
			})
			if instruments.CodeOf(err) != want || (readings == 1) != (want == "") {
				t.Errorf("replayed for %q: %d readings, %v", person, readings, err)
			}
		}
	})
}
