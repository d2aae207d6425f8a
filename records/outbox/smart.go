package outbox

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha512"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
)

// A Smart is an Auth by SMART Backend Services (HL7 SMART App Launch 2.0,
// "Backend Services" and "Asymmetric authentication"): the kiosk signs who it
// is with its own key and is given a token for a few minutes. Tokens are kept
// in memory only.
type Smart struct {
	base, client, keyID, scope string
	http                       *http.Client
	key                        crypto.Signer
	now                        func() time.Time

	mu     sync.Mutex
	token  string
	renew  time.Time
	issuer string // the token endpoint
}

// A SmartConfig says who asks for tokens where.
type SmartConfig struct {
	URL      string // base of the FHIR server, which names its token endpoint
	ClientID string
	KeyID    string // by which the server finds the public key
	Key      []byte // PEM, PKCS #8: EC P-384 or RSA
	Scope    string // empty: to create and update what is sent
	Client   *http.Client
	Now      func() time.Time // nil: time.Now
}

const smartScope = "system/*.cru"

// NewSmart returns an Auth by SMART Backend Services.
func NewSmart(c SmartConfig) (*Smart, error) {
	block, _ := pem.Decode(c.Key)
	if block == nil {
		return nil, fmt.Errorf("%w: the key is not PEM", ErrConfig)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("%w: the key is not PKCS #8", ErrConfig)
	}
	s := &Smart{
		base: strings.TrimRight(c.URL, "/"), client: c.ClientID, keyID: c.KeyID, scope: c.Scope, http: direct(c.Client), now: c.Now,
	}
	switch key := parsed.(type) {
	case *rsa.PrivateKey:
		s.key = key
	case *ecdsa.PrivateKey:
		if key.Curve != elliptic.P384() {
			return nil, fmt.Errorf("%w: the key is not of curve P-384", ErrConfig)
		}
		s.key = key
	default:
		return nil, fmt.Errorf("%w: the key is neither EC nor RSA", ErrConfig)
	}
	if s.scope == "" {
		s.scope = smartScope
	}
	if s.now == nil {
		s.now = time.Now
	}
	return s, nil
}

// String keeps key and token out of logs.
func (s *Smart) String() string { return "SMART Backend Services" }

// GoString keeps key and token out of logs.
func (s *Smart) GoString() string { return s.String() }

// Forget drops the token.
func (s *Smart) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.token = ""
}

// Authorize adds a token, a new one when most of the old one's time is over.
func (s *Smart) Authorize(ctx context.Context, r *http.Request) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.token == "" || !s.now().Before(s.renew) {
		if err := s.ask(ctx); err != nil {
			return err
		}
	}
	r.Header.Set("Authorization", "Bearer "+s.token)
	return nil
}

func (s *Smart) ask(ctx context.Context) error {
	if s.issuer == "" {
		var c struct {
			TokenEndpoint string `json:"token_endpoint"`
		}
		if err := s.fetch(ctx, http.MethodGet, s.base+"/.well-known/smart-configuration", nil, &c); err != nil {
			return err
		}
		u, err := url.Parse(c.TokenEndpoint)
		if err != nil || u.Scheme != "https" && !loopback(u.Hostname()) {
			return &tokenError{unfit, "the server names no safe place to get a token"}
		}
		s.issuer = c.TokenEndpoint
	}
	assertion, err := s.assertion()
	if err != nil {
		return &tokenError{unfit, "the key cannot sign"}
	}
	form := url.Values{
		"grant_type": {"client_credentials"}, "scope": {s.scope}, "client_assertion": {assertion},
		"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
	}
	var t struct {
		AccessToken string `json:"access_token"`
		ExpiresIn   int    `json:"expires_in"`
	}
	if err := s.fetch(ctx, http.MethodPost, s.issuer, form, &t); err != nil {
		return err
	}
	if t.AccessToken == "" {
		return &tokenError{unreached, "the answer holds no token"}
	}
	s.token, s.renew = t.AccessToken, s.now().Add(time.Duration(t.ExpiresIn)*time.Second*8/10)
	return nil
}

// fetch reads a JSON answer of the server that gives tokens.
func (s *Smart) fetch(ctx context.Context, method, at string, form url.Values, into any) error {
	r, err := http.NewRequestWithContext(ctx, method, at, strings.NewReader(form.Encode()))
	if err != nil {
		return &tokenError{unfit, "the request could not be made"}
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.Header.Set("Accept", "application/json")
	res, err := s.http.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		a := judge(res.StatusCode, res.Header, nil, s.now())
		if a.verdict != busy && a.verdict != failing {
			a.verdict = denied // RFC 6749, 5.2: 400 or 401
		} else {
			a.verdict = busy
		}
		return &tokenError{a.verdict, "no token was given: " + a.why}
	}
	if json.Unmarshal(text, into) != nil {
		return &tokenError{unreached, "something else than the server answered"}
	}
	return nil
}

// assertion is a signed statement of who asks, good for a few minutes.
func (s *Smart) assertion() (string, error) {
	alg := "RS384"
	if _, ok := s.key.(*ecdsa.PrivateKey); ok {
		alg = "ES384"
	}
	now := s.now()
	head, errHead := json.Marshal(map[string]string{"alg": alg, "kid": s.keyID, "typ": "JWT"})
	claims, errClaims := json.Marshal(map[string]any{
		"iss": s.client, "sub": s.client, "aud": s.issuer, "jti": uuid.NewString(),
		"iat": now.Unix(), "exp": now.Add(4 * time.Minute).Unix(),
	})
	if err := errors.Join(errHead, errClaims); err != nil {
		return "", err
	}
	text := base64.RawURLEncoding.EncodeToString(head) + "." + base64.RawURLEncoding.EncodeToString(claims)
	sum := sha512.Sum384([]byte(text))
	signature, err := s.sign(sum[:])
	return text + "." + base64.RawURLEncoding.EncodeToString(signature), err
}

func (s *Smart) sign(sum []byte) ([]byte, error) {
	key, ok := s.key.(*ecdsa.PrivateKey)
	if !ok {
		return s.key.Sign(rand.Reader, sum, crypto.SHA384)
	}
	a, b, err := ecdsa.Sign(rand.Reader, key, sum)
	if err != nil {
		return nil, err
	}
	out := make([]byte, 96) // RFC 7518, 3.4: both numbers at full length
	a.FillBytes(out[:48])
	b.FillBytes(out[48:])
	return out, nil
}
