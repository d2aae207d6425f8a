package outbox_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"testing"
	"time"

	"aidpost/records"
	"aidpost/records/outbox/standin"
)

// TestHapiFaults: the real server behind a wire that misbehaves at random, and
// killed once without warning; in the end both sides are equal.
func TestHapiFaults(t *testing.T) {
	h := startHapi(t, quick)
	c := newClinic(t)
	r := rand.New(rand.NewPCG(7, 7))
	faults := standin.Faults()
	wire := serve(t, &standin.Proxy{
		Next: h.wire(),
		Pick: func(*http.Request) standin.Fault {
			if r.IntN(3) == 0 {
				return faults[r.IntN(len(faults))]
			}
			return standin.None
		},
	}) + h.origin.Load().Path
	var es []*records.Encounter
	for i := range 100 {
		e := c.visit([]*records.Patient{nil, person(r.IntN(20))}[r.IntN(2)])
		c.save(e)
		es = append(es, e)
		if i%20 == 10 {
			c.once(c.sender(wire))
			c.now = c.now.Add(time.Minute)
		}
		if i == 60 {
			ctx, cancel := context.WithTimeout(t.Context(), time.Duration(r.IntN(300))*time.Millisecond)
			killed := make(chan struct{})
			time.AfterFunc(time.Duration(r.IntN(200))*time.Millisecond, func() {
				h.kill()
				close(killed)
			})
			if _, err := c.sender(wire).Once(ctx); err != nil && !errors.Is(err, context.DeadlineExceeded) {
				t.Fatal(err)
			}
			cancel()
			<-killed
			h.start()
		}
	}
	c.drain(wire)
	h.expect(c, es)
}
