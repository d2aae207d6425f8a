package kiosk

import (
	"aidpost/app/visit"
	"aidpost/instruments"
	"aidpost/records/vitals"
)

// tourBody is a visit with all kinds of instruments on the counter.
func tourBody(s *stage, shoot func(*stage, string)) {
	s.rack.plug(vitals.Panels()...)
	s.rack.notify()
	s.settle()
	shoot(s, "70-welcome-five")
	s.must(s.visit.Begin(), visit.Who)
	s.must(s.visit.Guest(), visit.Choose)
	shoot(s, "71-choose-five")
	tourTemperature(s, shoot)
	tourWeight(s, shoot)
	for _, r := range []*instruments.Reading{pressures(118, 76, 66), saturation(98, 64), sugar(96)} {
		s.must(s.visit.MeasureAnother(), visit.Choose)
		s.measured(r)
	}
	s.must(s.visit.MeasureAnother(), visit.Choose)
	shoot(s, "78-choose-five-done")
	s.must(s.visit.Done(), visit.Finish)
	shoot(s, "79-finish-five")
}

func tourTemperature(s *stage, shoot func(*stage, string)) {
	s.must(s.visit.ChoosePanel(vitals.BodyTemperature), visit.Question)
	s.answerAll()
	s.must(nil, visit.Prepare)
	shoot(s, "72-prepare-temperature")
	s.must(s.visit.Prepared(), visit.Measure)
	s.rack.tell(instruments.NewFault(instruments.NoNewResult, ""), &instruments.Progress{Phase: instruments.Awaiting})
	s.settle()
	shoot(s, "73-measure-temperature-back")
	s.rack.tell(&instruments.Progress{Phase: instruments.Measuring}, one(vitals.BodyTemperature, 368, vitals.Celsius))
	s.rack.finish(nil)
	s.must(nil, visit.Result)
	shoot(s, "74-result-temperature")
}

func tourWeight(s *stage, shoot func(*stage, string)) {
	s.must(s.visit.MeasureAnother(), visit.Choose)
	s.must(s.visit.ChoosePanel(vitals.BodyWeight), visit.Prepare)
	shoot(s, "75-prepare-weight")
	s.must(s.visit.Prepared(), visit.Measure)
	s.rack.tell(&instruments.Progress{Phase: instruments.Awaiting})
	s.settle()
	shoot(s, "76-measure-weight")
	s.rack.tell(one(vitals.BodyWeight, 725, vitals.Kilogram))
	s.rack.finish(nil)
	s.must(nil, visit.Confirm)
	shoot(s, "76-confirm-weight")
	s.must(s.visit.ConfirmReading(0), visit.Result)
	shoot(s, "77-result-weight")
}

// measured takes a reading from the choice on to its result.
func (s *stage) measured(r *instruments.Reading) {
	_ = s.visit.ChoosePanel(r.Panel)
	s.settle()
	s.answerAll()
	_ = s.visit.Prepared()
	s.settle()
	if s.visit.State().Step == visit.Rest {
		s.must(s.visit.SkipRest(visit.SkipRested), visit.Ready)
		s.must(s.visit.StartReading(), visit.Measure)
	}
	s.rack.tell(r)
	s.rack.finish(nil)
	s.settle()
	switch s.visit.State().Step {
	case visit.Pause:
		_ = s.visit.GiveUp()
	case visit.Confirm:
		_ = s.visit.ConfirmReading(0)
	}
	s.must(nil, visit.Result)
}
