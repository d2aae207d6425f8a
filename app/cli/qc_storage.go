package cli

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"text/tabwriter"

	"aidpost/records"
	"aidpost/records/quality"
	"aidpost/records/vitals"
)

// limits reads two temperatures; false: none were given.
func (j *qcJob) limits() (l quality.Limits, given bool, err error) {
	if j.low == "" && j.high == "" {
		return l, false, nil
	}
	if l.Low, err = vitals.ParseDecimal(j.low); err == nil {
		l.High, err = vitals.ParseDecimal(j.high)
	}
	if err != nil {
		return l, true, usage("--low and --high are temperatures in °C, like 4 and 30")
	}
	return l, true, nil
}

// qcStorage puts a reading of a store's temperature on record, or lists the last ones.
func (c *command) qcStorage(ctx context.Context, a *records.Access, j *qcJob) error {
	limits, given, err := j.limits()
	switch {
	case err != nil:
		return err
	case given:
		return a.NoteStorage(ctx, quality.Storage{Store: j.store, Limits: limits, Comment: j.why, Corrects: j.correct})
	case j.correct:
		return usage("--correct needs --low and --high")
	}
	log, err := a.Quality(ctx)
	if err != nil {
		return err
	}
	const minute = "2006-01-02 15:04"
	tw := tabwriter.NewWriter(c.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "STORE\tSTRIPS\tLAST READING\tNEXT READING\tSTATE")
	for _, s := range log.Stores(j.planOf, c.Now()) {
		last, next, state := "-", "-", "in order"
		if !s.Last.At.IsZero() {
			last = fmt.Sprintf("%s to %s °C, %s", s.Last.Low, s.Last.High, s.Last.At.In(j.zone).Format(minute))
		}
		if !s.Due.IsZero() {
			next = s.Due.In(j.zone).Format(minute)
		}
		switch {
		case len(s.Spoilt) > 0:
			state = "kept too cold or too warm: " + strings.Join(numbersOf(s.Spoilt), " ")
		case s.Overdue:
			state = "due"
		}
		fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%s\n", cmp.Or(clean(s.Name), "-"), cmp.Or(strings.Join(numbersOf(s.Lots), " "), "-"), last, next, state)
	}
	return tw.Flush()
}

func numbersOf(lots []quality.Lot) (numbers []string) {
	for _, lot := range lots {
		numbers = append(numbers, clean(lot.Number))
	}
	return numbers
}
