package instruments

import (
	"context"
	"time"
)

// overheardMost bounds what is kept of a line: enough for every driver to
// recognise what it knows.
const overheardMost = 8 << 10

// overheard is a port whose bytes can be read again from the start, by one
// driver after the other.
type overheard struct {
	Port
	heard []byte
	at    int // what the present reader has read of it
}

// listen waits until something comes, which is not read yet. Silence for so
// long is a NoAnswer *Fault.
func (o *overheard) listen(ctx context.Context, wait time.Duration) error {
	var buf [256]byte
	n, err := ReadSome(ctx, o.Port, buf[:], wait)
	o.heard = append(o.heard, buf[:n]...)
	return err
}

func (o *overheard) Read(b []byte) (int, error) {
	if o.at < len(o.heard) {
		n := copy(b, o.heard[o.at:])
		o.at += n
		return n, nil
	}
	n, err := o.Port.Read(b)
	if len(o.heard)+n <= overheardMost {
		o.heard = append(o.heard, b[:n]...)
		o.at = len(o.heard)
	}
	return n, err
}

// Discard keeps what was heard: it is of this very look.
func (o *overheard) Discard() error { return nil }
