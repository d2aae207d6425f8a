package office

import (
	"errors"
	"io/fs"
	"syscall"
	"testing"

	"aidpost/records"
)

// A stick that only lets itself be read and one without room are told apart.
func TestUnwritable(t *testing.T) {
	for errno, want := range map[syscall.Errno]error{syscall.EACCES: ErrUnwritable, syscall.EROFS: ErrUnwritable, syscall.ENOSPC: records.ErrFull} {
		if err := unwritable(&fs.PathError{Op: "write", Path: "x", Err: errno}); !errors.Is(err, want) {
			t.Errorf("%v is %v", errno, err)
		}
	}
	if err := unwritable(nil); err != nil {
		t.Error(err)
	}
}
