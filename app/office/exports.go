package office

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"aidpost/app/extract"
	"aidpost/app/site"
	"aidpost/app/strongbox"
	"aidpost/records"
	"aidpost/records/staff"
)

// Exports write records into files for other programs.
type Exports struct {
	model[ExportState]
	place Place
	stop  context.CancelFunc
}

// An ExportState is how it stands with what is written.
type ExportState struct {
	Visits int    // written so far
	Done   bool   // all of them
	Path   string // where they are or will be
}

// An ExportOrder is what is to be written.
type ExportOrder struct {
	Format       extract.Format
	Since, Until time.Time
	Nameless     bool
	Folder       string
	// Passphrase opens the files. Empty with Open: anybody can read them.
	Passphrase string
	Open       bool
}

// Errors of exports.
var (
	// ErrUnwritable: nothing can be written in the folder.
	ErrUnwritable = errors.New("the folder cannot be written")
	// ErrNothing: there is no visit of that time.
	ErrNothing = errors.New("there is nothing to export")
)

// leastRoom is what must be free before anything is written: the disk may be that of
// the records.
const leastRoom = 16 << 20

// NewExports returns what writes the records of a place.
func NewExports(cfg Config, place Place) *Exports {
	return &Exports{place: place, model: newModel[ExportState](cfg)}
}

// Start begins to write, unless something is being written. A short passphrase is
// refused at once.
func (x *Exports) Start(o ExportOrder) error {
	var box strongbox.Box
	if !o.Open {
		var err error
		if box, err = strongbox.ForPassphrase(o.Passphrase); err != nil {
			return err
		}
	}
	if x.Task().Busy {
		return nil
	}
	path := filepath.Join(o.Folder, exportName(o, x.cfg.Now()))
	ctx, stop := context.WithCancel(context.Background())
	x.change(func(s *ExportState) {
		x.stop = stop
		*s = ExportState{Path: path}
	})
	job := extract.Job{
		Format: o.Format, Filter: records.Filter{Since: o.Since, Until: o.Until}, Nameless: o.Nameless && o.Format == extract.Table,
		Base: x.place.Base, Version: x.place.Version, Now: x.cfg.Now(), Box: box,
		Tell: func(visits int) { x.change(func(s *ExportState) { s.Visits = visits }) },
	}
	visits := 0
	x.do(func(desk context.Context, a *records.Access) error {
		defer stop()
		defer context.AfterFunc(desk, stop)()
		if err := a.Authorize(desk, staff.ExportRecord); err != nil {
			return err
		}
		if err := x.ready(ctx, o); err != nil {
			return err
		}
		w, err := job.Save(ctx, func(use func(*records.Access) error) error { return use(a) }, path)
		visits = w.Visits
		return unwritable(err)
	}, func(s *ExportState) { s.Visits, s.Done = visits, true })
	return nil
}

// ready makes sure that there is something to write and where to.
func (x *Exports) ready(ctx context.Context, o ExportOrder) error {
	if filepath.Dir(o.Folder) == filepath.Clean(x.place.Data) { // our own for what is saved
		if err := os.MkdirAll(o.Folder, 0o700); err != nil {
			return unwritable(err)
		}
	}
	if info, err := os.Stat(o.Folder); err != nil || !info.IsDir() {
		return fmt.Errorf("%w: %s", ErrNoFolder, o.Folder)
	}
	if free, err := site.FreeRoom(o.Folder); err == nil && free < leastRoom {
		return fmt.Errorf("%w: %d bytes are free in %s", records.ErrFull, free, o.Folder)
	}
	for _, err := range x.place.Store.Encounters(ctx, records.Filter{Since: o.Since, Until: o.Until, Limit: 1}) {
		return err
	}
	return ErrNothing
}

// unwritable adds to an error of the disk which one it is.
func unwritable(err error) error {
	err = records.DiskFailure(err)
	if errors.Is(err, fs.ErrPermission) || errors.Is(err, records.ErrReadOnly) {
		return fmt.Errorf("%w: %w", ErrUnwritable, err)
	}
	return err
}

// exportName is what is written is called. It is of nobody.
func exportName(o ExportOrder, now time.Time) string {
	name := "aidpost-export-" + now.Format("20060102-150405")
	if o.Format == extract.Resources {
		return name + "-fhir" // a folder, whose files are encrypted each
	}
	name += "." + string(o.Format)
	if !o.Open {
		name += strongbox.Suffix
	}
	return name
}

// Cancel ends what is under way; nothing of it stays.
func (x *Exports) Cancel() {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.stop != nil {
		x.stop()
	}
}

// Resume is called when the screen was covered and is back: what was under way then
// goes on unseen, and has its name when it is whole.
func (x *Exports) Resume() { x.resume() }
