package records

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// An Aside is a database beside the records that is used no more: one that a
// restore replaced, or a copy from before an upgrade.
type Aside struct {
	Path string
	At   time.Time // since when it is
}

// Asides returns the databases that were set aside of the one at path.
func Asides(path string) ([]Aside, error) {
	var all []Aside
	for _, end := range []string{setAsideEnd, copySuffix} {
		names, err := filesAfter(path + end)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, nil
		}
		if err != nil {
			return nil, fmt.Errorf("databases that were set aside: %w", err)
		}
		for _, name := range names {
			at, ok := asideSince(name, path)
			if ok {
				all = append(all, Aside{Path: name, At: at})
			}
		}
	}
	return all, nil
}

// asideSince tells a database from what lies beside it, and since when it is
// aside: by its name, since a database that was set aside was last written before,
// else by the file.
func asideSince(name, path string) (time.Time, bool) {
	if when, ok := strings.CutPrefix(name, path+setAsideEnd); ok {
		at, err := time.Parse(setAsideTime, when)
		return at, err == nil
	}
	number := strings.TrimPrefix(name, path+copySuffix)
	info, err := os.Lstat(name)
	if err != nil || strings.Trim(number, "0123456789") != "" {
		return time.Time{}, false
	}
	return info.ModTime(), true
}

// RemoveAside removes a database that was set aside, with its log.
func RemoveAside(a Aside) error {
	var errs []error
	for _, end := range []string{"-wal", "-shm", ""} { // a log is never left without it
		errs = append(errs, removeIfThere(a.Path+end))
	}
	return errors.Join(append(errs, syncDir(filepath.Dir(a.Path)))...)
}

// EraseAside erases in a database that was set aside everybody whom the register
// has as erased. In one that is too damaged for that nothing can be changed: its
// place takes a copy of these records with what could be brought over from it, as a
// restore would have done, and without them.
func (s *Store) EraseAside(ctx context.Context, a Aside) error {
	err := s.eraseIn(ctx, a.Path)
	if errors.Is(err, ErrCorrupt) || errors.Is(err, ErrForeign) { // its first page is gone
		err = s.rebuildAside(ctx, a.Path)
	}
	if err != nil {
		return fmt.Errorf("erase in %s: %w", a.Path, classify(err))
	}
	return nil
}

// eraseIn erases in another database of these keys who is in the register.
func (s *Store) eraseIn(ctx context.Context, path string) (err error) {
	defer func() { err = errors.Join(err, tidyBeside(path)) }()
	if err := joinRegister(path+registerEnd, s.path+registerEnd); err != nil {
		return err
	}
	other, err := Open(ctx, path, Options{Log: s.log, Now: s.now, Keys: s.keys})
	if err != nil {
		return err
	}
	_, err = other.eraseRegistered(ctx)
	return errors.Join(err, other.Close())
}

// rebuildAside puts what can be read in a damaged database into the place of it.
func (s *Store) rebuildAside(ctx context.Context, path string) error {
	err := publish(path, func(fresh string) (err error) {
		defer func() { err = errors.Join(err, tidyBeside(fresh)) }()
		if err := errors.Join(s.copyOnline(ctx, fresh), joinRegister(fresh+registerEnd, s.path+registerEnd)); err != nil {
			return err
		}
		copied, err := Open(ctx, fresh, Options{Log: s.log, Now: s.now, Keys: s.keys})
		if err != nil {
			return err
		}
		_, err = copied.Salvage(ctx, path)
		if err == nil {
			_, err = copied.eraseRegistered(ctx)
		}
		return errors.Join(err, copied.Close())
	})
	if err != nil {
		return err
	}
	// What it was salvaged with.
	return errors.Join(removeIfThere(path+"-wal"), removeIfThere(path+"-shm"))
}

// tidyBeside removes what opening has left beside a database that is no longer, or
// not yet, the one in use, but for what is named.
func tidyBeside(path string, but ...string) error {
	besides, err := filesAfter(path + ".")
	for _, name := range besides {
		if !slices.Contains(but, name) {
			err = errors.Join(err, removeIfThere(name))
		}
	}
	return err
}
