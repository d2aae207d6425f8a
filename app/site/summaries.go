package site

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"aidpost/records"
)

// SealedSummary ends the name of a summary that was saved at the kiosk.
const SealedSummary = ".pdf.sealed"

// SummaryName is what a summary of a visit is called that is saved now.
func SummaryName(encounter records.ID, now time.Time) string {
	return fmt.Sprintf("aidpost-%s-%s%s", now.Format("20060102-150405"), encounter[:min(8, len(encounter))], SealedSummary)
}

// SavedSummaries returns the files of summaries in a folder, in order.
func SavedSummaries(folder string) ([]string, error) {
	return filepath.Glob(filepath.Join(folder, "aidpost-*"+SealedSummary))
}

// SummaryIn says of which visit a file is, "" if of none, and when it was saved; zero: it
// is no file of ours.
func SummaryIn(path string) (of records.ID, at time.Time, err error) {
	return sealedFiles{of: records.SummaryOf}.in(path)
}

// TidySummaries removes the summaries in a folder that nobody can open any more,
// since their visit was erased, and those that are older than so many days; 0: none
// is. The keys of all that are gone are destroyed. It returns how many went.
func TidySummaries(ctx context.Context, store *records.Store, folder string, days int, now time.Time) (removed int, err error) {
	return sealedFiles{
		list: func() ([]string, error) { return SavedSummaries(folder) },
		of:   records.SummaryOf, opened: store.Summaries, forget: store.ForgetSummaries,
	}.tidy(ctx, days, now)
}

// SealOldSummaries seals the summaries that earlier programs have left in the open.
func SealOldSummaries(ctx context.Context, store *records.Store, folder string) error {
	files, err := filepath.Glob(filepath.Join(folder, "aidpost-*.pdf"))
	if err != nil {
		return err
	}
	for _, path := range files {
		if err := sealOldSummary(ctx, store, path); err != nil {
			return fmt.Errorf("sealing %s: %w", path, err)
		}
	}
	return nil
}

// sealOldSummary puts a sealed file, as old as the open one, into the place of it.
// The name tells of which visit it is; one that is not in the records is a guest's.
func sealOldSummary(ctx context.Context, store *records.Store, path string) error {
	info, err := os.Lstat(path)
	if err != nil || !info.Mode().IsRegular() {
		return err
	}
	paper, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	base := strings.TrimSuffix(path, ".pdf")
	of, err := store.VisitNamed(ctx, base[strings.LastIndexByte(base, '-')+1:])
	if err != nil {
		return err
	}
	if of == "" {
		of = records.NewID()
	}
	sealed, err := store.SealSummary(ctx, of, paper)
	if err != nil {
		return err
	}
	to := base + SealedSummary
	if err := errors.Join(os.WriteFile(to, sealed, 0o600), os.Chtimes(to, info.ModTime(), info.ModTime())); err != nil {
		return err
	}
	return os.Remove(path)
}
