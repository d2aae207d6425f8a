package bedside_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"aidpost/app/bedside"
	"aidpost/app/hygiene"
	"aidpost/app/visit"
	"aidpost/instruments"
	"aidpost/records"
	"aidpost/records/intended"
	"aidpost/records/quality"
	"aidpost/records/vitals"
)

// again begins the measuring of the same person anew, with another config.
func (b *bench) again(change func(*bedside.Config)) {
	b.t.Helper()
	b.Bedside.Close()
	cfg := config(b.t, b.rack, b.hands)
	change(&cfg)
	e := bedside.Visit(lena(), records.Place{Kiosk: "k"}, time.UTC, time.Now())
	b.Bedside = bedside.New(cfg, e, b.subject, false)
	b.t.Cleanup(b.Bedside.Close)
	b.identified()
}

// TestCleaningTakesItsTime: the disinfectant works before the instrument does, and
// after that nobody has to wipe it for the same person again.
func TestCleaningTakesItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, lena(), false)
		book := hygiene.New(t.TempDir(), []hygiene.Rule{{Instrument: "fake-oximetry", With: "wipes", WetSeconds: 90}})
		b.again(func(c *bedside.Config) { c.Hygiene = book })
		clip := quality.Instrument{Model: "fake-oximetry", Serial: "A1"}
		if err := book.Used(clip, "somebody else"); err != nil {
			t.Fatal(err)
		}
		b.do(b.Measure(vitals.Oximetry))
		b.do(b.Start())
		if s := b.at(bedside.Clean); s.Cleaning.Rule.With != "wipes" || s.Cleaning.Wet || b.rack.calls > 0 {
			t.Fatalf("%+v after %d measurements", s.Cleaning, b.rack.calls)
		}
		b.do(b.Wiped())
		if err := b.Wiped(); err == nil {
			t.Error("wiped twice")
		}
		if s := b.at(bedside.Clean); !s.Cleaning.Wet || s.Total != 90*time.Second {
			t.Errorf("%+v for %v", s.Cleaning, s.Total)
		}
		time.Sleep(89 * time.Second)
		synctest.Wait()
		b.at(bedside.Clean)
		time.Sleep(2 * time.Second)
		synctest.Wait()
		b.at(bedside.Ready)
		b.rack.gives(oxygen(97), oxygen(98))
		b.do(b.Start())
		b.at(bedside.Review)
		b.do(b.Again())
		b.do(b.Start())
		b.at(bedside.Review)
		if soil, waits, err := book.Soiled(clip); !waits || err != nil || soil.Visit != b.State().Visit.ID {
			t.Errorf("it is soiled by %+v, %t, %v", soil, waits, err)
		}
	})
}

// TestLeavingItUnclean brings nobody to the instrument.
func TestLeavingItUnclean(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, lena(), false)
		book := hygiene.New(t.TempDir(), []hygiene.Rule{{Instrument: "fake-oximetry", With: "wipes", WetSeconds: 90}})
		b.again(func(c *bedside.Config) { c.Hygiene = book })
		if err := book.Used(quality.Instrument{Model: "fake-oximetry", Serial: "A1"}, "somebody else"); err != nil {
			t.Fatal(err)
		}
		b.do(b.Measure(vitals.Oximetry))
		b.do(b.Start())
		b.do(b.Wiped())
		b.do(b.LeaveUnclean())
		b.at(bedside.Choose)
		time.Sleep(2 * time.Minute) // what was on its way comes too late
		synctest.Wait()
		b.at(bedside.Choose)
		b.do(b.Measure(vitals.Oximetry))
		b.do(b.Start())
		b.at(bedside.Clean)
		if b.rack.calls > 0 {
			t.Error("it has measured")
		}
	})
}

// forOne are meters for one person, and cuffs that were not tested in pregnancy.
func forOne(from instruments.Attached, who intended.Person, own bool) []intended.Objection {
	switch {
	case from.Model.Panel == vitals.BloodGlucose && !own:
		return []intended.Objection{intended.NotToBeShared}
	case from.Model.Panel == vitals.BloodPressure && who.Pregnant:
		return []intended.Objection{intended.NotForPregnancy, intended.NotValidated}
	}
	return nil
}

// TestOwnMeter: staff say that a meter is the person's own, and then it is read; it
// has not to be cleaned for anybody.
func TestOwnMeter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, lena(), false)
		book := hygiene.New(t.TempDir(), []hygiene.Rule{{Instrument: "fake-blood-glucose", With: "wipes"}})
		b.again(func(c *bedside.Config) { c.Fit, c.Hygiene = forOne, book })
		if err := b.OwnMeter(); err == nil {
			t.Error("whose what is was not asked yet")
		}
		b.do(b.Measure(vitals.BloodGlucose))
		b.do(b.Start())
		if s := b.at(bedside.Review); s.Fault == nil || s.Fault.Code != instruments.OnePerson || b.rack.calls > 0 {
			t.Fatalf("fault %v after %d measurements", s.Fault, b.rack.calls)
		}
		b.do(b.OwnMeter())
		b.at(bedside.Ready)
		b.rack.gives(vitals.Values{{Measure: vitals.Glucose, Quantity: vitals.Of(104, vitals.MgPerDL)}})
		b.do(b.Start())
		b.at(bedside.Confirm)
		b.do(b.Shows(0))
		s := b.at(bedside.Review)
		if !slices.Contains(s.Result.Notes, visit.NoteOwnMeter) || s.Result.Grade != "B" {
			t.Errorf("grade %s with %v", s.Result.Grade, s.Result.Notes)
		}
		if waiting, err := book.Waiting(); err != nil || len(waiting) > 0 {
			t.Errorf("%v waits to be cleaned, %v", waiting, err)
		}
	})
}

// TestWarnedBefore: what a cuff was not tested for is said before it measures, and
// stays with the result.
func TestWarnedBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, lena(), false)
		b.subject.Pregnant = true
		b.again(func(c *bedside.Config) { c.Fit = forOne })
		b.do(b.Measure(vitals.BloodPressure))
		want := []intended.Objection{intended.NotForPregnancy, intended.NotValidated}
		if s := b.at(bedside.Rest); !slices.Equal(s.Warnings, want) {
			t.Errorf("warned of %v", s.Warnings)
		}
		b.do(b.SkipRest())
		b.rack.gives(mmHg(118, 76))
		b.do(b.Start())
		b.do(b.Look())
		notes := b.at(bedside.Review).Result.Notes
		if !slices.Contains(notes, visit.NoteNotForPregnancy) || slices.Contains(notes, string(intended.NotValidated)) {
			t.Errorf("notes %v", notes)
		}
	})
}
