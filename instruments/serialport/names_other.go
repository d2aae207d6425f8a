//go:build !linux

package serialport

// deviceNames reports that only an enumeration tells what is plugged in.
func deviceNames() (names []string, known bool) { return nil, false }
