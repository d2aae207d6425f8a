// Package crowd has people use the kiosk: the program's own screens, visit,
// rack, drivers and records, with simulated instruments behind them and Fyne's
// test driver in front. They see what is on the screen, touch it where they see
// it, change their minds, walk away, and pull cables; virtual time makes days
// of it fit into seconds.
//
// It is a test and nothing else:
//
//	make crowd VISITS=10000   so many visits
//	make crowd HOURS=24       so many hours of the kiosk's time
package crowd
