package vault

import (
	"crypto/sha256"
	"errors"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// The form of a recovery key: 160 random bits in groups of letters and digits
// that are hard to mistake for each other (Crockford's Base32), and one more
// group that tells a mistyped one.
const (
	alphabet      = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	recoveryBytes = 20
	groupSize     = 4
	recoveryChars = recoveryBytes * 8 / 5
)

// Errors of a recovery key.
var (
	ErrNotRecovery = errors.New("not a recovery key")
	// ErrMistyped: it has the form of a recovery key, but a character is wrong.
	ErrMistyped = errors.New("the recovery key is mistyped: compare it with the paper, group by group")
)

// NewRecovery makes a recovery key: as it is printed, and its secret.
func NewRecovery() (printed string, secret []byte) {
	secret = random(recoveryBytes)
	return printRecovery(secret), secret
}

func printRecovery(secret []byte) string {
	text := base32(secret)
	text += check(text)
	var groups []string
	for ; text != ""; text = text[groupSize:] {
		groups = append(groups, text[:groupSize])
	}
	return strings.Join(groups, "-")
}

// base32 writes bytes, five bits a character.
func base32(in []byte) string {
	var out strings.Builder
	var bits, n uint
	for _, b := range in {
		bits, n = bits<<8|uint(b), n+8
		for n >= 5 {
			n -= 5
			out.WriteByte(alphabet[bits>>n&31])
		}
	}
	return out.String()
}

func check(text string) string {
	sum := sha256.Sum256([]byte("aidpost recovery " + text))
	return base32(sum[:recoveryBytes])[:groupSize]
}

// ParseRecovery reads a recovery key as a person types it: case, blanks and
// dashes do not count, and O is 0, I and L are 1.
func ParseRecovery(typed string) ([]byte, error) {
	text := strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), r == '-', r == '\u2013':
			return -1
		case r == 'O':
			return '0'
		case r == 'I', r == 'L':
			return '1'
		}
		return r
	}, strings.ToUpper(typed))
	if len(text) != recoveryChars+groupSize || strings.Trim(text, alphabet) != "" {
		return nil, ErrNotRecovery
	}
	text, end := text[:recoveryChars], text[recoveryChars:]
	if check(text) != end {
		return nil, ErrMistyped
	}
	var out []byte
	var bits, n uint
	for i := range len(text) {
		bits, n = bits<<5|uint(strings.IndexByte(alphabet, text[i])), n+5
		if n >= 8 {
			n -= 8
			out = append(out, byte(bits>>n))
		}
	}
	return out, nil
}

// PassphraseSecret returns the secret of a passphrase: keyboards write the same
// letter in different ways.
func PassphraseSecret(typed string) []byte { return []byte(norm.NFKC.String(typed)) }
