package meter

import (
	"bytes"
	"strings"
	"testing"
)

// A Splitter neither loses nor invents bytes, and stays small.
func TestSplitter(t *testing.T) {
	in := []byte("a\r\n\n" + strings.Repeat("x", 3*maxLine+5) + "\nend")
	var out []byte
	var s Splitter
	for i := range in {
		s.Push(in[i : i+1])
		for line, ok := s.Next(); ok; line, ok = s.Next() {
			out = append(out, line...)
		}
	}
	if !bytes.Equal(append(out, "end"...), in) || cap(s.buf) > 4*maxLine {
		t.Errorf("%q, capacity %d", out, cap(s.buf))
	}
	s.Wipe()
	if !bytes.Equal(s.buf[:cap(s.buf)], make([]byte, cap(s.buf))) {
		t.Errorf("left over: %q", s.buf[:cap(s.buf)])
	}
}
