// Package e2e starts the real program in a real window on a virtual X server
// and touches it as a finger would.
package e2e
