package cli

import (
	"errors"
	"path/filepath"
	"slices"

	"aidpost/app/site"
	"aidpost/records"
)

func capturesVerb() verb {
	return verb{
		name: "captures", args: "[list|open FILE --out FILE.capture] [--encrypt|--encrypt-to KEY] [--data DIR]",
		brief: "open what a running kiosk wrote down of its wires",
		about: `
list shows the files in the folder that the setting captures names, and those that
somebody made of one instrument that they tried out: what crossed a wire, to find a
fault. They are sealed. open writes one as a session for aidpost replay and puts that
on record; it holds what was measured, so encrypt it for whoever is to read it. A file
goes after keep.captureDays; then nobody can open what is left of it. An encrypted one
is opened with: age --decrypt.`,
		exits: []int{ExitFailed, ExitDenied, ExitInterrupted},
		setup: sealedFiles{
			usage: "captures takes list, or open with a file and --out",
			list:  savedCaptures,
			path:  func(_, path string) string { return path },
			open:  (*records.Access).OpenCapture,
		}.setup,
	}
}

// savedCaptures are the paths of all in both folders of captures.
func savedCaptures(data string) ([]string, error) {
	profile, err := site.LoadProfile(data)
	if err != nil {
		return nil, err
	}
	config := site.Config{Data: data}
	profile.Fill(&config)
	asked, err := site.SavedCaptures(filepath.Join(data, site.CaptureFolder))
	if config.Captures == "" {
		return asked, err
	}
	all, more := site.SavedCaptures(config.Captures)
	return slices.Compact(slices.Sorted(slices.Values(append(asked, all...)))), errors.Join(err, more)
}
