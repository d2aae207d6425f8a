package records

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"aidpost/records/phone"
	"aidpost/records/vitals"
)

// FindPatient returns the one person of that name and birth date. Case,
// accents and spacing do not count. Nobody gives ErrNotFound and more than one
// ErrSeveral, so that nobody is ever shown somebody else; a look-up without a
// name or a birth date gives ErrInvalid.
func (s *Store) FindPatient(ctx context.Context, given, family string, birth Date) (*Patient, error) {
	text, ok := personText(given, family, birth)
	if !ok {
		return nil, fmt.Errorf("find patient: %w", &InvalidError{Field: "patient", Why: "a name and a birth date are needed"})
	}
	p, err := s.findOne(ctx, personToken, text, isCalled(text))
	if err != nil {
		return nil, fmt.Errorf("find patient: %w", err)
	}
	return p, nil
}

// PatientByIdentifier returns the one person with that identifier. Case and
// spacing of its value do not count. Nobody gives ErrNotFound and more than
// one ErrSeveral.
func (s *Store) PatientByIdentifier(ctx context.Context, id Identifier) (*Patient, error) {
	text := identifierText(id)
	if foldIdentifier(id.Value) == "" {
		return nil, fmt.Errorf("find patient: %w", &InvalidError{Field: "identifiers.value", Why: "missing"})
	}
	p, err := s.findOne(ctx, identifierToken, text, hasIdentifier(id))
	if err != nil {
		return nil, fmt.Errorf("find patient by identifier: %w", err)
	}
	return p, nil
}

// isCalled tells who has a name and birth date, as personText writes them.
func isCalled(text string) func(*Patient) bool {
	return func(p *Patient) bool {
		found, ok := personText(p.Given, p.Family, p.BirthDate)
		return ok && found == text
	}
}

// hasIdentifier tells who has an identifier.
func hasIdentifier(id Identifier) func(*Patient) bool {
	text := identifierText(id)
	return func(p *Patient) bool {
		return slices.ContainsFunc(p.Identifiers, func(has Identifier) bool { return identifierText(has) == text })
	}
}

// findOne is findAll for one person.
func (s *Store) findOne(ctx context.Context, kind tokenKind, text string, matches func(*Patient) bool) (*Patient, error) {
	people, err := s.findAll(ctx, kind, text, matches)
	if err != nil {
		return nil, err
	}
	return only(people)
}

// findAll looks a token up and makes sure that the people behind it match, since
// two texts may have one token. Who was merged counts as the survivor. The order
// is that of the IDs.
func (s *Store) findAll(ctx context.Context, kind tokenKind, text string, matches func(*Patient) bool) ([]*Patient, error) {
	var rows []int64
	found := map[ID]*Patient{}
	err := s.read(ctx, func(r *reader) error {
		candidates, err := r.QueryContext(r.ctx, `SELECT DISTINCT p.id, p.uuid, p.rev, p.salt, p.alg, p.sealed FROM patient_token t
			JOIN patient p ON p.id = t.patient WHERE t.kind = ? AND t.token IN (?, ?)`,
			append([]any{int64(kind)}, s.seal.tokens(kind, text)...)...)
		if err != nil {
			return err
		}
		defer candidates.Close()
		for candidates.Next() {
			row, p, err := r.scanPatient(candidates)
			if err != nil {
				return err
			}
			if matches(p) {
				rows = append(rows, row)
			}
		}
		if err := candidates.Err(); err != nil || len(rows) == 0 {
			return err
		}
		people, err := r.survivors(rows)
		for _, p := range people {
			found[p.ID] = p
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return byID(found), nil
}

// byID returns people in the order of their IDs.
func byID(people map[ID]*Patient) []*Patient {
	return slices.SortedFunc(maps.Values(people), func(x, y *Patient) int { return cmp.Compare(x.ID, y.ID) })
}

// SavedBefore reports whether the result that o says is in the records already,
// of whomever, and when the visit began that it was saved in. It is known again
// by the instrument's serial number, its values and what the instrument's own
// clock said, which does not change with ours; its place in memory counts only
// where there is no clock, since places move. Without a serial number, and
// taken live, nothing is known.
func (s *Store) SavedBefore(ctx context.Context, o Observation) (at time.Time, saved bool, err error) {
	text, ok := savedText(o)
	if !ok {
		return time.Time{}, false, nil
	}
	err = s.read(ctx, func(r *reader) error {
		var e sealedEncounter
		row := r.QueryRowContext(r.ctx, encounterColumns+
			"WHERE e.id IN (SELECT encounter FROM result_token WHERE token IN (?, ?))", s.seal.tokens(resultToken, text)...)
		if err := e.scan(row); err != nil {
			return err
		}
		payload, err := e.payload(r.seal)
		if err != nil {
			return err
		}
		head, _, err := decodeHead(&r.json, payload)
		at, saved = head.Started, err == nil
		return err
	})
	if errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, false, nil
	}
	if err != nil {
		return time.Time{}, false, fmt.Errorf("known result: %w", err)
	}
	return at, saved, nil
}

// between separates the parts of a text to look up; cleaned text has none.
const between = "\x1f"

func personText(given, family string, birth Date) (string, bool) {
	given, family = foldName(given), foldName(family)
	ok := (given != "" || family != "") && !birth.IsZero()
	return strings.Join([]string{given, family, birth.String()}, between), ok
}

func identifierText(id Identifier) string {
	system, _ := cleanText(id.System)
	if system == PhoneSystem {
		return system + between + phone.Fold(foldIdentifier(id.Value))
	}
	return system + between + foldIdentifier(id.Value)
}

// savedText names the result that o says, if its instrument has stored it. A
// mean was stored by none, and one that was moved is where it was moved to.
func savedText(o Observation) (string, bool) {
	text, ok := resultText(o.Origin.Device.Serial, o.Origin.Record, o.Origin.InstrumentAt, o.Values)
	moved := o.State == Voided && o.Correction.Moved != ""
	return text, ok && len(o.MeanOf) == 0 && !moved
}

// resultText names a result of an instrument's memory; there is none without a
// serial number or for one taken live.
func resultText(serial, record string, at time.Time, values vitals.Values) (string, bool) {
	serial, _ = cleanText(serial)
	record, _ = cleanText(record)
	place := "at " + strconv.FormatInt(at.Unix(), 10)
	if at.IsZero() {
		place = "record " + record
	}
	parts := []string{serial, place}
	for _, v := range values {
		parts = append(parts, string(v.Measure), v.Quantity.String())
	}
	return strings.Join(parts, between), serial != "" && (record != "" || !at.IsZero())
}
