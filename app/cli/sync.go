package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"text/tabwriter"
	"time"

	"aidpost/app/site"
	"aidpost/records"
	"aidpost/records/outbox"
)

func syncVerb() verb {
	return verb{
		name: "sync", args: "status|show ENCOUNTER|once|retry|check|pull|watch|keep ENCOUNTER here|there [--data DIR] [--json]",
		brief: "send the records to the site's FHIR server, or say how that stands",
		about: `
Sends what people agreed to share to the FHIR R4 server that the file sync.json
in the data folder names. A kiosk that is open does so by itself, and only it
can; then only "status" and "show" work.

status says what is waiting, what waits for a person and why, and how it stands
with the server. show says of one visit the hash of what is here and of what the
server has proved to hold, part by part, and what was tried so far. once sends what is due and returns. retry gives what was
refused another chance first, but for what keep is for. check asks the server about every visit that it
has proved to hold, and sends anew what it has lost since; an open kiosk asks by
itself, a day after sending and then more and more rarely. pull takes over whom
the other kiosks of the chain know, and what the operator asks of its kiosks, as
far as sync.json says so; once does that, too. watch does all that, until it is
stopped. A visit counts as sent only when the server has given back what was
sent. What a person did not agree to share is held and never sent.

keep says whose word holds on the server for a visit that was changed there by
somebody else: what is here, as a new version there, or what is there. The
records stay as they are either way, and so do the server's earlier versions.`,
		exits: []int{ExitFailed, ExitInterrupted},
		setup: func(c *command) func(context.Context, []string) error {
			data, asJSON := c.dataFlag(), c.jsonFlag()
			return func(ctx context.Context, args []string) error {
				folder, err := data()
				if err != nil {
					return fail(ExitFailed, "%w", err)
				}
				if len(args) > 0 {
					switch args[0] {
					case "keep":
						return c.syncKeep(ctx, folder, args[1:], *asJSON)
					case "show":
						return c.syncShow(ctx, folder, args[1:], *asJSON)
					}
				}
				what, err := one(args, "what to do: status, show, once, retry, check, pull, watch or keep")
				if err != nil {
					return err
				}
				switch what {
				case "status":
					return c.syncStatus(ctx, folder, *asJSON)
				case "once", "retry", "check", "pull", "watch":
					return c.sync(ctx, folder, what, *asJSON)
				}
				return usage("there is no %.40q: status, show, once, retry, check, pull, watch or keep", what)
			}
		},
	}
}

// parkedShown bounds how many parked visits are listed.
const parkedShown = 20

// A syncStatus is what "sync status" says.
type syncStatus struct {
	Server string `json:"server,omitempty"` // its address; empty if none is set
	// Metered says that the network costs by volume now, Waits that nothing goes over it.
	Metered bool `json:"metered,omitempty"`
	Waits   bool `json:"waits,omitempty"`
	records.OutboxStats
	State records.ServerState `json:"state"`
	// ErasedThere counts what was erased here and the server still holds.
	ErasedThere int `json:"erasedThere"`
	// Expire are certificates that end soon.
	Expire   outbox.Expiries       `json:"expire,omitzero"`
	Received received              `json:"received"`
	Parked   []records.ParkedEntry `json:"parked,omitempty"`
}

func (c *command) syncStatus(ctx context.Context, folder string, asJSON bool) error {
	settings, err := site.LoadSync(folder)
	if err != nil && !errors.Is(err, site.ErrNoSync) {
		return fail(ExitFailed, "%w", err)
	}
	store, err := site.OpenStore(ctx, folder, c.looking())
	if err != nil {
		return storeFailure(folder, err)
	}
	defer store.Close()
	s := syncStatus{Server: settings.URL}
	if s.Server != "" {
		s.Metered, s.Waits = settings.Meter(ctx)
		expire, err := settings.Expiries(ctx, folder, store)
		if err != nil {
			c.log.Warn("until when certificates are valid is not known", "error", err)
		}
		s.Expire = expire.Soon(c.Now())
	}
	var errs [5]error
	s.OutboxStats, errs[0] = store.OutboxStats(ctx)
	s.State, errs[1] = store.ServerState(ctx, records.ServerAt(settings.URL))
	s.Parked, errs[2] = store.ParkedOutbox(ctx, parkedShown)
	s.ErasedThere, errs[3] = store.CountErasedThere(ctx, records.ServerAt(settings.URL))
	s.Received, errs[4] = readReceived(ctx, store, settings.URL)
	if err := errors.Join(errs[:]...); err != nil {
		return storeFailure(folder, err)
	}
	if asJSON {
		return writeObject(c.Stdout, s)
	}
	return s.write(c.Stdout)
}

func (s syncStatus) write(w io.Writer) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	line := func(name, format string, args ...any) {
		fmt.Fprintf(tw, "%s\t%s\n", name, fmt.Sprintf(format, args...))
	}
	if s.Server == "" {
		line("server", "none is set in %s", site.SyncName)
	} else {
		line("server", "%s", s.Server)
	}
	switch {
	case s.Waits:
		line("network", "costs by volume: nothing is sent over it until it is another, but by \"sync once\"")
	case s.Metered:
		line("network", "costs by volume: visits are sent, the rest waits up to a day")
	}
	if at := s.Expire.Server; !at.IsZero() {
		line("certificate", "the server's is valid until %s only", at.Format(time.RFC3339))
	}
	if at := s.Expire.Own; !at.IsZero() {
		line("certificate", "this machine's is valid until %s only", at.Format(time.RFC3339))
	}
	line("waiting", "%d", s.Pending+s.InFlight)
	line("sent", "%d", s.Done)
	line("held", "%d, not agreed to be shared; %d of them were not asked about", s.Held, s.Unasked)
	line("refused", "%d, waiting for a person", s.Dead)
	if !s.Oldest.IsZero() {
		line("oldest", "%s", s.Oldest.Format(time.RFC3339))
	}
	if !s.State.Good.IsZero() {
		line("last success", "%s", s.State.Good.Format(time.RFC3339))
	}
	if !s.State.Checked.IsZero() {
		line("last check", "%s; %s lost by the server and sent again so far", s.State.Checked.Format(time.RFC3339), counted(int64(s.State.Lost), "visit", "visits"))
	}
	if s.ErasedThere > 0 {
		line("erased here", "%d resources that the server still holds", s.ErasedThere)
	}
	if !s.Received.At.IsZero() {
		line("received", "%s known from the server; last asked %s", counted(int64(s.Received.People), "person", "people"), s.Received.At.Format(time.RFC3339))
	}
	if s.State.Why != "" {
		line("trouble", "%s, %d times in a row; next try %s", s.State.Why, s.State.Failures, s.State.Next.Format(time.RFC3339))
	}
	for _, p := range s.Parked {
		line("refused visit", "%s: %s", p.Encounter, p.Why)
	}
	return tw.Flush()
}

// sender returns the settings of the server, the records, which are to be closed,
// and what sends them there.
func (c *command) sender(ctx context.Context, folder string) (settings site.SyncSettings, store *records.Store, sender *outbox.Sender, err error) {
	if settings, err = site.LoadSync(folder); err != nil {
		return settings, nil, nil, fail(ExitFailed, "%w", err)
	}
	store, err = site.OpenStore(ctx, folder, c.changing())
	if err != nil {
		return settings, nil, nil, storeFailure(folder, err)
	}
	if sender, err = settings.Sender(folder, c.Version, store, c.log); err != nil {
		store.Close()
		return settings, nil, nil, fail(ExitFailed, "%w", err)
	}
	return settings, store, sender, nil
}

func (c *command) sync(ctx context.Context, folder, what string, asJSON bool) error {
	settings, store, sender, err := c.sender(ctx, folder)
	if err != nil {
		return err
	}
	defer store.Close()
	switch what {
	case "pull":
		return c.pull(ctx, folder, settings, store, asJSON, true)
	case "watch":
		pulling, stop := context.WithCancel(ctx)
		var work sync.WaitGroup
		work.Go(func() { c.keepPulling(pulling, folder, settings, store) })
		err := sender.Watch(ctx, func(r outbox.Report) { _ = c.told(r, asJSON) })
		stop()
		work.Wait()
		return c.syncFailure(ctx, folder, err)
	}
	if what == "retry" {
		if _, err := outbox.Retry(ctx, store); err != nil {
			return c.syncFailure(ctx, folder, err)
		}
	}
	if what == "check" {
		found, err := sender.Check(ctx)
		if err != nil {
			return c.syncFailure(ctx, folder, err)
		}
		if err := c.found(found, asJSON); err != nil {
			return err
		}
		if found.Stopped != "" {
			return fail(ExitFailed, "the rest was not checked: %s", found.Stopped)
		}
	}
	r, err := sender.Once(ctx)
	if err != nil {
		return c.syncFailure(ctx, folder, err)
	}
	if err := c.told(r, asJSON); err != nil {
		return err
	}
	if r.Stopped != "" {
		return fail(ExitFailed, "the rest waits: %s", r.Stopped)
	}
	return c.pull(ctx, folder, settings, store, asJSON, false)
}

func (c *command) syncFailure(ctx context.Context, folder string, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return storeFailure(folder, err)
}

// found writes what a check found.
func (c *command) found(r outbox.CheckReport, asJSON bool) error {
	if asJSON {
		return writeObject(c.Stdout, r)
	}
	_, err := fmt.Fprintf(c.Stdout, "%s checked, %d lost by the server, %d changed there by others, %d there more than once\n",
		counted(int64(r.Checked), "visit", "visits"), r.Lost, r.Changed, r.Doubled)
	return err
}

// told writes what one run did.
func (c *command) told(r outbox.Report, asJSON bool) error {
	if asJSON {
		return writeObject(c.Stdout, r)
	}
	_, err := fmt.Fprintf(c.Stdout, "%s sent, %d refused, %d to be tried again\n", counted(int64(r.Sent), "visit", "visits"), r.Parked, r.Delayed)
	return err
}
