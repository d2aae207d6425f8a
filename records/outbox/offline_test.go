package outbox_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"testing"
	"time"

	"aidpost/records"
	"aidpost/records/outbox/standin"
	"aidpost/records/vitals"
)

// TestFourteenDaysOffline: a clinic has no network for fourteen days, is switched off
// every night and in the middle of some days, and corrects now and then what it has
// measured. The records wait whole, and each night it is known how many do. Then there
// is a network that fails in every way: in the end each visit is on the server once.
func TestFourteenDaysOffline(t *testing.T) {
	for seed := range uint64(seeds()) {
		t.Run(fmt.Sprint("seed=", seed+1), func(t *testing.T) {
			testFourteenDays(t, rand.New(rand.NewPCG(14, seed)), rand.New(rand.NewPCG(15, seed)))
		})
	}
}

func testFourteenDays(t *testing.T, r, mishaps *rand.Rand) {
	const days, visitsADay = 14, 30
	c, server := newClinic(t), &standin.Server{NoneMatch: true}
	all, online, calm := standin.Faults(), false, false
	wire := &standin.Proxy{Next: server, Pick: func(*http.Request) standin.Fault {
		switch {
		case !online:
			return standin.CutBefore
		case !calm && mishaps.IntN(6) == 0:
			return all[mishaps.IntN(len(all))]
		}
		return standin.None
	}}
	url := serve(t, wire)
	var es []*records.Encounter
	morning := c.now
	for day := range days {
		c.now = morning.AddDate(0, 0, day)
		for range visitsADay {
			c.now = c.now.Add(16 * time.Minute)
			e := c.visit([]*records.Patient{nil, person(r.IntN(40))}[r.IntN(2)])
			c.save(e)
			es = append(es, e)
			switch r.IntN(15) {
			case 0:
				c.once(c.sender(url))
			case 1:
				e := es[r.IntN(len(es))]
				e.Observations[0].Values[0].Quantity = vitals.Of(100+r.IntN(80), vitals.MmHg)
				c.save(e)
			case 2:
				c.restart()
			}
		}
		c.restart()
		if stats := c.stats(); stats.Pending != len(es)+revisions(c, es) || stats.Dead > 0 || stats.Done > 0 {
			t.Fatalf("after %d days and %d visits: %+v", day+1, len(es), stats)
		}
	}
	if held := server.Held(); len(held) > 0 {
		t.Fatalf("%d resources got through no network", len(held))
	}
	online = true
	c.now = morning.AddDate(0, 0, days)
	c.drain(url)
	wire.Flush()
	calm = true
	c.checkAll(url)
	c.expect(server, es...)
}

// revisions is how many corrections wait beside the visits.
func revisions(c *clinic, es []*records.Encounter) (n int) {
	for _, e := range es {
		stored, err := c.store.Encounter(c.t.Context(), e.ID)
		if err != nil {
			c.t.Fatal(err)
		}
		n += stored.Revision - 1
	}
	return n
}
