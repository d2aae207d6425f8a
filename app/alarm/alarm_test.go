package alarm

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"
)

// The world that is explored: two conditions that come, change and go, a pause of
// three steps of time, and everything that staff can do. A state of it is all that
// what follows can depend on.
const step = PauseTime / 3

type world struct {
	alarm Alarm
	now   time.Time
	// What must hold is told by what happened, kept apart from the alarm.
	is, acknowledged, covered map[string]Priority
	pausedAt                  time.Time // zero: nobody paused, or something ended it
}

func (w world) clone() world {
	w.alarm.now, w.alarm.known, w.alarm.paused = maps.Clone(w.alarm.now), maps.Clone(w.alarm.known), maps.Clone(w.alarm.paused)
	w.is, w.acknowledged, w.covered = maps.Clone(w.is), maps.Clone(w.acknowledged), maps.Clone(w.covered)
	return w
}

// key names a state, with times as what is left of them.
func (w *world) key() string {
	if !w.paused() {
		w.pausedAt, w.covered = time.Time{}, nil
	}
	left := time.Duration(0)
	if !w.alarm.until.IsZero() {
		left = max(w.alarm.until.Sub(w.now), -1) // over, and nobody has asked since
	}
	ago := time.Duration(0)
	if w.paused() {
		ago = w.now.Sub(w.pausedAt)
	}
	return fmt.Sprint(w.alarm.now, w.alarm.known, w.alarm.paused, left, w.is, w.acknowledged, w.covered, ago)
}

func (w world) paused() bool { return !w.pausedAt.IsZero() && w.now.Sub(w.pausedAt) < PauseTime }

// want is what must be heard.
func (w world) want() Priority {
	most := None
	for id, p := range w.is {
		if p > w.acknowledged[id] {
			most = max(most, p)
		}
	}
	if w.paused() {
		return None
	}
	return most
}

// deeds is everything that can happen.
func deeds() map[string]func(*world) {
	all := map[string]func(*world){
		"time": func(w *world) { w.now = w.now.Add(step) },
		"pause": func(w *world) {
			if w.want() != None || w.paused() {
				w.pausedAt, w.covered = w.now, maps.Clone(w.is)
			}
			w.alarm.Pause(w.now)
		},
		"resume": func(w *world) {
			w.pausedAt = time.Time{}
			w.alarm.Resume()
		},
		"acknowledge": func(w *world) {
			w.acknowledged, w.pausedAt = maps.Clone(w.is), time.Time{}
			w.alarm.Acknowledge()
		},
	}
	for _, a := range []Priority{None, Low, Medium, High} {
		for _, b := range []Priority{None, Medium, High} {
			all[fmt.Sprintf("conditions %d %d", a, b)] = func(w *world) {
				w.is = map[string]Priority{"a": a, "b": b}
				maps.DeleteFunc(w.is, func(_ string, p Priority) bool { return p == None })
				gone := func(id string, _ Priority) bool { return w.is[id] == None }
				maps.DeleteFunc(w.acknowledged, gone)
				maps.DeleteFunc(w.covered, gone)
				w.breakPause()
				w.alarm.Set(map[string]Priority{"a": a, "b": b})
			}
		}
	}
	return all
}

// breakPause is the rule, said once more: what is new and as urgent as all that
// was there, or has become more urgent, is heard.
func (w *world) breakPause() {
	if w.pausedAt.IsZero() {
		return
	}
	worst := None
	for _, p := range w.covered {
		worst = max(worst, p)
	}
	for id, p := range w.is {
		was := w.covered[id]
		if was != None && p > was || was == None && p >= worst && p > w.acknowledged[id] {
			w.pausedAt = time.Time{}
		}
	}
	if len(w.is) == 0 {
		w.pausedAt = time.Time{}
	}
}

// check holds a state against what must always be true.
func (w world) check(t *testing.T, how string) {
	t.Helper()
	s := w.alarm.At(w.now)
	light := None
	for _, p := range w.is {
		light = max(light, p)
	}
	switch {
	case s.Light != light:
		t.Errorf("%s: the light is %d, want %d: nothing may hide it", how, s.Light, light)
	case s.Sound != w.want():
		t.Errorf("%s: priority %d is heard, want %d", how, s.Sound, w.want())
	case s.Sound > s.Light:
		t.Errorf("%s: more is heard than is there", how)
	case s.Paused.IsZero() == w.paused():
		t.Errorf("%s: paused until %v, want %v", how, s.Paused, w.paused())
	case s.Paused.Sub(w.now) > PauseTime:
		t.Errorf("%s: the pause has no end", how)
	case s.Sound == None && s.Light != None && s.Paused.IsZero() && !s.Known:
		t.Errorf("%s: silent without a word why", how)
	}
}

// TestEveryStateOfTheAlarm goes through every state that can be reached, and from
// each does everything that can be done.
func TestEveryStateOfTheAlarm(t *testing.T) {
	start := world{now: time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC), is: map[string]Priority{}}
	all := deeds()
	order := slices.Sorted(maps.Keys(all))
	seen := map[string]bool{start.key(): true}
	queue, steps := []world{start}, 0
	for len(queue) > 0 && !t.Failed() {
		at := queue[0]
		queue = queue[1:]
		for _, name := range order {
			next := at.clone()
			all[name](&next)
			steps++
			next.check(t, at.key()+", then "+name)
			if k := next.key(); !seen[k] {
				seen[k] = true
				queue = append(queue, next)
			}
		}
		// From everywhere, what nobody touches is heard again within the time of a
		// pause, or was acknowledged; and when all is over nothing is left.
		later := at.clone()
		later.now = later.now.Add(PauseTime)
		if s := later.alarm.At(later.now); s.Sound == None && s.Light != None && !s.Known {
			t.Errorf("%s: silent for good", at.key())
		}
		later.alarm.Set(nil)
		if s := later.alarm.At(later.now); s != (Status{}) || len(later.alarm.known)+len(later.alarm.paused) > 0 {
			t.Errorf("%s: when all is over there is %+v", at.key(), s)
		}
	}
	t.Logf("%d states, %d steps", len(seen), steps)
	if len(seen) < 500 {
		t.Errorf("only %d states: the test explores nothing", len(seen))
	}
}
