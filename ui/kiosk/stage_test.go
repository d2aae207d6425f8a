package kiosk

import (
	"io"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"aidpost/app/call"
	"aidpost/app/visit"
	"aidpost/assets/words"
	"aidpost/instruments"
	"aidpost/records"
	"aidpost/records/guideline"
	"aidpost/records/intended"
	"aidpost/records/quality/rest"
	"aidpost/records/vitals"
	"aidpost/ui/kit"
)

// stage is a kiosk in a test window with instruments that do what the test
// says and records in memory. Its clock is that of a synctest bubble.
type stage struct {
	t      *testing.T
	kiosk  *Kiosk
	visit  *visit.Visit
	window fyne.Window
	rack   *rack
	store  *store
	calls  *call.Board
	queue  queue
	notice words.Key      // what the staff must know
	home   bool           // the meter is for one person alone
	cuff   intended.Range // the arms that the cuff is made for
}

var sizes = map[string]fyne.Size{
	"1280x800":  fyne.NewSize(1280, 800),
	"1080x1920": fyne.NewSize(1080, 1920),
	"1024x600":  fyne.NewSize(1024, 600),
}

func newStage(t *testing.T, lang string, size fyne.Size, look kit.Look) *stage {
	t.Helper()
	catalogue, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	set, err := guideline.Load()
	if err != nil {
		t.Fatal(err)
	}
	rules, err := set.Choose(guideline.Choice{})
	if err != nil {
		t.Fatal(err)
	}
	steady, err := rest.Load()
	if err != nil {
		t.Fatal(err)
	}
	app := test.NewTempApp(t)
	s := &stage{t: t, rack: newRack(), store: &store{}, calls: call.New(call.Config{})}
	s.kiosk = New(Config{
		Words: catalogue, Rules: rules, Paper: paper{}, Site: Site{Name: "Corner Pharmacy", Emergency: "112"},
		Zone: time.UTC, Post: s.queue.post, Simulated: true, Shares: true, Voice: &voice{}, Notice: func() words.Key { return s.notice },
	})
	look.Input = s.kiosk.look.Input
	s.kiosk.look = look
	s.visit = visit.New(visit.Config{
		Instruments: s.rack, Store: s.store, Calls: s.calls, Rules: rules, Language: lang, Zone: time.UTC, Consent: "1",
		Place: records.Place{Organization: "Corner Pharmacy", Location: "Floor", Kiosk: "test"},
		Log:   slog.New(slog.NewTextHandler(io.Discard, nil)), Changed: s.kiosk.Changed, Sample: s.kiosk.Sample,
		Fit: func(from instruments.Attached, who intended.Person, own bool) []intended.Objection {
			if s.home && !own {
				return []intended.Objection{intended.NotToBeShared}
			}
			l := intended.Label{Validation: &intended.Validation{Status: intended.Published}}
			return l.Objections(who, intended.Use{Cuff: s.cuffOf(from)})
		},
		Cuff: s.cuffOf, Rest: steady,
	})
	look.Class = kit.ClassFor(size)
	app.Settings().SetTheme(kit.NewTheme(look))
	s.window = test.NewTempWindow(t, s.kiosk.Content())
	s.window.SetPadded(false)
	s.window.Resize(size)
	s.kiosk.Serve(s.visit, s.window.Canvas(), size)
	s.settle()
	return s
}

// cuffOf is for which arms the cuff on an instrument is made.
func (s *stage) cuffOf(from instruments.Attached) intended.Range {
	if from.Model.Panel != vitals.BloodPressure {
		return intended.Range{}
	}
	return s.cuff
}

// close ends the visit and the kiosk, so that the bubble can end.
func (s *stage) close() {
	s.rack.finish(nil)
	s.visit.Close()
	s.calls.Close()
	s.kiosk.Stop()
	s.settle()
}

// settle lets everything that was set off come to rest, and paints.
func (s *stage) settle() {
	for range 4 {
		synctest.Wait()
		s.queue.drain()
	}
	s.kiosk.trace.Tick()
}

// after lets d pass, a little at a time, painting as the program would.
func (s *stage) after(d time.Duration) {
	const slice = time.Second
	for ; d > slice; d -= slice {
		time.Sleep(slice)
		s.queue.drain()
	}
	time.Sleep(d)
	s.settle()
}

// until lets time pass until the visit is in a state, as long as somebody waits for
// whom all takes long.
func (s *stage) until(there func(visit.State) bool) {
	for range 600 {
		if there(s.visit.State()) {
			return
		}
		s.after(time.Second)
	}
}

// must runs a command of the visit and expects the step after it.
func (s *stage) must(err error, want visit.Step) {
	s.t.Helper()
	if err != nil {
		s.t.Fatalf("at %s: %v", s.visit.State().Step, err)
	}
	s.settle()
	if got := s.visit.State().Step; got != want {
		s.t.Fatalf("step %s, want %s", got, want)
	}
}

// rest lets the oximeter of a rest tell a pulse for some seconds; 0: no finger is in.
func (s *stage) rest(seconds, pulse int) {
	for range seconds {
		s.rack.tell(&instruments.PlethSample{Pulse: instruments.Number(pulse), SpO2: 97, Signal: 7, FingerOut: pulse == 0})
		s.after(time.Second)
	}
}

// answerAll answers every question before a panel as a well adult would.
func (s *stage) answerAll() {
	s.t.Helper()
	for range 10 {
		st := s.visit.State()
		if st.Step != visit.Question {
			return
		}
		answer := visit.No
		switch st.Question {
		case visit.AskAdult:
			answer = visit.Yes
		case visit.AskMeal:
			answer = visit.MealFasting
		}
		if err := s.visit.Answer(answer); err != nil {
			s.t.Fatal(err)
		}
		s.settle()
	}
}

// queue runs posted functions on the test's own goroutine.
type queue struct {
	mu  sync.Mutex
	fns []func()
}

func (q *queue) post(fn func()) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.fns = append(q.fns, fn)
}

func (q *queue) drain() {
	for {
		q.mu.Lock()
		fns := q.fns
		q.fns = nil
		q.mu.Unlock()
		if len(fns) == 0 {
			return
		}
		for _, fn := range fns {
			fn()
		}
	}
}
