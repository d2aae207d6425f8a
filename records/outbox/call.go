package outbox

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"

	"crypto/tls"
	"crypto/x509"
)

const fhirJSON = "application/fhir+json"

// maxAnswer bounds what is read of an answer.
const maxAnswer = 64 << 20

// minimal is how an answer is asked for that says no more than what became of a
// request.
const minimal = "return=minimal"

// An ask is a request to a path under the base.
type ask struct {
	method, path string
	body         []byte
	prefer       string // how to answer to a body
}

// call makes one request and judges the answer.
func (s *Sender) call(ctx context.Context, method, path string, body []byte) answer {
	return s.ask(ctx, ask{method, path, body, minimal})
}

// ask makes one request and judges the answer. An answer with a good status that
// is not JSON says nothing: portals of public networks answer so.
func (s *Sender) ask(ctx context.Context, q ask) answer {
	a := s.askOnce(ctx, q)
	if a.verdict == denied && s.Auth != nil {
		s.Auth.Forget() // it may only have expired
		a = s.askOnce(ctx, q)
	}
	return a
}

func (s *Sender) askOnce(ctx context.Context, q ask) answer {
	r, err := s.request(ctx, q)
	if err != nil {
		return answer{verdict: unfit, why: "the request could not be made"}
	}
	if s.Auth != nil {
		if err := s.Auth.Authorize(ctx, r); err != nil {
			return unanswered(err)
		}
	}
	res, err := s.Client.Do(r)
	if err != nil {
		return unanswered(err)
	}
	defer res.Body.Close()
	s.noteCertificate(ctx, res.TLS)
	from := io.LimitReader(res.Body, maxAnswer)
	if s.BytesPerSecond > 0 {
		from = slow{ctx, from, s.BytesPerSecond}
	}
	text, err := io.ReadAll(from)
	if err != nil {
		return answer{verdict: unreached, why: "the answer was cut off"}
	}
	a := judge(res.StatusCode, res.Header, text, s.Now())
	if a.verdict == done && len(text) > 0 && !strings.Contains(res.Header.Get("Content-Type"), "json") {
		return answer{verdict: unreached, why: "something that is no FHIR server answered"}
	}
	return a
}

func (s *Sender) request(ctx context.Context, q ask) (*http.Request, error) {
	body := q.body
	packed := s.Gzip && len(body) > 0
	if packed {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		_, _ = z.Write(body) // into memory
		_ = z.Close()
		body = b.Bytes()
	}
	var from io.Reader = bytes.NewReader(body)
	if s.BytesPerSecond > 0 {
		from = slow{ctx, from, s.BytesPerSecond}
	}
	if len(body) == 0 {
		from = http.NoBody
	}
	r, err := http.NewRequestWithContext(ctx, q.method, s.URL+q.path, from)
	if err != nil {
		return nil, err
	}
	if len(body) > 0 {
		r.ContentLength = int64(len(body))
		r.Header.Set("Content-Type", fhirJSON)
		r.Header.Set("Prefer", q.prefer)
	}
	if packed {
		r.Header.Set("Content-Encoding", "gzip")
	}
	r.Header.Set("Accept", fhirJSON)
	if q.method == http.MethodGet {
		r.Header.Set("Cache-Control", "no-cache") // what it holds now
	}
	return r, nil
}

// unanswered says why there is no answer, without addresses or secrets.
func unanswered(err error) answer {
	var (
		authority x509.UnknownAuthorityError
		name      x509.HostnameError
		invalid   x509.CertificateInvalidError
		verify    *tls.CertificateVerificationError
		alert     tls.AlertError
		lookup    *net.DNSError
		remote    *net.OpError // what crypto/tls makes of an alert of the other side
		token     *tokenError
	)
	switch {
	case errors.As(err, &token):
		return answer{verdict: token.verdict, why: token.why}
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return answer{verdict: unfit, why: "the server's certificate is not valid today: check its dates and this machine's clock"}
	case errors.As(err, &name):
		return answer{verdict: unfit, why: "the server's certificate is for another name"}
	case errors.As(err, &authority):
		return answer{verdict: unfit, why: "the server's certificate is of an authority that is not trusted here"}
	case errors.As(err, &invalid), errors.As(err, &verify):
		return answer{verdict: unfit, why: "the server's certificate is not to be trusted"}
	case strings.Contains(err.Error(), "protocol version"):
		return answer{verdict: unfit, why: "the server and this machine share no version of TLS that is allowed"}
	case errors.As(err, &remote) && remote.Op == "remote error":
		return turnedAway(remote.Err)
	case errors.As(err, &alert):
		return answer{verdict: unfit, why: "the server refused the secure connection"}
	case errors.As(err, &lookup):
		return answer{verdict: unreached, why: "the server's name is not known here: there may be no network"}
	case errors.Is(err, context.DeadlineExceeded):
		return answer{verdict: unreached, why: "the server took too long"}
	}
	return answer{verdict: unreached, why: "the server cannot be reached"}
}

// turnedAway says why a server has ended the secure connection. Package tls has only
// text for that, after the alerts of RFC 8446, 6.2.
func turnedAway(alert error) answer {
	switch text := alert.Error(); {
	case strings.HasSuffix(text, "certificate required"):
		return answer{verdict: unfit, why: "the server wants a certificate of this machine that it trusts"}
	case strings.Contains(text, "certificate"):
		return answer{verdict: unfit, why: "the server does not accept this machine's certificate"}
	}
	return answer{verdict: unfit, why: "the server refused the secure connection"}
}

// A tokenError is why no token was to be had.
type tokenError struct {
	verdict verdict
	why     string
}

func (e *tokenError) Error() string { return fmt.Sprintf("token: %s", e.why) }
