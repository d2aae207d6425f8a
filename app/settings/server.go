package settings

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"time"

	"aidpost/app/site"
	"aidpost/records"
	"aidpost/records/outbox"
	"aidpost/records/staff"
)

// ServerConfig is what the view of the server needs.
type ServerConfig struct {
	Folder, Version string
	Store           *records.Store
	Do              func(work func(ctx context.Context, a *records.Access) error, done func(err error) bool)
	// Again has what talks to the server begin anew; nil: nothing does.
	Again   func()
	Log     *slog.Logger
	Changed func()
}

// A Server is how it stands with the server. Its methods may be called from any
// goroutine.
type Server struct {
	cfg   ServerConfig
	mu    sync.Mutex
	state ServerState
}

// A ServerState is what a screen shows. Nothing in it is guessed from time: what
// is sent is what the server has proved to hold.
type ServerState struct {
	Read    bool // it was read from the records
	Address string
	None    bool // no server is set
	Stats   records.OutboxStats
	Server  records.ServerState
	Parked  []records.ParkedEntry // the newest
	Metered bool                  // the network costs by volume now
	Waits   bool                  // and nothing goes over it
	Expire  outbox.Expiries       // certificates that end soon
	Secret  bool                  // one is kept for the server
	Busy    bool
	// Tried is set after a test, with what came of it.
	Tried   bool
	TryFail string // "" if the server let us in
	Safer   bool   // it takes something safer than the token or password that it was sent

	Compared records.ID          // the visit of which both versions are shown; "": none
	Differ   []outbox.Difference // between them
	Failed   string              // why the last act about a parked visit came to nothing

	Newest []records.QueuedVisit // and how far they have come
	Shown  *outbox.Standing      // of the visit that was asked for; nil: of none
}

// mostParked bounds how many parked visits are listed.
const mostParked = 20

// mostNewest bounds how many visits are listed with how far they have come.
const mostNewest = 8

// NewServer returns how it stands with the server of a data folder.
func NewServer(cfg ServerConfig) *Server { return &Server{cfg: cfg} }

// State returns what to show now.
func (s *Server) State() ServerState {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state
}

func (s *Server) change(fn func()) {
	s.mu.Lock()
	fn()
	s.mu.Unlock()
	if s.cfg.Changed != nil {
		s.cfg.Changed()
	}
}

// Look reads how it stands.
func (s *Server) Look() { s.do(func(context.Context, *records.Access) error { return nil }) }

// do runs work and reads how it stands then.
func (s *Server) do(work func(ctx context.Context, a *records.Access) error) {
	var now ServerState
	s.cfg.Do(func(ctx context.Context, a *records.Access) error {
		err := work(ctx, a)
		var reading error
		now, reading = s.read(ctx)
		return errors.Join(err, reading)
	}, func(error) bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		if now.Read {
			now.Tried, now.TryFail, now.Safer = s.state.Tried, s.state.TryFail, s.state.Safer
			now.Compared, now.Differ, now.Failed = s.state.Compared, s.state.Differ, s.state.Failed
			now.Shown = s.state.Shown
			s.state = now
		}
		s.state.Busy = false
		return false
	})
}

func (s *Server) read(ctx context.Context) (ServerState, error) {
	settings, err := site.LoadSync(s.cfg.Folder)
	if err != nil && !errors.Is(err, site.ErrNoSync) {
		return ServerState{}, err
	}
	now := ServerState{Read: true, Address: settings.URL, None: err != nil}
	if !now.None {
		now.Metered, now.Waits = settings.Meter(ctx)
		expire, err := settings.Expiries(ctx, s.cfg.Folder, s.cfg.Store)
		if err != nil {
			s.cfg.Log.Warn("until when certificates are valid is not known", "error", err)
		}
		now.Expire = expire.Soon(time.Now())
	}
	var errs [5]error
	now.Stats, errs[0] = s.cfg.Store.OutboxStats(ctx)
	now.Server, errs[1] = s.cfg.Store.ServerState(ctx, records.ServerAt(strings.TrimRight(settings.URL, "/")))
	now.Parked, errs[2] = s.cfg.Store.ParkedOutbox(ctx, mostParked)
	now.Newest, errs[4] = s.cfg.Store.NewestQueued(ctx, mostNewest)
	secret, err := s.cfg.Store.ServerSecret(ctx)
	now.Secret, errs[3] = len(secret) > 0, err
	return now, errors.Join(errs[:]...)
}

// Retry gives everything that was refused or put off another chance now.
func (s *Server) Retry() {
	s.do(func(ctx context.Context, a *records.Access) error {
		if err := a.Note(ctx, records.Deed{Action: staff.ChangeSetting, Reason: "server: what waits is sent now"}); err != nil {
			return err
		}
		settings, err := site.LoadSync(s.cfg.Folder)
		if err != nil {
			return err
		}
		if _, err := outbox.Retry(ctx, s.cfg.Store); err != nil {
			return err
		}
		server := records.ServerAt(strings.TrimRight(settings.URL, "/"))
		state, err := s.cfg.Store.ServerState(ctx, server)
		if err != nil {
			return err
		}
		state.Next = time.Time{} // somebody knows that it is there again
		if err := s.cfg.Store.SetServerState(ctx, server, state); err != nil {
			return err
		}
		s.again()
		return nil
	})
}

// again has what talks to the server begin anew.
func (s *Server) again() {
	if s.cfg.Again != nil {
		s.cfg.Again()
	}
}

// KeepSecret keeps what the server lets this kiosk in with, sealed in the
// records; an empty one forgets it.
func (s *Server) KeepSecret(secret string) {
	s.do(func(ctx context.Context, a *records.Access) error {
		if err := a.KeepServerSecret(ctx, []byte(secret)); err != nil {
			return err
		}
		s.again()
		return nil
	})
}

// longestTry is how long a test of the connection may take.
const longestTry = 20 * time.Second

// Try asks the server what it can do, by the way by which records are sent.
func (s *Server) Try() {
	s.change(func() { s.state.Busy, s.state.Tried = true, false })
	s.do(func(ctx context.Context, _ *records.Access) error {
		ctx, stop := context.WithTimeout(ctx, longestTry)
		defer stop()
		why := ""
		safer, err := s.try(ctx)
		if err != nil {
			why = err.Error()
		}
		s.change(func() { s.state.Tried, s.state.TryFail, s.state.Safer = true, why, safer })
		return nil
	})
}

// try has the server let us in, and reports whether it takes something safer than
// what it was sent.
func (s *Server) try(ctx context.Context) (safer bool, err error) {
	sender, err := s.sender()
	if err != nil {
		return false, err
	}
	if sender.HL7 != nil {
		return false, errors.ErrUnsupported
	}
	if _, err = sender.Get(ctx, "/Patient?_count=0"); err != nil { // needs to be let in, and names nobody
		return false, err
	}
	return sender.Safer(ctx), nil
}

// sender returns what talks to the server as the settings say.
func (s *Server) sender() (*outbox.Sender, error) {
	settings, err := site.LoadSync(s.cfg.Folder)
	if err != nil {
		return nil, err
	}
	return settings.Sender(s.cfg.Folder, s.cfg.Version, s.cfg.Store, s.cfg.Log)
}
