package records

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"

	"aidpost/records/staff"
	"aidpost/records/vault"
)

// captureHead begins a sealed capture file; 16 bytes of its own ID follow, and then
// frames: four bytes of length, big-endian, and that many sealed bytes. Each is bound
// to its number, so that none can be left out, moved or taken from another file; and
// each stands alone, so that what a killed process has written can be read. How the
// file ends is said by the capture in it.
const captureHead = "aidpost capture file 1\n"

// largestFrame bounds what a damaged length can ask for. A frame is a line of a
// capture.
const largestFrame = 1 << 20

// SealCapture begins a sealed file and returns what writes into it. Each write is a
// frame, of less than a MiB, and reaches the file at once.
func (s *Store) SealCapture(ctx context.Context, file io.Writer) (io.Writer, error) {
	id := NewID()
	var key []byte
	err := s.record(ctx, func(t *tx) (err error) {
		key, err = t.newSecret(captureFile.key(id), vault.KeySize)
		return err
	})
	if err == nil {
		_, err = file.Write(append([]byte(captureHead), id.bytes()...))
	}
	if err != nil {
		return nil, fmt.Errorf("begin a sealed capture: %w", err)
	}
	return &captureSealer{file: file, key: key}, nil
}

type captureSealer struct {
	file   io.Writer
	key    []byte
	frames uint64
}

func (c *captureSealer) Write(content []byte) (int, error) {
	number := frameNumber(c.frames)
	c.frames++
	sealed := vault.SealAlone(c.key, number, content)[len(number):]
	frame := binary.BigEndian.AppendUint32(nil, uint32(len(sealed)))
	if _, err := c.file.Write(append(frame, sealed...)); err != nil {
		return 0, err
	}
	return len(content), nil
}

func frameNumber(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

// CaptureFileOf returns the ID of a sealed capture file by its beginning.
func CaptureFileOf(sealed []byte) (ID, bool) {
	id, _, ok := headed(sealed, captureHead)
	return id, ok
}

// OpenCapture returns the capture in a sealed file, and puts on record that it was
// opened. ErrNotFound: its key is gone, since its time was over. An error that matches
// ErrCorrupt or io.ErrUnexpectedEOF comes with what stands before the place where the
// file is damaged or cut off.
func (a *Access) OpenCapture(ctx context.Context, sealed []byte) ([]byte, error) {
	if err := a.Authorize(ctx, staff.OpenCapture); err != nil {
		return nil, err
	}
	id, frames, ok := headed(sealed, captureHead)
	if !ok {
		return nil, fmt.Errorf("open a capture: %w: it is none", ErrInvalid)
	}
	var key []byte
	err := a.store.record(a.As(ctx), func(t *tx) (err error) {
		if key, err = t.keyBeside(captureFile, id); err != nil {
			return err
		}
		return t.audit(auditEntry{Action: staff.OpenCapture, Object: id})
	})
	if err != nil {
		return nil, fmt.Errorf("open a capture: %w", err)
	}
	capture, err := openFrames(key, frames)
	if err != nil {
		return capture, fmt.Errorf("open a capture: %w", err)
	}
	return capture, nil
}

func openFrames(key, frames []byte) (capture []byte, err error) {
	for n := uint64(0); len(frames) > 0; n++ {
		if len(frames) < 4 {
			return capture, io.ErrUnexpectedEOF
		}
		size := binary.BigEndian.Uint32(frames)
		if size > largestFrame {
			return capture, ErrCorrupt
		}
		frames = frames[4:]
		if uint32(len(frames)) < size {
			return capture, io.ErrUnexpectedEOF
		}
		number := frameNumber(n)
		content, err := vault.OpenAlone(key, append(number, frames[:size]...), len(number))
		if err != nil {
			return capture, fmt.Errorf("%w: frame %d: %w", ErrCorrupt, n, err)
		}
		capture, frames = append(capture, content...), frames[size:]
	}
	return capture, nil
}

// CaptureFiles returns which sealed capture files can still be opened.
func (s *Store) CaptureFiles(ctx context.Context) (map[ID]bool, error) {
	all, err := s.keysBeside(ctx, captureFile)
	if err != nil {
		return nil, fmt.Errorf("capture files: %w", err)
	}
	return all, nil
}

// ForgetCaptures destroys the keys of capture files that are gone.
func (s *Store) ForgetCaptures(ctx context.Context, of ...ID) error {
	if err := s.forgetBeside(ctx, captureFile, of...); err != nil {
		return fmt.Errorf("forget captures: %w", err)
	}
	return nil
}
