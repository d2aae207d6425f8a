package clinic

import (
	"context"
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"aidpost/app/desk"
	"aidpost/assets/words"
	"aidpost/records"
	"aidpost/records/quality"
	"aidpost/records/staff"
	"aidpost/records/vitals"
	"aidpost/ui/kit"
)

var tourMeter = quality.Instrument{Model: "onetouch-ultra2", Serial: "QXT3041FY"}

// withQuality puts a history of controls on record: the last of the meter is
// out of control, and somebody is certified.
func (s *stage) withQuality() {
	s.t.Helper()
	lot := func(number, level string, mean, sd int) quality.Lot {
		return quality.Lot{
			Number: number, Kind: quality.Control, Model: tourMeter.Model, Level: level, Opened: s.now().Add(-40 * 24 * time.Hour), Expires: s.now().AddDate(0, 3, 0),
			Target: quality.Target{Mean: vitals.Of(mean, vitals.MgPerDL), SD: vitals.Int(sd)},
		}
	}
	cuff := quality.Lot{
		Number: "G17/150", Kind: quality.Standard, Panel: vitals.BloodPressure, Level: "150", Expires: s.now().AddDate(1, 0, 0),
		Target: quality.Target{Mean: vitals.Of(150, vitals.MmHg), Limit: vitals.Int(3)},
	}
	strips := quality.Lot{Number: "AB7741", Kind: quality.Reagent, Model: tourMeter.Model, Expires: s.now().Add(9 * 24 * time.Hour)}
	s.act(func(ctx context.Context, a *records.Access) error {
		for _, l := range []quality.Lot{lot("CN-204", "normal", 110, 5), lot("CH-118", "high", 280, 11), cuff, strips} {
			if err := a.AddLot(ctx, l); err != nil {
				return err
			}
		}
		for _, values := range [][2]int{{112, 283}, {108, 276}, {113, 290}, {107, 279}, {110, 281}, {115, 284}, {121, 288}, {109, 262}, {111, 286}, {128, 281}} {
			s.mu.Lock()
			s.clock = s.clock.Add(20 * time.Hour)
			s.mu.Unlock()
			for n, number := range []string{"CN-204", "CH-118"} {
				run := quality.Run{Instrument: tourMeter, Control: number, Value: vitals.Of(values[n], vitals.MgPerDL)}
				if _, err := a.RunControl(ctx, quality.Plan{Panel: vitals.BloodGlucose}, run); err != nil {
					return err
				}
			}
		}
		all, err := a.Staff(ctx)
		if err != nil {
			return err
		}
		for panel, days := range map[vitals.Panel]int{vitals.BloodGlucose: 200, vitals.BloodPressure: 10} {
			i := slices.IndexFunc(all, func(one records.Account) bool { return one.Role == staff.Operator })
			n := quality.Certificate{Account: string(all[i].ID), Panel: panel, Until: s.now().AddDate(0, 0, days)}
			if err := a.Certify(ctx, quality.Plan{}, n); err != nil {
				return err
			}
		}
		return nil
	})
	s.desk.SignIn("", adminPIN) // if the screen was covered meanwhile
	s.settle()
	s.desk.Used()
}

// withStored has read controls out of the meter's memory, which can be read again.
func (s *stage) withStored() {
	s.t.Helper()
	control := func(hours, value int) quality.Stored {
		at := s.now().Add(time.Duration(-hours) * time.Hour).UTC()
		return quality.Stored{Instrument: tourMeter, Panel: vitals.BloodGlucose, Measure: vitals.Glucose, Value: vitals.Of(value, vitals.MgPerDL), Taken: at, Shown: at}
	}
	if _, err := s.store.KeepControls(s.t.Context(), []quality.Stored{control(74, 283), control(74, 109), control(2, 113)}); err != nil {
		s.t.Fatal(err)
	}
}

// act does something with the records as the administrator, at no screen: the
// clock may be moved meanwhile.
func (s *stage) act(work func(context.Context, *records.Access) error) {
	s.t.Helper()
	a, err := s.store.SignIn(s.t.Context(), adminBadge, adminPIN, "desk-1")
	if err == nil {
		err = work(s.t.Context(), a)
	}
	if err != nil {
		s.t.Fatal(err)
	}
	s.settle()
}

func tourQuality(s *stage, shoot func(*stage, string)) {
	open := func() {
		s.desk.Go(desk.Route{Page: desk.PageToday})
		s.turnTo(desk.PageQuality)
	}
	attached := s.counter.attached
	s.counter.attached = nil
	open()
	shoot(s, "50-quality-none")
	page := func() *qualityPage { return s.clinic.page.(*qualityPage) }
	page().open(ofLots)
	shoot(s, "51-quality-no-lots")
	page().open(ofStaff)
	shoot(s, "52-quality-no-certificates")
	s.counter.attached = attached
	s.withQuality()
	open()
	page().open(ofInstruments)
	s.desk.ChooseChecked(tourMeter)
	s.settle()
	shoot(s, "53-quality")
	meter, _ := s.desk.State().Quality.Of(tourMeter)
	page().askRun(meter)
	s.push(words.QCSave)
	shoot(s, "54-quality-run-wrong")
	s.clinic.closeDialog()
	page().askRun(meter)
	s.typed("131")
	s.push(words.QCSave)
	shoot(s, "55-quality-out")
	s.clinic.closeDialog()
	page().askOverride(meter)
	s.push(words.QCOverride)
	shoot(s, "56-quality-override")
	s.clinic.closeDialog()
	page().open(ofLots)
	s.settle()
	shoot(s, "57-quality-lots")
	s.scan("010031254742700517270331" + "10CX9001")
	shoot(s, "58-quality-lot-scanned")
	page().askLot(desk.LotForm{Kind: quality.Standard, Panel: vitals.BloodPressure, Opened: desk.DayOf(s.now())})
	s.push(words.QCLotAdd)
	shoot(s, "59-quality-standard")
	s.clinic.closeDialog()
	page().askLot(desk.LotForm{Kind: quality.Standard, Panel: vitals.BloodPressure, Opened: desk.DayOf(s.now())})
	s.option(s.clinic.t(words.QCVolunteer))
	shoot(s, "59a-quality-reference")
	s.clinic.closeDialog()
	page().askLot(desk.LotForm{Kind: quality.Reagent, Opened: desk.DayOf(s.now()), Low: "4", High: "30", Store: "cupboard"})
	shoot(s, "59b-quality-strips")
	s.clinic.closeDialog()
	s.withStores()
	s.desk.Go(desk.Route{Page: desk.PageToday})
	s.turnTo(desk.PageQuality)
	page().open(ofLots)
	s.settle()
	shoot(s, "59c-quality-stores")
	page().askStorage()
	s.push(words.QCSave)
	shoot(s, "59d-quality-storage")
	s.clinic.closeDialog()
	page().open(ofInstruments)
	cuff := quality.Instrument{Model: "suntech-advantage", Serial: "A2-004711"}
	s.desk.ChooseChecked(cuff)
	s.settle()
	i, _ := s.desk.State().Quality.Of(cuff)
	page().askPairs(i, lotsOf(i, false), i.Lots[len(i.Lots)-1])
	s.push(words.QCSave)
	shoot(s, "59e-quality-volunteer")
	s.clinic.closeDialog()
	page().body.Objects = []fyne.CanvasObject{kit.NewColumn(kit.Space16, page().controls(i)...)}
	page().body.Refresh()
	shoot(s, "59f-quality-volunteers")
	page().open(ofStaff)
	s.settle()
	shoot(s, "60-quality-certificates")
	page().askCertificate()
	s.push(words.QCCertify)
	shoot(s, "61-quality-certify")
	s.clinic.closeDialog()
	page().askPassport()
	s.desk.PresentPassport("aidpost-passport:abc.def.ghi")
	s.settle()
	shoot(s, "62-quality-passport")
	s.clinic.closeDialog()
	s.withSamples()
	s.withStored()
	s.desk.Go(desk.Route{Page: desk.PageToday})
	s.turnTo(desk.PageQuality)
	page().open(ofInstruments)
	s.desk.ChooseChecked(tourMeter)
	s.settle()
	meter, _ = s.desk.State().Quality.Of(tourMeter)
	page().askSample(meter)
	shoot(s, "63-quality-sample")
	s.typed("402")
	s.push(words.QCSave)
	shoot(s, "64-quality-sample-gave")
	s.clinic.closeDialog()
	meter, _ = s.desk.State().Quality.Of(tourMeter)
	page().body.Objects = []fyne.CanvasObject{kit.NewColumn(kit.Space16, page().samples(meter)...)}
	page().body.Refresh()
	shoot(s, "65-quality-linearity")
	page().body.Objects = []fyne.CanvasObject{kit.NewColumn(kit.Space16, page().stored(meter)...)}
	page().body.Refresh()
	shoot(s, "66-quality-stored")
}

// withSamples puts a linearity series on record that is measured but for its last
// sample, which gives 400 mg/dL.
func (s *stage) withSamples() {
	s.t.Helper()
	s.act(func(ctx context.Context, a *records.Access) error {
		for i, want := range []int{40, 150, 280, 400} {
			lot := quality.Lot{
				Number: "LIN-" + string(rune('1'+i)), Kind: quality.Linearity, Model: tourMeter.Model, Expires: s.now().AddDate(0, 3, 0),
				Target: quality.Target{Mean: vitals.Of(want, vitals.MgPerDL)},
			}
			if err := a.AddLot(ctx, lot); err != nil {
				return err
			}
			if want == 400 {
				continue
			}
			run := quality.Run{Instrument: tourMeter, Control: lot.Number, Value: vitals.Of(want+i*3-2, vitals.MgPerDL)}
			if err := a.RunSample(ctx, quality.Plan{Panel: vitals.BloodGlucose}, run); err != nil {
				return err
			}
		}
		return nil
	})
}

// TestQualitySample: whoever measures a blind sample does not see what it should
// give; what came of it is then for those who coordinate quality, with the line
// through the series.
func TestQualitySample(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	s.counter.attached = aCounter()
	s.withSamples()
	for _, tt := range []struct {
		badge, pin string
		lead       bool
	}{{staffBadge, staffPIN, false}, {adminBadge, adminPIN, true}} {
		s.as(tt.badge, tt.pin)
		if s.desk.State().Phase == desk.NewPIN {
			s.desk.ChoosePIN("530917", "530917")
			s.settle()
		}
		s.turnTo(desk.PageQuality)
		s.desk.ChooseChecked(tourMeter)
		s.settle()
		if got := s.reads(s.clinic.t(words.QCSamples)); got != tt.lead {
			t.Errorf("lead %t: results of samples are shown: %t", tt.lead, got)
		}
		s.push(words.QCSampleRun)
		s.sees(words.QCSampleLead)
		if page := s.clinic.dialog; page == nil || !s.reads("LIN-4") || !tt.lead && s.reads("400") {
			t.Errorf("lead %t: the form is not blind", tt.lead)
		}
		s.option(kit.Isolate("LIN-4"))
		s.typed("402")
		s.push(words.QCSave)
		s.sees(words.QCVerdictBlind)
		if got := s.reads("expected, off by"); got != tt.lead {
			t.Errorf("lead %t: what came of it is told: %t", tt.lead, got)
		}
		if got := s.reads("farthest off the line"); got != tt.lead {
			t.Errorf("lead %t: the line is told: %t", tt.lead, got)
		}
		s.clinic.closeDialog()
	}
	log, err := s.store.QualityLog(t.Context())
	if err != nil || len(log.Samples) != 5 || log.Samples[3].Control != "LIN-4" || len(log.Runs) != 0 {
		t.Errorf("%+v, %v", log.Samples, err)
	}
}

// TestQualityPage: a control is put on record, judged and drawn; a locked
// instrument is let through by a supervisor's badge and PIN alone.
func TestQualityPage(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	s.turnTo(desk.PageQuality)
	s.sees(words.QCEmptyTitle)
	s.counter.attached = aCounter()
	s.withQuality()
	s.desk.Go(desk.Route{Page: desk.PageToday})
	s.turnTo(desk.PageQuality)
	s.desk.ChooseChecked(tourMeter)
	s.settle()
	s.sees(words.LockOutOfControl)
	s.push(words.QCRun)
	s.push(words.QCSave)
	s.sees(words.QCMissing)
	s.typed("111")
	s.push(words.QCSave)
	s.sees(words.QCVerdictGood)
	log, err := s.store.QualityLog(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	last := log.Runs[len(log.Runs)-1]
	if len(log.Runs) != 21 || last.Value != vitals.Of(111, vitals.MgPerDL) || last.Control != "CN-204" {
		t.Errorf("%d runs, the last %+v", len(log.Runs), last)
	}
	s.clinic.closeDialog()
	s.sees(words.LockNoCalibration)
	s.push(words.QCOverride)
	override := func(badge, pin, reason string) {
		t.Helper()
		s.desk.Override(desk.OverrideForm{Instrument: tourMeter, Badge: badge, PIN: pin, Reason: reason})
		s.settle()
	}
	override(adminBadge, adminPIN, "")
	s.sees(words.QCMissing)
	override(staffBadge, staffPIN, "somebody collapsed")
	s.sees(words.QCNotSupervisor)
	override(adminBadge, "000000", "somebody collapsed")
	s.sees(words.QCWrongPIN)
	override(adminBadge, adminPIN, "somebody collapsed")
	if meter, _ := s.desk.State().Quality.Of(tourMeter); meter.Left != 1 {
		t.Errorf("%d measurements are let through", meter.Left)
	}
	s.clinic.closeDialog()
	s.withStored()
	s.desk.Go(desk.Route{Page: desk.PageToday})
	s.turnTo(desk.PageQuality)
	s.sees(words.QCStored)
	s.push(words.QCStoredRead)
	s.sees(words.QCStoredNone)
}

// TestQualityLotByScan: the code on a box fills in the form, wherever the focus
// is, and what was typed stays when the kind changes.
func TestQualityLotByScan(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	s.counter.attached = aCounter()
	s.turnTo(desk.PageQuality)
	s.scan("0100312547427005" + "17270331" + "10AB123")
	s.sees(words.QCLotNumber)
	s.option("Control solution")
	s.push(words.QCLotAdd)
	s.sees(words.QCMissing) // level, target, deviation
	s.option("Strips")
	s.option(kit.Isolate("OneTouch Ultra2"))
	s.push(words.QCLotAdd)
	log, err := s.store.QualityLog(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(log.Lots) != 1 || log.Lots[0].Number != "AB123" || log.Lots[0].Kind != quality.Reagent || log.Lots[0].Model != "onetouch-ultra2" ||
		!log.Lots[0].Expires.Equal(time.Date(2027, 4, 1, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("%+v", log.Lots)
	}
}
