package cli

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"aidpost/app/site"
	"aidpost/records"
)

func eraseVerb() verb {
	return verb{
		name: "erase", args: "PATIENT --reason TEXT [--backups FOLDER] [--data DIR] | --before DATE [...]",
		brief: "remove a person, or old visits, for good",
		about: `
Removes everything that is kept of one person, or with --before every visit
that began before a date and whoever has not come again since; what a server
still has to get stays. Nothing of it is left on the pages of the file, in saved
summaries, or in databases that were set aside. Then a new backup is made and the
older ones in the folder of the backups are removed, since they still have it. Where
there was no room for that the next backup there replaces them, whoever makes it; a
folder of backups in which that cannot be noted keeps everything from being erased.
What is left elsewhere and until when is said: it is yours to remove. That it was
done stays in the audit trail, with the id of the person and the reason; the
receipt is the signed end of that trail, for: aidpost audit verify --anchor.
Close the kiosk first.`,
		exits: []int{ExitFailed, ExitInterrupted},
		setup: setupErase,
	}
}

func setupErase(c *command) func(context.Context, []string) error {
	folders, zone := c.backupFlags(), c.zoneFlag()
	reason := c.flags.String("reason", "", "the `text` that the audit trail keeps; no name")
	before := c.flags.String("before", "", "visits that began before this `date`, like 2026-03-01")
	return func(ctx context.Context, args []string) error {
		if (len(args) == 1) == (*before != "") || len(args) > 1 {
			return usage("name one patient, or a date with --before")
		}
		if len(args) == 1 && strings.TrimSpace(*reason) == "" {
			return usage("say why with --reason")
		}
		where, err := zone()
		if err != nil {
			return err
		}
		day, err := sinceTime(*before, c.Now(), where)
		if err != nil {
			return err
		}
		data, backups, err := folders()
		if err != nil {
			return err
		}
		what := erasing{data: data, backups: backups}
		if len(args) == 0 {
			return c.erase(ctx, what, func(a *records.Access) (records.Erased, error) { return a.Expire(ctx, day) })
		}
		what.who = records.ID(args[0])
		return c.erase(ctx, what, func(a *records.Access) (records.Erased, error) { return a.Erase(ctx, what.who, *reason) })
	}
}

// An erasing is where something is erased.
type erasing struct {
	data, backups string
	who           records.ID // or everybody whose time has come
}

// erase removes what how removes, and then what still has it beside the records. That
// the backups have it is noted before. If they could not be replaced, for want of
// room, the next backup does it, or the command when it is repeated for the same
// person.
func (c *command) erase(ctx context.Context, what erasing, how func(*records.Access) (records.Erased, error)) error {
	return c.withStore(ctx, what.data, c.changing(), func(store *records.Store, a *records.Access) error {
		before, err := site.Superseded(what.backups)
		if err == nil {
			err = site.Supersede(what.backups)
		}
		if err != nil {
			return fail(ExitFailed, "nothing was erased: %w", err)
		}
		done, err := how(a)
		if errors.Is(err, records.ErrNotFound) {
			return c.erasedBefore(ctx, store, what, before)
		}
		if err != nil {
			return err // something may have been erased, so the note stays
		}
		fmt.Fprintf(c.Stdout, "erased: %s, %s\n", counted(int64(done.Encounters), "visit", "visits"), counted(int64(done.Patients), "person", "people"))
		if done == (records.Erased{}) {
			return c.stillWhole(what, before)
		}
		err = errors.Join(c.eraseBeside(ctx, store, what), c.renewBackups(ctx, store, what.backups))
		if err != nil {
			return err
		}
		receipt, err := a.AuditAnchor(ctx)
		if err != nil {
			return err
		}
		c.sayWhatRemains(done)
		fmt.Fprintf(c.Stdout, "receipt: %s\n", receipt)
		return nil
	})
}

// stillWhole takes the note about the backups back where nothing was erased, unless
// it was there before.
func (c *command) stillWhole(what erasing, before bool) error {
	if before {
		return nil
	}
	return site.SupersedeNone(what.backups)
}

// eraseBeside erases in what lies beside the records. Databases that are no longer
// in use go as a whole where what was kept long enough is erased: they are older.
func (c *command) eraseBeside(ctx context.Context, store *records.Store, what erasing) error {
	summaries, err := site.TidySummaries(ctx, store, filepath.Join(what.data, site.SummaryFolder), 0, c.Now())
	if err != nil {
		return fail(ExitFailed, "%s still has what was erased: %w", site.SummaryFolder, err)
	}
	if summaries > 0 {
		fmt.Fprintf(c.Stdout, "removed: %s\n", counted(int64(summaries), "saved summary", "saved summaries"))
	}
	asides, err := records.Asides(filepath.Join(what.data, site.DatabaseName))
	for _, aside := range asides {
		how := records.RemoveAside
		if what.who != "" {
			how = func(a records.Aside) error { return store.EraseAside(ctx, a) }
		}
		if err := how(aside); err != nil {
			return fail(ExitFailed, "%s still has what was erased: %w", aside.Path, err)
		}
		fmt.Fprintf(c.Stdout, "erased in %s, too\n", aside.Path)
	}
	return err
}

// sayWhatRemains says what this program cannot reach.
func (c *command) sayWhatRemains(done records.Erased) {
	if done.Sent > 0 {
		fmt.Fprintf(c.Stdout, "remains: a server has %s of them, until it removes them: the kiosk tells it where sync.erase is set, else ask its operator\n",
			counted(int64(done.Sent), "visit", "visits"))
	}
	fmt.Fprintln(c.Stdout, "remains: papers, exports, backups in other folders and sticks that were taken away, until whoever has them removes them")
	fmt.Fprintln(c.Stdout, "remains: in unused blocks of the disk, sealed with a key that is gone, until the system writes over them")
}

func (c *command) erasedBefore(ctx context.Context, store *records.Store, what erasing, before bool) error {
	gone, err := store.WasErased(what.who)
	if err != nil {
		return err
	}
	if !gone {
		return errors.Join(c.stillWhole(what, before), fail(ExitFailed, "nothing is kept of such a patient; see: aidpost encounters --json"))
	}
	fmt.Fprintln(c.Stdout, "erased before")
	return errors.Join(c.eraseBeside(ctx, store, what), c.renewBackups(ctx, store, what.backups))
}

// renewBackups makes a backup, which replaces all that are older.
func (c *command) renewBackups(ctx context.Context, store *records.Store, folder string) error {
	old, err := site.Backups(folder)
	if err != nil || len(old) == 0 {
		return err
	}
	made, _, err := site.TakeBackup(ctx, store, folder, site.DefaultRetention(), c.Now(), nil)
	if err != nil {
		fmt.Fprintf(c.Stdout, "%s still has what was erased: the next backup there replaces the older ones\n", folder)
		return err
	}
	removed := slices.DeleteFunc(old, func(b site.Backup) bool { return b.Path == made.Path })
	_, err = fmt.Fprintf(c.Stdout, "%s replaces %s\n", made.Path, counted(int64(len(removed)), "older backup", "older backups"))
	return err
}
