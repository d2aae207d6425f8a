package outbox_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"aidpost/records"
	"aidpost/records/outbox/standin"
)

// An askedTap notes which resources the server behind it is asked for by id, and in how
// many searches.
type askedTap struct {
	next         http.Handler
	transactions int
	searches     int
	asked        map[string]bool // by Type/id
	lost         bool            // searches find nothing
}

func (a *askedTap) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	var sent struct {
		Type  string
		Entry []struct{ Request struct{ URL string } }
	}
	_ = json.Unmarshal(body, &sent)
	switch ids := r.URL.Query().Get("_id"); {
	case sent.Type == "transaction":
		a.transactions++
	case sent.Type == "batch":
		for _, e := range sent.Entry {
			a.asked[e.Request.URL] = true
		}
	case ids != "":
		a.searches++
		if a.lost {
			w.Header().Set("Content-Type", "application/fhir+json")
			fmt.Fprint(w, `{"resourceType":"Bundle","type":"searchset","total":0}`)
			return
		}
		for id := range strings.SplitSeq(ids, ",") {
			a.asked[r.URL.Path[1:]+"/"+id] = true
		}
	}
	a.next.ServeHTTP(w, r)
}

// TestAskedTogether: a server that has proved itself is asked for several shipments at
// once, of each visit for what was never sent before, by searches if it can.
func TestAskedTogether(t *testing.T) {
	const visits = 240 // as many as are taken at a time
	for _, lost := range []bool{false, true} {
		t.Run(fmt.Sprintf("searches find nothing %v", lost), func(t *testing.T) {
			c := newClinic(t)
			tap := &askedTap{next: &standin.Server{VersionZero: true}, lost: lost, asked: map[string]bool{}}
			s := c.sender(serve(t, tap))
			for n := range 3 { // it proves itself
				c.save(c.visit(person(n)))
				c.once(s)
			}
			*tap = askedTap{next: tap.next, lost: lost, asked: map[string]bool{}}
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
				transactions, lies := -100, false
				proxy := &standin.Proxy{Next: server, Pick: func(*http.Request) standin.Fault {
					if lies {
						return fault
					}
					return standin.None
				}}
				s := c.sender(serve(t, bundleTap{proxy, func(kind string, _ int) {
					if lies = false; kind == "transaction" {
						transactions++
						lies = transactions == liesAt
					}
				}}))
				var es []*records.Encounter
				for n := range 3 {
					es = append(es, c.visit(person(n)))
					c.save(es[n])
					c.once(s)
				}
				transactions = 0
				for n := range 80 {
					e := c.visit(person(n))
					c.save(e)
					es = append(es, e)
				}
				if r := c.once(s); r.Sent != 80 || r.Parked != 0 || r.Delayed != 0 {
					t.Errorf("%+v", r)
				}
				if transactions <= liesAt {
					t.Errorf("%d transactions: the lie was never told", transactions)
				}
				c.expect(server, es...)
			})
		}
	}
}
