package downsync

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// Errors of a server's pages.
var (
	// ErrNoBundle: the answer is no FHIR Bundle, or cut short.
	ErrNoBundle = errors.New("the answer is no FHIR bundle")
	// ErrElsewhere: the next page is on another server, to which nothing of this
	// one may be shown.
	ErrElsewhere = errors.New("the next page is on another server")
	// ErrEndless: a page leads to itself, or there are too many.
	ErrEndless = errors.New("the server's pages do not end")
)

// A bundle is a page, as far as it is read.
type bundle struct {
	ResourceType string
	Link         []struct{ Relation, URL string }
	Entry        []entry
}

type entry struct {
	FullURL  string
	Resource json.RawMessage
	Search   struct{ Mode string }
	Request  struct{ Method, URL string }
}

// pages gives each resource of a search, or change of a history, to fn, and calls
// turned, unless nil, after every page.
func (p *Puller) pages(ctx context.Context, path string, fn func(entry) error, turned func() error) error {
	seen := map[string]bool{}
	for path != "" {
		if seen[path] || len(seen) >= mostPages {
			return ErrEndless
		}
		seen[path] = true
		text, err := p.Source.Get(ctx, path)
		if err != nil {
			return err
		}
		var b bundle
		if err := json.Unmarshal(text, &b); err != nil || b.ResourceType != "Bundle" {
			return fmt.Errorf("reading a page: %w", ErrNoBundle)
		}
		for _, e := range b.Entry {
			if e.Search.Mode == "include" || e.Search.Mode == "outcome" {
				continue
			}
			if err := fn(e); err != nil {
				return err
			}
		}
		if turned != nil {
			if err := turned(); err != nil {
				return err
			}
		}
		if path, err = p.next(b); err != nil {
			return err
		}
	}
	return nil
}

// next is the path of the next page under the base; "" after the last.
func (p *Puller) next(b bundle) (string, error) {
	for _, l := range b.Link {
		if l.Relation != "next" || l.URL == "" {
			continue
		}
		base, err := url.Parse(p.URL + "/")
		if err != nil {
			return "", err
		}
		to, err := base.Parse(l.URL)
		if err != nil || to.Scheme != base.Scheme || to.Host != base.Host || to.User != nil {
			return "", ErrElsewhere
		}
		if rest, ok := strings.CutPrefix(to.EscapedPath(), strings.TrimRight(base.EscapedPath(), "/")); ok {
			if to.RawQuery != "" {
				rest += "?" + to.RawQuery
			}
			return rest, nil
		}
		return "", ErrElsewhere
	}
	return "", nil
}
