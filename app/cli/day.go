package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"aidpost/app/shift"
	"aidpost/app/site"
	"aidpost/records"
	"aidpost/records/staff"
)

func dayVerb() verb {
	return verb{
		name: "day", args: "status|note TEXT|close [--left CHECK=REASON]... [--backups DIR] [--data DIR] [--json]",
		brief: "hand over to the next shift, and close the day",
		about: `
status shows what is to be done before the day is closed, and what the shifts
before have written down. The checks are:

  criticals    critical results that nobody was told of
  unfinished   visits that were begun and not finished
  holds        people on hold, with the reasons
  tray         readings that came without a person; see: aidpost tray
  controls     instruments whose control is due
  cleaning     instruments that wait to be cleaned
  backup       whether the newest backup is of the last 24 hours
  waiting      visits on their way to the server
  refused      visits that the server refuses

note leaves a note to the next shift, about the work: it names nobody who was
measured. close closes the day; what is left open needs a reason, such as
--left "controls=strips ran out". An operator's closing is signed by a supervisor,
whose badge and PIN are asked for. The page of the day, with what was left open,
what the server has proved to hold and the end of the audit trail, is
aidpost report closing.`,
		exits: []int{ExitFailed, ExitDenied, ExitInterrupted},
		setup: setupDay,
	}
}

func setupDay(c *command) func(context.Context, []string) error {
	data, zone, asJSON := c.dataFlag(), c.zoneFlag(), c.jsonFlag()
	backups := c.flags.String("backups", "", "the `folder` of the backups, if not backups in that of the records")
	var left ids
	c.flags.Var(&left, "left", "why a `check` is left open, as CHECK=REASON; may be repeated")
	return func(ctx context.Context, args []string) error {
		if len(args) == 0 {
			return usage("say what to do: status, note or close")
		}
		what, text := args[0], strings.TrimSpace(strings.Join(args[1:], " "))
		switch {
		case what != "status" && what != "note" && what != "close":
			return usage("%.40q is not status, note or close", what)
		case (what == "note") != (text != ""):
			return usage("a note has a text, and nothing else has")
		}
		reasons := map[string]string{}
		for _, l := range left {
			name, why, ok := strings.Cut(l, "=")
			if !ok {
				return usage("%.40q is not CHECK=REASON", l)
			}
			reasons[name] = why
		}
		where, err := zone()
		if err != nil {
			return err
		}
		folder, err := data()
		if err != nil {
			return fail(ExitFailed, "%w", err)
		}
		return c.withStore(ctx, folder, c.looking(), func(store *records.Store, a *records.Access) error {
			s := shift.New(shift.Config{
				Store: store, Data: folder, Backups: cmp.Or(*backups, filepath.Join(folder, site.BackupFolder)), Zone: where, Now: c.Now,
			})
			switch what {
			case "note":
				_, err := a.HandOver(ctx, text)
				return err
			case "close":
				return c.signed(ctx, store, a, func(signer *records.Access) error { return c.closeDay(ctx, s, a, signer, reasons) })
			}
			st, err := s.Look(ctx, a)
			if err != nil {
				return err
			}
			if *asJSON {
				return newLineWriter(c.Stdout).write(st)
			}
			return c.dayStatus(st, where)
		})
	}
}

// signed has somebody sign in who may answer for a closed day, if whoever closes it
// may not.
func (c *command) signed(ctx context.Context, store *records.Store, a *records.Access, do func(signer *records.Access) error) error {
	if staff.Allow(a.Who().Role, staff.SignDay) == nil {
		return do(a)
	}
	badge, err := c.ask(ctx, "Supervisor's badge: ")
	if err != nil {
		return err
	}
	pin, err := c.ask(ctx, "PIN: ")
	if err != nil {
		return err
	}
	signer, err := store.SignIn(ctx, badge, pin, a.Who().Station)
	if err != nil {
		return err
	}
	return errors.Join(do(signer), signer.SignOut(ctx))
}

// closeDay closes the day, or says what still needs a reason.
func (c *command) closeDay(ctx context.Context, s *shift.Shift, a, signer *records.Access, reasons map[string]string) error {
	closed, err := s.Close(ctx, a, signer, reasons)
	open, unsaid := errors.AsType[*records.ReasonError](err)
	switch {
	case unsaid:
		return fail(ExitFailed, `not closed: say why it is left open, with --left "%s=..."`, open.Check)
	case err != nil:
		return err
	}
	_, err = fmt.Fprintf(c.Stdout, "closed: %s, %s left open\n", counted(int64(closed.Visits), "visit", "visits"),
		counted(int64(len(closed.Left())), "check", "checks"))
	return err
}

func (c *command) dayStatus(st shift.State, zone *time.Location) error {
	const minute = "2006-01-02 15:04"
	fmt.Fprintf(c.Stdout, "since %s: %s\n\n", st.Since.In(zone).Format(minute), counted(int64(st.Visits), "visit", "visits"))
	tw := tabwriter.NewWriter(c.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "CHECK\tOPEN\tWHICH")
	for _, k := range st.Checks {
		fmt.Fprintf(tw, "%s\t%d\t%s\n", k.Name, k.Open, cmp.Or(clean(strings.Join(k.Which, ", ")), "-"))
	}
	if err := tw.Flush(); err != nil {
		return err
	}
	for _, h := range st.Handovers() {
		fmt.Fprintf(c.Stdout, "\n%s, %s:\n%s\n", clean(cmp.Or(h.By.Name, "-")), h.At.In(zone).Format(minute), clean(h.Text))
	}
	return nil
}
