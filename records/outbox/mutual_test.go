package outbox_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"log/slog"
	"math/big"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"aidpost/records/outbox"
	"aidpost/records/outbox/standin"
)

// An issuer is an authority that tests make.
type issuer struct {
	t    *testing.T
	dir  string
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	file string // pins it
}

func newIssuer(t *testing.T, name string) *issuer {
	i := &issuer{t: t, dir: t.TempDir()}
	about := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotBefore: time.Now().AddDate(-9, 0, 0), NotAfter: time.Now().AddDate(9, 0, 0),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	i.cert, i.key = about, nil
	i.file, _ = i.issue("ca", about)
	return i
}

// issue writes a certificate and its key to files. The first is its own authority.
func (i *issuer) issue(name string, about *x509.Certificate) (cert, key string) {
	i.t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		i.t.Fatal(err)
	}
	if i.key == nil {
		i.key = private
	}
	der, err := x509.CreateCertificate(rand.Reader, about, i.cert, &private.PublicKey, i.key)
	if err != nil {
		i.t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		i.t.Fatal(err)
	}
	write := func(end, kind string, body []byte) string {
		path := filepath.Join(i.dir, name+about.SerialNumber.String()+end)
		if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: body}), 0o600); err != nil {
			i.t.Fatal(err)
		}
		return path
	}
	return write(".pem", "CERTIFICATE", der), write("-key.pem", "PRIVATE KEY", secret)
}

// leaf is what a certificate says that is valid from now until then.
func leaf(number int64, until time.Time) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(number), Subject: pkix.Name{CommonName: "kiosk"}, NotBefore: time.Now().AddDate(-1, 0, 0), NotAfter: until,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, KeyUsage: x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth},
	}
}

// TestMutual: both sides show certificates, over real connections. What is wrong with
// either is said in words, holds everything and loses nothing.
func TestMutual(t *testing.T) {
	ours, others := newIssuer(t, "ours"), newIssuer(t, "others")
	later := time.Now().AddDate(1, 0, 0)
	server := func(i *issuer, about *x509.Certificate) func(*tls.Config) {
		return func(c *tls.Config) {
			pair, err := tls.LoadX509KeyPair(i.issue("server", about))
			if err != nil {
				t.Fatal(err)
			}
			c.Certificates = []tls.Certificate{pair}
		}
	}
	client := func(i *issuer, about *x509.Certificate) outbox.Pinning {
		cert, key := i.issue("client", about)
		return outbox.Pinning{CA: ours.file, Cert: cert, Key: key}
	}
	elsewhere, ahead := leaf(7, later), leaf(8, later.AddDate(1, 0, 0))
	elsewhere.IPAddresses, elsewhere.DNSNames = nil, []string{"fhir.example.org"}
	ahead.NotBefore = later
	good := func() outbox.Pinning { return client(ours, leaf(2, later)) }
	for _, tt := range []struct {
		name   string
		server func(*tls.Config)
		pin    outbox.Pinning
		why    string
	}{
		{"both good", server(ours, leaf(3, later)), good(), ""},
		{"no client certificate", server(ours, leaf(3, later)), outbox.Pinning{CA: ours.file}, "wants a certificate of this machine"},
		{"of another authority", server(ours, leaf(3, later)), client(others, leaf(4, later)), "a certificate of this machine that it trusts"}, // nothing is shown to it
		{"client's expired", server(ours, leaf(3, later)), client(ours, leaf(5, time.Now().AddDate(0, 0, -1))), "does not accept this machine's certificate"},
		{"client's revoked", server(ours, leaf(3, later)), client(ours, leaf(66, later)), "does not accept this machine's certificate"},
		{"server's expired", server(ours, leaf(3, time.Now().AddDate(0, 0, -1))), good(), "not valid today"},
		{"server's not yet valid", server(ours, ahead), good(), "not valid today"},
		{"server of another authority", server(others, leaf(3, later)), good(), "authority that is not trusted"},
		{"another host", server(ours, elsewhere), good(), "for another name"},
		{"TLS 1.1", func(c *tls.Config) {
			server(ours, leaf(3, later))(c)
			c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS11
		}, good(), "no version of TLS that is allowed"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, held := newClinic(t), &standin.Server{VersionZero: true}
			web := httptest.NewUnstartedServer(held)
			web.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
			web.TLS = &tls.Config{ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: x509.NewCertPool()}
			web.TLS.ClientCAs.AddCert(parsed(t, ours.file))
			web.TLS.VerifyPeerCertificate = func(_ [][]byte, chains [][]*x509.Certificate) error {
				if chains[0][0].SerialNumber.Int64() == 66 {
					return x509.CertificateInvalidError{Cert: chains[0][0], Reason: x509.NotAuthorizedToSign}
				}
				return nil
			}
			tt.server(web.TLS)
			web.StartTLS()
			defer web.Close()
			reach, err := outbox.Transport(tt.pin)
			if err != nil {
				t.Fatal(err)
			}
			e := c.visit(person(1))
			c.save(e)
			r := c.once(c.sender(web.URL, func(o *outbox.Config) { o.Client = reach }))
			if tt.why == "" {
				if r.Sent != 1 {
					t.Fatalf("%+v", r)
				}
				c.expect(held, e)
				return
			}
			if stats := c.stats(); r.Sent != 0 || !strings.Contains(r.Stopped, tt.why) || stats.Pending != 1 || stats.Dead != 0 || len(held.Held()) != 0 {
				t.Errorf("%+v, %+v", r, stats)
			}
		})
	}
}

func parsed(t *testing.T, path string) *x509.Certificate {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(text)
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return cert
}

// TestExpiresSoon: thirty days before a certificate ends, and not earlier, both are
// known: the server's as it was seen, this machine's from its file.
func TestExpiresSoon(t *testing.T) {
	c, i := newClinic(t), newIssuer(t, "ours")
	until := time.Now().AddDate(0, 0, 90).UTC().Truncate(time.Second)
	web := httptest.NewUnstartedServer(&standin.Server{VersionZero: true})
	pair, err := tls.LoadX509KeyPair(i.issue("server", leaf(3, until)))
	if err != nil {
		t.Fatal(err)
	}
	web.TLS = &tls.Config{Certificates: []tls.Certificate{pair}}
	web.StartTLS()
	defer web.Close()
	cert, key := i.issue("client", leaf(2, until.AddDate(0, 0, 5)))
	pin := outbox.Pinning{CA: i.file, Cert: cert, Key: key}
	reach, err := outbox.Transport(pin)
	if err != nil {
		t.Fatal(err)
	}
	c.save(c.visit(nil))
	if r := c.once(c.sender(web.URL, func(o *outbox.Config) { o.Client = reach })); r.Sent != 1 {
		t.Fatalf("%+v", r)
	}
	all, err := outbox.ExpiriesOf(t.Context(), c.store, web.URL, pin)
	if err != nil || !all.Server.Equal(until) || !all.Own.Equal(until.AddDate(0, 0, 5)) {
		t.Fatalf("%+v, %v", all, err)
	}
	for days, want := range map[int][2]bool{31: {false, false}, 29: {true, false}, 20: {true, true}, -1: {true, true}} {
		soon := all.Soon(until.AddDate(0, 0, -days))
		if got := [2]bool{!soon.Server.IsZero(), !soon.Own.IsZero()}; got != want {
			t.Errorf("%d days before: %v", days, got)
		}
	}
}
