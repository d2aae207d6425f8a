package site

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/capture"
	"aidpost/records"
)

// SealedCapture ends the name of what crossed a wire, written down to find a fault.
const SealedCapture = ".sealed-capture"

// SavedCaptures returns the sealed captures in a folder, in order.
func SavedCaptures(folder string) ([]string, error) {
	return filepath.Glob(filepath.Join(folder, "*"+SealedCapture))
}

// tidyCaptures removes what TidySummaries removes of summaries.
func tidyCaptures(ctx context.Context, store *records.Store, folder string, days int, now time.Time) (removed int, err error) {
	return sealedFiles{
		list: func() ([]string, error) { return SavedCaptures(folder) },
		of:   records.CaptureFileOf, opened: store.CaptureFiles, forget: store.ForgetCaptures, elsewhere: true,
	}.tidy(ctx, days, now)
}

// CaptureFolder is the folder in the data of what was written down of one instrument,
// because a member of staff asked for it.
const CaptureFolder = "captures"

// recordAsked writes down what somebody asked for, into a folder, and all else only if
// always does.
func recordAsked(always func(instruments.Attached, instruments.Job, instruments.Port) (instruments.Port, func()), folder string, store *records.Store, log *slog.Logger,
) func(instruments.Attached, instruments.Job, instruments.Port) (instruments.Port, func()) {
	asked := recordInto(folder, store, log)
	return func(from instruments.Attached, job instruments.Job, port instruments.Port) (instruments.Port, func()) {
		switch {
		case job.Capture:
			return asked(from, job, port)
		case always != nil:
			return always(from, job, port)
		}
		return port, func() {}
	}
}

// recordInto returns what writes each measurement's session into a sealed file of
// its own in the folder, for [instruments.RackOptions]. A measurement that cannot
// be written down goes on without.
func recordInto(folder string, store *records.Store, log *slog.Logger) func(instruments.Attached, instruments.Job, instruments.Port) (instruments.Port, func()) {
	return func(from instruments.Attached, job instruments.Job, port instruments.Port) (instruments.Port, func()) {
		file, sealed, err := newCapture(folder, store, from.Model.ID, job.Clock()())
		if err != nil {
			log.Error("beginning a capture", "error", err)
			return port, func() {}
		}
		recorder := capture.NewRecorder(sealed, capture.HeaderOf(from.Model, job), job.Clock())
		return recorder.Port(port), func() {
			if err := recorder.CloseFile(file); err != nil {
				log.Error("writing a capture", "error", err)
			}
		}
	}
}

// newCapture makes a file that only this user may read, and what writes into it
// sealed.
func newCapture(folder string, store *records.Store, model string, now time.Time) (*os.File, io.Writer, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, nil, fmt.Errorf("making the folder of captures: %w", err)
	}
	name := now.UTC().Format("20060102T150405Z") + "-" + model + "-*" + SealedCapture
	file, err := os.CreateTemp(folder, name)
	if err != nil {
		return nil, nil, fmt.Errorf("making %s: %w", filepath.Join(folder, name), err)
	}
	sealed, err := store.SealCapture(context.Background(), file) // who measures may have gone: the fault has not
	if err != nil {
		_ = file.Close()
		_ = os.Remove(file.Name()) // it holds nothing
		return nil, nil, err
	}
	return file, sealed, nil
}
