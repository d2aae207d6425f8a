package cli

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"text/tabwriter"
	"time"
	"unicode/utf8"

	"aidpost/app/site"
	"aidpost/app/strongbox"
	"aidpost/records"
	"aidpost/records/staff"
	"aidpost/records/vault"
)

func keysVerb() verb {
	return verb{
		name: "keys", args: "[status|init|recovery|passphrase|machine|remove N|rotate] [--key-file FILE] [--data DIR] [--json]",
		brief: "show and change what opens the records",
		about: `
The records are sealed. status, the default, lists the keys that open them, and
needs none of them. What follows changes something: close the kiosk first.

init seals records that are not sealed yet, as opening the kiosk does.
recovery makes a key to print and put away, shown once: with it the records can
be opened when this machine or its key is lost. passphrase adds a passphrase
that somebody types, and machine a key that opens them on this machine without
a person: in the key store of the system, or in the key file. remove takes the
key with that number away. rotate seals everything with a new data key; do it
when a key that was removed may be in wrong hands. It may be interrupted, and
carries on when it or the kiosk is started again.

A passphrase or a recovery key is asked for in the terminal where no other key
opens the records, never taken from the command line.`,
		exits: []int{ExitFailed, ExitDenied, ExitInterrupted},
		setup: setupKeys,
	}
}

func setupKeys(c *command) func(context.Context, []string) error {
	data, asJSON := c.dataFlag(), c.jsonFlag()
	return func(ctx context.Context, args []string) error {
		what, rest := "status", args
		if len(args) > 0 {
			what, rest = args[0], args[1:]
		}
		do, ok := map[string]func(context.Context, *records.Store) error{
			"init": c.keysInit, "recovery": c.keysRecovery, "passphrase": c.keysPassphrase,
			"machine": c.keysMachine, "rotate": c.keysRotate,
		}[what]
		if what == "remove" {
			number, err := one(rest, "the number of a key; see: aidpost keys")
			if err != nil {
				return err
			}
			if do, err = c.keysRemove(number); err != nil {
				return err
			}
			ok, rest = true, nil
		}
		if what != "status" && !ok {
			return usage("%.40q is not status, init, recovery, passphrase, machine, remove or rotate", what)
		}
		if err := none(rest); err != nil {
			return err
		}
		folder, err := data()
		if err != nil {
			return fail(ExitFailed, "%w", err)
		}
		if what == "status" {
			return c.keysStatus(ctx, folder, *asJSON)
		}
		return c.changeKeys(ctx, folder, do)
	}
}

// changeKeys opens the records for writing and does something to their keys,
// if whoever is at the terminal has the right to.
func (c *command) changeKeys(ctx context.Context, folder string, do func(context.Context, *records.Store) error) (err error) {
	profile, err := site.LoadProfile(folder)
	if err != nil {
		return fail(ExitFailed, "%w", err)
	}
	store, err := site.OpenStore(ctx, folder, c.changing())
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
	if err = a.Authorize(ctx, staff.ManageKeys); err == nil {
		err = do(a.As(ctx), store)
	}
	return c.explained(ctx, folder, errors.Join(err, a.SignOut(ctx)))
}

// A keyLine is a key in a list.
type keyLine struct {
	Number  int        `json:"number"`
	Kind    vault.Kind `json:"kind"`
	Label   string     `json:"label"`
	Created time.Time  `json:"created"`
}

// keysStatus needs no key: what the list says of the data key is there only if
// one opens the records.
func (c *command) keysStatus(ctx context.Context, folder string, asJSON bool) error {
	slots, err := records.KeySlots(ctx, filepath.Join(folder, site.DatabaseName))
	if err != nil {
		return storeFailure(folder, err)
	}
	lines := []keyLine{}
	recovery := false
	for _, s := range slots {
		lines = append(lines, keyLine{s.Number, s.Kind, s.Label, s.Created})
		recovery = recovery || s.Kind == vault.Recovery
	}
	if asJSON {
		return writeList(c.Stdout, lines)
	}
	if len(lines) == 0 {
		fmt.Fprintln(c.Stdout, "The records are not sealed; see: aidpost help keys")
		return nil
	}
	tw := tabwriter.NewWriter(c.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "KEY\tKIND\tSINCE\tWHERE")
	for _, l := range lines {
		fmt.Fprintf(tw, "%d\t%s\t%s\t%s\n", l.Number, l.Kind, l.Created.Format(time.DateOnly), clean(l.Label))
	}
	if err := tw.Flush(); err != nil {
		return err
	}
	if !recovery {
		fmt.Fprintln(c.Stdout, "\nThere is no recovery key: if this machine is lost, so are the records and their\nbackups. Make one with: aidpost keys recovery")
	}
	return nil
}

func (c *command) keysInit(_ context.Context, store *records.Store) error {
	status := store.KeyStatus()
	_, err := fmt.Fprintf(c.Stdout, "sealed with AES-256-GCM, data key %d of %s\n", status.Version, status.Created.Format(time.DateOnly))
	return err
}

func (c *command) keysRecovery(ctx context.Context, store *records.Store) error {
	printed, secret := vault.NewRecovery()
	slot, err := store.AddKey(ctx, vault.Credential{Kind: vault.Recovery, Label: "on paper", Secret: secret})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.Stdout, "%s\n\nThis is recovery key %d. Print it now and put it away from this machine: it is not\n"+
		"shown again, and whoever has it and the records can read them.\n", printed, slot.Number)
	return err
}

func (c *command) keysPassphrase(ctx context.Context, store *records.Store) error {
	if c.Secret == nil {
		return fail(ExitFailed, "a passphrase is typed in a terminal")
	}
	first, err := c.Secret(ctx, "New passphrase: ")
	if err != nil {
		return fail(ExitFailed, "%w", err)
	}
	if utf8.RuneCountInString(first) < strongbox.LeastPassphrase {
		return fail(ExitFailed, "a passphrase has at least %d characters: take a few words", strongbox.LeastPassphrase)
	}
	if _, err := vault.ParseRecovery(first); !errors.Is(err, vault.ErrNotRecovery) {
		return fail(ExitFailed, "a passphrase must not look like a recovery key")
	}
	again, err := c.Secret(ctx, "Once more: ")
	if err != nil {
		return fail(ExitFailed, "%w", err)
	}
	if again != first {
		return fail(ExitFailed, "these are two different passphrases; nothing was changed")
	}
	slot, err := store.AddKey(ctx, vault.Credential{Kind: vault.Passphrase, Label: "typed", Secret: vault.PassphraseSecret(first)})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.Stdout, "added as key %d\n", slot.Number)
	return err
}

func (c *command) keysMachine(ctx context.Context, store *records.Store) error {
	status := store.KeyStatus()
	credential, err := c.keySources().Machine(ctx, status.Ring)
	if err != nil {
		return fail(ExitFailed, "%w", err)
	}
	slot, err := store.AddKey(ctx, credential)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.Stdout, "added as key %d: %s\n", slot.Number, clean(slot.Label))
	return err
}

func (c *command) keysRemove(text string) (func(context.Context, *records.Store) error, error) {
	number, err := strconv.Atoi(text)
	if err != nil {
		return nil, usage("%.40q is not the number of a key; see: aidpost keys", text)
	}
	return func(ctx context.Context, store *records.Store) error {
		err := store.RemoveKey(ctx, number)
		switch {
		case errors.Is(err, vault.ErrNoSlot):
			return fail(ExitFailed, "there is no key %d; see: aidpost keys", number)
		case errors.Is(err, vault.ErrLastSlot):
			return fail(ExitFailed, "key %d is the last one: without it nobody could read the records", number)
		case err != nil:
			return err
		}
		_, err = fmt.Fprintf(c.Stdout, "key %d is removed; if it may be in wrong hands: aidpost keys rotate\n", number)
		return err
	}, nil
}

func (c *command) keysRotate(ctx context.Context, store *records.Store) error {
	p := c.progress()
	err := store.RotateKey(ctx, func(rows int) { p.show("Sealing ... %d", rows) })
	p.clear()
	if err != nil {
		return err
	}
	return c.keysInit(ctx, store)
}
