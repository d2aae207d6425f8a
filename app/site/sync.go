package site

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"aidpost/app/network"
	"aidpost/records"
	"aidpost/records/fhir"
	"aidpost/records/outbox"
)

// SyncName is the file in the data folder that said where records are sent before
// the settings file did. It is still read.
const SyncName = "sync.json"

// HL7v2 is the protocol of hospitals without FHIR: ORU^R01 messages by MLLP.
const HL7v2 = "hl7v2"

// SyncSettings say to which server records are sent, and how. They name files
// that hold secrets and never hold one. Names of files are meant from the data
// folder.
type SyncSettings struct {
	Protocol string `json:"protocol"` // fhir, which is the default, or hl7v2
	URL      string `json:"url"`      // base of the FHIR R4 server, or mllps://host:port
	Base     string `json:"base"`     // the operator's URI for its identifiers
	CA       string `json:"ca"`       // PEM: the only authorities to trust
	Cert     string `json:"cert"`     // PEM: the kiosk's certificate
	Key      string `json:"key"`      // PEM: its key
	Auth     struct {
		Kind     string `json:"kind"`     // "", bearer, basic, smart
		Name     string `json:"name"`     // of basic
		Secret   string `json:"secret"`   // file of the token, password or private key; "": sealed in the records
		ClientID string `json:"clientId"` // of smart
		KeyID    string `json:"keyId"`    // of smart
		Scope    string `json:"scope"`    // of smart
	} `json:"auth"`
	HL7 struct {
		Application string `json:"application"` // the receiver, as it wants to be named
		Facility    string `json:"facility"`    // and where it is
		CommitOnly  bool   `json:"commitOnly"`  // stored is enough; it need not be taken in
		Plain       bool   `json:"plain"`       // without TLS, though others may read along
	} `json:"hl7v2"`
	Receive        ReceiveSettings `json:"receive"`
	Audit          bool            `json:"audit"`          // the audit trail is sent, too
	Summary        bool            `json:"summary"`        // the page about a visit goes along as PDF
	MaxEntries     int             `json:"maxEntries"`     // in a transaction; 0: 40
	MaxBytes       int             `json:"maxBytes"`       // of a transaction; 0: 4 MiB
	BytesPerSecond int             `json:"bytesPerSecond"` // 0: as fast as it goes
	Gzip           bool            `json:"gzip"`           // the server takes packed requests
	Metered        string          `json:"metered"`        // yes, no, or "": whether the network costs by volume is for the system to say
	OnMetered      string          `json:"onMetered"`      // "": visits go then and the rest waits; wait: nothing goes
	Trusting       bool            `json:"trusting"`       // the server's word is enough: nothing is read back
	// Basis is why results are shared of whoever was not asked, such as
	// "GDPR 9(2)(h), care". Empty: only what a person agreed to is shared.
	// What somebody refused stays here whatever the basis.
	Basis string `json:"basis"`
	Erase bool   `json:"erase"` // what is erased here is deleted on the server, too
}

// Errors of settings that cannot be used.
var (
	ErrNoSync     = errors.New("no server is set")
	ErrOpenSecret = errors.New("a file with a secret can be read by others")
	ErrNoSecret   = errors.New("the server's secret was not typed on this machine yet")
)

// ErrTwoServers reports two files that both say where records are sent.
var ErrTwoServers = errors.New("both the settings and " + SyncName + " name a server: remove that file")

// LoadSync returns what the settings in a data folder say of the server, or
// ErrNoSync.
func LoadSync(folder string) (SyncSettings, error) {
	p, err := LoadProfile(folder)
	if err != nil {
		return SyncSettings{}, err
	}
	old, err := loadSyncFile(folder)
	switch {
	case p.Sync != nil && err == nil:
		return SyncSettings{}, ErrTwoServers
	case p.Sync != nil:
		return *p.Sync, nil
	}
	return old, err
}

// loadSyncFile reads the file of its own that kiosks had before.
func loadSyncFile(folder string) (SyncSettings, error) {
	var s SyncSettings
	text, err := os.ReadFile(filepath.Join(folder, SyncName))
	if errors.Is(err, fs.ErrNotExist) {
		return s, fmt.Errorf("%s: %w", ProfileName, ErrNoSync)
	}
	if err != nil {
		return s, fmt.Errorf("reading where records are sent: %w", err)
	}
	if _, err := decodeStrict(text, &s); err != nil {
		return s, fmt.Errorf("reading %s: %w", SyncName, err)
	}
	return s, nil
}

// Sender returns what sends the records of a store as the settings in its
// folder say.
func (s SyncSettings) Sender(folder, version string, store *records.Store, log *slog.Logger) (*outbox.Sender, error) {
	switch s.Protocol {
	case "", "fhir":
	case HL7v2:
		return s.messenger(folder, version, store, log)
	default:
		return nil, fmt.Errorf("%w: there is no protocol %.20q, only fhir and hl7v2", outbox.ErrConfig, s.Protocol)
	}
	config, err := s.config(folder, version, store, log)
	if err != nil {
		return nil, err
	}
	if config.Client, err = outbox.Transport(s.pinning(folder)); err != nil {
		return nil, err
	}
	if config.Auth, err = s.auth(folder, config.Client, store); err != nil {
		return nil, err
	}
	return outbox.New(store, config)
}

// pinning is whom to trust on the way, and by what the kiosk is let in.
func (s SyncSettings) pinning(folder string) outbox.Pinning {
	return outbox.Pinning{CA: within(folder, s.CA), Cert: within(folder, s.Cert), Key: within(folder, s.Key)}
}

// Expiries returns until when certificates are valid on the way to the server.
func (s SyncSettings) Expiries(ctx context.Context, folder string, store *records.Store) (outbox.Expiries, error) {
	return outbox.ExpiriesOf(ctx, store, strings.TrimRight(s.URL, "/"), s.pinning(folder))
}

// config is all but how the server is reached and lets us in.
func (s SyncSettings) config(folder, version string, store *records.Store, log *slog.Logger) (outbox.Config, error) {
	beside, err := NewBeside(folder, store, s.Summary, log)
	if err != nil {
		return outbox.Config{}, err
	}
	operator := fhir.Operator{Base: s.Base, Version: version}
	beside.Fill(&operator)
	profile, err := LoadProfile(folder)
	if err != nil {
		return outbox.Config{}, err
	}
	place := profile.Place()
	var audit *records.Place
	if s.Audit {
		audit = &place
	}
	return outbox.Config{
		URL: s.URL, Operator: operator, Audit: audit, Place: &place,
		MaxEntries: s.MaxEntries, MaxBytes: s.MaxBytes, BytesPerSecond: s.BytesPerSecond,
		Metered: s.meteredNow, WaitMetered: s.OnMetered == waitMetered,
		Gzip: s.Gzip, Trusting: s.Trusting, Basis: strings.TrimSpace(s.Basis), Erase: s.Erase, Withhold: onlyReal, Log: log,
	}, nil
}

// Standing returns how a visit in a store stands with the server of a folder, if one
// is set. The server is not asked, and need not be reached.
func Standing(ctx context.Context, folder, version string, store *records.Store, encounter records.ID, log *slog.Logger) (outbox.Standing, error) {
	s, err := LoadSync(folder)
	if errors.Is(err, ErrNoSync) {
		return outbox.QueuedStanding(ctx, store, encounter)
	}
	if err != nil {
		return outbox.Standing{}, err
	}
	sender, err := s.sayer(folder, version, store, log)
	if err != nil {
		return outbox.Standing{}, err
	}
	return sender.Standing(ctx, encounter)
}

// sayer returns what knows how records are sent, and has no way to the server.
func (s SyncSettings) sayer(folder, version string, store *records.Store, log *slog.Logger) (*outbox.Sender, error) {
	if s.Protocol == HL7v2 {
		return s.messenger(folder, version, store, log)
	}
	config, err := s.config(folder, version, store, log)
	if err != nil {
		return nil, err
	}
	return outbox.New(store, config)
}

// What the settings say of a network that costs by volume.
const (
	metered     = "yes"
	notMetered  = "no"
	waitMetered = "wait"
)

// meteredNow reports whether the network costs by volume: as the settings say, or
// the system where it knows. Where nobody knows it does not.
func (s SyncSettings) meteredNow(ctx context.Context) bool {
	switch s.Metered {
	case metered:
		return true
	case notMetered:
		return false
	}
	costs, err := network.Metered(ctx)
	return err == nil && costs
}

// Meter reports whether the network costs by volume now, and whether nothing is
// sent over it by itself.
func (s SyncSettings) Meter(ctx context.Context) (costs, waits bool) {
	costs = s.meteredNow(ctx)
	return costs, costs && s.OnMetered == waitMetered
}

// messenger returns what sends them to a receiver of HL7 version 2.
func (s SyncSettings) messenger(folder, version string, store *records.Store, log *slog.Logger) (*outbox.Sender, error) {
	secure, err := s.pinning(folder).Config()
	if err != nil {
		return nil, err
	}
	return outbox.New(store, outbox.Config{
		URL: s.URL, Operator: fhir.Operator{Base: s.Base, Version: version},
		HL7: &outbox.HL7{
			Application: s.HL7.Application, Facility: s.HL7.Facility, CommitOnly: s.HL7.CommitOnly, TLS: secure, Plain: s.HL7.Plain,
		},
		BytesPerSecond: s.BytesPerSecond, Metered: s.meteredNow, WaitMetered: s.OnMetered == waitMetered, Withhold: onlyReal, Log: log,
	})
}

// onlyReal keeps what simulated instruments made up from ever reaching a
// server, whoever sends the folder of a demonstration.
func onlyReal(e *records.Encounter) string {
	if Simulated(e) {
		return "its instruments were simulated"
	}
	return ""
}

func (s SyncSettings) auth(folder string, client *http.Client, store *records.Store) (outbox.Auth, error) {
	if s.Auth.Kind == "" {
		return nil, nil
	}
	secret, err := s.secret(folder, store)
	if err != nil {
		return nil, err
	}
	switch s.Auth.Kind {
	case "bearer":
		return outbox.NewBearer(strings.TrimSpace(secret)), nil
	case "basic":
		return outbox.NewBasic(s.Auth.Name, strings.TrimRight(secret, "\r\n")), nil
	case "smart":
		return outbox.NewSmart(outbox.SmartConfig{
			URL: s.URL, ClientID: s.Auth.ClientID, KeyID: s.Auth.KeyID, Scope: s.Auth.Scope, Key: []byte(secret), Client: client,
		})
	}
	return nil, fmt.Errorf("%w: there is no way %.20q to be allowed in", outbox.ErrConfig, s.Auth.Kind)
}

// secret returns the token, password or private key: that of a file, or the one
// that was typed and is sealed in the records.
func (s SyncSettings) secret(folder string, store *records.Store) (string, error) {
	if s.Auth.Secret != "" {
		return readSecret(within(folder, s.Auth.Secret))
	}
	secret, err := store.ServerSecret(context.Background())
	if err != nil {
		return "", fmt.Errorf("reading the secret for the server: %w", err)
	}
	if len(secret) == 0 {
		return "", ErrNoSecret
	}
	return string(secret), nil
}

// readSecret reads a file that only its owner may read.
func readSecret(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", fmt.Errorf("reading the secret for the server: %w", err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return "", fmt.Errorf("%s: %w", path, ErrOpenSecret)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("reading the secret for the server: %w", err)
	}
	return string(text), nil
}

// within returns a file of the data folder; none stays none.
func within(folder, name string) string {
	if name == "" || filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(folder, name)
}

// send sends what is saved for as long as the site is open. Settings that
// cannot be used keep no kiosk from measuring.
func (s *Site) send(ctx context.Context, c Config, log *slog.Logger) {
	settings, err := LoadSync(c.Data)
	if errors.Is(err, ErrNoSync) {
		return
	}
	var sender *outbox.Sender
	if err == nil {
		sender, err = settings.Sender(c.Data, c.Version, s.Store, log)
	}
	if err == nil {
		err = sender.Watch(ctx, nil)
	}
	if err != nil && ctx.Err() == nil {
		log.Error("nothing is sent to the server", "error", err)
	}
}
