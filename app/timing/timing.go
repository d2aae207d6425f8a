// Package timing keeps how long things take at this computer: each screen of the
// patients' window by language and mode, each page of the staff's, whole visits,
// and what a queue waits for: registering somebody new, finding somebody who
// returns, and help that was called.
//
// What is kept are counts in steps of a second and more, by day, in a file beside
// the records: how many times something took so long, and how often it was left
// undone. There is no person in it, no visit, and no time of day, and it goes
// nowhere but onto paper.
package timing

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"
)

// Folder is the name of the folder in that of the records.
const Folder = "times"

// A Kind is a kind of what takes time.
type Kind string

// The kinds.
const (
	Screen   Kind = "screen"   // of the patients' window, while a person is there
	Visit    Kind = "visit"    // at the kiosk, from the first touch to the last
	Help     Kind = "help"     // from a call until somebody says that they come
	Page     Kind = "page"     // of the staff's window
	Register Kind = "register" // somebody new, from the empty form until it is saved
	Return   Kind = "return"   // somebody known, from the first key or scan to their page
)

// A Key is what took time. Mode is how a person works the kiosk: by touch, with
// speech, or with one switch.
type Key struct {
	Kind Kind   `json:"kind"`
	Of   string `json:"of,omitempty"` // the screen or page
	Lang string `json:"lang,omitempty"`
	Mode string `json:"mode,omitempty"`
}

func (k Key) compare(o Key) int {
	return cmp.Or(cmp.Compare(k.Kind, o.Kind), cmp.Compare(k.Of, o.Of), cmp.Compare(k.Lang, o.Lang), cmp.Compare(k.Mode, o.Mode))
}

// Times are how often something took how long.
type Times struct {
	// Counts has how often it took up to so many seconds, and more than the step
	// below.
	Counts map[int]int `json:"counts,omitempty"`
	Left   int         `json:"left,omitempty"` // undone
}

// longest is the last step: whatever takes longer was forgotten.
const longest = time.Hour

// step returns the seconds up to which a duration counts: the longer, the coarser.
func step(d time.Duration) int {
	width := time.Second
	switch {
	case d > longest:
		return int(longest.Seconds())
	case d > 5*time.Minute:
		width = 30 * time.Second
	case d > time.Minute:
		width = 5 * time.Second
	}
	return int(((d + width - 1) / width * width).Seconds())
}

func (t *Times) add(d time.Duration) {
	if t.Counts == nil {
		t.Counts = map[int]int{}
	}
	t.Counts[step(max(d, time.Nanosecond))]++
}

// N is how often it was done.
func (t Times) N() (n int) {
	for _, count := range t.Counts {
		n += count
	}
	return n
}

// Median is the time that half of them took at most, zero for none.
func (t Times) Median() time.Duration { return t.quantile(50) }

// P90 is the time that nine of ten took at most, zero for none.
func (t Times) P90() time.Duration { return t.quantile(90) }

// quantile is the least step that so many percent took at most.
func (t Times) quantile(percent int) time.Duration {
	n, sum := t.N(), 0
	for _, seconds := range slices.Sorted(maps.Keys(t.Counts)) {
		if sum += t.Counts[seconds]; sum*100 >= n*percent {
			return time.Duration(seconds) * time.Second
		}
	}
	return 0
}

// Figures are the times of everything in a period.
type Figures map[Key]Times

// Sum puts together what one of the kinds took, whatever else fits.
func (f Figures) Sum(fits func(Key) bool) Times {
	var all Times
	for k, t := range f {
		if fits(k) {
			all = all.with(t)
		}
	}
	return all
}

// Keys returns what there are times of, in order.
func (f Figures) Keys() []Key { return slices.SortedFunc(maps.Keys(f), Key.compare) }

func (t Times) with(o Times) Times {
	counts := maps.Clone(t.Counts)
	if counts == nil {
		counts = map[int]int{}
	}
	for seconds, n := range o.Counts {
		counts[seconds] += n
	}
	return Times{counts, t.Left + o.Left}
}

// A Book takes the times of one computer. Its methods may be called from any
// goroutine; a nil Book takes none.
type Book struct {
	folder string
	zone   *time.Location
	now    func() time.Time
	log    *slog.Logger

	mu      sync.Mutex
	day     string
	figures Figures
	dirty   bool
	written time.Time
	work    sync.WaitGroup
}

// Open returns the book in a folder, which need not exist yet. Days are those of
// the zone.
func Open(folder string, zone *time.Location, now func() time.Time, log *slog.Logger) *Book {
	b := &Book{folder: folder, zone: zone, now: now, log: log, written: now()}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.turnDay()
	b.forget()
	return b
}

// dayForm is how a day is written in the name of its file.
const dayForm = "2006-01-02"

// turnDay goes on in the file of today. It is called under the lock.
func (b *Book) turnDay() {
	today := b.now().In(b.zone).Format(dayForm)
	if today == b.day {
		return
	}
	if b.dirty {
		b.save()
	}
	b.day = today
	var err error
	if b.figures, err = readDay(b.path(today)); err != nil {
		b.log.Warn("the times of today begin anew", "error", err)
		b.figures = Figures{}
	}
}

// Took notes that something took so long.
func (b *Book) Took(k Key, d time.Duration) { b.note(k, func(t *Times) { t.add(d) }) }

// Left notes that something was left undone.
func (b *Book) Left(k Key) { b.note(k, func(t *Times) { t.Left++ }) }

// saveEvery is how often the file is written while something changes: a power cut
// costs a few figures, and nobody waits for the disk.
const saveEvery = time.Minute

func (b *Book) note(k Key, change func(*Times)) {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.turnDay()
	t := b.figures[k]
	change(&t)
	b.figures[k], b.dirty = t, true
	if now := b.now(); now.Sub(b.written).Abs() >= saveEvery {
		b.written = now
		b.work.Go(func() {
			b.mu.Lock()
			defer b.mu.Unlock()
			b.save()
		})
	}
}

// save writes the file of the day. It is called under the lock.
func (b *Book) save() {
	if !b.dirty {
		return
	}
	if err := writeDay(b.path(b.day), b.figures); err != nil {
		b.log.Error("writing how long things took", "error", err)
		return
	}
	b.dirty = false
}

// Close writes what is not on disk yet.
func (b *Book) Close() {
	if b == nil {
		return
	}
	b.work.Wait()
	b.mu.Lock()
	defer b.mu.Unlock()
	b.save()
}

// Figures returns the times of the days from since to until, which is not in it.
func (b *Book) Figures(since, until time.Time) (Figures, error) {
	if b == nil {
		return nil, nil
	}
	b.mu.Lock()
	b.save()
	b.mu.Unlock()
	return Read(b.folder, since.In(b.zone), until.In(b.zone))
}

func (b *Book) path(day string) string { return filepath.Join(b.folder, day+".json") }

// kept is how long the figures of a day stay: two years can be compared.
const kept = 2 * 366 * 24 * time.Hour

// forget removes days that are older.
func (b *Book) forget() {
	oldest := b.now().Add(-kept).Format(dayForm)
	for _, day := range daysIn(b.folder) {
		if day >= oldest {
			return
		}
		if err := os.Remove(b.path(day)); err != nil {
			b.log.Warn("removing old figures", "error", err)
		}
	}
}

// daysIn lists the days that a folder has, the oldest first.
func daysIn(folder string) (days []string) {
	files, _ := os.ReadDir(folder) // there is none before the first day
	for _, f := range files {
		day, isDay := f.Name(), filepath.Ext(f.Name()) == ".json"
		if day = day[:max(0, len(day)-len(".json"))]; isDay {
			if _, err := time.Parse(dayForm, day); err == nil {
				days = append(days, day)
			}
		}
	}
	return days
}

// Read returns the times that a folder has of the days from since to until, which
// is not in it, in the zone of the two.
func Read(folder string, since, until time.Time) (Figures, error) {
	all := Figures{}
	from, to := since.Format(dayForm), until.Add(-time.Nanosecond).Format(dayForm)
	for _, day := range daysIn(folder) {
		if day < from || day > to {
			continue
		}
		figures, err := readDay(filepath.Join(folder, day+".json"))
		if err != nil {
			return nil, err
		}
		for k, t := range figures {
			all[k] = all[k].with(t)
		}
	}
	return all, nil
}

// An entry is a line of the file.
type entry struct {
	Key
	Times
}

func readDay(path string) (Figures, error) {
	data, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Figures{}, nil
	case err != nil:
		return nil, fmt.Errorf("reading how long things took: %w", err)
	}
	var entries []entry
	if err := json.Unmarshal(data, &entries); err != nil {
		return nil, fmt.Errorf("reading how long things took: %s: %w", filepath.Base(path), err)
	}
	f := Figures{}
	for _, e := range entries {
		f[e.Key] = f[e.Key].with(e.Times)
	}
	return f, nil
}

// writeDay replaces a file whole.
func writeDay(path string, f Figures) error {
	var entries []entry
	for _, k := range f.Keys() {
		entries = append(entries, entry{k, f[k]})
	}
	data, err := json.MarshalIndent(entries, "", " ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	fresh := path + ".new"
	if err := os.WriteFile(fresh, data, 0o600); err != nil {
		return err
	}
	return os.Rename(fresh, path)
}
