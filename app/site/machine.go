package site

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// MachineName is the file in the data folder with what is of this machine alone,
// so that ProfileName is the same on every kiosk of a place.
const MachineName = "machine.json"

// A Machine is what tells one kiosk from the next. It wins over the settings.
type Machine struct {
	Kiosk      string   `json:"kiosk,omitempty"`      // name of this machine
	Location   string   `json:"location,omitempty"`   // where in the place it stands
	Queue      string   `json:"queue,omitempty"`      // stands before the numbers that it gives to those who wait
	ListenOnly []string `json:"listenOnly,omitempty"` // ports on which nothing is sent, besides those of the settings
}

// LoadMachine reads what is of this machine alone in a data folder; without a
// file nothing is.
func LoadMachine(folder string) (Machine, error) {
	var m Machine
	text, err := os.ReadFile(filepath.Join(folder, MachineName))
	if errors.Is(err, fs.ErrNotExist) {
		return m, nil
	}
	if err == nil {
		_, err = decodeStrict(text, &m)
	}
	if err == nil {
		err = m.check()
	}
	if err != nil {
		return Machine{}, fmt.Errorf("reading %s: %w", MachineName, err)
	}
	return m, nil
}

func (m Machine) check() error {
	c := &checker{}
	c.text("kiosk", m.Kiosk, mostName)
	c.text("location", m.Location, mostName)
	c.series("queue", m.Queue)
	return c.err()
}

// SaveMachine writes what is of this machine alone.
func SaveMachine(folder string, m Machine) error {
	if err := m.check(); err != nil {
		return err
	}
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	return replaceFile(filepath.Join(folder, MachineName), append(text, '\n'))
}

// on returns the settings as they are on a machine.
func (p Profile) on(m Machine) Profile {
	if m.Kiosk != "" {
		p.Kiosk = m.Kiosk
	}
	if m.Location != "" {
		p.Location = m.Location
	}
	if m.Queue != "" {
		p.Queue = m.Queue
	}
	p.ListenOnly = append(p.ListenOnly[:len(p.ListenOnly):len(p.ListenOnly)], m.ListenOnly...)
	return p
}
