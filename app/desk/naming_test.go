package desk

import (
	"context"
	"slices"
	"testing"

	"aidpost/assets/words"
	"aidpost/instruments"
	"aidpost/instruments/catalogue"
	"aidpost/records"
	"aidpost/records/staff"
)

// candidate is a model of the catalogue.
func candidate(t *testing.T, id string) instruments.Candidate {
	t.Helper()
	d, ok := catalogue.Find(id)
	if !ok {
		t.Fatal(id)
	}
	return instruments.Candidate{Model: d.Model(), Adapter: true}
}

func nobody(t *testing.T) *onCounter {
	t.Helper()
	return &onCounter{
		attached: []instruments.Attached{{ID: "a", State: instruments.Unknown, Nameable: true, Endpoint: instruments.Endpoint{Path: "/dev/ttyUSB0"}}},
		may:      []instruments.Candidate{candidate(t, "aandd-tm2655"), candidate(t, "menarini-glucofix-tech"), candidate(t, "menarini-glucomen-areo")},
	}
}

// TestNamingIsPutOnRecord, by an operator as well, and what comes of it is said.
func TestNamingIsPutOnRecord(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want words.Key
	}{
		{nil, words.InstrumentsNamed},
		{instruments.NewFault(instruments.NoAnswer, "silent"), words.InstrumentsNameSilent},
		{instruments.NewFault(instruments.WrongModel, "speaks otherwise"), words.InstrumentsNameWrong},
	} {
		s := working(t)
		c := nobody(t)
		c.err = tt.err
		s.withCounter(c)
		s.SignOut()
		s.signIn(otherBadge, otherPIN)
		s.Go(Route{Page: PageInstruments})
		s.Wait()
		s.Name(s.State().Instruments.List[0], c.may[0].Model)
		s.Wait()
		if got := s.State(); got.Said.Key != tt.want || got.Said.Bad != (tt.err != nil) || got.Instruments.Naming != "" {
			t.Errorf("%v: said %+v, naming %q", tt.err, got.Said, got.Instruments.Naming)
		}
		if !slices.Equal(c.named, []string{"a aandd-tm2655"}) {
			t.Errorf("named %q", c.named)
		}
		s.SignOut()
		s.signIn(adminBadge, adminPIN)
		var noted []string
		s.Do(func(ctx context.Context, a *records.Access) error {
			return a.Audit(ctx, records.AuditFilter{}, func(e records.AuditEntry) error {
				if e.Action == staff.NameInstrument {
					noted = append(noted, e.Reason)
				}
				return nil
			})
		}, nil)
		s.Wait()
		if !slices.Equal(noted, []string{"aandd-tm2655 /dev/ttyUSB0"}) {
			t.Errorf("on record: %q", noted)
		}
	}
}

// TestWhoIsAskedFor: staff are asked what nobody recognises, and may correct what
// somebody has named and what speaks as another does, but not while it measures.
func TestWhoIsAskedFor(t *testing.T) {
	s := working(t)
	c := nobody(t)
	s.withCounter(c)
	known := func(id string) instruments.Attached {
		return instruments.Attached{ID: "a", State: instruments.Ready, Model: candidate(t, id).Model}
	}
	inUse := known("aandd-tm2655")
	inUse.State = instruments.InUse
	refused := c.attached[0]
	refused.Fault = instruments.Permission
	fresh := c.attached[0]
	fresh.Nameable = false
	for name, tt := range map[string]struct {
		at   instruments.Attached
		want int
	}{
		"nobody recognises it":       {c.attached[0], 3},
		"just plugged in":            {fresh, 0},
		"its port cannot be opened":  {refused, 0},
		"somebody named it":          {known("aandd-tm2655"), 2},
		"it measures":                {inUse, 0},
		"speaks as a sibling":        {known("menarini-glucomen-areo"), 2},
		"nobody else speaks like it": {known("onetouch-ultra2"), 0},
	} {
		if got := len(s.Candidates(Instrument{Attached: tt.at})); got != tt.want {
			t.Errorf("%s: %d candidates, want %d", name, got, tt.want)
		}
	}
}
