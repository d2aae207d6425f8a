package checksum_test

import (
	"testing"

	"aidpost/instruments/checksum"
)

// TestChecks against the published values for "123456789".
func TestChecks(t *testing.T) {
	text := []byte("123456789")
	for name, c := range map[string]struct{ got, want uint16 }{
		"sum-8":              {uint16(checksum.Sum8(text)), 0xDD},
		"sum-16":             {checksum.Sum16(text), 0x01DD},
		"xor-8":              {uint16(checksum.Xor8(text)), 0x31},
		"CRC-16/CCITT-FALSE": {checksum.CRC16(text), 0x29B1},
		"CRC-8/MAXIM-DOW":    {uint16(checksum.CRC8(text)), 0xA1},
	} {
		if c.got != c.want {
			t.Errorf("%s: %04X, want %04X", name, c.got, c.want)
		}
	}
}

func BenchmarkCRC16(b *testing.B) {
	text := make([]byte, 256)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		checksum.CRC16(text)
	}
}
