package clinic

import (
	"time"

	"fyne.io/fyne/v2"

	"aidpost/app/bedside"
	"aidpost/app/dossier"
	"aidpost/records"
	"aidpost/records/vitals"
)

// tourPerson walks through the page of a person and the measuring.
func tourPerson(s *stage, shoot func(*stage, string)) {
	rack := s.equipped()
	p := fatima()
	s.history(p, 130)
	s.came(p, 6*time.Minute, -1)
	page := s.opened(p)
	shoot(s, "30-person")
	page.filter(func(f *dossier.Filter) { f.All = true })
	page.dossier.Void(page.dossier.State().Rows[4].ID, records.Correction{Reason: "technique", Note: "the cuff was over a sleeve"})
	s.settle()
	shoot(s, "31-person-all")
	page.open(page.rows[1])
	shoot(s, "32-observation")
	s.clinic.closeDialog()
	page.askAmend(page.rows[1])
	shoot(s, "33-amend")
	s.clinic.closeDialog()
	page.editMarks()
	shoot(s, "34-marks")
	s.clinic.closeDialog()
	page.dossier.Say(records.LaterConsent{Purpose: records.ConsentShare, Version: "2", Language: "en", Reason: "told at the desk"})
	s.settle()
	page.askConsent()
	shoot(s, "34-consent")
	s.clinic.closeDialog()
	page.tell(page.dossier.State().Untold[0])
	shoot(s, "35-tell")
	s.clinic.closeDialog()
	tourPersonPapers(s, p.ID, shoot)
	tourIdentity(s, p, shoot)
	page = s.opened(p)
	tourMeasuring(s, s.measuring(page), rack, shoot)
}

func tourMeasuring(s *stage, m *measuring, rack *counter, shoot func(*stage, string)) {
	t := s.t
	shoot(s, "40-choose")
	must(t, m.bedside.Measure(vitals.BloodPressure))
	s.settle()
	shoot(s, "41-rest")
	must(t, m.bedside.SetGirth(45))
	s.settle()
	shoot(s, "41-rest-misfit")
	must(t, m.bedside.SetLie(bedside.OtherCuff))
	s.settle()
	must(t, m.bedside.SkipRest())
	s.settle()
	shoot(s, "42-ready")
	rack.mu.Lock()
	rack.hold = make(chan struct{})
	rack.mu.Unlock()
	must(t, m.bedside.Start())
	s.until(m, bedside.Running)
	s.heard(m)
	shoot(s, "43-cuff")
	rack.gives(mmHg(168, 98))
	close(rack.hold)
	s.until(m, bedside.Pause)
	shoot(s, "44-pause")
	must(t, m.bedside.Look())
	s.settle()
	shoot(s, "45-review")
	must(t, m.bedside.Accept())
	s.until(m, bedside.Choose)
	shoot(s, "46-saved")
	rack.mu.Lock()
	rack.hold = make(chan struct{})
	rack.mu.Unlock()
	must(t, m.bedside.Measure(vitals.Oximetry))
	must(t, m.bedside.Start())
	s.until(m, bedside.Running)
	s.heard(m)
	shoot(s, "47-oximeter")
	rack.gives(oxygen(85))
	close(rack.hold)
	s.until(m, bedside.Review)
	shoot(s, "48-repeat-due")
	must(t, m.bedside.SkipRepeat("act-first"))
	must(t, m.bedside.Accept())
	s.until(m, bedside.Tell)
	shoot(s, "49-read-back")
	var focus fyne.Focusable = m.part.(*tellPart).form.to
	s.clinic.focus(focus)
	s.typed("Dr Cole")
	s.desk.Home()
	s.settle()
	shoot(s, "50-today-attention")
}
