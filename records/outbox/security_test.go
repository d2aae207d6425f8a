package outbox_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha512"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"aidpost/records/outbox"
	"aidpost/records/outbox/standin"
)

// A tokenServer gives tokens to whoever signs with the right key, each for a
// minute, and never takes an assertion twice.
type tokenServer struct {
	t     *testing.T
	key   *ecdsa.PublicKey
	url   string
	now   func() time.Time
	seen  map[string]bool
	given int
}

func (s *tokenServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	if strings.HasSuffix(r.URL.Path, "/.well-known/smart-configuration") {
		fmt.Fprintf(w, `{"token_endpoint": %q}`, s.url+"/token")
		return
	}
	if err := s.check(r); err != nil {
		s.t.Errorf("assertion: %v", err)
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	s.given++
	fmt.Fprintf(w, `{"access_token": "token-%d", "token_type": "bearer", "expires_in": 60}`, s.given)
}

func (s *tokenServer) check(r *http.Request) error {
	if r.FormValue("grant_type") != "client_credentials" || r.FormValue("scope") == "" ||
		r.FormValue("client_assertion_type") != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" {
		return fmt.Errorf("form %v", r.Form)
	}
	parts := strings.Split(r.FormValue("client_assertion"), ".")
	if len(parts) != 3 {
		return fmt.Errorf("%d parts", len(parts))
	}
	sig, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil || len(sig) != 96 {
		return fmt.Errorf("signature of %d bytes, %w", len(sig), err)
	}
	sum := sha512.Sum384([]byte(parts[0] + "." + parts[1]))
	if !ecdsa.Verify(s.key, sum[:], new(big.Int).SetBytes(sig[:48]), new(big.Int).SetBytes(sig[48:])) {
		return fmt.Errorf("signature is wrong")
	}
	text, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return err
	}
	var c struct {
		Iss, Sub, Aud, Jti string
		Exp                int64
	}
	if err := json.Unmarshal(text, &c); err != nil {
		return err
	}
	if left := c.Exp - s.now().Unix(); c.Iss != "kiosk-7" || c.Sub != c.Iss || c.Aud != s.url+"/token" || left <= 0 || left > 300 || s.seen[c.Jti] {
		return fmt.Errorf("claims %+v", c)
	}
	s.seen[c.Jti] = true
	return nil
}

func ecKey(t *testing.T) (*ecdsa.PrivateKey, []byte) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
}

// TestSmart: a token is asked for once, used while it is good, and asked for
// anew when the server no longer takes it.
func TestSmart(t *testing.T) {
	c := newClinic(t)
	key, text := ecKey(t)
	tokens := &tokenServer{t: t, key: &key.PublicKey, now: func() time.Time { return c.now }, seen: map[string]bool{}}
	good := "Bearer token-1"
	server := &standin.Server{Auth: func(r *http.Request) bool { return r.Header.Get("Authorization") == good }}
	mux := http.NewServeMux()
	mux.Handle("/.well-known/", tokens)
	mux.Handle("/token", tokens)
	mux.Handle("/", server)
	url := serve(t, mux)
	tokens.url = url
	auth, err := outbox.NewSmart(outbox.SmartConfig{
		URL: url, ClientID: "kiosk-7", KeyID: "k1", Key: text, Client: http.DefaultClient, Now: func() time.Time { return c.now },
	})
	if err != nil {
		t.Fatal(err)
	}
	s := c.sender(url, func(o *outbox.Config) { o.Auth = auth })
	for want := 1; want <= 3; want++ {
		c.save(c.visit(person(1)))
		if r := c.once(s); r.Sent != 1 || tokens.given != want {
			t.Fatalf("%+v with %d tokens, want %d", r, tokens.given, want)
		}
		switch want {
		case 1:
			good = "Bearer token-2" // the server has forgotten the first
		case 2:
			good, c.now = "Bearer token-3", c.now.Add(50*time.Second) // over 80 % of its time
		}
	}
	if strings.Contains(fmt.Sprintf("%v %+v %#v", auth, auth, auth)+c.log.String(), "token-") {
		t.Error("a token is said")
	}
}

// TestSaferWay: who sends a token or a password to a server that takes signed
// assertions is told of that; nobody else is.
func TestSaferWay(t *testing.T) {
	key, text := ecKey(t)
	for name, tt := range map[string]struct {
		auth  func(url string) outbox.Auth
		smart string
		told  bool
	}{
		"token":         {func(string) outbox.Auth { return outbox.NewBearer("t") }, `["client-confidential-asymmetric"]`, true},
		"password":      {func(string) outbox.Auth { return outbox.NewBasic("n", "p") }, `["client-confidential-asymmetric"]`, true},
		"only secrets":  {func(string) outbox.Auth { return outbox.NewBearer("t") }, `["client-confidential-symmetric"]`, false},
		"nothing there": {func(string) outbox.Auth { return outbox.NewBearer("t") }, "", false},
		"smart": {func(url string) outbox.Auth {
			a, err := outbox.NewSmart(outbox.SmartConfig{URL: url, ClientID: "kiosk-7", KeyID: "k1", Key: text, Client: http.DefaultClient})
			if err != nil {
				t.Fatal(err)
			}
			return a
		}, `["client-confidential-asymmetric"]`, false},
	} {
		c, server := newClinic(t), &standin.Server{}
		tokens := &tokenServer{t: t, key: &key.PublicKey, now: time.Now, seen: map[string]bool{}}
		mux := http.NewServeMux()
		mux.Handle("/", server)
		mux.Handle("/token", tokens)
		if tt.smart != "" {
			mux.HandleFunc("/.well-known/smart-configuration", func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				fmt.Fprintf(w, `{"token_endpoint": %q, "capabilities": %s}`, tokens.url+"/token", tt.smart)
			})
		}
		url := serve(t, mux)
		tokens.url = url
		c.save(c.visit(person(1)))
		if r := c.once(c.sender(url, func(o *outbox.Config) { o.Auth = tt.auth(url) })); r.Sent != 1 {
			t.Errorf("%s: %+v", name, r)
		}
		if told := strings.Contains(c.log.String(), "SMART Backend Services"); told != tt.told {
			t.Errorf("%s: told %v", name, told)
		}
	}
}

// TestNoRedirectIsFollowed: neither a server nor whoever gives tokens can have what was
// meant for it sent on to another place, which might be one without TLS.
func TestNoRedirectIsFollowed(t *testing.T) {
	_, text := ecKey(t)
	other := 0
	elsewhere := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		other++
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"access_token": "t", "expires_in": 60}`)
	}))
	for _, from := range []string{"/.well-known/smart-configuration", "/token", "/metadata"} {
		c, asked, url := newClinic(t), 0, ""
		url = serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch r.URL.Path {
			case from:
				asked++
				http.Redirect(w, r, elsewhere, http.StatusTemporaryRedirect)
			case "/.well-known/smart-configuration":
				fmt.Fprintf(w, `{"token_endpoint": %q}`, url+"/token")
			default:
				_, _ = io.WriteString(w, `{"access_token": "t", "expires_in": 60}`)
			}
		}))
		auth, err := outbox.NewSmart(outbox.SmartConfig{URL: url, ClientID: "kiosk-7", Key: text, Client: http.DefaultClient})
		if err != nil {
			t.Fatal(err)
		}
		c.save(c.visit(person(1)))
		r := c.once(c.sender(url, func(o *outbox.Config) { o.Auth = auth }))
		if asked == 0 || other > 0 || r.Sent > 0 || r.Stopped == "" {
			t.Errorf("%s: asked %d times, %d elsewhere, %+v", from, asked, other, r)
		}
	}
}

// TestPinned: only the pinned authority is trusted, only over a version of TLS
// that is, and never by plain HTTP instead.
func TestPinned(t *testing.T) {
	c, held := newClinic(t), &standin.Server{}
	server := httptest.NewUnstartedServer(held)
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	server.StartTLS()
	defer server.Close()
	old := httptest.NewUnstartedServer(held)
	old.Config.ErrorLog = server.Config.ErrorLog
	old.TLS = &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}
	old.StartTLS()
	defer old.Close()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(ca, text, 0o600); err != nil {
		t.Fatal(err)
	}
	c.save(c.visit(person(1)))
	for _, test := range []struct {
		name, url string
		pin       outbox.Pinning
		sent      int
	}{
		{"not trusted", server.URL, outbox.Pinning{}, 0},
		{"too old", old.URL, outbox.Pinning{CA: ca}, 0},
		{"pinned", server.URL, outbox.Pinning{CA: ca}, 1},
	} {
		client, err := outbox.Transport(test.pin)
		if err != nil {
			t.Fatal(err)
		}
		r := c.once(c.sender(test.url, func(o *outbox.Config) { o.Client = client }))
		if r.Sent != test.sent || (r.Stopped == "") != (test.sent == 1) {
			t.Errorf("%s: %+v", test.name, r)
		}
	}
	if _, err := outbox.Transport(outbox.Pinning{CA: "nowhere.pem"}); err == nil {
		t.Error("a missing authority is none")
	}
}

// TestAnswersComeSlowly: what a server answers is read no faster than allowed.
func TestAnswersComeSlowly(t *testing.T) {
	c := newClinic(t)
	text := append(append([]byte(`{"resourceType": "Bundle", "type": "searchset", "a": "`), bytes.Repeat([]byte("a"), 3000)...), `"}`...)
	url := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/fhir+json")
		_, _ = w.Write(text)
	}))
	const rate = 8000
	began := time.Now()
	if _, err := c.sender(url, func(o *outbox.Config) { o.BytesPerSecond = rate }).Get(t.Context(), "/Patient"); err != nil {
		t.Fatal(err)
	}
	if least := time.Duration(len(text)) * time.Second / rate * 8 / 10; time.Since(began) < least {
		t.Errorf("%d bytes in %v", len(text), time.Since(began))
	}
}

// TestGzipAndBandwidth: a packed request arrives, and no faster than allowed.
func TestGzipAndBandwidth(t *testing.T) {
	c, server := newClinic(t), &standin.Server{}
	e := c.visit(person(1))
	c.save(e)
	began := time.Now()
	sizes := 0
	url := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sizes += int(r.ContentLength)
		server.ServeHTTP(w, r)
	}))
	const rate = 8000
	c.once(c.sender(url, func(o *outbox.Config) { o.Gzip, o.BytesPerSecond = true, rate }))
	c.expect(server, e)
	if least := time.Duration(sizes) * time.Second / rate * 8 / 10; time.Since(began) < least || sizes == 0 {
		t.Errorf("%d bytes in %v", sizes, time.Since(began))
	}
}
