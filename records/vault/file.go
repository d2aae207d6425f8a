package vault

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// A File is a source that has its secret in a file of this machine.
type File struct {
	Path string
}

// Errors of a key file.
var (
	// ErrOpenFile: others than its owner can read the key file.
	ErrOpenFile = errors.New("others can read the key file")
	// ErrKeyFile: what is in the file is no key.
	ErrKeyFile = errors.New("the key file has no key in it")
)

// Secret returns what is in the file for a slot of kind KeyFile.
func (f File) Secret(_ context.Context, _ string, slot Slot) ([]byte, error) {
	if slot.Kind != KeyFile {
		return nil, ErrNoSecret
	}
	secret, err := f.read()
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("the key file is missing: %v", err) // not to be taken for missing records
	}
	return secret, err
}

func (f File) read() ([]byte, error) {
	file, err := os.Open(f.Path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%s: %w: chmod 600", f.Path, ErrOpenFile)
	}
	text := make([]byte, 4096)
	n, err := file.Read(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.Path, ErrKeyFile)
	}
	secret, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(text[:n])))
	if err != nil || len(secret) < KeySize {
		return nil, fmt.Errorf("%s: %w", f.Path, ErrKeyFile)
	}
	return secret, nil
}

// Make returns the secret in the file. A file that does not exist is made,
// with its folder, for the owner's eyes only.
func (f File) Make() ([]byte, error) {
	secret, err := f.read()
	if !errors.Is(err, fs.ErrNotExist) {
		return secret, err
	}
	if err := os.MkdirAll(filepath.Dir(f.Path), 0o700); err != nil {
		return nil, err
	}
	secret = random(KeySize)
	text := base64.StdEncoding.EncodeToString(secret) + "\n"
	fresh, err := os.CreateTemp(filepath.Dir(f.Path), "key*.new") // 0600
	if err != nil {
		return nil, err
	}
	defer os.Remove(fresh.Name())
	_, err = fresh.WriteString(text)
	if err := errors.Join(err, fresh.Sync(), fresh.Close()); err != nil {
		return nil, err
	}
	// Linking fails where renaming would replace a key that came meanwhile.
	if err := os.Link(fresh.Name(), f.Path); errors.Is(err, fs.ErrExist) {
		return f.read()
	} else if err != nil {
		if err := os.Rename(fresh.Name(), f.Path); err != nil { // no links here
			return nil, err
		}
	}
	return secret, nil
}
