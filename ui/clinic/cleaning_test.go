package clinic

import (
	"testing"
	"time"

	"aidpost/app/bedside"
	"aidpost/app/desk"
	"aidpost/app/hygiene"
	"aidpost/assets/words"
	"aidpost/instruments"
	"aidpost/records"
	"aidpost/records/intended"
	"aidpost/records/quality"
	"aidpost/records/vitals"
	"aidpost/ui/kit"
)

// untested is a counter whose cuff nobody has validated.
func untested(from instruments.Attached, _ intended.Person, _ bool) []intended.Objection {
	if from.Model.Panel == vitals.BloodPressure {
		return []intended.Objection{intended.NotValidated}
	}
	return nil
}

// wiped gives the stage a book in which the oximeter is wiped between two people.
func (s *stage) wiped(seconds int) *hygiene.Book {
	b := hygiene.New(s.t.TempDir(), []hygiene.Rule{{Instrument: "m-oximetry", With: "Sani-Cloth AF3", WetSeconds: seconds}})
	s.clinic.equipment.Hygiene = b
	return b
}

var clip = quality.Instrument{Model: "m-oximetry", Serial: "A1"}

// TestNextPersonWaitsForCleaning: it is wiped after a visit, or before the next
// one, or a reason is given.
func TestNextPersonWaitsForCleaning(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	rack := s.equipped()
	book := s.wiped(0)
	measure := func() *measuring {
		p := fatima()
		s.came(p, time.Minute, -1)
		m := s.measuring(s.opened(p))
		must(t, m.bedside.Measure(vitals.Oximetry))
		must(t, m.bedside.Start())
		return m
	}
	rack.gives(oxygen(97), oxygen(98), oxygen(97))
	m := measure()
	s.until(m, bedside.Review)
	must(t, m.bedside.Accept())
	s.until(m, bedside.Choose)
	must(t, m.bedside.Finish())
	s.until(m, bedside.Finished)
	if left := m.bedside.State().ToClean; len(left) != 1 || left[0].Model.ID != clip.Model {
		t.Fatalf("to be cleaned: %+v", left)
	}
	next := measure()
	s.until(next, bedside.Clean)
	if _, ok := next.part.(*wait); !ok {
		t.Errorf("the page shows %T", next.part)
	}
	must(t, next.bedside.Wiped())
	s.until(next, bedside.Ready)
	must(t, next.bedside.Start())
	s.until(next, bedside.Review)
	third := measure()
	s.until(third, bedside.Clean)
	if err := third.bedside.SkipCleaning("in a hurry"); err == nil {
		t.Error("any reason will do")
	}
	must(t, third.bedside.SkipCleaning("emergency"))
	s.until(third, bedside.Ready)
	if waits, err := book.Waits(clip, ""); waits || err != nil {
		t.Errorf("it waits still: %v", err)
	}
}

// TestCleanedOnTheInstrumentsPage: what a visit at the kiosk has used is shown, and
// said to be clean there.
func TestCleanedOnTheInstrumentsPage(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	s.counter.attached = aCounter()
	meter := quality.Instrument{Model: "onetouch-ultra2", Serial: "QXT3041FY"}
	must(t, s.book.Used(meter, "somebody"))
	s.turnTo(desk.PageInstruments)
	find := func() desk.Instrument {
		for _, i := range s.desk.State().Instruments.List {
			if i.Model.ID == meter.Model {
				return i
			}
		}
		t.Fatal("the meter is not listed")
		return desk.Instrument{}
	}
	if i := find(); !s.desk.MayClean(i) {
		t.Fatalf("%+v", i.Soiling)
	}
	s.desk.Cleaned(find())
	s.settle()
	if i := find(); i.Soiling.Waits || s.desk.State().Said.Key != words.MeantCleaned {
		t.Errorf("%+v, says %q", i.Soiling, s.desk.State().Said.Key)
	}
	s.desk.Cleaned(find()) // a second press
	s.settle()
	if s.clinic.desk.MayClean(find()) {
		t.Error("it can be cleaned twice")
	}
}

// tourCleaning is an instrument that has to be cleaned first.
func tourCleaning(s *stage, shoot func(*stage, string)) {
	t := s.t
	s.equipped()
	book := s.wiped(120)
	must(t, book.Used(clip, records.NewID()))
	p := fatima()
	s.came(p, 2*time.Minute, -1)
	m := s.measuring(s.opened(p))
	must(t, m.bedside.Measure(vitals.Oximetry))
	s.settle()
	shoot(s, "51-oximeter-ready")
	must(t, m.bedside.Start())
	s.until(m, bedside.Clean)
	shoot(s, "52-clean")
	must(t, m.bedside.Wiped())
	s.settle()
	shoot(s, "53-clean-wet")
	must(t, m.bedside.LeaveUnclean())
	s.desk.Home()
	s.settle()
}
