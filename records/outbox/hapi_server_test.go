package outbox_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"aidpost/records"
	"aidpost/records/fhir"
)

// A hapi is a HAPI FHIR JPA server of this test's own, with its database in a
// file or, with AIDPOST_HAPI=postgres, in the cluster that libpq's variables name,
// so that it can be killed.
type hapi struct {
	program
	t        testing.TB
	database string   // as JDBC has it
	flags    []string // of its Java
	origin   atomic.Pointer[url.URL]
}

// quick has Java compile in a hurry: it starts in half the time. What it compiles
// is slower, so that nothing is measured with it.
const quick = "-XX:TieredStopAtLevel=1"

// startHapi starts the server that "make hapi" has built. Without that, the
// test is left out, and says so.
func startHapi(t testing.TB, flags ...string) *hapi {
	t.Helper()
	if os.Getenv("AIDPOST_HAPI") == "" {
		t.Skip("SKIPPED: only with AIDPOST_HAPI=1, see make hapi")
	}
	h := &hapi{t: t, flags: flags}
	if os.Getenv("AIDPOST_HAPI") == "postgres" {
		h.database = newDatabase(t)
	} else {
		h.database = "jdbc:h2:file:" + filepath.Join(t.TempDir(), "hapi") + durable
	}
	t.Cleanup(h.kill)
	h.start()
	return h
}

// newDatabase makes a database in the PostgreSQL cluster of the environment.
func newDatabase(t testing.TB) string {
	name := "hapi" + strings.ReplaceAll(string(records.NewID()), "-", "")
	if out, err := exec.Command("createdb", name).CombinedOutput(); err != nil {
		t.Skipf("SKIPPED: there is no PostgreSQL for the HAPI FHIR server: %v: %s", err, out)
	}
	return "jdbc:postgresql://" + os.Getenv("PGHOST") + ":" + os.Getenv("PGPORT") + "/" + name
}

// durable has H2 write a commit before it is confirmed. Its own half second of
// delay loses confirmed visits when the server is killed, which no client can
// see that has read them back.
const durable = ";WRITE_DELAY=0"

// start starts it.
func (h *hapi) start() {
	h.t.Helper()
	if _, err := os.Stat(hapiJars); err != nil {
		h.t.Skip("SKIPPED: there is no HAPI FHIR server, it needs Java and what Maven fetches: ", err)
	}
	if err := h.launchAgain(); err != nil {
		h.t.Fatal("starting HAPI: ", err)
	}
}

// hapiJars lists what the server consists of.
const hapiJars = "hapi/target/classpath"

// launchAgain starts it on whichever port there is: what must not change is the
// wire.
func (h *hapi) launchAgain() error {
	jars, err := os.ReadFile(hapiJars)
	if err != nil {
		return err
	}
	err = h.program.start(func() *exec.Cmd {
		args := append(slices.Clone(h.flags), "-Xmx1500m", "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
			"-cp", "hapi/target/classes"+string(filepath.ListSeparator)+strings.TrimSpace(string(jars)), "aidpost.Hapi", h.database)
		return exec.Command("java", args...)
	}, 10*time.Minute) // a busy machine may need five
	if err != nil {
		return err
	}
	at, err := url.Parse(h.base)
	if err == nil {
		h.origin.Store(at)
	}
	return err
}

// wire passes requests on to the server, wherever it has been started last. While
// it is not there, that is a bad gateway.
func (h *hapi) wire() http.Handler {
	return &httputil.ReverseProxy{
		Rewrite: func(p *httputil.ProxyRequest) {
			at := h.origin.Load()
			p.Out.URL.Scheme, p.Out.URL.Host = at.Scheme, at.Host
		},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) },
		ErrorLog:     slog.NewLogLogger(slog.DiscardHandler, slog.LevelError), // it is killed on purpose
	}
}

// empty takes everything away that it holds.
func (h *hapi) empty() {
	h.t.Helper()
	all := `{"resourceType":"Parameters","parameter":[{"name":"expungeEverything","valueBoolean":true}]}`
	if status, text := h.ask(http.MethodPost, "/$expunge", []byte(all)); status != http.StatusOK {
		h.t.Fatalf("%d: %s", status, text)
	}
}

func (h *hapi) ask(method, path string, body []byte) (int, []byte) {
	h.t.Helper()
	r, err := http.NewRequest(method, h.base+path, bytes.NewReader(body))
	if err != nil {
		h.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/fhir+json")
	r.Header.Set("Accept", "application/fhir+json")
	r.Header.Set("Cache-Control", "no-cache, no-store") // as it is now, and in one answer
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

// together is how many resources are asked for at once.
const together = 50

// holds asks for resources of a kind, and returns those that there are by id.
func (h *hapi) holds(kind string, ids []string) map[string][]byte {
	h.t.Helper()
	out := map[string][]byte{}
	for some := range slices.Chunk(ids, together) {
		_, text := h.ask(http.MethodGet, "/"+kind+"?_count=100&_id="+strings.Join(some, ","), nil)
		var b struct {
			Entry []struct{ Resource json.RawMessage }
		}
		if err := json.Unmarshal(text, &b); err != nil {
			h.t.Fatalf("%s: %s", kind, text)
		}
		for _, e := range b.Entry {
			var r struct{ ID string }
			if err := json.Unmarshal(e.Resource, &r); err != nil {
				h.t.Fatal(err)
			}
			out[r.ID] = e.Resource
		}
	}
	return out
}

// expect compares what it holds to the visits: each resource, element for
// element, and as many as there are.
func (h *hapi) expect(c *clinic, es []*records.Encounter) {
	h.t.Helper()
	want := map[string]map[string]fhir.Resource{} // by kind and id
	for _, e := range es {
		for _, r := range c.resources(e.ID) {
			if want[r.Type] == nil {
				want[r.Type] = map[string]fhir.Resource{}
			}
			want[r.Type][string(r.ID)] = r
		}
	}
	for kind, all := range want {
		var ids []string
		for id := range all {
			ids = append(ids, id)
		}
		held := h.holds(kind, ids)
		for id, r := range all {
			if same, err := fhir.Same(r.JSON, held[id]); err != nil || !same {
				h.t.Errorf("%s/%s is held as %s, want %s", kind, id, held[id], r.JSON)
			}
		}
		earlier := 0 // revisions that were sent and then corrected; each keeps its Provenance
		if kind == "Provenance" {
			earlier = len(h.holds(kind, c.corrected(es)))
		}
		if got := h.count(kind + "?_summary=count"); got != len(all)+earlier {
			h.t.Errorf("%d of %s, want %d and %d of what was corrected", got, kind, len(all), earlier)
		}
	}
}

// corrected lists the ids of the Provenances of all revisions but the last.
func (c *clinic) corrected(es []*records.Encounter) (ids []string) {
	c.t.Helper()
	for _, e := range es {
		stored, err := c.store.Encounter(context.Background(), e.ID)
		if err != nil {
			c.t.Fatal(err)
		}
		for rev := 1; rev < stored.Revision; rev++ {
			old, err := c.store.EncounterRevision(context.Background(), e.ID, rev)
			if err != nil {
				c.t.Fatal(err)
			}
			all, err := fhir.Visit(old, nil, operator)
			if err != nil {
				c.t.Fatal(err)
			}
			for _, r := range all {
				if r.Type == "Provenance" {
					ids = append(ids, string(r.ID))
				}
			}
		}
	}
	return ids
}

// resources are what a visit is in FHIR, as the records have it today.
func (c *clinic) resources(id records.ID) []fhir.Resource {
	c.t.Helper()
	ctx := context.Background()
	stored, err := c.store.Encounter(ctx, id)
	if err != nil {
		c.t.Fatal(err)
	}
	var before []*records.Encounter
	for rev := 1; rev < stored.Revision; rev++ {
		old, err := c.store.EncounterRevision(ctx, id, rev)
		if err != nil {
			c.t.Fatal(err)
		}
		before = append(before, old)
	}
	all, err := fhir.Visit(stored, before, operator)
	if err != nil {
		c.t.Fatal(err)
	}
	return all
}
