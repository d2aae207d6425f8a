// Package arkray reads two Arkray glucose meters over their serial cables.
//
// The GlucoCard Expression (also sold as Embrace TALK) is at 19200 8N1. Host and
// meter exchange frames of eleven bytes with a one-byte sum; every stored result
// has a second sum of its own. The meter can only send its whole memory of 300
// places, in an order that no source tells. How a meter that shows mmol/L scales
// what it stores is not known: its results are refused.
//
// The GlucoCard Vital (also sold as ReliOn Prime and Confirm) is at 19200 8N2.
// It introduces itself with a header record as LIS2-A2 has it, and then takes
// commands of short words, each of which it acknowledges. Results are read one
// by one and have a sum; clock and count have none and are asked for until two
// answers are the same. Values are mg/dL.
//
// Of both, all results cross the wire, and nothing is kept of those that are
// not of the visit.
//
// Facts are from the public drivers of Tidepool uploader
// (lib/drivers/i-sens/glucocardExpression.js and reliOnPrime.js) and, for the
// number of results of a Vital, from markchuang56/iOS-Demo
// (h2SyncLib/UART/GlucoCard/ROConfirm.m). What a Vital answers to an index that
// it does not have, and which name its header gives, is not known.
package arkray
