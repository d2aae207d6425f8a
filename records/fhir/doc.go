// Package fhir turns our words into FHIR R4 (4.0.1) resources as JSON.
//
// Numbers keep the digits that the instrument gave: 98.0 is written 98.0, and
// no value passes through floating point. Nothing empty is ever written, since
// FHIR forbids empty strings, arrays and objects.
//
// The codes come from LOINC, UCUM, SNOMED CT, ISO/IEEE 11073-10101 and HL7's
// own code systems, by the R4 vital-signs profiles and, for averaged pressures
// and pulse oximetry, by US Core.
package fhir
