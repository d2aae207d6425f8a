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

// openSealed writes what is in a sealed file beside the records into a new one. Of a
// file that is damaged or cut off that is what stands before, and an error.
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
