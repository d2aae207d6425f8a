package desk

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"aidpost/app/bedside"
	"aidpost/assets/words"
	"aidpost/records/quality"
	"aidpost/records/vitals"
)

// A QualityField is a field of the forms of quality control.
type QualityField string

// The fields.
const (
	QualitySolution QualityField = "solution"
	QualityValue    QualityField = "value"
	QualityNumber   QualityField = "number"
	QualityFor      QualityField = "for"
	QualityExpires  QualityField = "expires"
	QualityOpened   QualityField = "opened"
	QualityLevel    QualityField = "level"
	QualityTarget   QualityField = "target"
	QualitySpread   QualityField = "spread"
	QualityBadge    QualityField = "badge"
	QualityPIN      QualityField = "pin"
	QualityReason   QualityField = "reason"
	QualityAccount  QualityField = "account"
	QualityPanel    QualityField = "panel"
	QualityUntil    QualityField = "until"
	QualityPlace    QualityField = "place"
	QualityCode     QualityField = "code"
	QualityWhat     QualityField = "what"
	QualityDays     QualityField = "days"
	QualitySingle   QualityField = "single"
	QualityStore    QualityField = "store"
	QualityLow      QualityField = "low"
	QualityHigh     QualityField = "high"
	QualityRight    QualityField = "right"
)

// QualityPair is the field for a pair of a volunteer check, counted from 0: what the
// reference showed, or the cuff.
func QualityPair(n int, cuff bool) QualityField {
	if cuff {
		return QualityField("cuff " + strconv.Itoa(n))
	}
	return QualityField("reference " + strconv.Itoa(n))
}

// A Day is one as typed.
type Day struct{ Year, Month, Day string }

// DayOf is a day as it would be typed.
func DayOf(t time.Time) Day { return Day{t.Format("2006"), t.Format("01"), t.Format("02")} }

// problems collects what is wrong with a form.
type problems map[QualityField]Message

func (p problems) add(f QualityField, key words.Key, args ...words.Arg) {
	if _, has := p[f]; !has {
		p[f] = Message{Key: key, Args: args}
	}
}

// needed says that a field is empty.
func (p problems) needed(f QualityField, text string) string {
	text = strings.TrimSpace(text)
	if text == "" {
		p.add(f, words.QCMissing)
	}
	return text
}

// day reads a day, in a zone.
func (p problems) day(f QualityField, typed Day, zone *time.Location) time.Time {
	t, err := time.ParseInLocation("2006-1-2", typed.Year+"-"+typed.Month+"-"+typed.Day, zone)
	if err != nil {
		p.add(f, words.QCNoDate)
	}
	return t
}

// furthest is how many years ahead a day may be. Strips, controls, certificates and
// calibrations last for less, so one beyond it is a year that was typed wrongly.
const furthest = 10

// lastDay reads the last day on which something holds, which must not be over, nor so
// far off that nobody meant it.
func (p problems) lastDay(f QualityField, typed Day, now time.Time) time.Time {
	end := p.day(f, typed, now.Location()).AddDate(0, 0, 1)
	switch {
	case !end.After(now):
		p.add(f, words.QCPast)
	case end.After(now.AddDate(furthest, 0, 0)):
		p.add(f, words.QCFar, words.With("n", furthest))
	}
	return end
}

// number reads a number above some, which may be zero itself.
func (p problems) number(f QualityField, text string, zero bool) vitals.Decimal {
	n, err := bedside.ParseNumber(strings.TrimSpace(text))
	switch {
	case strings.TrimSpace(text) == "":
		p.add(f, words.QCMissing)
	case err != nil, !zero && n.Cmp(vitals.Int(0)) <= 0:
		p.add(f, words.QCNoNumber)
	}
	return n
}

// A RunForm is a control, or a blind sample, as typed.
type RunForm struct {
	Instrument             quality.Instrument
	Solution               string // its number
	Value, Reason, Reagent string
	Unit                   vitals.Unit
	// Pairs are what the reference showed and then the cuff, as in 118/76, in place of
	// the value of a volunteer check.
	Pairs [][2]string
}

// read returns the run, and whether it is of a blind sample.
func (f RunForm) read(c Checked) (run quality.Run, blind bool, p problems) {
	p = problems{}
	run = quality.Run{Instrument: f.Instrument, Control: p.needed(QualitySolution, f.Solution), Comment: strings.TrimSpace(f.Reason)}
	i := slices.IndexFunc(c.Lots, func(l quality.Lot) bool { return l.Number == run.Control })
	if i < 0 {
		p.add(QualitySolution, words.QCMissing)
	}
	if i >= 0 && c.Lots[i].Target.Paired() {
		run.Value.Unit = vitals.MmHg
		run.Pairs = f.pairs(p)
		return run, false, p
	}
	run.Value = vitals.Quantity{Value: p.number(QualityValue, f.Value, true), Unit: f.Unit}
	if i < 0 {
		return run, false, p
	}
	return run, c.Lots[i].Kind.Blind(), p
}

// pairs reads the pairs of a volunteer check. Rows in which nothing was typed are left
// out as long as there are enough others.
func (f RunForm) pairs(p problems) (pairs []quality.Difference) {
	for n, pair := range f.Pairs {
		if strings.TrimSpace(pair[0]) == "" && strings.TrimSpace(pair[1]) == "" {
			continue
		}
		var read [2]quality.Pressures
		for side, text := range pair {
			var err error
			if read[side], err = quality.ParsePressures(text, bedside.ParseNumber); err != nil {
				p.add(QualityPair(n, side == 1), words.QCNoPressures)
			}
		}
		pairs = append(pairs, read[1].From(read[0]))
	}
	if len(pairs) < quality.MinPairs {
		p.add(QualitySolution, words.QCFewPairs, words.With("n", quality.MinPairs))
	}
	return pairs
}

// A StorageForm is a reading of the temperature where strips are kept, as typed.
type StorageForm struct {
	Store, Low, High, Reason string
	Right                    bool // the last reading was misread
}

func (f StorageForm) read() (r quality.Storage, p problems) {
	p = problems{}
	r = quality.Storage{Store: strings.TrimSpace(f.Store), Comment: strings.TrimSpace(f.Reason), Corrects: f.Right}
	r.Low, r.High = p.celsius(QualityLow, f.Low), p.celsius(QualityHigh, f.High)
	if len(p) == 0 && !r.Plausible() {
		p.add(QualityLow, words.QCStorageWrong)
	}
	if f.Right {
		p.needed(QualityReason, f.Reason)
	}
	return r, p
}

// celsius reads a temperature, which may be below zero.
func (p problems) celsius(f QualityField, text string) vitals.Decimal {
	text = strings.TrimSpace(text)
	plain := strings.TrimLeft(text, "-−\u200e\u200f\u061c")
	n, err := bedside.ParseNumber(plain)
	switch {
	case text == "":
		p.add(f, words.QCMissing)
	case err != nil:
		p.add(f, words.QCStorageWrong)
	case strings.ContainsAny(text, "-−"):
		return vitals.Int(0).Sub(n)
	}
	return n
}

// A LotForm is a lot as typed.
type LotForm struct {
	Kind   quality.LotKind
	Number string
	Model  string       // of all but standards
	Panel  vitals.Panel // of a standard
	Level  string
	Target string
	// Spread is the standard deviation of a solution, the greatest error of a
	// standard.
	Spread string
	// Single is the greatest difference of one pair, of a volunteer check; else empty.
	Single string
	// Low and High are the temperatures that strips may have, in °C, and Store where
	// they are kept; empty: nobody says.
	Low, High, Store string
	Unit             vitals.Unit
	Expires, Opened  Day
	Days             string // that it may be used after it was opened; empty: nobody says
}

func (f LotForm) read(now time.Time) (lot quality.Lot, p problems) {
	p = problems{}
	lot = quality.Lot{Kind: f.Kind, Number: p.needed(QualityNumber, f.Number), Level: strings.TrimSpace(f.Level)}
	if f.Kind == quality.Standard {
		lot.Panel = vitals.Panel(p.needed(QualityFor, string(f.Panel)))
	} else {
		lot.Model = p.needed(QualityFor, f.Model)
	}
	lot.Expires = p.lastDay(QualityExpires, f.Expires, now)
	lot.Opened = p.day(QualityOpened, f.Opened, now.Location())
	switch {
	case lot.Opened.After(now):
		p.add(QualityOpened, words.QCFuture)
	case DayOf(lot.Opened) == DayOf(now):
		lot.Opened = time.Time{} // now
	}
	if days := strings.TrimSpace(f.Days); days != "" {
		n, err := strconv.Atoi(days)
		if lot.Days = n; err != nil || n <= 0 || n > 3650 {
			p.add(QualityDays, words.QCNoNumber)
		}
	}
	f.target(&lot, p)
	f.kept(&lot, p)
	return lot, p
}

// kept reads how strips are to be kept.
func (f LotForm) kept(lot *quality.Lot, p problems) {
	if f.Kind != quality.Reagent {
		return
	}
	lot.Store = strings.TrimSpace(f.Store)
	if strings.TrimSpace(f.Low+f.High) == "" {
		return
	}
	lot.Kept = quality.Limits{Low: p.celsius(QualityLow, f.Low), High: p.celsius(QualityHigh, f.High)}
	if len(p) == 0 && (!lot.Kept.Plausible() || lot.Kept.High.Cmp(lot.Kept.Low) == 0) {
		p.add(QualityLow, words.QCStorageWrong)
	}
}

// target reads what a lot should give. That of a blind sample may be learned
// later.
func (f LotForm) target(lot *quality.Lot, p problems) {
	if f.Kind == quality.Reagent || f.Kind.Blind() && strings.TrimSpace(f.Target) == "" {
		return
	}
	if !f.Kind.Blind() {
		p.needed(QualityLevel, f.Level)
	}
	lot.Target.Mean = vitals.Quantity{Value: p.number(QualityTarget, f.Target, true), Unit: f.Unit}
	switch f.Kind {
	case quality.Standard:
		lot.Target.Limit = p.number(QualitySpread, f.Spread, false)
		if f.Single != "" {
			lot.Target.Single = p.number(QualitySingle, f.Single, false)
		}
	case quality.Control:
		lot.Target.SD = p.number(QualitySpread, f.Spread, false)
	}
}

// An OverrideForm asks a supervisor to let a few measurements through a lock.
type OverrideForm struct {
	Instrument         quality.Instrument
	Badge, PIN, Reason string
}

func (f OverrideForm) read() problems {
	p := problems{}
	p.needed(QualityBadge, f.Badge)
	p.needed(QualityPIN, f.PIN)
	p.needed(QualityReason, f.Reason)
	return p
}

// A CertificateForm lets somebody measure.
type CertificateForm struct {
	Account  string
	Panel    vitals.Panel
	Until    Day
	Observed bool // whoever certifies has looked on while they did a test
}

func (f CertificateForm) read(now time.Time) (n quality.Certificate, p problems) {
	p = problems{}
	n.Account, n.Panel = p.needed(QualityAccount, f.Account), vitals.Panel(p.needed(QualityPanel, string(f.Panel)))
	n.Until = p.lastDay(QualityUntil, f.Until, now)
	return n, p
}
