package cli

import (
	"context"
	"slices"

	"aidpost/instruments/catalogue"
	"aidpost/records"
	"aidpost/records/quality"
	"aidpost/records/vitals"
)

// qcLot puts a lot to use: of strips, of control solution, of a standard, or of
// blind samples.
func (c *command) qcLot(ctx context.Context, a *records.Access, j *qcJob) error {
	if j.scan != "" {
		if err := j.readScan(c.Now()); err != nil {
			return err
		}
	}
	if j.number == "" || j.expires == "" {
		return usage("a lot has a --number and a --expires, or a --scan that says both")
	}
	lot := quality.Lot{Number: j.number, Kind: j.lotKind(), Model: j.model, Level: j.level, Days: j.days}
	if lot.Kind == quality.Standard {
		lot.Panel = vitals.Panel(j.panel)
	}
	if err := checkLot(lot); err != nil {
		return err
	}
	var err error
	if lot.Expires, err = j.endOf(j.expires); err != nil {
		return err
	}
	if lot.Target, err = j.targetOf(lot.Kind); err != nil {
		return err
	}
	if lot.Kept, _, err = j.limits(); err != nil {
		return err
	}
	lot.Store = j.store
	return a.AddLot(ctx, lot)
}

// lotKind is what the flags make of a lot.
func (j *qcJob) lotKind() quality.LotKind {
	switch {
	case j.sample != "":
		return quality.LotKind(j.sample)
	case j.limit != "" || j.panel != "":
		return quality.Standard
	case j.target != "" || j.sd != "" || j.level != "":
		return quality.Control
	}
	return quality.Reagent
}

func checkLot(lot quality.Lot) error {
	_, known := catalogue.Find(lot.Model)
	switch {
	case lot.Kind == quality.Standard && (lot.Model != "" || !slices.Contains(vitals.Panels(), lot.Panel)):
		return usage("a standard is for every model of a --panel, like blood-pressure")
	case lot.Kind != quality.Standard && !known:
		return usage("there is no model %.40q; see: aidpost instruments", lot.Model)
	case !slices.Contains([]quality.LotKind{quality.Reagent, quality.Control, quality.Standard, quality.Proficiency, quality.Linearity}, lot.Kind):
		return usage("%.40q is no kind of sample: proficiency or linearity", lot.Kind)
	}
	return nil
}

// targetOf reads the target that a lot of a kind has.
func (j *qcJob) targetOf(kind quality.LotKind) (t quality.Target, err error) {
	if kind == quality.Reagent || kind.Blind() && j.target == "" {
		return t, nil
	}
	if t.Mean, err = parseQuantity(j.target); err != nil {
		return t, err
	}
	if kind == quality.Standard {
		if t.Limit, err = vitals.ParseDecimal(j.limit); err != nil {
			return t, usage("a standard has a greatest error: --limit")
		}
		if j.single != "" {
			if t.Single, err = vitals.ParseDecimal(j.single); err != nil {
				return t, usage("%.40q is no greatest difference of a pair, like 15", j.single)
			}
		}
		return t, nil
	}
	if t.SD, err = vitals.ParseDecimal(j.sd); err != nil && (kind == quality.Control || j.sd != "") {
		return t, usage("a control solution has a standard deviation: --sd")
	}
	return t, nil
}
