package outbox

import (
	"context"
	"net/http"
)

// An Auth adds to a request what it is allowed by.
type Auth interface {
	// Authorize adds it; it may have to ask for it first.
	Authorize(ctx context.Context, r *http.Request) error
	// Forget drops what the server no longer accepts.
	Forget()
}

// Bearer allows every request by a token that somebody was given.
type Bearer struct{ token string }

// NewBearer returns an Auth by a token.
func NewBearer(token string) Bearer { return Bearer{token} }

// Authorize adds the token.
func (b Bearer) Authorize(_ context.Context, r *http.Request) error {
	r.Header.Set("Authorization", "Bearer "+b.token)
	return nil
}

// Forget does nothing: there is no other token.
func (Bearer) Forget() {}

// String keeps the token out of logs.
func (Bearer) String() string { return "bearer token" }

// GoString keeps the token out of logs.
func (b Bearer) GoString() string { return b.String() }

// Basic allows every request by a name and a password.
type Basic struct{ name, password string }

// NewBasic returns an Auth by a name and a password.
func NewBasic(name, password string) Basic { return Basic{name, password} }

// Authorize adds both.
func (b Basic) Authorize(_ context.Context, r *http.Request) error {
	r.SetBasicAuth(b.name, b.password)
	return nil
}

// Forget does nothing: there is no other password.
func (Basic) Forget() {}

// String keeps the password out of logs.
func (Basic) String() string { return "name and password" }

// GoString keeps the password out of logs.
func (b Basic) GoString() string { return b.String() }
