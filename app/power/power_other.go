//go:build !linux

package power

// Look returns that nobody knows how this computer is powered.
func Look() State { return State{} }
