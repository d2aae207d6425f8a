package cli

import (
	"context"
	"fmt"
	"path/filepath"

	"aidpost/app/site"
	"aidpost/records"
	"aidpost/records/staff"
)

func backupVerb() verb {
	return verb{
		name: "backup", args: "[--backups FOLDER] [--data DIR]",
		brief: "copy the records to a backup and check it",
		about: `
Copies the records as they are now into the folder of the backups, reads
everything in the copy, and removes backups that need not be kept: all of the
last day, one a day of two weeks and one a week of two months stay. A kiosk may
be running meanwhile; it does the same by itself every six hours.`,
		exits: []int{ExitFailed, ExitInterrupted},
		setup: func(c *command) func(context.Context, []string) error {
			folders := c.backupFlags()
			return func(ctx context.Context, args []string) error {
				if err := none(args); err != nil {
					return err
				}
				data, backups, err := folders()
				if err != nil {
					return err
				}
				return c.backup(ctx, data, backups)
			}
		},
	}
}

// backupFlags declares --data and --backups and returns what gives the
// folders.
func (c *command) backupFlags() func() (data, backups string, err error) {
	folder := c.dataFlag()
	to := c.flags.String("backups", "", "the `folder` of the backups, if not backups in that of the records")
	return func() (string, string, error) {
		data, err := folder()
		if err != nil {
			return "", "", fail(ExitFailed, "%w", err)
		}
		if *to == "" {
			*to = filepath.Join(data, site.BackupFolder)
		}
		return data, *to, nil
	}
}

func (c *command) backup(ctx context.Context, data, backups string) error {
	profile, err := site.LoadProfile(data)
	if err != nil {
		return fail(ExitFailed, "%w", err)
	}
	return c.withStore(ctx, data, c.looking(), func(store *records.Store, a *records.Access) error {
		if err := a.Note(ctx, records.Deed{Action: staff.Backup}); err != nil {
			return err
		}
		p := c.progress()
		p.show("Copying the records ...")
		made, report, err := site.TakeBackup(ctx, store, backups, profile.Retention(), c.Now(), p.rows)
		p.clear()
		if err != nil {
			return c.storeOrStop(ctx, backups, err)
		}
		_, err = fmt.Fprintf(c.Stdout, "%s: whole, %s\n", made.Path, contents(report))
		return err
	})
}

// rows shows how far a check is.
func (p *progress) rows(done, total int64) {
	if total > 0 {
		p.show("Checking ... %d %%", min(100*done/total, 100))
	}
}

// contents says what was found in a database.
func contents(r records.CheckReport) string {
	return fmt.Sprintf("%s, %s, %s", counted(r.Encounters, "visit", "visits"),
		counted(r.Patients, "person", "people"), counted(r.Audit.Entries, "audit entry", "audit entries"))
}

func counted(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// storeOrStop tells an interruption from a failure of the store.
func (c *command) storeOrStop(ctx context.Context, folder string, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return storeFailure(folder, err)
}

func checkVerb() verb {
	return verb{
		name: "check", args: "[FILE] [--json] [--data DIR]",
		brief: "read everything in the records or a backup",
		about: `
Reads every page, every sealed record and the audit trail, and names whatever
is damaged. Nothing is changed; a kiosk may be running meanwhile. With FILE it
looks at that backup instead of the records.`,
		exits: []int{ExitFailed, ExitInterrupted},
		setup: func(c *command) func(context.Context, []string) error {
			data, asJSON := c.dataFlag(), c.jsonFlag()
			return func(ctx context.Context, args []string) error {
				if len(args) > 1 {
					return usage("one file at a time")
				}
				folder, err := data()
				if err != nil {
					return fail(ExitFailed, "%w", err)
				}
				path := filepath.Join(folder, site.DatabaseName)
				if len(args) == 1 {
					path = args[0]
				}
				return c.check(ctx, path, *asJSON)
			}
		},
	}
}

func (c *command) check(ctx context.Context, path string, asJSON bool) error {
	store, err := records.Open(ctx, path, c.looking())
	if err != nil {
		return c.storeOrStop(ctx, path, err)
	}
	defer store.Close()
	p := c.progress()
	report, err := store.Check(ctx, p.rows)
	p.clear()
	if err != nil {
		return c.storeOrStop(ctx, path, err)
	}
	if asJSON {
		if err := writeObject(c.Stdout, report); err != nil {
			return err
		}
	} else {
		for _, problem := range report.Problems {
			fmt.Fprintln(c.Stdout, problem)
		}
		fmt.Fprintf(c.Stdout, "%s: %s, audit head %s\n", path, contents(report), report.Audit.Head)
	}
	if err := report.Err(); err != nil {
		return fail(ExitFailed, "%s is damaged; see: aidpost help restore", path)
	}
	return nil
}
