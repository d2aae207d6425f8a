package clerk

import (
	"context"
	"fmt"

	"aidpost/records"
	"aidpost/reports/cups"
)

// Orders returns an order like o for each that a batch is of: of Visit for every
// visit with a reading between Since and Until, of Person and Trend for everybody who was
// measured then. The newest are first. Errors are ErrOrder and those of
// records.Access.
func (c *Clerk) Orders(ctx context.Context, o Order) ([]Order, error) {
	if about := o.Kind.Of(); about == Site || o.Kind == Referral {
		return nil, fmt.Errorf("%s: %w: it is no batch", o.Kind, ErrOrder)
	}
	orders, seen := []Order{}, map[records.ID]bool{}
	err := c.Access.Encounters(ctx, records.Filter{Since: o.Since, Until: o.Until}, func(s records.Summary) error {
		each := o
		switch {
		case s.Observations == 0: // there is nothing to take along
			return nil
		case o.Kind == Visit:
			each.Encounter = s.ID
		case s.Patient == nil || seen[s.Patient.ID]:
			return nil
		default:
			seen[s.Patient.ID] = true
			each.Patient = s.Patient.ID
		}
		orders = append(orders, each)
		return nil
	})
	return orders, err
}

// PrintAll prints one order after the other, until one fails or ctx ends. Tell
// hears how many are out and how the next one is. It returns how many came out,
// so that the rest can be printed later; errors are those of Print.
func (c *Clerk) PrintAll(ctx context.Context, on cups.Printer, orders []Order, tell func(done int, now cups.Progress)) (done int, err error) {
	for _, o := range orders {
		err := ctx.Err()
		if err == nil {
			err = c.Print(ctx, on, o, func(now cups.Progress) { tell(done, now) })
		}
		if err != nil {
			return done, err
		}
		done++
	}
	return done, nil
}
