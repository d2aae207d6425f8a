// Package menarini reads the glucose meters GlucoMen areo and GlucoFix Tech of
// A. Menarini Diagnostics, at 9600 8O1.
//
// A meter is asked by single bytes and answers with a block of text: an opening
// bracket, rows, their CRC-8, a closing bracket. It sends its whole memory, in
// an order that no source tells, and nothing is kept of rows that are not of the
// visit. Every row names its own unit, which is the only one it is read in. The
// clock can be set but not read, so the time of a row is taken at its word.
//
// Both answer alike, and nothing they say tells one from the other. The
// GlucoMen areo has a cable of its own. The GlucoFix Tech GK stores ketone, too,
// and has a USB socket that shows up as a serial port, whose identifiers are not
// published: staff name its port. Its one known reader turns on both kinds of
// hardware flow control, and whether that is needed is not known; this driver
// holds DTR and RTS up, which no meter was seen to mind.
//
// Facts are from glucometers-tech/glucometer-protocols
// (menarini/glucomen-areo.md) and from the reader and tests of
// WillCoates/glucofix-tech-gk-extract; the range of ketone is of the maker's
// manual of the GlucoMen areo 2K, and that of glucose is assumed. How a test of a
// control solution is marked is not known: a row with a mark other than the known
// ones is refused.
package menarini
