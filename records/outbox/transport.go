package outbox

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"time"
)

// A Pinning is whom to trust on the way, beyond the system's authorities.
type Pinning struct {
	// CA is a PEM file of the only authorities to trust. Empty: the system's.
	CA string
	// Cert and Key are PEM files of the client's certificate. Empty: none.
	Cert, Key string
}

// How long a server may take.
const (
	connectTime = 10 * time.Second
	headerTime  = 60 * time.Second
	wholeTime   = 120 * time.Second
)

// Config returns what TLS asks for: version 1.2 or newer.
func (p Pinning) Config() (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if p.CA != "" {
		pem, err := os.ReadFile(p.CA)
		if err != nil {
			return nil, fmt.Errorf("reading the authorities to trust: %w", err)
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("%w: %s holds no certificate", ErrConfig, p.CA)
		}
	}
	if p.Cert != "" {
		pair, err := tls.LoadX509KeyPair(p.Cert, p.Key)
		if err != nil {
			return nil, fmt.Errorf("reading the client's certificate: %w", err)
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}

// Transport returns the client that reaches a server by TLS 1.2 or newer.
func Transport(p Pinning) (*http.Client, error) {
	config, err := p.Config()
	if err != nil {
		return nil, err
	}
	return &http.Client{
		Timeout: wholeTime,
		Transport: &http.Transport{
			Proxy:                 http.ProxyFromEnvironment,
			DialContext:           (&net.Dialer{Timeout: connectTime}).DialContext,
			TLSClientConfig:       config,
			TLSHandshakeTimeout:   connectTime,
			ResponseHeaderTimeout: headerTime,
			ForceAttemptHTTP2:     true,
			MaxIdleConns:          2,
			IdleConnTimeout:       90 * time.Second,
		},
	}, nil
}

// direct returns a client that follows no redirect: it could lead to a place without
// TLS, and whatever lets us in would go along.
func direct(client *http.Client) *http.Client {
	c := *client
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &c
}

// A slow reader gives no more than so many bytes a second.
type slow struct {
	ctx  context.Context
	from io.Reader
	rate int
}

func (s slow) Read(p []byte) (int, error) {
	// A tenth of a second's worth at a time, so that others get a word in.
	n := min(len(p), max(1, s.rate/10))
	n, err := s.from.Read(p[:n])
	select {
	case <-s.ctx.Done():
		return n, context.Cause(s.ctx)
	case <-time.After(time.Duration(n) * time.Second / time.Duration(s.rate)):
	}
	return n, err
}
