package site

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"aidpost/records"
)

// MeanwhileName is the file in the data folder that holds what happens while the
// records are damaged and nobody of the staff has come: calls for help, readings
// without a person, and what was put on record of guests.
const MeanwhileName = "meanwhile.db"

// database is the file that a site's records are in.
func (c Config) database() string {
	if c.Meanwhile {
		return filepath.Join(c.Data, MeanwhileName)
	}
	return filepath.Join(c.Data, DatabaseName)
}

// takeMeanwhile brings what was kept meanwhile into records that are whole again, and
// sets its file aside as one of theirs, since the trail in it is of its own. A program
// that is killed here does it when it starts next; nothing comes over twice.
func takeMeanwhile(ctx context.Context, store *records.Store, data string, now time.Time, log *slog.Logger) error {
	path := filepath.Join(data, MeanwhileName)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	done, err := store.Salvage(ctx, path)
	if err != nil {
		return err
	}
	aside, err := records.SetAsideOf(path, filepath.Join(data, DatabaseName), now)
	if err == nil {
		log.Info("what was kept while the records were damaged is in them", "visits", done.Visits, "lost", len(done.Lost), "set aside", aside)
	}
	return err
}
