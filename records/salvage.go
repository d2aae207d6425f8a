package records

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"aidpost/records/pages"
	"aidpost/records/staff"
	"aidpost/records/vault"
)

// A Salvaged says what was brought over from a damaged database.
type Salvaged struct {
	Visits   int   `json:"visits"`   // new, or with newer corrections
	Patients int   `json:"patients"` // new or corrected
	Accounts int   `json:"accounts,omitempty"`
	Quality  int   `json:"quality,omitempty"` // lots, control runs and the like
	Audit    int64 `json:"audit"`             // entries that go on where the trail ended
	// AuditLost counts entries seen there that nothing joins to the trail.
	AuditLost int64 `json:"auditLost,omitempty"`
	// Lost names what is newer there and cannot be read, by id.
	Lost []string `json:"lost,omitempty"`
}

// Salvage brings over what is newer and whole in the database at path, which
// may be damaged in any way and which nobody may have open: visits, people,
// accounts and quality control. Only what its seal proves to be as it was
// written is taken, and a visit only with all that was said and measured in it,
// to the last byte from the instrument; who was erased stays erased. The file is
// not changed.
//
// In sealed records what is not sealed proves nothing and is not taken. Merges of
// people are not brought over, and what had been sent to a server is sent again,
// which has no effect there.
func (s *Store) Salvage(ctx context.Context, path string) (Salvaged, error) {
	done, err := s.salvage(ctx, path, false)
	if err != nil {
		return done, fmt.Errorf("salvage %s: %w", path, classify(err))
	}
	return done, nil
}

// salvage is Salvage; open takes what is not sealed as well, since the records
// were not until now.
func (s *Store) salvage(ctx context.Context, path string, open bool) (Salvaged, error) {
	if s.write == nil {
		return Salvaged{}, ErrReadOnly
	}
	f, err := pages.Open(path)
	if err != nil {
		return Salvaged{}, err
	}
	defer f.Close()
	gone, err := erasedIn(s.path + registerEnd)
	if err != nil {
		return Salvaged{}, err
	}
	x := &salvage{file: f, from: newWreck(), gone: gone, seals: []sealer{s.seal}}
	if open {
		x.seals = append(x.seals, openly{})
	}
	err = s.change(ctx, func(t *tx) error {
		x.t, x.done = t, Salvaged{}
		return x.all(ctx)
	})
	s.directory.forget()
	s.log.Info("records were salvaged", "path", path, "visits", x.done.Visits, "lost", len(x.done.Lost))
	return x.done, err
}

// A salvage is one while it runs.
type salvage struct {
	t     *tx
	file  *pages.File
	from  *wreck
	seals []sealer // ours, then those that the file has the keys of
	gone  map[uuid.UUID]bool
	done  Salvaged
}

func (x *salvage) all(ctx context.Context) error {
	if err := x.file.Rows(func(r pages.Row) error { return x.first(ctx, r) }); err != nil {
		return err
	}
	x.openRings(ctx)
	if err := x.file.Rows(func(r pages.Row) error { return x.second(ctx, r) }); err != nil {
		return err
	}
	for _, part := range []func() error{x.audit, x.secrets, x.accounts, x.quality, x.calls, x.people, x.words, x.visits} {
		if err := part(); err != nil {
			return err
		}
	}
	slices.Sort(x.done.Lost)
	x.done.Lost = slices.Compact(x.done.Lost)
	return x.t.audit(auditEntry{Action: staff.Restore, Reason: fmt.Sprintf("brought back: %d visits, %d people, %d audit entries; lost: %d",
		x.done.Visits, x.done.Patients, x.done.Audit, len(x.done.Lost))})
}

// openRings takes the keys that the file itself has: they may be newer.
func (x *salvage) openRings(ctx context.Context) {
	if x.t.store.keys == nil {
		return
	}
	for _, ring := range x.from.rings {
		if v, err := vault.Open(ctx, ring, x.t.store.keys.Sources...); err == nil {
			x.seals = append(x.seals, newVaulted(v))
		}
	}
}

// lost notes something that is newer there and cannot be read.
func (x *salvage) lost(what string, id uuid.UUID) {
	if len(x.done.Lost) < mostProblems {
		x.done.Lost = append(x.done.Lost, what+" "+id.String())
	}
}

// open returns the content of a row that one of the seals proves.
func (x *salvage) open(c content, at binding) ([]byte, bool) {
	for _, seal := range x.seals {
		if content, err := seal.open(c.alg, c.sealed, at); err == nil {
			return content, true
		}
	}
	return nil, false
}

// audit lets the trail go on with the entries that follow its end in the file.
func (x *salvage) audit() error {
	head, last := x.t.auditing(), x.t.auditing().seq
	for seq := range x.from.audit {
		last = max(last, seq)
	}
	for {
		next, entry, ok := x.follower(head)
		if !ok {
			break
		}
		err := x.t.do("INSERT INTO audit (seq, at, mono, boot, alg, body, hash) VALUES (?, ?, ?, ?, ?, ?, ?)",
			next.seq, next.at, next.mono, next.boot, next.alg, next.body, next.hash[:])
		if err != nil {
			return err
		}
		head = auditHead{seq: next.seq, at: next.at, mono: next.mono, boot: next.boot, hash: next.hash}
		x.t.chained = &head
		x.done.Audit++
		if id, err := uuid.Parse(string(entry.Patient)); err == nil && entry.Action == staff.ErasePatient && entry.Outcome == Done {
			x.gone[id] = true
			if err := errors.Join(x.eraseAgain(id), x.t.store.register(registerErased, []uuid.UUID{id})); err != nil {
				return err
			}
		}
	}
	x.done.AuditLost = max(0, last-head.seq)
	// The program that goes on is a later one than any of those.
	x.t.boot = max(x.t.boot, head.boot+1)
	return nil
}

// eraseAgain erases whoever was erased after the backup. It is on record
// already.
func (x *salvage) eraseAgain(id uuid.UUID) error {
	var row int64
	known, err := x.t.row("SELECT id FROM patient WHERE uuid = ?", []any{id[:]}, &row)
	if !known {
		return err
	}
	_, _, err = x.t.erasePerson(row)
	return err
}

// follower returns the entry in the file that follows head: its hash and its
// seal prove that it is the one.
func (x *salvage) follower(head auditHead) (next wreckedEntry, e auditEntry, ok bool) {
	for _, r := range x.from.audit[head.seq+1] {
		if r.asChained(x.t.store.seal).chain(head.hash) != r.hash {
			continue
		}
		e, err := r.open(x.t.store.seal)
		// A note that the trail was broken speaks of that file: here it holds.
		if err == nil && e.Action != auditBroken && (len(e.After) == 0 || bytes.HasPrefix(head.hash[:], e.After)) {
			return r, e, true
		}
	}
	return next, e, false
}

// secrets takes the key of badges, if the first account was made after the
// backup, the PINs that people chose after it and what opens summaries.
func (x *salvage) secrets() error {
	for name, found := range x.from.secrets {
		if whose, err := uuid.Parse(strings.TrimPrefix(strings.TrimPrefix(name, pinPrefix), wordPrefix)); err == nil && x.gone[whose] {
			continue
		}
		own, err := x.t.secret(name)
		if err != nil {
			return err
		}
		for _, c := range found {
			content, ok := x.open(c, secretBinding(name))
			// What people said later is only added to: the longer one is the newer.
			if newer := strings.HasPrefix(name, wordPrefix) && len(content) > len(own); !ok || own != nil && !newer {
				continue
			}
			if err := x.t.keepSecret(name, content); err != nil {
				return err
			}
			own = content
		}
	}
	return nil
}

// words notes of whom servers must be told what they said.
func (x *salvage) words() error {
	for name := range x.from.secrets {
		id, err := uuid.Parse(strings.TrimPrefix(name, wordPrefix))
		if !strings.HasPrefix(name, wordPrefix) || err != nil {
			continue
		}
		var row int64
		known, err := x.t.row("SELECT id FROM patient WHERE uuid = ?", []any{id[:]}, &row)
		if err == nil && known {
			err = x.t.spoke(row)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// quality adds what is on record about quality there and not here.
func (x *salvage) quality() error {
	for id, rows := range x.from.quality {
		known, err := x.t.row("SELECT 1 FROM quality WHERE uuid = ?", []any{id[:]}, new(int64))
		if err != nil {
			return err
		}
		if known {
			continue
		}
		found := false
		for _, r := range rows {
			at := qualityBinding(id, r.rev, r.salt)
			content, ok := x.open(r.content, at)
			if !ok {
				continue
			}
			seal := x.t.store.seal
			at.salt = saltOr(r.salt, seal)
			err := x.t.do("INSERT INTO quality (uuid, kind, salt, alg, sealed) VALUES (?, ?, ?, ?, ?)",
				id[:], r.rev, at.salt, seal.alg(), seal.seal(content, at))
			if err != nil {
				return err
			}
			found = true
			x.done.Quality++
			break
		}
		if !found {
			x.lost("quality record", id)
		}
	}
	return nil
}

// accounts takes newer accounts, so that who was disabled stays so.
func (x *salvage) accounts() error {
	var newer []accountRow
	for id, rows := range x.from.staff {
		var have int64
		if _, err := x.t.row("SELECT rev FROM staff WHERE uuid = ?", []any{id[:]}, &have); err != nil {
			return err
		}
		a, seen := x.account(id, rows, have)
		switch {
		case a != nil:
			newer = append(newer, *a)
		case seen:
			x.lost("account", id)
		}
	}
	slices.SortFunc(newer, func(a, b accountRow) int { return a.Created.Compare(b.Created) })
	for i := range newer { // a badge may have gone from one to another
		if err := x.t.do("UPDATE staff SET badge = NULL WHERE uuid = ?", newer[i].id[:]); err != nil {
			return err
		}
	}
	for i := range newer {
		a := &newer[i]
		if a.Badge != nil {
			taken, err := x.t.row("SELECT 1 FROM staff WHERE badge = ?", []any{a.Badge}, new(int64))
			if err != nil {
				return err
			}
			if taken { // by an account whose newer row is lost
				x.lost("account", a.id)
				a.Badge, a.Disabled = nil, x.t.store.now().UTC().Round(0)
				a.rev++
			}
		}
		if err := x.putSalvagedAccount(a); err != nil {
			return err
		}
		x.done.Accounts++
	}
	return nil
}

// account returns the newest account of an id that can be read and is newer
// than the revision there is, and whether any newer was seen.
func (x *salvage) account(id uuid.UUID, rows []wreckedRow, have int64) (best *accountRow, seen bool) {
	for _, r := range rows {
		if r.rev <= have {
			continue
		}
		seen = true
		if best != nil && r.rev <= best.rev {
			continue
		}
		a := accountRow{rev: r.rev, id: id, salt: r.salt}
		content, ok := x.open(r.content, a.binding())
		if ok && json.Unmarshal(content, &a.sealedAccount) == nil {
			best = &a
		}
	}
	return best, seen
}

// putSalvagedAccount stores an account with its own revision.
func (x *salvage) putSalvagedAccount(a *accountRow) error {
	_, err := x.t.row("SELECT id, salt FROM staff WHERE uuid = ?", []any{a.id[:]}, &a.row, &a.salt)
	if err != nil {
		return err
	}
	return x.t.putAccount(a)
}
