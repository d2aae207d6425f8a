package kiosk

import (
	"time"

	"aidpost/app/memory"
	"aidpost/app/visit"
	"aidpost/instruments"
	"aidpost/records/vitals"
)

// tourOwn reads what people bring: a meter with a wrong clock, and a recorder.
func tourOwn(s *stage, shoot func(*stage, string)) {
	s.must(s.visit.Begin(), visit.Who)
	s.must(s.visit.Card("4711"), visit.Consent)
	s.must(s.visit.Agree(true, false), visit.Choose)
	s.must(s.visit.OwnInstrument(), visit.OwnKind)
	shoot(s, "70-own-kind")
	s.must(s.visit.ChooseOwn(memory.Meter), visit.OwnPlug)
	shoot(s, "71-own-plug")
	s.after(21 * time.Second)
	shoot(s, "72-own-not-seen")
	for _, code := range []instruments.FaultCode{instruments.NoAnswer, instruments.Permission, instruments.PortBusy, instruments.Garbled} {
		s.bring(instruments.Attached{ID: string(code), State: instruments.Unknown, Fault: code})
		s.must(nil, visit.OwnPlug)
		shoot(s, "72-own-"+string(code))
	}
	s.bring(ownModel(vitals.BloodGlucose))
	s.must(nil, visit.OwnRead)
	s.rack.tell(&instruments.Progress{Phase: instruments.Downloading, Done: 130, Total: 312})
	s.settle()
	shoot(s, "73-own-read")
	for i := range 312 {
		r := sugar(80 + i%90)
		r.Taken = time.Now().Add(-time.Duration(i*6+20) * time.Hour)
		r.InstrumentTime, r.Drift = r.Taken.Add(77*time.Hour), 77*time.Hour
		r.Identity = instruments.Identity{Serial: "VDH74F2CY", Drift: 77 * time.Hour, HasClock: true}
		s.rack.tell(r)
	}
	s.rack.tell(&instruments.Fault{Code: instruments.ControlTest})
	s.rack.finish(nil)
	s.must(nil, visit.OwnClock)
	shoot(s, "74-own-clock")
	s.must(s.visit.OwnTimes(memory.ShiftTimes), visit.OwnDone)
	shoot(s, "76-own-done")
	s.must(s.visit.TakeOwn(true), visit.Finish)
	shoot(s, "77-own-finish")
	s.must(s.visit.MeasureAnother(), visit.Choose)
	tourRecorder(s, shoot)
	s.visit.Cancel()
	s.settle()
}

// tourRecorder reads a night of which nobody knows when it was.
func tourRecorder(s *stage, shoot func(*stage, string)) {
	s.must(s.visit.OwnInstrument(), visit.OwnKind)
	s.must(s.visit.ChooseOwn(memory.Oximeter), visit.OwnPlug)
	s.bring(ownModel(vitals.Oximetry))
	s.must(nil, visit.OwnRead)
	night := &instruments.Recording{Every: time.Second}
	for i := range 7 * 3600 {
		spo2 := instruments.Number(95 + i/60%3)
		if i%3000 < 90 {
			spo2 = 87
		}
		night.Samples = append(night.Samples, instruments.RecordedSample{SpO2: spo2, Pulse: 58, Perfusion: instruments.Missing})
	}
	s.rack.tell(night)
	s.rack.finish(nil)
	s.must(nil, visit.OwnBegan)
	shoot(s, "75-own-began")
	s.must(s.visit.OwnBeganThen(true), visit.OwnDone)
	shoot(s, "76-own-done-night")
	s.must(s.visit.RemoveOwn(), visit.Choose)
}

// ownModel is an instrument with a memory that a person has brought.
func ownModel(p vitals.Panel) instruments.Attached {
	return instruments.Attached{
		ID: "own-" + string(p), State: instruments.Ready,
		Model: instruments.Model{ID: "own-" + string(p), Maker: "Maker", Name: "Own", Panel: p, Version: "1", Abilities: instruments.Abilities{Memory: true}},
	}
}

// bring plugs one thing in, in place of what was brought before.
func (s *stage) bring(a instruments.Attached) {
	s.rack.mu.Lock()
	s.rack.attached = append(s.rack.attached[:3:3], a)
	s.rack.mu.Unlock()
	s.rack.notify()
	s.settle()
}
