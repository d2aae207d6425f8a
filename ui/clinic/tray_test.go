package clinic

import (
	"context"
	"testing"
	"time"

	"aidpost/app/desk"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/vitals"
	"aidpost/ui/kit"
)

// strays puts readings into the tray, the oldest first.
func (s *stage) strays() (all []*records.Encounter) {
	s.t.Helper()
	glucose := func(ago time.Duration, mgdl int, why records.OrphanReason) *records.Encounter {
		at := s.now().Add(-ago)
		return records.Orphaned(records.Observation{
			ID: records.NewID(), Panel: vitals.BloodGlucose, Taken: at,
			Values: vitals.Values{{Measure: vitals.Glucose, Quantity: vitals.Of(mgdl, vitals.MgPerDL)}},
			Origin: records.Origin{
				Device: records.Device{Maker: "LifeScan", Model: "OneTouch Ultra2", Serial: "VDH74F2CY"},
				Driver: "onetouch-ultra2", DriverVersion: "1", InstrumentAt: at,
			},
		}, records.Orphan{At: s.now(), Why: why, Port: "/dev/ttyUSB0"}, records.Place{Kiosk: "desk-1"}, time.UTC)
	}
	pressure := records.Orphaned(records.Observation{
		ID: records.NewID(), Panel: vitals.BloodPressure, Taken: s.now().Add(-4 * time.Minute),
		Values: vitals.Values{{Measure: vitals.Systolic, Quantity: vitals.Of(148, vitals.MmHg)}, {Measure: vitals.Diastolic, Quantity: vitals.Of(91, vitals.MmHg)}},
		Origin: records.Origin{Device: records.Device{Maker: "AMPall", Model: "BP868F"}, Driver: "ampall-bp868f", DriverVersion: "1"},
	}, records.Orphan{At: s.now().Add(-4 * time.Minute), Why: records.Unasked, Port: "/dev/ttyUSB1"}, records.Place{Kiosk: "desk-1"}, time.UTC)
	for _, e := range []*records.Encounter{glucose(20*time.Minute, 101, records.InMemory), glucose(12*time.Minute, 64, records.NotShown), pressure} {
		if err := s.store.PutInTray(context.Background(), e); err != nil {
			s.t.Fatal(err)
		}
		all = append(all, e)
	}
	return all
}

func tourTray(s *stage, shoot func(*stage, string)) {
	s.desk.Dismiss()
	s.turnTo(desk.PageTray)
	shoot(s, "48-tray-empty")
	s.turnTo(desk.PageToday)
	all := s.strays()
	s.after(time.Second)
	s.came(person("Fatima", "al-Rashid", records.Date{Year: 1956, Month: 4, Day: 30}, "C-10042"), 15*time.Minute, 0)
	shoot(s, "48-today-tray")
	s.desk.Dismiss()
	s.turnTo(desk.PageTray)
	shoot(s, "48-tray")
	p := s.clinic.page.(*trayPage)
	p.tray.Choose(all[1].ID)
	s.settle()
	p.tray.Search("rashid")
	s.settle()
	shoot(s, "49-tray-open")
	p.form.chosen = p.tray.State().Found[0]
	p.form.how.choose("seen")
	p.form.confirm()
	s.settle()
	shoot(s, "49-tray-confirm")
	s.clinic.closeDialog()
	p.askAside(p.rows[2])
	s.settle()
	shoot(s, "49-tray-aside")
	s.clinic.closeDialog()
	p.tray.Aside(all[2].ID, records.Correction{Reason: "test"})
	s.settle()
	p.show(true)
	p.tray.Choose(all[2].ID)
	s.settle()
	shoot(s, "49-tray-settled")
}

// TestTrayGives: nobody is proposed by time alone, a reading is given in two steps
// with a reason, and then it stands in the record of the person and in the tray
// with who gave it.
func TestTrayGives(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	fatima := person("Fatima", "al-Rashid", records.Date{Year: 1956, Month: 4, Day: 30}, "C-10042")
	s.came(fatima, 21*time.Minute, 0)
	all := s.strays()
	s.as(staffBadge, staffPIN)
	s.desk.Dismiss()
	s.turnTo(desk.PageTray)
	p := s.clinic.page.(*trayPage)
	if len(p.rows) != 3 || p.rows[0].ID != all[0].ID || len(p.rows[0].Near) != 1 {
		t.Fatalf("%+v", p.rows)
	}
	p.list.OnOpened(0)
	s.settle()
	if p.form.chosen != nil || len(p.tray.State().Found) != 0 {
		t.Error("somebody is proposed who nobody has looked for")
	}
	s.scan("C-10042")
	if found := p.tray.State().Found; len(found) != 1 || found[0].ID != fatima.ID || p.form.chosen != nil {
		t.Fatalf("by card: %+v", found)
	}
	p.form.confirm()
	if s.settle(); p.form.field.Problem() == "" || s.clinic.dialog != nil {
		t.Error("a step further without a person")
	}
	p.form.chosen = p.tray.State().Found[0]
	p.form.confirm()
	if s.settle(); p.form.said.Text() == "" || s.clinic.dialog != nil {
		t.Error("a step further without a reason")
	}
	p.form.how.choose("told")
	p.form.confirm()
	s.settle()
	if waiting, _ := s.store.Tray(t.Context()); s.clinic.dialog == nil || len(waiting) != 3 {
		t.Fatal("given in one step")
	}
	p.tray.Give(all[0].ID, fatima, records.Correction{Reason: "told"})
	s.settle()
	got := p.tray.State()
	if s.clinic.dialog != nil || len(got.Waiting) != 2 || len(got.Settled) != 1 || got.Settled[0].To.ID != fatima.ID {
		t.Errorf("after it: %+v", got)
	}
	if k := got.Settled[0].Reading().Correction; k.Reason != "told" || k.By == "" {
		t.Errorf("on record: %+v", k)
	}
	if h, err := s.store.History(t.Context(), fatima.ID, vitals.BloodGlucose, 0); err != nil || len(h) != 1 {
		t.Errorf("in the record: %+v, %v", h, err)
	}
	p.tray.Give(all[0].ID, fatima, records.Correction{Reason: "told"})
	s.settle()
	if m := s.desk.State().Said; m.Key != words.TrayTaken {
		t.Errorf("once more: %q", m.Key)
	}
}

// TestTraySetsAside: what is nobody's leaves with a reason.
func TestTraySetsAside(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	all := s.strays()
	s.desk.Dismiss()
	s.turnTo(desk.PageTray)
	p := s.clinic.page.(*trayPage)
	p.tray.Aside(all[1].ID, records.Correction{Reason: "control"})
	s.settle()
	if m := s.desk.State().Said; m.Key != words.TraySetAside {
		t.Errorf("said %q", m.Key)
	}
	p.show(true)
	s.settle()
	if len(p.rows) != 1 || p.rows[0].Waits() || s.clinic.settledBy(p.rows[0]) != "A control" {
		t.Errorf("%+v", p.rows)
	}
}
