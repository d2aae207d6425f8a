package outbox

import (
	"context"
	"errors"
	"slices"

	"aidpost/records"
)

// A shipment is some visits, what the server lacks of them, and what is known
// of how it names things.
type shipment struct {
	visits []visit
	// loads are what is still to be sent or, in the end, the last that was: one, but for
	// a single visit that is too large for it.
	loads  [][]parcel
	remote map[string]string
	rest   []visit // after its last

	receipts []records.Receipt
	given    [][]byte // the resources as the server has answered with them
	// doubtful says that something of it may have got there earlier.
	doubtful bool
}

// visitsOf are the visits of shipments.
func visitsOf(shipments []*shipment) []visit {
	var out []visit
	for _, s := range shipments {
		out = append(out, s.visits...)
	}
	return out
}

// A convoy is visits on their way: while one shipment is answered, those before it
// are proved and the one after it is packed. A shipment counts only if those
// before it were proved: it may refer to what they brought.
type convoy struct {
	*run
	rest  []visit     // not packed yet
	next  *shipment   // packed, or nil
	there []*shipment // as the server says, and to be proved together
	proof chan result // of those; nil while they gather
}

// A result is what came of something that went on meanwhile.
type result struct {
	answer
	err error
}

// meanwhile does something that does not end here.
func meanwhile(do func() (answer, error)) chan result {
	c := make(chan result, 1)
	go func() {
		a, err := do()
		c <- result{a, err}
	}()
	return c
}

// deliver brings visits to the server. The answer is not done if the rest has
// to wait; what is wrong with single visits is settled here.
func (r *run) deliver(ctx context.Context, visits []visit) (answer, error) {
	c := &convoy{run: r, rest: visits}
	for {
		if err := c.pack(ctx); err != nil {
			if c.proof != nil {
				<-c.proof
			}
			c.doubt(c.there...)
			return answer{}, err
		}
		var a answer
		var err error
		switch {
		case c.next != nil:
			a, err = c.send(ctx)
		case len(c.there) > 0: // the rest waits for that, if there is any
			_, a, err = c.arrive(ctx)
		default:
			return answer{}, nil
		}
		if err != nil || a.verdict != done {
			return a, err
		}
	}
}

// pack packs the next shipment, unless that has to wait until those that are there
// are proved.
func (c *convoy) pack(ctx context.Context) error {
	if c.next != nil || len(c.rest) == 0 {
		return nil
	}
	s, err := c.nextShipment(ctx, c.rest, c.there)
	if err != nil || s == nil || len(s.loads) > 1 && len(c.there) > 0 {
		return err
	}
	if c.rest = s.rest; len(s.visits) > 0 {
		c.next = s
	}
	return nil
}

// send puts the next shipment on the server.
func (c *convoy) send(ctx context.Context) (answer, error) {
	now := c.next
	c.next = nil
	hope := c.hope(now)
	posted := meanwhile(func() (answer, error) { return c.post(ctx, now) })
	if c.proof != nil {
		if all, a, err := c.arrive(ctx); !all {
			<-posted // what that did is found out to be there next time
			c.doubt(now)
			return a, err
		}
	}
	after, errAfter := c.packed(ctx, hope)
	o := <-posted
	switch {
	case o.err != nil, o.verdict == done && errAfter != nil:
		c.doubt(now)
		c.doubt(c.there...)
		return o.answer, errors.Join(o.err, errAfter)
	case o.verdict != done:
		if all, a, err := c.arrive(ctx); !all {
			c.doubt(now)
			return a, err
		}
		return c.atFault(ctx, now, o.answer)
	}
	if c.there = append(c.there, now); c.enough() {
		c.ask(ctx)
	}
	if after != nil {
		c.next, c.rest = after, after.rest
	}
	return answer{}, nil
}

// hope is a shipment as it will be there if nothing goes wrong; nil if it is not known
// how the server will name what it brings.
func (c *convoy) hope(now *shipment) *shipment {
	if c.serverIDs || len(now.loads) != 1 {
		return nil
	}
	hope := &shipment{}
	for _, p := range now.loads[0] {
		hope.receipts = append(hope.receipts, records.Receipt{Kind: p.Type, ID: p.ID, Remote: p.remoteID(), Hash: p.hash})
	}
	return hope
}

// packed packs what comes after a shipment that is not answered yet, as if all went
// well; nil if that has to be waited for.
func (c *convoy) packed(ctx context.Context, hope *shipment) (*shipment, error) {
	if hope == nil || len(c.rest) == 0 {
		return nil, nil
	}
	s, err := c.nextShipment(ctx, c.rest, append(slices.Clip(c.there), hope))
	if err != nil || s == nil || len(s.loads) > 1 || len(s.visits) == 0 {
		return nil, err
	}
	return s, nil
}

// enough reports whether so much is there that the server is to be asked for it: as
// much as one search asks for. A server that has not proved itself is asked each time.
func (c *convoy) enough() bool {
	last := len(c.there[len(c.there)-1].visits) // the next is like it
	return len(visitsOf(c.there))+last > askedAtOnce || c.proofs.Load() < probation
}

// ask has the server asked for what is there.
func (c *convoy) ask(ctx context.Context) {
	there := c.there
	c.proof = meanwhile(func() (answer, error) { return c.keep(ctx, there...) })
}

// arrive waits until all that is there is proved. What is wrong with a shipment is
// settled, and those after it are sent again.
func (c *convoy) arrive(ctx context.Context) (all bool, a answer, err error) {
	if len(c.there) == 0 {
		return true, answer{}, nil
	}
	if c.proof == nil {
		c.ask(ctx)
	}
	o, there := <-c.proof, c.there
	c.there, c.proof = nil, nil
	switch {
	case o.err == nil && o.verdict == done:
		err := c.delivered(ctx, visitsOf(there))
		return err == nil, answer{}, err
	case o.err == nil && !o.verdict.waits() && len(there) > 1:
		return c.oneByOne(ctx, there)
	}
	c.doubt(there...)
	if o.err != nil || o.verdict.waits() {
		return false, o.answer, o.err
	}
	c.rest = there[0].rest
	a, err = c.atFault(ctx, there[0], o.answer)
	return false, a, err
}

// oneByOne proves each shipment by itself, to find out which of them the server does
// not hold.
func (c *convoy) oneByOne(ctx context.Context, there []*shipment) (all bool, a answer, err error) {
	for i := range there {
		c.there = there[i : i+1]
		if all, a, err = c.arrive(ctx); !all {
			c.doubt(there[i+1:]...)
			return false, a, err
		}
	}
	return true, answer{}, nil
}
