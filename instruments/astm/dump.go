package astm

import (
	"strconv"
	"strings"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/meter"
	"aidpost/records/vitals"
)

// contourName returns the product of the family by the number in a header.
func contourName(number string) (string, bool) {
	switch number {
	case "7150", "7220":
		return "Contour", true
	case "7160":
		return "Contour Next EZ", true
	case "7350", "7900":
		return "Contour Next", true
	case "7390":
		return "Contour USB", true
	case "7410":
		return "Contour Next USB", true
	case "7600":
		return "Contour Plus", true
	case "7800":
		return "Contour Next One", true
	}
	link := strings.HasPrefix(number, "62") || strings.HasPrefix(number, "63")
	return "Contour Next Link", link && len(number) == 4
}

// contourProduct reads the product of a header: "Bayer7150", or "Contour7350"
// since the maker has changed its name.
func contourProduct(r record) (name string, ok bool) {
	sender := r.part(fieldSender, 1)
	for _, maker := range []string{"Bayer", "Contour"} {
		if number, ok := strings.CutPrefix(sender, maker); ok {
			return contourName(number)
		}
	}
	return "", false
}

// The fields of a Contour's header that the standard knows otherwise.
const (
	fieldSettings = 6
	fieldResults  = 7
)

// defaultRange is what the products of the family measure that do not say so.
var defaultRange = meter.Range{Low: 10, High: 600}

// A dump is the memory of a Contour as it crosses the wire.
type dump struct {
	job      instruments.Job
	now      func() time.Time
	emit     func(instruments.Event)
	asked    time.Time // when the meter began to make the message
	probing  bool      // only the header is wanted
	captured bool      // it was asked nobody knows when

	known     bool // the header has come
	identity  instruments.Identity
	selection *meter.Selection
	limits    meter.Range
	total     int // results, zero if the header does not say
	rows      int // results passed
	listed    int // result records of any kind
	control   bool
	held      []held
	over      bool
}

func (d *dump) aborted() { d.held, d.control, d.rows, d.listed = nil, false, 0, 0 }

func (d *dump) record(r record, frames func() []instruments.Frame) error {
	switch r.kind {
	case 'H':
		return d.header(r)
	case 'P':
		d.control = false
	case 'O':
		d.control = r.part(fieldAction, 1) == quality
	case 'R':
		d.result(r, frames)
	case 'L':
		return d.end(r)
	}
	return nil
}

// errEnough ends a probe, which wants nothing after the header.
var errEnough = instruments.NewFault(instruments.Stopped, "only the header is wanted")

func (d *dump) header(r record) error {
	d.aborted()
	d.over = false
	name, ok := contourProduct(r)
	if !ok {
		return instruments.NewFault(instruments.WrongModel, "not the header of a Contour")
	}
	clock, err := d.clock(r)
	d.identity = instruments.Identity{Name: name, Firmware: printable(r.part(fieldSender, 2)), Serial: printable(r.part(fieldSender, 3))}
	d.identity.Drift, d.identity.HasClock = clock.Drift(), clock.Known()
	d.known = true
	switch {
	case d.probing:
		return errEnough
	case err != nil:
		return err
	}
	if err := clock.CheckFor(d.job); err != nil {
		return err
	}
	d.limits = printedRange(r)
	d.total, _ = strconv.Atoi(r.part(fieldResults, 1))
	d.selection = meter.NewSelection(d.job, clock, d.identity, meter.MinutesMargin)
	d.progress()
	return nil
}

// clock reads the clock from a header, which is made when it is asked for.
func (d *dump) clock(r record) (meter.Clock, error) {
	if d.captured {
		return meter.UnreadClock(d.job.Location()), nil
	}
	wall, timed := parseTime(r.part(fieldMessage, 1))
	if !timed {
		return meter.Clock{}, instruments.NewFault(instruments.ClockUnset, "the clock shows no time")
	}
	now := time.Now
	if d.now != nil {
		now = d.now
	}
	return meter.ReadClock(d.asked, now(), wall, d.job.Location()), nil
}

// printedRange reads the settings of a header. The limits are known for meters
// that show mg/dL only.
func printedRange(r record) meter.Range {
	var unit, limits string
	for _, setting := range r.texts(fieldSettings) {
		switch name, value, _ := strings.Cut(setting, "="); name {
		case "U":
			unit = value
		case "V":
			limits = value
		}
	}
	const lowDigits, digits = 2, 5
	if unit != "0" || len(limits) != digits {
		return defaultRange
	}
	low, errLow := strconv.ParseUint(limits[:lowDigits], 10, 16)
	high, errHigh := strconv.ParseUint(limits[lowDigits:], 10, 16)
	if errLow != nil || errHigh != nil || low >= high || int(low) < defaultRange.Low || int(high) > defaultRange.High {
		return defaultRange
	}
	return meter.Range{Low: int(low), High: int(high)}
}

// average is the test of the first record of a list: the mean of some weeks.
const average = "GlucoseA"

// result looks at the time of a result, and at the rest only if it is of the
// visit. The first record of a list is an average and was never measured.
func (d *dump) result(r record, frames func() []instruments.Frame) {
	d.listed++
	if d.listed == 1 || r.part(fieldTest, 4) == average || d.selection == nil {
		return
	}
	index := d.rows
	d.rows++
	d.progress()
	last := len(r.fields)
	for last > fieldFlags && strings.TrimSpace(r.field(last)) == "" {
		last--
	}
	wall, timed := parseTime(r.part(last, 1))
	if !timed {
		wall = time.Time{}
	}
	if d.selection.Place(wall) != meter.Wanted {
		return
	}
	row := d.row(r, last)
	row.Wall, row.Record = wall, strconv.Itoa(index)
	d.held = append(d.held, held{measure: vitals.Glucose, row: row, frames: frames()})
}

// row reads a result whose time is in the field with the number last. The
// products put their marks into one field or into several before it.
func (d *dump) row(r record, last int) (row meter.Row) {
	var flag vitals.Comparator
	control := d.control
	row.Refused = refusal(r)
	for field := fieldFlags; field < last; field++ {
		for _, text := range r.texts(field) {
			for mark := range strings.SplitSeq(text, "/") {
				switch {
				case mark == "<" || mark == ">":
					flag = vitals.Comparator(mark)
				case mark == "B":
					row.Meal = vitals.BeforeMeal
				case mark == "A":
					row.Meal = vitals.AfterMeal
				case mark == "C" || mark == "E":
					control = true
				case !harmless(mark) && row.Refused == nil:
					row.Refused = instruments.NewFault(instruments.DamagedRecord, "a mark that is not known: "+printable(mark))
				}
			}
		}
	}
	if row.Refused == nil {
		row.Value, row.Refused = readQuantity(vitals.Glucose, r.part(fieldValue, 1), r.part(fieldUnits, 1), flag)
	}
	if q := row.Value; row.Refused == nil && q.Unit == vitals.MgPerDL {
		row.Value = d.within(q)
	}
	if control {
		row.MarkControl()
	}
	return row
}

func refusal(r record) *instruments.Fault {
	if test := r.part(fieldTest, 4); test != "Glucose" {
		return &instruments.Fault{Code: instruments.NotGlucose, Device: printable(test), Detail: "another test"}
	}
	return nil
}

// within gives a value that is marked, or lies, out of the printed range the
// limit that it has passed.
func (d *dump) within(q vitals.Quantity) vitals.Quantity {
	switch {
	case q.Comparator == vitals.Below, q.Value.Cmp(vitals.Int(d.limits.Low)) < 0:
		return d.limits.Lo()
	case q.Comparator == vitals.Above, q.Value.Cmp(vitals.Int(d.limits.High)) > 0:
		return d.limits.Hi()
	}
	return q
}

// harmless are marks that a person made: how they feel, what they did, the
// quarter of an hour since a meal. T stands beside < and > alone.
func harmless(mark string) bool {
	switch mark {
	case "D", "I", "S", "X", "T", "":
		return true
	}
	return len(mark) == 2 && mark[0] == 'Z' && (mark[1] >= '1' && mark[1] <= '9' || mark[1] >= 'A' && mark[1] <= 'C')
}

func (d *dump) progress() {
	if d.emit != nil {
		d.emit(&instruments.Progress{Phase: instruments.Downloading, Done: d.rows, Total: d.total})
	}
}

// end takes the last record. The Contour has its code one field later than the
// standard.
func (d *dump) end(r record) error {
	if !endedWell(r.part(3, 1)) || !endedWell(r.part(4, 1)) {
		d.aborted()
		return instruments.NewFault(instruments.Garbled, "the meter gave up")
	}
	d.over, d.total = true, d.rows
	d.progress()
	return nil
}

// events are what became of the results of the visit.
func (d *dump) events() (all []instruments.Event) {
	for _, h := range d.held {
		all = append(all, h.add(d.selection))
	}
	return all
}
