package outbox_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"aidpost/records/hl7v2"
	"aidpost/records/outbox"
	"aidpost/records/outbox/standin"
)

// TestHL7Secure: TLS with a certificate on both sides; who has none, or meets
// somebody else, sends nothing. Until when the receiver's is valid is noted.
func TestHL7Secure(t *testing.T) {
	web := httptest.NewTLSServer(nil) // for its certificate
	t.Cleanup(web.Close)
	pair, ca := web.TLS.Certificates[0], x509.NewCertPool()
	ca.AddCert(web.Certificate())
	for name, tt := range map[string]struct {
		ours *tls.Config
		sent int
		says string
	}{
		"both know each other": {&tls.Config{RootCAs: ca, Certificates: []tls.Certificate{pair}}, 1, ""},
		"no certificate":       {&tls.Config{RootCAs: ca}, 0, "the receiver"},
		"a stranger":           {&tls.Config{RootCAs: x509.NewCertPool(), Certificates: []tls.Certificate{pair}}, 0, "not trusted here"},
	} {
		c := newClinic(t)
		r := &standin.Receiver{TLS: &tls.Config{Certificates: []tls.Certificate{pair}, ClientAuth: tls.RequireAnyClientCert}}
		url := strings.Replace(receives(t, r), "mllp:", "mllps:", 1)
		c.save(c.visit(person(1)))
		tt.ours.ServerName = "example.com" // of httptest's certificate
		got := c.once(c.sender(url, asHL7, func(c *outbox.Config) { c.HL7.TLS = tt.ours }))
		if got.Sent != tt.sent || len(r.Held()) != tt.sent || (tt.says != "") != (got.Stopped != "") {
			t.Errorf("%s: %+v, the receiver holds %d", name, got, len(r.Held()))
		}
		if tt.says == "not trusted here" && !strings.Contains(got.Stopped, tt.says) {
			t.Errorf("%s: it says %q", name, got.Stopped)
		}
		until, err := outbox.ExpiriesOf(t.Context(), c.store, url, outbox.Pinning{})
		if err != nil || tt.sent > 0 && !until.Server.Equal(web.Certificate().NotAfter) {
			t.Errorf("%s: valid until %+v, %v", name, until, err)
		}
	}
}

func TestHL7Addresses(t *testing.T) {
	c := newClinic(t)
	for _, tt := range []struct {
		url        string
		plain, bad bool
	}{
		{"mllps://engine.example:2575", false, false}, {"mllp://127.0.0.1:2575", false, false}, {"mllp://localhost:2575", false, false},
		{"mllp://engine.example:2575", false, true}, {"mllp://engine.example:2575", true, false},
		{"https://engine.example:2575", false, true}, {"mllps://engine.example", false, true}, {"engine.example:2575", false, true},
		{"mllps://me:secret@engine.example:2575", false, true}, {"mllps://engine.example:2575/path", false, true},
	} {
		_, err := outbox.New(c.store, outbox.Config{URL: tt.url, Operator: operator, HL7: &outbox.HL7{Plain: tt.plain}})
		if (err != nil) != tt.bad {
			t.Errorf("%s, plain %v: %v", tt.url, tt.plain, err)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("the error says a password: %v", err)
		}
	}
}

// TestHL7Bandwidth: a message goes no faster than allowed.
func TestHL7Bandwidth(t *testing.T) {
	c, r := newClinic(t), &standin.Receiver{}
	e := c.visit(person(1))
	c.save(e)
	const rate = 4000
	began := time.Now()
	got := c.once(c.sender(receives(t, r), asHL7, func(o *outbox.Config) { o.BytesPerSecond = rate }))
	m := c.message(e)
	if least := time.Duration(len(m.Text)) * time.Second / rate * 8 / 10; got.Sent != 1 || time.Since(began) < least {
		t.Errorf("%+v: %d bytes in %v", got, len(m.Text), time.Since(began))
	}
	expectMessages(t, r, m)
}

// TestHL7KeepsOneConnection and makes it anew when the receiver has hung up.
func TestHL7KeepsOneConnection(t *testing.T) {
	r := &standin.Receiver{}
	host := strings.TrimPrefix(receives(t, r), "mllp://")
	dials := 0
	l := &hl7v2.Line{Patience: time.Second, Dial: func(ctx context.Context) (net.Conn, error) {
		dials++
		return (&net.Dialer{}).DialContext(ctx, "tcp", host)
	}}
	defer l.Close()
	send := func(n int) {
		m := hl7v2.Message{ControlID: fmt.Sprint("M", n), Text: fmt.Appendf(nil, "MSH|^~\\&|||||||ORU^R01|M%d|P|2.5.1\r", n)}
		if a, err := l.Send(t.Context(), m, false); err != nil || a.Of != m.ControlID {
			t.Fatalf("message %d: %+v, %v", n, a, err)
		}
	}
	send(1)
	send(2)
	r.HangUp()
	send(3)
	if dials != 2 || !slices.Equal(r.Order(), []string{"M1", "M2", "M3"}) {
		t.Errorf("%d connections for %v", dials, r.Order())
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := l.Send(ctx, hl7v2.Message{ControlID: "M4"}, false); err == nil {
		t.Error("it sends for somebody who has gone")
	}
}
