package vault

import (
	"fmt"

	"golang.org/x/crypto/argon2"
)

// A Cost is what Argon2id takes to make a key of a passphrase, each time that
// somebody guesses one.
type Cost struct {
	Passes  uint32 `json:"passes"`
	KiB     uint32 `json:"kib"`
	Threads uint8  `json:"threads"`
}

// UsualCost takes about half a second on a small machine.
func UsualCost() Cost { return Cost{Passes: 3, KiB: 256 << 10, Threads: 4} }

// The bounds of a cost: it is read before anything can be known to be ours.
const (
	maxPasses  = 16
	maxKiB     = 1 << 20
	maxThreads = 16
)

func (c Cost) stretch(passphrase, salt []byte) ([]byte, error) {
	if c.Passes < 1 || c.Passes > maxPasses || c.KiB < 8 || c.KiB > maxKiB || c.Threads < 1 || c.Threads > maxThreads {
		return nil, fmt.Errorf("%w: impossible cost of a passphrase", ErrDamaged)
	}
	return argon2.IDKey(passphrase, salt, c.Passes, c.KiB, c.Threads, KeySize), nil
}
