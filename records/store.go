package records

import (
	"context"
	"crypto/ed25519"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"aidpost/records/people"
	"aidpost/records/staff"
)

// readers is the size of the pool of reading connections.
const readers = 4

// Options of a store. The zero value opens it for writing.
type Options struct {
	// Log receives what happens to the file, never what is in it. Nil: silent.
	Log *slog.Logger
	// ReadOnly opens an existing file beside a running Aidpost. What is looked
	// at and what staff does is put on record all the same.
	ReadOnly bool
	// Now is the clock that times are judged by. Nil: time.Now.
	Now func() time.Time
	// Keys opens what the records are sealed with. Nil: a new file is not
	// sealed, and one that is cannot be opened.
	Keys *Keys
	// Uptime returns how long the machine has run, to slow guessing down. Nil:
	// the operating system's word.
	Uptime func() time.Duration
	// Room has the store watch its disk and keep room back. The zero value
	// watches nothing; what another program has kept back is used all the same.
	Room RoomOptions
	// PrepareSearch makes the index of names beside all else, so that the first
	// search need not. Of a store that is only read it is not asked.
	PrepareSearch bool
	// PINCost is what a new PIN costs to guess. Zero: staff.UsualCost.
	PINCost staff.Cost
}

// A Store keeps the records of one kiosk in one SQLite file. It may be used by
// any number of goroutines; changes happen one after the other, readers never
// wait for them.
type Store struct {
	path  string
	log   *slog.Logger
	now   func() time.Time
	seal  sealer
	keys  *Keys
	batch int // rows sealed anew in one transaction

	directory directory // names, for searching
	prepare   bool      // Options.PrepareSearch
	opened    time.Time

	uptime  func() time.Duration
	pinCost staff.Cost

	db    *sql.DB // for reading
	write *writer // nil in a store opened for reading
	joint joint
	lock  *os.File // held for as long as the store is open for writing

	besides sync.Mutex
	beside  *writer // of a store opened for reading: what it puts on record

	changes   atomic.Uint64 // see Changes
	room      RoomOptions
	roomless  chan struct{} // holds one entry when the disk was full
	condition condition
	untidy    chan struct{}  // holds one entry when the log is to be tidied
	unsigned  chan struct{}  // and when the end of the audit trail is to be signed
	work      sync.WaitGroup // what goes on beside saving
	// reclaimed says that nothing of an earlier program is in flight any more.
	// Whoever claims is alone.
	reclaimed bool

	queued  chan struct{} // holds one entry when something new is to be sent
	closing sync.Once
	closed  chan struct{}
}

// Changes counts what this program has saved since the store was opened: a list
// that was made at another count may be out of date. It tells of nobody.
func (s *Store) Changes() uint64 { return s.changes.Load() }

// Open opens the database at path, checks it, and brings it to this program's
// schema. A file that does not exist is made, with its folder, unless opened
// for reading. Only one Aidpost at a time can have a file open for writing.
//
// An error matches ErrCorrupt, ErrForeign, ErrNewer, ErrReadOnly, ErrFull,
// ErrBusy, ErrDisk, ErrLocked or ErrKey, or fs.ErrNotExist for a missing file
// opened for reading. After the first four the file is as it was, to the byte.
//
// A file that is not sealed yet is sealed before Open returns, if opt.Keys can
// give it its first key and the file is not only read.
func Open(ctx context.Context, path string, opt Options) (*Store, error) {
	steps, err := embeddedMigrations()
	if err != nil {
		return nil, err
	}
	return open(ctx, path, opt, steps)
}

func newStore(path string, opt Options) *Store {
	s := &Store{
		path: path, log: opt.Log, now: opt.Now, seal: openly{}, keys: opt.Keys, batch: resealBatch, prepare: opt.PrepareSearch,
		opened: time.Now(), closed: make(chan struct{}), uptime: opt.Uptime, pinCost: opt.PINCost,
		queued: make(chan struct{}, 1), untidy: make(chan struct{}, 1), unsigned: make(chan struct{}, 1),
		room: opt.Room, roomless: make(chan struct{}, 1),
		condition: condition{changed: make(chan struct{}, 1)},
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.now == nil {
		s.now = time.Now
	}
	if s.uptime == nil {
		s.uptime = uptime
	}
	if s.pinCost == (staff.Cost{}) {
		s.pinCost = staff.UsualCost()
	}
	return s
}

// Path returns where the database is.
func (s *Store) Path() string { return s.path }

// Close ends the store and tidies its write-ahead log away. It waits for a
// Save that is under way. Closing twice is harmless.
func (s *Store) Close() error {
	var err error
	s.closing.Do(func() { err = s.close() })
	return err
}

func (s *Store) close() error {
	if s.write != nil {
		s.write.turn <- struct{}{} // for good: no change after this
	}
	close(s.closed)
	s.work.Wait()
	s.besides.Lock()
	defer s.besides.Unlock()
	var errs []error
	if s.db != nil {
		errs = append(errs, s.db.Close())
	}
	for _, w := range []*writer{s.write, s.beside} {
		if w != nil {
			errs = append(errs, s.signEnd(w), w.close())
		}
	}
	if s.lock != nil {
		errs = append(errs, s.lock.Close())
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("close %s: %w", s.path, classify(err))
	}
	return nil
}

// A writer is the one connection that changes the file, with the statements
// prepared on it and the state that only it may change.
type writer struct {
	turn  chan struct{} // holds one entry while a transaction runs
	db    *sql.DB
	conn  *sql.Conn
	stmts map[string]*sql.Stmt

	head     auditHead
	boot     int64 // of this program, in the audit trail
	key      ed25519.PrivateKey
	signedTo int64 // entry up to which the audit trail is signed
	commits  int64 // of this program
	devices  map[deviceKey]deviceRow
}

func (w *writer) close() error {
	var errs []error
	for _, stmt := range w.stmts {
		errs = append(errs, stmt.Close())
	}
	return errors.Join(append(errs, w.conn.Close(), w.db.Close())...)
}

// load fills the writer's memory from the file.
func (s *Store) load(ctx context.Context, w *writer) error {
	if err := errors.Join(w.loadAudit(ctx), w.loadDevices(ctx)); err != nil {
		return err
	}
	return s.loadKey(ctx, w)
}

// prepared returns the statement for query, which is always one of a few of this
// package, so their number is bounded.
func (w *writer) prepared(ctx context.Context, query string) (*sql.Stmt, error) {
	if stmt, ok := w.stmts[query]; ok {
		return stmt, nil
	}
	stmt, err := w.conn.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	w.stmts[query] = stmt
	return stmt, nil
}

func (w *writer) exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	stmt, err := w.prepared(ctx, query)
	if err != nil {
		return nil, err
	}
	return stmt.ExecContext(ctx, args...)
}

// A tx is one change of the file. Its statements run on the writer's
// connection; what the writer keeps in memory changes only after the commit.
type tx struct {
	*writer
	store   *Store
	ctx     context.Context
	chained *auditHead              // the head after this change, if it has entries
	signNow bool                    // the head is signed however few entries there are
	signing *int64                  // entry up to which this change signs
	met     map[deviceKey]deviceRow // devices new or changed in this change
	people  []people.Person         // patients likewise
}

// change runs fn in one transaction. A cancelled ctx ends the wait for a turn;
// once begun, a change runs to its end, so that the caller always learns
// whether it happened.
func (s *Store) change(ctx context.Context, fn func(*tx) error) error {
	if s.write == nil {
		return ErrReadOnly
	}
	select {
	case <-s.closed:
		return ErrClosed
	case <-ctx.Done():
		return context.Cause(ctx)
	case s.write.turn <- struct{}{}:
	}
	defer func() { <-s.write.turn }()
	return classify(schemaDamage(s.transact(context.WithoutCancel(ctx), s.write, fn)))
}

// record is change for what is put on record by whoever looks at a store, too:
// it works in one opened for reading, beside the Aidpost that writes, and signs
// the audit trail at once.
func (s *Store) record(ctx context.Context, fn func(*tx) error) error {
	now := func(t *tx) error {
		t.signNow = true
		return fn(t)
	}
	if s.write != nil {
		return s.change(ctx, now)
	}
	s.besides.Lock()
	defer s.besides.Unlock()
	select {
	case <-s.closed:
		return ErrClosed
	default:
	}
	if s.beside == nil {
		w, err := newWriter(ctx, s.path)
		if err != nil {
			return classify(err)
		}
		if err := s.load(ctx, w); err != nil {
			return classify(errors.Join(err, w.close()))
		}
		s.beside = w
	}
	return classify(s.transact(context.WithoutCancel(ctx), s.beside, now))
}

func (s *Store) transact(ctx context.Context, w *writer, fn func(*tx) error) (err error) {
	t := &tx{writer: w, store: s, ctx: ctx}
	if _, err := t.exec(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	committed := false
	defer func() {
		if !committed {
			// SQLite may have rolled back by itself; then this fails, rightly.
			_, _ = t.exec(ctx, "ROLLBACK")
			s.makeRoom(err)
		}
	}()
	if err := fn(t); err != nil {
		return err
	}
	if err := t.signIfDue(); err != nil {
		return err
	}
	if _, err := t.exec(ctx, "COMMIT"); err != nil {
		return err
	}
	committed = true
	t.settle()
	s.committed(w)
	return nil
}

// settle takes into memory what is now on disk.
func (t *tx) settle() {
	if t.chained != nil {
		t.head = *t.chained
	}
	if t.signing != nil {
		t.signedTo = *t.signing
	}
	maps.Copy(t.devices, t.met)
	t.store.directory.put(t.people)
}

// do runs a statement.
func (t *tx) do(query string, args ...any) error {
	_, err := t.exec(t.ctx, query, args...)
	return err
}

// insert runs an INSERT and returns the new row's number.
func (t *tx) insert(query string, args ...any) (int64, error) {
	res, err := t.exec(t.ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return res.LastInsertId()
}

// row reads one row into dest; it reports false if there is none.
func (t *tx) row(query string, args []any, dest ...any) (bool, error) {
	stmt, err := t.prepared(t.ctx, query)
	if err != nil {
		return false, err
	}
	err = stmt.QueryRowContext(t.ctx, args...).Scan(dest...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}
