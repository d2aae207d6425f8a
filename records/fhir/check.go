package fhir

import (
	"fmt"
	"slices"

	"github.com/google/uuid"

	"aidpost/records"
	"aidpost/records/vitals"
)

// check refuses what would not conform, before anything is sent.
func check(o records.Observation) error {
	allowed, ok := measures[o.Panel]
	if !ok {
		return fmt.Errorf("panel %.40q: %w", o.Panel, ErrUnmappable)
	}
	if statuses[o.State] == "" {
		return fmt.Errorf("state %.40q: %w", o.State, ErrUnmappable)
	}
	if _, err := uuid.Parse(string(o.ID)); o.ID != "" && err != nil {
		return fmt.Errorf("observation id: %w", ErrUnmappable)
	}
	if o.Panel == vitals.Laboratory && len(o.Values) != 1 {
		return fmt.Errorf("%d values of a laboratory: %w", len(o.Values), ErrUnmappable)
	}
	seen := map[vitals.Measure]bool{}
	for _, v := range o.Values {
		if seen[v.Measure] || !slices.Contains(allowed, v.Measure) ||
			!slices.Contains(units[v.Measure], v.Quantity.Unit) {
			return fmt.Errorf("%.40s in %.40q of %s: %w", v.Measure, v.Quantity.Unit, o.Panel, ErrUnmappable)
		}
		switch v.Quantity.Comparator {
		case vitals.Exactly, vitals.Below, vitals.Above:
		default:
			return fmt.Errorf("comparator %.40q: %w", v.Quantity.Comparator, ErrUnmappable)
		}
		seen[v.Measure] = true
	}
	return nil
}

// units are the units in which each measure may travel.
var units = map[vitals.Measure][]vitals.Unit{
	vitals.Systolic: {vitals.MmHg}, vitals.Diastolic: {vitals.MmHg}, vitals.MeanArterial: {vitals.MmHg},
	vitals.Pulse: {vitals.PerMinute}, vitals.SpO2: {vitals.Percent}, vitals.PerfusionIndex: {vitals.Percent},
	vitals.Glucose: {vitals.MgPerDL, vitals.MmolPerL},
	vitals.Weight:  {vitals.Kilogram, vitals.Pound}, vitals.Height: {vitals.Centimetre, vitals.Inch},
	vitals.Temperature: {vitals.Celsius, vitals.Fahrenheit},
	vitals.Ketone:      {vitals.MmolPerL}, vitals.Urate: {vitals.MgPerDL}, vitals.TotalCholesterol: {vitals.MgPerDL},
	vitals.PackedCells: {vitals.Percent}, vitals.HbA1c: {vitals.Percent},
}

// measures are what each panel may hold.
var measures = map[vitals.Panel][]vitals.Measure{
	vitals.BloodPressure: {vitals.Systolic, vitals.Diastolic, vitals.MeanArterial, vitals.Pulse},
	vitals.Oximetry:      {vitals.SpO2, vitals.Pulse, vitals.PerfusionIndex},
	vitals.BloodGlucose:  {vitals.Glucose},

	vitals.BodyTemperature:     {vitals.Temperature},
	vitals.BodyWeight:          {vitals.Weight, vitals.Height},
	vitals.BloodKetone:         {vitals.Ketone},
	vitals.UricAcid:            {vitals.Urate},
	vitals.Cholesterol:         {vitals.TotalCholesterol},
	vitals.Haematocrit:         {vitals.PackedCells},
	vitals.Laboratory:          {vitals.HbA1c, vitals.Ketone, vitals.Urate, vitals.TotalCholesterol, vitals.PackedCells},
	vitals.GlycatedHaemoglobin: {vitals.HbA1c},
}
