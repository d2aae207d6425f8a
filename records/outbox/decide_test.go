package outbox_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"aidpost/records"
	"aidpost/records/fhir"
	"aidpost/records/outbox"
	"aidpost/records/outbox/standin"
	"aidpost/records/vitals"
)

// TestDecide: a measurement that was changed on both sides waits for a person, who
// says whose word holds there; the records stay as they are either way.
func TestDecide(t *testing.T) {
	for _, tc := range []struct {
		word outbox.Word
		want string // the systolic pressure on the server then
	}{{outbox.Here, "141"}, {outbox.There, "120"}} {
		for _, found := range []string{"by sending", "by a check"} {
			t.Run(string(tc.word)+" "+found, func(t *testing.T) {
				c, server := newClinic(t), &standin.Server{VersionZero: true}
				url := serve(t, server)
				e := c.visit(person(1))
				c.save(e)
				c.drain(url)
				key := "Observation/" + string(e.Observations[0].ID)
				change := func() {
					theirs := server.Held()[key].JSON
					server.Put(key, bytes.Replace(theirs, []byte(`"value":134`), []byte(`"value":120`), 1))
				}
				correct := func() {
					e.Observations[0].Values[0].Quantity, e.Observations[0].State = vitals.Of(141, vitals.MmHg), records.Amended
					c.save(e)
				}
				if found == "by sending" {
					change()
					correct()
					c.once(c.sender(url))
				} else {
					correct()
					c.drain(url)
					theirs := server.Held()[key].JSON
					server.Put(key, bytes.Replace(theirs, []byte(`"value":141`), []byte(`"value":120`), 1))
					c.now = c.now.Add(48 * time.Hour)
					if _, _, err := c.sender(url).CheckDue(t.Context()); err != nil {
						t.Fatal(err)
					}
				}
				if stats := c.stats(); stats.Dead != 1 {
					t.Fatalf("%+v", stats)
				}
				ds, err := c.sender(url).Differences(t.Context(), e.ID)
				systolic := fhir.Field{Name: "Systolic blood pressure", Ours: "141 mmHg", Theirs: "120 mmHg"}
				if err != nil || !slices.ContainsFunc(ds, func(d outbox.Difference) bool {
					return d.Kind == "Observation" && !d.Deleted && slices.Contains(d.Fields, systolic)
				}) {
					t.Errorf("they differ in %+v, %v", ds, err)
				}
				if err := c.sender(url).Decide(t.Context(), e.ID, tc.word); err != nil {
					t.Fatal(err)
				}
				c.drain(url)
				if got := string(server.Held()[key].JSON); !strings.Contains(got, `"value":`+tc.want) {
					t.Errorf("the server holds %s, want %s", got, tc.want)
				}
				kept, err := c.store.Encounter(t.Context(), e.ID)
				if err != nil || kept.Observations[0].Values[0].Quantity != vitals.Of(141, vitals.MmHg) {
					t.Errorf("the records hold %+v, %v", kept, err)
				}
				trail, err := c.store.AuditAfter(t.Context(), 0, 1000)
				decided := 0
				for _, entry := range trail {
					if entry.Action == "outbox.decide" && entry.Object == e.ID {
						decided++
					}
				}
				if err != nil || decided != 1 {
					t.Errorf("%d entries of the decision, %v", decided, err)
				}
			})
		}
	}
}

// TestDecideNothing: what does not wait, what agrees, and what is gone there.
func TestDecideNothing(t *testing.T) {
	c, server := newClinic(t), &standin.Server{VersionZero: true}
	url := serve(t, server)
	e := c.visit(person(1))
	c.save(e)
	c.drain(url)
	if err := c.sender(url).Decide(t.Context(), e.ID, outbox.Here); !errors.Is(err, records.ErrNotFound) {
		t.Errorf("not parked: %v", err)
	}
	server.Delete("Observation/" + string(e.Observations[0].ID))
	c.now = c.now.Add(48 * time.Hour)
	if _, _, err := c.sender(url).CheckDue(t.Context()); err != nil {
		t.Fatal(err)
	}
	if ds, err := c.sender(url).Differences(t.Context(), e.ID); err != nil || len(ds) != 1 || !ds[0].Deleted {
		t.Errorf("deleted: %+v, %v", ds, err)
	}
	if err := c.sender(url).Decide(t.Context(), e.ID, outbox.Here); !errors.Is(err, outbox.ErrDeletedThere) {
		t.Errorf("deleted: %v", err)
	}
	if err := c.sender(url).Decide(t.Context(), e.ID, outbox.There); err != nil {
		t.Errorf("deleted: %v", err)
	}
	c.drain(url)
	if _, back := server.Held()["Observation/"+string(e.Observations[0].ID)]; back {
		t.Error("what was deleted there came back")
	}
	if err := c.sender("http://127.0.0.1:1").Decide(t.Context(), e.ID, outbox.Here); err == nil {
		t.Error("nobody was asked")
	}
}
