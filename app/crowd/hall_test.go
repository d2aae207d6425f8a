package crowd

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"aidpost/app/visit"
	"aidpost/assets/words"
	"aidpost/instruments"
	"aidpost/instruments/catalogue"
	"aidpost/instruments/simulated"
	"aidpost/records"
	"aidpost/records/guideline"
	"aidpost/records/quality/rest"
	"aidpost/records/staff"
	"aidpost/records/vitals"
	"aidpost/ui/kiosk"
	"aidpost/ui/kit"
)

// A hall is a kiosk with everything behind its screens, in virtual time.
type hall struct {
	t      testing.TB
	rand   *rand.Rand
	words  *words.Catalogue
	window fyne.Window
	kiosk  *kiosk.Kiosk
	visit  *visit.Visit
	store  *records.Store
	rack   *instruments.Rack
	bus    *simulated.Bus
	queue  queue
	places []*place // the cables on the counter
	wait   func()   // until whatever was set off has come to rest
	closes []func()

	tally
	earlier []string // what earlier people typed
	locked  []string // cards of those who have chosen a PIN
	// regulars are the cards of others whose results were kept, and arms what each
	// person has said of the arm in the cuff.
	regulars []string
	arms     map[records.ID][]vitals.Arm
}

// A tally is what came of people's visits.
type tally struct {
	came    int
	kept    int                // visits found in the records
	pinned  int                // people who chose a PIN
	refused int                // moments at which a PIN kept somebody out
	offered int                // moments at which somebody was offered the arm of last time
	steps   map[visit.Step]int // how many moves ended at each
}

func (a *tally) add(b tally) {
	if a.steps == nil {
		a.steps = map[visit.Step]int{}
	}
	for step, n := range b.steps {
		a.steps[step] += n
	}
	a.came, a.kept, a.pinned, a.refused = a.came+b.came, a.kept+b.kept, a.pinned+b.pinned, a.refused+b.refused
	a.offered += b.offered
}

// A place is a cable on the counter and what hangs on it.
type place struct {
	model string
	path  string // empty while the cable is pulled
	twin  simulated.Twin
	fault simulated.Fault
}

// counter returns the instruments of a hall, by its seed: each shape of measuring that
// a visit knows, and in the course of the halls every cuff and oximeter that shows live
// what it measures, and every meter.
func counter(random *rand.Rand) []string {
	var shapes [3][]string
	for _, d := range catalogue.Drivers() {
		switch m := d.Model(); {
		case m.Chosen:
		case m.Panel == vitals.BloodPressure && m.Abilities.Live:
			shapes[0] = append(shapes[0], m.ID)
		case m.Panel == vitals.Oximetry && m.Abilities.Live:
			shapes[1] = append(shapes[1], m.ID)
		case m.Panel == vitals.BloodGlucose && m.Abilities.Memory:
			shapes[2] = append(shapes[2], m.ID)
		}
	}
	models := make([]string, len(shapes))
	for i, all := range shapes {
		models[i] = all[random.IntN(len(all))]
	}
	return models
}

var sizes = []fyne.Size{fyne.NewSize(1280, 800), fyne.NewSize(1080, 1920), fyne.NewSize(1024, 600)}

// openHall sets a kiosk up and lets its instruments be recognised.
func openHall(t *testing.T, seed uint64) *hall {
	t.Helper()
	random := rand.New(rand.NewPCG(seed, 7))
	h := newHall(t, random, sizes[random.IntN(len(sizes))])
	h.wait = synctest.Wait
	h.pass(30 * time.Second)
	return h
}

func newHall(t testing.TB, random *rand.Rand, size fyne.Size) *hall {
	t.Helper()
	h := &hall{t: t, tally: tally{steps: map[visit.Step]int{}}, rand: random, wait: func() {}, arms: map[records.ID][]vitals.Arm{}}
	log := slog.New(slog.DiscardHandler)
	var err error
	if h.words, err = words.Load(); err != nil {
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
	opened := time.Now()
	if h.store, err = records.Open(t.Context(), filepath.Join(t.TempDir(), "hall.db"), records.Options{
		Log: log, PINCost: staff.Cost{Passes: 1, KiB: 8, Threads: 1},
		Uptime: func() time.Duration { return time.Since(opened) }, // of the bubble, as all else
	}); err != nil {
		t.Fatal(err)
	}
	h.closes = append(h.closes, func() {
		if err := h.store.Close(); err != nil {
			t.Error(err)
		}
	})
	h.fill(log)
	app := test.NewTempApp(t)
	h.kiosk = kiosk.New(kiosk.Config{
		Words: h.words, Rules: rules, Paper: paper{}, Zone: time.UTC, Post: h.queue.post,
		Site: kiosk.Site{Name: "Corner Pharmacy", Emergency: "112"},
	})
	h.visit = visit.New(visit.Config{
		Instruments: h.rack, Store: h.store.Visitor("hall"), Rules: rules, Language: "en", Zone: time.UTC, Consent: "1",
		Place: records.Place{Organization: "Corner Pharmacy", Location: "Floor", Kiosk: "hall"}, Log: log,
		Rest: steady, Changed: h.kiosk.Changed, Sample: h.kiosk.Sample,
	})
	app.Settings().SetTheme(kit.NewTheme(kit.Look{Class: kit.ClassFor(size)}))
	h.window = test.NewWindow(h.kiosk.Content())
	h.window.SetPadded(false)
	h.window.Resize(size)
	h.kiosk.Serve(h.visit, h.window.Canvas(), size)
	h.closes = append(h.closes, h.window.Close, h.kiosk.Stop, h.visit.Close)
	return h
}

// fill puts the instruments on the counter and has the rack look at it.
func (h *hall) fill(log *slog.Logger) {
	h.t.Helper()
	h.bus = simulated.NewBus(nil, log)
	h.closes = append(h.closes, h.bus.Close)
	h.rack = instruments.NewRack(h.bus, catalogue.Drivers(), instruments.RackOptions{}, log)
	for _, model := range counter(rand.New(rand.NewPCG(h.rand.Uint64(), 11))) {
		p := &place{model: model}
		h.places = append(h.places, p)
		h.plug(p, "")
	}
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = h.rack.Run(ctx) }) // its only error is the end of ctx
	h.closes = append(h.closes, func() { stop(); running.Wait() })
}

// plug hangs an instrument of the place's model on its cable.
func (h *hall) plug(p *place, fault simulated.Fault) {
	h.t.Helper()
	o := simulated.Options{Seed: h.rand.Uint64(), Fault: fault}
	twin, err := simulated.New(p.model, o)
	if err != nil {
		h.t.Fatal(err)
	}
	driver, _ := catalogue.Find(p.model)
	at, err := h.bus.Plug(h.t.Context(), twin, driver.Model().Adapters[0].USBID, o)
	if err != nil {
		h.t.Fatal(err)
	}
	p.twin, p.path, p.fault = twin, at.Path, fault
}

func (h *hall) pull(p *place) {
	h.bus.Unplug(p.path)
	p.path = ""
}

// close ends everything, the last begun first.
func (h *hall) close() {
	for len(h.closes) > 0 {
		last := len(h.closes) - 1
		h.closes[last]()
		h.closes = h.closes[:last]
		h.settle()
	}
	h.forget()
}

// forget has Fyne drop what nobody has looked at for a minute: it does so when
// it paints, and nothing is painted here.
func (*hall) forget() { test.NewCanvas().Capture() }

// settle lets everything that was set off come to rest, and paints.
func (h *hall) settle() {
	for range 3 {
		h.wait()
		h.queue.drain()
	}
}

// pass lets time go by.
func (h *hall) pass(d time.Duration) {
	const slice = 2 * time.Second
	for ; d > 0; d -= slice {
		time.Sleep(min(d, slice))
		h.queue.drain()
	}
	h.settle()
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

// paper is a printer that always works.
type paper struct{}

func (paper) Printer(context.Context) kiosk.PrintStatus { return kiosk.PrinterReady }

func (paper) Print(_ context.Context, _ kiosk.Summary, tell func(kiosk.PrintStatus)) {
	tell(kiosk.PrintingNow)
	tell(kiosk.PrintDone)
}

func (paper) Code(context.Context, kiosk.Summary) (kiosk.Code, error) {
	return kiosk.Code{Dark: checkered(105)}, nil
}

// checkered is a code that says nothing, of so many squares a side.
func checkered(side int) [][]bool {
	dark := make([][]bool, side)
	for y := range dark {
		dark[y] = make([]bool, side)
		for x := range dark[y] {
			dark[y][x] = (x^y)&1 == 0
		}
	}
	return dark
}

func (paper) Save(context.Context, kiosk.Summary) (string, error) { return "aidpost-1.pdf", nil }
