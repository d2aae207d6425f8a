package outbox_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"aidpost/records"
	"aidpost/records/outbox/standin"
)

// An askedTap notes which resources the server behind it is asked for by id, and in how
// many searches.
type askedTap struct {
	next http.Handler
	lost bool // searches find nothing

	mu           sync.Mutex
	transactions int
	searches     int
	asked        map[string]bool // by Type/id
}

func (a *askedTap) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	kind, urls := bundleIn(r)
	ids := r.URL.Query().Get("_id")
	if ids != "" && a.lost {
		a.note(func() { a.searches++ })
		w.Header().Set("Content-Type", "application/fhir+json")
		fmt.Fprint(w, `{"resourceType":"Bundle","type":"searchset","total":0}`)
		return
	}
	a.note(func() {
		switch {
		case kind == "transaction":
			a.transactions++
		case kind == "batch":
			for _, url := range urls {
				a.asked[url] = true
			}
		case ids != "":
			a.searches++
			for id := range strings.SplitSeq(ids, ",") {
				a.asked[r.URL.Path[1:]+"/"+id] = true
			}
		}
	})
	a.next.ServeHTTP(w, r)
}

func (a *askedTap) note(what func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	what()
}

// forget has it count anew.
func (a *askedTap) forget() {
	a.note(func() { a.transactions, a.searches, a.asked = 0, 0, map[string]bool{} })
}

// TestAskedTogether: a server that has proved itself is asked for several shipments at
// once, of each visit for what was never sent before, by searches if it can.
func TestAskedTogether(t *testing.T) {
	const visits = 240 // as many as are taken at a time
	for _, lost := range []bool{false, true} {
		t.Run(fmt.Sprintf("searches find nothing %v", lost), func(t *testing.T) {
			c := newClinic(t)
			tap := &askedTap{next: &standin.Server{VersionZero: true}, lost: lost}
			tap.forget()
			s := c.sender(serve(t, tap))
			for n := range 3 { // it proves itself
				c.save(c.visit(person(n)))
				c.once(s)
			}
			tap.forget()
			for n := range visits {
				c.save(c.visit(person(n)))
			}
			if r := c.once(s); r.Sent != visits {
				t.Fatalf("%+v", r)
			}
			provenances := 0
			for key := range tap.asked {
				if strings.HasPrefix(key, "Provenance/") {
					provenances++
				}
			}
			if provenances < visits {
				t.Errorf("%d visits count as sent, and of %d it was asked whether they are there", visits, provenances)
			}
			switch {
			case lost && tap.searches != 1:
				t.Errorf("%d searches of a server that finds nothing by them", tap.searches)
			case !lost && (tap.searches == 0 || 3*tap.searches > tap.transactions):
				t.Errorf("%d searches for %d transactions", tap.searches, tap.transactions)
			}
		})
	}
}

// TestLieAmongMany: of many transactions that are proved together the server has kept
// nothing of one. Only what that brought is sent again, and in the end all is there.
func TestLieAmongMany(t *testing.T) {
	for _, fault := range []standin.Fault{standin.Lie, standin.LieEcho, standin.LieOld} {
		for _, liesAt := range []int{1, 4, 7} {
			t.Run(fmt.Sprintf("%v in %d", fault, liesAt), func(t *testing.T) {
				c, server := newClinic(t), &standin.Server{VersionZero: true, NoneMatch: true, Lax: true}
				var transactions atomic.Int32
				s := c.sender(serve(t, &standin.Proxy{Next: server, Pick: func(r *http.Request) standin.Fault {
					if isTransaction(r) && transactions.Add(1) == int32(liesAt) {
						return fault
					}
					return standin.None
				}}))
				transactions.Store(-100) // it proves itself first
				var es []*records.Encounter
				for n := range 3 {
					es = append(es, c.visit(person(n)))
					c.save(es[n])
					c.once(s)
				}
				transactions.Store(0)
				for n := range 80 {
					e := c.visit(person(n))
					c.save(e)
					es = append(es, e)
				}
				if r := c.once(s); r.Sent != 80 || r.Parked != 0 || r.Delayed != 0 {
					t.Errorf("%+v", r)
				}
				if n := transactions.Load(); n <= int32(liesAt) {
					t.Errorf("%d transactions: the lie was never told", n)
				}
				c.expect(server, es...)
			})
		}
	}
}
