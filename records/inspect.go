package records

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

// identify makes sure, without leaving a trace, that the file at path is
// Aidpost's.
func identify(ctx context.Context, path string) (err error) {
	db, err := connect(path, untouched)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	var mark int
	if err := db.QueryRowContext(ctx, "PRAGMA application_id").Scan(&mark); err != nil {
		return err
	}
	if mark != applicationID {
		return fmt.Errorf("%w: its application id is %#x", ErrForeign, mark)
	}
	return nil
}

// inspect makes sure that this program can use the file at path and that the
// file is sound, and returns its schema. It changes nothing in it.
func inspect(ctx context.Context, path, how string, steps []migration) (version int, err error) {
	db, err := connect(path, how)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return 0, err
	}
	switch {
	case version > len(steps):
		return 0, fmt.Errorf("%w: its schema is %d, this program knows %d", ErrNewer, version, len(steps))
	case version < 1:
		return 0, fmt.Errorf("%w: it has no schema", ErrCorrupt)
	}
	var report string
	if err := db.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&report); err != nil {
		return 0, err
	}
	if report != "ok" {
		return 0, fmt.Errorf("%w: %s", ErrCorrupt, report)
	}
	return version, nil
}

// magic begins every SQLite file; the header is 100 bytes long.
var magic = []byte("SQLite format 3\x00")

// diagnose says more precisely why SQLite would not open the file, from its
// first bytes. It is called only when SQLite has let go of the file.
func diagnose(path string, cause error) error {
	cause = classify(cause)
	if !errors.Is(cause, ErrCorrupt) && !errors.Is(cause, ErrReadOnly) {
		return cause
	}
	header := make([]byte, 100)
	n, err := readStart(path, header)
	switch {
	case err != nil:
		return cause
	case n == 0:
		return fmt.Errorf("%w: the file is empty", ErrCorrupt)
	case n < len(header):
		if bytes.HasPrefix(header[:n], magic[:min(n, len(magic))]) {
			return fmt.Errorf("%w: the file is cut short", ErrCorrupt)
		}
		return fmt.Errorf("%w: no database at all", ErrForeign)
	case !bytes.HasPrefix(header, magic):
		if binary.BigEndian.Uint32(header[68:]) == applicationID {
			return fmt.Errorf("%w: its first bytes are wrong", ErrCorrupt)
		}
		return fmt.Errorf("%w: no database at all", ErrForeign)
	case header[18] != 2 || header[19] != 2: // SQLite's number for a write-ahead log
		return fmt.Errorf("%w: its format is marked %d/%d", ErrCorrupt, header[18], header[19])
	}
	return cause
}

func readStart(path string, into []byte) (n int, err error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	n, err = io.ReadFull(f, into)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	return n, err
}
