package kit

import (
	"testing"

	"fyne.io/fyne/v2/test"
)

// TestLiveTrace: samples go to the waveform that is shown and to no other, and what moves
// it ends with it.
func TestLiveTrace(t *testing.T) {
	test.NewTempApp(t)
	var l LiveTrace
	push := func() {
		l.Push(50)
		l.Tick()
	}
	push() // none is shown
	first, second := sampleWave(60), sampleWave(60)
	for i, row := range []struct {
		show          *Waveform
		first, second uint64
	}{{first, 1, 0}, {second, 1, 1}, {nil, 1, 1}, {first, 2, 1}} {
		before := l.frames
		l.Show(row.show)
		push()
		if first.drawn != row.first || second.drawn != row.second {
			t.Errorf("step %d: %d and %d samples are drawn, want %d and %d", i, first.drawn, second.drawn, row.first, row.second)
		}
		if (l.frames != nil) != (row.show != nil) || l.frames != nil && l.frames == before {
			t.Errorf("step %d: what moved the trace before moves this one, or none", i)
		}
	}
}

func TestLiveTracePushAllocatesNothing(t *testing.T) {
	test.NewTempApp(t)
	var l LiveTrace
	l.Show(sampleWave(60))
	if n := testing.AllocsPerRun(1000, func() { l.Push(1) }); n != 0 {
		t.Errorf("%v allocations a sample", n)
	}
}
