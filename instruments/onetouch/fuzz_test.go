package onetouch

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/checksum"
	"aidpost/instruments/meter/metertest"
	"aidpost/records/vitals"
)

// checkReading fails unless r may be shown to a person and is what its line
// says.
func checkReading(t *testing.T, r *instruments.Reading) {
	t.Helper()
	q := r.Values[0].Quantity
	if err := vitals.CheckPlausible(r.Values); err != nil || q.Unit != vitals.MgPerDL || len(r.Values) != 1 {
		t.Errorf("%v: %v", r.Values, err)
	}
	if r.Taken.After(noon2026().Add(5 * time.Minute)) {
		t.Errorf("taken in the future: %s", r.Taken)
	}
	if len(r.Capture) != 1 {
		t.Fatalf("capture of %d frames", len(r.Capture))
	}
	line := r.Capture[0].Bytes
	if _, ok := checked(line); !ok {
		t.Errorf("captured %q", line)
	}
	number := fmt.Sprintf(`,"  %03d ",`, q.Value.Int())
	if q.Comparator == vitals.Exactly && !bytes.Contains(line, []byte(number)) {
		t.Errorf("%s from %q", q, line)
	}
}

// withSums gives every line the sum it needs, so that a fuzzer gets past it.
func withSums(text string) []byte {
	var out bytes.Buffer
	for body := range strings.SplitSeq(text, "\n") {
		if body = strings.TrimRight(body, "\r"); body != "" {
			fmt.Fprintf(&out, "%s %04X\r\n", body, checksum.Sum16([]byte(body)))
		}
	}
	return out.Bytes()
}

// session2026 is what an Ultra2 says in a visit at noon2026 with one result.
const session2026 = `?P02.00.00 30/08/06
@ "GMF600DCY"
F "TUE","03/10/26","12:00:00   "
P 003,"GMF600DCY","MG/DL "
P "TUE","03/10/26","11:58:24   ","  081 ","N","03", 00
P "SAT","03/21/15","16:42:11   ","  105 ","B","02", 00
P "MON","03/23/15","12:00:08   ","  143?","A","11", 00
`

// FuzzDecode: every reading of any capture is what its line says.
func FuzzDecode(f *testing.F) {
	f.Add(session2026, true)
	f.Add(string(withSums(session2026)), false)
	f.Add("P 001,\"TKF8EA0RT\",\"MG/DL \"\nP \"SAT\",\"08/09/14\",\"17:21:48   \",\" HIGH \", 00\n", true)
	f.Add("@ \"12345678O\" 0297\r\n% 1337\r\nINVALID\r\n", false)
	f.Fuzz(func(t *testing.T, text string, sums bool) {
		captured := []byte(text)
		if sums {
			captured = withSums(text)
		}
		err := Ultra2().Decode(bytes.NewReader(captured), instruments.Job{Now: noon2026}, func(e instruments.Event) {
			if r, ok := e.(*instruments.Reading); ok {
				checkReading(t, r)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// FuzzChecked: a body with its own sum is accepted, and with any other is not.
func FuzzChecked(f *testing.F) {
	f.Add([]byte(`@ "GMF600DCY"`), uint16(0))
	f.Add([]byte(`P "MON","03/23/15","12:00:08   ","  143?","A","11", 00`), uint16(1))
	f.Fuzz(func(t *testing.T, body []byte, off uint16) {
		if len(body) == 0 {
			return
		}
		got, ok := checked(fmt.Appendf(nil, "%s %04X\r\n", body, checksum.Sum16(body)+off))
		if ok != (off == 0) || ok && !bytes.Equal(got, body) {
			t.Errorf("%q off by %d: %q, %t", body, off, got, ok)
		}
		checked(body)
		parseRow(body)
		parseHeader(body)
		parseVersion(body)
	})
}

// measureScript runs a visit, or a download of all, on what a meter says.
func measureScript(t *testing.T, said []byte, visit bool) ([]*instruments.Reading, error) {
	t.Helper()
	job := instruments.Job{Now: noon2026}
	if visit {
		job.Since = noon2026().Add(-5 * time.Minute)
	}
	var readings []*instruments.Reading
	err := Ultra2().Measure(t.Context(), metertest.Script(said, metertest.Lines), job, func(e instruments.Event) {
		if r, ok := e.(*instruments.Reading); ok {
			readings = append(readings, r)
			checkReading(t, r)
			if r.Taken.Before(job.Since.Add(-30 * time.Second)) {
				t.Errorf("taken %s, before the visit", r.Taken)
			}
		}
	})
	return readings, err
}

// FuzzMeasure answers a visit with any lines.
func FuzzMeasure(f *testing.F) {
	f.Add(session2026, true, true)
	f.Add(session2026, true, false)
	f.Add(string(withSums(session2026)), false, true)
	f.Fuzz(func(t *testing.T, text string, sums, visit bool) {
		said := []byte(text)
		if sums {
			said = withSums(text)
		}
		readings, err := measureScript(t, said, visit)
		if (err == nil) != (len(readings) == 1) && visit || err == nil && len(readings) == 0 {
			t.Errorf("%d readings, %v", len(readings), err)
		}
		if _, err := Ultra2().Probe(t.Context(), metertest.Script(said, metertest.Lines)); err != nil && instruments.CodeOf(err) == instruments.Internal {
			t.Errorf("probe: %v", err)
		}
	})
}

func TestSeedMeasures(t *testing.T) {
	readings, err := measureScript(t, withSums(session2026), true)
	if err != nil || len(readings) != 1 || readings[0].Values[0].Quantity.String() != "81 mg/dL" {
		t.Errorf("%v, %v", readings, err)
	}
}

// A meter that sends fewer or more lines than its header says.
func TestCounts(t *testing.T) {
	for said, code := range map[string]instruments.FaultCode{
		"P 004": instruments.Unplugged, // the script ends, and with it the wire
		"P 002": "",
		"P 000": instruments.NoNewResult,
	} {
		text := strings.Replace(session2026, "P 003", said, 1)
		readings, err := measureScript(t, withSums(text), true)
		if instruments.CodeOf(err) != code || (code == "") != (len(readings) == 1) {
			t.Errorf("%s: %d readings, %v", said, len(readings), err)
		}
	}
}

// A damaged line anywhere has the memory sent again; nothing of the first
// attempt comes out.
func TestDumpAgain(t *testing.T) {
	clean := string(withSums(session2026))
	memory := clean[strings.Index(clean, "P 003"):]
	broken := strings.Replace(clean, "105", "106", 1)
	synctest.Test(t, func(t *testing.T) {
		port := &reloaded{Port: metertest.Script([]byte(broken), metertest.Lines), second: []byte(memory)}
		job := instruments.Job{Now: noon2026, Since: noon2026().Add(-time.Hour)}
		readings := 0
		err := Ultra2().Measure(t.Context(), port, job, func(e instruments.Event) {
			if r, ok := e.(*instruments.Reading); ok {
				readings++
				checkReading(t, r)
			}
		})
		if err != nil || readings != 1 || port.second != nil {
			t.Errorf("%d readings, %v", readings, err)
		}
	})
}

// reloaded falls silent after its script, until it is asked for the memory a
// second time.
type reloaded struct {
	instruments.Port
	second []byte
	over   bool
}

func (r *reloaded) Read(b []byte) (int, error) {
	n, err := r.Port.Read(b)
	if r.over = errors.Is(err, io.ErrClosedPipe); r.over {
		time.Sleep(50 * time.Millisecond)
		err = os.ErrDeadlineExceeded
	}
	return n, err
}

func (r *reloaded) Write(b []byte) (int, error) {
	if r.over && bytes.Contains(b, []byte("DMP")) {
		r.Port, r.second = metertest.Script(r.second, metertest.Lines), nil
	}
	return len(b), nil
}
