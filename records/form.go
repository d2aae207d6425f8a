package records

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/google/uuid"

	"aidpost/records/staff"
	"aidpost/records/vitals"
)

// The kinds of what is on record about forms. They stand in the table of quality
// control, like shifts, and are never changed either.
const (
	formsPrinted int64 = 20
	formEntered  int64 = 21
)

// A FormBatch is a number of coded forms that were printed together, to be written
// on while there is no power.
type FormBatch struct {
	Codes []string  `json:"codes"`
	By    Clinician `json:"by"`
	At    time.Time `json:"at"`
	Lang  string    `json:"lang"` // BCP 47
}

// A FormUse says that what stands on a form was typed in, as a visit.
type FormUse struct {
	Code  string    `json:"code"`
	Visit ID        `json:"visit"`
	By    Clinician `json:"by"`
	At    time.Time `json:"at"`
}

// A Form is one coded form, and what was typed in from it.
type Form struct {
	Code string
	FormBatch
	Uses []FormUse // the first is the first
}

// FromPaper says of a visit that it was written on a form first: Operator is who
// measured, and this who typed it in. The zero FromPaper: it was not.
type FromPaper struct {
	Form string    `json:"form"`
	By   Clinician `json:"by"`
	At   time.Time `json:"at"`
	// Again says why the form was typed in once more.
	Again string `json:"again,omitempty"`
}

// Errors of forms.
var (
	// ErrNoForm: no form with that code was printed here.
	ErrNoForm = errors.New("no form with that code was printed here")
	// ErrFormEntered: the form was typed in already.
	ErrFormEntered = errors.New("the form was typed in already")
)

// Sizes of forms.
const (
	mostForms  = 200
	formDigits = 14 // two of which check the others; a referral's code is longer
)

// newFormCode makes a code: digits alone, as those of referrals are, with the same
// check.
func newFormCode() (string, error) {
	n, err := rand.Int(rand.Reader, big.NewInt(1e12))
	if err != nil {
		return "", err
	}
	first := n.Uint64()
	return fmt.Sprintf("%012d%02d", first, codeMod+1-first*100%codeMod), nil
}

// ParseFormCode reads a code as it is scanned or typed: with spaces or hyphens, in
// digits of any script. False: it is none, or a digit is wrong.
func ParseFormCode(text string) (code string, ok bool) { return parseCode(text, formDigits) }

// parseCode reads digits of which the last two check the others.
func parseCode(text string, digits int) (code string, ok bool) {
	var b strings.Builder
	for _, r := range strings.TrimSpace(text) {
		switch {
		case r == ' ' || r == '-' || r == '\u00a0':
		case unicode.IsDigit(r) && b.Len() < digits:
			b.WriteByte('0' + digitValue(r))
		default:
			return "", false
		}
	}
	n, err := strconv.ParseUint(b.String(), 10, 64)
	return b.String(), err == nil && b.Len() == digits && n%codeMod == 1
}

// MakeForms makes the codes of forms that are about to be printed. They are on disk
// when it returns, so that a form is known whatever becomes of the computer after.
func (a *Access) MakeForms(ctx context.Context, n int, lang string) (FormBatch, error) {
	b := FormBatch{Lang: lang}
	if n < 1 || n > mostForms {
		return b, fmt.Errorf("%s: %w", staff.PrintForms, &InvalidError{Field: "forms", Why: fmt.Sprintf("not 1 to %d", mostForms)})
	}
	for range n {
		code, err := newFormCode()
		if err != nil {
			return b, fmt.Errorf("%s: %w", staff.PrintForms, err)
		}
		b.Codes = append(b.Codes, code)
	}
	_, err := a.putShift(ctx, staff.PrintForms, formsPrinted, fmt.Sprintf("%d forms", n), nil, func(now time.Time) (any, error) {
		b.By, b.At = a.who.Clinician(), now
		return b, nil
	})
	return b, err
}

// Form returns the form with a code, or ErrNoForm.
func (a *Access) Form(ctx context.Context, code string) (Form, error) {
	if err := a.Authorize(ctx, staff.BackEnter); err != nil {
		return Form{}, err
	}
	var f Form
	err := a.store.read(ctx, func(r *reader) (err error) {
		f, err = scanForm(r.ctx, r.seal, r.QueryContext, code)
		return err
	})
	if err != nil {
		return Form{}, fmt.Errorf("form: %w", err)
	}
	return f, nil
}

// scanForm looks through all that is on record about forms, which is little: a row
// for many that were printed, and one for each that came back.
func scanForm(ctx context.Context, seal sealer, query queryFunc, code string) (Form, error) {
	f := Form{Code: code}
	rows, err := query(ctx, "SELECT uuid, kind, salt, alg, sealed FROM quality WHERE kind IN (?, ?) ORDER BY id", formsPrinted, formEntered)
	if err != nil {
		return f, err
	}
	defer rows.Close()
	known := false
	for rows.Next() {
		var id, salt, sealed []byte
		var kind, alg int64
		if err := rows.Scan(&id, &kind, &salt, &alg, &sealed); err != nil {
			return f, err
		}
		content, err := seal.open(alg, sealed, qualityBinding(uuidOf(id), kind, salt))
		if err != nil {
			return f, err
		}
		var batch FormBatch
		var use FormUse
		if kind == formsPrinted {
			err = json.Unmarshal(content, &batch)
		} else {
			err = json.Unmarshal(content, &use)
		}
		if err != nil {
			return f, fmt.Errorf("%w: form record: %w", ErrCorrupt, err)
		}
		if slices.Contains(batch.Codes, code) {
			f.FormBatch, known = batch, true
		}
		if use.Code == code {
			f.Uses = append(f.Uses, use)
		}
	}
	if err := rows.Err(); err != nil || known {
		return f, err
	}
	return f, ErrNoForm
}

// BackEnter saves a visit that was written on a form, with who measured as its
// operator, and puts on record that the form came back. A form that came back
// already is ErrFormEntered unless the visit says why it is typed in again. Each
// observation is marked as back-entered.
func (a *Access) BackEnter(ctx context.Context, e *Encounter) error {
	if err := a.Authorize(ctx, staff.BackEnter); err != nil {
		return err
	}
	changed := clone(e)
	now := a.store.now().UTC().Round(0)
	changed.Paper.By, changed.Paper.At = a.who.Clinician(), now
	for i := range changed.Observations {
		o := &changed.Observations[i]
		o.Origin.EnteredBy = changed.Paper.By.Name
		if !slices.Contains(o.Flags, vitals.BackEntered) {
			o.Flags = append(slices.Clone(o.Flags), vitals.BackEntered)
		}
	}
	ready, err := prepare(changed, now)
	if err != nil {
		return fmt.Errorf("%s: %w", staff.BackEnter, err)
	}
	err = a.store.record(a.As(ctx), func(t *tx) error {
		form, err := scanForm(t.ctx, t.store.seal, t.conn.QueryContext, ready.Paper.Form)
		switch {
		case err != nil:
			return err
		case len(form.Uses) > 0 && ready.Paper.Again == "":
			return ErrFormEntered
		}
		if err := t.saveEncounter(ready); err != nil {
			return err
		}
		entry := auditEntry{Action: staff.BackEnter, Revision: int64(ready.Revision), Reason: ready.Paper.Again}
		if ready.Patient != nil {
			entry.Patient = ready.Patient.ID
		}
		return t.putQualityAs(uuid.New(), formEntered, FormUse{ready.Paper.Form, ready.ID, ready.Paper.By, now}, entry)
	})
	if err != nil {
		return fmt.Errorf("%s: %w", staff.BackEnter, err)
	}
	a.store.tellQueued()
	*e = *ready
	return nil
}

func (c *checker) paper(p *FromPaper) {
	if *p == (FromPaper{}) {
		return
	}
	code, ok := ParseFormCode(p.Form)
	c.require(ok && code == p.Form, "paper.form", "not a code")
	c.moment("paper.at", &p.At, true)
	c.clinician("paper.by", &p.By)
	c.text("paper.again", &p.Again, maxText)
}
