// Package arkray reads the Arkray GlucoCard Expression glucose meter (also sold
// as Embrace TALK) over its serial cable at 19200 8N1.
//
// Host and meter exchange frames of eleven bytes with a one-byte sum; every
// stored result has a second sum of its own. The meter can only send its whole
// memory of 300 places, in an order that no source tells, so all of them cross
// the wire, and nothing is kept of those that are not of the visit.
//
// Facts are from the public driver of Tidepool uploader
// (lib/drivers/i-sens/glucocardExpression.js). How a meter that shows mmol/L
// scales what it stores is not known: its results are refused.
package arkray
