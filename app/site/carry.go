package site

import (
	"errors"
	"log/slog"
	"path/filepath"
	"strings"

	"aidpost/records"
	"aidpost/records/carry"
)

// CarryFolder is the folder of a stick that has what is carried.
const CarryFolder = "aidpost"

// CarrySticks returns where on the disks that can be taken away visits are carried.
func CarrySticks() (folders []string) {
	for _, stick := range Sticks() {
		folders = append(folders, filepath.Join(stick, CarryFolder))
	}
	return folders
}

// NewCarrier returns what carries the visits of the records in a data folder. It
// passes on the receipts of the server that its settings name, if any.
func NewCarrier(folder string, store *records.Store, a *records.Access, log *slog.Logger) (*carry.Carrier, error) {
	c := carry.Config{Store: store, Access: a, Withhold: onlyReal, Log: log}
	settings, err := LoadSync(folder)
	switch {
	case err == nil:
		c.Server = records.ServerAt(strings.TrimRight(settings.URL, "/"))
	case !errors.Is(err, ErrNoSync):
		return nil, err
	}
	return carry.New(c), nil
}
