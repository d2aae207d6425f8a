package site

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// supersededName is an empty file in a folder of backups that still have what was
// erased from the records.
const supersededName = "aidpost.superseded"

// Supersede notes, before something is erased, that the backups in a folder still
// have it: whatever happens then, the next backup there replaces all of them. Where
// that cannot be noted nothing should be erased. A folder without backups needs no
// note, and has none.
func Supersede(folder string) error {
	all, err := Backups(folder)
	if err != nil || len(all) == 0 {
		return err
	}
	f, err := os.OpenFile(filepath.Join(folder, supersededName), os.O_CREATE|os.O_WRONLY, 0o600)
	if err == nil {
		err = errors.Join(f.Sync(), f.Close())
	}
	if err != nil {
		return fmt.Errorf("noting that backups still have what is erased: %w", err)
	}
	return nil
}

// Superseded reports whether the backups in a folder still have what was erased.
func Superseded(folder string) (bool, error) {
	_, err := os.Lstat(filepath.Join(folder, supersededName))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// SupersedeNone takes the note back: the backups were replaced, or nothing was erased.
func SupersedeNone(folder string) error {
	err := os.Remove(filepath.Join(folder, supersededName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
