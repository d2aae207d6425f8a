package records

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"aidpost/records/vault"
)

// mostProblems is how many problems a check names; a file with more has no
// use for the rest.
const mostProblems = 100

// A CheckReport is what a whole look at a database found.
type CheckReport struct {
	Patients   int64       `json:"patients"`
	Encounters int64       `json:"encounters"`
	Revisions  int64       `json:"revisions"` // before the ones that hold
	Captures   int64       `json:"captures"`
	Audit      AuditReport `json:"audit"`
	// Problems name what is wrong, by table and id, never by content. None: the
	// file is whole, and everything in it can be read.
	Problems []string `json:"problems,omitempty"`
}

// Err returns nil for a file that is whole, else an error that names the first
// problem. It matches ErrCorrupt.
func (r CheckReport) Err() error {
	if len(r.Problems) == 0 {
		return nil
	}
	return fmt.Errorf("%w: %s (%d problems)", ErrCorrupt, r.Problems[0], len(r.Problems))
}

func (r *CheckReport) problem(format string, args ...any) {
	if len(r.Problems) < mostProblems {
		r.Problems = append(r.Problems, fmt.Sprintf(format, args...))
	}
}

// Check reads everything: each page, each reference between rows, each sealed
// content, the audit chain. It takes seconds for a million observations;
// changes and readers go on meanwhile. Progress, which may be nil, is told the
// rows done of those to do.
//
// What is wrong is in the report; an error says that the check could not be
// made.
func (s *Store) Check(ctx context.Context, progress func(done, total int64)) (CheckReport, error) {
	x := examination{store: s, ctx: ctx, progress: progress}
	for _, part := range []func() error{x.count, x.pages, x.patients, x.encounters, x.revisions, x.captures, x.audit, x.keyring} {
		if err := part(); err != nil {
			return x.report, fmt.Errorf("check %s: %w", s.path, classify(err))
		}
	}
	return x.report, nil
}

// An examination is one check while it runs. Each part is one look at the file, so
// that none keeps the log from being tidied for long.
type examination struct {
	store       *Store
	ctx         context.Context
	report      CheckReport
	progress    func(done, total int64)
	done, total int64
}

// step counts a row and tells from time to time.
func (x *examination) step() {
	if x.done++; x.progress != nil && x.done%1000 == 0 {
		x.progress(x.done, x.total)
	}
}

// damage keeps a finding in the report and lets other errors pass.
func (x *examination) damage(err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	if err = classify(err); errors.Is(err, ErrCorrupt) || errors.Is(err, ErrTampered) {
		x.report.problem("%s: %v", fmt.Sprintf(format, args...), err)
		return nil
	}
	return err
}

func (x *examination) count() error {
	return x.damage(x.store.read(x.ctx, func(r *reader) error {
		for _, n := range []struct {
			into  *int64
			table string
		}{
			{&x.report.Patients, "patient"}, {&x.report.Encounters, "encounter"},
			{&x.report.Revisions, "encounter_rev"}, {&x.report.Captures, "capture"}, {&x.total, "audit"},
		} {
			if err := r.QueryRowContext(x.ctx, "SELECT count(*) FROM "+n.table).Scan(n.into); err != nil {
				return err
			}
		}
		x.total += x.report.Patients + x.report.Encounters + x.report.Revisions + x.report.Captures
		return nil
	}), "tables")
}

// pages has SQLite look at every page, index and reference.
func (x *examination) pages() error {
	return x.damage(x.store.read(x.ctx, func(r *reader) error {
		err := x.lines(r, fmt.Sprintf("PRAGMA integrity_check(%d)", mostProblems), 1, func(text []sql.NullString) {
			if text[0].String != "ok" {
				x.report.problem("pages: %s", text[0].String)
			}
		})
		if err != nil {
			return err
		}
		return x.lines(r, "PRAGMA foreign_key_check", 4, func(text []sql.NullString) {
			x.report.problem("table %s: row %s refers to nothing in %s", text[0].String, text[1].String, text[2].String)
		})
	}), "pages")
}

// lines hands each row of a query of so many columns to fn.
func (x *examination) lines(r *reader, query string, columns int, fn func([]sql.NullString)) error {
	rows, err := r.QueryContext(x.ctx, query)
	if err != nil {
		return err
	}
	defer rows.Close()
	text, into := make([]sql.NullString, columns), make([]any, columns)
	for i := range text {
		into[i] = &text[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		fn(text)
	}
	return rows.Err()
}

// each looks at every row of a query. What fn says is damage of that row; the
// others are still looked at.
func (x *examination) each(what, query string, fn func(*reader, *sql.Rows) (id string, err error)) error {
	return x.damage(x.store.read(x.ctx, func(r *reader) error {
		rows, err := r.QueryContext(x.ctx, query)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			x.step()
			id, err := fn(r, rows)
			if err := x.damage(err, "%s %s", what, id); err != nil {
				return err
			}
		}
		return rows.Err()
	}), "table %s", what)
}

func (x *examination) patients() error {
	for _, query := range []string{
		"SELECT uuid, rev, salt, alg, sealed FROM patient",
		"SELECT p.uuid, r.rev, p.salt, r.alg, r.sealed FROM patient_rev r JOIN patient p ON p.id = r.patient",
	} {
		err := x.each("patient", query, func(r *reader, rows *sql.Rows) (string, error) {
			var p sealedPatient
			if err := rows.Scan(&p.uuid, &p.rev, &p.salt, &p.alg, &p.sealed); err != nil {
				return "", err
			}
			_, err := p.open(r.seal, &r.json)
			return uuidOf(p.uuid).String(), err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (x *examination) encounters() error { return x.visits(encounterColumns) }
func (x *examination) revisions() error  { return x.visits(revisionColumns) }

func (x *examination) visits(query string) error {
	return x.each("encounter", query, func(r *reader, rows *sql.Rows) (string, error) {
		var e sealedEncounter
		if err := e.scan(rows); err != nil {
			return "", err
		}
		payload, err := e.payload(r.seal)
		if err == nil {
			_, _, err = decodePayload(&r.json, payload)
		}
		return string(e.id()), err
	})
}

func (x *examination) captures() error {
	const query = `SELECT e.uuid, e.salt, c.rev, c.alg, c.sealed FROM capture c JOIN encounter e ON e.id = c.encounter`
	return x.each("capture of encounter", query, func(r *reader, rows *sql.Rows) (string, error) {
		var id, sealed []byte
		var alg int64
		row := binding{table: captureRow}
		if err := rows.Scan(&id, &row.salt, &row.rev, &alg, &sealed); err != nil {
			return "", err
		}
		row.id = uuidOf(id)
		content, err := r.seal.open(alg, sealed, row)
		if err == nil {
			err = decodeCaptures(content, captures{})
		}
		return row.id.String(), err
	})
}

// keyring looks at both copies of the ring, since opening the file is content
// with one.
func (x *examination) keyring() error {
	return x.each("keyring", "SELECT copy, ring FROM keyring", func(_ *reader, rows *sql.Rows) (string, error) {
		var number, ring []byte
		err := rows.Scan(&number, &ring)
		if err == nil && !vault.Whole(ring) {
			err = fmt.Errorf("%w: it does not match its checksum", ErrCorrupt)
		}
		return "copy " + string(number), err
	})
}

func (x *examination) audit() (err error) {
	x.report.Audit, err = x.store.VerifyAudit(x.ctx)
	if !errors.Is(err, ErrTampered) {
		return x.damage(err, "audit")
	}
	for _, b := range x.report.Audit.Broken {
		x.report.problem("audit: %v", &b)
	}
	return nil
}
