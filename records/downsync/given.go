package downsync

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"aidpost/records/outbox"
)

// A given is what was read of the operator's orders, and up to where.
type given struct {
	Since time.Time `json:"since,omitzero"` // by the server's clock
	// For is what was asked for. Of another kiosk all is read anew.
	For  string           `json:"for"`
	Held map[string]order `json:"held"` // what is in force, by the id of its Library
}

// An order is what one Library asks.
type order struct {
	Version string `json:"version"`
	All     bool   `json:"all"` // it is for all kiosks
	Orders  Orders `json:"orders"`
}

const ordersName = "orders"

// Orders returns what the operator asks of this kiosk: what is for all kiosks, and
// what is for this one. It reads what the server has written since the last time,
// and which orders it still has. Where nothing is asked they are empty.
func (p *Puller) Orders(ctx context.Context) (Orders, error) {
	g, err := p.lastGiven(ctx)
	again := !g.Since.IsZero()
	if err == nil {
		err = p.newOrders(ctx, &g)
	}
	if err == nil && again {
		err = p.withdrawn(ctx, &g)
	}
	if err != nil {
		return Orders{}, err
	}
	text, err := json.Marshal(g)
	if err == nil {
		err = p.store.SetCursor(ctx, p.server, ordersName, string(text))
	}
	return g.together(), err
}

// lastGiven reads what was noted the last time.
func (p *Puller) lastGiven(ctx context.Context) (given, error) {
	system := p.Operator.Base + "/ids/orders|"
	fresh := given{For: system + AllKiosks + "," + system + string(p.Operator.KioskID(p.Place)), Held: map[string]order{}}
	text, _, err := p.store.Cursor(ctx, p.server, ordersName)
	if err != nil || text == "" {
		return fresh, err
	}
	var g given
	if err := json.Unmarshal([]byte(text), &g); err != nil {
		return fresh, fmt.Errorf("where reading the operator's orders has to go on: %w", err)
	}
	if g.For != fresh.For || g.Held == nil {
		return fresh, nil
	}
	return g, nil
}

// newOrders reads what was written since, page by page. If any of it cannot be
// understood none is followed, and it is read again the next time.
func (p *Puller) newOrders(ctx context.Context, g *given) error {
	path := "/Library?_sort=_lastUpdated&_count=" + fmt.Sprint(pageSize) + "&identifier=" + url.QueryEscape(g.For)
	if !g.Since.IsZero() {
		path += "&_lastUpdated=ge" + p.from(g.Since)
	}
	return p.pages(ctx, path, func(e entry) error { return g.read(e.Resource) }, nil)
}

// withdrawn drops what is no longer there, or for others by now. What is there in
// another version than was read is read again: a server that comes back from an old
// backup has it, and not as of since.
func (p *Puller) withdrawn(ctx context.Context, g *given) error {
	if len(g.Held) == 0 {
		return nil
	}
	there := map[string]string{}
	path := "/Library?_elements=id&_count=" + fmt.Sprint(pageSize) + "&identifier=" + url.QueryEscape(g.For) +
		"&_id=" + url.QueryEscape(strings.Join(slices.Sorted(maps.Keys(g.Held)), ","))
	err := p.pages(ctx, path, func(e entry) error {
		var l library
		err := json.Unmarshal(e.Resource, &l)
		there[l.ID] = l.Meta.VersionID
		return err
	}, nil)
	if err != nil {
		return err
	}
	for id, held := range maps.Clone(g.Held) {
		version, is := there[id]
		if is && version == held.Version {
			continue
		}
		delete(g.Held, id)
		if !is {
			continue
		}
		text, err := p.Source.Get(ctx, "/Library/"+url.PathEscape(id))
		if errors.Is(err, outbox.ErrGone) {
			continue
		}
		if err == nil {
			err = g.read(text)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// read takes over what one Library says.
func (g *given) read(text []byte) error {
	var l library
	if err := json.Unmarshal(text, &l); err != nil || l.ResourceType != "Library" || l.ID == "" {
		return ErrOrders
	}
	o, err := l.orders()
	if err != nil {
		return fmt.Errorf("reading Library/%s: %w", l.ID, err)
	}
	if l.Meta.LastUpdated.After(g.Since) {
		g.Since = l.Meta.LastUpdated
	}
	if l.Status != "active" {
		delete(g.Held, l.ID)
		return nil
	}
	all := false
	for _, id := range l.Identifier {
		all = all || strings.HasPrefix(g.For, id.System+"|"+AllKiosks+",") && id.Value == AllKiosks
	}
	g.Held[l.ID] = order{l.Meta.VersionID, all, o}
	return nil
}

// together joins all that is in force: what is for this kiosk comes after what is
// for all.
func (g given) together() Orders {
	var out Orders
	for _, all := range []bool{true, false} {
		for _, id := range slices.Sorted(maps.Keys(g.Held)) {
			if held := g.Held[id]; held.All == all {
				out = out.join(held.Orders)
			}
		}
	}
	return out
}
