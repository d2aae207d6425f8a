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

// TestCertificateDates: a certificate that has expired, or is not valid yet since a
// clock is wrong by years, holds everything, says why, and loses nothing: once it
// is renewed all is sent.
func TestCertificateDates(t *testing.T) {
	now := time.Now()
	for name, valid := range map[string]struct{ from, until time.Time }{
		"expired":       {now.AddDate(-1, 0, 0), now.AddDate(0, 0, -1)},
		"not valid yet": {now.AddDate(3, 0, 0), now.AddDate(4, 0, 0)},
	} {
		t.Run(name, func(t *testing.T) {
			c, server := newClinic(t), &standin.Server{VersionZero: true}
			e := c.visit(person(1))
			c.save(e)
			url, ca := serveUntil(t, server, valid.from, valid.until)
			client, err := outbox.Transport(outbox.Pinning{CA: ca})
			if err != nil {
				t.Fatal(err)
			}
			r := c.once(c.sender(url, func(o *outbox.Config) { o.Client = client }))
			if r.Sent != 0 || !strings.Contains(r.Stopped, "not valid today") || r.Next.Sub(c.now) != 15*time.Minute {
				t.Errorf("%+v", r)
			}
			if stats := c.stats(); stats.Pending != 1 || stats.Dead != 0 {
				t.Errorf("%+v", stats)
			}
			url, ca = serveUntil(t, server, now.AddDate(0, 0, -1), now.AddDate(1, 0, 0))
			if client, err = outbox.Transport(outbox.Pinning{CA: ca}); err != nil {
				t.Fatal(err)
			}
			c.now = c.now.Add(time.Hour)
			c.drain(url, func(o *outbox.Config) { o.Client = client })
			c.expect(server, e)
		})
	}
}

// serveUntil serves by TLS with a certificate of its own, and returns the file that
// pins it.
func serveUntil(t *testing.T, server *standin.Server, from, until time.Time) (url, ca string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	about := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "clinic"}, NotBefore: from, NotAfter: until,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, about, about, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	ca = filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	web := httptest.NewUnstartedServer(server)
	web.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	web.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	web.StartTLS()
	t.Cleanup(web.Close)
	return web.URL, ca
}
