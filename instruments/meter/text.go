package meter

import (
	"bytes"
	"context"
	"time"

	"aidpost/instruments"
)

// maxLine is longer than any line that a meter says.
const maxLine = 160

// A Splitter cuts a run of bytes into lines.
type Splitter struct {
	buf  []byte
	from int
}

// Push adds bytes. Lines returned before are no longer valid.
func (s *Splitter) Push(b []byte) {
	s.buf = append(s.buf[:copy(s.buf, s.buf[s.from:])], b...)
	s.from = 0
}

// Next returns the next line with its end, or as many bytes as no line has.
func (s *Splitter) Next() (line []byte, ok bool) {
	rest := s.buf[s.from:]
	n := bytes.IndexByte(rest[:min(len(rest), maxLine)], '\n') + 1
	switch {
	case n == 0 && len(rest) < maxLine:
		return nil, false
	case n == 0:
		n = maxLine
	}
	s.from += n
	return rest[:n], true
}

// Left is how many bytes have come that are no line yet.
func (s *Splitter) Left() int { return len(s.buf) - s.from }

// Wipe forgets all bytes: most of them were other people's results.
func (s *Splitter) Wipe() {
	clear(s.buf[:cap(s.buf)])
	s.buf, s.from = s.buf[:0], 0
}

// How long a meter that answers in text is let speak.
const (
	quietFor    = 250 * time.Millisecond // between two bytes of one answer
	longestText = 60 * time.Second       // a whole memory on a slow wire
	tries       = 3
)

// A Text is a conversation with a meter that answers in lines of text.
type Text struct {
	Port  instruments.Port
	in    Splitter
	chunk [128]byte
}

// Close forgets what was read. It does not close the port.
func (t *Text) Close() {
	t.in.Wipe()
	clear(t.chunk[:])
}

// Say sends a question. What came before it is no answer to it.
func (t *Text) Say(question []byte) error {
	if err := t.Port.Discard(); err != nil {
		return instruments.Wrap(instruments.Unplugged, err)
	}
	t.in.Wipe()
	return instruments.WriteAll(t.Port, question)
}

// Line returns the next line with its end, valid until the next call, or a
// NoAnswer *Fault. A line that stops in the middle is Garbled: its end was
// damaged or lost.
func (t *Text) Line(ctx context.Context, wait time.Duration) ([]byte, error) {
	for until := time.Now().Add(wait); ; {
		if line, ok := t.in.Next(); ok {
			return line, nil
		}
		left := max(0, time.Until(until))
		if t.in.Left() > 0 {
			left = min(left, quietFor)
		}
		n, err := instruments.ReadSome(ctx, t.Port, t.chunk[:], left)
		switch {
		case err != nil && Again(ctx, err) && t.in.Left() > 0:
			return nil, instruments.NewFault(instruments.Garbled, "a line without an end")
		case err != nil:
			return nil, err
		}
		t.in.Push(t.chunk[:n])
	}
}

// Some returns what has come next, valid until the next call, for answers that
// are not in lines.
func (t *Text) Some(ctx context.Context, wait time.Duration) ([]byte, error) {
	n, err := instruments.ReadSome(ctx, t.Port, t.chunk[:], wait)
	return t.chunk[:n], err
}

// Byte returns the next byte, for answers that are no line.
func (t *Text) Byte(ctx context.Context, wait time.Duration) (byte, error) {
	_, err := instruments.ReadSome(ctx, t.Port, t.chunk[:1], wait)
	return t.chunk[0], err
}

// Repeat asks until it is answered. ask says a question and reads the answer,
// which is waited for no longer than wait; see [Again] for when it is called
// once more. What still comes of an answer to an earlier try is let pass.
func (t *Text) Repeat(ctx context.Context, wait time.Duration, ask func() error) (err error) {
	for try := range tries {
		switch err = ask(); {
		case err == nil && try > 0:
			return t.drain(ctx, wait*3/2)
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case err == nil || !Again(ctx, err):
			return err
		case instruments.CodeOf(err) == instruments.Garbled:
			if err := t.drain(ctx, quietFor); err != nil {
				return err
			}
		}
	}
	return err
}

// Settle drops what comes, until the meter is quiet.
func (t *Text) Settle(ctx context.Context) error { return t.drain(ctx, quietFor) }

// drain drops what comes, until nothing has come for so long.
func (t *Text) drain(ctx context.Context, quiet time.Duration) error {
	for until := time.Now().Add(longestText); time.Now().Before(until); {
		if _, err := instruments.ReadSome(ctx, t.Port, t.chunk[:], quiet); err != nil {
			if Again(ctx, err) {
				return nil
			}
			return err
		}
	}
	return nil
}

// Again reports whether asking once more can help.
func Again(ctx context.Context, err error) bool {
	code := instruments.CodeOf(err)
	return ctx.Err() == nil && (code == instruments.NoAnswer || code == instruments.Garbled)
}

// Shaped reports whether b has a shape, in which n stands for a digit, h for a
// hexadecimal digit of which letters are capital, s for a digit or capital
// letter, x for any character, and every other character for itself.
func Shaped(b []byte, shape string) bool {
	if len(b) != len(shape) {
		return false
	}
	for i, c := range b {
		digit := '0' <= c && c <= '9'
		ok := c == shape[i]
		switch shape[i] {
		case 'n':
			ok = digit
		case 'h':
			ok = digit || 'A' <= c && c <= 'F'
		case 's':
			ok = digit || 'A' <= c && c <= 'Z'
		case 'x':
			ok = true
		}
		if !ok {
			return false
		}
	}
	return true
}

// Number reads decimal digits that a shape has made sure of.
func Number(digits []byte) (n int) {
	for _, c := range digits {
		n = 10*n + int(c-'0')
	}
	return n
}

// Hex reads hexadecimal digits that a shape has made sure of.
func Hex(digits []byte) (n int) {
	for _, c := range digits {
		if c >= 'A' {
			c -= 'A' - '9' - 1
		}
		n = n<<4 | int(c-'0')
	}
	return n
}
