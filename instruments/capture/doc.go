// Package capture writes down what crosses a wire and plays it back.
//
// A capture is a text file that people can read, cut and mend. It begins with
// a line that says what it is, then fields, one a line, then the events:
//
//	aidpost-capture 1
//	model onetouch-ultra2
//	driver 1
//	line 9600 8N1
//	started 2026-03-10T09:30:15.25-05:00
//	zone America/Bogota
//	since 2026-03-10T09:25:15-05:00
//	contact 30s
//	note newest result is a control test
//
//	> 0.000000 11 0D 44 4D 3F 0D
//	< 0.041250 3F 50 30 32
//	= 0.050000 dtr=1 rts=0
//	! 1.204410 unplugged
//
// An event is a direction, the seconds since the start, and what happened:
// bytes to the instrument (>), bytes from it (<), modem lines (=), the end of
// the wire (!). Times never run backwards. Empty lines and what follows a #
// do not count. A field that is not known is an error, so that a capture never
// means something else than it says.
//
// "since" is the start of the visit that the session was for; without it every
// stored result was asked for. "contact" is how long a finger had to be in.
//
// No field says whose capture it is; [Header.Person] has to be known to replay
// one of an instrument that was told a person. But a capture holds all that the
// instrument sent, which may be names and other people's results: it is made
// only where staff ask for it.
package capture
