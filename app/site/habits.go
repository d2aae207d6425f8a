package site

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"

	"aidpost/instruments"
)

// CablesName is the file in the data folder that remembers which model hung on
// which cable. It may be removed at any time, and may be copied to another
// kiosk.
const CablesName = "cables.json"

// habits are instruments.Habits kept in a file. A file that cannot be read or
// written costs only the time that probing takes.
type habits struct {
	path string
	log  *slog.Logger

	mu     sync.Mutex
	models map[string]string // by cable
}

// loadHabits reads the file of the data folder, if there is one.
func loadHabits(folder string, log *slog.Logger) *habits {
	h := &habits{path: filepath.Join(folder, CablesName), log: log, models: map[string]string{}}
	text, err := os.ReadFile(h.path)
	if err == nil {
		err = json.Unmarshal(text, &h.models)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		log.Warn("nothing is known of the cables", "error", err)
	}
	if h.models == nil { // the file said null
		h.models = map[string]string{}
	}
	return h
}

// Recall returns the model last seen on the cable.
func (h *habits) Recall(at instruments.Endpoint) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.models[cableOf(at)]
}

// Remember writes down the model on the cable.
func (h *habits) Remember(at instruments.Endpoint, model string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.models[cableOf(at)] == model {
		return
	}
	h.models[cableOf(at)] = model
	if err := h.save(); err != nil {
		h.log.Warn("remembering a cable", "error", err)
	}
}

// save replaces the file whole: half a file would be none.
func (h *habits) save() error {
	text, err := json.MarshalIndent(h.models, "", "  ")
	if err != nil {
		return err
	}
	fresh := h.path + ".new"
	if err := os.WriteFile(fresh, append(text, '\n'), 0o600); err != nil {
		return err
	}
	return os.Rename(fresh, h.path)
}

// cableOf names a cable by its own number; one without is known by its socket: if two
// with the "0001" of their maker had one name, a station that somebody has named on one
// would be taken to hang on the other, too.
func cableOf(at instruments.Endpoint) string {
	return fmt.Sprintf("%s:%s %s", at.VID, at.PID, cmp.Or(at.Number(), at.Socket, at.Path))
}
