package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"text/tabwriter"
	"time"

	"aidpost/records"
	"aidpost/records/proof"
	"aidpost/records/signing"
)

func verifyVerb() verb {
	return verb{
		name: "verify", args: "TEXT|FILE|- [--keys FILE]... [--json] [--data DIR] | --show-keys",
		brief: "check the numbers of a paper by its code",
		about: `
Says whether the numbers of a paper are what the kiosk signed, and which they
were: compare them with the paper. TEXT is what a phone reads from the code,
which begins with shc:/; FILE holds it, or is the PDF itself. No network is used.

The code is checked against this kiosk's own key or, with --keys, against public
keys that were got from the site. --show-keys prints those of this kiosk, as a
file for --keys and for .well-known/jwks.json under the issuer of site.json.`,
		exits: []int{ExitFailed, ExitDenied, ExitNotValid, ExitInterrupted},
		setup: setupVerify,
	}
}

func setupVerify(c *command) func(context.Context, []string) error {
	var files []string
	data, asJSON := c.dataFlag(), c.jsonFlag()
	c.flags.Var((*ids)(&files), "keys", "a `file` with public keys (JWKS); may be repeated")
	show := c.flags.Bool("show-keys", false, "print the public keys of this kiosk")
	return func(ctx context.Context, args []string) error {
		folder, err := data()
		if err != nil {
			return fail(ExitFailed, "%w", err)
		}
		if *show {
			if err := none(args); err != nil {
				return err
			}
			return c.showKeys(ctx, folder)
		}
		what, err := one(args, "what to check: the text of a code, or a file")
		if err != nil {
			return err
		}
		token, err := c.tokenIn(what)
		if err != nil {
			return err
		}
		keys, err := c.publicKeys(ctx, folder, files)
		if err != nil {
			return err
		}
		return c.verify(token, keys, *asJSON)
	}
}

func (c *command) showKeys(ctx context.Context, folder string) error {
	keys, err := c.publicKeys(ctx, folder, nil)
	if err != nil {
		return err
	}
	return c.printKeys(keys)
}

// publicKeys reads the keys in files, or else this kiosk's own.
func (c *command) publicKeys(ctx context.Context, folder string, files []string) (all signing.Set, err error) {
	for _, file := range files {
		text, err := c.readFile(file, 1<<20)
		if err != nil {
			return all, err
		}
		keys, err := signing.ParseSet(text)
		if err != nil {
			return all, fail(ExitFailed, "%s: %w", file, err)
		}
		all.Keys = append(all.Keys, keys.Keys...)
	}
	if len(files) > 0 {
		return all, nil
	}
	err = c.withRecords(ctx, folder, func(a *records.Access) error {
		seed, err := a.PaperSeed(ctx)
		if err != nil {
			return err
		}
		k, err := signing.NewKey(seed)
		if err != nil {
			return err
		}
		public, err := k.Public()
		all.Keys = append(all.Keys, public)
		return err
	})
	return all, err
}

// readFile reads a file of at most so many bytes, or standard input.
func (c *command) readFile(name string, most int64) ([]byte, error) {
	in, err := c.open(name)
	if err != nil {
		return nil, fail(ExitFailed, "%w", err)
	}
	defer in.Close()
	text, err := io.ReadAll(io.LimitReader(in, most+1))
	switch {
	case err != nil:
		return nil, fail(ExitFailed, "reading %s: %w", name, err)
	case int64(len(text)) > most:
		return nil, fail(ExitFailed, "%s is too large", name)
	}
	return text, nil
}

// maxPaper bounds a PDF that is looked through.
const maxPaper = 64 << 20

var tokenForm = regexp.MustCompile(regexp.QuoteMeta(proof.Prefix) + `[0-9]+`)

// tokenIn returns the text of the code in an argument, or in the file that it
// names.
func (c *command) tokenIn(what string) (string, error) {
	if strings.HasPrefix(what, proof.Prefix) {
		return what, nil
	}
	text, err := c.readFile(what, maxPaper)
	if err != nil {
		return "", err
	}
	found := tokenForm.Find(text)
	if found == nil {
		return "", fail(ExitNotValid, "not valid: there is no signed code in %s", what)
	}
	return string(found), nil
}

func (c *command) verify(token string, keys signing.Set, asJSON bool) error {
	s, err := proof.Verify(token, keys)
	switch {
	case errors.Is(err, signing.ErrKey):
		return fail(ExitNotValid, "wrong key: it was signed by somebody else, or by a key that is not at hand; see --keys")
	case errors.Is(err, signing.ErrChanged):
		return fail(ExitNotValid, "changed: these are not the numbers that were signed")
	case err != nil:
		return fail(ExitNotValid, "not valid: %w", err)
	case asJSON:
		return newLineWriter(c.Stdout).write(s)
	}
	where := cmp.Or(clean(s.Place), clean(s.Issuer))
	fmt.Fprintf(c.Stdout, "valid: signed for %s on %s\n", where, s.Issued.Format("2006-01-02 15:04Z"))
	who := strings.TrimSpace(s.Given + " " + s.Family)
	if who == "" {
		who = "nobody is named"
	}
	if s.Born != "" {
		who += ", born " + s.Born
	}
	fmt.Fprintln(c.Stdout, clean(who))
	tw := tabwriter.NewWriter(c.Stdout, 0, 0, 2, ' ', 0)
	for _, v := range s.Values {
		fmt.Fprintf(tw, "%s\t%s\t%s\n", clean(cmp.Or(v.Name, v.Code)), clean(v.Value+" "+v.Unit), v.At.Format(time.RFC3339))
	}
	return tw.Flush()
}
