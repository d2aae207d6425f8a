package cli

import (
	"cmp"
	"context"
	"errors"

	"aidpost/app/site"
	"aidpost/records"
	"aidpost/records/staff"
)

// withRecords opens the records in a folder, beside a kiosk that may be
// running, in the hands of whoever is at the terminal, and closes them after
// fn. Every verb that shows or changes a person's data goes through it.
func (c *command) withRecords(ctx context.Context, folder string, fn func(*records.Access) error) (err error) {
	profile, err := site.LoadProfile(folder)
	if err != nil {
		return fail(ExitFailed, "%w", err)
	}
	store, err := site.OpenStore(ctx, folder, records.Options{ReadOnly: true, Log: c.log})
	if err != nil {
		return storeFailure(folder, err)
	}
	defer func() {
		if closing := store.Close(); closing != nil && err == nil {
			err = storeFailure(folder, closing)
		}
	}()
	return c.explained(ctx, folder, fn(store.Console(cmp.Or(c.User, "unknown"), profile.Kiosk)))
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
	case errors.Is(err, staff.ErrDenied):
		return fail(ExitFailed, "%w", err)
	}
	return storeFailure(folder, err)
}
