package clinic

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"aidpost/app/bedside"
	"aidpost/app/desk"
	"aidpost/app/dossier"
	"aidpost/app/site"
	"aidpost/assets/words"
	"aidpost/instruments"
	"aidpost/records"
	"aidpost/records/guideline"
	"aidpost/records/quality"
	"aidpost/records/vitals"
	"aidpost/ui/kit"
)

// counter is a rack of a cuff and an oximeter that give what they are told.
type counter struct {
	mu   sync.Mutex
	next []vitals.Values
	hold chan struct{}
}

func (c *counter) Attached() []instruments.Attached {
	one := func(p vitals.Panel, maker, name string) instruments.Attached {
		return instruments.Attached{ID: string(p), State: instruments.Ready, Endpoint: instruments.Endpoint{USBSerial: "A1"},
			Model: instruments.Model{ID: "m-" + string(p), Maker: maker, Name: name, Panel: p, Version: "1"}}
	}
	return []instruments.Attached{one(vitals.BloodPressure, "SunTech Medical", "Advantage OEM"), one(vitals.Oximetry, "Contec", "CMS50D+")}
}

func (c *counter) Notify(func()) func() { return func() {} }

func (c *counter) Measure(ctx context.Context, id string, job instruments.Job, emit func(instruments.Event)) error {
	if id == string(vitals.BloodPressure) {
		emit(&instruments.Progress{Phase: instruments.Inflating})
		emit(&instruments.CuffSample{Pressure: 142})
	} else {
		emit(&instruments.Progress{Phase: instruments.Settling, Done: 4, Total: 10})
		for i := range 300 {
			time.Sleep(time.Millisecond)
			emit(&instruments.PlethSample{SpO2: 96, Pulse: 71, Pleth: instruments.Number(20 + (i*7)%70), Signal: 6})
		}
	}
	c.mu.Lock()
	hold := c.hold
	c.mu.Unlock()
	if hold != nil {
		select {
		case <-hold:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.next) == 0 {
		return instruments.NewFault(instruments.CuffLoose, "")
	}
	values := c.next[0]
	c.next = c.next[1:]
	panel := vitals.Oximetry
	if _, ok := values.Get(vitals.Systolic); ok {
		panel = vitals.BloodPressure
	}
	emit(&instruments.Reading{Panel: panel, Values: values, Taken: job.Since})
	return nil
}

func (c *counter) gives(all ...vitals.Values) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.next = append(c.next, all...)
}

func mmHg(systolic, diastolic int) vitals.Values {
	return vitals.Values{
		{Measure: vitals.Systolic, Quantity: vitals.Of(systolic, vitals.MmHg)}, {Measure: vitals.Diastolic, Quantity: vitals.Of(diastolic, vitals.MmHg)},
		{Measure: vitals.Pulse, Quantity: vitals.Of(71, vitals.PerMinute)},
	}
}

func oxygen(percent int) vitals.Values {
	return vitals.Values{{Measure: vitals.SpO2, Quantity: vitals.Of(percent, vitals.Percent)}, {Measure: vitals.Pulse, Quantity: vitals.Of(72, vitals.PerMinute)}}
}

// equipped is a working stage with a counter of instruments.
func (s *stage) equipped() *counter {
	s.t.Helper()
	set, err := guideline.Load()
	if err != nil {
		s.t.Fatal(err)
	}
	rules, err := set.Choose(guideline.Choice{Protocol: "aha-2025"})
	if err != nil {
		s.t.Fatal(err)
	}
	grades, err := quality.LoadGrades()
	if err != nil {
		s.t.Fatal(err)
	}
	rack := &counter{}
	s.clinic.Equip(Equipment{Instruments: rack, Rules: rules, Grades: grades, Place: records.Place{Kiosk: "desk-1"}, Print: func(*records.Encounter) {}})
	return rack
}

// history gives somebody weekly visits over years, with some values that do not
// count, one taken back, and one that nobody was told of.
func (s *stage) history(p *records.Patient, weeks int) {
	s.t.Helper()
	rules := s.clinic.equipment.Rules
	for i := range weeks {
		at := s.now().Add(-time.Duration(weeks-i) * 7 * 24 * time.Hour)
		e := &records.Encounter{ID: records.NewID(), Patient: p, Status: records.Finished, Started: at, Ended: at.Add(9 * time.Minute),
			Zone: "UTC", Language: "en", Place: records.Place{Kiosk: "desk-1"}, Operator: records.Clinician{Name: "Bo Lindqvist"}}
		add := func(panel vitals.Panel, values vitals.Values) *records.Observation {
			o := records.Observation{ID: records.NewID(), Panel: panel, Values: values, Taken: at.Add(5 * time.Minute), State: records.Confirmed,
				Origin:    records.Origin{Driver: "d", DriverVersion: "1", Device: records.Device{Maker: "SunTech Medical", Model: "Advantage OEM", Serial: "A17"}},
				Statement: &records.Statement{Grade: "B", Reasons: []string{"rest-not-completed"}, Protocol: "aha-2025", Operator: records.Clinician{Name: "Bo Lindqvist"}}}
			e.Observations = append(e.Observations, o)
			last := &e.Observations[len(e.Observations)-1]
			last.Judged = site.Judging(rules, e)(*last)
			return last
		}
		wave := (i*37)%23 - 11
		first := add(vitals.BloodPressure, mmHg(146+wave, 92+wave/3))
		first.Excluded, first.Judged, first.Statement = "first-of-series", nil, nil
		add(vitals.BloodPressure, mmHg(138+wave-i*6/weeks, 86+wave/3))
		low := 97 - i%3
		if i == weeks-1 {
			low = 86
		}
		add(vitals.Oximetry, oxygen(low))
		if err := s.store.Save(context.Background(), e); err != nil {
			s.t.Fatal(err)
		}
	}
}

// opened opens somebody's page.
func (s *stage) opened(p *records.Patient) *personPage {
	s.t.Helper()
	s.desk.Go(desk.Route{Page: desk.PagePatient, Patient: p.ID})
	s.settle()
	page, ok := s.clinic.page.(*personPage)
	if !ok {
		s.t.Fatalf("the page is %T", s.clinic.page)
	}
	return page
}

// measuring opens the page on which the person is measured.
func (s *stage) measuring(p *personPage) *measuring {
	s.t.Helper()
	p.begin()
	s.settle()
	m, ok := s.clinic.page.(*measuring)
	if !ok {
		s.t.Fatalf("the page is %T", s.clinic.page)
	}
	return m
}

// until lets time pass until the measuring is in a phase.
func (s *stage) until(m *measuring, want bedside.Phase) bedside.State {
	s.t.Helper()
	for range 400 {
		s.desk.Wait()
		s.drain()
		if st := m.bedside.State(); st.Phase == want && !st.Saving {
			s.settle()
			return st
		}
		time.Sleep(5 * time.Millisecond)
	}
	s.t.Fatalf("the measuring is in %s, want %s: %v", m.bedside.State().Phase, want, m.bedside.State().Fault)
	return bedside.State{}
}

// heard waits until the instrument has told something.
func (s *stage) heard(m *measuring) {
	for range 200 {
		if l := m.bedside.Live(); l.Pressure.Valid() || l.SpO2.Valid() {
			break
		}
		time.Sleep(5 * time.Millisecond)
	}
	s.settle()
	m.tick()
}

func fatima() *records.Patient {
	p := person("Fatima", "al-Rashid", records.Date{Year: 1956, Month: 4, Day: 30}, "C-10042")
	p.Marks = []records.Mark{"diabetes", "anticoagulant"}
	return p
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestPersonPageShowsEverythingAndItsReasons(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	s.equipped()
	p := fatima()
	s.history(p, 12)
	page := s.opened(p)
	if n := len(page.rows); n != 24 {
		t.Errorf("%d results in the table, want 24", n)
	}
	page.filter(func(f *dossier.Filter) { f.All = true })
	s.settle()
	if n := len(page.rows); n != 36 {
		t.Errorf("%d rows with what does not count, want 36", n)
	}
	row := page.rows[len(page.rows)-1]
	page.dossier.Void(row.ID, records.Correction{Reason: "wrong-person"})
	s.settle()
	var struckOut []kit.Cell
	for i, r := range page.rows {
		if r.ID == row.ID {
			struckOut = page.cells(i)
		}
	}
	if struckOut == nil || !strings.Contains(struckOut[1].Text, "\u0336") || struckOut[3].Text != "Taken back: Wrong person" {
		t.Errorf("what was taken back is shown as %+v", struckOut)
	}
	if n := len(page.notices.Objects); n != 1 {
		t.Errorf("%d notices of critical values, want 1", n)
	}
}

// A whole visit: measured, repeated, critical, told, read back, finished.
func TestMeasureTellFinish(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	rack := s.equipped()
	p := fatima()
	s.came(p, 4*time.Minute, -1)
	page := s.opened(p)
	m := s.measuring(page)
	rack.gives(oxygen(86), oxygen(86))
	must(t, m.bedside.Measure(vitals.Oximetry))
	must(t, m.bedside.Start())
	s.until(m, bedside.Review)
	if err := m.bedside.Accept(); !errors.Is(err, bedside.ErrNotNow) {
		t.Fatalf("accepted without being repeated: %v", err)
	}
	must(t, m.bedside.Again())
	must(t, m.bedside.Start())
	s.until(m, bedside.Review)
	must(t, m.bedside.Accept())
	s.until(m, bedside.Tell)
	part, ok := m.part.(*tellPart)
	if !ok {
		t.Fatalf("the page shows %T", m.part)
	}
	if _, ok := part.form.take(part.said); ok {
		t.Error("an empty read-back is taken")
	}
	part.form.to.SetText("Dr Cole")
	part.form.role.chosen, part.form.way.chosen = "doctor", "phone"
	part.form.identity.SetOn(true)
	part.form.said[vitals.SpO2].SetText("68")
	said, ok := part.form.take(part.said)
	if !ok {
		t.Fatal("a complete form is refused")
	}
	must(t, m.bedside.TellOf(said))
	s.until(m, bedside.Tell)
	if again := m.part.(*tellPart); again.said.Text() == "" || again.form.to.Text() != "Dr Cole" {
		t.Errorf("after another value: %q, and %q is left of what was typed", again.said.Text(), again.form.to.Text())
	}
	part.form.said[vitals.SpO2].SetText("86")
	said, _ = part.form.take(part.said)
	must(t, m.bedside.TellOf(said))
	s.until(m, bedside.Choose)
	must(t, m.bedside.Finish())
	s.until(m, bedside.Finished)
	stored, err := s.store.Encounter(context.Background(), m.bedside.State().Visit.ID)
	if err != nil || stored.Status != records.Finished || len(stored.Tellings) != 1 || stored.Operator.Name != "Amina Haddad" {
		t.Fatalf("stored %+v, %v", stored, err)
	}
	if n := s.desk.State().Today.Counts[desk.Attention]; n != 0 {
		t.Errorf("%d need attention after the read-back", n)
	}
}

// A running cuff is let go when the page goes, and nothing is shown before.
func TestLeavingThePageStopsTheCuff(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	rack := s.equipped()
	rack.hold = make(chan struct{})
	p := fatima()
	s.came(p, time.Minute, -1)
	m := s.measuring(s.opened(p))
	must(t, m.bedside.Measure(vitals.BloodPressure))
	must(t, m.bedside.SkipRest())
	must(t, m.bedside.Start())
	s.until(m, bedside.Running)
	s.desk.Back()
	s.settle()
	if m.bedside.State().Phase == bedside.Running {
		t.Error("the cuff still runs")
	}
	if _, ok := s.clinic.page.(*personPage); !ok {
		t.Errorf("back leads to %T", s.clinic.page)
	}
}

// Another palette in the middle of a series loses nothing of it.
func TestAnotherLookKeepsTheSeries(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	rack := s.equipped()
	rack.gives(mmHg(142, 90))
	p := fatima()
	s.came(p, time.Minute, -1)
	m := s.measuring(s.opened(p))
	must(t, m.bedside.Measure(vitals.BloodPressure))
	must(t, m.bedside.SkipRest())
	must(t, m.bedside.Start())
	s.until(m, bedside.Pause)
	s.clinic.look.Palette = kit.Dark
	s.clinic.rebuild()
	s.settle()
	again, ok := s.clinic.page.(*measuring)
	if !ok || again.bedside != m.bedside || len(again.bedside.State().Attempts) != 1 {
		t.Errorf("the page is %T, and the series is gone", s.clinic.page)
	}
}

// Every code that the records know has words.
func TestEveryCodeHasWords(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	check := func(keys ...words.Key) {
		t.Helper()
		for _, key := range keys {
			if text := s.clinic.t(key); text == "" || text == string(key) || strings.Contains(text, string(key)) {
				t.Errorf("%s has no words: %q", key, text)
			}
		}
	}
	for _, m := range records.Marks() {
		check(words.MarkName(string(m)))
	}
	for _, r := range records.CorrectionReasons() {
		check(words.WhyName(string(r)))
	}
	for _, r := range records.ToldRoles() {
		check(words.ToldRoleName(string(r)))
	}
	for _, w := range records.ToldWays() {
		check(words.ToldWayName(string(w)))
	}
	for _, r := range bedside.AsideReasons() {
		check(words.AsideName(r))
	}
	for _, r := range bedside.RepeatReasons() {
		check(words.RepeatName(r))
	}
	for _, u := range []guideline.Use{guideline.Counts, guideline.Failed, guideline.OffScale, guideline.First, guideline.Superseded, guideline.OtherArm, guideline.SetAside} {
		check(words.UseName(string(u)))
	}
	for _, f := range []vitals.Flag{vitals.IrregularPulse, vitals.Movement, vitals.LowPerfusion, vitals.WidePulse, vitals.StoredReading, vitals.ClockDoubt} {
		check(words.CautionName(string(f)))
	}
}

// A value that may be a slip of the finger is asked for once more, and taken.
func TestTypedCriticalValueIsAskedFor(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	s.equipped()
	p := fatima()
	s.came(p, time.Minute, -1)
	m := s.measuring(s.opened(p))
	must(t, m.bedside.Enter(vitals.Oximetry))
	s.settle()
	s.pause()
	part := m.part.(*typing)
	s.clinic.focus(part.first())
	s.typed("86")
	part.take()
	s.settle()
	if s.clinic.dialog == nil {
		t.Fatal("a critical value is taken without a word")
	}
	s.pause()
	s.answerDialog("Yes, take it")
	if st := m.bedside.State(); st.Phase != bedside.Review || st.Result == nil {
		t.Errorf("the measuring is in %s", st.Phase)
	}
}

// answerDialog presses a button of the open dialog.
func (s *stage) answerDialog(label string) {
	s.t.Helper()
	var press func(o fyne.CanvasObject) bool
	press = func(o fyne.CanvasObject) bool {
		if b, ok := o.(*kit.Button); ok && b.Label() == label {
			b.Tapped(nil)
			return true
		}
		var children []fyne.CanvasObject
		switch o := o.(type) {
		case fyne.Widget:
			children = test.WidgetRenderer(o).Objects()
		case *fyne.Container:
			children = o.Objects
		}
		return slices.ContainsFunc(children, press)
	}
	if !press(s.clinic.dialog) {
		s.t.Fatalf("the dialog has no button %q", label)
	}
	s.settle()
}

// Whoever looks something up in the middle of a series finds it as it was.
func TestLeavingThePageKeepsTheSeries(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	rack := s.equipped()
	rack.gives(mmHg(142, 90))
	p := fatima()
	s.came(p, time.Minute, -1)
	m := s.measuring(s.opened(p))
	must(t, m.bedside.Measure(vitals.BloodPressure))
	must(t, m.bedside.SkipRest())
	must(t, m.bedside.Start())
	s.until(m, bedside.Pause)
	s.desk.Go(desk.Route{Page: desk.PageToday})
	s.settle()
	if said := s.desk.State().Said.Key; said != words.BedsideWaits {
		t.Errorf("on leaving it says %q", said)
	}
	again := s.measuring(s.opened(p))
	if again.bedside != m.bedside || len(again.bedside.State().Attempts) != 1 {
		t.Error("the series is gone")
	}
	s.desk.Go(desk.Route{Page: desk.PageToday})
	s.settle()
	s.desk.SignOut()
	s.settle()
	if s.clinic.parked != nil {
		t.Error("a series waits for somebody else")
	}
}

// The program ends only when the cuff has been let go.
func TestStopLetsTheCuffGo(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	rack := s.equipped()
	rack.hold = make(chan struct{})
	p := fatima()
	s.came(p, time.Minute, -1)
	m := s.measuring(s.opened(p))
	must(t, m.bedside.Measure(vitals.BloodPressure))
	must(t, m.bedside.SkipRest())
	must(t, m.bedside.Start())
	s.until(m, bedside.Running)
	s.clinic.Stop()
	s.clinic.done = make(chan struct{}) // the stage stops it once more
	if m.bedside.State().Phase == bedside.Running {
		t.Error("the cuff still runs")
	}
}
