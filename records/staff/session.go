package staff

import (
	"errors"
	"sync"
	"time"
)

// How long somebody stays signed in.
const (
	IdleLimit    = 2 * time.Minute
	SessionLimit = 8 * time.Hour
)

// ErrSignedOut reports that somebody has to sign in again.
var ErrSignedOut = errors.New("signed out: sign in again")

// A Session is the time for which somebody is signed in. It ends for good when
// nothing was done for IdleLimit or when SessionLimit is over, by a clock that
// nobody can set.
type Session struct {
	mu          sync.Mutex
	began, used time.Duration
	over        bool
}

// NewSession begins a session.
func NewSession(now time.Duration) *Session { return &Session{began: now, used: now} }

// Use keeps a session going, or returns ErrSignedOut if it has ended.
func (s *Session) Use(now time.Duration) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.over || now < s.used || now-s.used >= IdleLimit || now-s.began >= SessionLimit {
		s.over = true
		return ErrSignedOut
	}
	s.used = now
	return nil
}

// End ends a session.
func (s *Session) End() {
	s.mu.Lock()
	s.over = true
	s.mu.Unlock()
}
