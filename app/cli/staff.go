package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"

	"aidpost/records"
	"aidpost/records/staff"
)

func staffVerb() verb {
	return verb{
		name: "staff", args: "list|add|role|badge|disable|reset-pin|unlock [ACCOUNT] [--name NAME --role ROLE] [--data DIR] [--json]",
		brief: "manage who may do what with the records",
		about: `
Manages the accounts of staff. Until the first one is made, whoever is at this
machine's command line may do everything; the first account is an
administrator's, and from then on every verb that shows or changes records asks
for a badge and a PIN. They are read unseen from the terminal or, without one,
as lines of standard input: first the badge and the PIN of whoever runs the
verb, then those of a new account.

  add        makes an account; --name and --role are needed. The roles are
             operator, supervisor, administrator, technician and auditor
  role       gives an account another --role; its owner has to sign in again
  badge      gives an account another badge, read like that of a new account; the
             lost one opens nothing any more
  disable    takes all rights from an account, at once
  reset-pin  gives an account another PIN; everybody may change their own
  unlock     lets an account be tried again after too many failures

ACCOUNT is a name or an ID of: aidpost staff list.`,
		exits: []int{ExitFailed, ExitDenied, ExitInterrupted},
		setup: setupStaff,
	}
}

// A staffJob is what the flags and arguments of staff say.
type staffJob struct {
	what, who string
	fresh     records.NewAccount
	asJSON    bool
}

func setupStaff(c *command) func(context.Context, []string) error {
	var j staffJob
	data := c.dataFlag()
	c.flags.StringVar(&j.fresh.Name, "name", "", "the `name` of a new account")
	role := c.flags.String("role", "", "the `role` of a new account")
	c.flags.BoolVar(&j.asJSON, "json", false, "write JSON")
	return func(ctx context.Context, args []string) error {
		j.fresh.Role = staff.Role(*role)
		if err := j.parse(args); err != nil {
			return err
		}
		folder, err := data()
		if err != nil {
			return fail(ExitFailed, "%w", err)
		}
		if j.what == "add" { // the first thing that is done at a new kiosk
			if err := c.makeRecords(ctx, folder); err != nil {
				return err
			}
		}
		return c.withRecords(ctx, folder, func(a *records.Access) error { return c.staff(ctx, a, j) })
	}
}

// parse reads the arguments and judges the flags.
func (j *staffJob) parse(args []string) error {
	if len(args) == 0 {
		return usage("say what to do: list, add, role, badge, disable, reset-pin or unlock")
	}
	j.what = args[0]
	switch j.what {
	case "list", "add":
		if err := none(args[1:]); err != nil {
			return err
		}
	case "role", "badge", "disable", "reset-pin", "unlock":
		who, err := one(args[1:], "an account; see: aidpost staff list")
		if err != nil {
			return err
		}
		j.who = who
	default:
		return usage("%.40q is not list, add, role, badge, disable, reset-pin or unlock", j.what)
	}
	switch adding, role := j.what == "add", j.what == "role"; {
	case adding && (j.fresh.Name == "" || !j.fresh.Role.Staff()), role && !j.fresh.Role.Staff():
		return usage("an account has a --name and a --role: operator, supervisor, administrator, technician or auditor")
	case !adding && j.fresh.Name != "", !adding && !role && j.fresh.Role != "":
		return usage("--name is for add alone, and --role for add and role")
	}
	return nil
}

func (c *command) staff(ctx context.Context, a *records.Access, j staffJob) error {
	if j.what == "add" {
		return c.addStaff(ctx, a, j.fresh)
	}
	if j.what == "reset-pin" && (j.who == string(a.Who().ID) || j.who == "me") {
		return c.resetPIN(ctx, a, a.Who().ID) // also for those who may not see the list
	}
	all, err := a.Staff(ctx)
	if err != nil {
		return err
	}
	if j.what == "list" {
		return c.listStaff(all, j.asJSON)
	}
	who, err := accountNamed(all, j.who)
	if err != nil {
		return err
	}
	switch j.what {
	case "disable":
		return a.DisableStaff(ctx, who)
	case "unlock":
		return a.UnlockStaff(ctx, who)
	case "role":
		return a.SetRole(ctx, who, j.fresh.Role)
	case "badge":
		badge, err := c.ask(ctx, "New badge: ")
		if err != nil {
			return err
		}
		return a.SetBadge(ctx, who, badge)
	}
	return c.resetPIN(ctx, a, who)
}

func (c *command) addStaff(ctx context.Context, a *records.Access, n records.NewAccount) (err error) {
	if n.Badge, err = c.ask(ctx, "Badge of the new account: "); err != nil {
		return err
	}
	if n.PIN, err = c.askTwice(ctx, "PIN of the new account: "); err != nil {
		return err
	}
	n.Temporary = a.Who().Role != staff.Console // the first one's is their own
	made, err := a.AddStaff(ctx, n)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(c.Stdout, made.ID)
	return err
}

func (c *command) resetPIN(ctx context.Context, a *records.Access, who records.ID) error {
	pin, err := c.askTwice(ctx, "New PIN: ")
	if err != nil {
		return err
	}
	return a.ResetPIN(ctx, who, pin)
}

// accountNamed returns the account with an ID, or else the one in use of that
// name.
func accountNamed(all []records.Account, who string) (records.ID, error) {
	found := records.ID("")
	for _, a := range all {
		switch {
		case string(a.ID) == who:
			return a.ID, nil
		case a.Disabled.IsZero() && strings.EqualFold(a.Name, strings.TrimSpace(who)):
			found = a.ID
		}
	}
	if found == "" {
		return "", fail(ExitFailed, "there is no account %.40q; see: aidpost staff list", who)
	}
	return found, nil
}

func (c *command) listStaff(all []records.Account, asJSON bool) error {
	if asJSON {
		return writeList(c.Stdout, all)
	}
	tw := tabwriter.NewWriter(c.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "ACCOUNT\tNAME\tROLE\tCREATED\tLAST SIGN-IN\tSTATE")
	for _, a := range all {
		state := "in use"
		switch {
		case !a.Disabled.IsZero():
			state = "disabled " + a.Disabled.Format("2006-01-02")
		case a.Locked:
			state = "locked"
		case a.MustChange:
			state = "in use, has to choose a PIN"
		case a.Failed > 0:
			state = fmt.Sprintf("in use, %d failed attempts", a.Failed)
		}
		last := "never"
		if !a.LastIn.IsZero() {
			last = a.LastIn.Format("2006-01-02 15:04Z")
		}
		fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%s\t%s\n", a.ID, cmp.Or(clean(a.Name), "-"), a.Role, a.Created.Format("2006-01-02"), last, state)
	}
	return tw.Flush()
}

// signIn returns the records in the hands of whoever is at the terminal: of the
// member of staff whose badge and PIN they give, or of a console as long as
// there is no account.
func (c *command) signIn(ctx context.Context, store *records.Store, station string) (*records.Access, error) {
	has, err := store.HasStaff(ctx)
	if err != nil {
		return nil, err
	}
	if !has {
		return store.Console(cmp.Or(c.User, "unknown"), station), nil
	}
	badge, err := c.ask(ctx, "Badge: ")
	if err != nil {
		return nil, err
	}
	pin, err := c.ask(ctx, "PIN: ")
	if err != nil {
		return nil, err
	}
	a, err := store.SignIn(ctx, badge, pin, station)
	if errors.Is(err, records.ErrSignIn) {
		return nil, fail(ExitDenied, "%w", err)
	}
	return a, err
}
