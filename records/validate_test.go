package records

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"aidpost/records/vitals"
)

func TestInvalidIsRefusedByName(t *testing.T) {
	late := now.Add(maxAhead + time.Second)
	value := func(m vitals.Measure, n int, u vitals.Unit, c vitals.Comparator) vitals.Values {
		return vitals.Values{{Measure: m, Quantity: vitals.Quantity{Value: vitals.Int(n), Unit: u, Comparator: c}}}
	}
	for _, tt := range []struct {
		field, why string
		spoil      func(*Encounter)
	}{
		{"id", "not an id", func(e *Encounter) { e.ID = "" }},
		{"id", "not an id", func(e *Encounter) { e.ID = "00000000-0000-0000-0000-000000000000" }},
		{"id", "not an id", func(e *Encounter) { e.ID = ID(strings.ToUpper("a" + string(NewID())[1:])) }},
		{"id", "not an id", func(e *Encounter) { e.ID = "{" + e.ID + "}" }},
		{"revision", "negative", func(e *Encounter) { e.Revision = -1 }},
		{"status", "unknown", func(e *Encounter) { e.Status = "done" }},
		{"started", "missing", func(e *Encounter) { e.Started = time.Time{} }},
		{"started", "in the future", func(e *Encounter) { e.Started, e.Ended = late, late }},
		{"started", "before 1970", func(e *Encounter) { e.Started = time.Date(1969, 1, 1, 0, 0, 0, 0, time.UTC) }},
		{"ended", "missing", func(e *Encounter) { e.Ended = time.Time{} }},
		{"ended", "before started", func(e *Encounter) { e.Ended = e.Started.Add(-time.Second) }},
		{"zone", "missing", func(e *Encounter) { e.Zone = "\u202e" }},
		{"place.location", "longer than 200 letters", func(e *Encounter) { e.Place.Location = strings.Repeat("é", 201) }},
		{"language", "not UTF-8", func(e *Encounter) { e.Language = "\xff" }},
		{"patient.id", "not an id", func(e *Encounter) { e.Patient.ID = "7" }},
		{"patient.given", "longer than 100 letters", func(e *Encounter) { e.Patient.Given = strings.Repeat("a", 101) }},
		{"patient.given", "neither name nor identifier", func(e *Encounter) { e.Patient = &Patient{ID: NewID(), Given: "\u200f"} }},
		{"patient.birthDate", "no such day", func(e *Encounter) { e.Patient.BirthDate = Date{2001, 2, 29} }},
		{"patient.birthDate", "in the future", func(e *Encounter) { e.Patient.BirthDate = Date{2025, 3, 16} }},
		{"patient.birthDate", "too long ago", func(e *Encounter) { e.Patient.BirthDate = Date{1815, 12, 10} }},
		{"patient.identifiers.value", "missing", func(e *Encounter) { e.Patient.Identifiers[0].Value = "" }},
		{"patient.identifiers", "more than 200 entries", func(e *Encounter) { e.Patient.Identifiers = make([]Identifier, 201) }},
		{"consents.purpose", "missing", func(e *Encounter) { e.Consents[0].Purpose = "" }},
		{"consents.at", "missing", func(e *Encounter) { e.Consents[0].At = time.Time{} }},
		{"answers.question", "missing", func(e *Encounter) { e.Answers[0].Question = "" }},
		{"answers.at", "in the future", func(e *Encounter) { e.Answers[0].At = late }},
		{"observations[1].id", "not an id", func(e *Encounter) { e.Observations[1].ID = "x" }},
		{"observations[1].id", "given twice", func(e *Encounter) { e.Observations[1].ID = e.Observations[0].ID }},
		{"observations[0].panel", "unknown", func(e *Encounter) { e.Observations[0].Panel = "mood" }},
		{"observations[0].state", "unknown", func(e *Encounter) { e.Observations[0].State = "" }},
		{"observations[0].taken", "missing", func(e *Encounter) { e.Observations[0].Taken = time.Time{} }},
		{"observations[0].taken", "in the future", func(e *Encounter) { e.Observations[0].Taken = late }},
		{"observations[0].values", "missing", func(e *Encounter) { e.Observations[0].Values = nil }},
		{"observations[0].values", "no known unit for spo2", func(e *Encounter) {
			e.Observations[0].Values = value(vitals.SpO2, 97, "", "")
		}},
		{"observations[0].values", "unknown comparator for spo2", func(e *Encounter) {
			e.Observations[0].Values = value(vitals.SpO2, 97, vitals.Percent, "~")
		}},
		{"observations[0].values", "implausible spo2 101 %: outside 50 to 100", func(e *Encounter) {
			e.Observations[0].Values = value(vitals.SpO2, 101, vitals.Percent, "")
		}},
		{"observations[0].values", "implausible glucose >601 mg/dL: outside 10 to 600", func(e *Encounter) {
			e.Observations[0].Values = value(vitals.Glucose, 601, vitals.MgPerDL, vitals.Above)
		}},
		{"observations[0].values", "implausible systolic 80 mmHg: less than 10 above diastolic", func(e *Encounter) {
			e.Observations[0].Values[0].Quantity = vitals.Of(80, vitals.MmHg)
		}},
		{"observations[0].number", "negative", func(e *Encounter) { e.Observations[0].Number = -1 }},
		{"observations[0].notes", "missing", func(e *Encounter) { e.Observations[0].Notes = []string{""} }},
		{"observations[3].meanOf", "not an earlier observation of this encounter", func(e *Encounter) {
			e.Observations[3].MeanOf = []ID{NewID()}
		}},
		{"observations[0].judged.subject", "missing", func(e *Encounter) { e.Observations[0].Judged[0].Subject = "" }},
		{"observations[0].judged.source", "longer than 1000 letters", func(e *Encounter) {
			e.Observations[0].Judged[0].Source = strings.Repeat("x", 1001)
		}},
		{"observations[0].origin.device.model", "missing", func(e *Encounter) { e.Observations[0].Origin.Device.Model = "" }},
		{"observations[0].origin.driver", "missing", func(e *Encounter) { e.Observations[0].Origin.Driver = "" }},
		{"observations[0].origin.instrumentAt", "no such year", func(e *Encounter) {
			e.Observations[0].Origin.InstrumentAt = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)
		}},
		{"observations[0].capture.at", "missing", func(e *Encounter) { e.Observations[0].Capture = make([]WireFrame, 1) }},
		{"observations[0].capture", "too large", func(e *Encounter) {
			e.Observations[0].Capture = []WireFrame{{At: now, Bytes: make([]byte, maxCapture+1)}}
		}},
	} {
		e := visit(ada(), now.Add(-time.Hour))
		tt.spoil(e)
		before := *e
		_, err := prepare(e, now)
		var invalid *InvalidError
		if !errors.As(err, &invalid) || !errors.Is(err, ErrInvalid) {
			t.Errorf("%s, %s: %v", tt.field, tt.why, err)
			continue
		}
		if invalid.Field != tt.field || invalid.Why != tt.why {
			t.Errorf("%s, %s: got %s, %s", tt.field, tt.why, invalid.Field, invalid.Why)
		}
		if !reflect.DeepEqual(*e, before) {
			t.Errorf("%s, %s: the caller's encounter was written to", tt.field, tt.why)
		}
	}
}

func TestInvalidKeepsTheCause(t *testing.T) {
	s := openTemp(t, Options{})
	e := visit(nil, now.Add(-time.Hour))
	e.Observations[0].Values[1].Quantity = vitals.Of(300, vitals.MmHg)
	err := s.Save(t.Context(), e)
	var cause *vitals.ImplausibleError
	if !errors.As(err, &cause) || cause.Measure != vitals.Diastolic || !errors.Is(err, ErrInvalid) {
		t.Errorf("got %v", err)
	}
	if err := s.Save(t.Context(), nil); !errors.Is(err, ErrInvalid) {
		t.Errorf("nil: %v", err)
	}
}

func TestValidIsTaken(t *testing.T) {
	for name, change := range map[string]func(*Encounter){
		"a clock that was set back": func(e *Encounter) { e.Ended = now.Add(maxAhead) },
		"in progress":               func(e *Encounter) { e.Status, e.Ended = InProgress, time.Time{} },
		"no observations":           func(e *Encounter) { e.Observations = nil },
		"an instrument in 2099":     func(e *Encounter) { e.Observations[0].Origin.InstrumentAt = now.AddDate(74, 0, 0) },
		"born today further east":   func(e *Encounter) { e.Patient.BirthDate = Date{2025, 3, 14} },
		"one name":                  func(e *Encounter) { e.Patient.Given = "" },
		"HI": func(e *Encounter) {
			o := glucose(e.Ended, 600)
			o.Values[0].Quantity.Comparator = vitals.Above
			e.Observations = []Observation{o}
		},
	} {
		e := visit(ada(), now.Add(-time.Hour))
		change(e)
		if _, err := prepare(e, now); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCleanText(t *testing.T) {
	for in, want := range map[string]string{
		"plain":               "plain",
		" edges\t":            "edges",
		"line\nbreak":         "line break",
		"nul\x00\x1b[0m":      "nul[0m",
		"e\u0301":             "\u00e9",
		"\u202eevil\u202c":    "evil",
		"\u2066a\u2069\ufeff": "a",
		"مریم\u200cبانو":      "مریم\u200cبانو", // the joiner is spelling
		"क्\u200dष":           "क्\u200dष",
		"😀":                   "😀",
	} {
		if got, ok := cleanText(in); !ok || got != want {
			t.Errorf("%q: %q, %v", in, got, ok)
		}
	}
	if _, ok := cleanText("\xc3"); ok {
		t.Error("invalid UTF-8 was taken")
	}
}

func TestFoldName(t *testing.T) {
	same := [][]string{
		{"José", "JOSE", "jose\u0301", " Jose "},
		{"Straße", "STRASSE"},
		{"Ελένη", "ΕΛΕΝΗ"},
		{"أحمد", "احمد"},
		{"María  del Mar", "maria del mar"},
		{"ﬁona", "FIONA"},
	}
	for _, group := range same {
		for _, name := range group[1:] {
			if foldName(name) != foldName(group[0]) {
				t.Errorf("%q and %q differ: %q, %q", group[0], name, foldName(group[0]), foldName(name))
			}
		}
	}
	for _, pair := range [][2]string{
		{"Anna", "Ana"}, {"कुमार", "कमार"}, {"がく", "かく"}, {"Smith Jones", "Smithjones"}, {"李", "季"},
	} {
		if foldName(pair[0]) == foldName(pair[1]) {
			t.Errorf("%q and %q are taken for the same", pair[0], pair[1])
		}
	}
}
