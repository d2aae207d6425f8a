package downsync_test

import (
	"bytes"
	"crypto/sha1"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"aidpost/records/downsync"
	"aidpost/records/quality"
	"aidpost/records/vitals"
)

// order puts orders on the server.
func (c *chain) order(name, status, orders string, change func(map[string]any)) {
	c.t.Helper()
	hash := sha1.Sum([]byte(orders))
	content := map[string]any{
		"contentType": "application/json", "data": base64.StdEncoding.EncodeToString([]byte(orders)),
		"hash": base64.StdEncoding.EncodeToString(hash[:]),
	}
	if change != nil {
		change(content)
	}
	text, err := json.Marshal(map[string]any{
		"resourceType": "Library", "status": status, "content": []any{content},
		"identifier": []any{map[string]any{"system": operator.Base + "/ids/orders", "value": name}},
	})
	if err != nil {
		c.t.Fatal(err)
	}
	c.people.Put("Library/"+name, text)
	c.people.Stamp()
}

// TestOrders: what is for all kiosks and what is for this one count together,
// the stricter of both; drafts and what is for others do not.
func TestOrders(t *testing.T) {
	c := newChain(t, nil)
	k := c.kiosk("k")
	if got, err := k.puller().Orders(t.Context()); err != nil || !reflect.DeepEqual(got, downsync.Orders{}) {
		t.Fatalf("nothing is asked: %+v, %v", got, err)
	}
	id := string(operator.KioskID(k.place()))
	c.order(downsync.AllKiosks, "active", `{"refuse": ["oem-nibp", "contec-cms50d"], "phone": "1",
		"quality": [{"panel": "blood-glucose", "controlEvery": 24}]}`, nil)
	c.order(id, "active", `{"refuse": ["oem-nibp"], "phone": "2", "quality": [{"panel": "blood-glucose", "controlEvery": 48, "lots": true}]}`, nil)
	c.order("another", "active", `{"refuse": ["suntech-advantage"]}`, nil)
	want := downsync.Orders{
		Refuse: []string{"contec-cms50d", "oem-nibp"}, Phone: "2",
		Quality: []quality.Plan{{Panel: vitals.BloodGlucose, ControlEvery: 24, Lots: true, Overrides: 1}},
	}
	if got, err := k.puller().Orders(t.Context()); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v; want %+v", got, err, want)
	}
	c.order(id, "draft", `{"refuse": ["suntech-advantage"]}`, nil)
	c.order(downsync.AllKiosks, "retired", `{}`, nil)
	if got, err := k.puller().Orders(t.Context()); err != nil || !reflect.DeepEqual(got, downsync.Orders{}) {
		t.Errorf("drafts: %+v, %v", got, err)
	}
}

// TestOrdersSince: what was read of the orders is read again only when it changes;
// a change, a withdrawal, an order that is for others by now and a server that came
// back from an old backup all show.
func TestOrdersSince(t *testing.T) {
	var asked []string
	c := newChain(t, func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasPrefix(r.URL.Path, "/Library") {
				asked = append(asked, r.URL.RequestURI())
			}
			h.ServeHTTP(w, r)
		})
	})
	k := c.kiosk("k")
	mine := string(operator.KioskID(k.place()))
	expect := func(when string, requests int, refused ...string) {
		t.Helper()
		asked = nil
		got, err := k.puller().Orders(t.Context())
		if err != nil || !slices.Equal(got.Refuse, refused) || len(asked) != requests {
			t.Errorf("%s: %+v, %v; want %v; asked %q", when, got, err, refused, asked)
		}
		c.server = c.server.Add(time.Hour) // beyond the overlap
	}
	for i := range 130 { // more than a page
		c.order(fmt.Sprint("other", i), "active", `{"refuse": ["c"]}`, nil)
	}
	expect("nothing", 1)
	c.order(downsync.AllKiosks, "active", `{"refuse": ["a"]}`, nil)
	c.order(mine, "active", `{"refuse": ["b"]}`, nil)
	expect("first", 1, "a", "b")
	old, then := c.people.Held()["Library/"+mine], c.server.Add(-time.Hour)
	expect("again", 2, "a", "b")
	if len(asked) == 2 && (!strings.Contains(asked[0], "_lastUpdated=ge2019") || !strings.Contains(asked[1], "_elements=id")) {
		t.Errorf("again: asked %q", asked)
	}
	c.order(mine, "active", `{"refuse": ["b", "d"]}`, nil)
	expect("changed", 2, "a", "b", "d")
	c.order(mine, "active", `{"refuse": ["e"], "allow": ["b"]}`, nil)
	for range 2 { // until somebody has put it right
		if _, err := k.puller().Orders(t.Context()); !errors.Is(err, downsync.ErrOrders) {
			t.Errorf("unfit: %v", err)
		}
		c.server = c.server.Add(time.Hour)
	}
	c.order(mine, "active", `{"refuse": ["e"]}`, nil)
	expect("put right", 2, "a", "e")
	c.people.Put("Library/"+downsync.AllKiosks, nil)
	expect("withdrawn", 2, "e")
	c.people.Restore("Library/"+mine, old, then)
	expect("restored", 3, "b")
	expect("and then", 2, "b")
	text := bytes.Replace(old.JSON, []byte(mine), []byte("another"), 1)
	c.people.Put("Library/"+mine, text)
	expect("for another by now", 2)
	k.name = "moved"
	c.order(string(operator.KioskID(k.place())), "active", `{"refuse": ["f"]}`, nil)
	c.order(downsync.AllKiosks, "active", `{"refuse": ["a"]}`, nil)
	expect("of another kiosk", 1, "a", "f")
}

// TestUnfitOrders: of orders that are not understood as a whole none is followed.
func TestUnfitOrders(t *testing.T) {
	for name, set := range map[string]func(*chain){
		"unknown": func(c *chain) { c.order(downsync.AllKiosks, "active", `{"refuse": ["x"], "allow": ["y"]}`, nil) },
		"no JSON": func(c *chain) { c.order(downsync.AllKiosks, "active", `refuse`, nil) },
		"altered": func(c *chain) {
			c.order(downsync.AllKiosks, "active", `{"refuse": ["x"]}`, func(m map[string]any) { m["data"] = "e30=" })
		},
		"no text": func(c *chain) {
			c.order(downsync.AllKiosks, "active", `{}`, func(m map[string]any) { m["data"] = "!" })
		},
		"a script": func(c *chain) {
			c.order(downsync.AllKiosks, "active", `{}`, func(m map[string]any) { m["contentType"] = "text/x" })
		},
	} {
		c := newChain(t, nil)
		set(c)
		if got, err := c.kiosk("k").puller().Orders(t.Context()); !errors.Is(err, downsync.ErrOrders) || len(got.Refuse) > 0 {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func FuzzParseOrders(f *testing.F) {
	f.Add([]byte(`{"refuse":["a"],"quality":[{"panel":"blood-glucose","controlEvery":24}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		if _, err := downsync.ParseOrders(text); err != nil && !errors.Is(err, downsync.ErrOrders) {
			t.Fatal(err)
		}
	})
}
