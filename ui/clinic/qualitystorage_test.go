package clinic

import (
	"context"
	"testing"
	"time"

	"aidpost/app/desk"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/quality"
	"aidpost/records/vitals"
	"aidpost/ui/kit"
)

// withStores has a cuff checked on volunteers, and strips of two meters kept in a
// cupboard, where it was too warm, and in a store that nobody has looked at.
func (s *stage) withStores() {
	s.t.Helper()
	s.act(func(ctx context.Context, a *records.Access) error {
		cuff := quality.Instrument{Model: "suntech-advantage", Serial: "A2-004711"}
		reference := quality.Lot{Number: "REF-2", Kind: quality.Standard, Panel: vitals.BloodPressure, Level: s.clinic.t(words.QCVolunteer),
			Expires: s.now().AddDate(1, 0, 0), Target: quality.Target{Mean: vitals.Of(0, vitals.MmHg), Limit: vitals.Int(5), Single: vitals.Int(15)}}
		kept := quality.Limits{Low: vitals.Int(4), High: vitals.Int(30)}
		warm := quality.Lot{Number: "AB7742", Kind: quality.Reagent, Model: tourMeter.Model, Kept: kept, Store: "A-12", Expires: s.now().AddDate(0, 6, 0)}
		other := warm
		other.Number, other.Model, other.Store = "TD-88", "taidoc-td42xx", ""
		for _, l := range []quality.Lot{reference, warm, other} {
			if err := a.AddLot(ctx, l); err != nil {
				return err
			}
		}
		for _, apart := range [][3]int{{2, -1, 3}, {1, 0, 2}, {4, 5, 3}, {-2, 1, 0}, {16, -3, -4}} {
			s.mu.Lock()
			s.clock = s.clock.Add(time.Hour)
			s.mu.Unlock()
			run := quality.Run{Instrument: cuff, Control: "REF-2"}
			for _, n := range apart {
				run.Pairs = append(run.Pairs, quality.Difference{Systolic: vitals.Int(n), Diastolic: vitals.Int(n / 2)})
			}
			if _, err := a.RunControl(ctx, quality.Plan{Panel: vitals.BloodPressure}, run); err != nil {
				return err
			}
		}
		return a.NoteStorage(ctx, quality.Storage{Store: "A-12", Limits: quality.Limits{Low: vitals.Int(19), High: vitals.Int(34)}})
	})
	s.desk.SignIn("", adminPIN)
	s.settle()
	s.desk.Used()
}

// TestCuffIsComparedOnAVolunteer: the window asks for pairs where the reference is
// chosen, and for a value elsewhere; of the pressures nothing is kept.
func TestCuffIsComparedOnAVolunteer(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	s.counter.attached = aCounter()
	s.withQuality()
	s.withStores()
	s.turnTo(desk.PageQuality)
	cuff := quality.Instrument{Model: "suntech-advantage", Serial: "A2-004711"}
	s.desk.ChooseChecked(cuff)
	s.settle()
	s.sees(words.PapersOutOfControl) // one pair of the last check is 16 mmHg apart
	s.push(words.QCRun)
	s.option(kit.Isolate("REF-2 · " + s.clinic.t(words.QCVolunteer)))
	s.sees(words.QCVolunteerLead)
	s.typed("141/91")
	s.push(words.QCSave)
	s.sees(words.QCNoPressures)
	s.clinic.closeDialog()
	s.push(words.QCRun)
	s.option(kit.Isolate("REF-2 · " + s.clinic.t(words.QCVolunteer)))
	if s.reads("141/91") {
		t.Error("the pressures of a volunteer stand in the form that was shut")
	}
	f := s.clinic.page.(*qualityPage).form
	for n, pair := range [][2]string{{"141/91", "150/93"}, {"139/90", "147/91"}, {"140/89", "148/92"}} {
		for side, text := range pair {
			f.fields[desk.QualityPair(n, side == 1)].Input().(*kit.Entry).SetText(text)
		}
	}
	s.push(words.QCSave)
	s.sees(words.QCVerdictNext)
	log, err := s.store.QualityLog(t.Context())
	if last := log.Runs[len(log.Runs)-1]; err != nil || last.Instrument != cuff || last.Value.Value.String() != "8.33" || len(last.Pairs) != 3 {
		t.Errorf("%+v, %v", last, err)
	}
}

// TestStripsThatWereHot: the window shows that a lot is held, and a supervisor puts a
// reading right that was misread.
func TestStripsThatWereHot(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	s.counter.attached = aCounter()
	s.withQuality()
	s.withStores()
	s.turnTo(desk.PageQuality)
	s.desk.ChooseChecked(tourMeter)
	s.settle()
	s.sees(words.LockLotSpoilt)
	page := func() *qualityPage { return s.clinic.page.(*qualityPage) }
	page().open(ofLots)
	s.settle()
	held := func() bool {
		q := s.desk.State().Quality
		lot, _ := q.Log.LotOf(quality.Reagent, "AB7742")
		return page().lotState(q, lot).Text == s.clinic.t(words.QCLotSpoilt)
	}
	if !held() {
		t.Error("the lot is not shown as held")
	}
	s.push(words.QCStorage)
	s.option(kit.Isolate("A-12"))
	fill := func(low, high, why string) {
		for name, text := range map[desk.QualityField]string{desk.QualityLow: low, desk.QualityHigh: high, desk.QualityReason: why} {
			page().form.fields[name].Input().(*kit.Entry).SetText(text)
		}
	}
	fill("19", "24", "read the wrong mark")
	page().form.fields[desk.QualityRight].Input().(*kit.Check).Tapped(nil)
	s.push(words.QCSave)
	s.settle()
	if s.clinic.dialog != nil {
		t.Fatal("it is not on record")
	}
	if held() {
		t.Error("the lot is still held")
	}
}

// TestTemperatureIsDue: a reading that is overdue is said beside the instrument whose
// strips it is about, and locks nothing.
func TestTemperatureIsDue(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	s.counter.attached = aCounter()
	s.withQuality()
	s.act(func(ctx context.Context, a *records.Access) error {
		return a.NoteStorage(ctx, quality.Storage{Limits: quality.Limits{Low: vitals.Int(19), High: vitals.Int(24)}})
	})
	for _, overdue := range []bool{false, true} {
		if overdue {
			s.mu.Lock()
			s.clock = s.clock.Add(25 * time.Hour)
			s.mu.Unlock()
			s.desk.SignIn("", adminPIN)
			s.settle()
			s.desk.Used()
		}
		s.desk.Go(desk.Route{Page: desk.PageToday})
		s.turnTo(desk.PageQuality)
		s.desk.ChooseChecked(tourMeter)
		s.settle()
		due := s.clinic.t(words.QCStorageOverdue, words.With("store", s.clinic.storeName("")))
		if got := s.reads(due); got != overdue {
			t.Errorf("overdue %t, and the page says so: %t", overdue, got)
		}
		if s.reads(s.clinic.t(words.LockLotSpoilt)) {
			t.Error("it locks the meter")
		}
	}
}
