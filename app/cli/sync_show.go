package cli

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"aidpost/app/site"
	"aidpost/records"
	"aidpost/records/outbox"
)

// A standing is what "sync show" says of a visit.
type standing struct {
	Visit    records.ID    `json:"visit"`
	Revision int           `json:"revision"`
	Stage    records.Stage `json:"stage"`
	Proved   bool          `json:"proved"` // the server has, all of it as it is here
	// Hash and Receipt are over all that the visit alone brings: as it is here, and as
	// the server has proved to hold it.
	Hash     string    `json:"hash,omitempty"`
	Receipt  string    `json:"receipt,omitempty"`
	At       time.Time `json:"at,omitzero"` // of the receipt
	Trusting bool      `json:"trusting,omitempty"`
	Why      string    `json:"why,omitempty"` // it cannot be sent
	Parts    []part    `json:"parts,omitempty"`

	Tries []records.Try `json:"tries,omitempty"`
}

// A part is a resource of it.
type part struct {
	Kind    string    `json:"kind"`
	ID      string    `json:"id"`
	Hash    string    `json:"hash"`
	Remote  string    `json:"remote,omitempty"` // the id that the server gave it
	Version string    `json:"version,omitempty"`
	Receipt string    `json:"receipt,omitempty"`
	At      time.Time `json:"at,omitzero"`
	Word    string    `json:"word"` // how both compare
}

// What is said of a part.
const (
	wordSame   = "as here"
	wordNone   = "no receipt"
	wordTheirs = "the server's own version holds"
	wordOther  = "not as here"
	wordNewer  = "changed since, or by another visit"
)

// syncShow says all that is known of how a visit stands with the server.
func (c *command) syncShow(ctx context.Context, folder string, args []string, asJSON bool) error {
	visit, err := one(args, "the visit, as \"encounters\" lists it")
	if err != nil {
		return err
	}
	store, err := site.OpenStore(ctx, folder, records.Options{ReadOnly: true, Log: c.log, Keys: c.keySources().Keys()})
	if err != nil {
		return storeFailure(folder, err)
	}
	defer store.Close()
	s, err := site.Standing(ctx, folder, c.Version, store, records.ID(visit), c.log)
	switch {
	case errors.Is(err, records.ErrNotFound):
		return fail(ExitFailed, "there is no visit %.40q to be sent", visit)
	case err != nil:
		return storeFailure(folder, err)
	}
	said := standingOf(s)
	if asJSON {
		return writeObject(c.Stdout, said)
	}
	return said.write(c.Stdout)
}

func standingOf(s outbox.Standing) standing {
	out := standing{
		Visit: s.Encounter, Revision: s.Revision, Stage: s.Stage, Proved: s.Proved(), Trusting: s.Trusting, Why: s.Why, Tries: s.Tries,
	}
	if len(s.Parts) > 0 {
		sum := s.Hash()
		out.Hash = hex.EncodeToString(sum[:])
	}
	if sum, at, ok := s.Receipt(); ok {
		out.Receipt, out.At = hex.EncodeToString(sum[:]), at
	}
	for _, p := range s.Parts {
		out.Parts = append(out.Parts, partOf(p))
	}
	return out
}

func partOf(p outbox.Part) part {
	out := part{Kind: p.Kind, ID: string(p.ID), Hash: hex.EncodeToString(p.Hash[:]), Word: wordNone}
	rc := p.Receipt
	if rc.Remote == "" {
		return out
	}
	out.Remote, out.Version, out.Receipt, out.At = rc.Remote, rc.Version, hex.EncodeToString(rc.Hash[:]), rc.At
	switch {
	case rc.Theirs:
		out.Word = wordTheirs
	case p.Held():
		out.Word = wordSame
	case p.Common:
		out.Word = wordNewer
	default:
		out.Word = wordOther
	}
	return out
}

func (s standing) write(w io.Writer) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	line := func(name, format string, args ...any) {
		fmt.Fprintf(tw, "%s\t%s\n", name, fmt.Sprintf(format, args...))
	}
	line("visit", "%s, revision %d", s.Visit, s.Revision)
	line("stage", "%s", s.Stage)
	switch {
	case s.Proved && s.Trusting:
		line("proved", "by the server's word alone, as the settings have it")
	case s.Proved:
		line("proved", "the server has given back all of it, as it is here")
	default:
		line("proved", "no")
	}
	if s.Hash != "" {
		line("hash here", "%s", s.Hash)
	}
	if s.Receipt != "" {
		line("receipt", "%s of %s", s.Receipt, s.At.Format(time.RFC3339))
	}
	if s.Why != "" {
		line("cannot leave", "%s", s.Why)
	}
	for _, p := range s.Parts {
		at := ""
		if p.Remote != "" {
			at = fmt.Sprintf(", version %s of %s", p.Version, p.At.Format(time.RFC3339))
		}
		line("part", "%s/%s: %s%s", p.Kind, p.ID, p.Word, at)
	}
	for _, t := range s.Tries {
		span := t.At.Format(time.RFC3339)
		if t.Until.After(t.At) {
			span += " to " + t.Until.Format(time.RFC3339)
		}
		line("log", "%s: %s", span, t.Why)
	}
	return tw.Flush()
}
