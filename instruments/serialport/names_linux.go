package serialport

import (
	"os"
	"strings"
)

// deviceNames lists the device files that USB adapters get, and reports that
// the list tells every change.
func deviceNames() (names []string, known bool) {
	entries, err := os.ReadDir("/dev")
	if err != nil {
		return nil, false
	}
	names = []string{}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), "ttyUSB") || strings.HasPrefix(e.Name(), "ttyACM") {
			names = append(names, e.Name())
		}
	}
	return names, true
}
