package reports

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/passport"
	"aidpost/records/proof"
	"aidpost/records/quality"
	"aidpost/records/signing"
	"aidpost/records/staff"
	"aidpost/records/vitals"
)

// sampleWords are what people have typed, which may be anything.
type sampleWords struct {
	given, family, note, number string
	days                        int  // of records
	empty                       bool // nothing was measured, run or done
	years                       int  // of weekly visits of one person
}

func usualWords() sampleWords {
	return sampleWords{given: "Amina", family: "Okafor", note: "Short of breath since Monday", number: "4711-0815", days: 2}
}

func (w world) issue(lang string, p Paper) Issue {
	site := Letterhead{Name: "Riverside Pharmacy", Address: []string{"12 Mill Street", "Springfield"}, Phone: "+1 555 0100", EmergencyNumber: "112", ApprovedBy: "Dr. L. Moreau"}
	if lang == "ar" {
		site.Name, site.Address = "صيدلية النهر", []string{"شارع الطاحونة 12", "طنجة"}
	}
	zone, _ := time.LoadLocation("Europe/Madrid")
	return Issue{Lang: w.catalogue.Lang(lang), Site: site, Kiosk: "kiosk-2", Zone: zone, Thresholds: w.rules.Version(), Printed: visitStart.Add(9 * time.Minute), Copy: 1, Paper: p}
}

// encounter is a visit of the sample.
func (w world) encounter(n int, s sampleWords) records.Encounter {
	t := sampleTest{}
	e := w.data("en").Encounter
	e.ID = records.ID(fmt.Sprintf("%08x-7a61-4f0e-9a0b-0d7f1f3b2c11", 0x5f0c9a1e+n*7919))
	patient := *e.Patient
	patient.Given, patient.Family = s.given, s.family
	patient.ID = records.ID(fmt.Sprint("p", n%5))
	patient.Identifiers = []records.Identifier{{System: "card", Value: s.number}}
	e.Patient = &patient
	e.Answers = []records.Answer{{Question: records.AskedReason, Answer: "monitoring"}, {Question: records.AskedOrder, Answer: "pharmacist"}}
	e.Started = visitStart.AddDate(0, 0, n/4).Add(time.Duration(n%4) * 40 * time.Minute)
	e.Ended = e.Started.Add(time.Duration(5+n%4) * time.Minute)
	o := w.observe(t, fmt.Sprint("bp", n), vitals.BloodPressure, e.Started.Add(3*time.Minute), "", bp(118+n*9%70, 66+n*5%40, 70)...)
	g := w.observe(t, fmt.Sprint("g", n), vitals.BloodGlucose, e.Started.Add(5*time.Minute), vitals.Fasting, sugar(92+n*31%200, "")...)
	g.Origin.EnteredBy = s.family
	e.Observations = []records.Observation{o, w.observe(t, fmt.Sprint("o2", n), vitals.Oximetry, e.Started.Add(4*time.Minute), "", oxygen(97-n%4, 71)...), g}
	if n%4 == 3 {
		e.Observations[0].Flags = []vitals.Flag{vitals.IrregularPulse}
		e.Patient = nil
	}
	return e
}

// sampleTest lets samples be made where there is no test yet.
type sampleTest struct{ testing.TB }

func (sampleTest) Helper()        {}
func (sampleTest) Fatal(a ...any) { panic(fmt.Sprint(a...)) }

func (w world) person(i Issue, s sampleWords) Person {
	e := w.encounter(0, s)
	p := Person{Checked: w.check(e), Issue: i, Patient: e.Patient, Rules: w.rules, Who: adult}
	if s.empty {
		p.Checked = nil
		return p
	}
	p.Results = append(w.past(s), e.Observations...)
	at := visitStart.AddDate(0, -2, 0)
	p.Results = append(p.Results,
		w.observe(sampleTest{}, "t", vitals.BodyTemperature, at, "", of(vitals.Temperature, 37, vitals.Celsius)),
		w.observe(sampleTest{}, "w", vitals.BodyWeight, at, "", of(vitals.Weight, 72, vitals.Kilogram)))
	p.Results[len(p.Results)-2].Origin = records.Origin{Driver: "welchallyn-suretemp-plus", DriverVersion: "1.0", Device: records.Device{Maker: "Welch Allyn", Model: "SureTemp Plus", Serial: "ST-0042"}}
	p.Results[len(p.Results)-1].Origin = records.Origin{Driver: "mettler-sics", DriverVersion: "1.0", Device: records.Device{Maker: "Mettler Toledo", Model: "IND226", Serial: "B714"}}
	return p
}

// past is what was measured of a person before: on a few days, or for years.
func (w world) past(s sampleWords) (all []records.Observation) {
	if s.empty {
		return nil
	}
	for n := range 52 * s.years {
		e := w.encounter(n, s)
		for i := range e.Observations {
			e.Observations[i].Taken = e.Observations[i].Taken.AddDate(0, 0, -7*(n+1)-n/4)
		}
		all = append(all, e.Observations...)
	}
	return append(all, w.history(sampleTest{})...)
}

func (w world) instruments(s sampleWords) []Instrument {
	if s.empty {
		return nil
	}
	c := sampleSolution()
	return []Instrument{
		{ID: c.Instrument, Name: "LifeScan OneTouch Ultra2", Firmware: "P02.00", Place: s.note, Cable: "FT232R USB UART " + s.number, Panel: vitals.BloodGlucose, Readings: 41, Last: visitStart,
			Drift: -95 * time.Second, DriftKnown: true, Controls: c.Runs, Due: visitStart.AddDate(0, 3, 0)},
		{ID: quality.Instrument{Model: "suntech-advantage", Serial: s.number}, Name: s.family, Panel: vitals.BloodPressure, Readings: 58, Last: visitStart,
			Locks: []quality.Lock{quality.CalibrationDue, quality.NoControl}, Left: 2},
		{ID: quality.Instrument{Model: "contec-cms50d"}, Name: "Contec CMS50D", Panel: vitals.Oximetry},
	}
}

func noPlan(string) quality.Plan { return quality.Plan{} }

// volunteers are checks of a cuff on the arms of members of staff, of which the last
// has one pair too far apart.
func volunteers(i quality.Instrument) (quality.Lot, []quality.Run) {
	at := sampleSolution().Runs[0].At
	lot := quality.Lot{Number: "REF-2", Kind: quality.Standard, Panel: vitals.BloodPressure, Level: "volunteer", Opened: at, Expires: at.AddDate(1, 0, 0),
		Target: quality.Target{Mean: vitals.Of(0, vitals.MmHg), Limit: vitals.Int(5), Single: vitals.Int(15)}}
	var runs []quality.Run
	for n, apart := range [][3]int{{2, -1, 3}, {16, -3, -4}} {
		run := quality.Run{Instrument: i, Control: lot.Number, Target: lot.Target, At: at.AddDate(0, 0, n)}
		for _, d := range apart {
			run.Pairs = append(run.Pairs, quality.Difference{Systolic: vitals.Int(d), Diastolic: vitals.Int(d / 2)})
		}
		run, err := run.Judged()
		if err != nil {
			panic(err)
		}
		runs = append(runs, run)
	}
	return lot, runs
}

func (w world) quality(i Issue, s sampleWords) QualityReport {
	c := sampleSolution()
	from := c.Runs[0].At.AddDate(0, 0, -1)
	if s.empty {
		return QualityReport{Issue: i, Since: from, Until: from.AddDate(0, 0, 40), Log: &quality.Log{}, Called: func(m string) string { return m }, Plan: noPlan}
	}
	meter := c.Instrument
	log := &quality.Log{
		Lots:         []quality.Lot{c.Lot, {Number: s.number, Kind: quality.Reagent, Model: meter.Model, Opened: from.AddDate(0, 0, 3), Expires: from.AddDate(0, 0, 20)}},
		Runs:         c.Runs,
		Calibrations: []quality.Calibration{{Instrument: meter, At: from.AddDate(0, 0, 4), Due: from.AddDate(1, 0, 0), Comment: s.note}},
		Overrides:    []quality.Override{{Instrument: meter, At: from.AddDate(0, 0, 18), Until: from.AddDate(0, 0, 19), Reason: s.note, Tests: 2}},
		Certificates: []quality.Certificate{{Account: "a1", Panel: vitals.BloodGlucose, Until: from.AddDate(1, 0, 0), At: from}},
	}
	log.Lots[0].Opened, log.Lots[0].Expires = from, from.AddDate(0, 6, 0)
	log.Lots[1].Kept, log.Lots[1].Store = quality.Limits{Low: vitals.Int(4), High: vitals.Int(30)}, s.note
	log.Storages = []quality.Storage{
		{Store: s.note, Limits: quality.Limits{Low: vitals.Int(19), High: vitals.Int(24)}, At: from.AddDate(0, 0, 4)},
		{Store: s.note, Limits: quality.Limits{Low: vitals.Int(18), High: vitals.Int(61)}, At: from.AddDate(0, 0, 5)},
		{Store: s.note, Limits: quality.Limits{Low: vitals.Int(18), High: vitals.Int(31)}, At: from.AddDate(0, 0, 6), Comment: s.note, Corrects: true},
	}
	all := w.instruments(s)
	lot, runs := volunteers(all[1].ID)
	log.Lots, log.Runs, all[1].Controls = append(log.Lots, lot), append(log.Runs, runs...), runs
	return QualityReport{Issue: i, Since: from, Until: from.AddDate(0, 0, 40), Instruments: all, Log: log,
		Called: func(m string) string { return m }, Plan: noPlan, Staff: map[string]string{"a1": s.given + " " + s.family}}
}

func (w world) dayList(i Issue, s sampleWords) DayList {
	return DayList{Issue: i, Since: visitStart.Add(-13 * time.Hour), Until: visitStart.AddDate(0, 0, s.days).Add(-13 * time.Hour),
		Chain: strings.Repeat("5f0c9a1e", 8),
		Each: func(_ context.Context, fn func(*records.Encounter) error) error {
			for n := range s.days * 4 {
				e := w.encounter(n, s)
				if err := fn(&e); err != nil {
					return err
				}
			}
			return nil
		}}
}

func (w world) activity(i Issue, s sampleWords) Activity {
	t := NewTally(i.Zone)
	for n := range 20 * s.days {
		e := w.encounter(n, s)
		t.Add(&e)
	}
	price := func(s string) vitals.Decimal {
		d, err := vitals.ParseDecimal(s)
		if err != nil {
			panic(err)
		}
		return d
	}
	times := Times{
		Ways:    []Took{{What: i.Lang.T(words.TimesRegister), Goal: time.Minute, N: 41, Half: 52 * time.Second, Nine: 85 * time.Second, Left: 2}},
		Visits:  []Took{{What: s.given, N: 3, Half: 300 * time.Second, Nine: 420 * time.Second}, {What: s.family, N: 30, Half: 200 * time.Second, Nine: 300 * time.Second, Left: 6}},
		Screens: []Took{{What: i.Lang.T(words.TimesScreen("who")), N: 33, Half: 6 * time.Second, Nine: 14 * time.Second}, {What: i.Lang.T(words.TimesScreen("rest")), Left: 1}},
	}
	return Activity{Issue: i, Times: times, Since: visitStart.AddDate(0, 0, -1), Until: visitStart.AddDate(0, 0, 20), Tally: t, Rules: w.rules,
		Controls: map[vitals.Panel]int{vitals.BloodGlucose: 12},
		Prices: Prices{Currency: "EUR", Visit: price("0.08"), Month: price("140"), Panels: map[vitals.Panel]vitals.Decimal{
			vitals.BloodGlucose: price("0.42"), vitals.BloodPressure: price("0.03")}}}
}

func (w world) book(i Issue, s sampleWords) Book {
	b := Book{Issue: i, Codes: []string{"12345678901202", ""}}
	for n := range 6 {
		e := w.encounter(n, s)
		if e.Patient == nil {
			continue
		}
		d := Due{Who: e.Patient, Last: e.Observations[:min(2, len(e.Observations))]}
		if n%2 == 0 {
			d.Why = s.note
			b.Due = append(b.Due, d)
		} else {
			b.Others = append(b.Others, d)
		}
	}
	return b
}

func (w world) ticket(i Issue, s sampleWords) Ticket {
	number := 1
	for _, r := range s.number {
		number += int(r)
	}
	i.Thresholds = "" // as the clerk prints it
	return Ticket{Issue: i, Number: records.Place{Queue: "B"}.Ticket(number), Came: visitStart}
}

func (w world) testPage(i Issue) TestPage {
	return TestPage{Issue: i, Queue: "office", Scripts: w.catalogue.Langs()}
}

func (w world) referral(i Issue, s sampleWords) Referral {
	e := w.encounter(2, s)
	if s.empty {
		e.Observations = nil
		return Referral{Issue: i, Encounter: e, Code: "1234567890123428"}
	}
	first := &e.Observations[0]
	first.Statement = &records.Statement{Grade: "B", Reasons: []string{"rest-not-completed"}, Protocol: "aha-2025"}
	set := *first
	set.ID, set.Excluded, set.Statement, set.Judged = "aside", "set-aside-moved", nil, nil
	e.Observations = append(e.Observations, set)
	by := records.Clinician{ID: "1", Name: s.family}
	e.Remarks = []records.Remark{{By: by, At: visitStart, Text: s.note + " " + s.note}}
	e.Tellings = []records.Telling{{Observation: first.ID, To: s.family, Role: "doctor", Way: "phone", At: visitStart.Add(4 * time.Minute), By: by, ReadBack: first.Values, Identified: true}}
	if e.Patient != nil {
		p := *e.Patient
		p.Marks = []records.Mark{"diabetes", "anticoagulant", "fistula-left"}
		e.Patient = &p
	}
	return Referral{Issue: i, Checked: w.check(e), Encounter: e, To: "Dr. Benali, Heart Clinic", By: s.family, Reason: s.note, Until: visitStart.AddDate(0, 0, 2), Code: "1234567890123428", Theirs: w.catalogue.Lang("ru")}
}

func (w world) visit(i Issue, s sampleWords) Data {
	e := w.encounter(1, s)
	e.Ticket, e.Place.Queue = 128, "B"
	if s.empty {
		e.Observations = nil
		return Data{Encounter: e, Rules: w.rules, Who: adult, Lang: i.Lang, Site: i.Site, Printed: i.Printed, Copy: i.Copy, Leaves: i.Leaves, Paper: i.Paper}
	}
	e.Observations = append(w.pressureSeries(sampleTest{}, [3]int{142, 88, 76}, [3]int{134, 84, 74}, [3]int{130, 82, 72}), e.Observations[1:]...)
	e.Language = i.Lang.Tag()
	return Data{Checked: w.check(e), Encounter: e, History: w.past(s), Rules: w.rules, Who: adult, Lang: i.Lang, Site: i.Site, Printed: i.Printed, Copy: i.Copy, Leaves: i.Leaves, Paper: i.Paper, Demo: i.Demo}
}

// check signs the results of a visit.
func (w world) check(e records.Encounter) *Check {
	k, err := signing.NewKey(bytes.Repeat([]byte{7}, signing.SeedSize))
	if err != nil {
		panic(err)
	}
	var results []records.Observation
	for _, o := range e.Observations {
		if o.Result() {
			o.ID, o.Notes = "5f0c9a1e-7a61-4f0e-9a0b-0d7f1f3b2c11", nil
			for i := range o.MeanOf {
				o.MeanOf = append([]records.ID{}, o.MeanOf...)
				o.MeanOf[i] = o.ID
			}
			results = append(results, o)
		}
	}
	token, left, err := proof.Sign(k, proof.Claims{
		Issuer: "urn:aidpost", Issued: e.Started, Place: e.Place.Organization, Patient: e.Patient, Results: results})
	if err != nil {
		panic(err)
	}
	return &Check{Token: token, Left: left}
}

// extract is the trail of some days, with entries of every kind of doer.
func (w world) extract(i Issue, s sampleWords) AuditExtract {
	x := AuditExtract{
		Issue: i, Since: visitStart.AddDate(0, 0, -7), Until: visitStart.AddDate(0, 0, 1), Of: s.given + " " + s.family,
		First: records.AuditMark{Seq: 4102, At: visitStart.AddDate(0, 0, -7), Hash: strings.Repeat("5f0c9a1e", 8)},
		Last:  records.AuditMark{Seq: 4711, At: visitStart, Hash: strings.Repeat("03ab77d2", 8)},
		Verified: records.AuditReport{Entries: 4711, Broken: []records.TamperedError{
			{Seq: 117, Why: records.WhyChanged}, {Seq: 204, To: 209, Why: records.WhyMissing}, {Seq: 981, Why: records.WhyUnsigned}, {Hash: "5f0c9a1e03ab77d2", Why: records.WhyChanged},
		}},
	}
	doers := []records.AuditEntry{
		{Action: staff.ReadRecord, Role: staff.Operator, Who: "a1", Name: s.given}, {Action: staff.SaveRecord, Role: staff.Patient}, {Action: "clock.moved", Role: staff.Program, Reason: "by 1h0m0s"},
		{Action: staff.ExportRecord, Role: staff.Console, User: s.family, Outcome: records.Refused}, {Action: staff.PrintRecord, Role: staff.Supervisor, Who: "7a610d7f-0000", Reason: s.note, Outcome: records.Failed},
		{Action: "something.new", Role: staff.Technician, Name: s.family, Emergency: true}, {Action: "staff.sign-in"},
	}
	x.Each = func(_ context.Context, fn func(records.AuditEntry) error) error {
		for n := range s.days * 17 {
			e := doers[n%len(doers)]
			e.Seq, e.At, e.Station = int64(4102+n), visitStart.Add(time.Duration(n)*time.Minute), "kiosk-2"
			e.Object, e.Patient = records.ID(fmt.Sprintf("%08x-7a61-4f0e-9a0b-0d7f1f3b2c11", n*7919)), "5f0c9a1e-7a61-4f0e-9a0b-0d7f1f3b2c11"
			if err := fn(e); err != nil {
				return err
			}
		}
		return nil
	}
	return x
}

// control is a chart of control runs.
func (w world) control(i Issue, s sampleWords) Control {
	c := Control{Issue: i, Solution: sampleSolution()}
	c.Runs[17].Comment = s.note
	if s.empty {
		c.Runs = nil
	}
	return c
}

// passport is the card of a member of staff.
func (w world) passport(i Issue, s sampleWords) PassportCard {
	p := passport.Passport{ID: "7Q2K-41XM", Name: s.given + " " + s.family}
	if !s.empty {
		p.Grants = []passport.Grant{{Panel: vitals.BloodGlucose, Until: visitStart.AddDate(1, 0, 0)}, {Panel: vitals.BloodPressure, Until: visitStart.AddDate(0, 6, 0)}}
	}
	return PassportCard{Issue: i, Passport: p, Text: "AIDPOST PASSPORT " + p.ID}
}

// closedDay is a day that was closed with something left open.
func (w world) closedDay(i Issue, s sampleWords) DayList {
	l := w.dayList(i, s)
	l.Closing = &records.Closing{
		By: records.Clinician{ID: "a1", Name: s.given + " " + s.family}, Role: staff.Supervisor, At: visitStart, Since: visitStart.Add(-9 * time.Hour), Visits: 4,
		Sync:  records.SyncReceipt{Server: "https://fhir.example.org/r4", Holds: 412, Waiting: 3, Refused: 1, Kept: 17, Answered: visitStart.Add(-time.Hour)},
		Chain: records.AuditMark{Seq: 4711, At: visitStart, Hash: strings.Repeat("03ab77d2", 8)},
	}
	for n, name := range records.CheckNames() {
		c := records.Check{Name: name}
		if n%3 != 1 {
			c.Open, c.Reason, c.Which = n+1, s.note, []string{"LifeScan OneTouch Ultra2 " + s.number}
		}
		if name == "holds" {
			c.Open, c.Which = 2, []string{"interpreter", "ate"}
		}
		l.Closing.Checks = append(l.Closing.Checks, c)
	}
	return l
}

// oddWords are what a name must not stop a report with.
func oddWords() map[string]sampleWords {
	empty, years := usualWords(), usualWords()
	empty.days, empty.empty = 0, true
	years.days, years.years = 40, 5
	all := map[string]sampleWords{"usual": usualWords(), "empty": empty, "years": years}
	for name, text := range map[string]string{
		"emoji": "Ana 😀👩‍👩‍👧 🇪🇸", "long": strings.Repeat("Wolfeschlegelsteinhausen", 13)[:300], "words": strings.Repeat("Anna-María ", 27),
		"arabic": strings.Repeat("عبد الرحمن ", 20), "mixed": "عبد (2) abc 12/34 הלל", "chinese": strings.Repeat("王小明", 40), "none": "",
		"control": "a\x00\u202eb\u2066c\r\n\td\xff\xfe", "marks": strings.Repeat("e\u0301\u0323", 150), "hindi": "नमस्ते",
	} {
		all[name] = sampleWords{given: text, family: text, note: text, number: text, days: 1}
	}
	return all
}
