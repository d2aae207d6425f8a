package records

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"aidpost/records/staff"
)

// The names that a restore gives beside the database.
const (
	restoreEnd  = ".restore"    // a whole database on its way to its place
	setAsideEnd = ".set-aside-" // followed by when

	setAsideTime = "20060102T150405.000Z"
)

// A Restored says what a restore has done.
type Restored struct {
	CheckReport
	// SetAside is where the database is that was there before, "" if there was
	// none.
	SetAside string
	// Upto is when the last thing in the backup happened, zero if nothing did.
	Upto time.Time
	// Erased is what was erased again: the backup was older than the erasure.
	Erased Erased
	// Salvaged is what was brought over from a damaged database.
	Salvaged *Salvaged
}

// Restore puts the backup at from in the place of the database at path. The
// backup is checked whole before anything is touched; the database that is
// there is set aside with its log, never removed. It can be killed at any
// moment: the next Open or Restore finds either the old database or the
// restored one.
//
// Who was erased since the backup is erased again. What is newer in the database
// at salvage, which may be the one that is replaced and may be damaged, is
// brought over, see Store.Salvage; "" brings nothing.
//
// ErrBusy: an Aidpost is running on the database. ErrCorrupt, ErrForeign and
// ErrNewer speak of the backup. After any of them everything is as before.
func Restore(ctx context.Context, from, path, salvage string, opt Options) (Restored, error) {
	done, err := restore(ctx, from, path, salvage, opt)
	if err != nil {
		return done, fmt.Errorf("restore %s: %w", from, classify(err))
	}
	return done, nil
}

func restore(ctx context.Context, from, path, salvage string, opt Options) (done Restored, err error) {
	path, err = filepath.Abs(path)
	if err != nil {
		return done, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return done, err
	}
	lock, err := takeLock(path + ".lock")
	if err != nil {
		return done, err
	}
	defer lock.Close()
	if err := finishRestore(path); err != nil {
		return done, err
	}
	if err := joinRegister(path+registerEnd, registerBeside(from)); err != nil {
		return done, err
	}
	ready := path + restoreEnd
	err = publish(ready, func(fresh string) error {
		err := errors.Join(copyFile(from, fresh), joinRegister(fresh+registerEnd, path+registerEnd))
		if err == nil {
			done, err = examine(ctx, fresh, opt, filepath.Base(from), salvage)
		}
		if err == nil {
			err = joinRegister(path+registerEnd, fresh+registerEnd)
		}
		return errors.Join(err, removeIfThere(fresh+registerEnd))
	})
	if err != nil {
		return done, err
	}
	if done.SetAside, err = setAside(path, newStore(path, opt).now()); err != nil {
		return done, err
	}
	return done, finishRestore(path)
}

// SetAside renames the database at path with its log, so that the next Open
// makes an empty one, and returns its new name. ErrBusy: an Aidpost is running
// on it.
func SetAside(path string, now time.Time) (string, error) { return SetAsideOf(path, path, now) }

// SetAsideOf is SetAside of the database at path among those that were set aside of
// another one, which is in use.
func SetAsideOf(path, of string, now time.Time) (string, error) {
	lock, err := takeLock(path + ".lock")
	if err != nil {
		return "", classify(err)
	}
	defer lock.Close()
	aside := asideName(of, now)
	err = os.Rename(path, aside)
	if err == nil {
		err = errors.Join(removeIfThere(path+damagedEnd), moveLog(path, aside))
	}
	if err != nil {
		return "", fmt.Errorf("set aside %s: %w", path, classify(err))
	}
	return aside, syncDir(filepath.Dir(path))
}

// asideName is what a database is called that is set aside now. Its name comes after
// those before it, even if the clock was set back.
func asideName(path string, now time.Time) string {
	last := strings.TrimPrefix(newestAside(path), path+setAsideEnd)
	if at, err := time.Parse(setAsideTime, last); err == nil && !now.After(at) {
		now = at.Add(time.Millisecond)
	}
	return path + setAsideEnd + now.UTC().Format(setAsideTime)
}

// setAside renames the database alone; it returns "" where there is none. Its
// log goes after it: a log without its database is never opened.
func setAside(path string, now time.Time) (string, error) {
	if _, err := os.Stat(path); err != nil {
		return "", nil
	}
	aside := asideName(path, now)
	if err := os.Rename(path, aside); err != nil {
		return aside, err
	}
	return aside, removeIfThere(path + damagedEnd)
}

// removeIfThere removes a file that need not exist.
func removeIfThere(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// setLogAside lets the log follow the database that was last set aside.
func setLogAside(path string) error { return moveLog(path, newestAside(path)) }

// moveLog lets the log of a database follow it to its new name.
func moveLog(path, aside string) error {
	for _, end := range []string{"-wal", "-shm"} {
		if err := os.Rename(path+end, aside+end); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// examine brings the copy of a backup to this program's schema, erases who was
// erased since and brings over what is to be salvaged, reads everything in it,
// and puts on record that it is restored: who does that may have no account in
// it, or none any more.
func examine(ctx context.Context, fresh string, opt Options, name, salvage string) (done Restored, err error) {
	opt.ReadOnly, opt.Room = false, RoomOptions{}
	// What opening leaves beside a database belongs to the copy alone.
	defer func() { err = errors.Join(err, tidyBeside(fresh, fresh+registerEnd)) }()
	slots, err := KeySlots(ctx, fresh)
	open := err == nil && len(slots) == 0 // opening seals it
	copied, err := Open(ctx, fresh, opt)
	if err != nil {
		return done, err
	}
	if err = copied.check(ctx, &done.CheckReport); err == nil {
		done.Upto, err = copied.upto(ctx)
	}
	if err == nil && salvage != "" {
		var over Salvaged
		over, err = copied.salvage(ctx, salvage, open)
		done.Salvaged = &over
	}
	if err == nil {
		done.Erased, err = copied.eraseRegistered(ctx)
	}
	if err == nil && (salvage != "" || done.Erased != Erased{}) {
		err = copied.check(ctx, &done.CheckReport)
	}
	if err == nil {
		err = copied.change(ctx, func(t *tx) error {
			return errors.Join(t.breakTickets(copied.now()), t.audit(auditEntry{Action: staff.Restore, Reason: name}))
		})
	}
	return done, errors.Join(err, copied.Close())
}

// check is Check that fails on damage.
func (s *Store) check(ctx context.Context, report *CheckReport) (err error) {
	if *report, err = s.Check(ctx, nil); err == nil {
		err = report.Err()
	}
	return err
}

// eraseRegistered erases who is in the register.
func (s *Store) eraseRegistered(ctx context.Context) (done Erased, err error) {
	gone, err := erasedIn(s.path + registerEnd)
	if err != nil {
		return done, err
	}
	for id := range gone {
		part, err := s.Erase(ctx, ID(id.String()), "erased before the backup was restored")
		if errors.Is(err, ErrNotFound) {
			continue
		}
		if err != nil {
			return done, err
		}
		done.add(part)
	}
	return done, nil
}

// upto returns when the newest entry of the audit trail was made.
func (s *Store) upto(ctx context.Context) (time.Time, error) {
	var at int64
	err := s.read(ctx, func(r *reader) error {
		return r.QueryRowContext(ctx, "SELECT coalesce(max(at), 0) FROM audit").Scan(&at)
	})
	if err != nil || at == 0 {
		return time.Time{}, err
	}
	return time.UnixMilli(at).UTC(), nil
}

// finishRestore moves a restored database into its place once the old one has
// left it. The old one's log is set aside first: applied to another database
// it would destroy it.
func finishRestore(path string) error {
	ready := path + restoreEnd
	if _, err := os.Stat(ready); err != nil {
		return nil
	}
	if _, err := os.Stat(path); err == nil {
		return os.Remove(ready) // the restore ended before it changed anything
	}
	if err := setLogAside(path); err != nil {
		return err
	}
	if err := os.Rename(ready, path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// newestAside returns the database that was last set aside.
func newestAside(path string) string {
	names, _ := filesAfter(path + setAsideEnd)
	for _, name := range slices.Backward(names) {
		if strings.HasSuffix(name, "Z") { // not the log of one
			return name
		}
	}
	return path + setAsideEnd + "unknown"
}

// filesAfter returns the files whose path begins with start, in order.
func filesAfter(start string) ([]string, error) {
	folder, prefix := filepath.Split(start)
	entries, err := os.ReadDir(folder) // sorted
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), prefix) {
			names = append(names, filepath.Join(folder, e.Name()))
		}
	}
	return names, nil
}

// copyFile copies a file that nobody writes.
func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
