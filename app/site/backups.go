package site

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"aidpost/records"
)

// BackupFolder is the folder within the data folder that backups go to unless
// another is named. Backups on the same disk help against damage, not against
// the loss of the disk.
const BackupFolder = "backups"

// The name of a backup is when it was made, in UTC, so that names sort as
// times do.
const (
	backupPrefix = "aidpost-"
	backupTime   = "20060102T150405Z"
	backupSuffix = ".db"
)

// A Backup is a file with all records of one moment.
type Backup struct {
	Path string
	Made time.Time
}

// Backups returns the backups in a folder, the oldest first. A folder that
// does not exist has none.
func Backups(folder string) ([]Backup, error) {
	entries, err := os.ReadDir(folder) // sorted by name
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("listing backups: %w", err)
	}
	var all []Backup
	for _, e := range entries {
		name, isBackup := strings.CutPrefix(e.Name(), backupPrefix)
		name, whole := strings.CutSuffix(name, backupSuffix)
		made, err := time.Parse(backupTime, name)
		if isBackup && whole && err == nil && e.Type().IsRegular() {
			all = append(all, Backup{filepath.Join(folder, e.Name()), made})
		}
	}
	return all, nil
}

// A Retention says which backups are kept: all of the last day, the last of
// each of so many days, and the last of each of so many weeks. The newest is
// always kept.
type Retention struct {
	Days, Weeks int
}

// DefaultRetention keeps two weeks day by day and two months week by week.
func DefaultRetention() Retention { return Retention{Days: 14, Weeks: 8} }

// Retention returns which backups the settings keep.
func (p Profile) Retention() Retention {
	return Retention{Days: p.Keep.BackupDays, Weeks: p.Keep.BackupWeeks}
}

// Outdated returns those of all that need not be kept. The rest depends on
// their times alone, so that deciding again keeps the same.
func (r Retention) Outdated(all []Backup, now time.Time) []Backup {
	byDay, byWeek := map[int64]bool{}, map[int64]bool{}
	var out []Backup
	for i, b := range slices.Backward(slices.SortedFunc(slices.Values(all), func(a, b Backup) int { return a.Made.Compare(b.Made) })) {
		day := floorDiv(b.Made.Unix(), 24*60*60)
		week := floorDiv(day+3, 7) // weeks begin on Monday
		today := floorDiv(now.Unix(), 24*60*60)
		keep := i == len(all)-1 || now.Sub(b.Made) <= 24*time.Hour
		keep = keep || !byDay[day] && today-day <= int64(r.Days)
		keep = keep || !byWeek[week] && floorDiv(today+3, 7)-week <= int64(r.Weeks)
		byDay[day], byWeek[week] = true, true
		if !keep {
			out = append(out, b)
		}
	}
	return out
}

// floorDiv divides so that times before 1970 have days of their own, too.
func floorDiv(n, by int64) int64 {
	if n < 0 {
		return (n+1)/by - 1
	}
	return n / by
}

// BackupPath is the file of a backup that is made now.
func BackupPath(folder string, now time.Time) string {
	return filepath.Join(folder, backupPrefix+now.UTC().Format(backupTime)+backupSuffix)
}

// TakeBackup writes a backup into a folder and removes those that need not be
// kept, and all others if they still have what was erased, see Supersede. Nothing is
// removed unless the new one is whole.
func TakeBackup(ctx context.Context, store *records.Store, folder string, keep Retention, now time.Time, progress func(done, total int64)) (Backup, records.CheckReport, error) {
	now = now.UTC().Truncate(time.Second)
	made := Backup{BackupPath(folder, now), now}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return made, records.CheckReport{}, fmt.Errorf("backup: %w", err)
	}
	report, err := store.Backup(ctx, made.Path, progress)
	if err != nil {
		return made, report, err
	}
	all, err := Backups(folder)
	if err != nil {
		return made, report, err
	}
	superseded, err := Superseded(folder)
	if err != nil {
		return made, report, err
	}
	outdated := keep.Outdated(all, now)
	if superseded {
		outdated = slices.DeleteFunc(all, func(b Backup) bool { return b.Path == made.Path })
	}
	for _, old := range outdated {
		if err := os.Remove(old.Path); err != nil {
			return made, report, fmt.Errorf("removing an old backup: %w", err)
		}
	}
	return made, report, SupersedeNone(folder)
}

// The rhythm of a kiosk's backups. A failed one is tried again soon.
const (
	backupEvery = 6 * time.Hour
	backupRetry = 15 * time.Minute
	backupLook  = time.Minute
)

// expireEvery is how often a kiosk looks for visits that were kept long enough.
const expireEvery = 24 * time.Hour

// A keeper takes the backups of a running kiosk, and erases what was kept long
// enough.
type keeper struct {
	store    *records.Store
	data     string         // folder of the records
	folder   string         // of the backups
	captures string         // folder of captures; empty: there are none
	settings func() Profile // as they count now
	log      *slog.Logger
	now      func() time.Time

	expired time.Time // when last

	head string    // of the audit chain in the newest backup of this run
	next time.Time // not before
}

// run looks every minute whether a backup is due, until ctx ends. Time asleep
// counts, so that a laptop that was closed for a day makes up for it.
func (k *keeper) run(ctx context.Context) {
	ticker := time.NewTicker(backupLook)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			k.expire(ctx)
			k.look(ctx)
		}
	}
}

// unusedAtMost is how long a kiosk that erases by age is believed not to have
// been used: a clock that is further ahead of the newest visit is wrong, and
// must not erase everything.
const unusedAtMost = 31 * 24 * time.Hour

// expire erases once a day what was kept long enough.
func (k *keeper) expire(ctx context.Context) {
	now := k.now()
	if now.Sub(k.expired).Abs() < expireEvery {
		return
	}
	settings := k.settings()
	k.expired = now
	k.expireFiles(ctx, settings.Keep, now)
	for newest, err := range k.store.Encounters(ctx, records.Filter{Limit: 1}) {
		if err != nil {
			k.log.Error("looking for old visits", "error", err)
			return
		}
		if latest := newest.Started.Add(unusedAtMost); now.After(latest) {
			now = latest
		}
	}
	k.expireAsides(settings.Keep.AsideDays, now)
	if settings.KeepDays == 0 {
		return
	}
	done, err := k.store.Expire(ctx, now.AddDate(0, 0, -settings.KeepDays))
	if err != nil && ctx.Err() == nil {
		k.log.Error("erasing old visits", "error", err)
	}
	if done.Encounters > 0 {
		k.log.Info("visits were kept long enough", "visits", done.Encounters, "patients", done.Patients)
	}
}

// expireFiles removes summaries and captures that were kept long enough.
func (k *keeper) expireFiles(ctx context.Context, keep Keeping, now time.Time) {
	removed, err := TidySummaries(ctx, k.store, filepath.Join(k.data, SummaryFolder), keep.SummaryDays, now)
	if err != nil && ctx.Err() == nil {
		k.log.Error("removing old summaries", "error", err)
	}
	if removed > 0 {
		k.log.Info("summaries were kept long enough", "files", removed)
	}
	for _, folder := range []string{k.captures, filepath.Join(k.data, CaptureFolder)} {
		if folder == "" {
			continue
		}
		if _, err := tidyCaptures(ctx, k.store, folder, keep.CaptureDays, now); err != nil && ctx.Err() == nil {
			k.log.Error("removing old captures", "error", err)
		}
		k.sweep(filepath.Join(folder, "*.capture"), keep.CaptureDays, now) // earlier programs left them in the open
	}
}

// expireAsides removes databases that are no longer in use and were kept long enough.
func (k *keeper) expireAsides(days int, now time.Time) {
	if days == 0 {
		return
	}
	asides, err := records.Asides(filepath.Join(k.data, DatabaseName))
	for _, a := range asides {
		if a.At.After(now.AddDate(0, 0, -days)) {
			continue
		}
		if err = records.RemoveAside(a); err == nil {
			k.log.Warn("a database that was set aside was kept long enough", "path", a.Path)
		}
	}
	if err != nil {
		k.log.Error("removing what was set aside", "error", err)
	}
}

// sweep removes files that were written more than so many days ago.
func (k *keeper) sweep(pattern string, days int, now time.Time) {
	if days == 0 {
		return
	}
	files, err := filepath.Glob(pattern)
	if err != nil {
		k.log.Error("looking for old files", "pattern", pattern, "error", err)
	}
	removed := 0
	for _, path := range files {
		info, err := os.Lstat(path)
		if err != nil || !info.Mode().IsRegular() || info.ModTime().After(now.AddDate(0, 0, -days)) {
			continue
		}
		if err := os.Remove(path); err != nil {
			k.log.Error("removing an old file", "error", err)
			continue
		}
		removed++
	}
	if removed > 0 {
		k.log.Info("files were kept long enough", "pattern", pattern, "files", removed)
	}
}

// look takes a backup if one is due and something has changed since the last.
func (k *keeper) look(ctx context.Context) {
	now := k.now()
	if now.Before(k.next) && k.next.Sub(now) <= backupEvery { // else the clock was set back
		return
	}
	all, err := Backups(k.folder)
	if n := len(all); err == nil && n > 0 && now.Sub(all[n-1].Made) < backupEvery && !all[n-1].Made.After(now) {
		k.next = all[n-1].Made.Add(backupEvery)
		return
	}
	head, err := k.store.AuditHead(ctx)
	if err == nil && head == k.head && head != "" {
		k.next = now.Add(backupEvery)
		return
	}
	if err == nil {
		_, _, err = TakeBackup(ctx, k.store, k.folder, k.settings().Retention(), now, nil)
	}
	if err != nil {
		if ctx.Err() == nil {
			k.log.Error("taking a backup", "error", err)
		}
		k.next = now.Add(backupRetry)
		return
	}
	k.head, k.next = head, now.Add(backupEvery)
}

// ErrNoBackup reports a folder without a backup that is whole.
var ErrNoBackup = errors.New("there is no whole backup")

// RestoreNewest puts the newest whole backup of a folder in the place of the
// records of a data folder, passing over damaged ones, and brings over what is
// newer and whole in the records that were there.
func RestoreNewest(ctx context.Context, folder, data string, opt records.Options) (Backup, records.Restored, error) {
	all, err := Backups(folder)
	if err != nil {
		return Backup{}, records.Restored{}, err
	}
	database := filepath.Join(data, DatabaseName)
	salvage := database
	if _, err := os.Stat(database); err != nil {
		salvage = ""
	}
	for _, b := range slices.Backward(all) {
		done, err := records.Restore(ctx, b.Path, database, salvage, opt)
		if errors.Is(err, records.ErrCorrupt) || errors.Is(err, records.ErrForeign) {
			if opt.Log != nil {
				opt.Log.Warn("a backup is damaged", "path", b.Path, "error", err)
			}
			continue
		}
		return b, done, err
	}
	return Backup{}, records.Restored{}, ErrNoBackup
}
