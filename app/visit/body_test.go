package visit_test

import (
	"testing"

	"aidpost/app/visit"
	"aidpost/instruments"
	"aidpost/records/guideline"
	"aidpost/records/vitals"
)

func weighed(tenths int64) *instruments.Reading {
	d, err := vitals.Scaled(tenths, 1)
	if err != nil {
		panic(err) // the numbers are below
	}
	return &instruments.Reading{
		Panel:  vitals.BodyWeight,
		Values: vitals.Values{{Measure: vitals.Weight, Quantity: vitals.Quantity{Value: d, Unit: vitals.Kilogram}}},
	}
}

// TestWeight is confirmed by the person, kept, and judged by nobody.
func TestWeight(t *testing.T) {
	bubble(t, func(k *kiosk) {
		k.person(1970)
		k.prepare(vitals.BodyWeight)
		s := k.readMeter(reads(weighed(725)), visit.Confirm)
		if len(s.Candidates) != 1 || len(k.store.saved()) > 0 {
			t.Errorf("candidates %v, %d saves", s.Candidates, len(k.store.saved()))
		}
		res := k.do(k.v.ConfirmReading(0), visit.Result).Results[0]
		if q, _ := res.Values.Get(vitals.Weight); q.String() != "72.5 kg" || len(res.Judged) > 0 || res.Tier != 0 {
			t.Errorf("%+v", res)
		}
		o := k.store.last(t).Observations[0]
		if o.Panel != vitals.BodyWeight || len(o.Judged) > 0 || o.Origin.EnteredBy != "" {
			t.Errorf("kept %+v", o)
		}
	})
}

// TestWeightRefused: what the scale does not show is not kept.
func TestWeightRefused(t *testing.T) {
	bubble(t, func(k *kiosk) {
		k.person(1970)
		k.prepare(vitals.BodyWeight)
		k.readMeter(reads(weighed(725)), visit.Confirm)
		k.do(k.v.RefuseReading(), visit.Trouble)
		if len(k.store.saved()) > 0 {
			t.Error("a refused weight was saved")
		}
	})
}

// TestTemperature needs no confirmation, and an implausible one is none.
func TestTemperature(t *testing.T) {
	bubble(t, func(k *kiosk) {
		k.person(1970)
		k.prepare(vitals.BodyTemperature)
		r := &instruments.Reading{
			Panel:  vitals.BodyTemperature,
			Values: vitals.Values{{Measure: vitals.Temperature, Quantity: vitals.Of(37, vitals.Celsius)}},
		}
		res := k.readMeter(reads(r), visit.Result).Results[0]
		if res.Panel != vitals.BodyTemperature || len(res.Judged) != 1 || res.Judged[0].Band != "temperature.usual" {
			t.Errorf("%+v", res)
		}
	})
	bubble(t, func(k *kiosk) { // a critical one is taken once more
		k.person(1970)
		k.prepare(vitals.BodyTemperature)
		hot := &instruments.Reading{
			Panel:  vitals.BodyTemperature,
			Values: vitals.Values{{Measure: vitals.Temperature, Quantity: vitals.Of(40, vitals.Celsius)}},
		}
		k.readMeter(reads(hot), visit.Urgent)
		k.do(k.v.Symptoms(false), visit.Urgent)
		k.rack.then(reads(hot))
		k.do(k.v.Repeat(), visit.Measure)
		k.pass(inflationTime)
		if s := k.want(visit.Urgent); s.Alarm.Phase != visit.AlarmAdvice || s.Alarm.Tier != guideline.Emergency {
			t.Errorf("alarm %+v", s.Alarm)
		}
	})
	bubble(t, func(k *kiosk) {
		k.person(1970)
		k.prepare(vitals.BodyTemperature)
		r := &instruments.Reading{
			Panel:  vitals.BodyTemperature,
			Values: vitals.Values{{Measure: vitals.Temperature, Quantity: vitals.Of(51, vitals.Celsius)}},
		}
		s := k.readMeter(reads(r), visit.Trouble)
		if s.Fault == nil || s.Fault.Code != instruments.Implausible || len(k.store.saved()) > 0 {
			t.Errorf("fault %v", s.Fault)
		}
	})
}

// TestEnter takes what a member of staff typed in, says so in the records, and
// acts upon a critical value at once.
func TestEnter(t *testing.T) {
	by := func(r *instruments.Reading) instruments.Reading {
		r.EnteredBy = "Nurse Okafor"
		return *r
	}
	hand := instruments.Model{ID: "manual", Name: "entered by hand", Version: "1"}
	bubble(t, func(k *kiosk) {
		k.person(1970)
		k.refused(k.v.Enter(*weighed(725), hand)) // by nobody
		res := k.do(k.v.Enter(by(weighed(725)), hand), visit.Result).Results
		if len(res) != 1 || res[0].Panel != vitals.BodyWeight {
			t.Fatalf("%+v", res)
		}
		o := k.store.last(t).Observations[0]
		if o.Origin.EnteredBy != "Nurse Okafor" || o.Origin.Driver != "manual" || o.Origin.Device.Model != "entered by hand" {
			t.Errorf("kept %+v", o.Origin)
		}
		pressure := &instruments.Reading{Panel: vitals.BloodPressure, Values: vitals.Values{
			{Measure: vitals.Systolic, Quantity: vitals.Of(192, vitals.MmHg)}, {Measure: vitals.Diastolic, Quantity: vitals.Of(124, vitals.MmHg)},
		}}
		s := k.do(k.v.Enter(by(pressure), hand), visit.Urgent)
		if s.Alarm.Phase != visit.AlarmAdvice || k.rack.started() != 0 {
			t.Errorf("alarm %+v, %d started", s.Alarm, k.rack.started())
		}
		k.refused(k.v.Enter(by(weighed(725)), hand)) // not now
	})
	bubble(t, func(k *kiosk) {
		k.person(1970)
		odd := weighed(725)
		odd.Values[0].Quantity.Unit = vitals.MmHg
		if s := k.do(k.v.Enter(by(odd), hand), visit.Trouble); s.Fault.Code != instruments.Implausible {
			t.Errorf("fault %v", s.Fault)
		}
	})
}
