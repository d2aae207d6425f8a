package lifescan

import (
	"bytes"
	"encoding/binary"

	"aidpost/instruments/checksum"
)

const (
	stx = 0x02
	etx = 0x03

	headSize = 3 // start, length, link control
	tailSize = 3 // end, and the sum in two bytes
	bareSize = headSize + tailSize
	// maxSize is longer than any frame that the meters are known to send.
	maxSize = 64
)

// The bits of link control. VerioIQ meters leave them all clear.
const (
	linkSends      = 0x01 // lowest bit of the sender's count of frames
	linkExpects    = 0x02 // lowest bit of the count that it expects next
	linkAck        = 0x04
	linkDisconnect = 0x08
)

// A frame is one as it crosses the wire.
type frame []byte

// newFrame puts a payload into a frame.
func newFrame(link byte, payload []byte) frame {
	f := append(make(frame, 0, bareSize+len(payload)), stx, byte(bareSize+len(payload)), link)
	f = append(append(f, payload...), etx)
	return binary.LittleEndian.AppendUint16(f, checksum.CRC16(f))
}

func (f frame) link() byte      { return f[2] }
func (f frame) payload() []byte { return f[headSize : len(f)-tailSize] }

// frameAt returns the whole frame at the beginning of b. Without one, more
// reports whether further bytes could complete it.
func frameAt(b []byte) (f frame, more bool) {
	switch {
	case len(b) == 0:
		return nil, true
	case b[0] != stx:
		return nil, false
	case len(b) == 1:
		return nil, true
	}
	size := int(b[1])
	switch {
	case size < bareSize || size > maxSize:
		return nil, false
	case len(b) < size:
		return nil, true
	}
	f = frame(b[:size])
	body := len(f) - 2
	if f[body-1] != etx || binary.LittleEndian.Uint16(f[body:]) != checksum.CRC16(f[:body]) {
		return nil, false
	}
	return f, false
}

// A deframer finds frames in a run of bytes. It drops what lies between them.
type deframer struct{ buf []byte }

func (d *deframer) push(b []byte) { d.buf = append(d.buf, b...) }

func (d *deframer) reset() { d.buf = d.buf[:0] }

// next returns the next frame, which may be kept, and how many bytes were
// dropped on the way to it. Without a whole frame it returns nil and keeps the
// beginning of one, unless last says that no more will come.
func (d *deframer) next(last bool) (f frame, dropped int) {
	at := 0
	for ; at < len(d.buf); at++ {
		whole, more := frameAt(d.buf[at:])
		if whole != nil {
			f = frame(bytes.Clone(whole))
			at += len(f)
			d.buf = d.buf[:copy(d.buf, d.buf[at:])]
			return f, at - len(f)
		}
		if more && !last {
			break
		}
	}
	d.buf = d.buf[:copy(d.buf, d.buf[at:])]
	return nil, at
}
