package outbox_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"aidpost/records/fhir"
	"aidpost/records/outbox"
)

// roundVisits is how many visits are sent between two looks at the clock.
const roundVisits = 500

// rounds are how often: AIDPOST_DRAIN visits in all, or two thousand.
func rounds() int {
	if n, err := strconv.Atoi(os.Getenv("AIDPOST_DRAIN")); err == nil {
		return max(2, n/roundVisits)
	}
	return 4
}

// BenchmarkHapi drains visits into the server and, in turn with that, has a plain
// generator post the like of them in transactions of the same size, one after the
// other. Of-server is the share of that speed which Aidpost reaches: the median
// of the rounds, with the least and the most.
func BenchmarkHapi(b *testing.B) {
	h := startHapi(b)
	for range 6 { // until the server is warm: a cold one is four times slower
		h.post(newClinic(b).plainBundles(roundVisits))
	}
	for _, trusting := range []bool{false, true} {
		b.Run(fmt.Sprintf("trusting=%v", trusting), func(b *testing.B) {
			var shares, speeds []float64
			for b.Loop() {
				for n := range rounds() {
					var ours, plain time.Duration
					if n%2 == 0 { // whoever is second may find a better server
						ours, plain = h.drained(b, trusting), h.posted(b)
					} else {
						plain, ours = h.posted(b), h.drained(b, trusting)
					}
					shares = append(shares, plain.Seconds()/ours.Seconds())
					speeds = append(speeds, roundVisits/ours.Seconds())
				}
			}
			slices.Sort(shares)
			slices.Sort(speeds)
			b.ReportMetric(speeds[len(speeds)/2], "visits/s")
			b.ReportMetric(shares[0], "of-server-least")
			b.ReportMetric(shares[len(shares)/2], "of-server")
			b.ReportMetric(shares[len(shares)-1], "of-server-most")
		})
	}
}

// drained is how long Aidpost takes to send what has gathered.
func (h *hapi) drained(b *testing.B, trusting bool) time.Duration {
	c := newClinic(b)
	for i := range roundVisits {
		c.save(c.visit(person(i % 60)))
	}
	s := c.sender(h.base, func(o *outbox.Config) { o.Trusting = trusting })
	began := time.Now()
	if r := c.once(s); r.Sent != roundVisits {
		b.Fatalf("%+v", r)
	}
	return time.Since(began)
}

// posted is how long a plain generator takes for the like of that.
func (h *hapi) posted(b *testing.B) time.Duration {
	bodies := newClinic(b).plainBundles(roundVisits)
	began := time.Now()
	h.post(bodies)
	return time.Since(began)
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
