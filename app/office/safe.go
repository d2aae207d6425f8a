package office

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"aidpost/app/site"
	"aidpost/records"
	"aidpost/records/staff"
	"aidpost/records/vault"
)

// A Place is where the records and their backups are.
type Place struct {
	Store   *records.Store
	Data    string // folder of the records
	Backups string // folder of their backups
	// Base is the operator's URI in what is exported, and Version that of this program.
	Base, Version string
	// Sticks returns the folders of what is plugged in and can be taken away;
	// nil: none.
	Sticks func() []string
}

// A Safe is the backups of the records and the keys that open them.
type Safe struct {
	model[SafeState]
	place  Place
	stop   context.CancelFunc
	secret []byte // of the recovery key that is being written down
}

// A SafeState is what a screen shows of them.
type SafeState struct {
	Loaded  bool
	Copies  []Copy // the newest first
	Keys    records.KeyStatus
	Sticks  []string
	Doing   Work
	Percent int // of it, once that is known
	// Did is what was done last, Where it went, and Report what was found.
	Did    Work
	Where  string
	Report records.CheckReport
	// Printed is the recovery key while it is being written down.
	Printed string
}

// A Copy is one backup.
type Copy struct {
	site.Backup
	Size int64
}

// A Work is what takes a while.
type Work string

// The works.
const (
	Nothing   Work = ""
	BackingUp Work = "backup"
	Checking  Work = "check"
	Recovery  Work = "recovery" // a recovery key was added
)

// NewSafe returns the backups of a place and begins to look for them.
func NewSafe(cfg Config, place Place) *Safe {
	s := &Safe{place: place, model: newModel[SafeState](cfg)}
	s.Load()
	return s
}

// HasRecovery reports whether a key on paper opens the records.
func (s SafeState) HasRecovery() bool {
	return slices.ContainsFunc(s.Keys.Slots, func(k vault.Slot) bool { return k.Kind == vault.Recovery })
}

// Load looks for the backups.
func (s *Safe) Load() {
	var found SafeState
	s.change(func(now *SafeState) { now.Doing = Nothing })
	s.do(func(ctx context.Context, a *records.Access) error {
		if err := a.Authorize(ctx, staff.Backup); err != nil {
			return err
		}
		return s.look(&found)
	}, func(now *SafeState) { now.take(found) })
}

// look finds what there is.
func (s *Safe) look(found *SafeState) error {
	all, err := site.Backups(s.place.Backups)
	if err != nil {
		return err
	}
	for _, b := range slices.Backward(all) {
		c := Copy{Backup: b}
		if info, err := os.Stat(b.Path); err == nil {
			c.Size = info.Size()
		}
		found.Copies = append(found.Copies, c)
	}
	found.Keys = s.place.Store.KeyStatus()
	if s.place.Sticks != nil {
		found.Sticks = s.place.Sticks()
	}
	return nil
}

func (s *SafeState) take(found SafeState) {
	s.Loaded, s.Copies, s.Keys, s.Sticks = true, found.Copies, found.Keys, found.Sticks
}

// BackUp copies the records to the folder of the backups and checks the copy.
func (s *Safe) BackUp() {
	s.work(BackingUp, s.place.Backups, func(ctx context.Context, tell func(done, total int64)) (records.CheckReport, error) {
		_, report, err := site.TakeBackup(ctx, s.place.Store, s.place.Backups, site.DefaultRetention(), s.cfg.Now(), tell)
		return report, err
	})
}

// CopyTo copies the records to another folder, such as a stick's, and checks the
// copy. Nothing there is removed.
func (s *Safe) CopyTo(folder string) {
	s.work(BackingUp, folder, func(ctx context.Context, tell func(done, total int64)) (records.CheckReport, error) {
		if info, err := os.Stat(folder); err != nil || !info.IsDir() {
			return records.CheckReport{}, fmt.Errorf("%w: %s", ErrNoFolder, folder)
		}
		return s.place.Store.Backup(ctx, site.BackupPath(folder, s.cfg.Now()), tell)
	})
}

// ErrNoFolder reports a folder that is not there.
var ErrNoFolder = errors.New("there is no such folder")

// Check reads everything in the records.
func (s *Safe) Check() {
	s.work(Checking, filepath.Join(s.place.Data, site.DatabaseName), s.place.Store.Check)
}

// CheckCopy reads everything in a backup.
func (s *Safe) CheckCopy(c Copy) {
	s.work(Checking, c.Path, func(ctx context.Context, tell func(done, total int64)) (records.CheckReport, error) {
		return s.place.Store.CheckBackup(ctx, c.Path, tell)
	})
}

// work does what takes a while, with how far it is, until it is done or
// cancelled.
func (s *Safe) work(what Work, where string, run func(context.Context, func(done, total int64)) (records.CheckReport, error)) {
	if s.Task().Busy {
		return
	}
	ctx, stop := context.WithCancel(context.Background())
	s.change(func(now *SafeState) {
		s.stop = stop
		now.Doing, now.Percent, now.Did, now.Where, now.Report = what, 0, Nothing, where, records.CheckReport{}
	})
	var report records.CheckReport
	var found SafeState
	s.do(func(desk context.Context, a *records.Access) error {
		defer stop()
		defer context.AfterFunc(desk, stop)()
		if err := a.Note(desk, records.Deed{Action: staff.Backup, Reason: string(what)}); err != nil {
			return err
		}
		var err error
		report, err = run(ctx, func(done, total int64) {
			s.change(func(now *SafeState) { now.Percent = int(min(100*done/max(total, 1), 100)) })
		})
		s.change(func(now *SafeState) { now.Report = report })
		if err == nil {
			err = report.Err()
		}
		if looked := s.look(&found); err == nil {
			err = looked
		}
		return err
	}, func(now *SafeState) {
		now.take(found)
		now.Did = what
	})
}

// Working returns what is under way.
func (s *Safe) Working() Work {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.task.Busy {
		return Nothing
	}
	return s.state.Doing
}

// Cancel ends what is under way.
func (s *Safe) Cancel() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stop != nil {
		s.stop()
	}
}

// Resume is called when the screen was covered and is back: a backup that was
// under way then goes on unseen, and stands in the list when it is whole.
func (s *Safe) Resume() {
	s.DropRecovery()
	s.resume()
	s.Load()
}

// NewRecovery makes a recovery key to be written down. It opens nothing before
// ConfirmRecovery.
func (s *Safe) NewRecovery() {
	var printed string
	var secret []byte
	s.do(func(ctx context.Context, a *records.Access) error {
		if err := a.Authorize(ctx, staff.ManageKeys); err != nil {
			return err
		}
		printed, secret = vault.NewRecovery()
		return nil
	}, func(now *SafeState) { now.Printed, now.Did, s.secret = printed, Nothing, secret })
}

// ErrOtherKey reports a recovery key that is whole, but not the one shown.
var ErrOtherKey = errors.New("this is another recovery key")

// ConfirmRecovery adds the recovery key to those that open the records, once it
// was typed as it stands on paper: a key that was written down wrong would be
// found out when it is needed.
func (s *Safe) ConfirmRecovery(typed string) {
	s.mu.Lock()
	secret := s.secret
	s.mu.Unlock()
	var found SafeState
	s.do(func(ctx context.Context, a *records.Access) error {
		got, err := vault.ParseRecovery(typed)
		if err != nil {
			return err
		}
		if secret == nil || !slices.Equal(got, secret) {
			return ErrOtherKey
		}
		if err := a.Authorize(ctx, staff.ManageKeys); err != nil {
			return err
		}
		if _, err := s.place.Store.AddKey(a.As(ctx), vault.Credential{Kind: vault.Recovery, Label: "on paper", Secret: secret}); err != nil {
			return err
		}
		return s.look(&found)
	}, func(now *SafeState) {
		now.take(found)
		now.Printed, now.Did, s.secret = "", Recovery, nil
	})
}

// DropRecovery forgets a recovery key that was not confirmed.
func (s *Safe) DropRecovery() {
	s.change(func(now *SafeState) { now.Printed, s.secret = "", nil })
}
