package records

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/uuid"
)

// The register of erased people is a file beside the database, and in folders
// of backups: random ids and nothing else. A backup from before still has who
// was erased since; what restores it reads the register and erases them again.
const (
	registerEnd  = ".erased"        // beside a database
	registerName = "aidpost.erased" // in a folder of backups
)

// What a line of the register says of an id. One that is being erased when the
// program is killed may be erased or not: the next Open finds out.
const (
	registerErasing = "erasing"
	registerErased  = "erased"
	registerKept    = "kept" // it was not erased after all
)

// readRegister calls fn for each line of a register, which need not exist.
func readRegister(path string, fn func(verb string, id uuid.UUID)) error {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		verb, text, _ := strings.Cut(lines.Text(), " ")
		if id, err := uuid.Parse(text); err == nil { // else cut off by a killed program
			fn(verb, id)
		}
	}
	return lines.Err()
}

// WasErased reports whether somebody was erased here. Backups from before may still
// have them.
func (s *Store) WasErased(patient ID) (bool, error) {
	id, err := uuid.Parse(string(patient))
	if err != nil {
		return false, nil // nobody has such an id
	}
	gone, err := erasedIn(s.path + registerEnd)
	if err != nil {
		return false, fmt.Errorf("the register of erased people: %w", classify(err))
	}
	return gone[id], nil
}

// erasedIn returns who is erased by the registers.
func erasedIn(paths ...string) (map[uuid.UUID]bool, error) {
	gone := map[uuid.UUID]bool{}
	for _, path := range paths {
		err := readRegister(path, func(verb string, id uuid.UUID) {
			if verb == registerKept {
				delete(gone, id)
			} else {
				gone[id] = true
			}
		})
		if err != nil {
			return nil, fmt.Errorf("register of erased people: %w", err)
		}
	}
	return gone, nil
}

// register adds lines to the register of this database.
func (s *Store) register(verb string, ids []uuid.UUID) error {
	f, err := os.OpenFile(s.path+registerEnd, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	var text strings.Builder
	text.WriteByte('\n') // the last line may have been cut off
	for _, id := range ids {
		fmt.Fprintf(&text, "%s %s\n", verb, id)
	}
	_, err = f.WriteString(text.String())
	return errors.Join(err, f.Sync(), f.Close())
}

// settleRegister finds out what became of those who were being erased when a
// program was killed.
func (s *Store) settleRegister(ctx context.Context) error {
	open := map[uuid.UUID]bool{}
	err := readRegister(s.path+registerEnd, func(verb string, id uuid.UUID) {
		if open[id] = true; verb != registerErasing {
			delete(open, id)
		}
	})
	if err != nil || len(open) == 0 {
		return err
	}
	for id := range open {
		var here bool
		err := s.db.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM patient WHERE uuid = ?)", id[:]).Scan(&here)
		if err != nil {
			return err
		}
		verb := registerErased
		if here {
			verb = registerKept
		}
		if err := s.register(verb, []uuid.UUID{id}); err != nil {
			return err
		}
	}
	return nil
}

// joinRegister makes the register at path say what those at others say, too.
func joinRegister(path string, others ...string) error {
	have, err := erasedIn(path)
	if err != nil {
		return err
	}
	gone, err := erasedIn(append(slices.Clone(others), path)...)
	if err != nil || len(gone) == len(have) {
		return err
	}
	var lines []string
	for id := range maps.Keys(gone) {
		lines = append(lines, registerErased+" "+id.String()+"\n")
	}
	slices.Sort(lines)
	return publish(path, func(fresh string) error {
		return os.WriteFile(fresh, []byte(strings.Join(lines, "")), 0o600)
	})
}

// registerBeside returns the register in the folder of a backup.
func registerBeside(backup string) string { return filepath.Join(filepath.Dir(backup), registerName) }
