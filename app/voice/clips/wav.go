package clips

import (
	"encoding/binary"
	"fmt"
)

// WAV is samples as a file of one channel of 16 bits.
func WAV(samples []int16) []byte {
	const header = 44
	out := make([]byte, 0, header+2*len(samples))
	le := binary.LittleEndian
	out = append(out, "RIFF"...)
	out = le.AppendUint32(out, uint32(header-8+2*len(samples)))
	out = append(out, "WAVEfmt "...)
	out = le.AppendUint32(out, 16)
	out = le.AppendUint16(out, 1) // PCM
	out = le.AppendUint16(out, 1) // channel
	out = le.AppendUint32(out, Rate)
	out = le.AppendUint32(out, 2*Rate)
	out = le.AppendUint16(out, 2)
	out = le.AppendUint16(out, 16)
	out = append(out, "data"...)
	out = le.AppendUint32(out, uint32(2*len(samples)))
	for _, s := range samples {
		out = le.AppendUint16(out, uint16(s))
	}
	return out
}

// FromWAV reads what an engine has written: one channel of 16 bits, at twice the rate of a
// clip. Silence around it is cut off.
func FromWAV(wav []byte) ([]int16, error) {
	le := binary.LittleEndian
	if len(wav) < 12 || string(wav[:4]) != "RIFF" || string(wav[8:12]) != "WAVE" {
		return nil, fmt.Errorf("read a sound: no WAV of %d bytes", len(wav))
	}
	right := false
	for at := 12; at+8 <= len(wav); {
		size := int(le.Uint32(wav[at+4:]))
		if size > len(wav)-at-8 {
			return nil, fmt.Errorf("read a sound: cut short")
		}
		chunk := wav[at+8 : at+8+size]
		switch string(wav[at : at+4]) {
		case "fmt ":
			right = size >= 16 && le.Uint16(chunk) == 1 && le.Uint16(chunk[2:]) == 1 && le.Uint32(chunk[4:]) == 2*Rate && le.Uint16(chunk[14:]) == 16
		case "data":
			if !right {
				return nil, fmt.Errorf("read a sound: not one channel of 16 bits at %d Hz", 2*Rate)
			}
			return trim(halve(chunk)), nil
		}
		at += 8 + size + size%2
	}
	return nil, fmt.Errorf("read a sound: no samples")
}

// halve takes every second sample, after a filter of half the band.
func halve(chunk []byte) []int16 {
	taps := [...]int{-1, 0, 9, 16, 9, 0, -1} // over 32
	n := len(chunk) / 2
	at := func(i int) int {
		if i < 0 || i >= n {
			return 0
		}
		return int(int16(binary.LittleEndian.Uint16(chunk[2*i:])))
	}
	out := make([]int16, 0, n/2+1)
	for i := 0; i < n; i += 2 {
		sum := 0
		for j, tap := range taps {
			sum += tap * at(i+j-len(taps)/2)
		}
		out = append(out, int16(min(max(sum/32, -32768), 32767)))
	}
	return out
}

// silence is the loudest sample that nobody hears.
const silence = 64

// trim cuts silence off at both ends.
func trim(samples []int16) []int16 {
	quiet := func(s int16) bool { return s > -silence && s < silence }
	for len(samples) > 0 && quiet(samples[0]) {
		samples = samples[1:]
	}
	for len(samples) > 0 && quiet(samples[len(samples)-1]) {
		samples = samples[:len(samples)-1]
	}
	return samples
}
