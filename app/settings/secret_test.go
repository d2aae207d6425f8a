package settings

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"aidpost/app/site"
	"aidpost/records"
	"aidpost/records/outbox/standin"
	"aidpost/records/vitals"
)

// A tattler is a FHIR server that gives tokens, too, and quotes back all that it was
// sent when it turns something down.
type tattler struct {
	standin.Server
	down  func(path string) bool
	url   string
	heard []string // assertions
}

// tokenGiven is what a tattler lets in by.
const tokenGiven = "access-0b6f1c53e2"

func (s *tattler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	said, _ := httputil.DumpRequest(r, true)
	w.Header().Set("Content-Type", "application/json")
	if r.URL.Path == "/token" {
		s.heard = append(s.heard, r.FormValue("client_assertion"))
	}
	switch {
	case s.down(r.URL.Path):
		w.WriteHeader(http.StatusUnauthorized)
		_ = json.NewEncoder(w).Encode(map[string]any{
			"error": "invalid_client", "error_description": string(said), "resourceType": "OperationOutcome",
			"issue": []any{map[string]any{
				"severity": "error", "code": "login", "diagnostics": string(said), "details": map[string]string{"text": string(said)},
			}},
		})
	case r.URL.Path == "/token":
		fmt.Fprintf(w, `{"access_token": %q, "expires_in": 300}`, tokenGiven)
	case r.URL.Path == "/.well-known/smart-configuration":
		fmt.Fprintf(w, `{"token_endpoint": %q, "capabilities": ["client-confidential-asymmetric"]}`, s.url+"/token")
	default:
		s.Server.ServeHTTP(w, r)
	}
}

// pemOf is a private key as an administrator pastes it.
func pemOf(t *testing.T, key any, err error) string {
	t.Helper()
	der, bad := x509.MarshalPKCS8PrivateKey(key)
	if err := errors.Join(err, bad); err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

// pieces are what gives a secret away: itself, each line of a key, its bytes, and a
// password as it is sent.
func pieces(secret string) []string {
	all := []string{secret, base64.StdEncoding.EncodeToString([]byte("kiosk-7:" + secret))}
	if block, _ := pem.Decode([]byte(secret)); block != nil {
		all = append(all, string(block.Bytes[len(block.Bytes)/2:]))
		for _, line := range strings.Split(secret, "\n") {
			if len(line) > 20 && !strings.HasPrefix(line, "-----") {
				all = append(all, line)
			}
		}
	}
	return all
}

// TestSecretsStayInside: by whatever a server lets a kiosk in, typed or in a file, and
// whatever the server says of it, it stands in no log, no text, no settings, no records
// and no backup.
func TestSecretsStayInside(t *testing.T) {
	onCurve, errCurve := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	ofPrimes, errPrimes := rsa.GenerateKey(rand.Reader, 2048)
	for name, tt := range map[string]struct {
		kind, secret string
		good         bool // the server lets it in, in the end
	}{
		"bearer":    {"bearer", "token-7d1f09a6b3", true},
		"basic":     {"basic", "passphrase 5e0c27", true},
		"smart EC":  {"smart", pemOf(t, onCurve, errCurve), true},
		"smart RSA": {"smart", pemOf(t, ofPrimes, errPrimes), true},
		"no key":    {"smart", "-----BEGIN PRIVATE KEY-----\nbm9uc2Vuc2Ugb2Yga2V5cw==\n-----END PRIVATE KEY-----\n", false},
	} {
		for _, typed := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s typed=%v", name, typed), func(t *testing.T) {
				if sent := testStaysInside(t, tt.kind, tt.secret, typed); sent != tt.good {
					t.Errorf("sent: %v", sent)
				}
			})
		}
	}
}

// testStaysInside reports whether anything was sent, too.
func testStaysInside(t *testing.T, kind, secret string, typed bool) (sent bool) {
	stage := ""
	server := &tattler{down: func(path string) bool { return stage == "never" || stage == path }}
	web := httptest.NewServer(server)
	defer web.Close()
	server.url = web.URL
	auth := map[string]string{"kind": kind, "name": "kiosk-7", "clientId": "kiosk-7", "keyId": "k1"}
	file := filepath.Join(t.TempDir(), "secret")
	if !typed {
		auth["secret"] = file
		if err := os.WriteFile(file, []byte(secret), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	text, err := json.Marshal(map[string]any{"sync": map[string]any{"url": web.URL, "base": "https://clinic.example", "auth": auth}})
	if err != nil {
		t.Fatal(err)
	}
	p := newSealedPlace(t, string(text))
	var said bytes.Buffer
	s := NewServer(ServerConfig{
		Folder: p.folder, Version: "1", Store: p.store, Do: p.do,
		Log: slog.New(slog.NewTextHandler(&said, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	if typed {
		s.KeepSecret(secret)
	}
	for _, stage = range []string{"never", "/token", "/", "/metadata", ""} {
		saveShared(t, p.store)
		s.Try()
		fmt.Fprintf(&said, "%s: %+v %v\n", stage, s.State(), p.failed)
		s.Retry()
		sender, err := s.sender()
		if err != nil {
			fmt.Fprintln(&said, err)
			continue
		}
		r, err := sender.Once(t.Context())
		fmt.Fprintf(&said, "%+v %v %+v %#v\n", r, err, sender.Auth, sender.Auth)
	}
	if _, _, err := site.TakeBackup(t.Context(), p.store, filepath.Join(p.folder, "backups"), site.DefaultRetention(), time.Now(), nil); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(p.folder, "what was said"), said.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	nowhereIn(t, p.folder, append(append(pieces(secret), tokenGiven), server.heard...))
	return len(server.Held()) > 0
}

// nowhereIn looks for texts in every file of a folder: settings, records, backup, and
// what was said.
func nowhereIn(t *testing.T, folder string, texts []string) {
	t.Helper()
	searched := 0
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		searched++
		for _, text := range texts {
			if bytes.Contains(content, []byte(text)) {
				t.Errorf("%s holds %.60q", d.Name(), text)
			}
		}
		return err
	})
	if err != nil || searched < 4 {
		t.Errorf("%d files, %v", searched, err)
	}
}

// newSealedPlace is a place whose records are sealed, as those of a kiosk are.
func newSealedPlace(t *testing.T, text string) *place {
	t.Helper()
	p := &place{folder: t.TempDir()}
	keys := site.KeySources{File: filepath.Join(t.TempDir(), "records.key")}.Keys()
	store, err := site.OpenStore(t.Context(), p.folder, records.Options{Keys: keys})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	p.store = store
	if err := os.WriteFile(filepath.Join(p.folder, site.ProfileName), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return p
}

// saveShared saves a visit of somebody who agreed to share it.
func saveShared(t *testing.T, store *records.Store) {
	t.Helper()
	at := time.Now().Add(-time.Hour)
	err := store.Save(t.Context(), &records.Encounter{
		ID: records.NewID(), Status: records.Finished, Started: at, Ended: at.Add(time.Minute), Zone: "UTC",
		Consents: []records.Consent{{Purpose: records.ConsentShare, Given: true, Version: "1", At: at}},
		Observations: []records.Observation{{
			ID: records.NewID(), Panel: vitals.Oximetry, State: records.Confirmed, Taken: at,
			Values: vitals.Values{{Measure: vitals.SpO2, Quantity: vitals.Of(97, vitals.Percent)}},
			Origin: records.Origin{Device: records.Device{Maker: "Contec", Model: "CMS50D+", Serial: "7"}, Driver: "contec-cms50d-plus"},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
}
