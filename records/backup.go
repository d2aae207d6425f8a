package records

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// copying reads the file for a copy of it; PRAGMA query_only would refuse
// VACUUM INTO.
const copying = "mode=ro&_busy_timeout=5000&_defensive=1&_dqs=0&_error_rc=1&_pragma=trusted_schema(0)&_pragma=temp_store(2)"

// Backup writes a copy of the records as they are at this moment to path,
// reads everything in it as Check does, and only then gives it its name, so
// that a file called path is a whole backup. Saving goes on meanwhile. What is
// sealed stays sealed by the same keys. A file at path is replaced.
//
// An error matches ErrCorrupt if the records themselves are damaged, else it
// is of the disk that the copy was for.
func (s *Store) Backup(ctx context.Context, path string, progress func(done, total int64)) (CheckReport, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return CheckReport{}, fmt.Errorf("backup: %w", err)
	}
	var report CheckReport
	err = publish(path, func(fresh string) error {
		if err := s.copyOnline(ctx, fresh); err != nil {
			return err
		}
		report, err = s.checkCopy(ctx, fresh, progress)
		return errors.Join(err, report.Err())
	})
	if err == nil { // older backups there still have who was erased
		err = joinRegister(registerBeside(path), s.path+registerEnd)
	}
	if err != nil {
		return report, fmt.Errorf("backup to %s: %w", path, classify(err))
	}
	s.log.Info("backup written", "path", path, "encounters", report.Encounters)
	return report, nil
}

func (s *Store) copyOnline(ctx context.Context, fresh string) error {
	if err := s.roomFor(fresh); err != nil {
		return err
	}
	how := copying
	if _, missing := os.Stat(s.path + "-wal"); missing != nil {
		how += "&immutable=1" // nobody writes, and nothing may be made beside it
	}
	db, err := connect(s.path, how)
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, "VACUUM INTO ?", fresh)
	return errors.Join(err, db.Close())
}

// CheckBackup is Check of a backup that this store's keys open. Nothing in it is
// changed.
func (s *Store) CheckBackup(ctx context.Context, path string, progress func(done, total int64)) (CheckReport, error) {
	report, err := s.checkCopy(ctx, path, progress)
	if err != nil {
		return report, fmt.Errorf("check %s: %w", path, classify(err))
	}
	return report, nil
}

// checkCopy checks another file that this store's keys open.
func (s *Store) checkCopy(ctx context.Context, path string, progress func(done, total int64)) (CheckReport, error) {
	steps, err := embeddedMigrations()
	if err != nil {
		return CheckReport{}, err
	}
	// Check looks at every page.
	if _, _, err := inspect(ctx, path, untouched, steps, readAtOnce); err != nil {
		return CheckReport{}, err
	}
	other := newStore(path, Options{Log: s.log, Now: s.now})
	other.seal = s.seal
	if err := other.openPool(ctx, untouched); err != nil {
		return CheckReport{}, err
	}
	report, err := other.Check(ctx, progress)
	return report, errors.Join(err, other.Close())
}

// publish has write fill a file under another name, for our eyes only, and
// gives it its name when it is whole and on disk.
func publish(path string, write func(fresh string) error) (err error) {
	fresh := path + ".new"
	if err := removeIfThere(fresh); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(fresh)
		}
	}()
	if err := makeEmpty(fresh); err != nil {
		return err
	}
	if err := write(fresh); err != nil {
		return err
	}
	if err := syncFile(fresh); err != nil {
		return err
	}
	if err := os.Rename(fresh, path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}
