package cli

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"aidpost/app/site"
	"aidpost/instruments/catalogue"
	"aidpost/records"
	"aidpost/records/quality"
	"aidpost/records/vitals"
)

func qcVerb() verb {
	return verb{
		name: "qc", args: "status|enrol|lot|run|storage|stored|sample|samples|calibrate|mishap|observe|certify|override|chart|drift [flags] [--data DIR]",
		brief: "check instruments, and see why one is locked out",
		about: `
Quality control. A site switches it on, panel by panel, in its site.json:

  "quality": [{"panel": "blood-glucose", "controlEvery": 24, "controlAfter": 50,
               "shifts": ["07:00", "19:00"], "controlLots": true,
               "alternate": true, "lots": true, "calibration": false,
               "certificates": true, "observed": true, "enrolledOnly": true,
               "overrides": 1}]

From then on an instrument of that panel is used only with a lot of strips that
has not expired, a calibration that is not overdue, if it was enrolled, and with
a control run in control that is not due again: controlEvery hours or
controlAfter measurements after the last, with each shift, or with a new lot; a
cuff with volunteerEvery days after the last check on a volunteer, too. Strips
that were kept outside "kept": {"low": "4", "high": "30"}, or what their label
says, lock it; storeEvery hours after the last reading the next one is due.
With alternate the next run is of another level. One that was enrolled for one
person alone measures nobody else.

  status     what is on record of each instrument, when its control is due, and
             why it is locked out
  enrol      puts an instrument on the list: --instrument --place, with
             --one-person if its maker allows no more; --retire takes it off
  lot        puts a lot of strips to use (--model, and --number --expires or
             --scan; --days after opening it ends sooner), or with --level --target --sd a lot of control solution.
             --low and --high are between which °C strips may be kept, --store
             where.
             With --panel --level --target --limit it is a standard: a pressure
             gauge, an oximeter tester, a weight; with --single besides the
             reference for cuffs on a volunteer's arm. With --sample it is a blind
             sample, proficiency or linearity, whose target may come later
  run        a control run: --instrument --control --value, judged at once; a cuff
             is checked on a volunteer with --pairs in place of --value: what the
             reference and the cuff showed in turn, "118/76=121/78, ..."
  storage    how cold and how warm it was where strips are kept: --low --high, and
             --store if there are several; --correct puts the last reading right,
             with a --reason. Without them: what was read last, and what is due
  stored     the controls that were in the memories of meters, which mark them and
             do not know the lot
  sample     the result of a blind sample: --instrument --control --value
  samples    for supervisors: the results of blind samples beside what they should
             be, and how linear each instrument is
  calibrate  a calibration: --instrument --due
  mishap     an instrument was dropped, opened or got a new battery: --instrument
             --what dropped, battery or repaired. It measures nobody before the
             next control, nor does one with new firmware
  observe    a test that somebody did under your eyes: --account --panel, or
             --failed
  certify    lets an account measure and run controls: --account --panel --until
  override   lets a few measurements through a lock: --instrument --reason
  chart      draws the runs of a solution: --instrument --control --out
  drift      looks whether the results of people have moved: --since

An INSTRUMENT is MODEL/SERIAL; see: aidpost instruments. A date is the last day.`,
		exits: []int{ExitFailed, ExitLocked, ExitDenied, ExitInterrupted},
		setup: setupQC,
	}
}

// A qcJob is what the flags of qc say.
type qcJob struct {
	what                                                 string
	instrument                                           quality.Instrument
	number, model, level, control, reagent, account, why string
	panel, out, lang                                     string
	value, target, sd                                    string
	expires, due, until                                  string
	place, scan                                          string
	limit, sample, since, mishap                         string
	single, pairs, low, high, store                      string
	force, onePerson, retire, failed, correct            bool
	days                                                 int
	zone                                                 *time.Location
	folder                                               string
	profile                                              site.Profile
}

// qcActions are the things to do, with the flags that each needs.
func (c *command) qcActions() map[string]struct {
	needs []string
	do    func(context.Context, *records.Access, *qcJob) error
} {
	return map[string]struct {
		needs []string
		do    func(context.Context, *records.Access, *qcJob) error
	}{
		"status":    {nil, c.qcStatus},
		"enrol":     {[]string{"instrument"}, c.qcEnrol},
		"lot":       {nil, c.qcLot},
		"run":       {[]string{"instrument", "control"}, c.qcRun},
		"storage":   {nil, c.qcStorage},
		"stored":    {nil, c.qcStored},
		"sample":    {[]string{"instrument", "control", "value"}, c.qcSample},
		"samples":   {nil, c.qcSamples},
		"observe":   {[]string{"account", "panel"}, c.qcObserve},
		"drift":     {nil, c.qcDrift},
		"calibrate": {[]string{"instrument", "due"}, c.qcCalibrate},
		"mishap":    {[]string{"instrument", "what"}, c.qcMishap},
		"certify":   {[]string{"account", "panel", "until"}, c.qcCertify},
		"override":  {[]string{"instrument", "reason"}, c.qcOverride},
		"chart":     {[]string{"instrument", "control", "out"}, c.qcChart},
	}
}

func setupQC(c *command) func(context.Context, []string) error {
	j := &qcJob{}
	data, zone := c.dataFlag(), c.zoneFlag()
	which := c.flags.String("instrument", "", "the `instrument`, like onetouch-ultra2/VDH74F2CY")
	for _, f := range []struct {
		into        *string
		name, about string
	}{
		{&j.number, "number", "the `number` of a lot"}, {&j.model, "model", "the `model` that a lot is for"},
		{&j.expires, "expires", "the last `day` of a lot"}, {&j.scan, "scan", "what a scanner types for the `code` on the box (GS1)"},
		{&j.place, "place", "the `place` where an instrument is kept"}, {&j.level, "level", "the `level` of a control solution: low, normal, 1"},
		{&j.target, "target", "the `value` that a control solution should give, like 110mg/dL"},
		{&j.sd, "sd", "the standard `deviation` of the target"},
		{&j.limit, "limit", "the greatest `error` allowed against a standard"},
		{&j.single, "single", "the greatest `difference` of one pair of a check on a volunteer"},
		{&j.pairs, "pairs", "what the reference and the cuff showed, in `pairs` like \"118/76=121/78, 120/80=119/77, ...\""},
		{&j.low, "low", "the lowest `temperature` in °C: of a reading, or that strips may have"},
		{&j.high, "high", "the highest `temperature` in °C"}, {&j.store, "store", "the `place` where strips are kept"},
		{&j.sample, "sample", "the `kind` of a blind sample: proficiency or linearity"},
		{&j.since, "since", "the first `day` of results that drift is looked for in; ninety days ago if not given"}, {&j.control, "control", "the `lot` of control solution"},
		{&j.reagent, "reagent", "the `lot` of strips, if not the one in use"}, {&j.value, "value", "the measured `value`, like 112mg/dL"},
		{&j.due, "due", "the last `day` before the next calibration"}, {&j.account, "account", "the `account`; see: aidpost staff list"},
		{&j.mishap, "what", "`what` has happened to an instrument: dropped, battery or repaired"},
		{&j.panel, "panel", "the `panel`, like blood-glucose"}, {&j.until, "until", "the last `day` of a certificate"},
		{&j.why, "reason", "the `reason` of an override, or a remark to a run or a calibration"},
		{&j.out, "out", "the `file` of a chart, or - for standard output"}, {&j.lang, "lang", "the `language` of a chart"},
	} {
		c.flags.StringVar(f.into, f.name, "", f.about)
	}
	c.flags.IntVar(&j.days, "days", 0, "for how many `days` a lot may be used after it was opened, by its maker")
	c.flags.BoolVar(&j.onePerson, "one-person", false, "the instrument is for one person alone")
	c.flags.BoolVar(&j.retire, "retire", false, "the instrument is not used here any more")
	c.flags.BoolVar(&j.failed, "failed", false, "the observed test was not passed")
	c.flags.BoolVar(&j.correct, "correct", false, "the last reading of the store was misread, and this one stands in its place")
	c.flags.BoolVar(&j.force, "force", false, "replace a file that exists")
	return func(ctx context.Context, args []string) (err error) {
		if j.what, err = one(args, "what to do: status, enrol, lot, run, storage, stored, sample, samples, calibrate, mishap, observe, certify, override, chart or drift"); err != nil {
			return err
		}
		action, ok := c.qcActions()[j.what]
		if !ok {
			return usage("%.40q is not status, enrol, lot, run, storage, stored, sample, samples, calibrate, mishap, observe, certify, override, chart or drift", j.what)
		}
		for _, name := range action.needs {
			if c.flags.Lookup(name).Value.String() == "" {
				return usage("qc %s needs --%s", j.what, name)
			}
		}
		if j.instrument, err = parseInstrument(*which); err != nil {
			return err
		}
		if j.zone, err = zone(); err != nil {
			return err
		}
		if j.folder, err = data(); err != nil {
			return fail(ExitFailed, "%w", err)
		}
		if j.profile, err = site.LoadProfile(j.folder); err != nil {
			return fail(ExitFailed, "%w", err)
		}
		j.profile = j.profile.In(j.zone)
		return c.withRecords(ctx, j.folder, func(a *records.Access) error { return action.do(ctx, a, j) })
	}
}

// parseInstrument reads MODEL/SERIAL; empty text is no instrument.
func parseInstrument(s string) (quality.Instrument, error) {
	model, serial, _ := strings.Cut(s, "/")
	if _, ok := catalogue.Find(model); s != "" && !ok {
		return quality.Instrument{}, usage("there is no model %.40q; see: aidpost instruments", model)
	}
	return quality.Instrument{Model: model, Serial: serial}, nil
}

// endOf returns the first instant after a day.
func (j *qcJob) endOf(day string) (time.Time, error) {
	t, err := time.ParseInLocation(time.DateOnly, day, j.zone)
	if err != nil {
		return time.Time{}, usage("%.40q is no date like 2026-03-31", day)
	}
	return t.AddDate(0, 0, 1), nil
}

// planOf returns what the site asks of a model.
func (j *qcJob) planOf(model string) quality.Plan {
	d, ok := catalogue.Find(model)
	if !ok {
		return quality.Plan{}
	}
	return j.planFor(d.Model().Panel)
}

func (j *qcJob) planFor(panel vitals.Panel) quality.Plan {
	plan, _ := j.profile.Plan(panel)
	return plan
}

// parseQuantity reads a value with its unit, like 112mg/dL or 5.6 mmol/L.
func parseQuantity(s string) (vitals.Quantity, error) {
	i := strings.IndexFunc(s, func(r rune) bool { return (r < '0' || r > '9') && r != '.' })
	if i > 0 {
		value, err := vitals.ParseDecimal(s[:i])
		unit := strings.TrimSpace(s[i:])
		for _, u := range []vitals.Unit{vitals.MgPerDL, vitals.MmolPerL, vitals.MmHg, vitals.Percent, vitals.PerMinute, vitals.Kilogram, vitals.Celsius} {
			if err == nil && (unit == string(u) || unit == u.Symbol()) {
				return vitals.Quantity{Value: value, Unit: u}, nil
			}
		}
	}
	return vitals.Quantity{}, usage("%.40q is no value with a unit, like 112mg/dL", s)
}

// run is a control run, or the result of a sample, as the flags say it.
func (j *qcJob) run() (quality.Run, error) {
	value, err := parseQuantity(j.value)
	return quality.Run{Instrument: j.instrument, Control: j.control, Reagent: j.reagent, Value: value, Comment: j.why}, err
}

func (c *command) qcRun(ctx context.Context, a *records.Access, j *qcJob) error {
	run, err := j.controlRun()
	if err != nil {
		return err
	}
	verdict, err := a.RunControl(ctx, j.planOf(j.instrument.Model), run)
	if err != nil {
		return err
	}
	var rules []string
	for _, r := range verdict.Broken {
		rules = append(rules, string(r))
	}
	switch broken := strings.Join(rules, " "); {
	case verdict.Rejected():
		return fail(ExitLocked, "out of control (%s): look for the cause, then repeat with a new strip", broken)
	case broken != "":
		_, err = fmt.Fprintf(c.Stdout, "in control, with a warning (%s)\n", broken)
	default:
		_, err = fmt.Fprintln(c.Stdout, "in control")
	}
	return err
}

func (c *command) qcCalibrate(ctx context.Context, a *records.Access, j *qcJob) error {
	due, err := j.endOf(j.due)
	if err != nil {
		return err
	}
	return a.Calibrate(ctx, quality.Calibration{Instrument: j.instrument, Due: due, Comment: j.why})
}

func (c *command) qcMishap(ctx context.Context, a *records.Access, j *qcJob) error {
	what := quality.Mishap(j.mishap)
	if !slices.Contains(quality.Mishaps(), what) {
		return usage("%.40q is not dropped, battery or repaired", j.mishap)
	}
	return a.Happened(ctx, quality.Happening{Instrument: j.instrument, What: what, Comment: j.why})
}

func (c *command) qcOverride(ctx context.Context, a *records.Access, j *qcJob) error {
	o, err := a.Override(ctx, j.planOf(j.instrument.Model), j.instrument, j.why)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.Stdout, "%d measurements until %s\n", o.Tests, o.Until.In(j.zone).Format("2006-01-02 15:04 -07:00"))
	return err
}

// qcStatus lists the instruments that anything is on record of, or one.
func (c *command) qcStatus(ctx context.Context, a *records.Access, j *qcJob) error {
	log, err := a.Quality(ctx)
	if err != nil {
		return err
	}
	now := c.Now()
	tw := tabwriter.NewWriter(c.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "INSTRUMENT\tPLACE\tSTRIPS\tLAST CONTROL\tVERDICT\tNEXT CONTROL\tCALIBRATION DUE\tLOCKED OUT")
	for _, i := range onRecord(log, j.instrument) {
		place, strips, last, verdict, due, locked := "-", "-", "-", "-", "-", "no"
		if e, ok := log.Enrolled(i); ok {
			place = cmp.Or(clean(e.Place), "-")
			if e.Retired {
				place = "retired"
			}
		}
		if lot, ok := log.InUse(quality.Reagent, i.Model, now); ok {
			strips = fmt.Sprintf("%s until %s", clean(lot.Number), lot.Expires.In(j.zone).AddDate(0, 0, -1).Format(time.DateOnly))
		}
		if runs := log.RunsOf(i, ""); len(runs) > 0 {
			last = runs[len(runs)-1].At.In(j.zone).Format("2006-01-02 15:04")
			verdict = "in control"
			if v := quality.Judge(runs); len(v.Broken) > 0 {
				verdict = fmt.Sprint(v.Broken)
			}
		}
		if cal, ok := log.Calibrated(i); ok {
			due = cal.Due.In(j.zone).AddDate(0, 0, -1).Format(time.DateOnly)
		}
		if locks := log.Locks(j.planOf(i.Model), i, now); len(locks) > 0 {
			locked = fmt.Sprint(locks)
			if left := log.Left(i, now); left > 0 {
				locked += fmt.Sprintf(", %d measurements let through", left)
			}
		}
		next := nextControl(log.Due(j.planOf(i.Model), i, now), j.zone)
		fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", clean(i.String()), place, strips, last, verdict, next, due, locked)
	}
	return tw.Flush()
}

// onRecord lists the instruments that the log knows, or the one that is meant.
func onRecord(log *quality.Log, only quality.Instrument) []quality.Instrument {
	if only.Model != "" {
		return []quality.Instrument{only}
	}
	return log.Instruments()
}
