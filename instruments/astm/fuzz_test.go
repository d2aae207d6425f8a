package astm

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/meter/metertest"
	"aidpost/records/vitals"
)

// withSums writes every line of a text as a frame of its own, so that a fuzzer
// gets past numbers and sums.
func withSums(text string) []byte {
	out := []byte{enq}
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	for i, line := range lines {
		end := byte(etb)
		if i == len(lines)-1 {
			end = etx
		}
		body := fmt.Sprintf("%d%s\r%c", (i+1)%numbers, strings.TrimRight(line, "\r"), end)
		sum := byte(0)
		for _, c := range []byte(body) {
			sum += c
		}
		out = fmt.Appendf(out, "\x02%s%02X\r\n", body, sum)
	}
	return append(out, eot)
}

// checkReading fails unless r may be shown to a person, and its value is in the
// bytes that were captured with it.
func checkReading(t *testing.T, r *instruments.Reading, input []byte) {
	t.Helper()
	q := r.Values[0].Quantity
	if err := vitals.CheckPlausible(r.Values); err != nil || len(r.Values) != 1 {
		t.Errorf("%v: %v", r.Values, err)
	}
	var captured []byte
	for _, f := range r.Capture {
		captured = append(captured, f.Bytes...)
		if !bytes.Contains(input, bytes.TrimSuffix(f.Bytes, []byte{cr})) {
			t.Errorf("captured %q, which was not sent", f.Bytes)
		}
	}
	if q.Comparator == vitals.Exactly && len(r.Capture) == 1 && !bytes.Contains(bytes.TrimLeft(captured, "0"), []byte(strings.TrimLeft(q.Value.String(), "0"))) {
		t.Errorf("%s from %q", q, captured)
	}
}

const (
	contour2026 = `H|\^&||7w3LBL|Bayer7220^1.05\0.00^7220-1234567|U=0^V=20600|2||||||1|202603101200
P|1
R|1|^^^GlucoseA|112|mg/dL^P||||||||202603101200
R|2|^^^Glucose|93|mg/dL^P|||A||||202603101158
R|3|^^^Glucose|120|mg/dL^P||||E|||201505280815
L|1||N
`
	analyser2026 = `H|\^&|||POCGLU^2.1^SN001234|||||||P|LIS2-A2|20260310120000
P|1
O|1|S-0007||^^^GLU|R
R|1|^^^GLU|6.2|mmol/L|3.9^6.1|H||F||OP1||20260310115830|SN001234
L|1|N
`
)

func seeds(f *testing.F) {
	for _, v := range vectors(f) {
		f.Add(string(wireBytes(v.Bytes)), false)
	}
	f.Add(contour2026, true)
	f.Add(analyser2026, true)
}

func input(text string, sums bool) []byte {
	if sums {
		return withSums(text)
	}
	return []byte(text)
}

// FuzzDecode: every reading of any capture is what its record says, and what
// is explained of it is covered once.
func FuzzDecode(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, text string, sums bool) {
		captured := input(text, sums)
		for _, d := range []instruments.Decoder{NewAnalyser(), NewContour()} {
			err := d.Decode(bytes.NewReader(captured), instruments.Job{Now: noon2026}, func(e instruments.Event) {
				if r, ok := e.(*instruments.Reading); ok {
					checkReading(t, r, captured)
					covered(t, r.Capture, d.(instruments.Explainer).Explain(r.Capture))
				}
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	})
}

// FuzzReceiver: it does not matter in which pieces bytes come.
func FuzzReceiver(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, text string, sums bool) {
		b := input(text, sums)
		run := func(size int) (out []string) {
			in := receiver{}
			note := func(s step) { out = append(out, fmt.Sprintf("%d %q %q", s.event, s.reply, s.frame.text)) }
			for rest := b; len(rest) > 0; rest = rest[min(size, len(rest)):] {
				in.push(rest[:min(size, len(rest))], note)
			}
			in.settle(note)
			if cap(in.frame) > 4*longestFrame {
				t.Errorf("%d bytes are kept", cap(in.frame))
			}
			return out
		}
		if whole, single := fmt.Sprint(run(len(b)+1)), fmt.Sprint(run(1)); whole != single {
			t.Errorf("at once %s\none by one %s", whole, single)
		}
	})
}

// measureScript runs a visit at noon, or asks for everything.
func measureScript(t *testing.T, d instruments.Driver, said []byte, visit bool) (readings []*instruments.Reading, err error) {
	t.Helper()
	job := instruments.Job{Now: noon2026}
	if visit {
		job.Since = noon2026().Add(-5 * time.Minute)
	}
	err = d.Measure(t.Context(), metertest.Script(said, metertest.All), job, func(e instruments.Event) {
		if r, ok := e.(*instruments.Reading); ok {
			readings = append(readings, r)
			checkReading(t, r, said)
			if visit && r.Taken.Before(job.Since.Add(-2*time.Minute)) {
				t.Errorf("taken %s, before the visit", r.Taken)
			}
		}
	})
	return readings, err
}

// FuzzMeasure answers a visit with any frames.
func FuzzMeasure(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, text string, sums bool) {
		said := input(text, sums)
		for _, visit := range []bool{true, false} {
			for _, d := range []instruments.Driver{NewContour(), NewAnalyser()} {
				readings, err := measureScript(t, d, said, visit)
				if (err == nil) != (len(readings) == 1) && visit && instruments.CodeOf(err) != instruments.SeveralResults {
					t.Errorf("%s: %d readings, %v", d.Model().ID, len(readings), err)
				}
			}
		}
		for _, d := range []instruments.Driver{NewContour(), NewAnalyser()} {
			if _, err := d.Probe(t.Context(), metertest.Script(said, metertest.All)); instruments.CodeOf(err) == instruments.Internal {
				t.Errorf("probe: %v", err)
			}
		}
	})
}

func TestSeedMeasures(t *testing.T) {
	readings, err := measureScript(t, NewContour(), withSums(contour2026), true)
	if err != nil || len(readings) != 1 || readings[0].Values[0].Quantity.String() != "93 mg/dL" || readings[0].Meal != vitals.AfterMeal {
		t.Errorf("%v, %v", readings, err)
	}
	readings, err = measureScript(t, NewAnalyser(), withSums(analyser2026), true)
	if err != nil || len(readings) != 1 || readings[0].Values[0].Quantity.String() != "6.2 mmol/L" {
		t.Errorf("%v, %v", readings, err)
	}
}
