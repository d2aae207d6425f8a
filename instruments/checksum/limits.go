package checksum

import "strings"

// Bits returns how many flipped bits the check of a name always finds, wherever in a
// frame they are; zero: it is no check that is known here. Each also finds whatever is
// done to a single byte.
//
// Sums and exclusive ors miss two bits in one column. So does a CRC-8 two that are 127
// bits apart, and what it is put on here, a meter's whole memory, is longer than that. A
// CRC-16/CCITT-FALSE finds any three bits of a frame up to 4093 bytes long, and no frame
// here is longer.
func Bits(name string) int {
	switch {
	case strings.HasPrefix(name, "CRC-16/CCITT-FALSE"):
		return 3
	case strings.HasPrefix(name, "CRC-8/MAXIM-DOW"), strings.Contains(name, "sum-8"), strings.Contains(name, "sum-16"),
		strings.HasPrefix(name, "XOR"):
		return 1
	}
	return 0
}
