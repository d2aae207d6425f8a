package manual_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/explaintest"
	"aidpost/instruments/manual"
	"aidpost/records/vitals"
)

const nurse = "Nurse Okafor"

func TestRead(t *testing.T) {
	at := time.Date(2026, time.March, 10, 9, 30, 0, 0, time.UTC)
	for _, c := range []struct {
		panel vitals.Panel
		text  string
		want  string
	}{
		{vitals.BloodPressure, "118/76", "systolic 118 mmHg, diastolic 76 mmHg"},
		{vitals.BloodPressure, "118/76 mmHg pulse 66", "systolic 118 mmHg, diastolic 76 mmHg, pulse 66 /min"},
		{vitals.BloodPressure, "pulse 66 diastolic 76 systolic 118", "systolic 118 mmHg, diastolic 76 mmHg, pulse 66 /min"},
		{vitals.Oximetry, "97 pulse 64", "spo2 97 %, pulse 64 /min"},
		{vitals.Oximetry, "spo2 97 % perfusion-index 4.1 %", "spo2 97 %, perfusion-index 4.1 %"},
		{vitals.BloodGlucose, "104 mg/dL", "glucose 104 mg/dL"},
		{vitals.BloodGlucose, "5.8 mmol/l", "glucose 5.8 mmol/L"},
		{vitals.BloodGlucose, "<20 mg/dL", "glucose <20 mg/dL"},
		{vitals.BodyWeight, "72.50 kg", "weight 72.50 kg"},
		{vitals.BodyWeight, "  WEIGHT 159.8 lb height 70 in ", "weight 159.8 lb, height 70 in"},
		{vitals.BodyWeight, "159.8 [lb_av]", "weight 159.8 lb"},
		{vitals.BodyTemperature, "37.0 C", "temperature 37.0 °C"},
		{vitals.BodyTemperature, "98.6 °F", "temperature 98.6 °F"},
		{vitals.BloodKetone, "0.6", "ketone 0.6 mmol/L"},
		{vitals.UricAcid, "5.4 mg/dL", "urate 5.4 mg/dL"},
		{vitals.Cholesterol, "187", "cholesterol 187 mg/dL"},
		{vitals.Haematocrit, "42", "haematocrit 42 %"},
		{vitals.GlycatedHaemoglobin, "5.9", "hba1c 5.9 %"},
	} {
		r, err := manual.New(c.panel, nurse).Read(c.text, at)
		if err != nil {
			t.Errorf("%s %q: %v", c.panel, c.text, err)
			continue
		}
		if got := listed(r.Values); got != c.want {
			t.Errorf("%s %q: read %s, want %s", c.panel, c.text, got, c.want)
		}
		if r.EnteredBy != nurse || !r.Taken.Equal(at) || r.Panel != c.panel || r.Note != "entered by hand" {
			t.Errorf("%+v", r)
		}
		explaintest.Whole(t, manual.New(c.panel, nurse), r.Capture)
	}
}

func listed(vs vitals.Values) string {
	var parts []string
	for _, v := range vs {
		parts = append(parts, string(v.Measure)+" "+v.Quantity.String())
	}
	return strings.Join(parts, ", ")
}

// TestRefused: each with a reason that names the measure and never the value.
func TestRefused(t *testing.T) {
	for _, c := range []struct {
		panel vitals.Panel
		text  string
		code  instruments.FaultCode
		why   string
	}{
		{vitals.BodyWeight, "72.5", instruments.Garbled, "weight needs a unit: kg or lb"},
		{vitals.BodyTemperature, "37.0", instruments.Garbled, "temperature needs a unit"},
		{vitals.BloodGlucose, "104", instruments.Garbled, "glucose needs a unit"},
		{vitals.BodyWeight, "72.5 stone", instruments.Garbled, "weight is not measured in that unit"},
		{vitals.BodyWeight, "72,5 kg", instruments.Garbled, "weight is no number"},
		{vitals.BodyWeight, "<<72 kg", instruments.Garbled, "weight is no number"},
		{vitals.BodyWeight, "", instruments.Garbled, "there is no weight"},
		{vitals.BodyWeight, "height 178 cm", instruments.Garbled, "there is no weight"},
		{vitals.BodyWeight, "72.5 kg height", instruments.Garbled, "there is no number behind height"},
		{vitals.BodyWeight, "72.5 kg weight 73 kg", instruments.Garbled, "weight is there twice"},
		{vitals.BodyWeight, "72.5 kg kg", instruments.Garbled, "neither a number nor a unit"},
		{vitals.BodyWeight, "725 kg", instruments.Implausible, "weight outside 2 to 300"},
		{vitals.BodyTemperature, "98.6 C", instruments.Implausible, "temperature outside 30 to 44"},
		{vitals.BodyTemperature, "37.0 F", instruments.Implausible, "temperature outside 86 to 111.2"},
		{vitals.BloodPressure, "118", instruments.Garbled, "there is no diastolic"},
		{vitals.BloodPressure, "76/118", instruments.Implausible, "systolic less than 10 above diastolic"},
		{vitals.BloodPressure, "118/76 pulse 600", instruments.Implausible, "pulse outside 25 to 250"},
		{vitals.BloodPressure, "118/76 spo2 97", instruments.Garbled, "diastolic is not measured in that unit"},
		{vitals.Oximetry, "107", instruments.Implausible, "spo2 outside 50 to 100"},
		{vitals.Laboratory, "5.9", instruments.Garbled, "nothing of the panel"},
		{vitals.BodyWeight, strings.Repeat("9", 300), instruments.Garbled, "at most 200"},
	} {
		r, err := manual.New(c.panel, nurse).Read(c.text, time.Now())
		if r != nil || instruments.CodeOf(err) != c.code || !strings.Contains(err.Error(), c.why) {
			t.Errorf("%s %q: %v, want %s: %s", c.panel, c.text, err, c.code, c.why)
		}
		for _, value := range []string{"725", "98.6", "118", "600", "107", "72,5"} {
			if err != nil && strings.Contains(err.Error(), value) {
				t.Errorf("%q tells the value", err)
			}
		}
	}
	for _, by := range []string{"", "  ", "a\x00b", strings.Repeat("x", 101)} {
		if _, err := manual.New(vitals.BodyWeight, by).Read("72.5 kg", time.Now()); instruments.CodeOf(err) != instruments.Garbled {
			t.Errorf("entered by %q: %v", by, err)
		}
	}
}

// TestMeasure takes a line that is typed a key at a time.
func TestMeasure(t *testing.T) {
	for name, c := range map[string]struct {
		typed string
		waits time.Duration // before the first key
		want  string
	}{
		"a line":                     {"72.5 kg\r\n", 2 * time.Second, "weight 72.5 kg"},
		"in the middle of a line":    {"2.5 kg\n80 kg\n", 0, "weight 80 kg"},
		"the end of another line":    {"\n80 kg\n", 0, "weight 80 kg"},
		"two lines, the first wrong": {"72.5\n80 kg\n", 2 * time.Second, ""},
	} {
		synctest.Test(t, func(t *testing.T) {
			host, keys := instruments.Pipe()
			defer host.Close()
			go func() {
				time.Sleep(c.waits)
				for _, key := range []byte(c.typed) {
					time.Sleep(900 * time.Millisecond)
					_, _ = keys.Write([]byte{key})
				}
			}()
			got := ""
			err := manual.New(vitals.BodyWeight, nurse).Measure(t.Context(), host, instruments.Job{}, func(e instruments.Event) {
				if r, ok := e.(*instruments.Reading); ok {
					got += listed(r.Values)
				}
			})
			if got != c.want || (err == nil) != (c.want != "") {
				t.Errorf("%s: %q, %v; want %q", name, got, err, c.want)
			}
			time.Sleep(time.Minute)
		})
	}
	synctest.Test(t, func(t *testing.T) {
		host, _ := instruments.Pipe()
		defer host.Close()
		err := manual.New(vitals.BodyWeight, nurse).Measure(t.Context(), host, instruments.Job{}, func(instruments.Event) {})
		if instruments.CodeOf(err) != instruments.NoAnswer {
			t.Errorf("nobody typed: %v", err)
		}
		gone := errors.New("gone")
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(gone)
		if err := manual.New(vitals.BodyWeight, nurse).Measure(ctx, host, instruments.Job{}, func(instruments.Event) {}); !errors.Is(err, gone) {
			t.Errorf("cancelled: %v", err)
		}
	})
}

func FuzzRead(f *testing.F) {
	for _, text := range []string{"118/76 pulse 66", "72.5 kg height 178 cm", "<20 mg/dL", "97", "weight", "/", "1/2/3", "98.6 °F"} {
		for i := range vitals.AllPanels() {
			f.Add(uint8(i), text)
		}
	}
	f.Fuzz(func(t *testing.T, panel uint8, text string) {
		all := vitals.AllPanels()
		d := manual.New(all[int(panel)%len(all)], nurse)
		r, err := d.Read(text, time.Now())
		if err != nil {
			var fault *instruments.Fault
			if r != nil || !errors.As(err, &fault) {
				t.Fatalf("%v and %v", r, err)
			}
			return
		}
		if err := vitals.CheckPlausible(r.Values); err != nil {
			t.Error(err)
		}
		explaintest.Whole(t, d, r.Capture)
		again := 0
		err = d.Decode(bytes.NewReader(r.Capture[0].Bytes), instruments.Job{}, func(e instruments.Event) {
			if r2, ok := e.(*instruments.Reading); ok && listed(r2.Values) == listed(r.Values) {
				again++
			}
		})
		if err != nil || again != 1 {
			t.Errorf("decoded %d times, %v", again, err)
		}
	})
}
