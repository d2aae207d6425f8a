package signing

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// Errors of Open.
var (
	// ErrToken: the text is none of these, or so damaged that nothing can be said
	// about it.
	ErrToken = errors.New("not a signed code, or damaged")
	// ErrKey: it was signed with another key than those at hand.
	ErrKey = errors.New("signed with a key that is not known")
	// ErrChanged: it is not what was signed.
	ErrChanged = errors.New("changed after it was signed")
)

// algorithm is the one that is used and taken.
const algorithm = "ES256"

// A Head says what a signed text holds.
type Head struct {
	Zip       string `json:"zip,omitempty"` // how the body is packed
	Type      string `json:"typ,omitempty"`
	Algorithm string `json:"alg"`
	KeyID     string `json:"kid"`
}

// Length returns how long the signed text of a body is, with a head of so many
// bytes.
func Length(head, body int) int {
	return text.EncodedLen(head) + 1 + text.EncodedLen(body) + 1 + text.EncodedLen(2*coordinate)
}

// Seal returns a JWS in its compact form (RFC 7515): the head with the key's id,
// the body, and the signature of both. The same body gives the same text.
func Seal(k Key, head Head, body []byte) (string, error) {
	public, err := k.Public()
	if err != nil {
		return "", err
	}
	head.Algorithm, head.KeyID = algorithm, public.KeyID
	first, err := json.Marshal(head)
	if err != nil {
		return "", err
	}
	signed := text.EncodeToString(first) + "." + text.EncodeToString(body)
	signature, err := k.sign([]byte(signed))
	if err != nil {
		return "", err
	}
	return signed + "." + text.EncodeToString(signature), nil
}

// Open checks a text against public keys and returns what was signed. With any
// error nothing may be believed, and nothing is returned.
func Open(token string, keys Set) (Head, []byte, error) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return Head{}, nil, fmt.Errorf("%w: it has %d parts, not 3", ErrToken, len(parts))
	}
	var decoded [3][]byte
	for i, part := range parts {
		var err error
		if decoded[i], err = text.DecodeString(part); err != nil {
			return Head{}, nil, fmt.Errorf("%w: part %d", ErrToken, i+1)
		}
	}
	var head Head
	if err := json.Unmarshal(decoded[0], &head); err != nil || head.Algorithm != algorithm {
		return Head{}, nil, fmt.Errorf("%w: its head", ErrToken)
	}
	for _, k := range keys.Keys {
		if k.KeyID != head.KeyID {
			continue
		}
		if !k.holds([]byte(parts[0]+"."+parts[1]), decoded[2]) {
			return Head{}, nil, ErrChanged
		}
		return head, decoded[1], nil
	}
	return Head{}, nil, ErrKey
}
