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
		s           State
		low, noCuff bool
	}{
		{State{}, false, false}, {State{Percent: 3}, false, false}, {State{true, 31}, false, false}, {State{true, 30}, true, false},
		{State{true, 15}, true, false}, {State{true, 14}, true, true}, {State{true, 0}, true, true},
	} {
		if test.s.Low() != test.low || test.s.NoCuff() != test.noCuff {
			t.Errorf("%+v: low %t, no cuff %t", test.s, test.s.Low(), test.s.NoCuff())
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
		go w.Run(ctx, func() { told++ })
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

// Where nobody can tell, nothing is refused.
func TestNobodyKnows(t *testing.T) {
	c := &counter{}
	if err := New(nil).Careful(c).Measure(t.Context(), "cuff", instruments.Job{}, nil); err != nil || len(c.started) != 1 {
		t.Error(c.started, err)
	}
}
