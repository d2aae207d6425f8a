// Package isens reads glucose meters that i-SENS makes, at 9600 8N1: CareSens N
// and its kin by the older of two protocols, and GlucoCard Shine, sold by
// Arkray, with ReliOn Premier by the newer. A first byte asks which of them a
// meter speaks.
//
// The older protocol reads bytes of the memory. It has neither a checksum nor a
// clock. Of most models, what is told of where results lie is the same for the
// first 128 alone: such a meter that stores more is refused. The newer protocol
// has frames with a CRC-16, which meters do not fill in where results are. It
// reads serial number and clock, and sets the clock.
//
// In which order results lie is not known. All are read for their times, and
// those of the visit a second time, one by one; anything that was not the same
// twice is read again. Nothing is kept of the others. Glucose is mg/dL whatever
// the meter shows.
//
// Facts are from the Tidepool uploader (lib/drivers/i-sens/careSens.js, of which
// only the versions with a serial port know the older protocol) and, for the
// older protocol, markchuang56/iOS-Demo (h2SyncLib/UART/iCareSens) and the
// CareSens N driver of GlucaTrack, whose walk through the memory also ends at the
// first place that was never written. The range of glucose is the one that the
// maker's questions and answers tell (www.i-sens.com/customer/frame/faq.htm).
package isens
