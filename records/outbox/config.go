package outbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"aidpost/records"
	"aidpost/records/fhir"
)

// A Config says where to send and how.
type Config struct {
	// URL is the base of the FHIR server, without a slash at its end; of an HL7
	// version 2 receiver mllps://host:port, or mllp:// without TLS.
	URL string
	// HL7 sends messages of HL7 version 2 in place of FHIR; nil: FHIR.
	HL7      *HL7
	Operator fhir.Operator
	// Client reaches the server; see Transport. Redirects are never followed.
	Client *http.Client
	// Auth adds what a request is allowed by. Nil: nothing.
	Auth Auth
	// MaxEntries and MaxBytes bound a transaction. Zero: 40 and 4 MiB.
	MaxEntries, MaxBytes int
	// Gzip packs requests. Not every server takes that.
	Gzip bool
	// BytesPerSecond bounds what is sent, and what is received; zero: nothing
	// does.
	BytesPerSecond int
	// Metered says whether the network costs by volume now; nil: it never does.
	// While it does, Watch sends visits and puts off for up to a day what can wait:
	// checks, and the audit trail.
	Metered func(context.Context) bool
	// WaitMetered has Watch send nothing at all while it does.
	WaitMetered bool
	// Trusting leaves out reading back what was sent: the server's word is
	// enough.
	Trusting bool
	// Audit has the audit trail sent, too, as of the kiosk at this place. Nil: it
	// stays here.
	Audit *records.Place
	// Place is where the kiosk stands, to tell the server of calls for help that
	// no visit tells of. Nil: it is not told.
	Place *records.Place
	// Withhold returns why a visit must never leave, "" for one that may. Nil:
	// each may.
	Withhold func(*records.Encounter) string
	// Basis is the legal basis on which what nobody was asked about is shared,
	// in words for the audit trail. Empty: only what a person agreed to leaves.
	Basis string
	// Erase has the server delete what was erased here.
	Erase bool
	// Log receives what happens, never what is sent. Nil: silent.
	Log *slog.Logger
	// Now is the clock. Nil: time.Now.
	Now func() time.Time
}

// ErrConfig reports a configuration that cannot be used.
var ErrConfig = errors.New("unusable server settings")

// What bounds a transaction unless told: fits the servers that bound it.
const (
	defaultEntries = 40
	defaultBytes   = 4 << 20
)

func (c Config) complete() (Config, error) {
	c.URL = strings.TrimRight(c.URL, "/")
	u, err := url.Parse(c.URL)
	if c.HL7 != nil && err == nil {
		return c.completeHL7(u)
	}
	switch {
	case err != nil || u.Host == "":
		return c, fmt.Errorf("%w: the server's address is no URL", ErrConfig)
	case u.User != nil:
		return c, fmt.Errorf("%w: the server's address holds a password", ErrConfig)
	case u.Scheme == "http" && !loopback(u.Hostname()):
		return c, fmt.Errorf("%w: the server must be reached by https", ErrConfig)
	case u.Scheme != "http" && u.Scheme != "https":
		return c, fmt.Errorf("%w: the server's address is not https", ErrConfig)
	case c.Operator.Base == "":
		return c, fmt.Errorf("%w: the operator's base URI is missing", ErrConfig)
	case c.MaxEntries < 0 || c.MaxBytes < 0 || c.BytesPerSecond < 0:
		return c, fmt.Errorf("%w: a bound is below zero", ErrConfig)
	}
	if c.MaxEntries == 0 {
		c.MaxEntries = defaultEntries
	}
	if c.MaxBytes == 0 {
		c.MaxBytes = defaultBytes
	}
	c = c.watched()
	if c.Client == nil {
		c.Client = &http.Client{Transport: http.DefaultTransport}
	}
	c.Client = direct(c.Client)
	return c, nil
}

// watched fills in the log and the clock.
func (c Config) watched() Config {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c
}

// loopback reports whether what is sent to a host stays on this machine.
func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
