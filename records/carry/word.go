package carry

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"aidpost/records"
)

// said is a line of a letter with word.
type said struct {
	Visit    records.ID `json:"visit"`
	Revision int        `json:"revision"`
	Hash     string     `json:"hash"`
	Refused  string     `json:"refused,omitempty"`
	Server   string     `json:"server,omitempty"` // its key
	Receipts []receipt  `json:"receipts,omitempty"`
}

type receipt struct {
	Kind    string     `json:"kind"`
	ID      records.ID `json:"id"`
	Remote  string     `json:"remote"`
	Version string     `json:"version"`
	Hash    string     `json:"hash"`
	Theirs  bool       `json:"theirs,omitempty"`
}

// answer writes word to whoever has brought something, and takes from the stick
// what was taken in.
func (in *reading) answer(ctx context.Context) error {
	for _, p := range in.partners {
		if p.Office {
			continue
		}
		n, err := in.tell(ctx, p, in.refused[p.Key.KeyID])
		in.Words += n
		if err != nil {
			return fmt.Errorf("write word to %s: %w", p.Name, err)
		}
		if _, err := in.wishesOut(ctx, p); err != nil {
			return fmt.Errorf("write what people said to %s: %w", p.Name, err)
		}
	}
	for _, l := range in.done {
		if err := in.stick.drop(l); err != nil {
			return err
		}
	}
	return nil
}

// tell writes a letter with all that a laptop has not heard yet, and with what was
// refused just now, in the place of the letter to it that the stick has.
func (s *session) tell(ctx context.Context, to records.Partner, refused []records.Brought) (int, error) {
	heard, err := s.counter(ctx, to, lastHeard)
	if err != nil {
		return 0, err
	}
	all, err := s.Store.ToTell(ctx, to.ServerKey(), s.Server, heard, saidEach)
	if err != nil {
		return 0, err
	}
	all = append(all, refused...)
	if len(all) == 0 {
		return 0, nil
	}
	if err := s.Access.Carry(ctx, fmt.Sprintf("word of %d visits on a stick to %s", len(all), to.Name)); err != nil {
		return 0, err
	}
	var lines [][]byte
	for _, b := range all {
		line, err := json.Marshal(saying(b))
		if err != nil {
			return 0, err
		}
		lines = append(lines, line)
	}
	l, _, err := s.post(ctx, to, word, 0, lines)
	if err != nil {
		return 0, err
	}
	if err := s.Access.Told(ctx, to.ServerKey(), l.number, all); err != nil {
		return 0, err
	}
	return len(all), s.outdated(l)
}

// outdated takes away earlier letters of a kind, which the new one repeats.
func (s *session) outdated(now label) error {
	letters, err := s.stick.letters()
	if err != nil {
		return err
	}
	for _, l := range letters {
		if l.kind == now.kind && l.from == now.from && l.to == now.to && l.number < now.number {
			if err := s.stick.drop(l); err != nil {
				return err
			}
		}
	}
	return nil
}

func saying(b records.Brought) said {
	out := said{Visit: b.Encounter, Revision: b.Revision, Hash: hex.EncodeToString(b.Hash[:]), Refused: b.Refused}
	if !b.Sent {
		return out
	}
	out.Server = hex.EncodeToString(b.Server[:])
	for _, r := range b.Receipts {
		out.Receipts = append(out.Receipts, receipt{r.Kind, r.ID, r.Remote, r.Version, hex.EncodeToString(r.Hash[:]), r.Theirs})
	}
	return out
}

// word reads a line, as far as it makes sense.
func (w said) word() (records.Word, error) {
	out := records.Word{Encounter: w.Visit, Revision: w.Revision, Refused: w.Refused}
	if err := unhex(out.Hash[:], w.Hash); err != nil || len(w.Refused) > 500 {
		return out, ErrDamaged
	}
	if len(w.Receipts) == 0 {
		return out, nil
	}
	if err := unhex(out.Server[:], w.Server); err != nil {
		return out, ErrDamaged
	}
	for _, r := range w.Receipts {
		rc := records.Receipt{Kind: r.Kind, ID: r.ID, Remote: r.Remote, Version: r.Version, Theirs: r.Theirs}
		if err := unhex(rc.Hash[:], r.Hash); err != nil {
			return out, ErrDamaged
		}
		out.Receipts = append(out.Receipts, rc)
	}
	if !slices.ContainsFunc(out.Receipts, func(r records.Receipt) bool { return r.ID == w.Visit }) {
		out.Receipts = nil // they are not of this visit
	}
	return out, nil
}

func unhex(into []byte, text string) error {
	b, err := hex.DecodeString(text)
	if err != nil || len(b) != len(into) {
		return ErrDamaged
	}
	copy(into, b)
	return nil
}

// hear takes in a letter with word. It counts of those visits alone that still say
// what it is about.
func (in *reading) hear(ctx context.Context, l label, from records.Partner, m *letter) error {
	if !from.Office {
		return ErrStranger // nobody else has a say in what was carried
	}
	last, err := in.counter(ctx, from, lastHeard)
	if err != nil {
		return err
	}
	if m.Number < last {
		return ErrOlder
	}
	in.done = append(in.done, l)
	if m.Number == last {
		return ErrRepeated
	}
	var held, sent, refused []records.Word
	err = m.each(func(line []byte) error {
		w, counts, err := in.counts(ctx, line)
		switch {
		case err != nil || !counts:
			return err
		case w.Refused != "":
			in.Refused = append(in.Refused, Refusal{l.String(), from.Name, w.Encounter, w.Refused})
			refused = append(refused, w)
		case len(w.Receipts) > 0:
			sent = append(sent, w)
		default:
			held = append(held, w)
		}
		return nil
	})
	for _, of := range []struct {
		words []records.Word
		fresh *int
	}{{held, &in.Held}, {sent, &in.Sent}, {refused, new(int)}} {
		if err == nil && len(of.words) > 0 {
			var n int
			n, err = in.Access.Hear(ctx, from.ServerKey(), of.words)
			*of.fresh += n
		}
	}
	if err != nil {
		return err
	}
	in.Letters++
	if err := in.Access.Carry(ctx, fmt.Sprintf("word of %d visits from %s", len(held)+len(sent)+len(refused), from.Name)); err != nil {
		return err
	}
	if err := in.count(ctx, from, lastHeard, m.Number); err != nil {
		return err
	}
	return in.forget(ctx, from)
}

// counts reads a line, and whether it is about what the visit says now.
func (in *reading) counts(ctx context.Context, line []byte) (w records.Word, counts bool, err error) {
	var s said
	if err := json.Unmarshal(line, &s); err != nil {
		return w, false, ErrDamaged
	}
	if w, err = s.word(); err != nil {
		return w, false, err
	}
	v, err := in.Store.Carried(ctx, w.Encounter)
	if errors.Is(err, records.ErrNotFound) {
		return w, false, nil // erased since
	}
	if err != nil {
		return w, false, err
	}
	_, hash, err := v.Encode()
	if err == nil && (hash != w.Hash || v.Last().Revision != w.Revision) {
		in.Other++
		return w, false, nil
	}
	return w, err == nil, err
}
