package simulated

import (
	"io"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/instruments"
)

// TestReceived: what a receiver makes of characters at its own line and at others.
func TestReceived(t *testing.T) {
	line := func(baud int, parity instruments.Parity) instruments.Line {
		return instruments.Line{Baud: baud, DataBits: 8, Parity: parity, StopBits: 1}
	}
	const none, odd, even = instruments.NoParity, instruments.OddParity, instruments.EvenParity
	seven := instruments.Line{Baud: 2400, DataBits: 7, Parity: even, StopBits: 1}
	for name, c := range map[string]struct {
		said        string
		sent, heard instruments.Line
		want        string
	}{
		"the same":                  {"Hello\x00\xff", line(9600, none), line(9600, none), "Hello\x00\xff"},
		"the same with parity":      {"Hello\x00\xff", line(4800, odd), line(4800, odd), "Hello\x00\xff"},
		"two stop bits":             {"Hello", instruments.Line{Baud: 9600, DataBits: 8, Parity: none, StopBits: 2}, line(9600, none), "Hello"},
		"seven bits":                {"Q\r\n", seven, seven, "Q\r\n"},
		"seven bits and the eighth": {"Q\r\n", seven, line(2400, none), "\xd1\x8d\x0a"},
		"the other parity":          {"Hi", line(9600, odd), line(9600, even), "\x00\x00"},
		"a parity that is not sent": {"\x03", line(9600, none), line(9600, odd), "\x03"},
		// A start bit of 12 bits is a character of zeros without its end.
		"twelve times as slow": {"U", line(9600, none), line(115200, none), "\x00\x00\x00\x00\x00"},
		// Twice as slow, each bit counts twice: 00 11001100 11 00 1100111 ..., where the
		// first character lacks its stop bit and the next begins at the next edge.
		"twice as slow": {"U", line(9600, none), line(19200, none), "\x66\xe6"},
		// Three times as fast: seen are every third bit from the second on, 0 1 1 1 ...
		"three times as fast":       {"\xfe", line(57600, none), line(19200, none), "\xff"},
		"too short for a start bit": {"\xff", line(57600, none), line(19200, none), ""},
		"all ones, fast":            {"\xff", line(115200, none), line(9600, none), ""},
	} {
		synctest.Test(t, func(t *testing.T) {
			host, wire := instruments.Pipe()
			if _, err := newMisheard(wire, c.sent, c.heard).Write([]byte(c.said)); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Second)
			wire.Close()
			got, _ := io.ReadAll(host)
			if string(got) != c.want {
				t.Errorf("%s: %x, want %x", name, got, c.want)
			}
		})
	}
}
