package reports

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// SaveFile writes a new file, readable by its owner alone. The file appears
// under its name only when all of it is on the disk; if writing fails, nothing
// is left behind. A file that exists is never replaced: the error then wraps
// fs.ErrExist.
func SaveFile(path string, write func(io.Writer) error) (err error) {
	dir, name := filepath.Split(path)
	if name == "" {
		return fmt.Errorf("saving %q: %w", path, fs.ErrInvalid)
	}
	if dir == "" {
		dir = "."
	}
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("saving %q: %w", path, fs.ErrExist)
	}
	temp, err := os.CreateTemp(dir, ".saving-*")
	if err != nil {
		return fmt.Errorf("saving %q: %w", path, err)
	}
	defer func() {
		err = errors.Join(err, ignore(temp.Close(), os.ErrClosed), ignore(os.Remove(temp.Name()), fs.ErrNotExist))
	}()
	if err := write(temp); err != nil {
		return fmt.Errorf("saving %q: %w", path, err)
	}
	if err := errors.Join(temp.Sync(), temp.Close()); err != nil {
		return fmt.Errorf("saving %q: %w", path, err)
	}
	if err := publish(temp.Name(), path); err != nil {
		return fmt.Errorf("saving %q: %w", path, err)
	}
	syncDir(dir)
	return nil
}

// SaveFolder has write fill a new folder, which gets its name only when it is whole;
// if writing fails, nothing is left behind. One that exists is never replaced: the
// error then wraps fs.ErrExist.
func SaveFolder(path string, write func(folder string) error) (err error) {
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("saving %q: %w", path, fs.ErrExist)
	}
	temp, err := os.MkdirTemp(filepath.Dir(path), ".saving-*")
	if err != nil {
		return fmt.Errorf("saving %q: %w", path, err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(temp))
		}
	}()
	if err := write(temp); err != nil {
		return err
	}
	if err := os.Rename(temp, path); err != nil {
		return fmt.Errorf("saving %q: %w", path, err)
	}
	syncDir(filepath.Dir(path))
	return nil
}

// publish gives a complete file its name without ever taking a name that is in
// use. A link does so in one step; many sticks have no links.
func publish(temp, path string) error {
	err := os.Link(temp, path)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	return claim(temp, path)
}

// claim takes the name with an empty file first, which the complete one
// replaces.
func claim(temp, path string) error {
	empty, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if err := errors.Join(empty.Close(), os.Rename(temp, path)); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}

// syncDir makes the name durable too. Not every system can; the file itself is
// on the disk by then.
func syncDir(dir string) {
	if d, err := os.Open(dir); err == nil {
		_ = d.Sync()
		_ = d.Close()
	}
}

func ignore(err, expected error) error {
	if errors.Is(err, expected) {
		return nil
	}
	return err
}
