package records

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"aidpost/records/pages"
)

// identify makes sure that the file at path is Aidpost's and not newer than
// this program, and leaves no trace if no changes wait in a log beside it.
func identify(ctx context.Context, path string, steps []migration) error {
	return look(ctx, path, asFound(path), func(db *sql.DB) error {
		var mark, version int
		if err := db.QueryRowContext(ctx, "PRAGMA application_id").Scan(&mark); err != nil {
			return err
		}
		if mark != applicationID {
			return fmt.Errorf("%w: its application id is %#x", ErrForeign, mark)
		}
		if err := db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
			return err
		}
		return fitting(version, steps)
	})
}

// asFound returns how to read a file that no program is known to have open.
// What the last one had no time to tidy out of its log counts, and without it
// the file alone may look damaged.
func asFound(path string) (how string) {
	if hasLog(path) {
		return reading
	}
	return untouched
}

// How much of a file inspect reads before it is used. Looking at every page of
// a larger one would keep people waiting: that is done while it is in use.
const (
	readAtOnce = 32 << 20 // bytes: a tenth of a second, or two on a slow card
	readAll    = math.MaxInt64
)

// inspect makes sure that this program can use the file at path, and that the
// pages of one with no more bytes than most are sound. It returns its schema
// and whether it looked at the pages. It changes nothing in it.
func inspect(ctx context.Context, path, how string, steps []migration, most int64) (version int, looked bool, err error) {
	err = look(ctx, path, how, func(db *sql.DB) error {
		if err := db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
			return err
		}
		if err := fitting(version, steps); err != nil {
			return err
		}
		if err := whole(ctx, db, path); err != nil {
			return err
		}
		info, err := os.Stat(path)
		if err != nil || info.Size() > most {
			return err
		}
		looked = true
		return soundPages(ctx, db)
	})
	return version, looked, err
}

// soundPages makes sure that every page is sound.
func soundPages(ctx context.Context, db *sql.DB) error {
	var report string
	if err := db.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&report); err != nil {
		return err
	}
	if report != "ok" {
		return fmt.Errorf("%w: %s", ErrCorrupt, report)
	}
	return nil
}

// look runs fn on a connection of its own.
func look(ctx context.Context, path, how string, fn func(*sql.DB) error) error {
	db, err := connect(path, how)
	if err != nil {
		return err
	}
	return schemaDamage(errors.Join(fn(db), db.Close()))
}

// schemaDamage calls what SQLite says of a statement that is known to be good
// by its name: the schema in the file is damaged.
func schemaDamage(err error) error {
	if e, ok := errors.AsType[*sqlite.Error](err); ok && e.Code() == sqlite3.SQLITE_ERROR {
		return fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	return err
}

func fitting(version int, steps []migration) error {
	switch {
	case version > len(steps):
		return fmt.Errorf("%w: its schema is %d, this program knows %d", ErrNewer, version, len(steps))
	case version < 1:
		return fmt.Errorf("%w: it has no schema", ErrCorrupt)
	}
	return nil
}

// whole makes sure that the file has all its bytes, since SQLite takes those
// missing at the end for zeros. While changes wait in the log it may be short.
func whole(ctx context.Context, db *sql.DB, path string) error {
	if hasLog(path) {
		return nil
	}
	var pages, size int64
	if err := db.QueryRowContext(ctx, "PRAGMA page_count").Scan(&pages); err != nil {
		return err
	}
	if err := db.QueryRowContext(ctx, "PRAGMA page_size").Scan(&size); err != nil {
		return err
	}
	info, err := os.Stat(path)
	if err == nil && info.Size() < pages*size && !hasLog(path) {
		return fmt.Errorf("%w: the file is cut short", ErrCorrupt)
	}
	return err
}

// magic begins every SQLite file; the header is 100 bytes long.
var magic = []byte("SQLite format 3\x00")

// diagnose says more precisely why SQLite would not open the file, from its
// first bytes. It is called only when SQLite has let go of the file.
func diagnose(path string, cause error) error {
	cause = classify(cause)
	if !errors.Is(cause, ErrCorrupt) && !errors.Is(cause, ErrForeign) && !errors.Is(cause, ErrReadOnly) {
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
		if binary.BigEndian.Uint32(header[68:]) == applicationID || hasRing(path) {
			return fmt.Errorf("%w: its first bytes are wrong", ErrCorrupt)
		}
		return fmt.Errorf("%w: no database at all", ErrForeign)
	case errors.Is(cause, ErrReadOnly) && (header[18] != 2 || header[19] != 2): // 2 is a write-ahead log
		return fmt.Errorf("%w: its format is marked %d/%d", ErrCorrupt, header[18], header[19])
	}
	return cause
}

// hasRing reports whether a file that SQLite takes for none still has a key ring on
// one of its pages: then it is ours, and its first page is gone.
func hasRing(path string) bool {
	f, err := pages.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	found := errors.New("found")
	return errors.Is(f.Rows(func(r pages.Row) error {
		if _, ok := ringIn(r); ok {
			return found
		}
		return nil
	}), found)
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
