package site

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"aidpost/records"
	"aidpost/records/vault"
)

// The names of a key file: in the folder of this user's settings, and among
// the credentials that systemd hands to a service.
const (
	keyFileName    = "records.key"
	credentialName = "aidpost.key"
)

// KeySources is where a kiosk looks for the key of its records.
type KeySources struct {
	// File is the path of a key file. Where there is no key store it is made
	// for new records, and it is, whatever there is, if somebody named it.
	File  string
	Named bool
	// Store is the key store of the operating system; nil: there is none.
	Store vault.Store
	// Ask asks whoever is at the terminal; nil: nobody is.
	Ask func(ctx context.Context, question string) (string, error)
}

// KeyFile returns where the key file of this user is, and whether somebody
// named it. It lies apart from the records, so that a copy of their folder is
// not a copy of the key. It asks the environment through getenv.
func KeyFile(getenv func(string) string) (path string, named bool) {
	return keyFile(runtime.GOOS, getenv)
}

func keyFile(system string, getenv func(string) string) (path string, named bool) {
	if path := getenv("AIDPOST_KEY_FILE"); path != "" {
		return path, true
	}
	if folder := getenv("CREDENTIALS_DIRECTORY"); folder != "" {
		path := filepath.Join(folder, credentialName)
		if _, err := os.Stat(path); err == nil {
			return path, true
		}
	}
	base := getenv("XDG_CONFIG_HOME")
	switch home := getenv("HOME"); {
	case system == "windows":
		base = getenv("AppData")
	case !filepath.IsAbs(base) && home != "":
		base = filepath.Join(home, ".config")
	}
	if base == "" {
		return "", false
	}
	return filepath.Join(base, "aidpost", keyFileName), false
}

// Keys returns how the records come by their keys.
func (k KeySources) Keys() *records.Keys {
	keys := &records.Keys{First: k.Machine}
	if k.File != "" {
		keys.Sources = append(keys.Sources, vault.File{Path: k.File})
	}
	if k.Store != nil {
		keys.Sources = append(keys.Sources, vault.InStore{Store: k.Store})
	}
	if k.Ask != nil {
		keys.Sources = append(keys.Sources, &vault.Prompt{Ask: k.Ask})
	}
	return keys
}

// errNoKey reports a machine that has no place for a key.
var errNoKey = errors.New("this machine has no place for the key of the records: name a file in AIDPOST_KEY_FILE")

// Machine makes a secret that opens a ring on this machine without a person: in
// the key store, or in the key file where there is none or somebody named the
// file.
func (k KeySources) Machine(_ context.Context, ring string) (vault.Credential, error) {
	if k.Store != nil && !k.Named {
		secret := make([]byte, vault.SaltSize)
		rand.Read(secret) // never fails
		err := k.Store.Set(ring, secret)
		if err == nil {
			return vault.Credential{Kind: vault.KeyStore, Label: "key store of " + host(), Secret: secret}, nil
		}
		if !errors.Is(err, vault.ErrNoKeyStore) {
			return vault.Credential{}, err
		}
	}
	if k.File == "" {
		return vault.Credential{}, errNoKey
	}
	secret, err := vault.File{Path: k.File}.Make()
	if err != nil {
		return vault.Credential{}, fmt.Errorf("key file: %w", err)
	}
	return vault.Credential{Kind: vault.KeyFile, Label: k.File + " on " + host(), Secret: secret}, nil
}

// host names this machine for whoever reads the list of keys.
func host() string {
	name, err := os.Hostname()
	if err != nil {
		return "this machine"
	}
	return name
}
