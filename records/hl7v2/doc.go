// Package hl7v2 says what a visit gave in HL7 version 2.5.1, as an unsolicited
// result (ORU^R01), and takes it to a receiver by MLLP, for hospitals without
// FHIR.
//
// The codes are those that package fhir gives, so that both tell the same: of
// each meaning the most exact LOINC code and, beside it, the one of ISO/IEEE
// 11073-10101. Units are UCUM. Only what counts is sent: readings that went into
// a mean stay on the kiosk, because a result has no way to say what it is made
// of. Message structure, tables and escapes are those of HL7 v2.5.1, chapters 2,
// 3 and 7; framing is that of the Minimal Lower Layer Protocol.
package hl7v2
