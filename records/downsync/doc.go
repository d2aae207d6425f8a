// Package downsync takes over from a FHIR server the people whom the other kiosks
// of a chain have registered, so that somebody who comes back is recognised at any
// of them, and what the operator asks of its kiosks.
//
// It reads what the server has written since a cursor by the server's own clock,
// with an overlap, since clocks of one cluster differ and what was written late may
// carry an early time; nothing depends on the clock of the kiosk. What was read
// before is known by its version and changes nothing.
//
// The rules for what both sides have changed, field by field:
//
//   - What only one side has changed since both agreed last is taken over.
//   - What was changed here and the server has not confirmed yet stays, until it
//     has; then the newest word on the server holds.
//   - What the server does not say is no word: nothing is emptied by it. A number
//     that it took away is gone, since it may be somebody else's by now.
//   - A number that somebody here has, too, is the same person if name and birth
//     date agree and the server does not know who is here; both records then count
//     as one, which staff can take back. Else both stay apart.
//   - Whoever was erased here does not come back. Whom the server has deleted goes
//     here, too, if there never was a visit; a measurement is never lost.
package downsync
