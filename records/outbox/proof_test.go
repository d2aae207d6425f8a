package outbox_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"aidpost/records"
	"aidpost/records/outbox"
	"aidpost/records/outbox/standin"
)

// A bundleTap sees the bundles that go to Next.
type bundleTap struct {
	next http.Handler
	saw  func(kind string, entries int)
}

func (b bundleTap) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if kind, urls := bundleIn(r); len(urls) > 0 {
		b.saw(kind, len(urls))
	}
	b.next.ServeHTTP(w, r)
}

func isTransaction(r *http.Request) bool {
	kind, _ := bundleIn(r)
	return kind == "transaction"
}

// bundleIn reads the bundle in a request, which can be read again: its type, and what
// its entries ask for.
func bundleIn(r *http.Request) (kind string, urls []string) {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	var sent struct {
		Type  string
		Entry []struct{ Request struct{ URL string } }
	}
	_ = json.Unmarshal(body, &sent) // a search has no body
	for _, e := range sent.Entry {
		urls = append(urls, e.Request.URL)
	}
	return sent.Type, urls
}

// TestAskedFor: a server that answers with what it holds is asked for all of it at
// first and then for a few resources of each transaction; one that does not is asked
// for all of it always, and one that is trusted for nothing.
func TestAskedFor(t *testing.T) {
	for _, tc := range []struct {
		name     string
		server   *standin.Server
		trusting bool
		want     string // for each transaction: all, a few or nothing
	}{
		{"whole", &standin.Server{VersionZero: true}, false, "all all all few few few"},
		{"own ids", &standin.Server{OwnIDs: true, Conditional: true}, false, "all all all few few few"},
		{"terse", &standin.Server{VersionZero: true, Terse: true}, false, "all all all all all all"},
		{"trusted", &standin.Server{VersionZero: true}, true, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := newClinic(t)
			written, got := 0, ""
			url := serve(t, bundleTap{tc.server, func(kind string, n int) {
				word := "some"
				switch {
				case kind == "transaction":
					written = n
					return
				case n == written && n > 2:
					word = "all"
				case n <= 2:
					word = "few"
				}
				if got != "" {
					got += " "
				}
				got += word
			}})
			s := c.sender(url, func(o *outbox.Config) { o.Trusting = tc.trusting })
			for range 6 {
				c.save(c.visit(nil))
				if r := c.once(s); r.Sent != 1 {
					t.Fatalf("%+v", r)
				}
			}
			if got != tc.want {
				t.Errorf("asked for %s, want %s", got, tc.want)
			}
		})
	}
}

// TestEchoOfKnown: what got there with a lost answer is no proof of what was sent
// along with it the next time.
func TestEchoOfKnown(t *testing.T) {
	for n := range 20 { // chance has a part in it
		c, server := newClinic(t), &standin.Server{VersionZero: true}
		var fault atomic.Int32
		proxy := &standin.Proxy{Next: server, Pick: func(r *http.Request) standin.Fault {
			if isTransaction(r) {
				return standin.Fault(fault.Load())
			}
			return standin.None
		}}
		url := serve(t, proxy)
		s := c.sender(url)
		for range 5 {
			c.save(c.visit(person(n)))
			c.once(s)
		}
		first := c.visit(person(n + 100))
		c.save(first)
		fault.Store(int32(standin.CutAfter))
		c.once(s)
		c.now = c.now.Add(time.Hour)
		second := c.visit(person(n + 200))
		c.save(second)
		fault.Store(int32(standin.LieEcho))
		c.once(s)
		fault.Store(int32(standin.None))
		c.now = c.now.Add(time.Hour)
		c.drain(url)
		for _, e := range []*records.Encounter{first, second} {
			if _, ok := server.Held()["Encounter/"+string(e.ID)]; !ok {
				t.Fatalf("%d: a visit counts as sent that only was echoed", n)
			}
		}
	}
}

// TestEchoIsNoProof: a server that gives back what it was sent, and holds none of
// it, is found out at the first transaction, however long it was honest before.
func TestEchoIsNoProof(t *testing.T) {
	c, server := newClinic(t), &standin.Server{VersionZero: true}
	lying := false
	proxy := &standin.Proxy{Next: server, Pick: func(r *http.Request) standin.Fault {
		if lying && isTransaction(r) {
			return standin.LieEcho
		}
		return standin.None
	}}
	url := serve(t, proxy)
	s := c.sender(url)
	for n := range 10 {
		c.save(c.visit(person(n)))
		if r := c.once(s); r.Sent != 1 {
			t.Fatalf("%+v", r)
		}
	}
	lying = true
	var es []*records.Encounter
	for n := range 60 {
		e := c.visit(person(n))
		c.save(e)
		es = append(es, e)
	}
	if r := c.once(s); r.Sent != 0 {
		t.Errorf("it counts as sent what a liar echoed: %+v", r)
	}
	if stats := c.stats(); stats.Done != 10 {
		t.Errorf("%+v", stats)
	}
	lying = false
	c.now = c.now.Add(time.Hour)
	c.drain(url)
	for _, e := range es {
		if _, ok := server.Held()["Encounter/"+string(e.ID)]; !ok {
			t.Errorf("%s is not there", e.ID)
		}
	}
}
