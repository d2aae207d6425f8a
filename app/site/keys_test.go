package site

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"aidpost/records/vault"
)

func TestKeyFile(t *testing.T) {
	credentials := t.TempDir()
	given := filepath.Join(credentials, credentialName)
	if err := os.WriteFile(given, nil, 0o400); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		system string
		env    map[string]string
		want   string
		named  bool
	}{
		{"linux", map[string]string{"HOME": "/home/ana"}, "/home/ana/.config/aidpost/records.key", false},
		{"linux", map[string]string{"HOME": "/home/ana", "XDG_CONFIG_HOME": "/etc/ana"}, "/etc/ana/aidpost/records.key", false},
		{"linux", map[string]string{"HOME": "/home/ana", "XDG_CONFIG_HOME": "not/absolute"}, "/home/ana/.config/aidpost/records.key", false},
		{"linux", map[string]string{"HOME": "/home/ana", "AIDPOST_KEY_FILE": "/mnt/key"}, "/mnt/key", true},
		{"linux", map[string]string{"HOME": "/home/ana", "CREDENTIALS_DIRECTORY": credentials}, given, true},
		{"linux", map[string]string{"HOME": "/home/ana", "CREDENTIALS_DIRECTORY": "/none"}, "/home/ana/.config/aidpost/records.key", false},
		{"darwin", map[string]string{"HOME": "/Users/ana"}, "/Users/ana/.config/aidpost/records.key", false},
		{"windows", map[string]string{"AppData": "C:/Users/ana/AppData/Roaming"}, "C:/Users/ana/AppData/Roaming/aidpost/records.key", false},
		{"linux", nil, "", false},
	} {
		got, named := keyFile(tt.system, func(name string) string { return tt.env[name] })
		if filepath.ToSlash(got) != tt.want || named != tt.named {
			t.Errorf("%s %v: %q, %v", tt.system, tt.env, got, named)
		}
	}
}

// store is a key store that keeps one secret, or fails.
type store struct {
	secret []byte
	err    error
}

func (s *store) Get(string) ([]byte, error)        { return s.secret, s.err }
func (s *store) Set(_ string, secret []byte) error { s.secret = secret; return s.err }
func (s *store) Delete(string) error               { return s.err }

// TestMachine: the key store is preferred to a file that nobody named, and one
// that does not answer is no obstacle.
func TestMachine(t *testing.T) {
	broken := errors.New("on fire")
	for name, tt := range map[string]struct {
		store *store
		named bool
		want  vault.Kind
		err   error
	}{
		"store":        {&store{}, false, vault.KeyStore, nil},
		"no answer":    {&store{err: fmt.Errorf("%w: locked", vault.ErrNoKeyStore)}, false, vault.KeyFile, nil},
		"named file":   {&store{}, true, vault.KeyFile, nil},
		"no store":     {nil, false, vault.KeyFile, nil},
		"broken store": {&store{err: broken}, false, "", broken},
	} {
		from := KeySources{File: filepath.Join(t.TempDir(), "a", "b.key"), Named: tt.named}
		if tt.store != nil {
			from.Store = tt.store
		}
		got, err := from.Machine(t.Context(), "ring")
		if got.Kind != tt.want || !errors.Is(err, tt.err) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
		if got.Kind == vault.KeyStore && !bytes.Equal(got.Secret, tt.store.secret) {
			t.Errorf("%s: the store has another secret", name)
		}
		_, missing := os.Stat(from.File)
		if made := missing == nil; made != (tt.want == vault.KeyFile) {
			t.Errorf("%s: a key file was made: %v", name, made)
		}
	}
	if _, err := (KeySources{}).Machine(t.Context(), "ring"); !errors.Is(err, errNoKey) {
		t.Errorf("nowhere: %v", err)
	}
}
