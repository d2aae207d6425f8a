package clinic

import (
	"context"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"aidpost/app/desk"
	"aidpost/app/settings"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/carry"
	"aidpost/records/vitals"
	"aidpost/ui/kit"
)

// An away is another Aidpost, with which visits are carried.
type away struct {
	store   *records.Store
	access  *records.Access
	carrier *carry.Carrier
}

// carries has visits carried with another Aidpost of a name, onto a stick that is
// in while plugged says so.
func (s *stage) carries(name string, office bool, plugged *bool) (*away, carry.Stick) {
	s.t.Helper()
	ctx := context.Background()
	store, err := records.Open(ctx, filepath.Join(s.t.TempDir(), "away.db"), records.Options{Now: s.now})
	must(s.t, err)
	s.t.Cleanup(func() { _ = store.Close() })
	a := &away{store: store, access: store.Console("test", name)}
	a.carrier = carry.New(carry.Config{Store: store, Access: a.access})
	theirs, err := carry.MyCard(ctx, a.access, name)
	must(s.t, err)
	stick := filepath.Join(s.t.TempDir(), "FIELD", "aidpost")
	s.clinic.admin.Carry = settings.NewCarrying(settings.CarryConfig{
		Folder: s.folder, Store: s.store, Do: s.desk.Do, Log: slog.New(slog.DiscardHandler), Changed: s.clinic.Changed,
		Sticks: func() []string {
			if *plugged {
				return []string{stick}
			}
			return nil
		},
	})
	done := make(chan error, 1)
	s.desk.Do(func(ctx context.Context, mine *records.Access) error {
		ours, err := carry.MyCard(ctx, mine, "here")
		if err == nil {
			err = mine.TrustPartner(ctx, theirs.Partner("", office))
		}
		if err == nil {
			err = a.access.TrustPartner(ctx, ours.Partner("", !office))
		}
		done <- err
		return err
	}, func(error) bool { return false })
	must(s.t, <-done)
	s.settle()
	return a, carry.OnStick(stick)
}

// agreed is somebody who came and lets the results be shared.
func (s *stage) agreed(store *records.Store, p *records.Patient) *records.Encounter {
	s.t.Helper()
	e := &records.Encounter{
		ID: records.NewID(), Patient: p, Status: records.Finished, Started: s.now().Add(-time.Hour), Ended: s.now(), Zone: "UTC", Language: "en",
		Consents: []records.Consent{{Purpose: records.ConsentShare, Given: true, Version: "1", At: s.now().Add(-time.Hour)}},
		Observations: []records.Observation{{
			ID: records.NewID(), Panel: vitals.Oximetry, Taken: s.now().Add(-time.Minute), State: records.Confirmed,
			Values: vitals.Values{{Measure: vitals.SpO2, Quantity: vitals.Of(97, vitals.Percent)}},
			Origin: records.Origin{Device: records.Device{Maker: "m", Model: "m", Serial: "7"}, Driver: "d"},
		}},
	}
	must(s.t, store.Save(context.Background(), e))
	return e
}

// TestCarryOut: a supervisor puts visits on a stick and hears what became of them,
// in words; without a stick the page asks for one.
func TestCarryOut(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	plugged := false
	office, stick := s.carries("Office", true, &plugged)
	s.agreed(s.store, person("Ada", "King", records.Date{Year: 1955, Month: 12, Day: 10}, "C-1"))
	s.turnTo(desk.PageSending)
	s.sees(words.CarryNoStick)
	plugged = true
	s.push(words.CarryLook)
	s.settle()
	s.push(words.CarryOut)
	s.settle()
	if !s.reads("Visits put on the stick: 1") || !s.reads("FIELD") {
		t.Error("nothing says that a visit is on the stick")
	}
	s.push(words.CarryOut)
	s.settle()
	s.sees(words.CarryOutNothing)
	_, err := office.carrier.In(context.Background(), stick)
	must(t, err)
	s.push(words.CarryIn)
	s.settle()
	if !s.reads("The office now holds: 1") {
		t.Error("nothing says that the office holds it")
	}
	stats, err := s.store.OutboxStats(context.Background())
	if must(t, err); stats.Carried != 1 || stats.Done != 0 {
		t.Errorf("%+v", stats)
	}
}

// disputed has a visit corrected here and where it comes from, and brought again.
func (s *stage) disputed(field *away, stick carry.Stick) *records.Encounter {
	s.t.Helper()
	ctx := context.Background()
	e := s.agreed(field.store, person("Bo", "Ek", records.Date{Year: 1960, Month: 1, Day: 2}, "C-2"))
	amend := func(a *records.Access, value int) error {
		_, err := a.Amend(ctx, e.Observations[0].ID, records.Amendment{
			Values: vitals.Values{{Measure: vitals.SpO2, Quantity: vitals.Of(value, vitals.Percent)}},
		}, records.Correction{Reason: "wrong-value"})
		return err
	}
	_, err := field.carrier.Out(ctx, stick)
	must(s.t, err)
	s.turnTo(desk.PageSending)
	s.push(words.CarryIn)
	s.settle()
	done := make(chan error, 1)
	s.desk.Do(func(_ context.Context, a *records.Access) error { done <- amend(a, 96); return nil }, func(error) bool { return false })
	must(s.t, <-done)
	must(s.t, amend(field.access, 95))
	_, err = field.carrier.In(ctx, stick)
	must(s.t, err)
	_, err = field.carrier.Out(ctx, stick)
	must(s.t, err)
	s.settle()
	s.push(words.CarryIn)
	s.settle()
	return e
}

// TestCarryDispute: at the office both versions of a visit that was changed at two
// places are shown, and nothing is settled until somebody has chosen.
func TestCarryDispute(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	plugged := true
	field, stick := s.carries("Truck 1", false, &plugged)
	e := s.disputed(field, stick)
	s.sees(words.CarryDisputed)
	if s.reads("a person there has to decide") {
		t.Error("whoever has to decide is told to ask somebody else")
	}
	value := func() string {
		now, err := s.store.Encounter(context.Background(), e.ID)
		must(t, err)
		q, _ := now.Observations[0].Values.Get(vitals.SpO2)
		return q.String()
	}
	s.push(words.SendingCompare)
	s.settle()
	if !s.reads("96 %") || !s.reads("95 %") {
		t.Fatal("the versions are not shown")
	}
	s.push(words.FrameClose)
	s.settle()
	if got := value(); got != "96 %" {
		t.Errorf("nobody has chosen, and it says %s", got)
	}
	s.push(words.SendingCompare)
	s.settle()
	s.push(words.CarryKeepThere)
	s.settle()
	if got := value(); got != "95 %" || s.clinic.dialog != nil {
		t.Errorf("theirs was chosen, and it says %s", got)
	}
}

// tourCarrying is how carrying looks at a laptop, and at an office with all that
// can be wrong.
func tourCarrying(s *stage, shoot func(*stage, string)) {
	plugged := false
	s.carries("Office", true, &plugged)
	s.agreed(s.store, person("Ada", "King", records.Date{Year: 1955, Month: 12, Day: 10}, "C-9"))
	s.turnTo(desk.PageAdmin)
	s.turnTo(desk.PageSending)
	shoot(s, "83-carry-no-stick")
	plugged = true
	s.push(words.CarryLook)
	s.settle()
	s.push(words.CarryOut)
	s.settle()
	shoot(s, "84-carry-out")
	s.turnTo(desk.PageAdmin)
	field, stick := s.carries("Truck 1", false, &plugged)
	e := s.disputed(field, stick)
	shoot(s, "85-carry-in")
	s.clinic.page.(*sendingPage).carry.carrying.Compare(e.ID) // the last button is the server's
	s.settle()
	s.sees(words.CarryChoose)
	shoot(s, "86-carry-compare")
	s.push(words.FrameClose)
	s.settle()
}
