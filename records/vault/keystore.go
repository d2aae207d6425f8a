package vault

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"github.com/zalando/go-keyring"
)

// keyStoreService is what Aidpost's secrets are called in a key store.
const keyStoreService = "aidpost"

// keyStoreWait bounds a key store that asks a person who is not there.
const keyStoreWait = 3 * time.Second

// ErrNoKeyStore: this machine has no key store that answers without a person.
var ErrNoKeyStore = errors.New("no key store of the operating system answers")

// A Store keeps one secret for each ring. The operating system's is System;
// tests have their own.
type Store interface {
	Get(ring string) ([]byte, error) // ErrNoSecret if there is none
	Set(ring string, secret []byte) error
	Delete(ring string) error
}

// InStore is a source that has its secrets in a key store.
type InStore struct{ Store Store }

// Secret returns what the key store has for a slot of kind KeyStore.
func (s InStore) Secret(_ context.Context, ring string, slot Slot) ([]byte, error) {
	if slot.Kind != KeyStore {
		return nil, ErrNoSecret
	}
	secret, err := s.Store.Get(ring)
	if errors.Is(err, ErrNoSecret) {
		return nil, errors.New("the key store has no key for these records")
	}
	return secret, err
}

// System is the key store of the operating system: Keychain, Credential
// Manager, or a Secret Service on the session's D-Bus.
type System struct{}

// Get returns the secret of a ring.
func (System) Get(ring string) (secret []byte, err error) {
	var text string
	err = unasked(func() (err error) {
		text, err = keyring.Get(keyStoreService, ring)
		return err
	})
	if err != nil {
		return nil, err
	}
	if secret, err = base64.StdEncoding.DecodeString(text); err != nil {
		return nil, fmt.Errorf("key store: %w", err)
	}
	return secret, nil
}

// Set keeps the secret of a ring.
func (System) Set(ring string, secret []byte) error {
	return unasked(func() error {
		return keyring.Set(keyStoreService, ring, base64.StdEncoding.EncodeToString(secret))
	})
}

// Delete forgets the secret of a ring.
func (System) Delete(ring string) error {
	return unasked(func() error { return keyring.Delete(keyStoreService, ring) })
}

// unasked runs fn if the key store can answer without asking a person, and
// does not wait for one for ever.
func unasked(fn func() error) error {
	if err := storeIsOpen(); err != nil {
		return fmt.Errorf("%w: %w", ErrNoKeyStore, err)
	}
	done := make(chan error, 1)
	go func() { done <- fn() }()
	select {
	case err := <-done:
		if errors.Is(err, keyring.ErrNotFound) {
			return ErrNoSecret
		}
		if err != nil {
			return fmt.Errorf("%w: %w", ErrNoKeyStore, err)
		}
		return nil
	case <-time.After(keyStoreWait):
		return fmt.Errorf("%w within %v", ErrNoKeyStore, keyStoreWait)
	}
}
