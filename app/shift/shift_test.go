package shift

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"aidpost/app/site"
	"aidpost/records"
	"aidpost/records/quality"
	"aidpost/records/staff"
	"aidpost/records/vitals"
)

// A clinic is a site on a day, with a clock that the test moves.
type clinic struct {
	*Shift
	store *records.Store
	lead  *records.Access
	at    time.Time
	data  string
}

const settings = `{"version": 1, "name": "Riverside", "emergency": "112",
	"quality": [{"panel": "blood-glucose", "controlEvery": 24}], "cleaning": [{"instrument": "onetouch-ultra2", "with": "wipes", "wetSeconds": 60}]}`

func open(t *testing.T) *clinic {
	t.Helper()
	c := &clinic{at: time.Date(2026, 11, 26, 7, 30, 0, 0, time.UTC), data: t.TempDir()}
	if err := os.WriteFile(filepath.Join(c.data, site.ProfileName), []byte(settings), 0o600); err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return c.at }
	var err error
	c.store, err = records.Open(t.Context(), filepath.Join(c.data, site.DatabaseName), records.Options{Now: now, PINCost: staff.Cost{Passes: 1, KiB: 8, Threads: 1}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.store.Close() })
	c.lead = c.store.Console("root", "kiosk-1")
	c.Shift = New(Config{Store: c.store, Data: c.data, Backups: filepath.Join(c.data, "backups"), Zone: time.FixedZone("", 2*3600), Now: now})
	return c
}

func (c *clinic) came(t *testing.T, ago time.Duration, status records.Status, tier int) *records.Encounter {
	t.Helper()
	e := &records.Encounter{ID: records.NewID(), Status: status, Started: c.at.Add(-ago), Zone: "UTC", Language: "en",
		Observations: []records.Observation{{
			ID: records.NewID(), Panel: vitals.Oximetry, State: records.Confirmed, Taken: c.at.Add(-ago),
			Values: vitals.Values{{Measure: vitals.SpO2, Quantity: vitals.Of(84, vitals.Percent)}},
			Judged: []records.Judgement{{Subject: "spo2", Severity: "urgent", Tier: tier, Guideline: "g", Edition: "1", Source: "s"}},
			Origin: records.Origin{Device: records.Device{Maker: "m", Model: "m"}, Driver: "d", DriverVersion: "1"},
		}}}
	if status != records.InProgress {
		e.Ended = c.at
	}
	if err := c.store.Save(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	return e
}

// left returns what a look finds open, in a line.
func (c *clinic) left(t *testing.T) (State, string) {
	t.Helper()
	st, err := c.Look(t.Context(), c.lead)
	if err != nil {
		t.Fatal(err)
	}
	var open []string
	for _, k := range st.Checks {
		if k.Open > 0 {
			open = append(open, k.Name+strings.Repeat("!", k.Open))
		}
	}
	return st, strings.Join(open, " ")
}

// TestDay: each thing that is left to do shows, goes when it is done, and closes
// with the day only with a reason; the next day begins there.
func TestDay(t *testing.T) {
	c := open(t)
	if _, open := c.left(t); open != "backup!" {
		t.Errorf("a fresh kiosk leaves %q", open)
	}
	if _, _, err := site.TakeBackup(t.Context(), c.store, c.cfg.Backups, site.DefaultRetention(), c.at, nil); err != nil {
		t.Fatal(err)
	}
	c.came(t, 30*24*time.Hour, records.Finished, 3) // too old to be told of
	c.came(t, 3*24*time.Hour, records.Finished, 3)  // of another day, and still untold
	critical := c.came(t, time.Hour, records.Finished, 4)
	c.came(t, 30*time.Minute, records.Finished, 0)
	begun := c.came(t, 20*time.Minute, records.InProgress, 0)
	meter := quality.Instrument{Model: "onetouch-ultra2", Serial: "QX1"}
	if err := c.lead.Enrol(t.Context(), quality.Enrolment{Instrument: meter, Place: "desk"}); err != nil {
		t.Fatal(err)
	}
	profile, err := site.LoadProfile(c.data)
	if err != nil {
		t.Fatal(err)
	}
	book := profile.Hygiene(c.data)
	if err := book.Used(meter, critical.ID); err != nil {
		t.Fatal(err)
	}
	st, left := c.left(t)
	if left != "criticals!! unfinished! controls! cleaning!" || st.Visits != 3 {
		t.Errorf("left %q, of %d visits", left, st.Visits)
	}
	if len(st.Untold) != 2 || !st.Untold[0].Started.Before(st.Untold[1].Started) || st.Check("controls").Which[0] != "LifeScan OneTouch Ultra2 QX1" {
		t.Errorf("%+v, %+v", st.Untold, st.Check("controls"))
	}

	err = c.lead.Tell(t.Context(), critical, records.Telling{Observation: critical.Observations[0].ID, To: "Dr. B", Role: "doctor", Way: "phone", Identified: true,
		ReadBack: vitals.Values{{Measure: vitals.SpO2, Quantity: vitals.Of(84, vitals.Percent)}}})
	begun.Status, begun.Ended = records.Finished, c.at
	if err = errors.Join(err, c.store.Save(t.Context(), begun), book.Cleaned(meter)); err != nil {
		t.Fatal(err)
	}
	lot := quality.Lot{Number: "C1", Kind: quality.Control, Model: meter.Model, Level: "normal", Expires: c.at.AddDate(0, 1, 0), Target: quality.Target{Mean: vitals.Of(110, vitals.MgPerDL), SD: vitals.Int(5)}}
	if err := c.lead.AddLot(t.Context(), lot); err != nil {
		t.Fatal(err)
	}
	if _, err := c.lead.RunControl(t.Context(), quality.Plan{Panel: vitals.BloodGlucose}, quality.Run{Instrument: meter, Control: "C1", Value: vitals.Of(111, vitals.MgPerDL)}); err != nil {
		t.Fatal(err)
	}
	if st, left := c.left(t); left != "criticals!" || len(st.Ending) != 0 {
		t.Errorf("done but for %q", left)
	}

	if _, err := c.Close(t.Context(), c.lead, c.lead, map[string]string{"cleaning": "no time"}); !errors.Is(err, records.ErrNoReason) {
		t.Errorf("closed without a reason: %v", err)
	}
	closed, err := c.Close(t.Context(), c.lead, c.lead, map[string]string{"criticals": "nobody answers at the clinic", "cleaning": "no time"})
	if err != nil {
		t.Fatal(err)
	}
	if len(closed.Left()) != 1 || closed.Left()[0].Reason != "nobody answers at the clinic" || closed.Visits != 3 || !closed.Since.Equal(time.Date(2026, 11, 25, 22, 0, 0, 0, time.UTC)) {
		t.Errorf("%+v", closed)
	}

	lot.Number, lot.Expires = "C2", c.at.AddDate(0, 0, 10)
	if err := c.lead.AddLot(t.Context(), lot); err != nil {
		t.Fatal(err)
	}
	if st, _ := c.left(t); len(st.Ending) != 1 || st.Ending[0].Number != "C2" {
		t.Errorf("ending: %+v", st.Ending)
	}
	c.at = c.at.Add(26 * time.Hour)
	c.came(t, time.Hour, records.Finished, 0)
	st, left = c.left(t)
	if !st.Since.Equal(closed.At) || st.Visits != 1 || left != "criticals! controls! backup!" {
		t.Errorf("the next day since %s, %d visits, left %q", st.Since, st.Visits, left)
	}
}

// TestHoldsAreListed: who is on hold is no unfinished visit, and is one again when
// the hold has ended by itself.
func TestHoldsAreListed(t *testing.T) {
	c := open(t)
	waits := func() *records.Encounter {
		e := &records.Encounter{ID: records.NewID(), Status: records.InProgress, Started: c.at.Add(-time.Minute), Zone: "UTC", Language: "en"}
		if err := c.store.Save(t.Context(), e); err != nil {
			t.Fatal(err)
		}
		return e
	}
	waits()
	err := errors.Join(c.lead.Hold(t.Context(), waits(), "ate", c.at.Add(time.Hour)), c.lead.Hold(t.Context(), waits(), "interpreter", time.Time{}))
	absent := waits()
	if err = errors.Join(err, c.lead.Call(t.Context(), absent), c.lead.MarkAbsent(t.Context(), absent)); err != nil {
		t.Fatal(err)
	}
	st, left := c.left(t)
	if left != "unfinished! holds!! backup!" || st.Visits != 3 || strings.Join(slices.Sorted(slices.Values(st.Check("holds").Which)), " ") != "ate interpreter" {
		t.Errorf("left %q of %d visits, on hold %v", left, st.Visits, st.Check("holds").Which)
	}
	if _, err := c.Close(t.Context(), c.lead, c.lead, map[string]string{"backup": "no stick", "unfinished": "waits"}); !errors.Is(err, records.ErrNoReason) {
		t.Errorf("closed with people on hold and no reason: %v", err)
	}
	c.at = c.at.Add(time.Hour)
	if _, left := c.left(t); left != "unfinished!! holds! backup!" {
		t.Errorf("an hour later %q", left)
	}
}

// TestHandovers: notes since the last closing but one are worth reading, the
// newest first.
func TestHandovers(t *testing.T) {
	c := open(t)
	for _, text := range []string{"one", "two", "three", "four"} {
		if _, err := c.lead.HandOver(t.Context(), text); err != nil {
			t.Fatal(err)
		}
		c.at = c.at.Add(time.Hour)
		if _, err := c.Close(t.Context(), c.lead, c.lead, map[string]string{"backup": "no stick"}); err != nil {
			t.Fatal(err)
		}
		c.at = c.at.Add(time.Hour)
	}
	st, _ := c.left(t)
	got := ""
	for _, h := range st.Handovers() {
		got += h.Text + " "
	}
	if got != "four " {
		t.Errorf("worth reading: %q", got)
	}
	if _, err := c.Look(context.Background(), c.store.Visitor("kiosk-1")); !errors.Is(err, staff.ErrDenied) {
		t.Errorf("a patient looks: %v", err)
	}
}
