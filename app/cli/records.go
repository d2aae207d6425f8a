package cli

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"aidpost/app/site"
	"aidpost/records"
	"aidpost/records/staff"
)

// withRecords opens the records in a folder, beside a kiosk that may be
// running, in the hands of whoever is at the terminal, and closes them after
// fn. Every verb that shows or changes a person's data goes through it.
func (c *command) withRecords(ctx context.Context, folder string, fn func(*records.Access) error) error {
	return c.withStore(ctx, folder, c.looking(), func(_ *records.Store, a *records.Access) error { return fn(a) })
}

// withStore is withRecords for a store opened in another way.
func (c *command) withStore(ctx context.Context, folder string, o records.Options, fn func(*records.Store, *records.Access) error) (err error) {
	profile, err := site.LoadProfile(folder)
	if err != nil {
		return fail(ExitFailed, "%w", err)
	}
	store, err := site.OpenStore(ctx, folder, o)
	if err != nil {
		return storeFailure(folder, err)
	}
	defer func() {
		if closing := store.Close(); closing != nil && err == nil {
			err = storeFailure(folder, closing)
		}
	}()
	a, err := c.signIn(ctx, store, profile.Kiosk)
	if err != nil {
		return c.explained(ctx, folder, err)
	}
	if c.emergency != nil && *c.emergency != "" {
		if err := a.BreakGlass(ctx, *c.emergency); err != nil {
			return c.explained(ctx, folder, errors.Join(err, a.SignOut(ctx)))
		}
	}
	return c.explained(ctx, folder, errors.Join(fn(store, a), a.SignOut(ctx)))
}

// emergencyFlag declares --emergency for a verb that shows people's data.
func (c *command) emergencyFlag() {
	c.emergency = c.flags.String("emergency", "", "the `reason` why a technician must look; a supervisor reviews it")
}

// makeRecords makes the records in a folder that has none yet.
func (c *command) makeRecords(ctx context.Context, folder string) error {
	if _, err := os.Stat(filepath.Join(folder, site.DatabaseName)); !errors.Is(err, fs.ErrNotExist) {
		return nil // withRecords tells what else may be wrong
	}
	store, err := site.OpenStore(ctx, folder, c.changing())
	if err == nil {
		err = store.Close()
	}
	if err != nil {
		return storeFailure(folder, err)
	}
	return nil
}

// explained turns an error of the records into one for the person at the
// terminal.
func (c *command) explained(ctx context.Context, folder string, err error) error {
	var known *failure
	switch {
	case err == nil, errors.As(err, &known), errors.Is(err, errUsage):
		return err
	case ctx.Err() != nil && errors.Is(err, context.Cause(ctx)):
		return err
	case errors.Is(err, staff.ErrDenied), errors.Is(err, staff.ErrSignedOut), errors.Is(err, records.ErrNeedsSignIn):
		return fail(ExitDenied, "%w", err)
	case errors.Is(err, records.ErrMustChangePIN):
		return fail(ExitDenied, "%w: aidpost staff reset-pin me", records.ErrMustChangePIN)
	}
	for _, theirs := range []error{records.ErrInvalid, records.ErrTaken, records.ErrLastAdministrator, records.ErrOngoing, records.ErrCalculated, records.ErrUncertified,
		records.ErrUnknownLot, records.ErrExpired, staff.ErrWeakPIN} {
		if errors.Is(err, theirs) {
			return fail(ExitFailed, "%w", err)
		}
	}
	return storeFailure(folder, err)
}
