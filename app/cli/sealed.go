package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"aidpost/app/strongbox"
	"aidpost/records"
	"aidpost/reports"
)

// sealedFiles are files of one kind beside the records, which a verb lists and opens.
type sealedFiles struct {
	usage string
	// list returns what open takes, path where that lies, both of a data folder.
	list func(data string) ([]string, error)
	path func(data, name string) string
	open func(*records.Access, context.Context, []byte) ([]byte, error)
}

func (f sealedFiles) setup(c *command) func(context.Context, []string) error {
	data, encrypt := c.dataFlag(), c.encryptFlags()
	out := c.flags.String("out", "", "the new `file`")
	return func(ctx context.Context, args []string) error {
		folder, err := data()
		if err != nil {
			return fail(ExitFailed, "%w", err)
		}
		folder = filepath.Clean(folder)
		switch {
		case len(args) == 0 || len(args) == 1 && args[0] == "list":
			return c.listSealed(folder, f)
		case len(args) != 2 || args[0] != "open" || *out == "":
			return usage("%s", f.usage)
		}
		box, err := encrypt(ctx)
		if err != nil {
			return err
		}
		return c.openSealed(ctx, folder, f.path(folder, args[1]), *out, box, f.open)
	}
}

func (c *command) listSealed(data string, f sealedFiles) error {
	names, err := f.list(data)
	if err != nil {
		return fail(ExitFailed, "%w", err)
	}
	for _, name := range names {
		fmt.Fprintln(c.Stdout, name)
	}
	return nil
}

// openSealed writes what is in a sealed file into a new one. Of a file that is damaged
// or cut off that is what stands before, and an error.
func (c *command) openSealed(ctx context.Context, data, from, out string, box strongbox.Box,
	open func(*records.Access, context.Context, []byte) ([]byte, error)) error {
	sealed, err := os.ReadFile(from)
	if err != nil {
		return fail(ExitFailed, "%w", err)
	}
	return c.withStore(ctx, data, c.changing(), func(_ *records.Store, a *records.Access) error {
		content, damage := open(a, ctx, sealed)
		switch {
		case errors.Is(damage, records.ErrNotFound):
			return fail(ExitFailed, "%s: what it is of was erased, or its time is over; nobody can open it", filepath.Base(from))
		case damage != nil && len(content) == 0:
			return damage
		}
		err := reports.SaveFile(out, box.Around(func(w io.Writer) error {
			_, err := w.Write(content)
			return err
		}))
		if err != nil {
			return c.savingFailed(ctx, err)
		}
		fmt.Fprintf(c.Stdout, "%s\n", out)
		if damage != nil {
			return fail(ExitFailed, "%s holds what stands before the place where %s ends too soon or is damaged: %w", out, filepath.Base(from), damage)
		}
		return nil
	})
}
