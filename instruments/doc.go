// Package instruments is the contract between Aidpost and the meters, cuffs
// and oximeters on the counter.
//
// A [Bus] lists the places where an instrument may be plugged in and opens
// them as a [Port]. A [Driver] speaks one wire protocol over a Port. A [Rack]
// watches a bus, finds out which driver fits what was plugged in, and lends an
// attached instrument to one caller at a time.
//
// Everything a driver learns arrives as one typed stream of [Event]: live
// samples, progress, readings and passing faults. A reading is never guessed:
// out of range, an invalid marker, a failed checksum or a finger that left is
// a *[Fault] that names the cause.
//
// The package knows no patient. It keeps no bytes but those of the very
// readings it hands out, because a meter that dumps its memory also sends
// other people's results.
package instruments
