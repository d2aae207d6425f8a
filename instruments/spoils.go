package instruments

import "bytes"

// Ranks of questions that are no party's first.
const (
	further  = -1
	repeated = 1 << 16 // is added
)

// stx opens a frame in many protocols. Some instruments that have heard it are
// deaf until the frame has ended.
const stx = 0x02

// spoils ranks a question by what it may do to the ones after it: a line of
// text nothing, since readers of lines begin anew; a longer one more than a
// shorter; and one that opens a frame most, above all if it was not meant to.
func spoils(question []byte) int {
	rank := len(question)
	switch i := bytes.IndexByte(question, stx); {
	case i == 0:
		return 1<<8 + rank
	case i > 0:
		return 1<<9 + rank
	case isTextLine(question):
		return 0
	}
	return rank
}

// isTextLine reports that b is one line of printable characters and its end.
func isTextLine(b []byte) bool {
	text := bytes.TrimLeft(bytes.TrimRight(b, "\r\n"), "\r\n")
	return len(text) < len(b) && !bytes.ContainsFunc(text, func(c rune) bool { return c < ' ' || c > '~' })
}
