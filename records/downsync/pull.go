package downsync

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"strings"
	"time"

	"aidpost/records"
	"aidpost/records/fhir"
	"aidpost/records/outbox"
)

// A Source reads from a server: a path under its base, like /Patient?name=x. Its
// errors match outbox.ErrGone and outbox.ErrUnable where they are that.
type Source interface {
	Get(ctx context.Context, path string) ([]byte, error)
}

// A Config says what is taken over from where.
type Config struct {
	Source   Source
	URL      string // base of the server
	Operator fhir.Operator
	Place    records.Place // of this kiosk
	// Search are the terms that find the chain's people. Empty: whoever has a
	// number that a kiosk of this operator gave.
	Search string
	// Overlap is how far before the cursor is read again. Zero: five minutes.
	Overlap time.Duration
	// Log receives what happens, never what was received. Nil: silent.
	Log *slog.Logger
}

const (
	usualOverlap = 5 * time.Minute
	pageSize     = 100
	// mostPages bounds a pass: a server that never ends is at fault.
	mostPages = 100_000
	// mostAgain bounds who is asked for by name: those that could not be taken
	// over yet.
	mostAgain = 500
)

// A Puller takes people over from one server. It is used by one goroutine at a
// time.
type Puller struct {
	Config
	store  *records.Store
	server records.ServerKey
}

// New returns a Puller.
func New(store *records.Store, c Config) *Puller {
	if c.Overlap <= 0 {
		c.Overlap = usualOverlap
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Search == "" {
		c.Search = "identifier=" + url.QueryEscape(c.Operator.Base+"/ids/record|")
	}
	c.URL = strings.TrimRight(c.URL, "/")
	return &Puller{Config: c, store: store, server: records.ServerAt(c.URL)}
}

// from writes into an address from when on something is read, if it was read up to
// an instant.
func (p *Puller) from(since time.Time) string {
	return url.QueryEscape(since.Add(-p.Overlap).UTC().Format("2006-01-02T15:04:05.000Z07:00"))
}

// A Report says what one pass did.
type Report struct {
	Read    int `json:"read"`    // people whom the server told of
	New     int `json:"new"`     // not known here before
	Changed int `json:"changed"` // something was taken over
	Waiting int `json:"waiting"` // something here is not confirmed yet, or the person is at the kiosk
	Merged  int `json:"merged"`  // records that count as one now
	Dropped int `json:"dropped"` // copies that went since the server has deleted them
	// Apart are those whom staff should look at: the same number with another
	// name, a deletion of somebody with visits, what may not be stored.
	Apart int `json:"apart"`
}

// A cursor is up to where a server was read.
type cursor struct {
	Since time.Time `json:"since,omitzero"` // by the server's clock
	Again []string  `json:"again,omitempty"`
}

const cursorName = "people"

// A pass is one reading of the server.
type pass struct {
	*Puller
	Report
	cursor
	// carried says that the people came on a stick, from a kiosk that is told
	// nothing and cannot be asked.
	carried bool
	again   []string        // ids there that are asked for next time
	links   map[string]link // by the id there that was merged
}

// A link says that one id there was merged into another.
type link struct{ from, to string }

// Once reads what is new. What it has taken over before it fails stays, and it
// goes on from there the next time.
func (p *Puller) Once(ctx context.Context) (Report, error) {
	ps := pass{Puller: p, links: map[string]link{}}
	text, _, err := p.store.Cursor(ctx, p.server, cursorName)
	if err != nil {
		return ps.Report, err
	}
	if text != "" {
		if err := json.Unmarshal([]byte(text), &ps.cursor); err != nil {
			return ps.Report, fmt.Errorf("where reading the server has to go on: %w", err)
		}
	}
	first := ps.Since.IsZero()
	begin := ps.Since
	err = ps.people(ctx)
	if err == nil {
		err = ps.merges(ctx)
	}
	if err == nil && !first {
		err = ps.deletions(ctx, begin)
	}
	if err != nil {
		ps.again = append(ps.again, ps.Again...) // not all were asked for
	}
	return ps.Report, errors.Join(err, ps.save(context.WithoutCancel(ctx)))
}

// Last returns when a server was last read to its end; zero if never.
func Last(ctx context.Context, store *records.Store, url string) (time.Time, error) {
	_, at, err := store.Cursor(ctx, records.ServerAt(strings.TrimRight(url, "/")), cursorName)
	return at, err
}

// save notes where to go on.
func (p *pass) save(ctx context.Context) error {
	slices.Sort(p.again)
	next := cursor{Since: p.Since, Again: slices.Compact(p.again)}
	if len(next.Again) > mostAgain {
		p.Log.Warn("too many people wait to be taken over: some are left as they are", "people", len(next.Again))
		next.Again = next.Again[:mostAgain]
	}
	text, err := json.Marshal(next)
	if err != nil {
		return err
	}
	return p.store.SetCursor(ctx, p.server, cursorName, string(text))
}

// people reads whoever is asked for by name, and all that was written since.
func (p *pass) people(ctx context.Context) error {
	for _, id := range p.Again {
		if err := p.one(ctx, id); err != nil {
			return err
		}
	}
	p.Again = nil
	path := "/Patient?_sort=_lastUpdated&_count=" + fmt.Sprint(pageSize) + "&" + p.Search
	if !p.Since.IsZero() {
		path += "&_lastUpdated=ge" + p.from(p.Since)
	}
	newest, sorted := p.Since, true
	var last time.Time
	err := p.pages(ctx, path, func(e entry) error {
		person, err := fhir.ReadPatient(e.Resource, p.Operator)
		if person.Updated.After(newest) {
			newest = person.Updated
		}
		sorted = sorted && !person.Updated.Before(last)
		last = person.Updated
		if errors.Is(err, fhir.ErrNotOurs) {
			return nil
		}
		if err != nil {
			return err
		}
		p.Read++
		return p.take(ctx, person)
	}, func() error {
		if !sorted || !newest.After(p.Since) {
			return nil
		}
		// All before it has been read: an end from here on loses nothing.
		keep := p.again
		p.Since = newest
		err := p.save(ctx)
		p.again = keep
		return err
	})
	if err == nil {
		p.Since = newest
	}
	return err
}

// one reads one Patient.
func (p *pass) one(ctx context.Context, remote string) error {
	text, err := p.Source.Get(ctx, "/Patient/"+url.PathEscape(remote))
	if errors.Is(err, outbox.ErrGone) {
		return p.deleted(ctx, remote)
	}
	if err != nil {
		return err
	}
	person, err := fhir.ReadPatient(text, p.Operator)
	if errors.Is(err, fhir.ErrNotOurs) {
		return nil
	}
	if err != nil {
		return err
	}
	return p.take(ctx, person)
}
