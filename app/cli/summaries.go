package cli

import (
	"path/filepath"

	"aidpost/app/site"
	"aidpost/records"
)

func summariesVerb() verb {
	return verb{
		name: "summaries", args: "[list|open NAME --out FILE.pdf] [--encrypt|--encrypt-to KEY] [--data DIR]",
		brief: "open what people saved at the kiosk as a file",
		about: `
list shows the summaries that people saved at the kiosk when there was no printer.
They are sealed. open writes one as PDF for the person to take along, and puts
that on record. A summary goes after keep.summaryDays, and at once when its visit
is erased; then nobody can open what is left of it. An encrypted file is opened
with: age --decrypt.`,
		exits: []int{ExitFailed, ExitDenied, ExitInterrupted},
		setup: sealedFiles{
			usage: "summaries takes list, or open with a name and --out",
			list:  savedSummaries,
			path:  func(data, name string) string { return filepath.Join(data, site.SummaryFolder, filepath.Base(name)) },
			open:  (*records.Access).OpenSummary,
		}.setup,
	}
}

// savedSummaries are the names of all in the folder of summaries.
func savedSummaries(data string) ([]string, error) {
	files, err := site.SavedSummaries(filepath.Join(data, site.SummaryFolder))
	for i, path := range files {
		files[i] = filepath.Base(path)
	}
	return files, err
}
