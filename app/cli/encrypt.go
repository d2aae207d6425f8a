package cli

import (
	"context"
	"fmt"
	"io"
	"unicode/utf8"

	"filippo.io/age"
)

// A strongbox encrypts what leaves the records, in the format of age, which its
// own tool and several others open. The zero strongbox leaves all as it is.
type strongbox struct{ recipients []age.Recipient }

// encryptFlags declares --encrypt and --encrypt-to, and returns what gives the
// strongbox. A passphrase is asked for then, never taken from the command line.
func (c *command) encryptFlags() func(context.Context) (strongbox, error) {
	var to []string
	ask := c.flags.Bool("encrypt", false, "encrypt with a passphrase that is asked for; opened with: age --decrypt")
	c.flags.Var((*ids)(&to), "encrypt-to", "encrypt to the `key` of a recipient, age1...; may be repeated")
	return func(ctx context.Context) (strongbox, error) {
		if *ask && len(to) > 0 {
			return strongbox{}, usage("a file is encrypted with a passphrase or to recipients, not both")
		}
		var box strongbox
		for _, key := range to {
			r, err := recipient(key)
			if err != nil {
				return strongbox{}, usage("%.20q is no recipient of age, like age1...", key)
			}
			box.recipients = append(box.recipients, r)
		}
		if !*ask {
			return box, nil
		}
		passphrase, err := c.askTwice(ctx, "Passphrase of the file: ")
		if err != nil {
			return strongbox{}, err
		}
		if utf8.RuneCountInString(passphrase) < leastPassphrase {
			return strongbox{}, fail(ExitFailed, "a passphrase has at least %d characters: take a few words", leastPassphrase)
		}
		r, err := age.NewScryptRecipient(passphrase)
		if err != nil {
			return strongbox{}, fail(ExitFailed, "%w", err)
		}
		return strongbox{recipients: []age.Recipient{r}}, nil
	}
}

// recipient reads a key of either kind that age makes.
func recipient(key string) (age.Recipient, error) {
	if r, err := age.ParseX25519Recipient(key); err == nil {
		return r, nil
	}
	return age.ParseHybridRecipient(key)
}

func (s strongbox) closed() bool { return len(s.recipients) > 0 }

// writer returns what encrypts into w. It must be closed, or the file cannot be
// opened: that is how a reader notices that the end is missing.
func (s strongbox) writer(w io.Writer) (io.WriteCloser, error) {
	if !s.closed() {
		return unsealed{w}, nil
	}
	sealed, err := age.Encrypt(w, s.recipients...)
	if err != nil {
		return nil, fmt.Errorf("encrypting: %w", err)
	}
	return sealed, nil
}

// around has write write through the strongbox. What write could not finish is
// left without its end.
func (s strongbox) around(write func(io.Writer) error) func(io.Writer) error {
	return func(w io.Writer) error {
		sealed, err := s.writer(w)
		if err != nil {
			return err
		}
		if err := write(sealed); err != nil {
			return err
		}
		return sealed.Close()
	}
}

// unsealed writes as it is.
type unsealed struct{ io.Writer }

func (unsealed) Close() error { return nil }
