package cli

import (
	"context"
	"errors"

	"aidpost/records"
	"aidpost/records/outbox"
)

// syncKeep carries out whose word holds on the server for a visit, and sends it.
func (c *command) syncKeep(ctx context.Context, folder string, args []string, asJSON bool) error {
	if len(args) != 2 {
		return usage("name the visit and whose word holds: sync keep ENCOUNTER here, or there")
	}
	word := outbox.Word(args[1])
	if word != outbox.Here && word != outbox.There {
		return usage("there is no %.40q: here or there", args[1])
	}
	_, store, sender, err := c.sender(ctx, folder)
	if err != nil {
		return err
	}
	defer store.Close()
	err = sender.Decide(ctx, records.ID(args[0]), word)
	switch {
	case errors.Is(err, records.ErrNotFound):
		return fail(ExitFailed, "no visit %.40q waits for a person; see: aidpost sync status", args[0])
	case errors.Is(err, outbox.ErrAgreed), errors.Is(err, outbox.ErrDeletedThere), errors.Is(err, outbox.ErrUnanswered),
		errors.Is(err, outbox.ErrMessages):
		return fail(ExitFailed, "%w", err)
	case err != nil:
		return c.syncFailure(ctx, folder, err)
	}
	r, err := sender.Once(ctx)
	if err != nil {
		return c.syncFailure(ctx, folder, err)
	}
	return c.told(r, asJSON)
}
