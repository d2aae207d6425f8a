package records

import (
	"context"
	"crypto/sha256"
	"strings"

	"github.com/google/uuid"

	"aidpost/records/pages"
	"aidpost/records/vault"
)

// content is a sealed column and the way it is sealed.
type content struct {
	alg    int64
	sealed []byte
}

// A wreckedRow is a row that was found on some page. Nothing in it is known to
// be true until its seal has been opened.
type wreckedRow struct {
	number  int64 // of the row in its table
	id      uuid.UUID
	rev     int64
	patient int64 // row number; 0 for a guest
	day     int64
	state   int64
	salt    []byte
	content
}

// A wreckedEntry is an entry of the audit trail that was found.
type wreckedEntry struct {
	auditRecord
	hash [sha256.Size]byte
}

// A wreck is what was found in a damaged file and may be newer.
type wreck struct {
	rings    [][]byte
	audit    map[int64][]wreckedEntry
	secrets  map[string][]content
	staff    map[uuid.UUID][]wreckedRow
	quality  map[uuid.UUID][]wreckedRow
	calls    map[uuid.UUID][]wreckedRow
	patients map[uuid.UUID][]wreckedRow
	// numbered is who may be meant by the number of a row of patients.
	numbered map[int64][]uuid.UUID
	visits   map[uuid.UUID][]wreckedRow
	// of is which visits may be meant by the number of a row of encounters,
	// those that may be newer.
	of       map[int64]bool
	before   map[int64][]wreckedRow // earlier revisions, by row of the encounter
	captures map[int64][]wreckedRow
}

func newWreck() *wreck {
	return &wreck{
		audit: map[int64][]wreckedEntry{}, secrets: map[string][]content{},
		staff: map[uuid.UUID][]wreckedRow{}, quality: map[uuid.UUID][]wreckedRow{}, calls: map[uuid.UUID][]wreckedRow{},
		patients: map[uuid.UUID][]wreckedRow{}, numbered: map[int64][]uuid.UUID{},
		visits: map[uuid.UUID][]wreckedRow{}, of: map[int64]bool{},
		before: map[int64][]wreckedRow{}, captures: map[int64][]wreckedRow{},
	}
}

// columns takes a row's values apart; ok turns false at the first one that is of
// another kind.
type columns struct {
	values []any
	ok     bool
}

func (c *columns) next() any {
	if len(c.values) == 0 {
		c.ok = false
		return nil
	}
	v := c.values[0]
	c.values = c.values[1:]
	return v
}

func (c *columns) number() int64 {
	v, ok := c.next().(int64)
	c.ok = c.ok && ok
	return v
}

// numberOrNull is 0 for NULL.
func (c *columns) numberOrNull() int64 {
	v := c.next()
	n, ok := v.(int64)
	c.ok = c.ok && (ok || v == nil)
	return n
}

func (c *columns) null() {
	c.ok = c.next() == nil && c.ok
}

func (c *columns) bytes() []byte {
	v, ok := c.next().([]byte)
	c.ok = c.ok && ok
	return v
}

// bytesOrNull are of a length, or nil for NULL.
func (c *columns) bytesOrNull(size int) []byte {
	v := c.next()
	b, ok := v.([]byte)
	c.ok = c.ok && (v == nil || ok && len(b) == size)
	return b
}

func (c *columns) uuid() uuid.UUID {
	id, err := uuid.FromBytes(c.bytes())
	c.ok = c.ok && err == nil
	return id
}

func (c *columns) text() string {
	v, ok := c.next().(string)
	c.ok = c.ok && ok
	return v
}

func (c *columns) content() content {
	return content{alg: c.number(), sealed: c.bytes()}
}

// take runs read on a row's values and reports whether they were of the kinds
// it asked for, with none left over.
func take(r pages.Row, read func(*columns)) bool {
	c := columns{values: r.Values, ok: true}
	read(&c)
	return c.ok && len(c.values) == 0
}

// first sorts what does not depend on other rows.
func (x *salvage) first(ctx context.Context, r pages.Row) error {
	if err := context.Cause(ctx); err != nil {
		return err
	}
	var w wreckedRow
	switch {
	case !r.Numbered:
		var name string
		var c content
		if take(r, func(v *columns) { name, c = v.text(), v.content() }) && salvagedSecret(name) {
			x.from.secrets[name] = append(x.from.secrets[name], c)
		}
	case len(r.Values) == 2:
		if ring, ok := ringIn(r); ok {
			x.from.rings = append(x.from.rings, ring)
		}
	case len(r.Values) == 6 && take(r, func(v *columns) {
		v.null()
		w.id, w.rev, w.content, w.salt = v.uuid(), v.number(), v.content(), v.bytesOrNull(vault.SaltSize)
	}):
		w.number = r.Number
		return x.patient(w)
	case len(r.Values) == 6 && take(r, func(v *columns) {
		v.null()
		w.id, w.rev, w.salt, w.content = v.uuid(), v.number(), v.bytesOrNull(vault.SaltSize), v.content()
	}):
		x.from.quality[w.id] = append(x.from.quality[w.id], w)
	case len(r.Values) == 7:
		x.entry(r)
	case len(r.Values) == 8 && take(r, func(v *columns) {
		v.null()
		w.id, w.rev = v.uuid(), v.number()
		v.number()
		v.numberOrNull()
		w.salt, w.content = v.bytesOrNull(vault.SaltSize), v.content()
	}):
		x.from.calls[w.id] = append(x.from.calls[w.id], w)
	case len(r.Values) == 9:
		return x.visit(r)
	case len(r.Values) == 10 && take(r, func(v *columns) {
		v.null()
		w.id = v.uuid()
		v.bytesOrNull(tokenSize)
		w.rev, w.salt, w.content = v.number(), v.bytesOrNull(vault.SaltSize), v.content()
		v.number()
		v.number()
		v.number()
	}):
		x.from.staff[w.id] = append(x.from.staff[w.id], w)
	}
	return nil
}

// ringIn returns the key ring that a row holds, if it holds one.
func ringIn(r pages.Row) (ring []byte, ok bool) {
	ok = r.Numbered && take(r, func(v *columns) { v.null(); ring = v.bytes() })
	return ring, ok && vault.Whole(ring)
}

// salvagedSecret reports whether a secret of that name is brought over: the key of
// badges, PINs of people, what they said later of their consents, and what opens the
// files beside the records. Counts of guesses and the keys that papers, the trail and
// partners know this kiosk by stay as they are.
func salvagedSecret(name string) bool {
	return name == badgeKeyName || name != guessesName && strings.HasPrefix(name, pinPrefix) ||
		strings.HasPrefix(name, string(summaryFile)) || strings.HasPrefix(name, string(captureFile)) ||
		strings.HasPrefix(name, wordPrefix)
}

// patient keeps a patient who may be newer, and under which number they were.
func (x *salvage) patient(w wreckedRow) error {
	x.from.numbered[w.number] = append(x.from.numbered[w.number], w.id)
	newer, err := x.newer("SELECT rev FROM patient WHERE uuid = ?", w)
	if newer {
		x.from.patients[w.id] = append(x.from.patients[w.id], w)
	}
	return err
}

// newer reports whether a row may be newer than what a query finds.
func (x *salvage) newer(query string, w wreckedRow) (bool, error) {
	var have int64
	_, err := x.t.row(query, []any{w.id[:]}, &have)
	return w.rev > have, err
}

// entry keeps an entry of the audit trail from after the end of ours.
func (x *salvage) entry(r pages.Row) {
	var e wreckedEntry
	var hash []byte
	ok := take(r, func(v *columns) {
		v.null()
		e.at, e.mono, e.boot, e.alg, e.body, hash = v.number(), v.number(), v.number(), v.number(), v.bytes(), v.bytes()
	})
	if ok && len(hash) == sha256.Size && r.Number > x.t.head.seq {
		e.seq, e.hash = r.Number, [sha256.Size]byte(hash)
		x.from.audit[e.seq] = append(x.from.audit[e.seq], e)
	}
}

// visit keeps a visit that may be newer.
func (x *salvage) visit(r pages.Row) error {
	w := wreckedRow{number: r.Number}
	ok := take(r, func(v *columns) {
		v.null()
		w.id, w.patient, w.day, w.state, w.rev = v.uuid(), v.numberOrNull(), v.number(), v.number(), v.number()
		w.content, w.salt = v.content(), v.bytesOrNull(vault.SaltSize)
	})
	if !ok || w.state < 1 || w.state > 3 {
		return nil
	}
	newer, err := x.newer("SELECT rev FROM encounter WHERE uuid = ?", w)
	if newer {
		x.from.visits[w.id] = append(x.from.visits[w.id], w)
		x.from.of[w.number] = true
	}
	return err
}

// second takes what belongs to the visits that were found.
func (x *salvage) second(ctx context.Context, r pages.Row) error {
	if err := context.Cause(ctx); err != nil {
		return err
	}
	var w wreckedRow
	switch {
	case !r.Numbered:
	case len(r.Values) == 7 && take(r, func(v *columns) {
		w.number, w.rev, w.patient, w.day, w.state, w.content = v.number(), v.number(), v.numberOrNull(), v.number(), v.number(), v.content()
	}):
		if x.from.of[w.number] {
			x.from.before[w.number] = append(x.from.before[w.number], w)
		}
	case len(r.Values) == 4 && take(r, func(v *columns) { w.number, w.rev, w.content = v.number(), v.number(), v.content() }):
		if x.from.of[w.number] {
			x.from.captures[w.number] = append(x.from.captures[w.number], w)
		}
	}
	return nil
}
