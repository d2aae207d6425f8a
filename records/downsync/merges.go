package downsync

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"aidpost/records"
	"aidpost/records/outbox"
)

// merges has records count as one here that the server has merged. Nothing is
// written over, and staff can take it back.
func (p *pass) merges(ctx context.Context) error {
	for _, key := range slices.Sorted(maps.Keys(p.links)) {
		l := p.links[key]
		from, known, err := p.store.ReceivedAs(ctx, p.server, l.from)
		if err != nil {
			return err
		}
		if !known {
			continue // never known here
		}
		to, known, err := p.store.ReceivedAs(ctx, p.server, l.to)
		if err == nil && !known && !p.carried {
			// It was written before, or has no number of this operator.
			if err = p.one(ctx, l.to); err == nil {
				to, known, err = p.store.ReceivedAs(ctx, p.server, l.to)
			}
		}
		if err != nil {
			return err
		}
		if !known || from.Patient == to.Patient {
			continue
		}
		if err := p.merge(ctx, from.Patient, to.Patient); err != nil {
			return err
		}
	}
	return nil
}

func (p *pass) merge(ctx context.Context, from, to records.ID) error {
	into, merged, err := p.store.MergedInto(ctx, from)
	if err != nil {
		return err
	}
	root, _, err := p.store.MergedInto(ctx, to)
	if err != nil {
		return err
	}
	switch {
	case merged && into == root:
		return nil // done before
	case merged || root == from:
		p.Apart++
		p.Log.Warn("staff here have merged otherwise than the server: that stays", "patient", from)
		return nil
	}
	why := "merged on the server"
	if p.carried {
		why = "merged where the visit comes from"
	}
	err = p.store.Merge(ctx, from, root, why)
	if errors.Is(err, records.ErrNotFound) {
		return nil // one of them was erased here
	}
	if err == nil {
		p.Merged++
	}
	return err
}

// deletions asks who was deleted since. A server that keeps no history of a type
// cannot say; those whom it names later are found out then.
func (p *pass) deletions(ctx context.Context, since time.Time) error {
	path := "/Patient/_history?_count=100&_since=" + p.from(since)
	err := p.pages(ctx, path, func(e entry) error {
		if e.Request.Method != "DELETE" {
			return nil
		}
		at := e.Request.URL
		if at == "" {
			at = e.FullURL
		}
		at, _, _ = strings.Cut(at, "/_history/")
		remote := at[strings.LastIndexByte(at, '/')+1:]
		// It may have been taken back since.
		return p.one(ctx, remote)
	}, nil)
	if errors.Is(err, outbox.ErrUnable) || errors.Is(err, outbox.ErrGone) {
		return nil
	}
	return err
}

// deleted is what becomes of somebody whom the server has deleted: who was never
// here goes, and of the others nothing is lost.
func (p *pass) deleted(ctx context.Context, remote string) error {
	r, known, err := p.store.ReceivedAs(ctx, p.server, remote)
	if err != nil || !known {
		return err
	}
	dropped, err := p.store.DropReceived(ctx, p.server, r.Patient)
	switch {
	case err != nil:
		return err
	case dropped:
		p.Dropped++
	default:
		p.Apart++
		p.Log.Warn("the server has deleted a person with visits here: they stay until staff have looked", "patient", r.Patient)
	}
	return nil
}
