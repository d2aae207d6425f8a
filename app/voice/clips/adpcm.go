package clips

// Samples are kept as IMA ADPCM: four bits each, a quarter of what they take as they are,
// by the Recommended Practices of the Interactive Multimedia Association (1992). Each clip
// begins at zero and with the smallest step.

// steps are how far a sample may be from the one before.
var steps = [89]int{
	7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 19, 21, 23, 25, 28, 31, 34, 37, 41, 45, 50, 55, 60, 66, 73, 80, 88, 97, 107, 118,
	130, 143, 157, 173, 190, 209, 230, 253, 279, 307, 337, 371, 408, 449, 494, 544, 598, 658, 724, 796, 876, 963, 1060, 1166,
	1282, 1411, 1552, 1707, 1878, 2066, 2272, 2499, 2749, 3024, 3327, 3660, 4026, 4428, 4871, 5358, 5894, 6484, 7132, 7845,
	8630, 9493, 10442, 11487, 12635, 13899, 15289, 16818, 18500, 20350, 22385, 24623, 27086, 29794, 32767,
}

// moves are how the step changes with the size of a code.
var moves = [8]int{-1, -1, -1, -1, 2, 4, 6, 8}

// adpcm is the state that both sides keep.
type adpcm struct{ sample, step int }

// next takes a code in and returns the sample that it stands for.
func (s *adpcm) next(code byte) int16 {
	step := steps[s.step]
	by := step >> 3
	for bit, part := byte(4), step; bit > 0; bit, part = bit>>1, part>>1 {
		if code&bit != 0 {
			by += part
		}
	}
	if code&8 != 0 {
		by = -by
	}
	s.sample = min(max(s.sample+by, -32768), 32767)
	s.step = min(max(s.step+moves[code&7], 0), len(steps)-1)
	return int16(s.sample)
}

// code finds the code that comes nearest to a sample.
func (s *adpcm) code(sample int16) byte {
	off, code := int(sample)-s.sample, byte(0)
	if off < 0 {
		code, off = 8, -off
	}
	for bit, part := byte(4), steps[s.step]; bit > 0; bit, part = bit>>1, part>>1 {
		if off >= part {
			code |= bit
			off -= part
		}
	}
	s.next(code)
	return code
}

// pack makes two samples a byte.
func pack(samples []int16) []byte {
	out := make([]byte, 0, (len(samples)+1)/2)
	var s adpcm
	for i := 0; i < len(samples); i += 2 {
		b := s.code(samples[i])
		if i+1 < len(samples) {
			b |= s.code(samples[i+1]) << 4
		}
		out = append(out, b)
	}
	return out
}

// unpack undoes pack, but for what is lost.
func unpack(data []byte) []int16 {
	out := make([]int16, 0, 2*len(data))
	var s adpcm
	for _, b := range data {
		out = append(out, s.next(b&15), s.next(b>>4))
	}
	return out
}
