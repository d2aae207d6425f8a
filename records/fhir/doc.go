// Package fhir turns our words into FHIR R4 (4.0.1) resources as JSON.
//
// Numbers keep the digits that the instrument gave: 98.0 is written 98.0, and
// no value passes through floating point. Nothing empty is ever written, since
// FHIR forbids empty strings, arrays and objects.
//
// The codes come from LOINC, UCUM, SNOMED CT, ISO/IEEE 11073-10101 and HL7's
// own code systems, by the R4 vital-signs profiles and, for averaged pressures
// and pulse oximetry, by US Core.
//
// What R4 has a place for and is left out: a udiCarrier, a lot and an EUI-64 of an
// instrument and the site of an oximeter, which no wire here tells; the SNOMED CT code of
// oscillometry and MDC codes of glucose, which depend on what the very instrument is
// made for; a BMI, which nobody measured; a referenceRange, since bands depend on the
// person and on the series, and the interpretation names the rules instead; a
// conclusion, since words here never diagnose; a Flag, Task or DetectedIssue beside the
// Communication about a critical value, which would say it twice; answers and remarks,
// which are for those who measured. An instrument has no Location or parent: it moves
// from kiosk to kiosk, and each observation names the one it came through. An attempt
// that failed is no observation here. No meta.profile is claimed, since servers refuse
// profiles that they lack; the tests have HAPI FHIR judge by the profiles all the same.
package fhir
