package settings

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"aidpost/records/outbox/standin"
)

// TestServerTried: the test of the connection says whether the server lets this
// kiosk in with the secret that was typed, and whether it takes something safer.
func TestServerTried(t *testing.T) {
	for name, tt := range map[string]struct {
		secret, smart string
		why           string
		safer         bool
	}{
		"let in":          {secret: "right"},
		"not let in":      {secret: "wrong", why: "the server answered 401 Unauthorized"},
		"safer is there":  {secret: "right", smart: `["client-confidential-asymmetric"]`, safer: true},
		"no safer either": {secret: "right", smart: `["client-confidential-symmetric"]`},
	} {
		t.Run(name, func(t *testing.T) {
			mux := http.NewServeMux()
			mux.Handle("/", &standin.Server{Auth: func(r *http.Request) bool { return r.Header.Get("Authorization") == "Bearer right" }})
			mux.HandleFunc("/.well-known/smart-configuration", func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				_, _ = io.WriteString(w, fmt.Sprintf(`{"token_endpoint": "https://clinic.example/token", "capabilities": %s}`, tt.smart))
			})
			web := httptest.NewServer(mux)
			defer web.Close()
			p := newPlace(t, fmt.Sprintf(`{"sync": {"url": %q, "base": "https://clinic.example", "auth": {"kind": "bearer"}}}`, web.URL))
			changes := 0
			s := NewServer(ServerConfig{
				Folder: p.folder, Version: "1", Store: p.store, Do: p.do, Log: slog.New(slog.DiscardHandler), Changed: func() { changes++ },
			})
			if s.Look(); s.State().Secret || !s.State().Read {
				t.Errorf("before: %+v", s.State())
			}
			s.KeepSecret(tt.secret)
			s.Try()
			got := s.State()
			if !got.Tried || got.Busy || !got.Secret || !strings.HasPrefix(got.TryFail, tt.why) || (got.TryFail == "") != (tt.why == "") || got.Safer != tt.safer {
				t.Errorf("%+v, want %+v", got, tt)
			}
			if changes == 0 || p.failed != nil {
				t.Errorf("%d changes were told, %v", changes, p.failed)
			}
		})
	}
}
