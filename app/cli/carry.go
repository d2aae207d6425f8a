package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"aidpost/app/site"
	"aidpost/records"
	"aidpost/records/carry"
	"aidpost/records/signing"
)

func carryVerb() verb {
	return verb{
		name: "carry", args: "out DIR|in DIR|status|compare VISIT|keep VISIT here|there|trust|key [flags] [--data DIR] [--json]",
		brief: "carry visits to an office on a stick, and word of them back",
		about: `
For laptops that see no network: visits go to an office on a stick, and the office
sends them to its server. Each side first trusts the key of the other.

  key      prints the key of this Aidpost, for trust at the other side
  trust    carries with another Aidpost: --key FILE [--name NAME], and --office if
           it is the one that visits are carried to; or --never --name NAME
  out DIR  puts on the stick what it does not have yet: the visits that people
           agreed to share and that no office and no server holds; at an office,
           word for the laptops
  in DIR   takes in what the stick has: visits at an office, which answers at once,
           and word of them at a laptop
  status   says of each visit whether it is local, carried, held by the office,
           refused and why, or sent
  compare  shows both versions of a visit that was changed here and in the field
  keep     says which one holds, the one that is here or the one from there; both
           stay, each where it is

Files on a stick are sealed to whoever they are for and signed. The stick may be
pulled out at any time: what was not whole is written anew, and nothing is taken in
twice. A visit counts as sent only when the office shows the receipts of a server.
A kiosk that is open carries from the staff's window; this works when it is closed,
but for status.`,
		exits: []int{ExitFailed, ExitDenied, ExitInterrupted},
		setup: setupCarry,
	}
}

// A carryJob is what the flags of carry say.
type carryJob struct {
	key, name     string
	office, never bool
	asJSON        bool
	folder        string
	profile       site.Profile
}

// A carryAction is one of the things to do, with what it needs beside it.
type carryAction struct {
	args []string
	do   func(context.Context, *carry.Carrier, *carryJob, []string) error
}

func (c *command) carryActions() map[string]carryAction {
	return map[string]carryAction{
		"out":     {[]string{"the folder on the stick"}, c.carryOut},
		"in":      {[]string{"the folder on the stick"}, c.carryIn},
		"status":  {nil, c.carryStatus},
		"compare": {[]string{"the visit"}, c.carryCompare},
		"keep":    {[]string{"the visit", "here or there"}, c.carryKeep},
		"trust":   {nil, c.carryTrust},
		"key":     {nil, c.carryKey},
	}
}

func setupCarry(c *command) func(context.Context, []string) error {
	j := &carryJob{}
	data, asJSON := c.dataFlag(), c.jsonFlag()
	c.flags.StringVar(&j.key, "key", "", "the `file` with the key of the other Aidpost")
	c.flags.StringVar(&j.name, "name", "", "the `name` by which it is known here, if not its own")
	c.flags.BoolVar(&j.office, "office", false, "visits are carried to it")
	c.flags.BoolVar(&j.never, "never", false, "carry with it no more")
	return func(ctx context.Context, args []string) error {
		const actions = "out, in, status, compare, keep, trust or key"
		if len(args) == 0 {
			return usage("say what to do: %s", actions)
		}
		action, ok := c.carryActions()[args[0]]
		if !ok {
			return usage("%.40q is not %s", args[0], actions)
		}
		if len(args)-1 != len(action.args) {
			return usage("carry %s needs %s", args[0], listed(action.args))
		}
		var err error
		if j.folder, err = data(); err != nil {
			return fail(ExitFailed, "%w", err)
		}
		if j.profile, err = site.LoadProfile(j.folder); err != nil {
			return fail(ExitFailed, "%w", err)
		}
		j.asJSON = *asJSON
		o := c.changing()
		if args[0] == "status" {
			o = c.looking()
		}
		return c.withStore(ctx, j.folder, o, func(store *records.Store, a *records.Access) error {
			carrier, err := site.NewCarrier(j.folder, store, a, c.log)
			if err != nil {
				return fail(ExitFailed, "%w", err)
			}
			return carryFailure(action.do(ctx, carrier, j, args[1:]))
		})
	}
}

func listed(what []string) string {
	switch len(what) {
	case 0:
		return "nothing else"
	case 1:
		return what[0]
	}
	return what[0] + " and " + what[1]
}

// carryFailure says what is wrong with a stick, a card or a visit.
func carryFailure(err error) error {
	for _, known := range []error{carry.ErrNoPartner, carry.ErrRoom, carry.ErrReadOnly, carry.ErrPulled, carry.ErrCard} {
		if errors.Is(err, known) {
			return fail(ExitFailed, "%w", err)
		}
	}
	if errors.Is(err, records.ErrNotFound) {
		return fail(ExitFailed, "there is none; see: aidpost carry status")
	}
	return err
}

func (c *command) carryOut(ctx context.Context, carrier *carry.Carrier, j *carryJob, args []string) error {
	r, err := carrier.Out(ctx, carry.OnStick(args[0]))
	if err != nil {
		return err
	}
	if j.asJSON {
		return writeObject(c.Stdout, r)
	}
	_, err = fmt.Fprintf(c.Stdout, "%s put on the stick, %d there already, %d held by the office, %d stay here; word of %d\n",
		counted(int64(r.Visits), "visit", "visits"), r.There, r.Held, r.Stay, r.Words)
	return err
}

func (c *command) carryIn(ctx context.Context, carrier *carry.Carrier, j *carryJob, args []string) error {
	r, err := carrier.In(ctx, carry.OnStick(args[0]))
	if err != nil {
		return err
	}
	if j.asJSON {
		return writeObject(c.Stdout, r)
	}
	if r.Held+r.Sent > 0 {
		fmt.Fprintf(c.Stdout, "%s held by the office, %d sent to its server\n", counted(int64(r.Held), "visit", "visits"), r.Sent)
	}
	_, err = fmt.Fprintf(c.Stdout, "%s taken in, %d known already, %d wait, %d to be decided; word of %d on the stick\n",
		counted(int64(r.New), "visit", "visits"), r.Known, r.Waiting, r.Disputed, r.Words)
	if r.Wishes > 0 {
		fmt.Fprintf(c.Stdout, "%s changed what they agreed to\n", counted(int64(r.Wishes), "person has", "people have"))
	}
	for _, f := range r.Refused {
		about := f.Letter
		if f.Visit != "" {
			about = "visit " + string(f.Visit)
		}
		fmt.Fprintf(c.Stdout, "not taken in: %s: %s\n", about, f.Why)
	}
	return err
}

// visitsShown bounds how many visits are listed.
const visitsShown = 10_000

func (c *command) carryStatus(ctx context.Context, carrier *carry.Carrier, j *carryJob, _ []string) error {
	s, err := carrier.Status(ctx, visitsShown)
	if err != nil {
		return err
	}
	if j.asJSON {
		return writeObject(c.Stdout, s)
	}
	return writeCarryStatus(c.Stdout, s)
}

func writeCarryStatus(w io.Writer, s carry.Status) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, p := range s.Partners {
		what := "brings visits here"
		if p.Office {
			what = "visits are carried to it"
		}
		card := carry.Card{Keys: []signing.Public{p.Key}}
		fmt.Fprintf(tw, "%s\t%s; key %s\n", clean(p.Name), what, card.Fingerprint())
	}
	for _, line := range []struct {
		name  string
		n     int
		about string
	}{
		{"local", s.Local, "on no stick yet"}, {"carried", s.Carried, "on a stick, and no word came back"},
		{"held", s.Held, "by the office, by its word"}, {"sent", s.Sent, "held by a server, by its receipts"},
		{"refused", s.Refused, "waiting for a person"},
	} {
		fmt.Fprintf(tw, "%s\t%d, %s\n", line.name, line.n, line.about)
	}
	for _, v := range s.Visits {
		why := v.State
		if v.Why != "" {
			why += ": " + v.Why
		}
		fmt.Fprintf(tw, "visit %s\t%s\n", v.Encounter, why)
	}
	for _, d := range s.Disputed {
		fmt.Fprintf(tw, "to decide\tvisit %s, brought by %s on %s; see: aidpost carry compare\n", d.Visit, clean(d.From), d.At.Format(time.DateOnly))
	}
	return tw.Flush()
}

func (c *command) carryCompare(ctx context.Context, carrier *carry.Carrier, j *carryJob, args []string) error {
	d, err := carrier.Compare(ctx, records.ID(args[0]))
	if err != nil {
		return err
	}
	if j.asJSON {
		return writeObject(c.Stdout, d.Fields)
	}
	tw := tabwriter.NewWriter(c.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintf(tw, "WHAT\tHERE\t%s\n", clean(d.Name))
	for _, f := range d.Fields {
		fmt.Fprintf(tw, "%s\t%s\t%s\n", clean(f.Name), clean(f.Ours), clean(f.Theirs))
	}
	return tw.Flush()
}

func (c *command) carryKeep(ctx context.Context, carrier *carry.Carrier, _ *carryJob, args []string) error {
	if args[1] != "here" && args[1] != "there" {
		return usage("there is no %.40q: here or there", args[1])
	}
	return carrier.Access.Settle(ctx, records.ID(args[0]), args[1] == "there")
}

// mostCard bounds a file with a key.
const mostCard = 64 << 10

func (c *command) carryTrust(ctx context.Context, carrier *carry.Carrier, j *carryJob, _ []string) error {
	switch {
	case (j.key == "") != j.never:
		return usage("carry trust needs --key, or --never")
	case j.never && j.name == "":
		return usage("carry trust --never needs --name")
	case j.never:
		return carrier.Access.DistrustPartner(ctx, j.name)
	}
	text, err := c.readFile(j.key, mostCard)
	if err != nil {
		return err
	}
	card, err := carry.ParseCard(text)
	if err != nil {
		return fail(ExitFailed, "%s: %w", j.key, carry.ErrCard)
	}
	if err := carrier.Access.TrustPartner(ctx, card.Partner(j.name, j.office)); err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.Stdout, "%s is trusted; make sure that it says the same of its key: %s\n", clean(card.Partner(j.name, false).Name), card.Fingerprint())
	return err
}

func (c *command) carryKey(ctx context.Context, carrier *carry.Carrier, j *carryJob, _ []string) error {
	name := j.name
	if name == "" {
		name = j.profile.Kiosk
	}
	card, err := carry.MyCard(ctx, carrier.Access, name)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.Stderr, "key %s\n", card.Fingerprint())
	return writeObject(c.Stdout, card)
}
