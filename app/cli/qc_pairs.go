package cli

import (
	"strings"

	"aidpost/records/quality"
	"aidpost/records/vitals"
)

// controlRun is a control run as the flags say it: with a value, or with the pairs of
// a check on a volunteer.
func (j *qcJob) controlRun() (quality.Run, error) {
	if j.pairs == "" {
		if j.value == "" {
			return quality.Run{}, usage("qc run needs --value, or --pairs")
		}
		return j.run()
	}
	run := quality.Run{Instrument: j.instrument, Control: j.control, Value: vitals.Of(0, vitals.MmHg), Comment: j.why}
	for pair := range strings.SplitSeq(j.pairs, ",") {
		before, after, _ := strings.Cut(pair, "=")
		reference, err := quality.ParsePressures(before, vitals.ParseDecimal)
		if err != nil {
			return run, usage("%.40q is no pair like 118/76=121/78", pair)
		}
		cuff, err := quality.ParsePressures(after, vitals.ParseDecimal)
		if err != nil {
			return run, usage("%.40q is no pair like 118/76=121/78", pair)
		}
		run.Pairs = append(run.Pairs, cuff.From(reference))
	}
	return run, nil
}
