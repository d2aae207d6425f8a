package staff

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// A Cost is what Argon2id takes for each guess of a PIN.
type Cost struct {
	Passes  uint32
	KiB     uint32
	Threads uint8
}

// UsualCost takes less than a tenth of a second on a small machine.
func UsualCost() Cost { return Cost{Passes: 3, KiB: 64 << 10, Threads: 2} }

// The sizes of what a verifier is made of, and the bounds of its cost.
const (
	saltSize = 16
	hashSize = 32

	maxPasses = 16
	maxKiB    = 1 << 20
)

// A Verifier tells whether a PIN is right without holding it, as text in the
// PHC format: $argon2id$v=19$m=65536,t=3,p=2$salt$hash.
type Verifier string

// NewVerifier returns a verifier of a PIN with a salt of its own.
func NewVerifier(pin string, c Cost) Verifier {
	salt := make([]byte, saltSize)
	rand.Read(salt) // never fails
	return c.verifier(salt, argon2.IDKey([]byte(pin), salt, c.Passes, c.KiB, c.Threads, hashSize))
}

// NoVerifier returns a verifier that no PIN fits and that takes as long to find
// out.
func NoVerifier(c Cost) Verifier {
	random := make([]byte, saltSize+hashSize)
	rand.Read(random)
	return c.verifier(random[:saltSize], random[saltSize:])
}

func (c Cost) verifier(salt, hash []byte) Verifier {
	b64 := base64.RawStdEncoding
	return Verifier(fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.KiB, c.Passes, c.Threads,
		b64.EncodeToString(salt), b64.EncodeToString(hash)))
}

// errVerifier reports text that is no verifier.
var errVerifier = errors.New("not a verifier of a PIN")

// Fits reports whether a PIN is the one that the verifier was made of. It takes
// the same time for every PIN.
func (v Verifier) Fits(pin string) (bool, error) {
	c, salt, hash, err := v.parse()
	if err != nil {
		return false, err
	}
	got := argon2.IDKey([]byte(pin), salt, c.Passes, c.KiB, c.Threads, uint32(len(hash)))
	return subtle.ConstantTimeCompare(got, hash) == 1, nil
}

func (v Verifier) parse() (c Cost, salt, hash []byte, err error) {
	parts := strings.Split(string(v), "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" {
		return c, nil, nil, errVerifier
	}
	var version int
	if _, err := fmt.Sscanf(parts[2], "v=%d", &version); err != nil || version != argon2.Version {
		return c, nil, nil, errVerifier
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.KiB, &c.Passes, &c.Threads); err != nil {
		return c, nil, nil, errVerifier
	}
	if c.Passes < 1 || c.Passes > maxPasses || c.KiB < 8*uint32(c.Threads) || c.KiB > maxKiB || c.Threads < 1 {
		return c, nil, nil, fmt.Errorf("%w: impossible cost", errVerifier)
	}
	b64 := base64.RawStdEncoding.Strict()
	salt, saltErr := b64.DecodeString(parts[4])
	hash, hashErr := b64.DecodeString(parts[5])
	if errors.Join(saltErr, hashErr) != nil || len(salt) != saltSize || len(hash) != hashSize {
		return c, nil, nil, errVerifier
	}
	return c, salt, hash, nil
}

// The length of a PIN.
const (
	MinPIN = 6
	MaxPIN = 12
)

// ErrWeakPIN reports a PIN that must not be used. The error says why and never
// repeats it.
var ErrWeakPIN = errors.New("choose another PIN")

// CheckPIN returns nil if a PIN may be used: 6 to 12 digits that are none of
// those which people who guess try first.
func CheckPIN(pin string) error {
	switch {
	case len(pin) < MinPIN || len(pin) > MaxPIN || strings.Trim(pin, "0123456789") != "":
		return fmt.Errorf("%w: it has %d to %d digits", ErrWeakPIN, MinPIN, MaxPIN)
	case repeats(pin):
		return fmt.Errorf("%w: it repeats itself", ErrWeakPIN)
	case sequence(pin):
		return fmt.Errorf("%w: its digits follow one another", ErrWeakPIN)
	case mirrored(pin):
		return fmt.Errorf("%w: it reads the same backwards", ErrWeakPIN)
	case common(pin):
		return fmt.Errorf("%w: many people use it", ErrWeakPIN)
	}
	return nil
}

// repeats reports a PIN of at most two different digits, or one that is a
// shorter one over and over: 111222, 123123, 131313.
func repeats(pin string) bool {
	var digits [10]bool
	n := 0
	for _, d := range []byte(pin) {
		if !digits[d-'0'] {
			digits[d-'0'] = true
			n++
		}
	}
	if n <= 2 {
		return true
	}
	for size := 1; size <= len(pin)/2; size++ {
		if len(pin)%size == 0 && strings.Repeat(pin[:size], len(pin)/size) == pin {
			return true
		}
	}
	return false
}

// sequence reports a PIN whose digits go by the same step, over the end of the
// row, too (890123, 246802), or by such a step in pairs (112233, 102030).
func sequence(pin string) bool {
	return steps(pin, 1) || len(pin)%2 == 0 && steps(pin, 2)
}

// steps reports whether every part of so many digits is as far from the one
// before, modulo their range.
func steps(pin string, size int) bool {
	part := func(i int) int {
		n := 0
		for _, d := range []byte(pin[i*size : (i+1)*size]) {
			n = 10*n + int(d-'0')
		}
		return n
	}
	around := 10
	if size == 2 {
		around = 100
	}
	step := (part(1) - part(0) + around) % around
	for i := 1; i < len(pin)/size; i++ {
		if (part(i)-part(i-1)+around)%around != step {
			return false
		}
	}
	return true
}

func mirrored(pin string) bool {
	for i := range len(pin) / 2 {
		if pin[i] != pin[len(pin)-1-i] {
			return false
		}
	}
	return true
}

// commonPINs are among the numbers of six and more digits that the published
// lists of leaked passwords are headed by, besides those caught by their form.
// Lines and columns of a keypad make most of them.
const commonPINs = ` 147258 147852 147896 159357 159753 258456 258147 321654 357159 369258 369852 456123
 456789 741258 741852 753951 789456 789123 852456 951753 963852 987321 142536 135246 123654 147369 963741
 112358 314159 271828 141592 696969 520520 520131 5201314 007007 100200 101010 102030 110110 121314 131421
 123321 123412 123789 124578 134679 1234554321 13579246 192837 212121 223344 246810 445566 501501 654123
 741741 753159 789654 808080 852963 909090 951357 987456 998877 147147 159159 123450 012345 000001 100000
 200000 123000 111000 199119 199200 198919 200020 201020 202020 202420 202520 202620 1122334455 123456789
 1234567890 147258369 159357456 789456123 741852963 963852741 987654321 1472583690 12345678 87654321 1234567 7654321 `

func common(pin string) bool { return strings.Contains(commonPINs, " "+pin+" ") }
