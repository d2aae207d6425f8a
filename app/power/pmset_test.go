package power

import "testing"

// What "pmset -g batt" prints, as its manual page and public bug reports show it.
func TestDrawn(t *testing.T) {
	for name, test := range map[string]struct {
		text string
		want State
	}{
		"on battery": {"Now drawing from 'Battery Power'\n -InternalBattery-0 (id=4653155)\t85%; discharging; 5:12 remaining present: true\n", State{Battery: true, Percent: 85}},
		"no estimate": {"Now drawing from 'Battery Power'\n -InternalBattery-0 (id=4653155)\t9%; discharging; (no estimate) present: true\n",
			State{Battery: true, Percent: 9}},
		"old, without an id": {"Now drawing from 'Battery Power'\n -InternalBattery-0\t100%; discharging; (no estimate)\n", State{Battery: true, Percent: 100}},
		"charging":           {"Now drawing from 'AC Power'\n -InternalBattery-0 (id=4653155)\t42%; charging; 1:38 remaining present: true\n", State{}},
		"attached":           {"Now drawing from 'AC Power'\n -InternalBattery-0 (id=4653155)\t80%; AC attached; not charging present: true\n", State{}},
		"desktop":            {"Now drawing from 'AC Power'\n", State{}},
		"UPS": {"Now drawing from 'UPS Power'\n -Back-UPS ES 550G FW:904.W1 .D USB FW:W1 (id=20643840)\t97%; discharging; 0:23 remaining present: true\n",
			State{Battery: true, Percent: 97}},
		"two": {"Now drawing from 'Battery Power'\n -InternalBattery-0 (id=1)\t20%; discharging; 0:30 remaining present: true\n -InternalBattery-1 (id=2)\t60%; discharging; 1:30 remaining present: true\n",
			State{Battery: true, Percent: 40}},
		"taken out": {"Now drawing from 'Battery Power'\n -InternalBattery-0 (id=1)\t0%; (removed) present: false\n -InternalBattery-1 (id=2)\t60%; discharging; 1:30 remaining present: true\n",
			State{Battery: true, Percent: 60}},
		"not to be": {"Now drawing from 'Battery Power'\n -InternalBattery-0 (id=1)\t255%; discharging; (no estimate) present: true\n", State{}},
		"no words":  {"", State{}},
	} {
		if got := drawn(test.text); got != test.want {
			t.Errorf("%s: %+v, want %+v", name, got, test.want)
		}
	}
}

// FuzzDrawn: whatever is printed, what is left is a part in a hundred.
func FuzzDrawn(f *testing.F) {
	f.Add("Now drawing from 'Battery Power'\n -InternalBattery-0 (id=4653155)\t85%; discharging; 5:12 remaining present: true\n")
	f.Fuzz(func(t *testing.T, text string) {
		if s := drawn(text); s.Percent < 0 || s.Percent > 100 || !s.Battery && s != (State{}) {
			t.Errorf("%+v", s)
		}
	})
}
