package fhir_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"aidpost/records"
	"aidpost/records/fhir"
	"aidpost/records/vitals"
)

var update = flag.Bool("update", false, "write the golden files anew")

const (
	first  records.ID = "5b1b8f0e-6c53-4e2f-8a3b-0c6a4f0d9e01"
	second records.ID = "5b1b8f0e-6c53-4e2f-8a3b-0c6a4f0d9e02"
	third  records.ID = "5b1b8f0e-6c53-4e2f-8a3b-0c6a4f0d9e03"
)

var taken = time.Date(2026, 3, 1, 8, 30, 0, 0, time.UTC)

func value(m vitals.Measure, number string, u vitals.Unit) vitals.Value {
	d, err := vitals.ParseDecimal(number)
	if err != nil {
		panic(err)
	}
	return vitals.Value{Measure: m, Quantity: vitals.Quantity{Value: d, Unit: u}}
}

func pressure() records.Observation {
	return records.Observation{
		ID: first, Panel: vitals.BloodPressure, Taken: taken, State: records.Confirmed,
		Values: vitals.Values{
			value(vitals.Systolic, "134", vitals.MmHg), value(vitals.Diastolic, "86", vitals.MmHg),
			value(vitals.MeanArterial, "102", vitals.MmHg), value(vitals.Pulse, "71", vitals.PerMinute),
		},
		Flags:  []vitals.Flag{vitals.IrregularPulse},
		Notes:  []string{"rest-not-completed"},
		Method: "from 14 heart beats",
		Judged: []records.Judgement{
			{Subject: "blood-pressure", Interpretation: "H", Guideline: "aha-2025", Edition: "2025"},
			{Subject: "pulse", Interpretation: "N", Guideline: "aidpost-pulse", Edition: "1"},
		},
		Origin: records.Origin{Device: records.Device{
			Maker: "SunTech Medical", Model: "Advantage OEM", Serial: "A17", Firmware: "2.13",
		}},
	}
}

func mean() records.Observation {
	o := pressure()
	o.ID, o.MeanOf, o.Flags, o.Notes, o.Method = third, []records.ID{first, second}, nil, nil, ""
	o.Origin.Device.ID = "5b1b8f0e-6c53-4e2f-8a3b-0c6a4f0d9eff"
	return o
}

func saturation() records.Observation {
	return records.Observation{
		Panel: vitals.Oximetry, Taken: taken, State: records.Confirmed,
		Values: vitals.Values{
			value(vitals.SpO2, "98.0", vitals.Percent), value(vitals.Pulse, "64", vitals.PerMinute),
			value(vitals.PerfusionIndex, "4.10", vitals.Percent),
		},
		Origin: records.Origin{Device: records.Device{Maker: "Contec", Model: "CMS50D+"}},
	}
}

func glucose(number string, u vitals.Unit, meal vitals.Meal) records.Observation {
	return records.Observation{
		ID: first, Panel: vitals.BloodGlucose, Taken: taken, State: records.Confirmed, Meal: meal,
		Values: vitals.Values{value(vitals.Glucose, number, u)},
		Origin: records.Origin{Device: records.Device{Maker: "TaiDoc", Model: "TD-4277", Serial: "4277000112345678"}},
	}
}

func hi() records.Observation {
	o := glucose("600", vitals.MgPerDL, vitals.AfterMeal)
	o.Values[0].Quantity.Comparator = vitals.Above
	return o
}

func berlin(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip("no zone data:", err)
	}
	return zone
}

// encode returns the resources as JSON, one a line.
func encode(t testing.TB, resources []fhir.Observation) []byte {
	t.Helper()
	var b bytes.Buffer
	to := json.NewEncoder(&b)
	to.SetEscapeHTML(false) // as the command line does: comparators stay readable
	for _, r := range resources {
		if err := to.Encode(r); err != nil {
			t.Fatal(err)
		}
	}
	return b.Bytes()
}

func TestGolden(t *testing.T) {
	full := fhir.Context{
		Base: "https://clinic.example", Patient: second, Encounter: third, Zone: berlin(t), Issued: taken.Add(time.Minute),
	}
	absent := pressure()
	absent.Values, absent.Method = nil, "instrument code 57"
	for name, test := range map[string]struct {
		o records.Observation
		c fhir.Context
	}{
		"pressure":        {pressure(), full},
		"pressure-alone":  {pressure(), fhir.Context{}},
		"mean":            {mean(), full},
		"saturation":      {saturation(), fhir.Context{Zone: berlin(t)}},
		"glucose-fasting": {glucose("5.60", vitals.MmolPerL, vitals.Fasting), full},
		"glucose-hi":      {hi(), full},
		"absent":          {absent, full},
	} {
		t.Run(name, func(t *testing.T) {
			build := fhir.Observations
			if name == "absent" {
				build = func(o records.Observation, c fhir.Context) ([]fhir.Observation, error) {
					return fhir.Absent(o, c, fhir.AbsentError)
				}
			}
			resources, err := build(test.o, test.c)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, name+".json", indent(t, encode(t, resources)))
		})
	}
}

func indent(t *testing.T, lines []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	for line := range bytes.Lines(lines) {
		if err := json.Indent(&out, line, "", "  "); err != nil {
			t.Fatal(err)
		}
	}
	return out.Bytes()
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
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
		t.Errorf("%s differs:\n%s", path, got)
	}
}

// codes returns system|code of every coding in code, in order.
func codes(c fhir.CodeableConcept) []string {
	var all []string
	for _, coding := range c.Coding {
		all = append(all, coding.System+"|"+coding.Code)
	}
	return all
}

const (
	loinc = "http://loinc.org|"
	mdc   = "urn:iso:std:iso:11073:10101|"
)

// TestCodes pins every code: the R4 vital-signs profiles (hl7.org/fhir/R4/
// observation-vitalsigns.html), US Core pulse oximetry and average blood
// pressure, LOINC for the glucose of a meter, MDC of IEEE 11073-10101.
func TestCodes(t *testing.T) {
	for _, test := range []struct {
		name string
		o    records.Observation
		at   int // index of the resource
		code []string
		cat  string
		unit string
	}{
		{"pressure", pressure(), 0, []string{loinc + "85354-9", mdc + "150020"}, "vital-signs", ""},
		{"mean", mean(), 0, []string{loinc + "96607-7"}, "vital-signs", ""},
		{"pulse of a cuff", pressure(), 1, []string{loinc + "8867-4", mdc + "149546"}, "vital-signs", "/min"},
		{"oxygen", saturation(), 0, []string{loinc + "2708-6", loinc + "59408-5", mdc + "150456"}, "vital-signs", "%"},
		{"pulse of an oximeter", saturation(), 1, []string{loinc + "8867-4", loinc + "8889-8", mdc + "149530"}, "vital-signs", "/min"},
		{"perfusion", saturation(), 2, []string{loinc + "61006-3", mdc + "150448"}, "vital-signs", "%"},
		{"mass", glucose("99", vitals.MgPerDL, vitals.MealUnknown), 0, []string{loinc + "41653-7"}, "laboratory", "mg/dL"},
		{"mass before a meal", glucose("99", vitals.MgPerDL, vitals.BeforeMeal), 0, []string{loinc + "41653-7"}, "laboratory", "mg/dL"},
		{"mass, fasting", glucose("99", vitals.MgPerDL, vitals.Fasting), 0, []string{loinc + "41604-0"}, "laboratory", "mg/dL"},
		{"substance", glucose("5.5", vitals.MmolPerL, vitals.RandomMeal), 0, []string{loinc + "14743-9"}, "laboratory", "mmol/L"},
		{"substance, fasting", glucose("5.5", vitals.MmolPerL, vitals.Fasting), 0, []string{loinc + "14770-2"}, "laboratory", "mmol/L"},
	} {
		t.Run(test.name, func(t *testing.T) {
			all, err := fhir.Observations(test.o, fhir.Context{})
			if err != nil {
				t.Fatal(err)
			}
			r := all[test.at]
			if got := codes(r.Code); !slices.Equal(got, test.code) {
				t.Errorf("codes %q, want %q", got, test.code)
			}
			if len(r.Category) != 1 || r.Category[0].Coding[0].Code != test.cat {
				t.Errorf("category %+v, want %s", r.Category, test.cat)
			}
			if test.unit == "" {
				if r.ValueQuantity != nil {
					t.Error("a panel has a value of its own")
				}
				return
			}
			if q := r.ValueQuantity; q.Code != test.unit || q.System != "http://unitsofmeasure.org" || q.Unit == "" {
				t.Errorf("quantity %+v, want %s", q, test.unit)
			}
		})
	}
}

func TestPressureComponents(t *testing.T) {
	for _, test := range []struct {
		o    records.Observation
		want []string
	}{
		{pressure(), []string{"8480-6", "8462-4", "8478-0"}},
		{mean(), []string{"96608-5", "96609-3"}},
	} {
		all, err := fhir.Observations(test.o, fhir.Context{})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, c := range all[0].Component {
			got = append(got, c.Code.Coding[0].Code)
			if c.ValueQuantity.Code != "mm[Hg]" || c.ValueQuantity.Unit != "mmHg" {
				t.Errorf("unit %+v", c.ValueQuantity)
			}
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("components %q, want %q", got, test.want)
		}
	}
}

func TestStatus(t *testing.T) {
	for state, want := range map[records.ObservationState]string{
		records.Confirmed: "final", records.Amended: "amended", records.Voided: "entered-in-error",
	} {
		o := saturation()
		o.State = state
		all, err := fhir.Observations(o, fhir.Context{})
		if err != nil || all[0].Status != want || all[1].Status != want {
			t.Errorf("%s is sent as %s, %v", state, all[0].Status, err)
		}
	}
}

// TestFurtherMeasuresKeepTheirIDs: what is sent twice must update, not double.
func TestFurtherMeasuresKeepTheirIDs(t *testing.T) {
	once, err := fhir.Observations(pressure(), fhir.Context{})
	if err != nil {
		t.Fatal(err)
	}
	again, err := fhir.Observations(pressure(), fhir.Context{})
	if err != nil {
		t.Fatal(err)
	}
	other := pressure()
	other.ID = second
	others, err := fhir.Observations(other, fhir.Context{})
	if err != nil {
		t.Fatal(err)
	}
	if once[0].ID != string(first) || once[1].ID == once[0].ID || once[1].ID != again[1].ID || once[1].ID == others[1].ID {
		t.Errorf("ids %s %s, again %s, of another reading %s", once[0].ID, once[1].ID, again[1].ID, others[1].ID)
	}
	averaged, err := fhir.Observations(mean(), fhir.Context{})
	if err != nil {
		t.Fatal(err)
	}
	if got := averaged[1].DerivedFrom[0].Reference; got != "Observation/"+once[1].ID {
		t.Errorf("the mean pulse is derived from %s, not from the first pulse", got)
	}
}

func TestRefused(t *testing.T) {
	change := func(o records.Observation, f func(*records.Observation)) records.Observation {
		f(&o)
		return o
	}
	for name, o := range map[string]records.Observation{
		"panel":       change(pressure(), func(o *records.Observation) { o.Panel = "weight" }),
		"state":       change(pressure(), func(o *records.Observation) { o.State = "" }),
		"id":          change(pressure(), func(o *records.Observation) { o.ID = "17" }),
		"unit":        glucose("99", vitals.Percent, ""),
		"foreign":     change(saturation(), func(o *records.Observation) { o.Values[0].Measure = vitals.Glucose }),
		"twice":       change(saturation(), func(o *records.Observation) { o.Values = append(o.Values, o.Values[0]) }),
		"comparator":  change(saturation(), func(o *records.Observation) { o.Values[0].Quantity.Comparator = "~" }),
		"unknown one": change(saturation(), func(o *records.Observation) { o.Values[0].Measure = "mood" }),
	} {
		if _, err := fhir.Observations(o, fhir.Context{}); !errors.Is(err, fhir.ErrUnmappable) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzNothingEmpty: whatever the instrument and the clock say, the result is
// JSON without a null or anything empty, and the digits are those measured.
func FuzzNothingEmpty(f *testing.F) {
	f.Add("98.0", "Contec", "", " ", "a\nnote", "before-meal", int64(0), uint8(0))
	f.Add("0.000001", "", "\x00", "\xff\xfe", "", "", int64(1772353800), uint8(1))
	f.Add("-3", " ", "x", "", " ", "fasting", int64(-1), uint8(2))
	f.Fuzz(func(t *testing.T, number, maker, model, serial, note, meal string, at int64, which uint8) {
		d, err := vitals.ParseDecimal(number)
		if err != nil {
			t.Skip()
		}
		o := []records.Observation{pressure(), saturation(), glucose("1", vitals.MgPerDL, "")}[which%3]
		o.Values[0].Quantity.Value = d
		o.Origin.Device = records.Device{Maker: maker, Model: model, Serial: serial, Firmware: serial}
		o.Method, o.Notes, o.Meal, o.Excluded = note, []string{note}, vitals.Meal(meal), note
		o.Taken = time.Unix(at%253402300799, 0)
		resources, err := fhir.Observations(o, fhir.Context{})
		if err != nil {
			t.Fatal(err)
		}
		text := encode(t, resources)
		if !strings.Contains(string(text), `"value":`+d.String()+",") {
			t.Errorf("%s is not written as it was measured: %s", d, text)
		}
		for line := range bytes.Lines(text) {
			var v any
			if err := json.Unmarshal(line, &v); err != nil {
				t.Fatalf("%v in %s", err, line)
			}
			if where := empty(v, "Observation"); where != "" {
				t.Errorf("%s is empty in %s", where, line)
			}
		}
	})
}

// empty returns the path of something that FHIR does not allow to be empty.
func empty(v any, path string) string {
	switch v := v.(type) {
	case nil:
		return path
	case string:
		if strings.TrimSpace(v) == "" {
			return path
		}
	case []any:
		for _, e := range v {
			if where := empty(e, path+"[]"); where != "" {
				return where
			}
		}
		if len(v) == 0 {
			return path
		}
	case map[string]any:
		for k, e := range v {
			if where := empty(e, path+"."+k); where != "" {
				return where
			}
		}
		if len(v) == 0 {
			return path
		}
	}
	return ""
}

func BenchmarkObservations(b *testing.B) {
	o := pressure()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := fhir.Observations(o, fhir.Context{}); err != nil {
			b.Fatal(err)
		}
	}
}
