package records

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// A migration leads from one schema to the next. A released one never changes.
type migration struct {
	name string // of its file, for messages
	sql  string
}

// embeddedMigrations returns this program's migrations; the one at index i
// leads to schema i+1.
func embeddedMigrations() ([]migration, error) {
	return readMigrations(migrationFiles, "migrations")
}

// readMigrations reads NNNN_what.sql from dir, numbered from 1 without a gap.
func readMigrations(from fs.FS, dir string) ([]migration, error) {
	names, err := fs.Glob(from, dir+"/*.sql")
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	var steps []migration
	for i, name := range names {
		number, _, _ := strings.Cut(filepath.Base(name), "_")
		if n, err := strconv.Atoi(number); err != nil || n != i+1 {
			return nil, fmt.Errorf("migration %s: number %d expected", name, i+1)
		}
		text, err := fs.ReadFile(from, name)
		if err != nil {
			return nil, err
		}
		steps = append(steps, migration{name: name, sql: string(text)})
	}
	return steps, nil
}

// apply runs the steps after schema from, each in one transaction together
// with its number, so that a file always has the schema that it says it has.
func (w *writer) apply(ctx context.Context, steps []migration, from int) error {
	for version := from + 1; version <= len(steps); version++ {
		step := steps[version-1]
		script := fmt.Sprintf("BEGIN IMMEDIATE;\n%s\n;PRAGMA application_id=%d;PRAGMA user_version=%d;COMMIT",
			step.sql, applicationID, version)
		if _, err := w.conn.ExecContext(ctx, script); err != nil {
			_, rollback := w.conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
			return fmt.Errorf("migration %s: %w", step.name, errors.Join(err, rollback))
		}
	}
	return nil
}

// copySuffix, with the number of a schema, ends the name of a copy made before
// an upgrade.
const copySuffix = ".schema"

// upgrade brings the file from schema version to the newest, after a copy of
// it has been made and checked. The copy stays beside the file.
func (s *Store) upgrade(ctx context.Context, steps []migration, version int) error {
	kept := fmt.Sprintf("%s%s%d", s.path, copySuffix, version)
	if err := s.write.copyTo(ctx, kept, steps); err != nil {
		return fmt.Errorf("copy before the upgrade: %w", err)
	}
	if err := s.write.apply(ctx, steps, version); err != nil {
		return err
	}
	s.log.Info("database upgraded", "path", s.path, "from", version, "to", len(steps), "copy", kept)
	return nil
}

// copyTo writes a whole copy of the file to path: made under another name,
// checked, and moved into place.
func (w *writer) copyTo(ctx context.Context, path string, steps []migration) error {
	return publish(path, func(fresh string) error {
		if _, err := w.conn.ExecContext(ctx, "VACUUM INTO ?", fresh); err != nil {
			return err
		}
		_, _, err := inspect(ctx, fresh, untouched, steps, readAll)
		return err
	})
}

func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
