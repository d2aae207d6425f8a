package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"aidpost/assets/words"
	"aidpost/instruments"
	"aidpost/records"
	"aidpost/records/carry"
)

// explain says what a fault means and what to do about it, in the words that
// people in front of the kiosk read, with the details for staff.
func explain(err error) string {
	f := &instruments.Fault{Code: instruments.CodeOf(err), Err: err}
	errors.As(err, &f)
	all, broken := words.Load()
	if broken != nil {
		return f.Error()
	}
	en := all.Lang("en")
	title, remedy := en.T(words.FaultTitle(string(f.Code))), en.T(words.FaultRemedy(string(f.Code)))
	return fmt.Sprintf("%s (%s). %s", strings.TrimRight(title, "."), oneLine(f.Error()), remedy)
}

// A faultLog counts what went wrong in passing, so that a noisy line does not
// fill the screen.
type faultLog struct {
	first []*instruments.Fault
	count map[instruments.FaultCode]int
}

func (l *faultLog) add(f *instruments.Fault) {
	if l.count == nil {
		l.count = map[instruments.FaultCode]int{}
	}
	if l.count[f.Code]++; l.count[f.Code] == 1 {
		l.first = append(l.first, f)
	}
}

// skip forgets what the command says anyway when it fails with err.
func (l *faultLog) skip(err error) {
	code := instruments.CodeOf(err)
	l.first = slices.DeleteFunc(l.first, func(f *instruments.Fault) bool { return f.Code == code })
}

// print writes one line for each kind of fault.
func (c *command) printFaults(l *faultLog) {
	for _, f := range l.first {
		times := ""
		if n := l.count[f.Code]; n > 1 {
			times = fmt.Sprintf("%d times: ", n)
		}
		fmt.Fprintf(c.Stderr, "aidpost: %s%s\n", times, explain(f))
	}
}

// storeFailure says in plain words why the records cannot be used.
func storeFailure(folder string, err error) error {
	for _, known := range []struct {
		err  error
		text string
	}{
		{records.ErrLocked, "the records are locked and no key for them was found; see: aidpost help keys"},
		{records.ErrKey, "the key does not open the records; nothing was changed; see: aidpost help keys"},
		{records.ErrCorrupt, "the records are damaged; nothing was changed: aidpost restore brings back the newest backup"},
		{records.ErrForeign, "the file there is not a database of Aidpost; nothing was changed"},
		{records.ErrNewer, "a newer Aidpost wrote the records; nothing was changed: update this one"},
		{records.ErrReadOnly, "the records cannot be written: check the rights of the folder and the disk"},
		{records.ErrFull, "the disk is full; what was saved before is whole: make room"},
		{records.ErrBusy, "another Aidpost is using the records: close it first"},
		{records.ErrDisk, "the disk failed"},
		{fs.ErrNotExist, "there are no records yet"},
	} {
		if errors.Is(err, known.err) {
			return fail(ExitFailed, "%s: %s (%w)", folder, known.text, err)
		}
	}
	return fail(ExitFailed, "%w", err)
}

// diskFailure says in plain words that a file beside the records could not be
// written: there was no room, or the disk only lets itself be read. Whoever knows
// more of it has said so already.
func diskFailure(err error) error {
	for _, said := range []error{records.ErrFull, records.ErrReadOnly, carry.ErrRoom, carry.ErrReadOnly} {
		if errors.Is(err, said) {
			return err
		}
	}
	if typed := records.DiskFailure(err); errors.Is(typed, records.ErrFull) {
		return fmt.Errorf("the disk is full; what was there before is whole: make room (%w)", err)
	} else if errors.Is(typed, records.ErrReadOnly) && !errors.Is(err, fs.ErrPermission) {
		return fmt.Errorf("the disk can only be read (%w)", err)
	}
	return err
}
