package cli

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"aidpost/app/site"
	"aidpost/records"
	"aidpost/records/staff"
)

func restoreVerb() verb {
	return verb{
		name: "restore", args: "[FILE] [--salvage DATABASE] [--backups FOLDER] [--data DIR]",
		brief: "put a backup in the place of the records",
		about: `
Puts a backup in the place of the records: FILE as it is, or the newest one in
the folder of the backups that is whole, and with it whatever is newer and whole
in the records that were there, however damaged they are. The backup is read
whole before anything is touched, and the records that were there are set aside
beside it for keep.asideDays. Who was erased since the backup is erased again.

--salvage names the database that something newer is brought over from: with
FILE as part of restoring it, alone into the records that are there. What could
not be brought over is named. Close the kiosk first. All of it can be
interrupted and repeated at any time.`,
		exits: []int{ExitFailed, ExitInterrupted},
		setup: func(c *command) func(context.Context, []string) error {
			folders := c.backupFlags()
			salvage := c.flags.String("salvage", "", "the `database` that newer visits are brought over from")
			return func(ctx context.Context, args []string) error {
				if len(args) > 1 {
					return usage("one backup at a time")
				}
				data, backups, err := folders()
				if err != nil {
					return err
				}
				if len(args) == 0 && *salvage != "" {
					return c.salvage(ctx, data, *salvage)
				}
				return c.restore(ctx, data, backups, args, *salvage)
			}
		},
	}
}

func (c *command) restore(ctx context.Context, data, backups string, args []string, salvage string) error {
	p := c.progress()
	p.show("Checking the backup ...")
	options := c.changing()
	var from string
	var done records.Restored
	var err error
	if len(args) == 1 {
		from = args[0]
		done, err = records.Restore(ctx, from, filepath.Join(data, site.DatabaseName), salvage, options)
	} else {
		var used site.Backup
		used, done, err = site.RestoreNewest(ctx, backups, data, options)
		from = used.Path
	}
	p.clear()
	switch {
	case errors.Is(err, site.ErrNoBackup):
		return fail(ExitFailed, "%s: there is no backup that is whole; name one: aidpost restore FILE", backups)
	case err != nil && from != "":
		return c.storeOrStop(ctx, from, err)
	case err != nil:
		return c.storeOrStop(ctx, data, err)
	}
	fmt.Fprintf(c.Stdout, "restored %s: %s", from, contents(done.CheckReport))
	if !done.Upto.IsZero() {
		fmt.Fprintf(c.Stdout, ", up to %s", localTime(done.Upto, c.Getenv("TZ")))
	}
	fmt.Fprintln(c.Stdout)
	if done.Salvaged != nil {
		c.sayBroughtOver(*done.Salvaged)
	}
	if n := done.Erased.Patients; n > 0 {
		fmt.Fprintf(c.Stdout, "erased again, since they were erased after the backup: %s, %s\n",
			counted(int64(n), "person", "people"), counted(int64(done.Erased.Encounters), "visit", "visits"))
	}
	if done.SetAside != "" {
		fmt.Fprintf(c.Stdout, "the records that were there are now %s\n", done.SetAside)
	}
	return nil
}

// salvage brings into the records what is newer in another database.
func (c *command) salvage(ctx context.Context, data, from string) error {
	return c.withStore(ctx, data, c.changing(), func(store *records.Store, a *records.Access) error {
		if err := a.Authorize(ctx, staff.Restore); err != nil {
			return err
		}
		done, err := store.Salvage(a.As(ctx), from)
		if err != nil {
			return c.storeOrStop(ctx, from, err)
		}
		c.sayBroughtOver(done)
		return nil
	})
}

// sayBroughtOver says what came of a salvage, the good and the bad.
func (c *command) sayBroughtOver(s records.Salvaged) {
	fmt.Fprintf(c.Stdout, "brought over what was newer: %s, %s, %s\n", counted(int64(s.Visits), "visit", "visits"),
		counted(int64(s.Patients), "person", "people"), counted(s.Audit, "audit entry", "audit entries"))
	if s.AuditLost > 0 {
		fmt.Fprintf(c.Stdout, "%s could not be joined to the trail\n", counted(s.AuditLost, "audit entry", "audit entries"))
	}
	for _, lost := range s.Lost {
		fmt.Fprintf(c.Stdout, "could not be read: %s\n", lost)
	}
}
