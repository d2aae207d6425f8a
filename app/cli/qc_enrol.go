package cli

import (
	"context"
	"time"

	"aidpost/records"
	"aidpost/records/quality"
)

// readScan takes what a scanner typed into the flags that it stands for. What
// was typed by hand wins.
func (j *qcJob) readScan(now time.Time) error {
	scan, err := quality.ParseScan(j.scan, now)
	if err != nil {
		return usage("%v", err)
	}
	if j.number == "" {
		j.number = scan.Number
	}
	if j.expires == "" && !scan.Expires.IsZero() {
		j.expires = scan.Expires.Format(time.DateOnly)
	}
	return nil
}

// qcEnrol puts an instrument on the list of those that belong here.
func (c *command) qcEnrol(ctx context.Context, a *records.Access, j *qcJob) error {
	if j.place == "" && !j.retire {
		return usage("say where the instrument is kept with --place, or --retire it")
	}
	return a.Enrol(ctx, quality.Enrolment{Instrument: j.instrument, Place: j.place, OnePerson: j.onePerson, Retired: j.retire})
}
