package kit

import (
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"
)

// LiveTrace takes live samples to the waveform that is on the screen, if one is, and
// moves it with the frames of the window. A clock as fast as the frames would now and
// then come twice before one of them, and not at all before the next. The zero value
// shows none.
//
// Push may be called from any goroutine; the rest belongs to the UI goroutine.
type LiveTrace struct {
	shown  atomic.Pointer[Waveform]
	frames *fyne.Animation
}

// Show has w take the samples from now on, instead of the one before; nil has none take
// them.
func (l *LiveTrace) Show(w *Waveform) {
	l.shown.Store(w)
	if l.frames != nil {
		l.frames.Stop()
		l.frames = nil
	}
	if w != nil {
		l.frames = fyne.NewAnimation(time.Second, func(float32) { l.Tick() })
		l.frames.RepeatCount = fyne.AnimationRepeatForever
		l.frames.Start()
	}
}

// Tick moves the trace by a frame. Show has Fyne call it, whose driver for tests does so
// only once.
func (l *LiveTrace) Tick() {
	if w := l.shown.Load(); w != nil {
		w.Tick()
	}
}

// Push adds a sample; one that is not a number leaves a gap.
func (l *LiveTrace) Push(sample float64) {
	if w := l.shown.Load(); w != nil {
		w.Push(sample)
	}
}
