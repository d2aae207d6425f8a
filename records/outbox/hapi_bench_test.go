package outbox_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"aidpost/records/fhir"
	"aidpost/records/outbox"
)

// roundVisits is how many visits are sent between two looks at the clock: few, so
// that other programs on the machine are at both sides' work alike.
const roundVisits = 250

// rounds are how often: AIDPOST_DRAIN visits in all, or two thousand.
func rounds() int {
	if n, err := strconv.Atoi(os.Getenv("AIDPOST_DRAIN")); err == nil {
		return max(2, n/roundVisits)
	}
	return 8
}

// BenchmarkHapi drains visits into the server and, in turn with that, has a plain
// generator post the like of them in transactions of the same size, one after the
// other. Of-server is the share of that speed which Aidpost reaches, with the
// quarters of the rounds, and of-its-effort what the server computes for the plain
// one, as a share of what it computes for Aidpost.
func BenchmarkHapi(b *testing.B) {
	h := startHapi(b)
	for range 6 { // until the server is warm: a cold one is four times slower
		h.post(newClinic(b).plainBundles(roundVisits))
	}
	for _, trusting := range []bool{false, true} {
		b.Run(fmt.Sprintf("trusting=%v", trusting), func(b *testing.B) {
			var shares []float64
			var all, effort [2]float64 // seconds of ours and of the plain one
			c := newClinic(b)
			s := c.sender(h.base, func(o *outbox.Config) { o.Trusting = trusting })
			for b.Loop() {
				for n := range rounds() {
					both := [2]func(){h.drained(b, c, s), h.posted(b)}
					var took [2]float64
					for _, i := range [][]int{{0, 1}, {1, 0}}[n%2] { // whoever is second may find a better server
						took[i] = h.timed(&effort[i], both[i])
						all[i] += took[i]
					}
					shares = append(shares, took[1]/took[0])
				}
			}
			slices.Sort(shares)
			b.ReportMetric(float64(roundVisits*len(shares))/all[0], "visits/s")
			b.ReportMetric(all[1]/all[0], "of-server")
			b.ReportMetric(shares[len(shares)/4], "of-server-25%")
			b.ReportMetric(shares[len(shares)*3/4], "of-server-75%")
			b.ReportMetric(effort[1]/effort[0], "of-its-effort")
		})
	}
}

// drained has Aidpost send what has gathered, which is saved before the clock runs.
func (h *hapi) drained(b *testing.B, c *clinic, s *outbox.Sender) func() {
	for i := range roundVisits {
		c.save(c.visit(person(i % 60)))
	}
	return func() {
		if r := c.once(s); r.Sent != roundVisits {
			b.Fatalf("%+v", r)
		}
	}
}

// posted has a plain generator send the like of that, made before the clock runs.
func (h *hapi) posted(b *testing.B) func() {
	bodies := newClinic(b).plainBundles(roundVisits)
	return func() { h.post(bodies) }
}

// timed is how many seconds something takes. What the server computes meanwhile,
// whoever else is at work on the machine, is added to effort.
func (h *hapi) timed(effort *float64, what func()) float64 {
	began, used := time.Now(), h.computed()
	what()
	*effort += (h.computed() - used).Seconds()
	return time.Since(began).Seconds()
}

// computed is how long the server has been computing; zero where the system does
// not tell as Linux does.
func (h *hapi) computed() time.Duration {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", h.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	var ticks int64
	for _, f := range fields[11:13] { // utime and stime, in hundredths of a second
		n, _ := strconv.ParseInt(f, 10, 64)
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}

func (h *hapi) post(bodies [][]byte) {
	for _, body := range bodies {
		if status, text := h.ask(http.MethodPost, "", body); status != http.StatusOK {
			h.t.Fatalf("%d %s", status, text)
		}
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
