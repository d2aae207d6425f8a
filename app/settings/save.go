package settings

import (
	"context"
	"errors"
	"slices"

	"aidpost/app/site"
	"aidpost/records"
)

// Review shows what would change, if nothing is wrong.
func (f *Form) Review() {
	f.change(func() {
		if f.next == nil || len(f.state.Problems) > 0 {
			return
		}
		after, err := site.ParseProfile(f.cfg.Folder, f.next)
		if err == nil {
			f.state.Changes, err = site.Changes(f.now, after)
		}
		if err != nil {
			f.place(err)
		}
	})
}

// Forget goes back from the review to the fields.
func (f *Form) Forget() { f.change(func() { f.state.Changes = nil }) }

// Apply saves what was reviewed: on record first, then in the file, then in
// what runs. A file that somebody else has changed meanwhile is not overwritten.
func (f *Form) Apply() {
	f.mu.Lock()
	next, read, changes := f.next, f.text, f.state.Changes
	ready := next != nil && len(changes) > 0 && !f.state.Saving
	f.mu.Unlock()
	if ready {
		f.save(read, next, "settings: "+site.ChangedPaths(changes))
	}
}

// Back puts the settings before the last change back.
func (f *Form) Back() {
	before, err := site.Previous(f.cfg.Folder)
	f.mu.Lock()
	read, ready := f.text, err == nil && !f.state.Saving
	f.mu.Unlock()
	if ready {
		f.save(read, before, "settings: the last change was taken back")
	}
}

// ErrChanged reports settings that somebody else has changed meanwhile.
var ErrChanged = errors.New("the settings were changed meanwhile")

func (f *Form) save(read, next []byte, reason string) {
	f.change(func() { f.state.Saving = true })
	var after site.Profile
	f.cfg.Do(func(ctx context.Context, a *records.Access) error {
		if now, err := site.Settings(f.cfg.Folder); err != nil || !slices.Equal(now, read) {
			return errors.Join(err, ErrChanged)
		}
		if _, err := site.ParseProfile(f.cfg.Folder, next); err != nil {
			return err
		}
		if err := a.ChangeSettings(ctx, next, reason); err != nil {
			return err
		}
		if _, err := site.SaveSettings(f.cfg.Folder, next); err != nil {
			return err
		}
		p, err := site.LoadProfile(f.cfg.Folder) // as it counts on this machine
		if after = p; err == nil && f.cfg.Applied != nil {
			f.cfg.Applied(after)
		}
		return err
	}, func(err error) bool {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.state.Saving = false
		if err == nil || errors.Is(err, ErrChanged) {
			f.load()
		}
		return false
	})
}
