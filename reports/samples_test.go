package reports

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/guideline"
	"aidpost/records/vitals"
)

var visitStart = time.Date(2026, 11, 23, 13, 2, 10, 0, time.UTC)

type sample struct {
	name string
	data Data
}

// world is what every sample shares.
type world struct {
	catalogue *words.Catalogue
	rules     *guideline.Rules
}

func newWorld(t testing.TB) world {
	t.Helper()
	catalogue, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	set, err := guideline.Load()
	if err != nil {
		t.Fatal(err)
	}
	rules, err := set.Choose(guideline.Choice{})
	if err != nil {
		t.Fatal(err)
	}
	return world{catalogue, rules}
}

var adult = guideline.Subject{Age: 61, AgeKnown: true}

// data is a visit of a named person in a language, without observations.
func (w world) data(lang string) Data {
	return Data{
		Encounter: records.Encounter{
			ID: "5f0c9a1e-7a61-4f0e-9a0b-0d7f1f3b2c11", Status: records.Finished,
			Patient: &records.Patient{
				Given: "Amina", Family: "Okafor", BirthDate: records.Date{Year: 1965, Month: 3, Day: 9},
				Identifiers: []records.Identifier{{System: "card", Value: "4711-0815"}},
			},
			Started: visitStart, Ended: visitStart.Add(8 * time.Minute), Zone: "Europe/Madrid", Language: lang,
			Place: records.Place{Organization: "Riverside Pharmacy", Location: "Consultation room", Kiosk: "kiosk-2"},
		},
		Rules: w.rules, Who: adult, Lang: w.catalogue.Lang(lang),
		Site: Letterhead{
			Name: "Riverside Pharmacy", Address: []string{"12 Mill Street", "Springfield"},
			Phone: "+1 555 0100", EmergencyNumber: "112", ApprovedBy: "Dr. L. Moreau",
		},
		Printed: visitStart.Add(9 * time.Minute), Copy: 1,
	}
}

// observe makes a judged observation.
func (w world) observe(t testing.TB, id string, panel vitals.Panel, at time.Time, meal vitals.Meal, values ...vitals.Value) records.Observation {
	t.Helper()
	o := records.Observation{
		ID: records.ID(id), Panel: panel, Values: values, Meal: meal, Taken: at, State: records.Confirmed,
		Origin: origins[panel],
	}
	judged, err := w.rules.Judge(adult, panel, values, meal)
	if err != nil {
		t.Fatal(err)
	}
	for _, j := range judged {
		o.Judged = append(o.Judged, records.Judgement{
			Subject: string(j.Part), Band: j.Band, Also: j.Also, Reason: string(j.Reason), Severity: j.Severity.String(),
			Interpretation: string(j.Interpretation), Tier: int(j.Tier),
			Guideline: j.RuleSet.ID, Edition: j.RuleSet.Edition, Source: j.RuleSet.Source,
		})
	}
	return o
}

var origins = map[vitals.Panel]records.Origin{
	vitals.BloodPressure: {Driver: "suntech-advantage", DriverVersion: "1.0", Device: records.Device{Maker: "SunTech", Model: "Advantage OEM", Serial: "A2-100733"}},
	vitals.Oximetry:      {Driver: "contec-cms50dplus", DriverVersion: "1.0", Device: records.Device{Maker: "Contec", Model: "CMS50D+"}},
	vitals.BloodGlucose:  {Driver: "onetouch-ultra2", DriverVersion: "1.0", Device: records.Device{Maker: "LifeScan", Model: "OneTouch Ultra2", Serial: "XKL1903SB"}},
}

func of(m vitals.Measure, n int, u vitals.Unit) vitals.Value {
	return vitals.Value{Measure: m, Quantity: vitals.Of(n, u)}
}

func bp(sys, dia, pulse int) []vitals.Value {
	return []vitals.Value{of(vitals.Systolic, sys, vitals.MmHg), of(vitals.Diastolic, dia, vitals.MmHg), of(vitals.Pulse, pulse, vitals.PerMinute)}
}

func oxygen(spo2, pulse int) []vitals.Value {
	return []vitals.Value{of(vitals.SpO2, spo2, vitals.Percent), of(vitals.Pulse, pulse, vitals.PerMinute)}
}

func sugar(n int, c vitals.Comparator) []vitals.Value {
	q := vitals.Of(n, vitals.MgPerDL)
	q.Comparator = c
	return []vitals.Value{{Measure: vitals.Glucose, Quantity: q}}
}

// pressureSeries are three readings and the mean of the last two.
func (w world) pressureSeries(t testing.TB, values ...[3]int) []records.Observation {
	t.Helper()
	var all []records.Observation
	var counted []records.ID
	for i, v := range values {
		o := w.observe(t, fmt.Sprintf("bp-%d", i+1), vitals.BloodPressure, visitStart.Add(time.Duration(2+i)*90*time.Second), "", bp(v[0], v[1], v[2])...)
		o.Number = i + 1
		if i < len(values)-2 {
			o.Excluded = "first-of-series"
		} else {
			counted = append(counted, o.ID)
		}
		all = append(all, o)
	}
	n := len(values)
	mean := func(k int) int { return (values[n-1][k] + values[n-2][k] + 1) / 2 }
	o := w.observe(t, "bp-mean", vitals.BloodPressure, visitStart.Add(7*time.Minute), "", bp(mean(0), mean(1), mean(2))...)
	o.MeanOf = counted
	return append(all, o)
}

func (w world) history(t testing.TB) []records.Observation {
	var all []records.Observation
	for i, v := range [][3]int{{148, 92, 80}, {144, 90, 78}, {139, 88, 76}, {141, 84, 75}, {136, 85, 77}, {131, 84, 72}} {
		at := visitStart.AddDate(0, -6+i, 3*i)
		o := w.observe(t, fmt.Sprintf("old-bp-%d", i), vitals.BloodPressure, at, "", bp(v[0], v[1], v[2])...)
		if i == 3 {
			o.Excluded = "repeat"
		}
		all = append(all, o, w.observe(t, fmt.Sprintf("old-o2-%d", i), vitals.Oximetry, at.Add(time.Minute), "", oxygen(95+i%4, v[2])...),
			w.observe(t, fmt.Sprintf("old-glu-%d", i), vitals.BloodGlucose, at.Add(2*time.Minute), vitals.Fasting, sugar(118-4*i, "")...))
	}
	return all
}

// samples are the pages worth looking at: every language, both papers, guest
// and known person, critical and off-scale values.
func samples(t testing.TB) []sample {
	w := newWorld(t)
	var all []sample
	for _, lang := range []string{"en", "es", "fr", "ar"} {
		d := w.data(lang)
		if lang == "ar" {
			d.Encounter.Patient.Given, d.Encounter.Patient.Family = "أمينة", "عبد الرحمن"
			d.Site.Name = "صيدلية النهر"
			d.Site.Address = []string{"شارع الطاحونة 12", "طنجة"}
			d.Encounter.Place.Organization, d.Encounter.Place.Location = d.Site.Name, "غرفة الاستشارة"
		}
		series := w.pressureSeries(t, [3]int{142, 88, 76}, [3]int{134, 84, 74}, [3]int{130, 82, 72})
		series[1].Flags = []vitals.Flag{vitals.Movement}
		series[len(series)-1].Statement = &records.Statement{Grade: "C", Reasons: []string{"movement"}}
		series[3].Notes = []string{"rest-not-completed"}
		d.Encounter.Observations = append(series,
			w.observe(t, "o2", vitals.Oximetry, visitStart.Add(8*time.Minute), "", oxygen(97, 71)...),
			w.observe(t, "glu", vitals.BloodGlucose, visitStart.Add(9*time.Minute), vitals.Fasting, sugar(104, "")...))
		known := d
		known.History = w.history(t)
		known.Copy = 2
		all = append(all, sample{lang + "-known-a4", known})

		guest := d
		guest.Encounter.Patient = nil
		guest.Paper = Letter
		all = append(all, sample{lang + "-guest-letter", guest})

		critical := d
		series = w.pressureSeries(t, [3]int{186, 112, 98}, [3]int{190, 122, 134})
		series[1].Flags = []vitals.Flag{vitals.IrregularPulse}
		critical.Encounter.Observations = append(series,
			w.observe(t, "o2", vitals.Oximetry, visitStart.Add(8*time.Minute), "", oxygen(91, 104)...),
			w.observe(t, "glu", vitals.BloodGlucose, visitStart.Add(9*time.Minute), "", sugar(600, vitals.Above)...))
		critical.Demo = true
		all = append(all, sample{lang + "-critical-a4", critical})
	}
	odd := w.data("en")
	odd.Encounter.Patient.Given = strings.Repeat("Wolfeschlegelsteinhausen", 9) + " 😀👩‍👩‍👧 " + strings.Repeat("Anna-María ", 8)
	odd.Who = guideline.Subject{}
	lo := w.observe(t, "glu", vitals.BloodGlucose, visitStart, vitals.RandomMeal, sugar(20, vitals.Below)...)
	unjudged := w.observe(t, "o2", vitals.Oximetry, visitStart, "", oxygen(97, 71)...)
	unjudged.Judged[0].Band, unjudged.Judged[0].Severity = "", "unjudged"
	odd.Encounter.Observations = []records.Observation{unjudged, lo}
	odd.Paper = Letter
	odd.Site.Logo = nil
	return append(all, sample{"en-odd-letter", odd})
}
