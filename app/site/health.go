package site

import (
	"cmp"
	"os"
	"path/filepath"
	"time"
)

// The bounds of what a site needs.
const (
	// leastRoom is how much free disk space is not worth a word: a year of a busy
	// kiosk's records.
	leastRoom = 500 << 20
	// backupLate is how long the newest change may be without a backup: four of
	// the keeper's turns, one of which may fail.
	backupLate = 4 * backupEvery
)

// A Health says what a site will soon lack.
type Health struct {
	// Free is the room left on the disk of the records in bytes, if it is little;
	// else zero.
	Free uint64
	// Overdue says that the newest change has been without a backup for too long.
	Overdue bool
	Backup  time.Time // the newest; zero: there is none
}

// Look finds out how the site of a config stands that has been open since a
// time. What cannot be found out is not worth a word either: the records
// complain by themselves.
func Look(c Config, since, now time.Time) Health {
	var h Health
	if free, err := FreeRoom(c.Data); err == nil && free < leastRoom {
		h.Free = free
	}
	all, err := Backups(cmp.Or(c.Backups, filepath.Join(c.Data, BackupFolder)))
	if err != nil {
		return h
	}
	without := since // nothing is known of before, without a backup
	if n := len(all); n > 0 {
		h.Backup, without = all[n-1].Made, all[n-1].Made
	}
	h.Overdue = now.Sub(without) >= backupLate && changed(c.Data).Sub(without) > 0
	return h
}

// changed is when the files of the records were last written.
func changed(folder string) time.Time {
	var last time.Time
	for _, name := range []string{DatabaseName, DatabaseName + "-wal"} {
		if info, err := os.Stat(filepath.Join(folder, name)); err == nil && info.ModTime().After(last) {
			last = info.ModTime()
		}
	}
	return last
}
