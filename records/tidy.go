package records

import (
	"context"
	"database/sql"
	"fmt"
)

// tidyEvery is after how many commits the log is moved into the file beside
// the writer, so that no save pays for it. At about fifteen pages a visit that
// keeps the log at a few megabytes.
const tidyEvery = 64

// besideSaving runs fn on a goroutine of its own until it returns or the store
// is closed.
func (s *Store) besideSaving(fn func(context.Context)) {
	s.work.Go(func() {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		go func() {
			select {
			case <-s.closed:
				cancel()
			case <-ctx.Done():
			}
		}()
		fn(ctx)
	})
}

// startTidying begins to move what is in the log into the file after every
// tidyEvery commits, on a connection of its own, while saving goes on.
func (s *Store) startTidying() error {
	db, err := connect(s.path, writing)
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1)
	s.besideSaving(func(ctx context.Context) {
		for {
			select {
			case <-ctx.Done():
				_ = db.Close()
				return
			case <-s.untidy:
				if err := s.moveLog(ctx, db); err != nil && ctx.Err() == nil {
					s.log.Warn("tidying the log of the database", "path", s.path, "error", err)
				}
			}
		}
	})
	return nil
}

// moveLog moves what is in the log into the file: most of it beside the writer, and
// what came meanwhile, a few visits at most, while it waits. Only then does the writer
// begin the log anew instead of making it longer, which is slower to sync. What cannot
// be moved for somebody's reading is moved the next time.
func (s *Store) moveLog(ctx context.Context, db *sql.DB) error {
	const move = "PRAGMA wal_checkpoint(PASSIVE)"
	if _, err := db.ExecContext(ctx, move); err != nil {
		return err
	}
	return s.exclusively(ctx, func(ctx context.Context) error {
		_, err := db.ExecContext(ctx, move)
		return err
	})
}

// committed tells those who work beside saving of a commit.
func (s *Store) committed(w *writer) {
	w.commits++
	if w.commits%tidyEvery == 0 {
		tell(s.untidy)
	}
	if w.head.seq != w.signedTo {
		tell(s.unsigned)
	}
}

// tell leaves a message for whoever listens, unless one is there already.
func tell(to chan struct{}) {
	select {
	case to <- struct{}{}:
	default:
	}
}

// emptyLog moves everything from the log into the file, where deleted content
// was written over, and makes it empty. While somebody reads an old state the
// log has to stay; that is ErrBusy, and what was changed is changed all the
// same.
func (s *Store) emptyLog(ctx context.Context) error {
	return s.exclusively(ctx, func(ctx context.Context) error {
		var busy, log, moved int
		err := s.write.conn.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &log, &moved)
		if err == nil && busy != 0 {
			err = fmt.Errorf("%w: another program is reading it, and the log keeps a trace until it ends", ErrBusy)
		}
		return err
	})
}

// exclusively runs fn while no transaction runs, for what SQLite does outside
// of one.
func (s *Store) exclusively(ctx context.Context, fn func(context.Context) error) error {
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
	return classify(fn(context.WithoutCancel(ctx)))
}
