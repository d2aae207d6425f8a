// Package vault holds the keys that the records are sealed with, and seals.
//
// Each version of the data key is 32 random bytes. Nothing is sealed under it
// directly: what is stored of a person is sealed under a key of its own, made
// of the data key and a salt that lies beside the person's record, so that
// nobody can read it any more once the salt is gone. The data keys are wrapped
// by one more random key, the master key, and that to the public key of every
// slot. What opens a slot is a secret: of the system's key store, of a file, of
// a passphrase, or of a printed recovery key. Since wrapping to a slot needs
// its public half alone, the master key can be replaced when a slot is removed
// without asking for the secrets of the others.
//
// The ring, which is slots and wrapped keys, is no secret and is stored with
// what it opens.
package vault

import "errors"

// Errors that callers decide on.
var (
	// ErrLocked: no source has a secret for any of the slots.
	ErrLocked = errors.New("the records are locked")
	// ErrKey: there was a secret, but it is not that of these records.
	ErrKey = errors.New("the key does not open these records")
	// ErrDamaged: what was sealed, or the ring, is not what was written.
	ErrDamaged = errors.New("sealed content is damaged")
	// ErrLastSlot: without its last slot nobody could open the ring again.
	ErrLastSlot = errors.New("the last way to open the records cannot be removed")
	// ErrNoSlot: there is no slot of that number.
	ErrNoSlot = errors.New("no such key")
)
