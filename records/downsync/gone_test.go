package downsync_test

import (
	"os"
	"testing"

	"aidpost/records"
	"aidpost/records/vitals"
)

// TestBothOnServer: two records that the server knows both are for people there
// to judge, whatever their numbers.
func TestBothOnServer(t *testing.T) {
	c := newChain(t, nil)
	k := c.kiosk("k")
	local := person(1)
	local.ID = records.NewID()
	k.visit(local, 134)
	k.send()
	c.known(1)
	if got := k.pull(); got.Merged != 0 || got.Apart != 1 || got.New != 1 {
		t.Errorf("%+v", got)
	}
}

// TestErasedBeforeAsking: who was sent, and erased before the server was ever
// asked, does not come back.
func TestErasedBeforeAsking(t *testing.T) {
	c := newChain(t, nil)
	k := c.kiosk("k")
	k.visit(person(1), 134)
	k.send()
	if _, err := k.store.Erase(t.Context(), person(1).ID, "asked for"); err != nil {
		t.Fatal(err)
	}
	if got := k.pull(); got.New != 0 || k.knows("AL1") != nil {
		t.Errorf("%+v, %+v", got, k.knows("AL1"))
	}
}

// TestErasedBeforeRestore: records from before somebody was ever there know of
// the erasure by the register beside them.
func TestErasedBeforeRestore(t *testing.T) {
	c := newChain(t, nil)
	c.known(1)
	c.known(2)
	k := c.kiosk("k")
	if err := os.WriteFile(k.path+".erased", []byte("erased "+person(1).ID+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := k.pull(); got.New != 1 || k.knows("AL1") != nil {
		t.Errorf("%+v, %+v", got, k.knows("AL1"))
	}
}

// TestMerged: records that the server has merged count as one here, also if the
// survivor comes later or has no number of ours; again nothing happens, and what
// staff here have merged otherwise stays.
func TestMerged(t *testing.T) {
	c := newChain(t, nil)
	for i := range 4 {
		c.known(i)
	}
	k := c.kiosk("k")
	k.pull()
	e := k.visit(k.knows("AL1"), 141)
	k.send()
	c.put("survivor", map[string]any{
		"resourceType": "Patient", "name": []any{map[string]any{"text": "Ada King"}}, "birthDate": "1915",
	})
	c.edit(string(person(1).ID), func(m map[string]any) {
		m["active"] = false
		m["link"] = []any{map[string]any{"type": "replaced-by", "other": map[string]any{"reference": "Patient/survivor"}}}
	})
	c.edit(string(person(2).ID), func(m map[string]any) {
		m["link"] = []any{map[string]any{"type": "replaces", "other": map[string]any{"reference": "Patient/" + string(person(3).ID)}}}
	})
	if got := k.pull(); got.Merged != 2 || got.Apart != 0 {
		t.Fatalf("%+v", got)
	}
	p := k.knows("AL1")
	if p == nil || p.Family != "Ada King" || !p.BirthEstimated || p.BirthDate.Year != 1915 {
		t.Fatalf("the card finds %+v", p)
	}
	history, err := k.store.History(t.Context(), p.ID, vitals.BloodPressure, 10)
	if err != nil || len(history) != 1 || history[0].ID != e.Observations[0].ID {
		t.Errorf("history %v, %v", history, err)
	}
	if q := k.knows("AL3"); q == nil || q.ID != person(2).ID {
		t.Errorf("the card of 3 finds %+v", q)
	}
	if got := k.pull(); got.Merged+got.Apart != 0 {
		t.Errorf("again: %+v", got)
	}
	if err := k.store.Unmerge(t.Context(), person(3).ID, "not the same"); err != nil {
		t.Fatal(err)
	}
	if err := k.store.Merge(t.Context(), person(3).ID, person(0).ID, "this one"); err != nil {
		t.Fatal(err)
	}
	c.edit(string(person(2).ID), func(m map[string]any) { m["gender"] = "female" })
	if got := k.pull(); got.Merged != 0 || got.Apart != 1 {
		t.Errorf("merged otherwise here: %+v", got)
	}
}

// TestDeleted: a copy goes with the original, somebody with visits stays, and
// who was erased here does not come back.
func TestDeleted(t *testing.T) {
	c := newChain(t, nil)
	for i := range 3 {
		c.known(i)
	}
	k := c.kiosk("k")
	k.pull()
	k.visit(k.knows("AL1"), 141)
	k.send()
	if _, err := k.store.Erase(t.Context(), person(2).ID, "asked for"); err != nil {
		t.Fatal(err)
	}
	for i := range 2 {
		c.people.Put("Patient/"+string(person(i).ID), nil)
	}
	c.edit(string(person(2).ID), rename("Byron"))
	got := k.pull()
	if got.Dropped != 1 || got.Apart != 1 || got.New != 0 {
		t.Errorf("%+v", got)
	}
	if k.knows("AL0") != nil || k.knows("AL1") == nil || k.knows("AL2") != nil {
		t.Errorf("0 %v, 1 %v, 2 %v", k.knows("AL0"), k.knows("AL1"), k.knows("AL2"))
	}
	c.known(0) // it was a mistake
	if got := k.pull(); got.New != 1 {
		t.Errorf("brought back: %+v", got)
	}
	fresh := c.kiosk("fresh")
	if got := fresh.pull(); got.New != 2 {
		t.Errorf("another kiosk: %+v", got)
	}
}
