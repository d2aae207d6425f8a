package carry

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"filippo.io/age"

	"aidpost/records/signing"
)

// What a letter is refused for, in words for people.
var (
	ErrDamaged  = errors.New("the file is damaged or cut short")
	ErrNotForUs = errors.New("the file is sealed to somebody else")
	ErrUnsigned = errors.New("the file is not signed")
	ErrStranger = errors.New("the file was signed by somebody who is not trusted here")
	ErrForged   = errors.New("the file was changed after it was signed")
	ErrNewer    = errors.New("the file is of a newer program than this one")
	ErrRepeated = errors.New("the file was taken in before")
	ErrOlder    = errors.New("the file is older than one that was taken in before")
	ErrNoVisits = errors.New("this computer takes in no visits of whoever signed the file")
)

// A kind is what a letter is about.
type kind string

// The kinds. They are in files.
const (
	visits kind = "visits"
	word   kind = "word"
	wishes kind = "wishes" // what people said after their visits
)

func kinds() []kind { return []kind{visits, word, wishes} }

const (
	letterType = "aidpost-carried" // of what is signed, so that nothing else is taken for it
	format     = 1
	// mostLetter bounds a file, and mostBody what is packed in it.
	mostLetter = 64 << 20
	mostBody   = 512 << 20
	mostHead   = 8 << 10
)

// A manifest is what is signed of a letter.
type manifest struct {
	Format int    `json:"format"`
	Kind   kind   `json:"kind"`
	To     string `json:"to"`     // id of the key of whoever it is for
	Number int    `json:"number"` // counts the letters of its kind to them
	Heard  int    `json:"heard"`  // number of the last letter that came from them
	Lines  int    `json:"lines"`
	Size   int    `json:"size"`   // of what is packed, in bytes
	SHA256 string `json:"sha256"` // and its hash
}

// A letter is one that was opened, and checked.
type letter struct {
	manifest
	from string // id of the key that signed it
	body []byte // packed
}

// seal writes a letter: the signed manifest, a line feed and the packed lines,
// sealed to its reader.
func seal(k keys, to, recipient string, m manifest, lines [][]byte) ([]byte, error) {
	return sealLines(k, to, recipient, m, lines, len(lines))
}

func sealLines(k keys, to, recipient string, m manifest, lines [][]byte, count int) ([]byte, error) {
	reader, err := age.ParseX25519Recipient(recipient)
	if err != nil {
		return nil, fmt.Errorf("seal a letter: %w", err)
	}
	var body bytes.Buffer
	packed := gzip.NewWriter(&body)
	for _, line := range lines {
		packed.Write(append(line, '\n')) // into memory: never fails
	}
	if err := packed.Close(); err != nil {
		return nil, fmt.Errorf("seal a letter: %w", err)
	}
	sum := sha256.Sum256(body.Bytes())
	m.Format, m.To, m.Lines, m.Size, m.SHA256 = format, to, count, body.Len(), hex.EncodeToString(sum[:])
	text, err := json.Marshal(m)
	if err != nil {
		return nil, err
	}
	head, err := signing.Seal(k.sign, signing.Head{Type: letterType}, text)
	if err != nil {
		return nil, fmt.Errorf("sign a letter: %w", err)
	}
	var out bytes.Buffer
	sealed, err := age.Encrypt(&out, reader)
	if err != nil {
		return nil, fmt.Errorf("seal a letter: %w", err)
	}
	for _, part := range [][]byte{[]byte(head), {'\n'}, body.Bytes()} {
		if _, err := sealed.Write(part); err != nil {
			return nil, fmt.Errorf("seal a letter: %w", err)
		}
	}
	if err := sealed.Close(); err != nil {
		return nil, fmt.Errorf("seal a letter: %w", err)
	}
	return out.Bytes(), nil
}

// open checks a letter as a whole before anything of it is believed. The error
// matches one of those above.
func open(k keys, trusted signing.Set, file []byte) (*letter, error) {
	plain, err := age.Decrypt(bytes.NewReader(file), k.identity)
	if _, other := errors.AsType[*age.NoIdentityMatchError](err); other {
		return nil, ErrNotForUs
	}
	if err != nil {
		return nil, ErrDamaged
	}
	text, err := io.ReadAll(io.LimitReader(plain, mostLetter+1))
	if err != nil || len(text) > mostLetter {
		return nil, ErrDamaged
	}
	return check(k.public.KeyID, trusted, text)
}

// check is open for what was in the seal.
func check(own string, trusted signing.Set, text []byte) (*letter, error) {
	head, body, found := bytes.Cut(text, []byte{'\n'})
	if !found || len(head) > mostHead {
		return nil, ErrUnsigned
	}
	signed, claims, err := signing.Open(string(head), trusted)
	switch {
	case errors.Is(err, signing.ErrKey):
		return nil, ErrStranger
	case errors.Is(err, signing.ErrChanged):
		return nil, ErrForged
	case err != nil || signed.Type != letterType:
		return nil, ErrUnsigned
	}
	l := letter{from: signed.KeyID, body: body}
	if err := json.Unmarshal(claims, &l.manifest); err != nil {
		return nil, ErrDamaged
	}
	sum := sha256.Sum256(body)
	switch {
	case l.Format > format || !slices.Contains(kinds(), l.Kind):
		return nil, ErrNewer
	case l.To != own:
		return nil, ErrNotForUs // whoever it was for has passed it on
	case l.Size != len(body) || l.SHA256 != hex.EncodeToString(sum[:]):
		return nil, ErrForged
	}
	return &l, nil
}

// each gives fn the lines of a letter, if it has as many as it says.
func (l *letter) each(fn func(line []byte) error) error {
	lines := 0
	if err := l.read(func([]byte) error { lines++; return nil }); err != nil {
		return err
	}
	if lines != l.Lines {
		return ErrDamaged
	}
	return l.read(fn)
}

func (l *letter) read(fn func(line []byte) error) error {
	packed, err := gzip.NewReader(bytes.NewReader(l.body))
	if err != nil {
		return ErrDamaged
	}
	lines := bufio.NewReader(io.LimitReader(packed, mostBody))
	for {
		line, err := lines.ReadBytes('\n')
		switch {
		case err == io.EOF && len(line) == 0:
			return nil
		case err != nil:
			return ErrDamaged
		}
		if err := fn(line[:len(line)-1]); err != nil {
			return err
		}
	}
}

// tagSize is the size of a tag in bytes.
const tagSize = 4

// tag is a name for a key that is short and fits any file system.
func tag(p signing.Public) string {
	sum := sha256.Sum256([]byte(p.KeyID))
	return hex.EncodeToString(sum[:tagSize])
}
