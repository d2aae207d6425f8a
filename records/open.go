package records

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"modernc.org/sqlite"
)

// applicationID marks the file as Aidpost's: "AIDP".
const applicationID = 0x41494450

// The ways to open the file. Safety settings use the driver's checked keys,
// since a mistyped pragma would be dropped without a word. The writer itself moves
// its log into the file only where the tidier cannot keep up.
const (
	writing = "mode=rw&_txlock=immediate&_journal_mode=WAL&_synchronous=FULL&_busy_timeout=5000" +
		"&_foreign_keys=on&_defensive=1&_dqs=0&_error_rc=1" +
		"&_pragma=trusted_schema(0)&_pragma=temp_store(2)&_pragma=secure_delete(1)" +
		"&_pragma=cell_size_check(1)&_pragma=journal_size_limit(67108864)&_pragma=wal_autocheckpoint(8000)"
	reading = "mode=ro&_query_only=1&_busy_timeout=5000&_defensive=1&_dqs=0&_error_rc=1" +
		"&_pragma=trusted_schema(0)&_pragma=temp_store(2)&_pragma=cell_size_check(1)"
	// untouched reads a file that nobody writes without leaving a trace.
	untouched = reading + "&immutable=1"
)

// connect returns a pool on the file; the driver opens it when first used.
func connect(path, how string) (*sql.DB, error) {
	slashed := filepath.ToSlash(path)
	if !strings.HasPrefix(slashed, "/") {
		slashed = "/" + slashed // C:/...
	}
	name := url.URL{Scheme: "file", Path: slashed, RawQuery: how}
	return sql.Open("sqlite", name.String())
}

func open(ctx context.Context, path string, opt Options, steps []migration) (*Store, error) {
	sqlite.StrictPragmas(true)
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	s := newStore(path, opt)
	if opt.ReadOnly {
		err = s.openReading(ctx, steps)
	} else {
		err = s.openWriting(ctx, steps)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, classify(schemaDamage(err))), s.Close())
	}
	return s, nil
}

func (s *Store) openReading(ctx context.Context, steps []migration) error {
	if _, err := os.Stat(s.path); err != nil {
		return err
	}
	if err := identify(ctx, s.path, steps); err != nil {
		return diagnose(s.path, err)
	}
	var version int
	check := func(how string) (err error) {
		version, _, err = inspect(ctx, s.path, how, steps, s.readAtOnce())
		return err
	}
	var err error
	if _, missing := os.Stat(s.path + "-wal"); missing != nil {
		err = check(untouched) // nobody has it open
	} else {
		err = s.eitherWay(check)
	}
	if err != nil {
		return diagnose(s.path, err)
	}
	if version < len(steps) {
		return fmt.Errorf("%w: its schema %d must first be upgraded to %d", ErrReadOnly, version, len(steps))
	}
	if err := s.eitherWay(func(how string) error { return s.openPool(ctx, how) }); err != nil {
		return err
	}
	return s.unlock(ctx, s.db, s.keys)
}

// eitherWay runs fn with the way to read the file. Where no shared memory can be
// made beside it, nobody can be writing it.
func (s *Store) eitherWay(fn func(how string) error) error {
	err := fn(reading)
	if errors.Is(classify(err), ErrReadOnly) && !hasLog(s.path) {
		err = fn(untouched)
	}
	return err
}

func (s *Store) openWriting(ctx context.Context, steps []migration) error {
	if err := s.findFile(ctx, steps); err != nil {
		return err
	}
	version, looked, err := inspect(ctx, s.path, asFound(s.path), steps, s.readAtOnce())
	if err != nil {
		return diagnose(s.path, err)
	}
	if err := claim(s.path); err != nil {
		return err
	}
	if s.write, err = newWriter(ctx, s.path); err != nil {
		return diagnose(s.path, err)
	}
	if version < len(steps) {
		if err := s.upgrade(ctx, steps, version); err != nil {
			return err
		}
	}
	if err := s.unlockWriting(ctx, s.keys); err != nil {
		return err
	}
	if err := s.load(ctx, s.write); err != nil {
		return err
	}
	if v, ok := s.seal.(*vaulted); ok && v.vault.Load().Plain() {
		if err := s.reseal(ctx, nil); err != nil {
			return err
		}
	}
	if err := s.openPool(ctx, reading); err != nil {
		return err
	}
	if err := s.settleRegister(ctx); err != nil {
		return err
	}
	if err := s.startTidying(); err != nil {
		return err
	}
	s.workBeside()
	if !looked {
		s.besideSaving(s.checkLater)
		return nil
	}
	return removeIfThere(s.path + damagedEnd)
}

// findFile locks the file, ends a restore that was interrupted, and makes the file if
// there is none.
func (s *Store) findFile(ctx context.Context, steps []migration) error {
	_, err := os.Stat(s.path)
	missing := errors.Is(err, fs.ErrNotExist)
	switch {
	case missing:
		err = os.MkdirAll(filepath.Dir(s.path), 0o700)
	case err == nil:
		// Nothing is made beside a file that is not ours.
		err = identify(ctx, s.path, steps)
	}
	if err != nil {
		return diagnose(s.path, err)
	}
	if s.lock, err = takeLock(s.path + ".lock"); err != nil {
		return err
	}
	if err := finishRestore(s.path); err != nil {
		return err
	}
	if _, err = os.Stat(s.path); errors.Is(err, fs.ErrNotExist) {
		if err := create(ctx, s.path, steps); err != nil {
			return err
		}
		s.log.Info("database created", "path", s.path)
	}
	return nil
}

// workBeside begins what is done between one save and the next: from here on the writer
// is not ours alone.
func (s *Store) workBeside() {
	if s.write.head.seq != s.write.signedTo {
		tell(s.unsigned) // what a program that was killed has left
	}
	s.besideSaving(s.signSoon)
	if s.room != (RoomOptions{}) {
		s.besideSaving(s.watchRoom)
	}
	if s.prepare {
		s.besideSaving(s.prepareSearch)
	}
}

// readAtOnce is how large a file may be whose pages are looked at before it is
// used: any, after one of them was found damaged.
func (s *Store) readAtOnce() int64 {
	if _, err := os.Stat(s.path + damagedEnd); err == nil {
		return readAll
	}
	return readAtOnce
}

// openPool opens the connections for reading.
func (s *Store) openPool(ctx context.Context, how string) error {
	db, err := connect(s.path, how)
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(readers)
	db.SetMaxIdleConns(readers)
	var version int
	if err := db.QueryRowContext(ctx, "PRAGMA schema_version").Scan(&version); err != nil {
		return errors.Join(err, db.Close())
	}
	s.db = db
	return nil
}

// takeLock takes the lock that one Aidpost holds while it writes. The file
// stays: removing it would let two of them hold a lock each.
func takeLock(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := tryLock(f); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// claim makes sure that the file can be written, since SQLite would silently
// be content with reading, and takes the rights of everybody else from it. The
// log and the shared memory beside it take after it. SQLite must not have the
// file open yet: closing it here would end SQLite's locks.
func claim(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err == nil && info.Mode().Perm()&0o077 != 0 {
		err = f.Chmod(info.Mode().Perm() & 0o700)
	}
	return errors.Join(err, f.Close())
}

// hasLog reports whether changes are waiting beside the file.
func hasLog(path string) bool {
	info, err := os.Stat(path + "-wal")
	return err == nil && info.Size() > 0
}

// create makes a database under another name and moves it into place whole,
// so that a file called path is never half a database.
func create(ctx context.Context, path string, steps []migration) (err error) {
	if hasLog(path) {
		return fmt.Errorf("%w: the file is missing beside its log %s-wal", ErrCorrupt, path)
	}
	fresh := path + ".new"
	discard := func() {
		for _, end := range []string{"", "-wal", "-shm", "-journal"} {
			_ = os.Remove(fresh + end)
		}
	}
	discard() // what a program that was killed here has left
	defer func() {
		if err != nil {
			discard()
		}
	}()
	if err := makeEmpty(fresh); err != nil {
		return err
	}
	w, err := newWriter(ctx, fresh)
	if err != nil {
		return err
	}
	if err := errors.Join(w.apply(ctx, steps, 0), w.close()); err != nil {
		return err
	}
	if err := os.Rename(fresh, path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// makeEmpty makes a file for our eyes only.
func makeEmpty(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

// newWriter opens the writing connection and makes sure that the settings
// durability rests on are in force.
func newWriter(ctx context.Context, path string) (*writer, error) {
	db, err := connect(path, writing)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	w := &writer{
		turn: make(chan struct{}, 1), db: db, conn: conn,
		stmts: map[string]*sql.Stmt{}, devices: map[deviceKey]deviceRow{},
	}
	for _, want := range []struct{ pragma, value string }{
		{"journal_mode", "wal"}, {"synchronous", "2"}, {"foreign_keys", "1"}, {"trusted_schema", "0"},
	} {
		var got string
		if err = conn.QueryRowContext(ctx, "PRAGMA "+want.pragma).Scan(&got); err != nil {
			break
		}
		if got != want.value {
			err = fmt.Errorf("%w: %s is %q here, not %q", ErrDisk, want.pragma, got, want.value)
			break
		}
	}
	if err != nil {
		return nil, errors.Join(err, w.close())
	}
	return w, nil
}
