package carry

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"sync"

	"aidpost/records"
	"aidpost/records/signing"
)

// ErrNoPartner: nobody is trusted yet to carry visits to, or to take them from.
var ErrNoPartner = errors.New("it is not set with whom visits are carried")

// A Config says what carries.
type Config struct {
	Store  *records.Store
	Access *records.Access
	// Server is the one that this Aidpost sends to, whose receipts are passed on;
	// zero: none.
	Server records.ServerKey
	// Withhold returns why a visit must never leave, "" for one that may. Nil: each
	// may.
	Withhold func(*records.Encounter) string
	// Progress is told how many visits are done, of how many as far as is known. Nil:
	// nobody is.
	Progress func(done, total int)
	// Log receives what happens, never what is carried. Nil: silent.
	Log *slog.Logger
}

// What bounds a letter with visits: what is lost when a stick is pulled while one
// is written is little, and written anew.
const (
	visitsEach = 50
	bytesEach  = 4 << 20
	// saidEach bounds a letter with word; what is left is said in the next one.
	saidEach = 20_000
	page     = 200
)

// A Carrier carries the visits of one Aidpost. It may be used by several
// goroutines; one works at a time.
type Carrier struct {
	Config
	working sync.Mutex
}

// New returns a Carrier.
func New(c Config) *Carrier {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Progress == nil {
		c.Progress = func(int, int) {}
	}
	return &Carrier{Config: c}
}

// A session is one use of a stick.
type session struct {
	*Carrier
	stick    Stick
	keys     keys
	partners []records.Partner
}

// begin opens the keys. Whoever may not carry gets no further.
func (c *Carrier) begin(ctx context.Context, stick Stick) (*session, error) {
	k, err := ownKeys(ctx, c.Access)
	if err != nil {
		return nil, err
	}
	all, err := c.Store.Partners(ctx)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, ErrNoPartner
	}
	stick.tidy(k.public)
	return &session{Carrier: c, stick: stick, keys: k, partners: all}, nil
}

func (s *session) office() (records.Partner, bool) {
	i := slices.IndexFunc(s.partners, func(p records.Partner) bool { return p.Office })
	if i < 0 {
		return records.Partner{}, false
	}
	return s.partners[i], true
}

func (s *session) partner(keyID string) (records.Partner, bool) {
	i := slices.IndexFunc(s.partners, func(p records.Partner) bool { return p.Key.KeyID == keyID })
	if i < 0 {
		return records.Partner{}, false
	}
	return s.partners[i], true
}

func (s *session) trusted() signing.Set {
	var out signing.Set
	for _, p := range s.partners {
		out.Keys = append(out.Keys, p.Key)
	}
	return out
}

// The counters that are kept of each partner, as cursors.
const (
	lastParcel = "carry/visits" // number of the last letter with visits to them, or from them
	lastWord   = "carry/word"   // and with word
	lastHeard  = "carry/heard"  // of the letter with word that they have heard last
)

func (c *Carrier) counter(ctx context.Context, of records.Partner, name string) (int, error) {
	text, _, err := c.Store.Cursor(ctx, of.ServerKey(), name)
	if err != nil || text == "" {
		return 0, err
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0, fmt.Errorf("counting letters: %w", err)
	}
	return n, nil
}

func (c *Carrier) count(ctx context.Context, of records.Partner, name string, n int) error {
	return c.Store.SetCursor(ctx, of.ServerKey(), name, strconv.Itoa(n))
}

// post writes a letter onto the stick. Its number is taken before, so that no two
// letters ever have the same.
func (s *session) post(ctx context.Context, to records.Partner, k kind, heard int, lines [][]byte) (label, []byte, error) {
	counted := lastParcel
	switch k {
	case word:
		counted = lastWord
	case wishes:
		counted = lastWishes
	}
	n, err := s.counter(ctx, to, counted)
	if err == nil {
		n++
		err = s.count(ctx, to, counted, n)
	}
	if err != nil {
		return label{}, nil, err
	}
	text, err := seal(s.keys, to.Key.KeyID, to.Recipient, manifest{Kind: k, Number: n, Heard: heard}, lines)
	if err != nil {
		return label{}, nil, err
	}
	l := label{tag(s.keys.public), tag(to.Key), n, k}
	if err := s.stick.write(l.String(), text); err != nil {
		return l, nil, err
	}
	return l, text, nil
}

// A slip is what is known here of a letter with visits that was written whole.
type slip struct {
	SHA256 string                `json:"sha256"` // of the file
	Visits map[records.ID]string `json:"visits"` // hash of each
}

func slipName(n int) string { return fmt.Sprintf("carry/visits/%06d", n) }

func (c *Carrier) slip(ctx context.Context, office records.Partner, n int) (s slip, found bool, err error) {
	text, _, err := c.Store.Cursor(ctx, office.ServerKey(), slipName(n))
	if err != nil || text == "" {
		return s, false, err
	}
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		return s, false, fmt.Errorf("what a letter holds: %w", err)
	}
	return s, true, nil
}

func (c *Carrier) keepSlip(ctx context.Context, office records.Partner, n int, s slip) error {
	text, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return c.Store.SetCursor(ctx, office.ServerKey(), slipName(n), string(text))
}
