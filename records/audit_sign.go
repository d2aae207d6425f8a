package records

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// signEvery is how many entries may follow the signed end of the chain before
// it is signed anew, and signAfter how long they may wait for it: what a busy
// second has left unsigned is signed when it is over. Looks, log-ins and
// everything that staff does are signed at once, and so is the end of a program.
const (
	signEvery = 8
	signAfter = time.Second
)

// What is signed. An anchor that was given away is worth nothing in the place
// of the signed end.
const (
	headPurpose   = "aidpost audit end 1\n"
	anchorPurpose = "aidpost audit anchor 1\n"
)

func signed(purpose string, seq int64, hash []byte) []byte {
	return append(binary.BigEndian.AppendUint64([]byte(purpose), uint64(seq)), hash...)
}

// signHead signs the end of the chain as this transaction sees it.
func (t *tx) signHead() error {
	head := t.auditing()
	err := t.do(`INSERT INTO audit_head (id, seq, hash, sig) VALUES (1, ?1, ?2, ?3)
		ON CONFLICT (id) DO UPDATE SET seq = ?1, hash = ?2, sig = ?3`,
		head.seq, head.hash[:], ed25519.Sign(t.key, signed(headPurpose, head.seq, head.hash[:])))
	if err == nil {
		t.signing = &head.seq
	}
	return err
}

// signIfDue signs the end of the chain before a commit if it has grown enough
// or if fn asked for it.
func (t *tx) signIfDue() error {
	if t.chained == nil || !t.signNow && t.chained.seq-t.signedTo < signEvery {
		return nil
	}
	return t.signHead()
}

// signSoon signs what visits have left behind the signed end, until ctx ends.
func (s *Store) signSoon(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.unsigned:
		}
		select {
		case <-ctx.Done(): // closing signs
			return
		case <-time.After(signAfter):
		}
		err := s.change(ctx, func(t *tx) error {
			if t.head.seq == t.signedTo {
				return nil
			}
			return t.signHead()
		})
		if err != nil && ctx.Err() == nil {
			s.log.Warn("signing the end of the audit trail", "path", s.path, "error", err)
		}
	}
}

// signEnd signs what has been written since the last signature. On a full disk
// the next program does.
func (s *Store) signEnd(w *writer) error {
	if w.key == nil || w.head.seq == w.signedTo { // without a key opening has failed
		return nil
	}
	err := s.transact(context.Background(), w, func(t *tx) error { return t.signHead() })
	if errors.Is(classify(err), ErrFull) {
		s.log.Warn("the end of the audit trail is not signed: the disk is full", "path", s.path)
		return nil
	}
	return err
}

// loadKey reads the signing key, or makes it for a chain that has none yet.
// Where the signed end is not the chain's own, that is put on record before the
// chain is signed again: a start never hides what was cut off.
func (s *Store) loadKey(ctx context.Context, w *writer) error {
	return s.transact(ctx, w, func(t *tx) error {
		seed, err := t.secret(auditKeyName)
		if err != nil && !errors.Is(err, ErrCorrupt) {
			return err
		}
		fresh := len(seed) != ed25519.SeedSize // a key that is damaged is none
		if fresh {
			if seed, err = t.newSecret(auditKeyName, ed25519.SeedSize); err != nil {
				return err
			}
		}
		w.key = ed25519.NewKeyFromSeed(seed)
		why, err := t.checkEnd(fresh)
		if err != nil {
			return err
		}
		if why != "" {
			s.log.Error("the audit trail was changed", "path", s.path, "what", why)
			if err := t.audit(auditEntry{Action: auditBroken, Reason: why}); err != nil {
				return err
			}
		}
		if fresh || why != "" {
			return t.signHead()
		}
		return nil
	})
}

// checkEnd compares the signed end with the chain and says what is wrong. It
// takes no longer for a long chain.
func (t *tx) checkEnd(fresh bool) (why string, err error) {
	var seq int64
	var hash, sig []byte
	found, err := t.row("SELECT seq, hash, sig FROM audit_head", nil, &seq, &hash, &sig)
	if err != nil {
		return "", err
	}
	if !found || fresh {
		began, err := t.linked()
		switch {
		case err != nil:
			return "", err
		case began && fresh:
			return "the signing key was missing", nil
		case !found && !fresh:
			return "the signed end was missing", nil
		}
		return "", nil
	}
	t.signing = &seq
	if !ed25519.Verify(t.key.Public().(ed25519.PublicKey), signed(headPurpose, seq, hash), sig) {
		return "the signature of the end was wrong", nil
	}
	if seq > t.head.seq {
		return fmt.Sprintf("entries %d to %d were missing", t.head.seq+1, seq), nil
	}
	var stored []byte
	if _, err := t.row("SELECT hash FROM audit WHERE seq = ?", []any{seq}, &stored); err != nil {
		return "", err
	}
	if seq > 0 && !bytes.Equal(stored, hash) {
		return fmt.Sprintf("entry %d was not the one that was signed", seq), nil
	}
	return "", nil
}

// linked reports whether the last entry is of the kind that repeats the hash
// before: a chain that has such entries has had a key.
func (t *tx) linked() (bool, error) {
	r := auditRecord{}
	found, err := t.row("SELECT seq, alg, body FROM audit ORDER BY seq DESC LIMIT 1", nil, &r.seq, &r.alg, &r.body)
	if !found {
		return false, err
	}
	e, err := r.open(t.store.seal)
	return err != nil || len(e.After) > 0, nil // an unreadable entry is no proof of the contrary
}

// An Anchor is a place in the audit chain, signed, to be kept outside of the
// kiosk: on paper, at the server. What the chain was up to there can then not
// be changed by anybody, not even by whoever has all of the kiosk's keys.
type Anchor struct {
	Seq       int64  // or anywhere
	Hash      []byte // SHA-256
	Key       ed25519.PublicKey
	Signature []byte
}

// errAnchor reports a text that is no anchor, or one that nobody signed.
var errAnchor = errors.New("not an anchor of an audit trail")

// String writes the anchor as one line of text.
func (a Anchor) String() string {
	return fmt.Sprintf("aidpost-audit %d %x %x %x", a.Seq, a.Hash, []byte(a.Key), a.Signature)
}

// ParseAnchor reads what Anchor.String wrote, and checks its signature.
func ParseAnchor(text string) (Anchor, error) {
	words := strings.Fields(text)
	if len(words) != 5 || words[0] != "aidpost-audit" {
		return Anchor{}, errAnchor
	}
	seq, err := strconv.ParseInt(words[1], 10, 64)
	if err != nil || seq < 0 {
		return Anchor{}, errAnchor
	}
	a := Anchor{Seq: seq}
	for i, part := range []struct {
		into *[]byte
		size int
	}{{&a.Hash, sha256.Size}, {(*[]byte)(&a.Key), ed25519.PublicKeySize}, {&a.Signature, ed25519.SignatureSize}} {
		raw, err := hex.DecodeString(words[i+2])
		if err != nil || len(raw) != part.size {
			return Anchor{}, errAnchor
		}
		*part.into = raw
	}
	if !ed25519.Verify(a.Key, signed(anchorPurpose, a.Seq, a.Hash), a.Signature) {
		return Anchor{}, fmt.Errorf("%w: its signature is wrong", errAnchor)
	}
	return a, nil
}

// anywhere is the Seq of an anchor of which only the hash is known.
const anywhere = -1

// leastHash is how many digits of a hash tell an entry from all others, and
// from any that somebody could make up.
const leastHash = 16

// ParseHash returns an anchor for a hash that stands on paper, or for the first
// 16 digits of it or more. Spaces between them do not count.
func ParseHash(text string) (Anchor, error) {
	digits := strings.Join(strings.Fields(text), "")
	hash, err := hex.DecodeString(digits)
	if err != nil || len(digits) < leastHash || len(hash) > sha256.Size {
		return Anchor{}, errHash
	}
	return Anchor{Seq: anywhere, Hash: hash}, nil
}

// errHash reports a text that is no hash.
var errHash = fmt.Errorf("not a hash: it is %d digits of 0 to 9 and a to f, or at least the first %d, an even number", 2*sha256.Size, leastHash)

// AuditAnchor signs the end of the audit chain for keeping elsewhere.
func (s *Store) AuditAnchor(ctx context.Context) (Anchor, error) {
	var a Anchor
	err := s.record(ctx, func(t *tx) error {
		if err := t.readHead(t.ctx); err != nil {
			return err
		}
		hash := t.head.hash
		a = Anchor{Seq: t.head.seq, Hash: hash[:], Key: t.key.Public().(ed25519.PublicKey)}
		a.Signature = ed25519.Sign(t.key, signed(anchorPurpose, a.Seq, a.Hash))
		return nil
	})
	if err != nil {
		return Anchor{}, fmt.Errorf("anchor of the audit trail: %w", err)
	}
	return a, nil
}
