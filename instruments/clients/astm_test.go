package clients

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/astm"
	"aidpost/instruments/simulated"
)

// The clients. The first package of the codec does not run on newer Pythons;
// the second is the same with its imports brought up to date.
var (
	codecPackages  = []string{"astm==0.5.0", "astm-2025==1.0.0"}
	labmcpPackages = []string{"labmcp-astm-lis==0.1.3"}
)

// noon is the clock of every twin and visit here, so that two of them say the
// same.
func noon() time.Time { return time.Date(2026, time.March, 10, 12, 0, 0, 0, time.UTC) }

// senders are our twins with something to send.
func senders(quirk simulated.ASTMQuirk) map[string]simulated.Twin {
	analyser := simulated.NewASTMAnalyser(simulated.Options{Now: noon})
	analyser.Clear()
	analyser.SetQuirk(quirk)
	analyser.AddResult(simulated.AnalyserResult{At: noon().Add(-time.Minute), Test: "GLU", Value: "6.2", Units: "mmol/L", Flags: "H", Status: "F", Specimen: "^WB"})
	contour := simulated.NewContour(simulated.Options{Now: noon})
	contour.Clear()
	contour.SetQuirk(quirk)
	for i := range 12 {
		contour.AddResult(simulated.Result{At: noon().Add(time.Duration(i-12) * time.Hour), MgPerDL: 60 + 55*i})
	}
	return map[string]simulated.Twin{"analyser": analyser, "contour": contour}
}

// link connects a twin with act, in real time.
func link(t *testing.T, twin simulated.Twin, host instruments.Port, instrument instruments.Port, act func(context.Context)) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var run sync.WaitGroup
	run.Go(func() { _ = twin.Run(ctx, instrument) })
	act(ctx)
	cancel()
	host.Close()
	run.Wait()
}

// framesOf has our driver take what a twin sends, and returns the frames.
func framesOf(t *testing.T, twin simulated.Twin, driver instruments.Driver) (frames [][]byte) {
	t.Helper()
	host, instrument := instruments.Pipe()
	heard := &spy{Port: host}
	link(t, twin, host, instrument, func(ctx context.Context) {
		if err := driver.Measure(ctx, heard, instruments.Job{Now: noon}, func(instruments.Event) {}); err != nil {
			t.Fatal(err)
		}
	})
	for part := range bytes.SplitSeq(heard.heard, []byte{0x02}) {
		if end := bytes.LastIndexByte(part, '\n'); end > 0 {
			frames = append(frames, append([]byte{0x02}, part[:end+1]...))
		}
	}
	return frames
}

type spy struct {
	instruments.Port
	heard []byte
}

func (s *spy) Read(b []byte) (int, error) {
	n, err := s.Port.Read(b)
	s.heard = append(s.heard, b[:n]...)
	return n, err
}

func drivers() map[string]instruments.Explainer {
	return map[string]instruments.Explainer{"analyser": astm.NewAnalyser(), "contour": astm.NewContour()}
}

// explained puts the fields that our explanation of frames names together to
// records again.
func explained(d instruments.Explainer, frames ...[]byte) (records []string) {
	var wire []instruments.Frame
	for _, f := range frames {
		wire = append(wire, instruments.Frame{Direction: instruments.FromInstrument, Bytes: f})
	}
	var fields []string
	for _, f := range d.Explain(wire) {
		place, _, _ := strings.Cut(f.Name, " ")
		switch {
		case f.Name == "CR":
			records, fields = append(records, strings.Join(fields, "|")), nil
		case strings.Contains(place, "-"):
			value := f.Value
			if place == "R-4" {
				value, _, _ = strings.Cut(value, " ") // the unit is its own field
			}
			fields = append(fields, value)
		}
	}
	return records
}

// TestCodec: python-astm finds in every frame of our twins what we do.
func TestCodec(t *testing.T) {
	python := python(t, "astm.codec", codecPackages...)
	twins := senders("")
	for name, driver := range drivers() {
		frames := framesOf(t, twins[name], driver)
		var tasks bytes.Buffer
		for _, f := range frames {
			fmt.Fprintf(&tasks, "{\"decode\": %q}\n", hex.EncodeToString(f))
		}
		answers := json.NewDecoder(bytes.NewReader(answer(t, &tasks, python, "testdata/codec.py")))
		for i, f := range frames {
			var got struct {
				Number  int
				Records [][]any
			}
			if err := answers.Decode(&got); err != nil {
				t.Fatal(err)
			}
			if want := int(f[1] - '0'); got.Number != want || want != (i+1)%8 {
				t.Errorf("%s: frame %d has the number %d", name, i, got.Number)
			}
			var theirs []string
			for _, r := range got.Records {
				theirs = append(theirs, flat(r))
			}
			if ours := explained(driver, f); !slices.Equal(ours, theirs) {
				t.Errorf("%s: in %q\nwe read  %q\nthey read %q", name, f, ours, theirs)
			}
		}
		if len(frames) < 5 {
			t.Errorf("%s: only %d frames", name, len(frames))
		}
	}
}

// flat writes a record of the codec as it was on the wire: fields of nested
// lists, first of repetitions, then of components.
func flat(fields []any) string {
	var out []string
	for _, f := range fields {
		out = append(out, flatField(f))
	}
	return strings.Join(out, "|")
}

func flatField(f any) string {
	parts, ok := f.([]any)
	if !ok {
		text, _ := f.(string)
		return text
	}
	between := "^"
	var out []string
	for _, p := range parts {
		if _, repeated := p.([]any); repeated {
			between = `\`
		}
		out = append(out, flatField(p))
	}
	return strings.Join(out, between)
}

// TestEncoder: our driver takes what python-astm writes.
func TestEncoder(t *testing.T) {
	python := python(t, "astm.codec", codecPackages...)
	records := [][]any{
		{"H", [][]any{{nil}, {nil, "&"}}, nil, nil, []any{"POCGLU", "2.1", "SN001234"}, nil, nil, nil, nil, nil, nil, "P", "LIS2-A2", "20260310120000"},
		{"P", "1"},
		{"O", "1", "S-0007", nil, []any{nil, nil, nil, "GLU"}, "R"},
		{"R", "1", []any{nil, nil, nil, "GLU"}, "6.2", "mmol/L", []any{"3.9", "6.1"}, "H", nil, "F", nil, "OP1", nil, "20260310115830", "SN001234"},
		{"C", "1", "I", strings.Repeat("long ", 60), "G"},
		{"L", "1", "N"},
	}
	for _, size := range []int{0, 247, 60} {
		task := map[string]any{"encode": records}
		if size > 0 {
			task["size"] = size
		}
		input, err := json.Marshal(task)
		if err != nil {
			t.Fatal(err)
		}
		var out struct{ Frames []string }
		if err := json.Unmarshal(answer(t, bytes.NewReader(input), python, "testdata/codec.py"), &out); err != nil {
			t.Fatal(err)
		}
		var wire []byte
		for _, f := range out.Frames {
			raw, err := hex.DecodeString(f)
			if err != nil {
				t.Fatal(err)
			}
			wire = append(wire, raw...)
		}
		var got []string
		err = astm.NewAnalyser().Decode(bytes.NewReader(wire), instruments.Job{Now: noon}, func(e instruments.Event) {
			r, ok := e.(*instruments.Reading)
			if !ok {
				t.Errorf("frames of %d: %v", size, e)
				return
			}
			got = append(got, r.Values[0].Quantity.String()+" "+r.InstrumentTime.Format(time.RFC3339)+" "+r.Identity.Serial)
		})
		if want := []string{"6.2 mmol/L 2026-03-10T11:58:30Z SN001234"}; err != nil || !slices.Equal(got, want) {
			t.Errorf("frames of %d: %q, %v", size, got, err)
		}
	}
}

// TestReceiver: the receiver of labmcp-astm-lis takes from our twins, whatever
// their habits, the records that our driver takes.
func TestReceiver(t *testing.T) {
	python := python(t, "labmcp_astm_lis.driver", labmcpPackages...)
	for _, quirk := range []simulated.ASTMQuirk{
		"", simulated.RepeatedENQ, simulated.BadSum, simulated.RepeatedFrame, simulated.SkippedNumber, simulated.ShortFrames, simulated.OneFrame,
	} {
		theirs := senders(quirk)
		ours := senders("")
		for name, driver := range drivers() {
			p := start(t, python, "testdata/link.py", "receive")
			var err error
			link(t, theirs[name], p.wire, p.wire, func(context.Context) { err = p.command.Wait() })
			var got struct {
				Records  []string
				Normal   bool
				Rejected int
			}
			if err != nil || json.Unmarshal(p.said.Bytes(), &got) != nil {
				t.Fatalf("%s, %q: %v, %s", name, quirk, err, p.said.Bytes())
			}
			want := explained(driver, framesOf(t, ours[name], driver)...)
			if !got.Normal || !slices.Equal(got.Records, want) {
				t.Errorf("%s, %q: they took\n%q\nwe took\n%q", name, quirk, got.Records, want)
			}
			if damaged := quirk == simulated.BadSum || quirk == simulated.SkippedNumber; (got.Rejected > 0) != damaged {
				t.Errorf("%s, %q: they refused %d frames", name, quirk, got.Rejected)
			}
		}
	}
}

// TestSender: our driver takes the visit's result from the analyser of
// labmcp-astm-lis, of which one frame is damaged on its way.
func TestSender(t *testing.T) {
	python := python(t, "labmcp_astm_lis.simulator", labmcpPackages...)
	message := func(test, value, unit, completed string) []string {
		return []string{
			`H|\^&|||SIM-CHEM^2.1^CA000456|||||LIS||P|1|20260310120000`,
			"P|1|PAT-000982|||Roe^Richard^A||19571230|M||1 Example Rd^Springfield||555-0100|Dr Lee",
			"O|1|S26-000124|^4^1|^^^" + test + `^1\^^^BUN^1|R|20260310113000|||||N||||Whole blood||||||||||F`,
			"R|1|^^^" + test + "^1|" + value + "|" + unit + "|70 to 99|H||F||OP02|20260310115000|" + completed + "|SIM-CHEM-01",
			"C|1|I|Hemolysis index 2+|I",
			"L|1|N",
		}
	}
	messages, err := json.Marshal([][]string{
		message("GLU", "333", "mg/dL", "20260309115900"), // yesterday's
		message("GLU", "142", "mg/dL", "20260310115900"),
	})
	if err != nil {
		t.Fatal(err)
	}
	for person, code := range map[string]instruments.FaultCode{"PAT-000982": "", "PAT-000983": instruments.OtherPerson} {
		p := start(t, python, "testdata/link.py", "send", string(messages))
		var got []string
		job := instruments.Job{Now: noon, Since: noon().Add(-5 * time.Minute), Person: person}
		err := astm.NewAnalyser().Measure(t.Context(), p.wire, job, func(e instruments.Event) {
			if r, ok := e.(*instruments.Reading); ok {
				got = append(got, r.Values[0].Quantity.String()+" "+r.Identity.Serial)
			}
		})
		p.wire.Close()
		if waited := p.command.Wait(); waited != nil {
			t.Errorf("%v: %s", waited, p.said.Bytes())
		}
		want := []string{"142 mg/dL CA000456"}
		if code != "" {
			want = nil
		}
		if instruments.CodeOf(err) != code || !slices.Equal(got, want) {
			t.Errorf("%s: %q, %v", person, got, err)
		}
	}
}
