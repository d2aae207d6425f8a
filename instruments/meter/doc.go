// Package meter holds what every glucose meter driver needs and no wire
// protocol defines: how far a meter's clock can be believed, which stored
// result belongs to the person who stands there, and how LO and HI are told
// apart from a value.
//
// A meter keeps hundreds of results, some of them other people's. A driver
// asks [Selection.Place] by the time of a result alone and leaves the rest of
// a result that is not wanted unread.
package meter
