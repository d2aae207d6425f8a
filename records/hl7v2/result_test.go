package hl7v2_test

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"aidpost/records"
	"aidpost/records/fhir"
	"aidpost/records/hl7v2"
	"aidpost/records/vitals"
)

var update = flag.Bool("update", false, "write the golden files anew")

var (
	made    = time.Date(2026, 3, 1, 8, 40, 0, 0, time.UTC)
	parties = hl7v2.Parties{
		Operator:    fhir.Operator{Base: "https://clinic.example"},
		Application: "ENGINE", Facility: "Elsewhere & Sons",
	}
)

const (
	visitID  records.ID = "7a0c8a52-3f6e-4b5d-9a1e-2f3c4d5e6f70"
	personID records.ID = "7a0c8a52-3f6e-4b5d-9a1e-2f3c4d5e6f71"
	cuffID   records.ID = "7a0c8a52-3f6e-4b5d-9a1e-2f3c4d5e6f72"
)

func id(n byte) records.ID { return records.ID("5b1b8f0e-6c53-4e2f-8a3b-0c6a4f0d9e0" + string(n)) }

func value(m vitals.Measure, number string, u vitals.Unit) vitals.Value {
	d, err := vitals.ParseDecimal(number)
	if err != nil {
		panic(err)
	}
	return vitals.Value{Measure: m, Quantity: vitals.Quantity{Value: d, Unit: u}}
}

// wholeVisit has what a message can hold: a mean of two pressures that do not
// count, an oximetry without a serial number, a glucose off the scale, a weight
// that somebody entered, and text that separates.
func wholeVisit() *records.Encounter {
	taken := made.Add(-10 * time.Minute)
	cuff := records.Origin{Device: records.Device{ID: cuffID, Maker: "SunTech Medical", Model: "Advantage OEM", Serial: "A|17^x"}}
	pressure := records.Observation{
		ID: id('1'), Panel: vitals.BloodPressure, Taken: taken, State: records.Confirmed, Origin: cuff, Excluded: "averaged",
		Values: vitals.Values{
			value(vitals.Systolic, "160", vitals.MmHg), value(vitals.Diastolic, "75", vitals.MmHg), value(vitals.Pulse, "71", vitals.PerMinute),
		},
	}
	mean := pressure
	mean.ID, mean.MeanOf, mean.Excluded, mean.Flags = id('2'), []records.ID{id('1')}, "", []vitals.Flag{vitals.IrregularPulse}
	mean.Judged = []records.Judgement{
		{Subject: "blood-pressure", Interpretation: "H", Guideline: "aha-2025", Edition: "2025"},
		{Subject: "pulse", Interpretation: "N", Guideline: "aidpost-pulse", Edition: "1"},
	}
	oximetry := records.Observation{
		ID: id('3'), Panel: vitals.Oximetry, Taken: taken.Add(2 * time.Minute), State: records.Confirmed,
		Values: vitals.Values{value(vitals.SpO2, "98.0", vitals.Percent), value(vitals.Pulse, "64", vitals.PerMinute)},
		Origin: records.Origin{Device: records.Device{ID: id('f'), Maker: "Contec", Model: "CMS50D+"}},
	}
	glucose := records.Observation{
		ID: id('4'), Panel: vitals.BloodGlucose, Taken: taken.Add(4 * time.Minute), State: records.Confirmed, Meal: vitals.AfterMeal,
		Values: vitals.Values{value(vitals.Glucose, "600", vitals.MgPerDL)},
		Origin: records.Origin{Device: records.Device{Maker: "TaiDoc", Model: "TD-4277", Serial: "4277"}},
	}
	glucose.Values[0].Quantity.Comparator = vitals.Above
	weight := records.Observation{
		ID: id('5'), Panel: vitals.BodyWeight, Taken: taken.Add(5 * time.Minute), State: records.Confirmed,
		Values: vitals.Values{value(vitals.Weight, "72.50", vitals.Kilogram)}, Origin: records.Origin{EnteredBy: "Nurse Okafor"},
	}
	return &records.Encounter{
		ID: visitID, Revision: 1, Status: records.Finished, Zone: "Europe/Berlin", Started: taken.Add(-5 * time.Minute), Ended: made,
		Place: records.Place{Organization: "Corner Pharmacy", Location: "Counter 2", Kiosk: "kiosk-1"},
		Patient: &records.Patient{
			ID: personID, Given: "Ада", Family: `O'Neil\Lovelace & ~Co|^`, BirthDate: records.Date{Year: 1915, Month: 12, Day: 10}, Language: "en",
			Identifiers: []records.Identifier{{System: "card", Value: "AL 1815"}, {System: "urn:oid:1.2.36.146.595.217.0.1", Value: "12345"}},
		},
		Observations: []records.Observation{pressure, mean, oximetry, glucose, weight},
	}
}

func result(t testing.TB, e *records.Encounter, before ...*records.Encounter) hl7v2.Message {
	t.Helper()
	m, says, err := hl7v2.Result(e, before, parties, made)
	if err != nil || !says {
		t.Fatalf("says %v: %v", says, err)
	}
	return m
}

// corrected is the visit as it was corrected: an oximetry amended, the glucose
// voided, the weight dropped.
func corrected() *records.Encounter {
	e := wholeVisit()
	e.Revision = 2
	e.Observations[2].State = records.Amended
	e.Observations[2].Values[0] = value(vitals.SpO2, "97.0", vitals.Percent)
	e.Observations[3].State = records.Voided
	e.Observations = e.Observations[:4]
	return e
}

func TestGolden(t *testing.T) {
	guest := wholeVisit()
	guest.Patient, guest.Observations = nil, guest.Observations[2:3]
	for name, m := range map[string]hl7v2.Message{
		"visit.hl7": result(t, wholeVisit()), "corrected.hl7": result(t, corrected(), wholeVisit()), "guest.hl7": result(t, guest),
	} {
		path := filepath.Join("testdata", name)
		got := bytes.ReplaceAll(m.Text, []byte{'\r'}, []byte{'\n'}) // for whoever reads it
		if *update {
			if err := os.WriteFile(path, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is\n%s\nwant\n%s", name, got, want)
		}
	}
}

// lines returns the segments of a kind, each as its fields from 1; of MSH field
// 1 is the separator.
func lines(m hl7v2.Message, kind string) [][]string {
	var all [][]string
	for _, line := range strings.Split(strings.TrimSuffix(string(m.Text), "\r"), "\r") {
		fields := strings.Split(line, "|")
		if fields[0] != kind {
			continue
		}
		if kind == "MSH" {
			fields = slices.Insert(fields, 1, "|")
		}
		all = append(all, append(fields, make([]string, 60)...))
	}
	return all
}

// TestCodes pins what a receiver finds a value by: LOINC (2708-6 is of any
// method, 59408-5 of pulse oximetry), ISO/IEEE 11073-10101, UCUM, and the
// tables 0078 and 0085 of HL7 v2.5.1.
func TestCodes(t *testing.T) {
	type row struct{ kind, code, other, value, unit, flags, status string }
	var got []row
	for _, o := range lines(result(t, corrected(), wholeVisit()), "OBX") {
		code := append(strings.Split(o[3], "^"), "", "", "", "")
		got = append(got, row{o[2], code[0] + code[2], code[3] + code[5], o[5], o[6], o[8], o[11]})
	}
	want := []row{
		{"ST", "96607-7LN", "", "160/75", "mm[Hg]^mmHg^UCUM", "H", "F"},
		{"NM", "96608-5LN", "", "160", "mm[Hg]^mmHg^UCUM", "", "F"},
		{"NM", "96609-3LN", "", "75", "mm[Hg]^mmHg^UCUM", "", "F"},
		{"NM", "8867-4LN", "149546MDC", "71", "/min^beats/minute^UCUM", "N~A", "F"},
		{"NM", "59408-5LN", "150456MDC", "97.0", "%^%^UCUM", "", "C"},
		{"NM", "8889-8LN", "149530MDC", "64", "/min^beats/minute^UCUM", "", "C"},
		{"SN", "41653-7LN", "", ">^600", "mg/dL^mg/dL^UCUM", ">", "W"},
		{"CE", "meal-contextL", "", "after-meal^after meal^L", "", "", "W"},
		{"NM", "29463-7LN", "188736MDC", "72.50", "kg^kg^UCUM", "", "W"},
	}
	if !slices.Equal(got, want) {
		t.Errorf("it says\n%q\nwant\n%q", got, want)
	}
}

// TestAbsent: a value that there is not is said to be none, never left out.
func TestAbsent(t *testing.T) {
	e := wholeVisit()
	e.Observations = e.Observations[2:3]
	e.Observations[0].Values = e.Observations[0].Values[1:]
	o := lines(result(t, e), "OBX")[0]
	if o[3][:7] != "59408-5" || o[5] != "" || o[11] != "X" {
		t.Errorf("%q", o[:12])
	}
}

func TestHeader(t *testing.T) {
	m := result(t, wholeVisit())
	h := lines(m, "MSH")[0]
	for n, want := range map[int]string{
		2: `^~\&`, 4: "Corner Pharmacy^fea29aee-85c1-5d97-a9ab-af1901c1c8a7^UUID", 5: "ENGINE", 6: `Elsewhere \T\ Sons`, 7: "20260301094000+0100", 9: "ORU^R01^ORU_R01",
		10: m.ControlID, 11: "P", 12: "2.5.1", 15: "NE", 16: "AL", 18: "UNICODE UTF-8",
	} {
		if h[n] != want {
			t.Errorf("MSH-%d is %q, want %q", n, h[n], want)
		}
	}
	if n := len(m.ControlID); n == 0 || n > 20 {
		t.Errorf("a control id of %d characters: %q", n, m.ControlID)
	}
	stored, _, err := hl7v2.Result(wholeVisit(), nil, hl7v2.Parties{Operator: parties.Operator, CommitOnly: true}, made)
	if h := lines(stored, "MSH")[0]; err != nil || h[15] != "AL" || h[16] != "NE" {
		t.Errorf("asked for storing alone it wants %q and %q, %v", h[15], h[16], err)
	}
}

// TestPerson: the sex by table 0001, and of a birth date that was worked out from
// an age nothing but the year.
func TestPerson(t *testing.T) {
	for sex, want := range map[records.Sex]string{"": "", records.Female: "F", records.Male: "M", records.OtherSex: "O", records.UnknownSex: "U"} {
		e := wholeVisit()
		e.Patient.Sex, e.Patient.BirthEstimated = sex, sex != ""
		p := lines(result(t, e), "PID")[0]
		if birth := map[bool]string{true: "1915", false: "19151210"}[sex != ""]; p[8] != want || p[7] != birth {
			t.Errorf("%q: born %q, sex %q", sex, p[7], p[8])
		}
	}
}

// TestPhone: a phone number is no number of a person's record (PID-3) but where they
// are called (PID-13, of the type XTN: its component 12 takes it as it is written).
func TestPhone(t *testing.T) {
	e := wholeVisit()
	phone := func(number string) records.Identifier {
		return records.Identifier{System: records.PhoneSystem, Value: number}
	}
	e.Patient.Identifiers = append(e.Patient.Identifiers, phone("+44 7700 900417"), phone("030^1"))
	p := lines(result(t, e), "PID")[0]
	if want := "^^PH^^^^^^^^^+44 7700 900417~^^PH^^^^^^^^^030\\S\\1"; p[13] != want || strings.Contains(p[3], "900417") {
		t.Errorf("PID-13 %q, want %q; PID-3 %q", p[13], want, p[3])
	}
}

// TestOperator: who of the staff measured is responsible for each value.
func TestOperator(t *testing.T) {
	e := wholeVisit()
	e.Operator = records.Clinician{ID: personID, Name: "Nurse Grey"}
	for _, o := range lines(result(t, e), "OBX") {
		want := "^Nurse Grey"
		if strings.HasPrefix(o[3], "29463-7") {
			want = "^Nurse Okafor" // who entered it
		}
		if o[16] != want {
			t.Errorf("%s is by %q", o[3], o[16])
		}
	}
}

// TestStable: a revision is the same bytes under the same name each time, and
// another one has another name.
func TestStable(t *testing.T) {
	a, b, c := result(t, wholeVisit()), result(t, wholeVisit()), result(t, corrected(), wholeVisit())
	if !bytes.Equal(a.Text, b.Text) || a.ControlID != b.ControlID {
		t.Error("the same revision gives two messages")
	}
	merged := wholeVisit()
	merged.Patient.ID = cuffID
	if d := result(t, merged); a.ControlID == c.ControlID || a.ControlID == d.ControlID {
		t.Error("two revisions, or the visits of two people, have one control id")
	}
}

// TestNothingToSay: a visit without a result gives no message, which HL7 would
// refuse.
func TestNothingToSay(t *testing.T) {
	e := wholeVisit()
	e.Observations = e.Observations[:1] // it went into a mean that is not there
	if _, says, err := hl7v2.Result(e, nil, parties, made); says || err != nil {
		t.Errorf("says %v, %v", says, err)
	}
	e = wholeVisit()
	e.Observations[2].Values[0].Quantity.Unit = vitals.MmHg
	if _, _, err := hl7v2.Result(e, nil, parties, made); !errors.Is(err, fhir.ErrUnmappable) {
		t.Errorf("a saturation in mmHg: %v", err)
	}
}

var segmentLine = regexp.MustCompile(`^(MSH|PID|PV1|ORC|OBR|NTE|OBX|SPM)\|`)

// FuzzResult: whatever a name says, the message keeps its shape and its name can
// be read back.
func FuzzResult(f *testing.F) {
	f.Add("Ada", "Lovelace")
	f.Add("\r\x0b\x1cMSH|", `\F\|^&~\`)
	f.Add("Ада", "\x85\u2028\xff")
	f.Fuzz(func(t *testing.T, given, family string) {
		e := wholeVisit()
		shape := strings.Count(string(result(t, e).Text), "\r")
		e.Patient.Given, e.Patient.Family = given, family
		m := result(t, e)
		if !utf8.Valid(m.Text) || bytes.ContainsAny(m.Text, "\x0b\x1c\n") {
			t.Fatalf("%q cannot be framed", m.Text)
		}
		if n := strings.Count(string(m.Text), "\r"); n != shape {
			t.Fatalf("%d segments, want %d", n, shape)
		}
		for _, line := range strings.Split(strings.TrimSuffix(string(m.Text), "\r"), "\r") {
			if !segmentLine.MatchString(line) {
				t.Fatalf("a segment %q", line)
			}
		}
		unescape := strings.NewReplacer(`\F\`, "|", `\S\`, "^", `\T\`, "&", `\R\`, "~", `\E\`, `\`)
		got := unescape.Replace(strings.Split(lines(m, "PID")[0][5], "^")[0])
		if utf8.ValidString(family) && !strings.ContainsFunc(family, func(r rune) bool { return r < ' ' || r >= 0x7f && r < 0xa0 || r == utf8.RuneError }) &&
			got != strings.TrimSpace(family) {
			t.Fatalf("the name %q is read back as %q", family, got)
		}
	})
}
