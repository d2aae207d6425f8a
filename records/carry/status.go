package carry

import (
	"context"
	"time"

	"aidpost/records"
)

// A Status is how carrying stands. Nothing in it is guessed from time: what an
// office or a server holds is known by its word alone.
type Status struct {
	Partners []records.Partner `json:"partners,omitempty"`
	// Local are visits that may leave and are nowhere else, Carried those of them
	// that a stick has and of which no word came back, Held those that the office
	// holds and no server yet.
	Local   int `json:"local"`
	Carried int `json:"carried"`
	Held    int `json:"held"`
	Sent    int `json:"sent"`    // revisions that a server holds
	Refused int `json:"refused"` // and those that wait for a person
	// Visits are the newest of those that no server holds.
	Visits []records.CarriedVisit `json:"visits,omitempty"`
	// Disputed are visits that were changed here and where they come from.
	Disputed []Disputed `json:"disputed,omitempty"`
}

// Disputed is a visit of which a person has to say which version holds.
type Disputed struct {
	Visit records.ID `json:"visit"`
	From  string     `json:"from"`
	At    time.Time  `json:"at"` // it was brought
}

// Status returns how it stands, with up to limit visits.
func (c *Carrier) Status(ctx context.Context, limit int) (s Status, err error) {
	if s.Partners, err = c.Store.Partners(ctx); err != nil {
		return s, err
	}
	on := map[records.ID]bool{}
	for _, p := range s.Partners {
		if !p.Office {
			continue
		}
		err := c.slips(ctx, p, func(_ int, sl slip) error {
			for id := range sl.Visits {
				on[id] = true
			}
			return nil
		})
		if err != nil {
			return s, err
		}
	}
	stats, err := c.Store.OutboxStats(ctx)
	if err != nil {
		return s, err
	}
	s.Held, s.Sent, s.Refused = stats.Carried, stats.Done, stats.Dead
	s.Visits, err = c.Store.CarriedVisits(ctx, limit, func(e records.OutboxEntry) bool { return on[e.Encounter] })
	if err != nil {
		return s, err
	}
	for _, v := range s.Visits {
		switch v.State {
		case "local":
			s.Local++
		case "carried":
			s.Carried++
		}
	}
	disputes, err := c.Store.Disputes(ctx)
	for _, d := range disputes {
		s.Disputed = append(s.Disputed, Disputed{d.Brought.Last().ID, d.Name, d.At})
	}
	return s, err
}

// firstParcel is the counter of the first letter of which a slip is kept.
const firstParcel = "carry/first"

// slips goes through the letters of which not all was heard.
func (c *Carrier) slips(ctx context.Context, office records.Partner, fn func(n int, s slip) error) error {
	first, err := c.counter(ctx, office, firstParcel)
	if err != nil {
		return err
	}
	last, err := c.counter(ctx, office, lastParcel)
	if err != nil {
		return err
	}
	for n := max(first, 1); n <= last; n++ {
		s, found, err := c.slip(ctx, office, n)
		if err == nil && found {
			err = fn(n, s)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// forget drops the slips of letters of which all was heard.
func (c *Carrier) forget(ctx context.Context, office records.Partner) error {
	first := 0
	err := c.slips(ctx, office, func(n int, s slip) error {
		for id := range s.Visits {
			_, heard, err := c.Store.Heard(ctx, office.ServerKey(), id)
			if err != nil || !heard {
				if first == 0 {
					first = n
				}
				return err
			}
		}
		return c.Store.DropCursor(ctx, office.ServerKey(), slipName(n))
	})
	if err != nil || first == 0 {
		return err
	}
	return c.count(ctx, office, firstParcel, first)
}
