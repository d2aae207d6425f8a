package cli

import (
	"context"
	"fmt"
	"strings"
	"time"

	"aidpost/app/site"
	"aidpost/records"
	"aidpost/records/downsync"
)

// A received is what "sync status" says of what came from the server.
type received struct {
	People int       `json:"people"`        // of whom the server has told
	At     time.Time `json:"last,omitzero"` // it was asked last
}

func readReceived(ctx context.Context, store *records.Store, url string) (received, error) {
	var r received
	var err error
	if r.People, err = store.CountReceived(ctx, records.ServerAt(strings.TrimRight(url, "/"))); err != nil {
		return r, err
	}
	r.At, err = downsync.Last(ctx, store, url)
	return r, err
}

// pull takes over from the server what the settings say, if anything.
func (c *command) pull(ctx context.Context, folder string, settings site.SyncSettings, store *records.Store, asJSON, asked bool) error {
	r, err := settings.Receiver(folder, c.Version, store, c.log)
	if err != nil {
		return fail(ExitFailed, "%w", err)
	}
	if r == nil {
		if asked {
			return fail(ExitFailed, `nothing is to be received: say so with "receive" in %s`, site.SyncName)
		}
		return nil
	}
	report, err := r.Once(ctx)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err != nil {
		return fail(ExitFailed, "receiving stopped: %w", err)
	}
	if asJSON {
		return writeObject(c.Stdout, report)
	}
	_, err = fmt.Fprintf(c.Stdout, "%s new, %d changed, %d merged, %d dropped; %d wait, %d for staff to look at\n",
		counted(int64(report.New), "person", "people"), report.Changed, report.Merged, report.Dropped, report.Waiting, report.Apart)
	return err
}

// keepPulling takes over again and again, until ctx ends. What comes is in the
// log, so that it does not mix with what is sent.
func (c *command) keepPulling(ctx context.Context, folder string, settings site.SyncSettings, store *records.Store) {
	r, err := settings.Receiver(folder, c.Version, store, c.log)
	if err != nil {
		c.log.Error("nothing is received from the server", "error", err)
		return
	}
	if r == nil {
		return
	}
	r.Watch(ctx, func(report downsync.Report) {
		if report.New+report.Changed+report.Merged+report.Dropped+report.Apart > 0 {
			c.log.Info("received from the server", "new", report.New, "changed", report.Changed, "merged", report.Merged,
				"dropped", report.Dropped, "apart", report.Apart)
		}
	})
}
