package outbox

import (
	"context"
	"errors"
	"fmt"
	"net/http"
)

// What keeps a server from giving something. Other errors of Get mean that it
// could not be reached or is busy.
var (
	// ErrGone: it was deleted, or never there.
	ErrGone = errors.New("not on the server")
	// ErrUnable: the server has no such function, or not for us.
	ErrUnable = errors.New("the server does not do that")
)

// Get reads from the server, by the way and with the rights by which everything
// is sent. The path is under its base, like /Patient?name=x.
func (s *Sender) Get(ctx context.Context, path string) ([]byte, error) {
	a := s.call(ctx, http.MethodGet, path, nil)
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	switch a.status {
	case http.StatusNotFound, http.StatusGone:
		return nil, fmt.Errorf("%s: %w", a.why, ErrGone)
	case http.StatusBadRequest, http.StatusForbidden, http.StatusMethodNotAllowed, http.StatusUnprocessableEntity, http.StatusNotImplemented:
		return nil, fmt.Errorf("%s: %w", a.why, ErrUnable)
	}
	if a.verdict != done {
		return nil, errors.New(a.why)
	}
	return a.body, nil
}
