// Package freestyle reads Abbott's glucose meters with a serial port at 19200
// 8N1: FreeStyle Optium, also sold as Precision Xtra and Xceed, and FreeStyle
// Lite with Freedom Lite and Mini.
//
// A meter is asked in a line of text. It can only send its whole memory, the
// newest result first: serial number, version, clock, count and results in one
// answer with a 16-bit sum at its end. Lines are looked at one by one, only for
// their time, and nothing is kept of those that are older than the visit.
// Glucose is mg/dL whatever the meter shows. The Optium stores ketone, too, as
// eighteen times the mmol/L that it shows.
//
// Facts are from the public drivers of glucometerutils (fsoptium, with its
// tests) and Tidepool uploader, and from flupzor.nl/protocol.html. It is not
// known what the two digits before the status of a Lite mean: they are not
// used. A status of which a bit is not known makes a result refused, as is a
// ketone below the range, which no source shows.
package freestyle
