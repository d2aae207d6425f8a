package reports

import (
	"context"
	"io"
	"strings"
	"time"

	"aidpost/assets/words"
	"aidpost/records/quality"
	"aidpost/records/vitals"
)

// An Instrument is what is on record of one instrument.
type Instrument struct {
	ID       quality.Instrument
	Name     string // maker and model
	Firmware string
	Place    string // where it is kept; empty: it was not enrolled
	Cable    string // what it hung on when it was seen last
	Panel    vitals.Panel
	// Readings and Last are of the time that was looked at.
	Readings int
	Last     time.Time
	// Drift is how far its clock was ahead of ours at the last reading that
	// told; DriftKnown is false for one without a clock.
	Drift      time.Duration
	DriftKnown bool
	Controls   []quality.Run // all of them, the newest last
	Due        time.Time     // of the next calibration, the first instant after; zero if none is known
	Locks      []quality.Lock
	Left       int // measurements that an override lets through
}

// An Inventory is the list of instruments of a site.
type Inventory struct {
	Issue
	Since, Until time.Time // in which readings were counted
	Instruments  []Instrument
}

// WriteInventory writes the list of instruments. Errors are those of ctx and of
// w, ErrNoLanguage and paper.ErrDrawing.
func WriteInventory(ctx context.Context, w io.Writer, v Inventory) error {
	return produce(ctx, w, "list of instruments", func() (layout, error) { return composeInventory(v) })
}

func composeInventory(v Inventory) (layout, error) {
	d, err := newDesk(v.Issue)
	if err != nil {
		return layout{}, err
	}
	name := d.Lang.T(words.PapersInstruments)
	f := newFlow(d, d.again(d.Site.Name, name))
	f.place([]block{d.letterhead(name, d.period(v.Since, v.Until.Add(-time.Nanosecond)))})
	d.inventory(f, v.Instruments)
	f.place([]block{d.signatures(words.PapersChecked, words.ReportSignature, words.ReportDate)})
	return layout{desk: d, title: name, pages: f.end("", name)}, nil
}

// inventory sets one row for each instrument.
func (d *desk) inventory(f *flow, all []Instrument) {
	if len(all) == 0 {
		f.place([]block{d.lines(body, bodyLead, d.Lang.T(words.PapersNothing))})
		return
	}
	l := d.list(column{d.Lang.T(words.ReportInstrument), 0.24}, column{d.Lang.T(words.PapersLastReading), 0.17},
		column{d.Lang.T(words.PapersClock), 0.12}, column{d.Lang.T(words.PapersLastControl), 0.17},
		column{d.Lang.T(words.PapersCalibration), 0.12}, column{d.Lang.T(words.PapersState), 0.18})
	rows := make([]block, 0, len(all))
	for _, i := range all {
		about := []string{latin(i.Name)}
		if i.ID.Serial != "" {
			about = append(about, latin(i.ID.Serial))
		}
		if i.Firmware != "" {
			about = append(about, d.Lang.T(words.PapersFirmware, words.With("version", latin(i.Firmware))))
		}
		if i.Place != "" {
			about = append(about, d.Lang.T(words.PapersPlace, words.With("place", i.Place)))
		}
		if i.Cable != "" {
			about = append(about, d.Lang.T(words.PapersCable, words.With("cable", latin(i.Cable))))
		}
		read := "–"
		if i.Readings > 0 {
			read = d.Lang.DateTime(d.at(i.Last)) + "\n" + d.Lang.N(words.PapersReadings, i.Readings)
		}
		rows = append(rows, l.row(text(strings.Join(about, "\n")), text(read), text(d.clock(i)), text(d.lastControl(i)),
			text(d.lastDay(i.Due)), text(d.state(i))))
	}
	l.place(f, rows...)
}

// lastDay writes the last day before an instant, as people say an expiry.
func (d *desk) lastDay(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return d.Lang.Date(d.at(t.Add(-time.Nanosecond)))
}

// closeEnough is how far off a clock may be and still be called right.
const closeEnough = 10 * time.Second

func (d *desk) clock(i Instrument) string {
	switch off := i.Drift.Round(time.Second); {
	case !i.DriftKnown:
		return "–"
	case off > closeEnough:
		return d.Lang.T(words.PapersFast, words.With("time", d.Lang.Duration(off)))
	case off < -closeEnough:
		return d.Lang.T(words.PapersSlow, words.With("time", d.Lang.Duration(-off)))
	}
	return d.Lang.T(words.PapersOnTime)
}

func (d *desk) lastControl(i Instrument) string {
	if len(i.Controls) == 0 {
		return "–"
	}
	return d.Lang.DateTime(d.at(i.Controls[len(i.Controls)-1].At)) + "\n" + d.verdict(quality.Judge(i.Controls))
}

// verdict says what came of a control run, with the rules it broke.
func (d *desk) verdict(v quality.Verdict) string {
	switch {
	case v.Rejected():
		return d.Lang.T(words.PapersOutOfControl) + " " + d.ruleList(v)
	case len(v.Broken) > 0:
		return d.Lang.T(words.PapersWarning) + " " + d.ruleList(v)
	}
	return d.Lang.T(words.PapersInControl)
}

// lockWords are why an instrument may not be used.
var lockWords = map[quality.Lock]words.Key{
	quality.NotEnrolled: words.PapersLockNotEnrolled, quality.OnePerson: words.PapersLockOnePerson,
	quality.NoLot: words.PapersLockNoLot, quality.LotExpired: words.PapersLockLotExpired, quality.LotSpoilt: words.PapersLockLotSpoilt,
	quality.NoControl: words.PapersLockNoControl, quality.ControlDue: words.PapersLockControlDue,
	quality.Altered: words.PapersLockAltered, quality.OutOfControl: words.PapersOutOfControl, quality.NoCalibration: words.PapersLockNoCalibration,
	quality.CalibrationDue: words.PapersLockCalibrationDue,
}

func (d *desk) state(i Instrument) string {
	if len(i.Locks) == 0 {
		return d.Lang.T(words.PapersReady)
	}
	lines := []string{d.Lang.T(words.PapersLocked)}
	for _, lock := range i.Locks {
		why := string(lock)
		if key, ok := lockWords[lock]; ok {
			why = d.Lang.T(key)
		}
		lines = append(lines, why)
	}
	if i.Left > 0 {
		lines = append(lines, d.Lang.N(words.PapersLeft, i.Left))
	}
	return strings.Join(lines, "\n")
}
