package visit_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/app/memory"
	"aidpost/app/visit"
	"aidpost/instruments"
	"aidpost/instruments/simulated"
	"aidpost/records"
)

// afterNights is a person at a counter when a simulated oximeter has recorded its
// nights.
func afterNights(t *testing.T) *counter {
	t.Helper()
	time.Sleep(time.Until(time.Date(2026, time.March, 12, 9, 0, 0, 0, time.UTC)))
	c := newCounter(t, nil)
	c.person(1970)
	return c
}

// twoNights is an oximeter with a clock that has two of them.
func twoNights() *simulated.ContecPackets {
	return simulated.NewContecPackets(simulated.Options{Seed: 3})
}

// checkNights expects both nights, each once.
func checkNights(t *testing.T, o visit.OwnState) {
	t.Helper()
	if o.New != 2 || o.Known != 0 || len(o.Readings) != 2 || o.Unread != 0 {
		t.Fatalf("new %d, known %d, %d readings, %d unread", o.New, o.Known, len(o.Readings), o.Unread)
	}
	if o.Readings[0].Record == o.Readings[1].Record || o.Readings[0].Taken.Before(o.Readings[1].Taken) {
		t.Errorf("the newest first: %s at %s, %s at %s", o.Readings[0].Record, o.Readings[0].Taken, o.Readings[1].Record, o.Readings[1].Taken)
	}
}

// TestOwnNights: each night that an oximeter tells apart becomes a result, once.
func TestOwnNights(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := afterNights(t)
		defer c.stop()
		c.bring(memory.Oximeter, twoNights())
		checkNights(t, c.until(visit.OwnDone, 2*time.Minute).Own)
		c.do(c.v.TakeOwn(true), visit.Finish)
		c.do(c.v.Leave(), visit.Welcome)
		c.pass(time.Second)
		kept := map[records.ID]bool{}
		for _, e := range c.store.saved() {
			for _, o := range e.Observations {
				kept[o.ID] = true
			}
		}
		if len(kept) != 2 {
			t.Errorf("%d results are kept", len(kept))
		}
	})
}

// pulledOnce is a twin whose cable is pulled when it has sent so much for the first
// time, and that counts what it sends after that.
type pulledOnce struct {
	simulated.Twin
	after, sent int
}

func (p *pulledOnce) Run(ctx context.Context, wire instruments.Port) error {
	return p.Twin.Run(ctx, &counted{wire, p})
}

type counted struct {
	instruments.Port
	of *pulledOnce
}

func (c *counted) Write(b []byte) (int, error) {
	c.of.sent += len(b)
	if c.of.after > 0 && c.of.sent >= c.of.after {
		c.Port.Close()
	}
	return c.Port.Write(b)
}

// TestOwnNightsGoOn: after the cable was pulled in the second night and is in again,
// the first is not sent once more, and both are there.
func TestOwnNightsGoOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := afterNights(t)
		defer c.stop()
		whole := &pulledOnce{Twin: twoNights()}
		c.bring(memory.Oximeter, whole)
		c.until(visit.OwnDone, 2*time.Minute)
		c.do(c.v.RemoveOwn(), visit.Choose)
		c.bus.Unplug(c.rack.Attached()[0].Endpoint.Path)
		c.pass(time.Second)

		twin := &pulledOnce{Twin: twoNights(), after: whole.sent * 9 / 10}
		c.bring(memory.Oximeter, twin)
		c.until(visit.OwnRead, time.Minute)
		s := c.until(visit.OwnPlug, time.Minute)
		if s.Own.Trouble != instruments.Unplugged {
			t.Fatalf("after the cable was pulled: %q", s.Own.Trouble)
		}
		for _, a := range c.rack.Attached() {
			c.bus.Unplug(a.Endpoint.Path)
		}
		c.pass(time.Second)
		twin.after, twin.sent = 0, 0
		c.plugIn(twin)
		checkNights(t, c.until(visit.OwnDone, 2*time.Minute).Own)
		if twin.sent > whole.sent*2/3 {
			t.Errorf("%d bytes were sent again, all are %d", twin.sent, whole.sent)
		}
	})
}
