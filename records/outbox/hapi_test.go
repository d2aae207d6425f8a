package outbox_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"aidpost/records"
	"aidpost/records/fhir"
	"aidpost/records/outbox"
	"aidpost/records/outbox/standin"
	"aidpost/records/vitals"
)

// A hapi is a HAPI FHIR JPA server of this test's own, with its database in a
// file, so that it can be killed.
type hapi struct {
	program
	t  testing.TB
	db string
}

// startHapi starts the server that "make hapi" has built. Without that, the
// test is left out, and says so.
func startHapi(t testing.TB) *hapi {
	t.Helper()
	if os.Getenv("AIDPOST_HAPI") == "" {
		t.Skip("SKIPPED: only with AIDPOST_HAPI=1, see make hapi")
	}
	h := &hapi{t: t, db: filepath.Join(t.TempDir(), "hapi"), program: program{port: "0"}}
	t.Cleanup(h.kill)
	h.start()
	return h
}

// start starts it, again on the port that it had.
func (h *hapi) start() {
	h.t.Helper()
	jars, err := os.ReadFile("hapi/target/classpath")
	if err != nil {
		h.t.Skip("SKIPPED: there is no HAPI FHIR server, it needs Java and Maven: ", err)
	}
	err = h.program.start(func() *exec.Cmd {
		return exec.Command("java", "-Xmx1500m", "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
			"-cp", "hapi/target/classes"+string(filepath.ListSeparator)+strings.TrimSpace(string(jars)), "aidpost.Hapi", h.port, "jdbc:h2:file:"+h.db+durable)
	}, 5*time.Minute)
	if err != nil {
		h.t.Fatal("starting HAPI: ", err)
	}
}

// durable has H2 write a commit before it is confirmed. Its own half second of
// delay loses confirmed visits when the server is killed, which no client can
// see that has read them back.
const durable = ";WRITE_DELAY=0"

func (h *hapi) ask(method, path string, body []byte) (int, []byte) {
	h.t.Helper()
	r, err := http.NewRequest(method, h.base+path, bytes.NewReader(body))
	if err != nil {
		h.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/fhir+json")
	r.Header.Set("Accept", "application/fhir+json")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		h.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	return res.StatusCode, text
}

// count asks how many resources of a kind there are.
func (h *hapi) count(search string) int {
	h.t.Helper()
	_, text := h.ask(http.MethodGet, "/"+search, nil)
	var b struct{ Total int }
	if err := json.Unmarshal(text, &b); err != nil {
		h.t.Fatal(err)
	}
	return b.Total
}

// expect compares what it holds to the visits: each resource, element for
// element, and as many as there are.
func (h *hapi) expect(c *clinic, es []*records.Encounter) {
	h.t.Helper()
	seen := map[string]bool{}
	kinds := map[string]int{}
	for _, e := range es {
		stored, err := c.store.Encounter(context.Background(), e.ID)
		if err != nil {
			h.t.Fatal(err)
		}
		all, err := fhir.Visit(stored, nil, operator)
		if err != nil {
			h.t.Fatal(err)
		}
		for _, r := range all {
			if seen[r.Key()] {
				continue
			}
			seen[r.Key()] = true
			kinds[r.Type]++
			status, text := h.ask(http.MethodGet, "/"+r.Key(), nil)
			if same, err := fhir.Same(r.JSON, text); status != http.StatusOK || err != nil || !same {
				h.t.Errorf("%s is held as %d %s, want %s", r.Key(), status, text, r.JSON)
			}
		}
	}
	for _, kind := range []string{"Patient", "Encounter", "Observation", "DiagnosticReport", "Device"} {
		if got := h.count(kind + "?_summary=count"); got != kinds[kind] {
			h.t.Errorf("%d of %s, want %d", got, kind, kinds[kind])
		}
	}
}

// everyKind is a visit with each panel, a mean, an urgent value and captures.
func (c *clinic) everyKind(p *records.Patient) *records.Encounter {
	e := c.visit(p)
	first := e.Observations[0]
	first.Excluded = "averaged"
	second := first
	second.ID = records.NewID()
	mean := first
	mean.ID, mean.Excluded, mean.Capture = records.NewID(), "", nil
	mean.MeanOf, mean.Method = []records.ID{first.ID, second.ID}, "mean of the last valid readings"
	mean.Judged = []records.Judgement{{
		Subject: "blood-pressure", Band: "bp.severe", Severity: "urgent", Interpretation: "HH", Guideline: "aha-2025", Edition: "2025",
	}}
	ox := records.Observation{
		ID: records.NewID(), Panel: vitals.Oximetry, State: records.Confirmed, Taken: first.Taken,
		Values: vitals.Values{
			{Measure: vitals.SpO2, Quantity: quantity(c.t, "98.0", vitals.Percent)},
			{Measure: vitals.Pulse, Quantity: vitals.Of(64, vitals.PerMinute)},
			{Measure: vitals.PerfusionIndex, Quantity: quantity(c.t, "4.10", vitals.Percent)},
		},
		Flags:  []vitals.Flag{vitals.LowPerfusion},
		Origin: records.Origin{Device: records.Device{Maker: "Contec", Model: "CMS50D+", Serial: "7"}, Driver: "contec-cms50d-plus"},
	}
	gl := records.Observation{
		ID: records.NewID(), Panel: vitals.BloodGlucose, State: records.Confirmed, Taken: first.Taken, Meal: vitals.AfterMeal,
		Values: vitals.Values{{Measure: vitals.Glucose, Quantity: vitals.Quantity{
			Value: quantity(c.t, "33.30", vitals.MmolPerL).Value, Unit: vitals.MmolPerL, Comparator: vitals.Above,
		}}},
		Origin: records.Origin{Device: records.Device{Maker: "TaiDoc", Model: "TD-4277", Serial: "42"}, Driver: "taidoc-td4277"},
	}
	e.Observations = []records.Observation{first, second, mean, ox, gl}
	return e
}

func quantity(t testing.TB, number string, u vitals.Unit) vitals.Quantity {
	t.Helper()
	d, err := vitals.ParseDecimal(number)
	if err != nil {
		t.Fatal(err)
	}
	return vitals.Quantity{Value: d, Unit: u}
}

// TestHapi: a real server takes every kind of resource, its own validator finds
// no error in any, and a clinician finds the blood pressure.
func TestHapi(t *testing.T) {
	h := startHapi(t)
	c := newClinic(t)
	es := []*records.Encounter{c.everyKind(person(1)), c.everyKind(nil), c.visit(person(2))}
	for _, e := range es {
		c.save(e)
	}
	c.drain(h.base)
	h.expect(c, es)
	stored, err := c.store.Encounter(t.Context(), es[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	all, err := fhir.Visit(stored, nil, operator)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range all {
		if why := h.invalid(r); why != "" {
			t.Errorf("%s is invalid: %s", r.Key(), why)
		}
		// A validator that finds nothing wrong here would find nothing at all.
		if bad := bytes.Replace(r.JSON, []byte(`"code":"mm[Hg]"`), []byte(`"code":"kPa"`), 1); !bytes.Equal(bad, r.JSON) {
			if why := h.invalid(fhir.Resource{Type: r.Type, ID: r.ID, JSON: bad}); why == "" {
				t.Errorf("%s is valid in kPa", r.Key())
			}
		}
	}
	if n := h.count("Observation?_summary=count&code=http://loinc.org|96607-7&subject=Patient/" + string(es[0].Patient.ID)); n != 1 {
		t.Errorf("a clinician finds %d mean pressures", n)
	}
	if n := h.count("Observation?_summary=count&component-code-value-quantity=http://loinc.org|8480-6$134"); n != 5 {
		t.Errorf("a clinician finds %d systolic pressures of 134", n)
	}
	es[2].Observations[0].Values[0].Quantity = vitals.Of(141, vitals.MmHg)
	c.save(es[2])
	c.drain(h.base)
	_, text := h.ask(http.MethodGet, "/Observation/"+string(es[2].Observations[0].ID), nil)
	if !bytes.Contains(text, []byte(`"versionId":"2"`)) && !bytes.Contains(text, []byte(`"versionId": "2"`)) || !bytes.Contains(text, []byte("141")) {
		t.Errorf("after the correction it holds %s", text)
	}
}

// invalid lets the server's validator judge a resource by the R4 profiles, and
// returns its first error.
func (h *hapi) invalid(r fhir.Resource) string {
	h.t.Helper()
	_, text := h.ask(http.MethodPost, "/"+r.Type+"/$validate?profile=http://hl7.org/fhir/StructureDefinition/"+profile(r), r.JSON)
	var o struct {
		ResourceType string
		Issue        []struct{ Severity, Code, Diagnostics string }
	}
	if err := json.Unmarshal(text, &o); err != nil || o.ResourceType != "OperationOutcome" {
		h.t.Fatalf("%s: %s", r.Key(), text)
	}
	for _, issue := range o.Issue {
		if issue.Severity == "error" || issue.Severity == "fatal" {
			return issue.Code + ": " + issue.Diagnostics
		}
	}
	return ""
}

// profile names the R4 profile that holds for a resource: of an observation, by
// the code that R4's vital signs profiles fix.
func profile(r fhir.Resource) string {
	for code, name := range map[string]string{"85354-9": "bp", "8867-4": "heartrate", "2708-6": "oxygensat"} {
		if bytes.Contains(r.JSON, []byte(`"code":{"coding":[{"system":"http://loinc.org","code":"`+code+`"`)) {
			return name
		}
	}
	if bytes.Contains(r.JSON, []byte(`"code":"vital-signs"`)) {
		return "vitalsigns"
	}
	return r.Type
}

// TestHapiFaults: the real server behind a wire that misbehaves at random, and
// killed twice without warning; in the end both sides are equal.
func TestHapiFaults(t *testing.T) {
	h := startHapi(t)
	c := newClinic(t)
	r := rand.New(rand.NewPCG(7, 7))
	faults := standin.Faults()
	target, err := url.Parse(h.base)
	if err != nil {
		t.Fatal(err)
	}
	wire := serve(t, &standin.Proxy{
		Next: &httputil.ReverseProxy{
			Rewrite:      func(p *httputil.ProxyRequest) { p.Out.URL.Scheme, p.Out.URL.Host = target.Scheme, target.Host },
			ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) },
		},
		Pick: func(*http.Request) standin.Fault {
			if r.IntN(3) == 0 {
				return faults[r.IntN(len(faults))]
			}
			return standin.None
		},
	}) + target.Path
	var es []*records.Encounter
	for i := range 200 {
		e := c.visit([]*records.Patient{nil, person(r.IntN(20))}[r.IntN(2)])
		c.save(e)
		es = append(es, e)
		if i%20 == 10 {
			c.once(c.sender(wire))
			c.now = c.now.Add(time.Minute)
		}
		if i == 80 || i == 160 {
			ctx, cancel := context.WithTimeout(t.Context(), time.Duration(r.IntN(300))*time.Millisecond)
			time.AfterFunc(time.Duration(r.IntN(200))*time.Millisecond, h.kill)
			if _, err := c.sender(wire).Once(ctx); err != nil && !errors.Is(err, context.DeadlineExceeded) {
				t.Fatal(err)
			}
			cancel()
			time.Sleep(300 * time.Millisecond)
			h.start()
		}
	}
	c.drain(wire)
	h.expect(c, es)
}

// BenchmarkHapi drains visits into the server and, in the same run, has a plain
// generator post the like of them in transactions of the same size. Of-server
// is the share of that speed which Aidpost reaches.
func BenchmarkHapi(b *testing.B) {
	h := startHapi(b)
	for _, trusting := range []bool{false, true} {
		b.Run(fmt.Sprintf("trusting=%v", trusting), func(b *testing.B) {
			const visits = 300
			var ours, plain time.Duration
			post := func(bodies [][]byte) {
				for _, body := range bodies {
					if status, text := h.ask(http.MethodPost, "", body); status != http.StatusOK {
						b.Fatalf("%d %s", status, text)
					}
				}
			}
			for range 5 { // until the server is warm: a cold one is four times slower
				post(newClinic(b).plainBundles(visits))
			}
			for b.Loop() {
				c := newClinic(b)
				for i := range visits {
					c.save(c.visit(person(i % 60)))
				}
				s := c.sender(h.base, func(o *outbox.Config) { o.Trusting = trusting })
				began := time.Now()
				if r := c.once(s); r.Sent != visits {
					b.Fatalf("%+v", r)
				}
				ours += time.Since(began)
				bodies := c.plainBundles(visits)
				began = time.Now()
				post(bodies)
				plain += time.Since(began)
			}
			b.ReportMetric(visits*float64(b.N)/ours.Seconds(), "visits/s")
			b.ReportMetric(plain.Seconds()/ours.Seconds(), "of-server")
		})
	}
}

// plainBundles are transactions of new visits, made beforehand.
func (c *clinic) plainBundles(visits int) [][]byte {
	var out [][]byte
	var entries []json.RawMessage
	seen := map[string]bool{}
	flush := func() {
		text, err := json.Marshal(map[string]any{"resourceType": "Bundle", "type": "transaction", "entry": entries})
		if err != nil {
			c.t.Fatal(err)
		}
		out, entries = append(out, text), nil
	}
	for i := range visits {
		e := c.visit(person(i % 60))
		e.Observations[0].Origin.Device.ID = "99999999-9999-4999-8999-999999999999"
		all, err := fhir.Visit(e, nil, operator)
		if err != nil {
			c.t.Fatal(err)
		}
		if len(entries)+len(all) > 40 {
			flush()
		}
		for _, r := range all {
			if !seen[r.Key()] {
				seen[r.Key()] = true
				entries = append(entries, fmt.Appendf(nil, `{"resource":%s,"request":{"method":"PUT","url":%q}}`, r.JSON, r.Key()))
			}
		}
	}
	flush()
	return out
}
