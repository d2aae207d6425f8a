// Package desk is the staff's side of Aidpost without its widgets: who is signed
// in, which page is open, who came today, whom a search finds, and what has been
// typed of somebody new. Screens show its State and call its methods; they
// decide nothing.
//
// The records are reached through the Access of whoever is signed in, so every
// look at a person is on record and every right is asked for. Methods return at
// once: what takes time happens beside them, and Changed tells when it is done.
package desk
