package clinic

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"aidpost/app/desk"
	"aidpost/assets/words"
	"aidpost/instruments"
	"aidpost/instruments/catalogue"
	"aidpost/records"
	"aidpost/records/quality"
	"aidpost/records/vitals"
	"aidpost/ui/kit"
)

// onCounter is a counter with what a test puts on it.
type onCounter struct {
	attached []instruments.Attached
	changed  func()
	set      []string // whose clocks were set
	may      []instruments.Candidate
	named    []string // what was said to be what
}

func (c *onCounter) Attached() []instruments.Attached { return slices.Clone(c.attached) }

func (c *onCounter) Notify(fn func()) func() {
	c.changed = fn
	return func() {}
}

func (c *onCounter) Candidates(string) []instruments.Candidate { return slices.Clone(c.may) }

func (c *onCounter) Name(_ context.Context, id, model string) error {
	c.named = append(c.named, id+" "+model)
	return nil
}

func (c *onCounter) SetClock(_ context.Context, id string, _ *time.Location) (time.Duration, bool, error) {
	c.set = append(c.set, id)
	return 0, true, nil
}

// controlled asks for lots of glucose meters, and nothing of others.
func controlled(a instruments.Attached) (quality.Instrument, quality.Plan, bool) {
	return quality.Instrument{Model: a.Model.ID, Serial: a.Identity.Serial},
		quality.Plan{Panel: a.Model.Panel, Lots: true, Calibration: true, ControlEvery: 24, Alternate: true, StoreEvery: 24}, a.Model.Panel == vitals.BloodGlucose
}

// aCounter is one instrument in each state.
func aCounter() []instruments.Attached {
	model := func(id, maker, name string, p vitals.Panel, clock bool) instruments.Model {
		return instruments.Model{ID: id, Maker: maker, Name: name, Panel: p, Abilities: instruments.Abilities{Clock: clock, Memory: clock}}
	}
	return []instruments.Attached{
		{ID: "1", State: instruments.Ready, Endpoint: instruments.Endpoint{Path: "/dev/ttyUSB0"},
			Model:    model("suntech-advantage", "SunTech", "Advantage A+", vitals.BloodPressure, false),
			Identity: instruments.Identity{Serial: "A2-004711", Firmware: "5.12"}},
		{ID: "2", State: instruments.Ready, Endpoint: instruments.Endpoint{Path: "/dev/ttyUSB1"},
			Model:    model("onetouch-ultra2", "LifeScan", "OneTouch Ultra2", vitals.BloodGlucose, true),
			Identity: instruments.Identity{Serial: "QXT3041FY", Firmware: "P02.00.00", HasClock: true, Drift: -190 * time.Second}},
		{ID: "3", State: instruments.InUse, Endpoint: instruments.Endpoint{Path: "/dev/ttyUSB2"},
			Model: model("contec-cms50d-plus", "Contec", "CMS50D+", vitals.Oximetry, false)},
		{ID: "4", State: instruments.Unknown, Nameable: true, Endpoint: instruments.Endpoint{Path: "/dev/ttyACM0"}},
	}
}

// candidates are the models that can be picked for what nobody recognises, on a
// CP210x, as a rack has them.
func candidates() (list []instruments.Candidate) {
	for _, d := range catalogue.Drivers() {
		m := d.Model()
		bridge := instruments.USBID{VID: "10C4", PID: "EA60"}
		if slices.ContainsFunc(m.Adapters, func(a instruments.Adapter) bool { return a.USBID == bridge }) && m.Chosen {
			list = append(list, instruments.Candidate{Model: m, Adapter: true})
		}
	}
	ultra, _ := catalogue.Find("onetouch-ultra2")
	return append(list, instruments.Candidate{Model: ultra.Model()})
}

// awayMeter is enrolled, and not attached.
var awayMeter = quality.Instrument{Model: "taidoc-td42xx", Serial: "AWAY77"}

// withAway enrols it, as it was seen some days ago.
func (s *stage) withAway() {
	s.t.Helper()
	s.act(func(ctx context.Context, a *records.Access) error {
		if err := a.Enrol(ctx, quality.Enrolment{Instrument: awayMeter, Place: "vaccination room"}); err != nil {
			return err
		}
		return s.store.Sight(ctx, quality.Sighting{Instrument: awayMeter, Firmware: "P02.00.30", Cable: "FT232R USB UART A50285BI", Drift: 95, Clock: true})
	})
}

func tourInstruments(s *stage, shoot func(*stage, string)) {
	s.turnTo(desk.PageInstruments)
	shoot(s, "40-instruments-none")
	s.withAway()
	s.counter.attached, s.counter.may = aCounter(), candidates()
	must(s.t, s.book.Used(quality.Instrument{Model: "onetouch-ultra2", Serial: "QXT3041FY"}, "somebody"))
	s.counter.changed()
	s.settle()
	s.turnTo(desk.PageToday)
	s.turnTo(desk.PageInstruments)
	shoot(s, "41-instruments")
	for _, i := range s.desk.State().Instruments.List {
		if s.desk.CanTry(i) {
			s.clinic.page.(*instrumentsPage).try(i)
			shoot(s, "41-instruments-try")
			s.clinic.closeDialog()
			break
		}
	}
	s.counter.attached = s.counter.attached[3:]
	s.counter.changed()
	s.settle()
	shoot(s, "41-instruments-unknown")
	s.counter.attached = nil
	s.counter.changed()
	s.settle()
	shoot(s, "42-instruments-away")
	s.counter.attached = aCounter()
	s.counter.changed()
	s.settle()
}

// TestInstrumentsOfTheSite: one that is enrolled and not attached is on the list, as
// it was seen last, and is listed once when it is attached.
func TestInstrumentsOfTheSite(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	s.withAway()
	s.turnTo(desk.PageInstruments)
	s.sees(words.InstrumentsStateLocked)
	for _, text := range []string{"vaccination room", "AWAY77", "P02.00.30", "A50285BI", "1 minute 35 seconds ahead", "Last attached"} {
		if !s.reads(text) {
			t.Errorf("nothing says %q", text)
		}
	}
	s.counter.attached = []instruments.Attached{{ID: "9", State: instruments.Ready, Endpoint: instruments.Endpoint{Path: "/dev/ttyUSB7"},
		Model: instruments.Model{ID: awayMeter.Model, Name: "OneTouch Ultra2", Panel: vitals.BloodGlucose}, Identity: instruments.Identity{Serial: awayMeter.Serial}}}
	s.counter.changed()
	s.settle()
	if list := s.desk.State().Instruments.List; len(list) != 1 || list[0].Absent() || s.reads("Last attached") || !s.reads("vaccination room") {
		t.Errorf("attached: %+v", list)
	}
}

// walk calls fn for everything that can be seen in the window, a dialog last.
func (s *stage) walk(fn func(fyne.CanvasObject)) {
	seen(s.window.Content(), fn)
	for _, o := range s.window.Canvas().Overlays().List() {
		seen(o, fn)
	}
}

// seen calls fn for an object and everything that can be seen in it.
func seen(o fyne.CanvasObject, fn func(fyne.CanvasObject)) {
	if !o.Visible() {
		return
	}
	fn(o)
	switch o := o.(type) {
	case fyne.Widget:
		for _, c := range test.WidgetRenderer(o).Objects() {
			seen(c, fn)
		}
	case *fyne.Container:
		for _, c := range o.Objects {
			seen(c, fn)
		}
	}
}

// reads reports whether a text of the window contains words.
func (s *stage) reads(text string) (found bool) {
	s.walk(func(o fyne.CanvasObject) {
		if t, ok := o.(*kit.Text); ok && strings.Contains(t.Text(), text) {
			found = true
		}
	})
	return found
}

// sees expects a message somewhere in the window.
func (s *stage) sees(key words.Key) {
	s.t.Helper()
	if !s.reads(s.clinic.t(key)) {
		s.t.Errorf("nothing says %s, %q", key, s.clinic.t(key))
	}
}

// push presses the button with a message.
func (s *stage) push(key words.Key) {
	s.t.Helper()
	var found *kit.Button
	s.walk(func(o fyne.CanvasObject) {
		if b, ok := o.(*kit.Button); ok && b.Label() == s.clinic.t(key) {
			found = b
		}
	})
	if found == nil {
		s.t.Fatalf("there is no button %q", s.clinic.t(key))
	}
	test.Tap(found)
	s.settle()
}

func TestInstrumentsPage(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	s.turnTo(desk.PageInstruments)
	s.sees(words.InstrumentsEmptyTitle)
	s.counter.attached = aCounter()
	s.counter.changed()
	s.settle()
	for _, key := range []words.Key{
		words.InstrumentsStateReady, words.InstrumentsStateLocked, words.InstrumentsStateInUse, words.InstrumentsStateNobody,
		words.InstrumentsClockNone, words.InstrumentsControlNone,
	} {
		s.sees(key)
	}
	if !s.reads("3 minutes 10 seconds behind") {
		t.Error("nothing says how far the meter's clock is off")
	}
	s.push(words.InstrumentsClockButton)
	if !slices.Equal(s.counter.set, []string{"2"}) {
		t.Errorf("clocks set: %q", s.counter.set)
	}
	s.sees(words.InstrumentsClockSet)
}

// TestNamingAnInstrument: one tap says what nobody can recognise; what is not among
// the likely ones is in a list behind a button.
// An instrument is tried out from its card: what it gives is said and nowhere kept, and
// a cuff is not offered.
func TestTryingAnInstrument(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	s.counter.attached = aCounter()[:2] // a cuff and a meter
	s.counter.changed()
	s.settle()
	s.turnTo(desk.PageInstruments)
	buttons := 0
	s.walk(func(o fyne.CanvasObject) {
		if b, ok := o.(*kit.Button); ok && b.Label() == s.clinic.t(words.InstrumentsTry) {
			buttons++
		}
	})
	if buttons != 1 {
		t.Fatalf("%d instruments can be tried out, want the meter alone", buttons)
	}
	s.push(words.InstrumentsTry)
	s.sees(words.InstrumentsTryLead)
	s.pushLast(words.QCLive)
	if !s.reads("The meter has no new result") { // which is what the stage's instruments say
		t.Error("nothing says what came of it")
	}
	if s.reads("What crossed the wire") {
		t.Error("a capture is told of that nobody asked for")
	}
	s.walk(func(o fyne.CanvasObject) {
		if box, ok := o.(*kit.Check); ok && box.Label() == s.clinic.t(words.InstrumentsCapture) {
			test.Tap(box)
		}
	})
	s.pushLast(words.QCLive)
	if !s.reads("What crossed the wire") {
		t.Error("nothing says where the capture is")
	}
	if got := s.clinic.triedSays(desk.Live{Value: vitals.Of(112, vitals.MgPerDL)}); !strings.HasPrefix(got, "It works:") || !strings.Contains(got, "112") {
		t.Error(got)
	}
	s.clinic.page.(*instrumentsPage).tried(desk.Live{Running: true, LowBattery: true})
	s.sees(words.InstrumentsTryBattery)
	s.clinic.closeDialog()
	if s.clinic.page.(*instrumentsPage).tried != nil {
		t.Error("it is still tried out behind a closed dialog")
	}
	s.act(func(ctx context.Context, a *records.Access) error {
		for range s.store.Encounters(ctx, records.Filter{}) {
			t.Error("what was tried out is in a visit")
		}
		return nil
	})
}

func TestNamingAnInstrument(t *testing.T) {
	s := working(t, "en", sizes["1366x768"], kit.Look{})
	s.turnTo(desk.PageInstruments)
	s.counter.attached, s.counter.may = aCounter()[3:], candidates()
	s.counter.changed()
	s.settle()
	s.sees(words.InstrumentsNameAsk)
	s.pick("TM-2655")
	s.sees(words.InstrumentsNamed)
	s.push(words.InstrumentsNameOther)
	s.pick("OneTouch Ultra2")
	if want := []string{"4 aandd-tm2655", "4 onetouch-ultra2"}; !slices.Equal(s.counter.named, want) {
		t.Errorf("named %q, want %q", s.counter.named, want)
	}
}

// pick taps the option with a label.
func (s *stage) pick(label string) {
	s.t.Helper()
	var found *kit.Option
	s.walk(func(o fyne.CanvasObject) {
		if o, ok := o.(*kit.Option); ok && o.Label() == kit.Isolate(label) {
			found = o
		}
	})
	if found == nil {
		s.t.Fatalf("there is no option %q", label)
	}
	test.Tap(found)
	s.settle()
}
