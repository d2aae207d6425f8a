package site

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"aidpost/app/visit"
	"aidpost/instruments"
	"aidpost/instruments/catalogue"
	"aidpost/records"
	"aidpost/records/quality"
	"aidpost/records/vitals"
)

// ErrPlan reports a plan of quality control that cannot be followed.
var ErrPlan = errors.New("the plan of quality control cannot be followed")

// mostHours is how long a control run may hold at most: a year.
const mostHours = 366 * 24

func checkPlans(plans []quality.Plan) error {
	var seen []vitals.Panel
	for _, p := range plans {
		switch {
		case !slices.Contains(vitals.Panels(), p.Panel):
			return fmt.Errorf("%w: there is no panel %.40q", ErrPlan, p.Panel)
		case slices.Contains(seen, p.Panel):
			return fmt.Errorf("%w: two plans for %s", ErrPlan, p.Panel)
		case p.ControlEvery < 0 || p.ControlEvery > mostHours || p.ControlAfter < 0 || p.Overrides < 0:
			return fmt.Errorf("%w: impossible numbers for %s", ErrPlan, p.Panel)
		case p.VolunteerEvery < 0 || p.VolunteerEvery > mostHours/24 || p.VolunteerEvery > 0 && p.Panel != vitals.BloodPressure:
			return fmt.Errorf("%w: a check on a volunteer is of blood-pressure, every 1 to %d days", ErrPlan, mostHours/24)
		case p.StoreEvery < 0 || p.StoreEvery > mostHours || p.Kept.Known() && (!p.Kept.Plausible() || p.Kept.High.Cmp(p.Kept.Low) == 0):
			return fmt.Errorf("%w: impossible temperatures for %s", ErrPlan, p.Panel)
		}
		if err := quality.CheckShifts(p.Shifts); err != nil {
			return fmt.Errorf("%w: a shift of %s: %w", ErrPlan, p.Panel, err)
		}
		for _, named := range p.Enrolled {
			model, _, _ := strings.Cut(named, "/")
			if d, ok := catalogue.Find(model); !ok || d.Model().Panel != p.Panel {
				return fmt.Errorf("%w: %.60q is no instrument for %s", ErrPlan, named, p.Panel)
			}
		}
		seen = append(seen, p.Panel)
	}
	return nil
}

// Plan returns what the site asks of the instruments of a panel, or false if
// nothing.
func (p Profile) Plan(panel vitals.Panel) (quality.Plan, bool) {
	for _, plan := range p.Quality {
		if plan.Panel == panel {
			plan.Zone = p.zone
			return plan, true
		}
	}
	return quality.Plan{Panel: panel, Zone: p.zone}, false
}

// Admit returns what a visit asks before an instrument is used: what the site asks of
// it and, where it asks nothing, that it is no stranger.
func (p Profile) Admit(a *records.Access) visit.Admit {
	return func(ctx context.Context, from instruments.Attached, own bool) (bool, error) {
		plan, asked := p.Plan(from.Model.Panel)
		plan.Brought = own
		through, err := a.Admit(ctx, plan, visit.InstrumentOf(from))
		if _, locked := errors.AsType[*quality.LockedError](err); !asked && !locked {
			return through, nil // records that do not answer keep nobody from being measured
		}
		return through, err
	}
}
