// Package outbox takes what the records hold for a server to a FHIR R4 server,
// exactly once in effect: every write names the same things each time, and an
// entry leaves the outbox only when the server has given back what was sent.
//
// One Sender works for one server, with one transaction at a time. Visits that are
// due travel together in it, and while it is answered those before it are proved
// and the next is packed. If the server refuses it, its visits are halved until the
// one at fault is alone; that one is parked with the reason, and the others go on.
// What is wrong with the server or the way to it holds
// everything, and is tried again later and later, which survives a restart.
package outbox
