package carry

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"aidpost/records"
)

// The cursors of letters with what people said.
const (
	lastWishes = "carry/wishes"      // number of the last one to a partner
	wishesSlip = "carry/wishes-slip" // what is known of it
)

// wishesOut writes a letter with what people have said of whom a partner has visits,
// in the place of the one to it that the stick has, unless that says the same. It is
// written anew onto any stick that does not have it: nobody says that it was heard,
// and what was heard before changes nothing.
func (s *session) wishesOut(ctx context.Context, to records.Partner) (people int, err error) {
	all, err := s.Store.WishesFor(ctx, to)
	if err != nil || len(all) == 0 {
		return 0, err
	}
	var lines [][]byte
	sum := sha256.New()
	for _, w := range all {
		line, err := json.Marshal(w)
		if err != nil {
			return 0, err
		}
		lines = append(lines, line)
		sum.Write(line)
	}
	said := hex.EncodeToString(sum.Sum(nil))
	there, err := s.hasWishes(ctx, to, said)
	if err != nil || there {
		return 0, err
	}
	if err := s.Access.Carry(ctx, fmt.Sprintf("words of %d people on a stick to %s", len(all), to.Name)); err != nil {
		return 0, err
	}
	l, text, err := s.post(ctx, to, wishes, 0, lines)
	if err != nil {
		return 0, err
	}
	file := sha256.Sum256(text)
	slip, err := json.Marshal([]string{l.String(), said, hex.EncodeToString(file[:])})
	if err == nil {
		err = s.Store.SetCursor(ctx, to.ServerKey(), wishesSlip, string(slip))
	}
	if err != nil {
		return 0, err
	}
	return len(all), s.outdated(l)
}

// hasWishes reports whether the stick has a whole letter that says the same.
func (s *session) hasWishes(ctx context.Context, to records.Partner, said string) (bool, error) {
	text, _, err := s.Store.Cursor(ctx, to.ServerKey(), wishesSlip)
	if err != nil || text == "" {
		return false, err
	}
	var slip []string
	if err := json.Unmarshal([]byte(text), &slip); err != nil || len(slip) != 3 || slip[1] != said {
		return false, nil
	}
	letters, err := s.stick.letters()
	if err != nil {
		return false, err
	}
	for _, l := range letters {
		if l.String() != slip[0] {
			continue
		}
		file, err := s.stick.read(l)
		if errors.Is(err, ErrDamaged) {
			return false, nil
		}
		sum := sha256.Sum256(file)
		return err == nil && hex.EncodeToString(sum[:]) == slip[2], err
	}
	return false, nil
}

// wishes takes in a letter with what people said. One whom nobody knows here may have
// been erased; what they said is nothing here.
func (in *reading) wishes(ctx context.Context, l label, from records.Partner, m *letter) error {
	err := m.each(func(line []byte) error {
		var w records.Wishes
		if err := json.Unmarshal(line, &w); err != nil {
			return ErrDamaged
		}
		fresh, err := in.Access.HearWishes(ctx, from.Bringer(), w)
		if errors.Is(err, records.ErrInvalid) {
			in.Refused = append(in.Refused, Refusal{Letter: l.String(), From: from.Name, Why: whyInvalid})
			return nil
		}
		if fresh {
			in.Wishes++
		}
		return err
	})
	if err != nil {
		return err
	}
	in.Letters++
	in.done = append(in.done, l)
	return nil
}
