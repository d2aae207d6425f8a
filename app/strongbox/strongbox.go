// Package strongbox encrypts what leaves the records, in the format of age,
// which its own tool and several others open.
package strongbox

import (
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"filippo.io/age"
)

// LeastPassphrase is the number of letters that a passphrase has at least: a
// file that is carried away can be guessed at for as long as somebody likes.
const LeastPassphrase = 12

// ErrShort reports a passphrase of fewer letters than LeastPassphrase.
var ErrShort = errors.New("the passphrase is too short")

// Suffix is what the name of an encrypted file ends in.
const Suffix = ".age"

// A Box encrypts for whoever has a passphrase or a key. The zero Box leaves all
// as it is.
type Box struct{ recipients []age.Recipient }

// ForPassphrase returns what only the passphrase opens. The error is ErrShort,
// or one of age.
func ForPassphrase(passphrase string) (Box, error) {
	if utf8.RuneCountInString(passphrase) < LeastPassphrase {
		return Box{}, ErrShort
	}
	r, err := age.NewScryptRecipient(passphrase)
	if err != nil {
		return Box{}, fmt.Errorf("a strongbox: %w", err)
	}
	return Box{[]age.Recipient{r}}, nil
}

// Also returns a box that the owner of a key opens, too. Key is of either kind
// that age makes, age1...
func (b Box) Also(key string) (Box, error) {
	var r age.Recipient
	r, err := age.ParseX25519Recipient(key)
	if err != nil {
		if r, err = age.ParseHybridRecipient(key); err != nil {
			return Box{}, fmt.Errorf("a strongbox: %w", err)
		}
	}
	return Box{append(b.recipients[:len(b.recipients):len(b.recipients)], r)}, nil
}

// Closed reports whether the box encrypts.
func (b Box) Closed() bool { return len(b.recipients) > 0 }

// Writer returns what encrypts into w. It must be closed, or the file cannot be
// opened: that is how a reader notices that the end is missing.
func (b Box) Writer(w io.Writer) (io.WriteCloser, error) {
	if !b.Closed() {
		return unsealed{w}, nil
	}
	sealed, err := age.Encrypt(w, b.recipients...)
	if err != nil {
		return nil, fmt.Errorf("encrypting: %w", err)
	}
	return sealed, nil
}

// Around has write write through the box. What write could not finish is left
// without its end.
func (b Box) Around(write func(io.Writer) error) func(io.Writer) error {
	return func(w io.Writer) error {
		sealed, err := b.Writer(w)
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
