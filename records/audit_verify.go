package records

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// An AuditReport is the state of an audit chain.
type AuditReport struct {
	Entries int64  `json:"entries"`
	Head    string `json:"head"`   // hash of the last entry, in hex; to be kept elsewhere
	Signed  int64  `json:"signed"` // entries up to the signed end
	Key     string `json:"key"`    // of the signature, in hex; to be kept elsewhere
	// Noted are the entries whose hashes were given to look for: up to there the
	// chain is as it was when they were noted down.
	Noted []AuditMark `json:"noted,omitempty"`
	// Broken lists what is wrong. It is empty for a chain that holds.
	Broken []TamperedError `json:"broken,omitempty"`
}

// The ways in which an entry can be wrong.
const (
	WhyMissing  = "missing"
	WhyChanged  = "changed"
	WhyMoved    = "moved"
	WhyUnsigned = "not what was signed"
	WhyNoEnd    = "the end, and its signature is missing"
	WhyNoted    = "a note that the trail was broken before"
)

// A TamperedError says where the audit chain breaks. It matches ErrTampered.
type TamperedError struct {
	Seq int64  `json:"seq"`          // the first entry that is wrong
	To  int64  `json:"to,omitempty"` // the last one, in a run of them; else zero
	Why string `json:"why"`          // "missing", "changed", "moved", ...
	// Hash was noted down elsewhere, and no entry has it. Then no more is known.
	Hash string `json:"hash,omitempty"`
}

func (e *TamperedError) Error() string {
	if e.Hash != "" {
		return fmt.Sprintf("%v: no entry has the hash %s", ErrTampered, e.Hash)
	}
	if e.To > e.Seq {
		return fmt.Sprintf("%v: entries %d to %d are %s", ErrTampered, e.Seq, e.To, e.Why)
	}
	return fmt.Sprintf("%v: entry %d is %s", ErrTampered, e.Seq, e.Why)
}

func (e *TamperedError) Unwrap() error { return ErrTampered }

// VerifyAudit reads the whole audit chain. If an entry was removed, changed or
// moved, the report lists them all and the error is the *TamperedError of the
// first. A cut end shows because the end is signed; that somebody put back an
// older copy of the whole file, or has written all of it anew, shows only by an
// anchor or a hash kept elsewhere.
func (s *Store) VerifyAudit(ctx context.Context, anchors ...Anchor) (AuditReport, error) {
	return s.verifyAudit(ctx, nil, anchors)
}

// verifyAudit is VerifyAudit that tells from time to time how many entries are
// read, of about how many; tell may be nil.
func (s *Store) verifyAudit(ctx context.Context, tell func(done, total int64), anchors []Anchor) (AuditReport, error) {
	var report AuditReport
	err := s.read(ctx, func(r *reader) error {
		c := auditCheck{seal: r.seal, anchors: anchors, tell: tell}
		if err := c.chain(r); err != nil {
			return err
		}
		if err := c.end(r); err != nil {
			return err
		}
		report = c.result()
		return nil
	})
	if err == nil && len(report.Broken) > 0 {
		err = &report.Broken[0]
	}
	if err != nil {
		return report, fmt.Errorf("verify audit: %w", err)
	}
	return report, nil
}

// content returns what is sealed in an entry, as it is written.
func (r auditRecord) content(seal sealer) ([]byte, error) {
	return seal.open(r.alg, r.body, binding{table: auditRow, rev: r.seq})
}

// open returns what is sealed in an entry.
func (r auditRecord) open(seal sealer) (auditEntry, error) {
	body, err := r.content(seal)
	if err != nil {
		return auditEntry{}, err
	}
	var e auditEntry
	if err := json.Unmarshal(body, &e); err != nil {
		return auditEntry{}, fmt.Errorf("%w: audit entry %d: %w", ErrCorrupt, r.seq, err)
	}
	return e, nil
}

// tellEvery is after how many entries a check tells how far it is.
const tellEvery = 500

// maxDisplaced bounds the search for where an entry belongs that cannot be
// read where it is.
const maxDisplaced = 100

// An auditCheck walks along the chain. A wrong entry does not hide what is
// wrong after it: the walk goes on from the hash that the entry says to have.
type auditCheck struct {
	seal    sealer
	anchors []Anchor
	report  AuditReport
	tell    func(done, total int64)

	last      int64 // the entry before
	hash      [sha256.Size]byte
	sound     bool // the entry before is as it was written
	linked    bool // an entry before repeats the hash before it, and so must all after
	recounted bool // the hashes do not fit those that entries repeat
	key       ed25519.PublicKey
	displaced []auditRecord // entries that cannot be read in their place
}

func (c *auditCheck) broken(seq, to int64, why string) {
	if to <= seq {
		to = 0
	}
	c.report.Broken = append(c.report.Broken, TamperedError{Seq: seq, To: to, Why: why})
}

func (c *auditCheck) chain(r *reader) error {
	var newest sql.NullInt64
	if err := r.QueryRowContext(r.ctx, "SELECT max(seq) FROM audit").Scan(&newest); err != nil {
		return err
	}
	rows, err := r.QueryContext(r.ctx, "SELECT seq, at, mono, boot, alg, body, hash FROM audit ORDER BY seq")
	if err != nil {
		return err
	}
	defer rows.Close()
	c.sound = true
	for rows.Next() {
		var e auditRecord
		var hash []byte
		if err := rows.Scan(&e.seq, &e.at, &e.mono, &e.boot, &e.alg, &e.body, &hash); err != nil {
			return err
		}
		c.entry(e, [sha256.Size]byte(hash))
		if c.tell != nil && c.report.Entries%tellEvery == 0 {
			c.tell(e.seq, newest.Int64)
		}
	}
	return rows.Err()
}

// entry judges one entry by the one before it.
func (c *auditCheck) entry(r auditRecord, hash [sha256.Size]byte) {
	if r.seq > c.last+1 {
		c.broken(c.last+1, r.seq-1, WhyMissing)
		c.sound = false
	}
	e, err := r.open(c.seal)
	follows := bytes.HasPrefix(c.hash[:], e.After) && len(e.After) > 0
	switch {
	case err != nil:
		c.broken(r.seq, 0, WhyChanged)
		if len(c.displaced) < maxDisplaced {
			c.displaced = append(c.displaced, r)
		}
		c.sound = false
	case len(e.After) == 0 && c.linked:
		c.broken(r.seq, 0, WhyChanged)
		c.sound = false
	case c.sound && len(e.After) > 0 && !follows:
		// Somebody has changed the entry before and computed the hashes anew.
		if !c.recounted {
			c.broken(c.last, 0, WhyChanged)
		}
		c.recounted = true
	case (c.sound || follows) && hash != r.asChained(c.seal).chain(c.hash):
		c.broken(r.seq, 0, WhyChanged)
		c.sound = false
	default:
		c.sound, c.recounted = true, len(e.After) > 0 && !follows
	}
	c.linked = c.linked || len(e.After) > 0
	if e.Action == auditBroken {
		c.broken(r.seq, 0, WhyNoted+" ("+e.Reason+")")
	}
	c.anchored(r, hash)
	c.last, c.hash = r.seq, hash
	c.report.Entries++
}

// anchored compares an entry with what was noted elsewhere.
func (c *auditCheck) anchored(r auditRecord, hash [sha256.Size]byte) {
	for _, a := range c.anchors {
		switch {
		case a.Seq == anywhere && bytes.HasPrefix(hash[:], a.Hash):
			c.report.Noted = append(c.report.Noted, AuditMark{r.seq, time.UnixMilli(r.at).UTC(), hex.EncodeToString(hash[:])})
		case a.Seq == r.seq && !bytes.Equal(a.Hash, hash[:]):
			c.broken(r.seq, 0, WhyUnsigned)
		}
	}
}

// noted reports whether an entry has the hash that an anchor names.
func (c *auditCheck) noted(a Anchor) bool {
	return slices.ContainsFunc(c.report.Noted, func(m AuditMark) bool { return strings.HasPrefix(m.Hash, hex.EncodeToString(a.Hash)) })
}

// end judges the end of the chain by its signature and by the anchors.
func (c *auditCheck) end(r *reader) error {
	var seq int64
	var hash, sig []byte
	err := r.QueryRowContext(r.ctx, "SELECT seq, hash, sig FROM audit_head").Scan(&seq, &hash, &sig)
	found := err == nil
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if c.key, err = r.auditKey(); err != nil {
		return err
	}
	c.report.Signed = seq
	switch {
	case !found, c.key == nil:
		c.broken(c.last, 0, WhyNoEnd)
	case !ed25519.Verify(c.key, signed(headPurpose, seq, hash), sig):
		c.broken(seq, 0, WhyUnsigned)
	case seq > c.last:
		c.broken(c.last+1, seq, WhyMissing)
	default:
		var stored []byte
		err := r.QueryRowContext(r.ctx, "SELECT hash FROM audit WHERE seq = ?", seq).Scan(&stored)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if seq > 0 && !bytes.Equal(stored, hash) {
			c.broken(seq, 0, WhyUnsigned)
		}
	}
	for _, a := range c.anchors {
		if a.Seq == anywhere {
			if !c.noted(a) {
				c.report.Broken = append(c.report.Broken, TamperedError{Why: WhyChanged, Hash: hex.EncodeToString(a.Hash)})
			}
			continue
		}
		if a.Seq > c.last {
			c.broken(c.last+1, a.Seq, WhyMissing)
		}
		if c.key != nil && !bytes.Equal(a.Key, c.key) {
			c.broken(a.Seq, 0, "signed by another key")
		}
	}
	return nil
}

// auditKey returns the key that the end is signed with, or nil.
func (r *reader) auditKey() (ed25519.PublicKey, error) {
	var alg int64
	var sealed []byte
	err := r.QueryRowContext(r.ctx, "SELECT alg, sealed FROM secret WHERE name = ?", auditKeyName).Scan(&alg, &sealed)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	seed, err := r.seal.open(alg, sealed, secretBinding(auditKeyName))
	if err != nil || len(seed) != ed25519.SeedSize {
		return nil, nil // somebody else's key is none
	}
	return ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey), nil
}

// result looks where the entries belong that cannot be read in their place, and
// returns the report.
func (c *auditCheck) result() AuditReport {
	for i := range c.report.Broken {
		b := &c.report.Broken[i]
		for _, r := range c.displaced {
			if r.seq == b.Seq && b.Why == WhyChanged && c.belongs(r) {
				b.Why = WhyMoved
			}
		}
	}
	c.report.Head, c.report.Key = hex.EncodeToString(c.hash[:]), hex.EncodeToString(c.key)
	return c.report
}

// belongs reports whether r is an entry from another broken place.
func (c *auditCheck) belongs(r auditRecord) bool {
	for _, b := range c.report.Broken {
		if strings.HasPrefix(b.Why, WhyNoted) {
			continue
		}
		for seq := b.Seq; seq <= max(b.Seq, min(b.To, b.Seq+maxDisplaced)); seq++ {
			r.seq = seq
			if _, err := r.open(c.seal); err == nil {
				return true
			}
		}
	}
	return false
}
