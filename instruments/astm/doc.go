// Package astm receives results by ASTM E1381 and E1394, now CLSI LIS1-A and
// LIS2-A2: from point-of-care analysers that push what they have measured, and
// from Bayer and Ascensia Contour meters on their serial cable.
//
// The instrument offers its data (ENQ), the host agrees (ACK), and frames with
// a number modulo 8 and a one-byte sum are acknowledged one by one until the
// instrument ends (EOT). The text of the frames are records of fields: a header
// that also says which characters part the fields, and below it patients,
// orders and results. Nothing of a message is used before its last record has
// come, and of results that are not of the visit only the time is looked at.
//
// Facts are from published implementation guides of the two standards, from
// the public implementations python-astm and senaite.astm (which has captures
// of real analysers), and for the Contour from glucodump, glucometerutils and
// Tidepool uploader (bayerContour).
//
// An analyser is taken at its word about the specimen: where it names none, a
// glucose value counts as one of blood. What names urine or another fluid is
// refused.
package astm
