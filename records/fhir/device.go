package fhir

import (
	"strings"

	"aidpost/records"
	"aidpost/records/vitals"
)

// device refers to the record of the instrument, or carries the instrument
// along where there is none yet.
func (b builder) device(r *Observation) {
	d := trimmed(b.o.Origin.Device)
	name := strings.TrimSpace(d.Maker + " " + d.Model)
	if name == "" {
		return
	}
	if d.Serial != "" {
		name += ", serial " + d.Serial
	}
	r.Device = &Reference{Reference: "#device", Display: name}
	if d.ID != "" {
		r.Device.Reference = "Device/" + string(d.ID)
		return
	}
	contained := NewDevice(d, b.o.Panel)
	contained.ID = "device"
	r.Contained = append(r.Contained, contained)
}

// trimmed returns d with what instruments pad their names with taken away: FHIR
// refuses a string of spaces.
func trimmed(d records.Device) records.Device {
	for _, s := range []*string{&d.Maker, &d.Model, &d.Serial, &d.Firmware} {
		*s = strings.TrimSpace(*s)
	}
	return d
}

// NewDevice returns the instrument as a FHIR Device.
func NewDevice(d records.Device, measures vitals.Panel) Device {
	d = trimmed(d)
	r := Device{
		ResourceType: "Device", ID: string(d.ID), Manufacturer: d.Maker, SerialNumber: d.Serial, ModelNumber: d.Model,
	}
	if d.Model != "" {
		r.DeviceName = []DeviceName{{Name: d.Model, Type: "model-name"}}
	}
	if t, ok := deviceTypes[measures]; ok {
		r.Type = &CodeableConcept{Coding: []Coding{t}}
	}
	if d.Firmware != "" {
		r.Version = []DeviceVersion{{Type: firmware, Value: d.Firmware}}
	}
	return r
}
