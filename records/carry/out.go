package carry

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"aidpost/records"
)

// Carried says what was put on a stick.
type Carried struct {
	Letters int `json:"letters"` // that were written
	Visits  int `json:"visits"`  // in them
	There   int `json:"there"`   // visits that the stick had already
	Held    int `json:"held"`    // visits that the office has already, by its word
	Stay    int `json:"stay"`    // visits that must not leave
	Words   int `json:"words"`   // visits of which word was written, at an office
	Wishes  int `json:"wishes"`  // people whose later words on what they agreed to were written
}

// Out puts on a stick whatever has to go on it: at a laptop the visits that may
// leave, of which no server and no office has said that it holds them, unless this
// stick has them; at an office word for the laptops. What was written before an
// error stays good, and the rest goes on the next time.
func (c *Carrier) Out(ctx context.Context, stick Stick) (r Carried, err error) {
	c.working.Lock()
	defer c.working.Unlock()
	s, err := c.begin(ctx, stick)
	if err != nil {
		return r, err
	}
	if office, ok := s.office(); ok {
		if err := s.visitsOut(ctx, office, &r); err != nil {
			return r, fmt.Errorf("carry visits to %s: %w", office.Name, err)
		}
	}
	for _, p := range s.partners {
		n, err := s.wishesOut(ctx, p)
		if r.Wishes += n; err != nil {
			return r, fmt.Errorf("carry what people said to %s: %w", p.Name, err)
		}
		if p.Office {
			continue
		}
		n, err = s.tell(ctx, p, nil)
		r.Words += n
		if err != nil {
			return r, fmt.Errorf("carry word to %s: %w", p.Name, err)
		}
	}
	return r, nil
}

// A batch is what goes into the next letter.
type batch struct {
	lines  [][]byte
	bytes  int
	visits map[records.ID]string
}

func (b *batch) add(id records.ID, line []byte, hash [sha256.Size]byte) {
	if b.visits == nil {
		b.visits = map[records.ID]string{}
	}
	b.lines, b.bytes, b.visits[id] = append(b.lines, line), b.bytes+len(line), hex.EncodeToString(hash[:])
}

// visitsOut writes the visits that are to go to the office.
func (s *session) visitsOut(ctx context.Context, office records.Partner, r *Carried) error {
	on, err := s.onStick(ctx, office)
	if err != nil {
		return err
	}
	stats, err := s.Store.OutboxStats(ctx)
	if err != nil {
		return err
	}
	var b batch
	var after int64
	for done := 0; ; {
		entries, err := s.Store.ToCarry(ctx, after, page)
		if err != nil {
			return err
		}
		for _, e := range entries {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			after = e.Seq
			done++
			s.Progress(done, stats.Pending+stats.InFlight)
			if err := s.pack(ctx, office, e, on, &b, r); err != nil {
				return err
			}
			if len(b.lines) >= visitsEach || b.bytes >= bytesEach {
				if err := s.flush(ctx, office, &b, r); err != nil {
					return err
				}
			}
		}
		if len(entries) < page {
			return s.flush(ctx, office, &b, r)
		}
	}
}

// pack puts a visit into a batch, unless it need not or must not go.
func (s *session) pack(ctx context.Context, office records.Partner, e records.OutboxEntry, on map[records.ID]string, b *batch, r *Carried) error {
	if s.Withhold != nil {
		now, err := s.Store.Encounter(ctx, e.Encounter)
		if err != nil {
			return passed(err)
		}
		if s.Withhold(now) != "" {
			r.Stay++
			return nil
		}
	}
	v, err := s.Store.Carried(ctx, e.Encounter)
	if err != nil {
		return passed(err)
	}
	line, hash, err := v.Encode()
	if err != nil {
		return err
	}
	heard, known, err := s.Store.Heard(ctx, office.ServerKey(), e.Encounter)
	switch {
	case err != nil:
		return err
	case known && heard.Hash == hash:
		r.Held++
	case on[e.Encounter] == hex.EncodeToString(hash[:]):
		r.There++
	default:
		b.add(e.Encounter, line, hash)
	}
	return nil
}

// passed lets a visit pass by that was erased just now, or that cannot be read: it
// is in nobody's way.
func passed(err error) error {
	if errors.Is(err, records.ErrNotFound) || errors.Is(err, records.ErrCorrupt) {
		return nil
	}
	return err
}

// flush writes a batch as a letter. That visits leave is on record before they do.
func (s *session) flush(ctx context.Context, office records.Partner, b *batch, r *Carried) error {
	if len(b.lines) == 0 {
		return nil
	}
	if err := s.Access.Carry(ctx, fmt.Sprintf("%d visits on a stick to %s", len(b.lines), office.Name)); err != nil {
		return err
	}
	heard, err := s.counter(ctx, office, lastHeard)
	if err != nil {
		return err
	}
	l, text, err := s.post(ctx, office, visits, heard, b.lines)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(text)
	if err := s.keepSlip(ctx, office, l.number, slip{hex.EncodeToString(sum[:]), b.visits}); err != nil {
		return err
	}
	r.Letters++
	r.Visits += len(b.lines)
	s.Log.Info("visits were put on a stick", "visits", len(b.lines), "letter", l.number)
	*b = batch{}
	return nil
}

// onStick returns the visits that are on the stick already, with their hashes. A
// letter of ours that is damaged is taken away, and what it held written anew.
func (s *session) onStick(ctx context.Context, office records.Partner) (map[records.ID]string, error) {
	letters, err := s.stick.letters()
	if err != nil {
		return nil, err
	}
	out := map[records.ID]string{}
	for _, l := range letters {
		if l.kind != visits || l.from != tag(s.keys.public) || l.to != tag(office.Key) {
			continue
		}
		text, err := s.stick.read(l)
		if err != nil && !errors.Is(err, ErrDamaged) {
			return nil, err
		}
		sum := sha256.Sum256(text)
		sl, found, err := s.slip(ctx, office, l.number)
		if err != nil {
			return nil, err
		}
		if !found || sl.SHA256 != hex.EncodeToString(sum[:]) {
			if err := s.stick.drop(l); err != nil {
				return nil, err
			}
			continue
		}
		for id, hash := range sl.Visits {
			out[id] = hash
		}
	}
	return out, nil
}
