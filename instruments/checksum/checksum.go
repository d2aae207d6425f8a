// Package checksum has the checks that instruments put on their frames. Each
// is named as the catalogues of such checks name it, with the value that every
// implementation gives for the text "123456789".
package checksum

// Sum8 is the low byte of the sum of all bytes: DD hex for the check text.
func Sum8(b []byte) (sum byte) {
	for _, c := range b {
		sum += c
	}
	return sum
}

// Sum16 is the low 16 bits of the sum of all bytes: 01DD hex for the check
// text.
func Sum16(b []byte) (sum uint16) {
	for _, c := range b {
		sum += uint16(c)
	}
	return sum
}

// Xor8 is the exclusive or of all bytes: 31 hex for the check text.
func Xor8(b []byte) (x byte) {
	for _, c := range b {
		x ^= c
	}
	return x
}

// CRC16 is CRC-16/CCITT-FALSE, also known as CRC-16/IBM-3740: polynomial 1021,
// initial value FFFF, nothing reflected. 29B1 hex for the check text.
func CRC16(b []byte) uint16 {
	crc := uint16(0xFFFF)
	for _, c := range b {
		crc ^= uint16(c) << 8
		for range 8 {
			if crc&0x8000 != 0 {
				crc = crc<<1 ^ 0x1021
			} else {
				crc <<= 1
			}
		}
	}
	return crc
}

// CRC8 is CRC-8/MAXIM-DOW: polynomial 31, initial value 00, input and output
// reflected. A1 hex for the check text.
func CRC8(b []byte) byte { return AddCRC8(0, b) }

// AddCRC8 returns the CRC8 of what crc is of, with b behind it.
func AddCRC8(crc byte, b []byte) byte {
	for _, c := range b {
		crc ^= c
		for range 8 {
			if crc&1 != 0 {
				crc = crc>>1 ^ 0x8C
			} else {
				crc >>= 1
			}
		}
	}
	return crc
}
