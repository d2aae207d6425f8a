package desk

import (
	"fmt"
	"testing"
	"time"

	"aidpost/records"
)

func TestSearchKeepsToTheLastText(t *testing.T) {
	s := working(t)
	for _, name := range []string{"Fatima", "Faisal", "Bo"} {
		s.save(s.visitor(name, time.Hour, 0))
	}
	for _, tc := range []struct {
		text string
		want int
	}{{"f", 2}, {"fa", 2}, {"fat", 1}, {"1956-04-30", 3}, {"nobody like this", 0}, {"", 0}, {"   ", 0}} {
		s.Search(tc.text)
		s.Wait()
		got := s.State().Find
		if got.Text != tc.text || got.Busy || len(got.Rows) != tc.want {
			t.Errorf("%q: %+v, want %d", tc.text, got, tc.want)
		}
	}
	for _, text := range []string{"f", "fa", "fai"} { // faster than the records answer
		s.Search(text)
	}
	s.Wait()
	if got := s.State().Find; got.For != "fai" || len(got.Rows) != 1 {
		t.Errorf("rows for %q: %d", got.For, len(got.Rows))
	}
}

func TestSearchWaitsForTheTypist(t *testing.T) {
	s := working(t)
	s.save(s.visitor("Fatima", time.Hour, 0))
	head, _ := s.store.AuditHead(t.Context())
	s.cfg.Pause = time.Hour
	for _, text := range []string{"f", "fa", "fat"} {
		s.Search(text)
	}
	if now, _ := s.store.AuditHead(t.Context()); now != head {
		t.Error("a search is put on record while somebody types")
	}
	s.SignOut()
	s.Wait()
}

func TestSearchShowsNoMoreThanItCan(t *testing.T) {
	s := working(t)
	for i := range mostFound + 3 {
		s.save(s.visitor(fmt.Sprintf("Fatima %d", i), time.Hour, -1))
	}
	s.Search("fatima")
	s.Wait()
	if got := s.State().Find; len(got.Rows) != mostFound || !got.More {
		t.Errorf("%d rows, more: %v", len(got.Rows), got.More)
	}
}

func TestNameOf(t *testing.T) {
	for want, p := range map[string]*records.Patient{
		"":             nil,
		"Ada":          {Given: " Ada "},
		"Ada Lovelace": {Given: "Ada", Family: "Lovelace"},
		"C-1":          {Identifiers: []records.Identifier{{System: "card", Value: "C-1"}}},
	} {
		if got := NameOf(p); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
