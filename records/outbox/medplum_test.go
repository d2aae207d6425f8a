package outbox_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"aidpost/records"
	"aidpost/records/fhir"
	"aidpost/records/outbox"
	"aidpost/records/outbox/standin"
	"aidpost/records/vitals"
)

// A medplum is a FHIR server on Medplum's router and memory: it gives ids of its
// own, validates, and forgets everything when it ends.
type medplum struct {
	program
	t            testing.TB
	transactions bool
}

// startMedplum starts the server that "make medplum" has fetched. Without that,
// the test is left out, and says so.
func startMedplum(t testing.TB, transactions bool) *medplum {
	t.Helper()
	if os.Getenv("AIDPOST_MEDPLUM") == "" {
		t.Skip("SKIPPED: only with AIDPOST_MEDPLUM=1, see make medplum")
	}
	version, err := exec.Command("node", "-p", "process.versions.node.split('.')[0]").Output()
	if major, _ := strconv.Atoi(strings.TrimSpace(string(version))); err != nil || major < 20 {
		t.Skipf("SKIPPED: there is no Medplum server, it needs Node.js 20: %s, %v", strings.TrimSpace(string(version)), err)
	}
	if _, err := os.Stat("medplum/node_modules"); err != nil {
		t.Skip("SKIPPED: there is no Medplum server: npm has not fetched it: ", err)
	}
	m := &medplum{t: t, transactions: transactions, program: program{port: "0"}}
	t.Cleanup(m.kill)
	m.start()
	return m
}

// start starts it, again on the port that it had. What it held is gone.
func (m *medplum) start() {
	m.t.Helper()
	err := m.program.start(func() *exec.Cmd {
		cmd := exec.Command("node", "server.mjs")
		if m.transactions {
			cmd.Args = append(cmd.Args, "transactions")
		}
		cmd.Dir, cmd.Stderr = "medplum", os.Stderr
		cmd.Env = append(os.Environ(), "PORT="+m.port)
		return cmd
	}, 2*time.Minute)
	if err != nil {
		m.t.Fatal("starting Medplum: ", err)
	}
}

// search returns what a search finds.
func (m *medplum) search(query string) []json.RawMessage {
	m.t.Helper()
	res, err := http.Get(m.base + "/" + query)
	if err != nil {
		m.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		m.t.Fatal(err)
	}
	var b struct {
		ResourceType string
		Entry        []struct{ Resource json.RawMessage }
	}
	if err := json.Unmarshal(text, &b); err != nil || b.ResourceType != "Bundle" {
		m.t.Fatalf("%s: %s", query, text)
	}
	var out []json.RawMessage
	for _, e := range b.Entry {
		out = append(out, e.Resource)
	}
	return out
}

var reference = regexp.MustCompile(`"reference":"([A-Za-z]+)/([0-9a-f-]{36})"`)

// expect compares what it holds to the visits: each resource once, found by what
// it is named, element for element but for ids of its own.
func (m *medplum) expect(c *clinic, server string, es []*records.Encounter) {
	m.t.Helper()
	theirs := func(text []byte) []byte {
		return reference.ReplaceAllFunc(text, func(found []byte) []byte {
			part := reference.FindSubmatch(found)
			rc, known, err := c.store.Receipt(context.Background(), records.ServerAt(server), string(part[1]), records.ID(part[2]))
			if err != nil || !known {
				m.t.Fatalf("no receipt for %s: %v", found, err)
			}
			return fmt.Appendf(nil, `"reference":"%s/%s"`, part[1], rc.Remote)
		})
	}
	seen, kinds := map[string]bool{}, map[string]int{}
	for _, e := range es {
		stored, err := c.store.Encounter(context.Background(), e.ID)
		if err != nil {
			m.t.Fatal(err)
		}
		all, err := fhir.Visit(stored, nil, operator)
		if err != nil {
			m.t.Fatal(err)
		}
		for _, r := range all {
			if seen[r.Key()] {
				continue
			}
			seen[r.Key()] = true
			kinds[r.Type]++
			by := "identifier"
			if r.Type == "Provenance" {
				by = "_tag"
			}
			found := m.search(r.Type + "?" + by + "=" + url.QueryEscape(operator.Base+"/ids/record|"+string(r.ID)))
			if len(found) != 1 {
				m.t.Errorf("%s is there %d times", r.Key(), len(found))
				continue
			}
			if same, err := fhir.Alike(theirs(r.JSON), found[0]); err != nil || !same {
				m.t.Errorf("%s is held as %s, want %s", r.Key(), found[0], theirs(r.JSON))
			}
		}
	}
	for _, kind := range []string{"Patient", "Encounter", "Observation", "DiagnosticReport", "Device"} {
		if got := len(m.search(kind + "?_count=1000")); got != kinds[kind] {
			m.t.Errorf("%d of %s, want %d", got, kind, kinds[kind])
		}
	}
}

// TestMedplum: a second server, in another language and with ids of its own,
// takes every kind of resource and finds nothing invalid, whether it carries out
// transactions or makes batches of them.
func TestMedplum(t *testing.T) {
	for _, transactions := range []bool{false, true} {
		t.Run(fmt.Sprint("transactions=", transactions), func(t *testing.T) {
			m := startMedplum(t, transactions)
			c := newClinic(t)
			es := []*records.Encounter{c.everyKind(person(1)), c.everyKind(nil), c.visit(person(2)), c.visit(person(1))}
			for _, e := range es {
				c.save(e)
			}
			c.drain(m.base)
			m.expect(c, m.base, es)
			es[2].Observations[0].Values[0].Quantity, es[2].Observations[0].State = vitals.Of(141, vitals.MmHg), records.Amended
			c.save(es[2])
			c.drain(m.base)
			m.expect(c, m.base, es)
			s := c.sender(m.base)
			if r, err := s.Check(t.Context()); err != nil || r != (outbox.CheckReport{Checked: len(es)}) {
				t.Errorf("%+v, %v", r, err)
			}
		})
	}
}

// TestMedplumOrders: what an operator asks is followed from this server, too.
func TestMedplumOrders(t *testing.T) {
	m := startMedplum(t, false)
	ids := map[string]string{} // theirs, by the test's names
	expectOrders(t, m.base, func(name string, library map[string]any) {
		method, at := http.MethodPost, m.base+"/Library"
		if id := ids[name]; id != "" {
			library["id"] = id
			method, at = http.MethodPut, at+"/"+id
		}
		if library["content"] == nil {
			method = http.MethodDelete
		}
		r, err := http.NewRequestWithContext(t.Context(), method, at, bytes.NewReader(mustJSON(t, library)))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/fhir+json")
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		text, err := io.ReadAll(res.Body)
		if err != nil || res.StatusCode >= http.StatusMultipleChoices {
			t.Fatalf("%s %s: %d %s, %v", method, name, res.StatusCode, text, err)
		}
		if method != http.MethodPost {
			return
		}
		var made struct{ ID string }
		if err := json.Unmarshal(text, &made); err != nil || made.ID == "" {
			t.Fatalf("%s, %v", text, err)
		}
		ids[name] = made.ID
	})
}

// TestMedplumFaults: the wire misbehaves at random, and the server is killed
// and forgets everything. In the end both sides are equal.
func TestMedplumFaults(t *testing.T) {
	for seed := range seeds() {
		t.Run(fmt.Sprint("seed=", seed+1), func(t *testing.T) { medplumFaults(t, rand.New(rand.NewPCG(11, uint64(seed+1)))) })
	}
}

func medplumFaults(t *testing.T, r *rand.Rand) {
	m := startMedplum(t, false)
	c := newClinic(t)
	faults := standin.Faults()
	calm := false
	target, err := url.Parse(m.base)
	if err != nil {
		t.Fatal(err)
	}
	proxy := &standin.Proxy{
		Next: &httputil.ReverseProxy{
			Rewrite:      func(p *httputil.ProxyRequest) { p.Out.URL.Scheme, p.Out.URL.Host = target.Scheme, target.Host },
			ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) },
		},
		Pick: func(*http.Request) standin.Fault {
			if !calm && r.IntN(4) == 0 {
				return faults[r.IntN(len(faults))]
			}
			return standin.None
		},
	}
	wire := serve(t, proxy)
	var es []*records.Encounter
	for i := range 24 {
		e := c.visit([]*records.Patient{nil, person(r.IntN(20))}[r.IntN(2)])
		c.save(e)
		es = append(es, e)
		if i%6 == 5 {
			c.once(c.sender(wire))
			c.now = c.now.Add(time.Minute)
		}
		if i == 14 {
			c.drain(wire) // what it forgets is something that it had
			m.kill()
			c.once(c.sender(wire))
			m.start()
		}
	}
	c.drain(wire)
	calm = true
	proxy.Flush()
	// What is lost and sent again has another id there, which the next check sees
	// in what refers to it.
	first := c.checkAll(wire)
	if first.Lost == 0 || first.Changed != 0 {
		t.Errorf("the server forgot everything, and the check found %+v", first)
	}
	last := first
	for i := 0; last.Lost > 0; i++ {
		if last = c.checkAll(wire); i > 3 {
			t.Fatalf("it does not end: %+v", last)
		}
	}
	if last != (outbox.CheckReport{Checked: len(es)}) {
		t.Errorf("in the end %+v", last)
	}
	m.expect(c, wire, es)
}
