//go:build !linux && !windows && !darwin

package power

// Tells is whether this system tells how the computer is powered.
const Tells = false

// Look returns that nobody knows how this computer is powered.
func Look() State { return State{} }
