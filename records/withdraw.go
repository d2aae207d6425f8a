package records

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"aidpost/records/staff"
)

// What a person agreed to in a visit stands in it and is never changed. What they say
// of it later is kept here, by purpose, apart from the visits: among the secrets of
// the kiosk, so that it is sealed, goes with the person and is brought over from
// damaged records.

// A LaterConsent is what a person said after a visit of what they had agreed to.
type LaterConsent struct {
	Purpose  string    `json:"purpose"` // ConsentKeep or ConsentShare
	Given    bool      `json:"given"`   // false: it is taken back
	Version  string    `json:"version"` // of the text that it is about
	Language string    `json:"language"`
	At       time.Time `json:"at"`
	By       Clinician `json:"by,omitzero"` // who wrote it down; zero: the person did
	Reason   string    `json:"reason,omitempty"`
}

// wordPrefix begins the names of secrets that hold the words of people; the rest is
// the person's ID.
const wordPrefix = "consent-"

func wordName(patient ID) string { return wordPrefix + hex.EncodeToString(patient.bytes()) }

// LaterPurposes are the purposes that a person may change their mind about.
func LaterPurposes() []string { return []string{ConsentKeep, ConsentShare} }

// Withheld says what came of a LaterConsent.
type Withheld struct {
	Visits int // that no server will be told of
	Sent   int // that a server holds already: it must be asked
}

// Say keeps what a person says of what they had agreed to, under every record that is
// theirs, and does it. Sharing that is taken back holds every visit until then for
// good; keeping that is taken back has kiosks not know the person any more, whose PIN
// goes. Visits stay for staff until they are erased.
func (a *Access) Say(ctx context.Context, patient ID, w LaterConsent) (done Withheld, err error) {
	if err := a.Authorize(ctx, staff.ChangeConsent); err != nil {
		return done, err
	}
	w.At, w.By = a.store.now().UTC().Round(0), a.who.Clinician()
	if err := w.check(); err != nil {
		return done, err
	}
	err = a.store.record(a.As(ctx), func(t *tx) error {
		row, _, err := t.patientRow(patient)
		if err != nil {
			return err
		}
		done, err = t.say(row, w)
		return err
	})
	if err != nil {
		return done, fmt.Errorf("change a consent: %w", err)
	}
	a.store.tellQueued()
	return done, nil
}

func (w *LaterConsent) check() error {
	c := checker{latest: w.At}
	c.require(slices.Contains(LaterPurposes(), w.Purpose), "consent.purpose", "unknown")
	c.text("consent.version", &w.Version, maxText)
	c.text("consent.language", &w.Language, maxText)
	c.text("consent.reason", &w.Reason, maxText)
	c.require(w.Reason != "" || w.By == (Clinician{}), "consent.reason", "missing")
	return c.err
}

// said is how the audit trail has it.
func (w LaterConsent) said() string {
	if w.Given {
		return "given: " + w.Purpose
	}
	return "taken back: " + w.Purpose
}

// say keeps and does a word under all records of one person.
func (t *tx) say(row int64, w LaterConsent) (done Withheld, err error) {
	rows, err := t.numbers(onePerson, row)
	if err != nil {
		return done, err
	}
	for _, row := range rows {
		id, err := t.patientID(row)
		if err == nil {
			err = errors.Join(t.addWord(id, w), t.spoke(row))
		}
		if err != nil {
			return done, err
		}
		if !w.Given {
			part, err := t.withdrawn(row, id, w.Purpose)
			if err != nil {
				return done, err
			}
			done.Visits, done.Sent = done.Visits+part.Visits, done.Sent+part.Sent
		}
		if err := t.audit(auditEntry{Action: staff.ChangeConsent, Object: id, Patient: id, Reason: w.said()}); err != nil {
			return done, err
		}
	}
	return done, nil
}

// withdrawn does what follows from a purpose that is taken back.
func (t *tx) withdrawn(row int64, id ID, purpose string) (done Withheld, err error) {
	if purpose == ConsentKeep {
		_, err := t.dropPIN(id)
		return done, err
	}
	const theirs = "SELECT id FROM encounter WHERE patient = ?"
	_, err = t.row("SELECT count(*) FROM encounter WHERE patient = ?", []any{row}, &done.Visits)
	if err == nil {
		_, err = t.row("SELECT count(DISTINCT encounter) FROM outbox WHERE state = 2 AND encounter IN ("+theirs+")", []any{row}, &done.Sent)
	}
	return done, errors.Join(err,
		t.do("INSERT INTO withheld (encounter) "+theirs+" ON CONFLICT DO NOTHING", row),
		t.do("UPDATE outbox SET state = 4 WHERE state IN (0, 3, 5) AND encounter IN ("+theirs+")", row))
}

// withhold keeps the entry for a visit from being sent, if the person took back what
// they had agreed to in it. That may be known first: what is salvaged, or carried
// here, comes after it.
func (t *tx) withhold(e *Encounter, row int64, patient patientRef) error {
	if patient.row == 0 {
		return nil
	}
	words, err := t.words(patient.id())
	if err != nil {
		return err
	}
	asked := e.Started
	for _, c := range e.Consents {
		if c.Purpose == ConsentShare {
			asked = c.At
		}
	}
	if last, said := lastOf(words, ConsentShare, asked); said && !last.Given {
		return t.do("INSERT INTO withheld (encounter) VALUES (?) ON CONFLICT DO NOTHING", row)
	}
	return nil
}

// lastOf returns what was said last about a purpose, if anything was after a time.
func lastOf(words []LaterConsent, purpose string, after time.Time) (last LaterConsent, said bool) {
	for _, w := range words {
		if w.Purpose == purpose && w.At.After(after) {
			last, said = w, true
		}
	}
	return last, said
}

func (t *tx) addWord(patient ID, w LaterConsent) error {
	words, err := t.words(patient)
	if err != nil {
		return err
	}
	return t.putWords(patient, append(words, w))
}

func (t *tx) putWords(patient ID, words []LaterConsent) error {
	content, err := json.Marshal(words)
	if err != nil {
		return err
	}
	return t.keepSecret(wordName(patient), content)
}

// words returns what a person said later, the first first.
func (t *tx) words(patient ID) ([]LaterConsent, error) {
	content, err := t.secret(wordName(patient))
	if err != nil || content == nil {
		return nil, err
	}
	return decodeWords(content)
}

func decodeWords(content []byte) (words []LaterConsent, err error) {
	if err := json.Unmarshal(content, &words); err != nil {
		return nil, fmt.Errorf("%w: consents: %w", ErrCorrupt, err)
	}
	return words, nil
}

// patientID returns the ID of a row.
func (t *tx) patientID(row int64) (ID, error) {
	var id []byte
	_, err := t.row("SELECT uuid FROM patient WHERE id = ?", []any{row}, &id)
	return ID(uuidOf(id).String()), err
}

// LaterConsents returns what a person said after their visits of what they had agreed to, the
// first first. It is part of a look at the person that is put on record.
func (a *Access) LaterConsents(ctx context.Context, patient ID) (words []LaterConsent, err error) {
	if err := a.Authorize(ctx, staff.ReadRecord); err != nil {
		return nil, err
	}
	words, err = a.store.wordsOf(ctx, patient)
	if err != nil {
		return nil, fmt.Errorf("consents of patient %s: %w", patient, err)
	}
	return words, nil
}

func (s *Store) wordsOf(ctx context.Context, patient ID) (words []LaterConsent, err error) {
	err = s.read(ctx, func(r *reader) error {
		content, err := r.secret(wordName(patient))
		if err == nil && content != nil {
			words, err = decodeWords(content)
		}
		return err
	})
	return words, err
}

// stillKnown returns those who have not taken back that a kiosk knows them.
func (s *Store) stillKnown(ctx context.Context, people []*Patient) (known []*Patient, err error) {
	for _, p := range people {
		words, err := s.wordsOf(ctx, p.ID)
		if err != nil {
			return nil, err
		}
		if last, said := lastOf(words, ConsentKeep, time.Time{}); !said || last.Given {
			known = append(known, p)
		}
	}
	return known, nil
}
