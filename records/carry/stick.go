package carry

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"aidpost/records/signing"
)

// What may be wrong with a stick, in words for people.
var (
	ErrRoom     = errors.New("there is no room left on the stick")
	ErrReadOnly = errors.New("the stick cannot be written")
	ErrPulled   = errors.New("the stick was taken out, or is broken")
)

// A Stick is a folder on a disk that may be taken out at any time.
type Stick struct {
	folder string
	files  files
}

// files are what is done to a file system; a test pulls the stick.
type files struct {
	create func(path string) (file, error)
	rename func(from, to string) error
	remove func(path string) error
}

type file interface {
	io.Writer
	Sync() error
	Close() error
}

// OnStick returns a folder on a stick, which is made when it is first written.
func OnStick(folder string) Stick {
	return Stick{folder, files{
		create: func(path string) (file, error) {
			return os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
		},
		rename: os.Rename, remove: os.Remove,
	}}
}

// Folder is where it is.
func (s Stick) Folder() string { return s.folder }

// partEnd ends the name of what is not whole yet.
const partEnd = ".part"

// write puts a whole file on the stick, or none: it is written under another name,
// is on the disk, is read back, and only then has its name.
func (s Stick) write(name string, content []byte) error {
	if err := os.MkdirAll(s.folder, 0o700); err != nil {
		return pulled(err)
	}
	path := filepath.Join(s.folder, name)
	part := path + partEnd
	err := s.fill(part, content)
	if err == nil {
		var back []byte
		if back, err = os.ReadFile(part); err == nil && !bytes.Equal(back, content) {
			err = ErrPulled
		}
	}
	if err == nil {
		err = s.files.rename(part, path)
	}
	if err != nil {
		_ = s.files.remove(part) // it is in nobody's way if it stays
		return pulled(err)
	}
	syncFolder(s.folder)
	return nil
}

func (s Stick) fill(part string, content []byte) error {
	f, err := s.files.create(part)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// syncFolder has the names in a folder on the disk. Not every file system of a
// stick can, and a lost name is a lost letter, which is written anew.
func syncFolder(folder string) {
	if d, err := os.Open(folder); err == nil {
		_ = d.Sync()
		d.Close()
	}
}

// pulled says in words what is wrong with a stick.
func pulled(err error) error {
	switch {
	case errors.Is(err, ErrPulled):
		return err
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT), errors.Is(err, syscall.EFBIG):
		return fmt.Errorf("%w: %w", ErrRoom, err)
	case errors.Is(err, syscall.EROFS), errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%w: %w", ErrReadOnly, err)
	}
	return fmt.Errorf("%w: %w", ErrPulled, err)
}

// A label is what the name of a letter says. Nothing is believed by it.
type label struct {
	from, to string // tags of keys
	number   int
	kind     kind
}

func (l label) String() string {
	return fmt.Sprintf("aidpost-%s-%s-%06d.%s", l.from, l.to, l.number, l.kind)
}

func labelled(name string) (l label, ok bool) {
	stem, end, _ := strings.Cut(name, ".")
	parts := strings.Split(stem, "-")
	if len(parts) != 4 || parts[0] != "aidpost" || !slices.Contains(kinds(), kind(end)) {
		return l, false
	}
	for _, key := range parts[1:3] {
		if raw, err := hex.DecodeString(key); err != nil || len(raw) != tagSize {
			return l, false
		}
	}
	n, err := strconv.Atoi(parts[3])
	return label{parts[1], parts[2], n, kind(end)}, err == nil
}

// letters lists what is on the stick, in the order of their names.
func (s Stick) letters() ([]label, error) {
	entries, err := os.ReadDir(s.folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, pulled(err)
	}
	var out []label
	for _, e := range entries {
		if l, ok := labelled(e.Name()); ok && e.Type().IsRegular() && l.String() == e.Name() {
			out = append(out, l)
		}
	}
	return out, nil
}

// read reads a letter.
func (s Stick) read(l label) ([]byte, error) {
	f, err := os.Open(filepath.Join(s.folder, l.String()))
	if err != nil {
		return nil, pulled(err)
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, mostLetter+1))
	switch {
	case err != nil:
		return nil, pulled(err)
	case len(content) > mostLetter:
		return nil, ErrDamaged
	}
	return content, nil
}

// drop takes a letter from the stick that has done its work.
func (s Stick) drop(l label) error {
	if err := s.files.remove(filepath.Join(s.folder, l.String())); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return pulled(err)
	}
	return nil
}

// tidy takes away what was not finished when the stick was last pulled, of letters
// that a key has written.
func (s Stick) tidy(own signing.Public) {
	paths, _ := filepath.Glob(filepath.Join(s.folder, "aidpost-"+tag(own)+"-*"+partEnd)) // the pattern is a good one
	for _, path := range paths {
		_ = s.files.remove(path)
	}
}
