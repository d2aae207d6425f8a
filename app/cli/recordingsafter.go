package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"aidpost/instruments"
)

// mostPerfusion is the highest perfusion index that an instrument can tell, in
// hundredths of a percent.
const mostPerfusion = 1<<15 - 1

// recordingsIn reads the recordings of a file that the verb wrote, as far as it
// goes; none if there is no file.
func recordingsIn(path string) ([]*instruments.Recording, error) {
	if path == "" {
		return nil, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reading earlier recordings: %w", err)
	}
	defer f.Close()
	list, err := readRecordings(f)
	if err != nil {
		return nil, fmt.Errorf("reading earlier recordings from %s: %w", path, err)
	}
	return list, nil
}

// anyLine is a line about a recording, or of it.
type anyLine struct {
	recordingLine
	Index     *int                `json:"index"`
	SpO2      *instruments.Number `json:"spo2"`
	Pulse     *instruments.Number `json:"pulse"`
	Perfusion *float64            `json:"perfusion_index"`
}

// readRecordings reads lines. The last one may be cut.
func readRecordings(from io.Reader) (list []*instruments.Recording, err error) {
	for lines := json.NewDecoder(from); ; {
		var l anyLine
		switch err := lines.Decode(&l); {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return list, nil
		case err != nil:
			return nil, err
		case l.Index == nil:
			list = append(list, l.recording())
		case len(list) == 0 || *l.Index != len(list[len(list)-1].Samples):
			return nil, fmt.Errorf("sample %d is out of place", *l.Index)
		default:
			last := list[len(list)-1]
			last.Samples = append(last.Samples, l.sample())
		}
	}
}

// recording is what a line says about one.
func (l anyLine) recording() *instruments.Recording {
	r := &instruments.Recording{
		Identity: instruments.Identity{Serial: l.Serial, Firmware: l.Firmware, Name: l.Name},
		Place:    l.Place, Every: time.Duration(l.Every * float64(time.Second)),
	}
	if l.Began != nil {
		r.Began = *l.Began
	}
	if l.TimeOfDay != nil {
		r.TimeOfDay = *l.TimeOfDay
	}
	if l.Announced != nil {
		r.Announced = *l.Announced
	}
	return r
}

// sample is that of a line; what is null or cannot be is missing.
func (l anyLine) sample() instruments.RecordedSample {
	s := instruments.RecordedSample{SpO2: instruments.Missing, Pulse: instruments.Missing, Perfusion: instruments.Missing}
	if l.SpO2 != nil {
		s.SpO2 = *l.SpO2
	}
	if l.Pulse != nil {
		s.Pulse = *l.Pulse
	}
	if l.Perfusion != nil && *l.Perfusion >= 0 && *l.Perfusion*100 <= mostPerfusion {
		s.Perfusion = instruments.Number(*l.Perfusion*100 + 0.5)
	}
	return s
}
