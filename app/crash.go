package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"time"
)

const (
	// crashName is the file beside the records that a crash is written to. It
	// holds no patient data: nothing of a person enters a panic.
	crashName = "crash.txt"
	// crashesKept is how many earlier crashes are kept beside it.
	crashesKept = 5
)

// catchCrashes has the stacks of a crash written to a file in the folder, so
// that staff can tell what happened after the kiosk was started again. What an
// earlier crash wrote is put aside under a name with the time.
func catchCrashes(folder string, now time.Time) error {
	path := filepath.Join(folder, crashName)
	if err := keepCrash(path, now); err != nil {
		return fmt.Errorf("keeping the last crash: %w", err)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	return debug.SetCrashOutput(f, debug.CrashOptions{})
}

// keepCrash renames what a crash wrote, and removes the oldest of many.
func keepCrash(path string, now time.Time) error {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	kept := filepath.Join(filepath.Dir(path), "crash-"+now.UTC().Format("20060102T150405Z")+".txt")
	if err := os.Rename(path, kept); err != nil {
		return err
	}
	all, err := filepath.Glob(filepath.Join(filepath.Dir(path), "crash-*.txt"))
	if err != nil {
		return err
	}
	slices.Sort(all)
	for len(all) > crashesKept {
		if err := os.Remove(all[0]); err != nil {
			return err
		}
		all = all[1:]
	}
	return nil
}
