package cli

import (
	"context"
	"errors"

	"aidpost/app/strongbox"
)

// encryptFlags declares --encrypt and --encrypt-to, and returns what gives the
// strongbox. A passphrase is asked for then, never taken from the command line.
func (c *command) encryptFlags() func(context.Context) (strongbox.Box, error) {
	var to []string
	ask := c.flags.Bool("encrypt", false, "encrypt with a passphrase that is asked for; opened with: age --decrypt")
	c.flags.Var((*ids)(&to), "encrypt-to", "encrypt to the `key` of a recipient, age1...; may be repeated")
	return func(ctx context.Context) (box strongbox.Box, err error) {
		if *ask && len(to) > 0 {
			return box, usage("a file is encrypted with a passphrase or to recipients, not both")
		}
		for _, key := range to {
			if box, err = box.Also(key); err != nil {
				return box, usage("%.20q is no recipient of age, like age1...", key)
			}
		}
		if !*ask {
			return box, nil
		}
		passphrase, err := c.askTwice(ctx, "Passphrase of the file: ")
		if err != nil {
			return box, err
		}
		box, err = strongbox.ForPassphrase(passphrase)
		switch {
		case errors.Is(err, strongbox.ErrShort):
			return box, fail(ExitFailed, "a passphrase has at least %d characters: take a few words", strongbox.LeastPassphrase)
		case err != nil:
			return box, fail(ExitFailed, "%w", err)
		}
		return box, nil
	}
}
