package clinic

import (
	"context"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"aidpost/app/call"
	"aidpost/app/clerk"
	"aidpost/app/desk"
	"aidpost/app/hygiene"
	"aidpost/app/office"
	"aidpost/app/site"
	"aidpost/assets/words"
	"aidpost/instruments"
	"aidpost/records"
	"aidpost/records/intended"
	"aidpost/records/staff"
	"aidpost/records/vitals"
	"aidpost/ui/kit"
)

// stage is a staff screen in a test window, on records in a file, with a clock
// that the test moves. Nothing runs by itself: settle lets what was set off come
// to rest.
type stage struct {
	t       testing.TB
	clinic  *Clinic
	desk    *desk.Desk
	store   *records.Store
	window  fyne.Window
	size    fyne.Size
	tray    paperTray
	counter onCounter
	calls   *call.Board
	bell    *bell
	folder  string // of the settings
	book    *hygiene.Book
	sticks  []string // that are plugged in
	saved   string   // where papers are saved
	tickets int      // that were given

	mu     sync.Mutex
	clock  time.Time
	up     time.Duration
	posted []func()
}

// opening is when every test begins.
var opening = time.Date(2026, 3, 2, 8, 12, 0, 0, time.UTC)

const (
	adminBadge, adminPIN = "BADGE-2041", "604183"
	staffBadge, staffPIN = "BADGE-3077", "917264"
)

var sizes = map[string]fyne.Size{
	"1366x768":  fyne.NewSize(1366, 768),
	"1920x1080": fyne.NewSize(1920, 1080),
}

// newStage is a screen of a computer that nobody has set up yet.
func newStage(t testing.TB, lang string, size fyne.Size, look kit.Look) *stage {
	t.Helper()
	return newStageWith(t, lang, size, look, beginning{})
}

// beginning is what a stage has from the first; the zero one has nothing.
type beginning struct {
	calls    *call.Board // for help
	patients *beside     // who share the window
}

// newStageWith is newStage with what was there before it.
func newStageWith(t testing.TB, lang string, size fyne.Size, look kit.Look, from beginning) *stage {
	t.Helper()
	catalogue, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	s := &stage{t: t, size: size, clock: opening, up: time.Hour, saved: t.TempDir()}
	folder := t.TempDir()
	s.store, err = records.Open(context.Background(), filepath.Join(folder, "aidpost.db"), records.Options{
		Now: s.now, Uptime: s.uptime, PINCost: staff.Cost{Passes: 1, KiB: 8, Threads: 1},
	})
	if err != nil {
		t.Fatal(err)
	}
	app := test.NewTempApp(t)
	cfg := Config{Words: catalogue, Language: lang, Site: "Corner Pharmacy", Post: s.post, Look: look, About: madeOf()}
	var others desk.Patients
	if from.patients != nil {
		cfg.Share, others = from.patients.turn, from.patients
	}
	s.clinic = New(cfg)
	app.Settings().SetTheme(kit.NewTheme(s.clinic.Look()))
	s.window = test.NewTempWindow(t, s.clinic.Content())
	s.window.SetPadded(false)
	s.window.Resize(size)
	s.bell = &bell{}
	if s.calls = from.calls; s.calls == nil {
		s.calls = call.New(call.Config{})
	}
	labels, err := intended.Load()
	if err != nil {
		t.Fatal(err)
	}
	s.book = hygiene.New(t.TempDir(), []hygiene.Rule{{Instrument: "onetouch-ultra2", With: "PDI Super Sani-Cloth", WetSeconds: 120}})
	s.desk = desk.New(desk.Config{
		Store: s.store, Place: records.Place{Organization: "Corner Pharmacy", Kiosk: "desk-1"}, Zone: time.UTC,
		User: "root", Consent: "1", Now: s.now, Changed: s.clinic.Changed, Printer: &s.tray,
		Patients: others, Calls: s.calls, Bell: s.bell, Counter: &s.counter, Quality: controlled, Labels: labels, Hygiene: s.book,
		Folders: func() []string { return []string{"/media/bo/STICK", s.saved} },
		Live: func(context.Context, string, instruments.Job, func(instruments.Event)) error {
			return instruments.NewFault(instruments.NoNewResult, "")
		},
		Papers: func(_ context.Context, a *records.Access) (*clerk.Clerk, error) {
			return &clerk.Clerk{Access: a, Profile: site.DefaultProfile(), Words: catalogue, Zone: time.UTC, Lang: lang, Now: s.now, Chain: s.store.AuditHead}, nil
		},
	})
	s.clinic.Safeguard(office.Place{
		Store: s.store, Data: folder, Backups: filepath.Join(folder, "backups"), Sticks: func() []string { return s.sticks },
	})
	s.administer()
	s.clinic.Serve(s.desk, s.window.Canvas())
	t.Cleanup(func() {
		s.clinic.Stop()
		s.desk.Close()
		s.calls.Close()
		if err := s.store.Close(); err != nil {
			t.Error(err)
		}
	})
	s.settle()
	return s
}

// working is a stage on which the administrator, Amina, is signed in.
func working(t testing.TB, lang string, size fyne.Size, look kit.Look) *stage {
	t.Helper()
	s := newStage(t, lang, size, look)
	s.desk.SetUp(desk.First{Name: "Amina Haddad", Badge: adminBadge, PIN: adminPIN, Again: adminPIN})
	s.settle()
	s.desk.Do(func(ctx context.Context, a *records.Access) error {
		_, err := a.AddStaff(ctx, records.NewAccount{Name: "Bo Lindqvist", Role: staff.Operator, Badge: staffBadge, PIN: staffPIN})
		return err
	}, nil)
	s.settle()
	if got := s.desk.State(); got.Phase != desk.Working {
		t.Fatalf("%q, %+v", got.Phase, got.Refusal)
	}
	return s
}

func (s *stage) now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.clock
}

func (s *stage) uptime() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.up
}

func (s *stage) post(fn func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.posted = append(s.posted, fn)
}

// drain runs what was posted, on the goroutine of the test.
func (s *stage) drain() bool {
	s.mu.Lock()
	all := s.posted
	s.posted = nil
	s.mu.Unlock()
	for _, fn := range all {
		fn()
	}
	return len(all) > 0
}

// settle lets everything that was set off come to rest, and paints.
func (s *stage) settle() {
	for range 100 {
		s.desk.Wait()
		if !s.drain() {
			s.clinic.trace.Tick()
			return
		}
	}
	s.t.Fatal("the screen does not come to rest")
}

// after lets time pass.
func (s *stage) after(d time.Duration) {
	s.mu.Lock()
	s.clock, s.up = s.clock.Add(d), s.up+d
	s.mu.Unlock()
	s.clinic.tick()
	s.settle()
}

// typed types as fingers do, not as fast as a scanner.
func (s *stage) typed(text string) {
	for _, r := range text {
		s.mu.Lock()
		s.clock, s.up = s.clock.Add(120*time.Millisecond), s.up+120*time.Millisecond
		s.mu.Unlock()
		if f := s.window.Canvas().Focused(); f != nil {
			f.TypedRune(r)
		} else {
			s.clinic.input.Rune(r)
		}
	}
	s.settle()
}

// scan types as a scanner does: all at once, and Return.
func (s *stage) scan(code string) {
	s.mu.Lock()
	s.clock = s.clock.Add(time.Second)
	s.mu.Unlock()
	for _, r := range code {
		if f := s.window.Canvas().Focused(); f != nil {
			f.TypedRune(r)
		} else {
			s.clinic.input.Rune(r)
		}
	}
	s.press(fyne.KeyReturn)
}

// press presses a key wherever the focus is.
func (s *stage) press(key fyne.KeyName) {
	e := &fyne.KeyEvent{Name: key}
	if f := s.window.Canvas().Focused(); f != nil {
		f.TypedKey(e)
	} else {
		s.clinic.input.TypedKey(e)
	}
	s.settle()
}

// pause lets the last key be long ago.
func (s *stage) pause() {
	s.mu.Lock()
	s.clock, s.up = s.clock.Add(time.Second), s.up+time.Second
	s.mu.Unlock()
}

// came puts somebody on today's list who came some time ago. With a tier they
// were measured.
func (s *stage) came(p *records.Patient, ago time.Duration, tier int) *records.Encounter {
	s.t.Helper()
	e := &records.Encounter{
		ID: records.NewID(), Patient: p, Status: records.InProgress, Started: s.now().Add(-ago), Zone: "UTC", Language: "en",
		Place: records.Place{Queue: "A"},
	}
	if tier < 0 {
		s.tickets++
		e.Ticket = s.tickets
	} else {
		e.Status, e.Ended = records.Finished, s.now()
		e.Observations = []records.Observation{{
			ID: records.NewID(), Panel: vitals.Oximetry, Taken: e.Started, State: records.Confirmed,
			Values: vitals.Values{{Measure: vitals.SpO2, Quantity: vitals.Of(97, vitals.Percent)}, {Measure: vitals.Pulse, Quantity: vitals.Of(70, vitals.PerMinute)}},
			Judged: []records.Judgement{{Subject: "spo2", Severity: "usual", Tier: tier, Guideline: "g", Edition: "1", Source: "s"}},
			Origin: records.Origin{Device: records.Device{Maker: "m", Model: "m"}, Driver: "d", DriverVersion: "1"},
		}}
	}
	if err := s.store.Save(context.Background(), e); err != nil {
		s.t.Fatal(err)
	}
	return e
}

// person is somebody with a card.
func person(given, family string, born records.Date, card string) *records.Patient {
	p := &records.Patient{ID: records.NewID(), Given: given, Family: family, BirthDate: born, Language: "en"}
	if card != "" {
		p.Identifiers = []records.Identifier{{System: "card", Value: card}}
	}
	return p
}

// aDay fills the list of today with people of several scripts.
func (s *stage) aDay() {
	s.came(person("Fatima", "al-Rashid", records.Date{Year: 1956, Month: 4, Day: 30}, "C-10042"), 52*time.Minute, 0)
	s.came(person("محمد", "العلي", records.Date{Year: 1971, Month: 9, Day: 2}, "C-10107"), 41*time.Minute, 3)
	s.came(person("Jürgen", "Großmann", records.Date{Year: 1949, Month: 1, Day: 17}, ""), 33*time.Minute, 1)
	s.came(person("Анна", "Ковальчук", records.Date{Year: 1988, Month: 12, Day: 5}, "C-10311"), 17*time.Minute, -1)
	estimated := person("Nyota", "Mwangi", records.EstimatedBirth(64, s.now()), "C-10312")
	estimated.BirthEstimated = true
	s.came(estimated, 9*time.Minute, -1)
	s.came(person("Ana María", "Fernández de la Cruz y Villanueva-Montenegro", records.Date{Year: 2001, Month: 2, Day: 28}, ""), 20*time.Second, -1)
	s.came(nil, 25*time.Minute, 0)
	s.after(time.Second)
}

// as has somebody else sign in.
func (s *stage) as(badge, pin string) {
	s.desk.SignOut()
	s.desk.SignIn(badge, pin)
	s.settle()
}

// turnTo shows a page that is about nobody.
func (s *stage) turnTo(page desk.Page) {
	s.desk.Go(desk.Route{Page: page})
	s.settle()
}
