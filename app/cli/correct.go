package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"aidpost/app/site"
	"aidpost/records"
	"aidpost/records/guideline"
	"aidpost/records/vitals"
)

func voidVerb() verb {
	return verb{
		name: "void", args: "OBSERVATION --reason REASON [--note TEXT] [--data DIR]",
		brief: "mark a result as entered in error",
		about: `
Marks an observation as entered in error, with who did so and why; see: aidpost
trace ENCOUNTER. A mean that it went into is marked as well. What was there
stays in the earlier revisions of the visit, and the server is told. The
reasons are ` + reasonList() + `; other needs a note.`,
		exits: []int{ExitFailed, ExitDenied, ExitInterrupted},
		setup: func(c *command) func(context.Context, []string) error {
			return setupCorrection(c, func(ctx context.Context, a *records.Access, _ *guideline.Rules, id records.ID, why records.Correction) (*records.Encounter, error) {
				return a.Void(ctx, id, why)
			})
		},
	}
}

func amendVerb() verb {
	return verb{
		name: "amend", args: "OBSERVATION --value MEASURE=NUMBER... [--meal MEAL] --reason REASON [--note TEXT] [--data DIR]",
		brief: "correct what a result says",
		about: `
Corrects an observation, with who did so and why; see: aidpost trace ENCOUNTER.
A --value is in the unit it was measured in, like glucose=104; --meal is
fasting, before-meal, after-meal, after-load or random. What the result was
judged as goes with what it said. A mean and what it is made of are not amended:
void them. What was there stays in the earlier revisions of the visit, and the
server is told. The reasons are ` + reasonList() + `; other needs a note.`,
		exits: []int{ExitFailed, ExitDenied, ExitInterrupted},
		setup: func(c *command) func(context.Context, []string) error {
			var values newValues
			c.flags.Var(&values, "value", "what it should say; `MEASURE=NUMBER`, may be repeated")
			meal := c.flags.String("meal", "", "how it relates to eating: a `MEAL`")
			return setupCorrection(c, func(ctx context.Context, a *records.Access, rules *guideline.Rules, id records.ID, why records.Correction) (*records.Encounter, error) {
				return amend(ctx, a, rules, id, values, vitals.Meal(*meal), why)
			})
		},
	}
}

func moveVerb() verb {
	return verb{
		name: "move", args: "OBSERVATION --to PATIENT --reason REASON [--note TEXT] [--data DIR]",
		brief: "put a result into a visit of the right person",
		about: `
Puts an observation that was saved for the wrong person into a visit of the right
one; see: aidpost patients find. A mean takes the readings with it that it was
made of. Where it was it stays, as entered in error; each says where the other
is, who did so and why, and the server is told. The result is judged again for
the right person. The reasons are ` + reasonList() + `; other needs a note.`,
		exits: []int{ExitFailed, ExitDenied, ExitInterrupted},
		setup: func(c *command) func(context.Context, []string) error {
			to := c.flags.String("to", "", "the right `person`")
			return setupCorrection(c, func(ctx context.Context, a *records.Access, rules *guideline.Rules, id records.ID, why records.Correction) (*records.Encounter, error) {
				if *to == "" {
					return nil, usage("name the right person with --to; see: aidpost patients find")
				}
				_, moved, err := a.Move(ctx, id, records.ID(*to), func(e *records.Encounter) func(records.Observation) []records.Judgement {
					return site.Judging(rules, e)
				}, why)
				return moved, err
			})
		},
	}
}

func reasonList() string {
	all := strings.Split(reasonsOf(records.CorrectionReasons()), ", ")
	return strings.Join(all[:len(all)-1], ", ") + " and " + all[len(all)-1]
}

// A correcting is what one of the verbs does, with the rules of the place.
type correcting func(context.Context, *records.Access, *guideline.Rules, records.ID, records.Correction) (*records.Encounter, error)

// setupCorrection declares what the verbs share.
func setupCorrection(c *command, do correcting) func(context.Context, []string) error {
	var why records.Correction
	data := c.dataFlag()
	reason := c.flags.String("reason", "", "the `reason`")
	c.flags.StringVar(&why.Note, "note", "", "the reason in a few `words`, kept with the result")
	return func(ctx context.Context, args []string) error {
		id, err := one(args, "an observation; see: aidpost trace ENCOUNTER")
		if err != nil {
			return err
		}
		if why.Reason = records.CorrectionReason(*reason); !slices.Contains(records.CorrectionReasons(), why.Reason) {
			return usage("name the reason with --reason: %s", reasonList())
		}
		folder, err := data()
		if err != nil {
			return fail(ExitFailed, "%w", err)
		}
		rules, err := rulesOf(folder)
		if err != nil {
			return err
		}
		return c.withRecords(ctx, folder, func(a *records.Access) error {
			e, err := do(ctx, a, rules, records.ID(id), why)
			if errors.Is(err, records.ErrNotFound) {
				return fail(ExitFailed, "there is no observation %.40q", id)
			}
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(c.Stdout, "%s revision %d\n", e.ID, e.Revision)
			return err
		})
	}
}

// rulesOf returns the rules of the place whose records are in a folder.
func rulesOf(folder string) (*guideline.Rules, error) {
	profile, err := site.LoadProfile(folder)
	if err != nil {
		return nil, fail(ExitFailed, "%w", err)
	}
	rules, err := site.Rules(profile.Choice(""))
	if err != nil {
		return nil, fail(ExitFailed, "%w", err)
	}
	return rules, nil
}

// A newValues is the flag --value MEASURE=NUMBER, which may be repeated.
type newValues map[vitals.Measure]vitals.Decimal

func (l *newValues) String() string { return "" }

// Set reads one MEASURE=NUMBER.
func (l *newValues) Set(s string) error {
	measure, number, _ := strings.Cut(s, "=")
	d, err := vitals.ParseDecimal(number)
	if err != nil {
		return fmt.Errorf("%.40q is no value like glucose=104", s)
	}
	if *l == nil {
		*l = newValues{}
	}
	(*l)[vitals.Measure(measure)] = d
	return nil
}

// amend gives the values the units they were measured in.
func amend(ctx context.Context, a *records.Access, rules *guideline.Rules, id records.ID, to newValues, meal vitals.Meal, why records.Correction) (*records.Encounter, error) {
	o, e, err := a.Observation(ctx, id)
	if err != nil {
		return nil, err
	}
	change := records.Amendment{Judged: site.Judging(rules, e)}
	for measure, number := range to {
		was, ok := o.Values.Get(measure)
		if !ok {
			return nil, fail(ExitFailed, "no %.40q was measured there", measure)
		}
		change.Values = append(change.Values, vitals.Value{Measure: measure, Quantity: vitals.Quantity{Value: number, Unit: was.Unit}})
	}
	if meal != "" {
		known := []vitals.Meal{vitals.Fasting, vitals.BeforeMeal, vitals.AfterMeal, vitals.AfterLoad, vitals.RandomMeal}
		if !slices.Contains(known, meal) || o.Panel != vitals.BloodGlucose {
			return nil, fail(ExitFailed, "%.40q is no relation to eating that this result can have", meal)
		}
		change.Meal = &meal
	}
	return a.Amend(ctx, id, change, why)
}
