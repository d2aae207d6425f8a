package outbox

import (
	"context"
	"crypto/tls"
	"errors"
	"time"

	"aidpost/records"
)

// ExpiresSoon is how long before a certificate ends somebody is warned.
const ExpiresSoon = 30 * 24 * time.Hour

// Expiries are until when certificates on the way are valid; zero: there is none, or
// it was not seen yet.
type Expiries struct {
	Server time.Time `json:"server,omitzero"` // the server's, as it was seen last
	Own    time.Time `json:"own,omitzero"`    // this machine's
}

// Soon leaves those that end within ExpiresSoon, or have ended.
func (e Expiries) Soon(now time.Time) Expiries {
	soon := func(t time.Time) time.Time {
		if t.Sub(now) > ExpiresSoon {
			return time.Time{}
		}
		return t
	}
	return Expiries{soon(e.Server), soon(e.Own)}
}

// certificateCursor is under what it is noted until when the server's certificate is
// valid.
const certificateCursor = "certificate"

// noteCertificate notes that, each time when it is another.
func (s *Sender) noteCertificate(ctx context.Context, state *tls.ConnectionState) {
	if state == nil || len(state.PeerCertificates) == 0 || s.store == nil {
		return
	}
	until := state.PeerCertificates[0].NotAfter
	if s.certificate.Swap(until.Unix()) == until.Unix() {
		return
	}
	if err := s.store.SetCursor(ctx, s.server, certificateCursor, until.UTC().Format(time.RFC3339)); err != nil {
		s.Log.Warn("until when the server's certificate is valid is not noted", "error", err)
	}
}

// ExpiriesOf returns until when certificates are valid on the way to the server at an
// address.
func ExpiriesOf(ctx context.Context, store *records.Store, url string, p Pinning) (out Expiries, err error) {
	text, _, err := store.Cursor(ctx, records.ServerAt(url), certificateCursor)
	if err == nil && text != "" {
		out.Server, err = time.Parse(time.RFC3339, text)
	}
	if p.Cert == "" {
		return out, err
	}
	pair, wrong := tls.LoadX509KeyPair(p.Cert, p.Key)
	if wrong == nil && pair.Leaf != nil {
		out.Own = pair.Leaf.NotAfter
	}
	return out, errors.Join(err, wrong)
}
