package records

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"syscall"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Errors of the store's file. Every error of a Store that stems from the file
// or its disk matches one of them.
var (
	// ErrCorrupt: the file is damaged. It was not changed.
	ErrCorrupt = errors.New("the database is damaged")
	// ErrForeign: the file is not a database of Aidpost. It was not changed.
	ErrForeign = errors.New("not an Aidpost database")
	// ErrNewer: a newer Aidpost wrote the file. It was not changed.
	ErrNewer = errors.New("the database needs a newer Aidpost")
	// ErrReadOnly: the file, its folder or its disk cannot be written, or the
	// store was opened for reading.
	ErrReadOnly = errors.New("the database can only be read")
	// ErrFull: the disk is full. What was saved before is whole, and saving
	// works again when there is room.
	ErrFull = errors.New("the disk is full")
	// ErrBusy: another Aidpost has the database.
	ErrBusy = errors.New("the database is in use by another Aidpost")
	// ErrDisk: the disk failed in another way.
	ErrDisk = errors.New("the disk failed")
	// ErrClosed: the store has been closed.
	ErrClosed = errors.New("the store is closed")
)

// Errors of content; with them the file and its disk are well.
var (
	// ErrStale: the encounter was changed by somebody else since it was read.
	ErrStale = errors.New("the record was changed since it was read")
	// ErrSeveral: more than one person matches, so none is shown.
	ErrSeveral = errors.New("several people match")
	// ErrSavedBefore: a result of an instrument's memory belongs to another
	// encounter already.
	ErrSavedBefore = errors.New("the result was saved in another visit")
	// ErrTampered: the audit chain does not hold.
	ErrTampered = errors.New("the audit trail was changed")
)

// A SavedBeforeError is an ErrSavedBefore that says of which observation.
type SavedBeforeError struct{ Observation ID }

func (e *SavedBeforeError) Error() string {
	return fmt.Sprintf("observation %s: %v", e.Observation, ErrSavedBefore)
}

// Unwrap returns ErrSavedBefore.
func (*SavedBeforeError) Unwrap() error { return ErrSavedBefore }

// SaveRest saves an encounter without the results of an instrument's memory that
// another one holds already: they are kept there, and must not keep the others from
// being saved. They are taken out of e and returned.
func SaveRest(ctx context.Context, e *Encounter, save func(context.Context, *Encounter) error) (elsewhere []Observation, err error) {
	for {
		err = save(ctx, e)
		var before *SavedBeforeError
		if !errors.As(err, &before) {
			return elsewhere, err
		}
		i := slices.IndexFunc(e.Observations, func(o Observation) bool { return o.ID == before.Observation })
		if i < 0 {
			return elsewhere, err
		}
		elsewhere = append(elsewhere, e.Observations[i])
		e.Observations = slices.Delete(e.Observations, i, i+1)
	}
}

// DiskFailure is err with the error of a Store that it would be if the disk had
// failed the records: files beside them fail in the same ways.
func DiskFailure(err error) error { return classify(err) }

// classify adds the sentinel that callers decide on to an error of SQLite or
// of the operating system. Other errors pass unchanged.
func classify(err error) error {
	if err == nil {
		return nil
	}
	for _, known := range []error{ErrCorrupt, ErrForeign, ErrNewer, ErrReadOnly, ErrFull, ErrBusy, ErrDisk, ErrClosed, ErrLocked, ErrKey} {
		if errors.Is(err, known) {
			return err
		}
	}
	if kind := failureKind(err); kind != nil {
		return fmt.Errorf("%w: %w", kind, err)
	}
	return err
}

func failureKind(err error) error {
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return sqliteKind(e.Code())
	}
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT), errors.Is(err, syscall.EFBIG):
		return ErrFull
	case errors.Is(err, syscall.EROFS), errors.Is(err, fs.ErrPermission):
		return ErrReadOnly
	case errors.Is(err, syscall.EIO):
		return ErrDisk
	}
	return nil
}

// sqliteKind sorts SQLite's extended result codes. A full file system answers
// FULL; a size limit or quota answers IOERR_WRITE.
func sqliteKind(code int) error {
	switch code {
	case sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE:
		return ErrFull
	case sqlite3.SQLITE_IOERR_SHORT_READ, sqlite3.SQLITE_IOERR_CORRUPTFS:
		return ErrCorrupt
	}
	switch code & 0xff {
	case sqlite3.SQLITE_FULL:
		return ErrFull
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return ErrBusy
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN:
		return ErrReadOnly
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return ErrCorrupt
	case sqlite3.SQLITE_IOERR:
		return ErrDisk
	}
	return nil
}
