package checksum_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"aidpost/instruments/checksum"
)

// kinds are all checks, each with how wide it is.
func kinds() map[string]struct {
	of   func([]byte) uint16
	size int
} {
	type kind = struct {
		of   func([]byte) uint16
		size int
	}
	return map[string]kind{
		"sum-8":              {func(b []byte) uint16 { return uint16(checksum.Sum8(b)) }, 1},
		"sum-16":             {checksum.Sum16, 2},
		"XOR-8":              {func(b []byte) uint16 { return uint16(checksum.Xor8(b)) }, 1},
		"CRC-16/CCITT-FALSE": {checksum.CRC16, 2},
		"CRC-8/MAXIM-DOW":    {func(b []byte) uint16 { return uint16(checksum.CRC8(b)) }, 1},
	}
}

// TestEveryDamagedByteIsSeen, whatever becomes of it.
func TestEveryDamagedByteIsSeen(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for name, k := range kinds() {
		message := make([]byte, 40)
		for i := range message {
			message[i] = byte(r.Uint32())
		}
		whole := k.of(message)
		for i := range message {
			for change := 1; change < 256; change++ {
				message[i] ^= byte(change)
				if k.of(message) == whole {
					t.Fatalf("%s does not see byte %d changed by %02X", name, i, change)
				}
				message[i] ^= byte(change)
			}
		}
	}
}

// syndromes are what each flipped bit does to a check over size bytes, its own bits
// included. A CRC is linear: what several bits do is the exclusive or of what each does.
func syndromes(of func([]byte) uint16, size, width int) (list []uint16) {
	message := make([]byte, size)
	whole := of(message)
	for bit := range 8 * size {
		message[bit/8] ^= 1 << (bit % 8)
		list = append(list, of(message)^whole)
		message[bit/8] ^= 1 << (bit % 8)
	}
	for bit := range 8 * width {
		list = append(list, 1<<bit)
	}
	return list
}

// TestBitsOfCRC16: no bits up to three cancel out in a frame as long as the longest of
// the protocols that have it.
func TestBitsOfCRC16(t *testing.T) {
	list := syndromes(checksum.CRC16, 255, 2)
	seen := map[uint16]bool{0: true}
	for _, s := range list {
		if seen[s] {
			t.Fatal("one or two bits go unseen")
		}
		seen[s] = true
	}
	for i, a := range list {
		for _, b := range list[:i] {
			if seen[a^b] {
				t.Fatal("two or three bits go unseen")
			}
		}
	}
	if n := checksum.Bits("CRC-16/CCITT-FALSE"); n != 3 {
		t.Errorf("%d bits are told", n)
	}
}

// TestBitsAreTold: the other checks find one bit and miss two somewhere, so that no more
// may be said of them.
func TestBitsAreTold(t *testing.T) {
	for name, k := range kinds() {
		if name == "CRC-16/CCITT-FALSE" {
			continue
		}
		if n := checksum.Bits(name); n != 1 {
			t.Errorf("%s: %d bits are told", name, n)
		}
		message := slices.Repeat([]byte{0x55, 0xAA}, 10) // 0 and 1 in each column
		whole, missed := k.of(message), false
		for a := range 8 * len(message) {
			for b := range a {
				message[a/8] ^= 1 << (a % 8)
				message[b/8] ^= 1 << (b % 8)
				missed = missed || k.of(message) == whole
				message[a/8] ^= 1 << (a % 8)
				message[b/8] ^= 1 << (b % 8)
			}
		}
		if !missed {
			t.Errorf("%s finds any two bits", name)
		}
	}
	if checksum.Bits("none") != 0 || checksum.Bits("two's complement of sum-8") != 1 || checksum.Bits("XOR") != 1 {
		t.Error("names are not known")
	}
}
