package site

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/capture"
)

// recordInto returns what writes each measurement's session into a file of its
// own in the folder, for [instruments.RackOptions]. A measurement that cannot
// be written down goes on without.
func recordInto(folder string, log *slog.Logger) func(instruments.Attached, instruments.Job, instruments.Port) (instruments.Port, func()) {
	return func(from instruments.Attached, job instruments.Job, port instruments.Port) (instruments.Port, func()) {
		file, err := newCapture(folder, from.Model.ID, job.Clock()())
		if err != nil {
			log.Error("beginning a capture", "error", err)
			return port, func() {}
		}
		recorder := capture.NewRecorder(file, capture.HeaderOf(from.Model, job), job.Clock())
		return recorder.Port(port), func() {
			if err := recorder.CloseFile(file); err != nil {
				log.Error("writing a capture", "error", err)
			}
		}
	}
}

// captureSuffix ends the name of every capture.
const captureSuffix = ".capture"

// newCapture makes an empty file that only this user may read.
func newCapture(folder, model string, now time.Time) (*os.File, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("making the folder of captures: %w", err)
	}
	name := now.UTC().Format("20060102T150405Z") + "-" + model + "-*" + captureSuffix
	file, err := os.CreateTemp(folder, name)
	if err != nil {
		return nil, fmt.Errorf("making %s: %w", filepath.Join(folder, name), err)
	}
	return file, nil
}
