package site

import (
	"context"
	"errors"
	"io"
	"maps"
	"os"
	"slices"
	"time"

	"aidpost/records"
)

// sealedFiles are files of one kind beside the records, each with a key in them.
type sealedFiles struct {
	list   func() ([]string, error)
	of     func(beginning []byte) (records.ID, bool)
	opened func(context.Context) (map[records.ID]bool, error)
	forget func(context.Context, ...records.ID) error
	// elsewhere says that there may be files in other folders: a key whose file is not
	// among these stays.
	elsewhere bool
}

// sealedBeginning is how much of a file says which it is.
const sealedBeginning = 64

// settling is how long a file may take to appear once its key is there.
const settling = 2 * time.Second

// tidy removes those of the files that nobody can open any more, and those that are
// older than so many days; 0: none is. The keys of all that are gone are destroyed. It
// returns how many went. A file that is being written stays.
func (s sealedFiles) tidy(ctx context.Context, days int, now time.Time) (removed int, err error) {
	files, err := s.list()
	if err != nil {
		return 0, err
	}
	opened, err := s.opened(ctx) // behind the list: a key is made before its file has a beginning
	if err != nil {
		return 0, err
	}
	kept, gone := map[records.ID]bool{}, map[records.ID]bool{} // a visit may have several
	for _, path := range files {
		of, since, err := s.in(path)
		switch {
		case err != nil:
			return removed, err
		case of == "" && time.Since(since) < time.Minute: // being written, perhaps
			continue
		case opened[of] && (days == 0 || since.After(now.AddDate(0, 0, -days))):
			kept[of] = true
			continue
		}
		if err := os.Remove(path); err != nil {
			return removed, err
		}
		removed, gone[of] = removed+1, true
	}
	keys := slices.Collect(maps.Keys(opened))
	keys = slices.DeleteFunc(keys, func(of records.ID) bool { return kept[of] || s.elsewhere && !gone[of] })
	alone := slices.ContainsFunc(keys, func(of records.ID) bool { return !gone[of] })
	if keys, err = s.settled(ctx, keys, alone); err != nil {
		return removed, err
	}
	return removed, s.forget(ctx, keys...)
}

// settled returns those of the keys whose files do not come, once they had time to.
func (s sealedFiles) settled(ctx context.Context, keys []records.ID, wait bool) ([]records.ID, error) {
	if !wait {
		return keys, nil
	}
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-time.After(settling):
	}
	files, err := s.list()
	if err != nil {
		return nil, err
	}
	for _, path := range files {
		of, _, err := s.in(path)
		if err != nil {
			return nil, err
		}
		keys = slices.DeleteFunc(keys, func(key records.ID) bool { return key == of })
	}
	return keys, nil
}

// in says which a file is, "" if none of the kind, and when it was written.
func (s sealedFiles) in(path string) (of records.ID, since time.Time, err error) {
	info, err := os.Lstat(path)
	if err != nil || !info.Mode().IsRegular() {
		return "", time.Time{}, err
	}
	file, err := os.Open(path)
	if err != nil {
		return "", time.Time{}, err
	}
	beginning := make([]byte, sealedBeginning)
	n, err := io.ReadFull(file, beginning)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	of, _ = s.of(beginning[:n])
	return of, info.ModTime(), errors.Join(err, file.Close())
}
