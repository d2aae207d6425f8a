package clinic

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"aidpost/app/bedside"
	"aidpost/app/desk"
	"aidpost/app/dossier"
	"aidpost/app/site"
	"aidpost/assets/words"
	"aidpost/instruments"
	"aidpost/records"
	"aidpost/records/guideline"
	"aidpost/records/intended"
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

// adultCuff is on every instrument.
func adultCuff(instruments.Attached) intended.Range { return intended.Range{From: 22, To: 42} }

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
	s.clinic.Equip(Equipment{Instruments: rack, Rules: rules, Grades: grades, Fit: untested, Cuff: adultCuff, Place: records.Place{Kiosk: "desk-1"}})
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
	if m.bedside.State().Phase == bedside.Identify {
		must(s.t, m.bedside.Identified())
		s.settle()
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
	s.comes(func() bool { l := m.bedside.Live(); return l.Pressure.Valid() || l.SpO2.Valid() })
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

// Two records of one person are joined from the page of one of them.
func TestJoinTwoRecordsOfOnePerson(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	s.equipped()
	p, twin := fatima(), fatima()
	twin.Identifiers, twin.Marks = nil, nil
	s.history(p, 2)
	s.history(twin, 3)
	page := s.opened(p)
	before := len(page.rows)
	page.askMerge()
	s.settle()
	if s.clinic.dialog == nil || len(page.dossier.State().Alike) != 1 {
		t.Fatalf("%d look alike", len(page.dossier.State().Alike))
	}
	page.dossier.Merge(twin.ID, "same person")
	s.settle()
	if n := len(page.rows); n != before+6 {
		t.Errorf("%d rows after joining, want %d", n, before+6)
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
	for _, r := range records.IdentityReasons() {
		check(words.IdentityReasonName(r))
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
	for _, f := range []vitals.Flag{vitals.IrregularPulse, vitals.Movement, vitals.LowPerfusion, vitals.WidePulse, vitals.StoredReading, vitals.ClockDoubt, vitals.BackEntered, vitals.TimeDoubt} {
		check(words.CautionName(string(f)))
	}
}

// TestChartBeginsWithWhatWasMeasured: somebody whose pressure was never measured
// does not see an empty chart of it.
func TestChartBeginsWithWhatWasMeasured(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	s.equipped()
	p := s.came(fatima(), time.Hour, 0).Patient
	if page := s.opened(p); page.measure != vitals.SpO2 || len(page.dossier.State().Latest()) == 0 {
		t.Errorf("the chart is of %s", page.measure)
	}
}

// TestPersonTakesTheKeys: Return opens the newest result as soon as there is one,
// however late the records answer.
func TestPersonTakesTheKeys(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	s.equipped()
	p := s.came(person("Fatima", "al-Rashid", records.Date{Year: 1956, Month: 4, Day: 30}, ""), time.Hour, 0).Patient
	s.turnTo(desk.PageFind)
	s.desk.Go(desk.Route{Page: desk.PagePatient, Patient: p.ID})
	s.drain() // the page is there, what was measured is not
	s.settle()
	if page := s.clinic.page.(*personPage); s.window.Canvas().Focused() != page.list {
		t.Fatalf("%T has the keys", s.window.Canvas().Focused())
	}
	s.press(fyne.KeyReturn)
	if s.clinic.dialog == nil {
		t.Error("Return opens nothing")
	}
}
