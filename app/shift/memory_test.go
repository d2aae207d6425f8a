package shift

import (
	"context"
	"fmt"
	"testing"
	"time"

	"aidpost/app/tray"
	"aidpost/app/visit"
	"aidpost/instruments"
	"aidpost/records"
	"aidpost/records/intended"
	"aidpost/records/vitals"
)

// memories are meters by serial number, with what each holds.
type memories struct {
	meters []instruments.Attached
	held   map[string][]instruments.Reading
	since  map[string]time.Time
}

func (m *memories) add(serial string, held ...instruments.Reading) {
	for i := range held {
		held[i].Identity.Serial = serial
	}
	m.held[serial] = held
	m.meters = append(m.meters, instruments.Attached{
		ID: serial, State: instruments.Ready, Identity: instruments.Identity{Serial: serial}, Endpoint: instruments.Endpoint{Path: "/dev/" + serial},
		Model: instruments.Model{ID: "onetouch-ultra2", Maker: "LifeScan", Name: "OneTouch Ultra2", Panel: vitals.BloodGlucose, Abilities: instruments.Abilities{Memory: true}},
	})
}

func (m *memories) Attached() []instruments.Attached { return m.meters }
func (m *memories) Notify(func()) func()             { return func() {} }

// Measure is as meters do it: what is older is dropped, and several are a fault
// that comes after all of them.
func (m *memories) Measure(_ context.Context, id string, job instruments.Job, emit func(instruments.Event)) error {
	m.since[id] = job.Since
	n := 0
	for _, r := range m.held[id] {
		if r.Panel == "" {
			return instruments.NewFault(instruments.NoAnswer, "off")
		}
		if !r.Taken.Before(job.Since) {
			n++
			emit(&r)
		}
	}
	switch n {
	case 0:
		return instruments.NewFault(instruments.NoNewResult, "")
	case 1:
		return nil
	}
	return instruments.NewFault(instruments.SeveralResults, "")
}

func sugar(at time.Time, mgdl int) instruments.Reading {
	return instruments.Reading{
		Panel: vitals.BloodGlucose, Values: vitals.Values{{Measure: vitals.Glucose, Quantity: vitals.Of(mgdl, vitals.MgPerDL)}},
		Taken: at, InstrumentTime: at, Record: fmt.Sprint(at.Unix()),
	}
}

// TestCompare: what a memory holds and no visit does goes to the tray, once; what a
// visit holds and the memory does not is told; somebody's own meter is left alone.
func TestCompare(t *testing.T) {
	c := open(t)
	c.at = c.at.Add(6 * time.Hour)
	m := &memories{held: map[string][]instruments.Reading{}, since: map[string]time.Time{}}
	yesterday, known, unknown, gone := sugar(c.at.Add(-24*time.Hour), 90), sugar(c.at.Add(-3*time.Hour), 101), sugar(c.at.Add(-2*time.Hour), 102), sugar(c.at.Add(-time.Hour), 103)
	m.add("M1", yesterday, known, unknown)
	m.add("M2") // nothing in it
	m.add("OFF", instruments.Reading{})
	m.add("OWN", sugar(c.at.Add(-time.Hour), 250))
	for _, r := range []instruments.Reading{known, gone} {
		r.Identity.Serial = "M1"
		e := c.came(t, 3*time.Hour, records.Finished, 0)
		e.Observations = []records.Observation{visit.ObservationOf(&r, m.meters[0])}
		if err := c.store.Save(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	fit := func(a instruments.Attached, _ intended.Person, _ bool) []intended.Objection {
		if a.ID == "OWN" {
			return []intended.Objection{intended.NotToBeShared}
		}
		return nil
	}
	to := tray.New(tray.Config{Put: c.store.PutInTray, Now: func() time.Time { return c.at }})
	for i, trayed := range []int{1, 0} {
		found, err := c.Compare(t.Context(), c.lead, m, fit, to)
		if err != nil {
			t.Fatal(err)
		}
		if found.Instruments != 2 || found.Read != 2 || found.Trayed != trayed || len(found.Failed) != 1 || found.Failed[0].From.ID != "OFF" {
			t.Errorf("time %d: %+v", i, found)
		}
		if len(found.Missing) != 1 || found.Missing[0].Values[0].Quantity.Value.Int() != 103 {
			t.Errorf("missing: %+v", found.Missing)
		}
	}
	if _, asked := m.since["OWN"]; asked {
		t.Error("somebody's own meter was read")
	}
	if y, mo, d := m.since["M1"].Date(); y != 2026 || mo != 11 || d != 26 && d != 25 {
		t.Errorf("since %v", m.since["M1"])
	}
	waiting, err := c.store.Tray(t.Context())
	if err != nil || len(waiting) != 1 || waiting[0].Orphan.Why != records.InMemory || waiting[0].Observations[0].Values[0].Quantity.Value.Int() != 102 {
		t.Errorf("in the tray: %+v, %v", waiting, err)
	}
	if st, _ := c.left(t); st.Check("tray").Open != 1 || st.Check("tray").Which[0] != "LifeScan OneTouch Ultra2 M1, 2026-11-26 13:30" {
		t.Errorf("at the end of the day: %+v", st.Check("tray"))
	}
}
