package power

import (
	"context"
	"errors"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"aidpost/instruments"
	"aidpost/records/vitals"
)

// supplies is a folder as Linux has it: of each supply its files.
func supplies(all map[string]map[string]string) fstest.MapFS {
	f := fstest.MapFS{}
	for name, files := range all {
		for file, text := range files {
			f[name+"/"+file] = &fstest.MapFile{Data: []byte(text + "\n")}
		}
	}
	return f
}

func battery(status, capacity string) map[string]string {
	return map[string]string{"type": "Battery", "status": status, "capacity": capacity}
}

func TestRead(t *testing.T) {
	mouse := battery("Discharging", "4")
	mouse["scope"] = "Device"
	for name, test := range map[string]struct {
		of   map[string]map[string]string
		want State
	}{
		"a desktop":         {nil, State{}},
		"plugged in":        {map[string]map[string]string{"AC": {"type": "Mains", "online": "1"}, "BAT0": battery("Charging", "9")}, State{}},
		"full":              {map[string]map[string]string{"AC": {"type": "Mains", "online": "1"}, "BAT0": battery("Full", "100")}, State{}},
		"pulled out":        {map[string]map[string]string{"AC": {"type": "Mains", "online": "0"}, "BAT0": battery("Discharging", "42")}, State{true, 42}},
		"no mains to tell":  {map[string]map[string]string{"BAT0": battery("Discharging", "14")}, State{true, 14}},
		"two batteries":     {map[string]map[string]string{"BAT0": battery("Discharging", "10"), "BAT1": battery("Unknown", "80")}, State{true, 45}},
		"a UPS":             {map[string]map[string]string{"hid-ups": {"type": "UPS", "status": "Discharging", "capacity": "28"}}, State{true, 28}},
		"a mouse":           {map[string]map[string]string{"hid-mouse": mouse}, State{}},
		"it does not say":   {map[string]map[string]string{"BAT0": battery("Discharging", "")}, State{}},
		"more than all":     {map[string]map[string]string{"BAT0": battery("Discharging", "255")}, State{}},
		"a weak charger on": {map[string]map[string]string{"usb": {"type": "USB", "online": "1"}, "BAT0": battery("Discharging", "9")}, State{}},
	} {
		if got := read(supplies(test.of)); got != test.want {
			t.Errorf("%s: %+v, want %+v", name, got, test.want)
		}
	}
}

func TestLevels(t *testing.T) {
	for _, test := range []struct {
		s                         State
		low, noCuff, empty, lasts bool
	}{
		{State{}, false, false, false, true}, {State{Percent: 3}, false, false, false, true}, {State{true, 31}, false, false, false, true},
		{State{true, 30}, true, false, false, true}, {State{true, 15}, true, false, false, true}, {State{true, 14}, true, true, false, false},
		{State{true, 6}, true, true, false, false}, {State{true, 5}, true, true, true, false}, {State{true, 0}, true, true, true, false},
	} {
		if s := test.s; s.Low() != test.low || s.NoCuff() != test.noCuff || s.Empty() != test.empty || s.Lasts() != test.lasts {
			t.Errorf("%+v: low %t, no cuff %t, empty %t, lasts %t", s, s.Low(), s.NoCuff(), s.Empty(), s.Lasts())
		}
	}
}

// counter has a cuff and an oximeter, and counts what was started.
type counter struct{ started []string }

func (c *counter) Attached() []instruments.Attached {
	return []instruments.Attached{{ID: "cuff", Model: instruments.Model{Panel: vitals.BloodPressure}}, {ID: "clip", Model: instruments.Model{Panel: vitals.Oximetry}}}
}
func (c *counter) Notify(func()) func() { return func() {} }
func (c *counter) Measure(_ context.Context, id string, _ instruments.Job, _ func(instruments.Event)) error {
	c.started = append(c.started, id)
	return nil
}

// On the last of the battery no cuff is started, and everything else is; a change is
// told of once.
func TestNoCuffOnTheLastOfTheBattery(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		left, told := State{true, 20}, 0
		w := New(func() State { return left })
		ctx, stop := context.WithCancel(t.Context())
		go w.Run(ctx, func() { told++ }, func() { t.Error("14 percent are not empty") })
		c := &counter{}
		on := w.Careful(c)
		if err := on.Measure(ctx, "cuff", instruments.Job{}, nil); err != nil {
			t.Errorf("at 20 percent: %v", err)
		}
		left.Percent = 14
		time.Sleep(4 * Every)
		synctest.Wait()
		var fault *instruments.Fault
		if err := on.Measure(ctx, "cuff", instruments.Job{}, nil); !errors.As(err, &fault) || fault.Code != instruments.LowPower {
			t.Errorf("at 14 percent: %v", err)
		}
		if err := on.Measure(ctx, "clip", instruments.Job{}, nil); err != nil {
			t.Errorf("an oximeter at 14 percent: %v", err)
		}
		if len(c.started) != 2 || told != 1 {
			t.Errorf("started %v, told %d times", c.started, told)
		}
		stop()
		synctest.Wait()
	})
}

// looks are what is seen, one after the other, and the last for ever.
func looks(all ...State) func() State {
	return func() State {
		s := all[0]
		if len(all) > 1 {
			all = all[1:]
		}
		return s
	}
}

// At five percent it is said first and then the program ends, once. It goes on when
// somebody has plugged the computer in meanwhile, and when it was on the mains all along.
func TestEndsBeforeTheBattery(t *testing.T) {
	mains := State{}
	for name, test := range map[string]struct {
		look func() State
		told int
		ends int
	}{
		"empty":               {looks(State{true, 6}, State{true, 5}, State{true, 5}, State{true, 4}), 1, 1},
		"started empty":       {looks(State{true, 3}), 0, 1},
		"plugged in":          {looks(State{true, 5}, mains), 1, 0},
		"plugged in for once": {looks(State{true, 5}, mains, State{true, 5}, State{true, 4}), 3, 1},
		"a slip of the gauge": {looks(State{true, 80}, State{true, 0}, State{true, 80}), 2, 0},
		"on the mains":        {looks(State{Percent: 2}), 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, stop := context.WithTimeout(t.Context(), time.Hour)
				defer stop()
				told, ends := 0, 0
				New(test.look).Run(ctx, func() { told++ }, func() { ends++ })
				if told != test.told || ends != test.ends {
					t.Errorf("told %d times and ended %d times, want %d and %d", told, ends, test.told, test.ends)
				}
			})
		})
	}
}

// A start waits for the mains or for a battery that lasts.
func TestWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, look := range []func() State{looks(State{true, 4}, State{true, 6}, State{}), looks(State{true, 4}, State{true, 14}, State{true, 15})} {
			began, told := time.Now(), 0
			if err := Wait(t.Context(), look, func(State) { told++ }); err != nil || told != 2 || time.Since(began) != 2*Every {
				t.Errorf("%v after %v, told %d times", err, time.Since(began), told)
			}
		}
		ctx, stop := context.WithTimeout(t.Context(), time.Minute)
		defer stop()
		if err := Wait(ctx, looks(State{true, 4}), func(State) {}); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
	})
}

// What Windows says, by the tables of GetSystemPowerStatus.
func TestStatus(t *testing.T) {
	for _, test := range []struct {
		line, flag, percent byte
		want                State
	}{
		{0, 1, 80, State{true, 80}}, {0, 4, 4, State{true, 4}}, {0, 0, 50, State{true, 50}}, {1, 8, 30, State{}}, {1, 1, 100, State{}},
		{255, 1, 80, State{}}, {0, 128, 255, State{}}, {0, 255, 50, State{}}, {0, 1, 255, State{}},
	} {
		if got := status(test.line, test.flag, test.percent); got != test.want {
			t.Errorf("%+v: %+v", test, got)
		}
	}
}

// Where nobody can tell, nothing is refused.
func TestNobodyKnows(t *testing.T) {
	c := &counter{}
	if err := New(nil).Careful(c).Measure(t.Context(), "cuff", instruments.Job{}, nil); err != nil || len(c.started) != 1 {
		t.Error(c.started, err)
	}
}
