//go:build !linux

package serialport

// remedy is empty: no command is known that lets a user open a port.
func remedy(path, name string) string { return "" }
