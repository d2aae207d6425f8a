// Package station holds what blood-pressure stations have in common that a
// person starts with a key and that then send one record, unasked. The host can
// neither start nor stop them and sends them nothing: it listens.
//
// A record has no owner but time. It is of this visit if it arrives while the
// visit waits for it and if the date in it, where there is one, does not say
// otherwise; see [Record]. Most stations put no checksum on a record, so its
// shape is the check: every byte of it is looked at, and what has another shape
// is no record.
//
// A family is a [Format] and a model; see packages omron and waitingroom.
package station
