package cli

import (
	"bytes"
	"strings"
	"testing"

	"aidpost/instruments"
)

// TestWriteFields: every byte is written once, whatever a driver says of them.
func TestWriteFields(t *testing.T) {
	frame := []byte{0, 1, 2, 3, 4, 5}
	for name, fields := range map[string][]instruments.Field{
		"none":      nil,
		"all":       {{Length: 2}, {Offset: 2, Length: 4}},
		"a gap":     {{Offset: 1, Length: 1}, {Offset: 4, Length: 1}},
		"overlap":   {{Length: 3}, {Offset: 2, Length: 2}},
		"too long":  {{Offset: 4, Length: 9}},
		"no length": {{Offset: 2}, {Offset: 2, Length: -1}},
		"below":     {{Offset: -1, Length: 2}},
	} {
		var out bytes.Buffer
		if err := writeFields(&out, frame, fields); err != nil {
			t.Fatal(err)
		}
		var seen []string
		for line := range strings.Lines(out.String()) {
			seen = append(seen, strings.Fields(line)[1:]...)
		}
		if got := strings.Join(seen, " "); got != "00 01 02 03 04 05" {
			t.Errorf("%s: wrote %s", name, got)
		}
	}
}
