// Package office is what running a place takes at the staff's desk, without
// widgets: the accounts, the trail of who did what, the backups and the keys of
// the records, and emergency access. A screen shows the State of a model and
// calls its methods, which return at once; they decide nothing about rights,
// which the records ask for.
package office

import (
	"context"
	"errors"
	"sync"
	"time"

	"aidpost/app/bedside"
	"aidpost/records"
	"aidpost/records/staff"
)

// Config is what each model needs.
type Config struct {
	Hands bedside.Hands
	Now   func() time.Time // nil means time.Now
	// Changed is called after every change of State, without a lock and on any
	// goroutine. It must not block.
	Changed func()
}

func (c *Config) fill() {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Changed == nil {
		c.Changed = func() {}
	}
}

// A Task is how it stands with what was asked for.
type Task struct {
	Busy bool
	// Problem is why the last one was not done.
	Problem error
	// Done counts those that were, so that a form knows when its own was.
	Done int
}

// A model is the state of one page and its task, both under one lock.
type model[S any] struct {
	cfg Config

	mu    sync.Mutex
	state S
	task  Task
}

func newModel[S any](cfg Config) model[S] {
	cfg.fill()
	return model[S]{cfg: cfg}
}

// State returns what to show now. It is a copy; what it points to is never
// changed.
func (m *model[S]) State() S {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.state
}

// Task returns how it stands with what was asked for.
func (m *model[S]) Task() Task {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.task
}

func (m *model[S]) change(fn func(*S)) {
	m.mu.Lock()
	fn(&m.state)
	m.mu.Unlock()
	m.cfg.Changed()
}

// do works with the records of whoever is signed in, unless something is under
// way, and then shows what has come of it. An error stays in the task, beside
// what was being done.
func (m *model[S]) do(work func(context.Context, *records.Access) error, then func(*S)) {
	m.mu.Lock()
	busy := m.task.Busy
	if !busy {
		m.task.Busy, m.task.Problem = true, nil
	}
	m.mu.Unlock()
	if busy {
		return
	}
	m.cfg.Changed()
	m.cfg.Hands.Do(work, func(err error) bool {
		m.mu.Lock()
		m.task.Busy, m.task.Problem = false, err
		if err == nil {
			m.task.Done++
			then(&m.state)
		}
		m.mu.Unlock()
		m.cfg.Changed()
		return !over(err)
	})
}

// resume forgets what was under way when the screen was covered: its answer was
// dropped.
func (m *model[S]) resume() {
	m.mu.Lock()
	m.task.Busy, m.task.Problem = false, nil
	m.mu.Unlock()
}

// Forget takes the problem away, once somebody does something else.
func (m *model[S]) Forget() {
	m.mu.Lock()
	m.task.Problem = nil
	m.mu.Unlock()
	m.cfg.Changed()
}

// over reports that the session has ended, which is a matter of the whole
// screen.
func over(err error) bool { return errors.Is(err, staff.ErrSignedOut) }
