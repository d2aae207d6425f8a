package records

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/google/uuid"

	"aidpost/records/vault"
)

// A sealer stands between clinical content and the disk. The store knows
// nothing of how content is protected, only which sealer did it: its number is
// kept beside everything sealed, so that several may serve one file.
type sealer interface {
	alg() int64
	// key returns the version of the key that is sealed with; 0 for none.
	key() int64
	// salt returns what a new row's key is to be made of.
	salt() []byte
	// seal returns content as it goes to disk, bound to the row it is for.
	seal(content []byte, row binding) []byte
	// open returns the content of exactly what seal returned for the same row,
	// or ErrCorrupt.
	open(alg int64, sealed []byte, row binding) ([]byte, error)
	// token returns what stands in an exact-match index for a text.
	token(kind tokenKind, text string) []byte
	// tokens returns the two things that may stand there, since while records
	// are being sealed anew some are still there from before.
	tokens(kind tokenKind, text string) []any
}

// The ways content is sealed. The numbers are on disk.
const (
	openAlg  int64 = 1 // with a checksum, for everybody to read
	vaultAlg int64 = 2 // AES-256-GCM by package vault
	// chainedAlg is an audit entry that was chained in the open and sealed
	// later: its hash is still that of the open one.
	chainedAlg int64 = 3
)

// A binding names the row that sealed content belongs to, so that no content
// can be moved to another row unnoticed.
type binding struct {
	table   byte
	id      uuid.UUID
	rev     int64
	patient uuid.UUID // zero for a guest and where there is none
	day     int64

	salt []byte // for the key; not part of the name
}

// The tables of sealed content. The numbers are on disk.
const (
	patientRow   byte = 1
	encounterRow byte = 2
	captureRow   byte = 3
	auditRow     byte = 4
	secretRow    byte = 20
	staffRow     byte = 21
	qualityRow   byte = 22
	callRow      byte = 23
)

// bytes returns the binding in a fixed form; the first byte is its version.
func (b binding) bytes() []byte {
	out := make([]byte, 0, 2+16+8+16+8)
	out = append(out, 1, b.table)
	out = append(out, b.id[:]...)
	out = binary.BigEndian.AppendUint64(out, uint64(b.rev))
	out = append(out, b.patient[:]...)
	return binary.BigEndian.AppendUint64(out, uint64(b.day))
}

// A tokenKind keeps equal texts of different meaning apart. The numbers are on
// disk.
type tokenKind byte

const (
	personToken     tokenKind = 1
	identifierToken tokenKind = 2
	resultToken     tokenKind = 3
	deviceToken     tokenKind = 4
)

func (k tokenKind) of(text string) []byte { return append([]byte{byte(k)}, text...) }

// tokenSize and checkSize keep the first 128 bits of a SHA-256.
const (
	tokenSize = 16
	checkSize = 16
)

// vaulted is the sealer with the keys of a vault, which may be exchanged for
// newer ones at any time.
type vaulted struct {
	vault    atomic.Pointer[vault.Vault]
	changing sync.Mutex // held while the ring is replaced
}

func newVaulted(v *vault.Vault) *vaulted {
	s := &vaulted{}
	s.vault.Store(v)
	return s
}

func (s *vaulted) keys() *vault.Keys { return s.vault.Load().Keys() }

func (s *vaulted) alg() int64 { return vaultAlg }

func (s *vaulted) key() int64 { return int64(s.keys().Current()) }

func (s *vaulted) salt() []byte {
	salt := make([]byte, vault.SaltSize)
	rand.Read(salt) // never fails
	return salt
}

func (s *vaulted) seal(content []byte, row binding) []byte {
	return s.keys().Seal(row.purpose(), row.salt, content, row.bytes())
}

// open takes content that is not sealed only until all that was there before
// the keys has been sealed; later such a row was put in by somebody.
func (s *vaulted) open(alg int64, sealed []byte, row binding) ([]byte, error) {
	switch {
	case alg == openAlg && s.vault.Load().Plain():
		return openly{}.open(alg, sealed, row)
	case alg != vaultAlg && !(alg == chainedAlg && row.table == auditRow):
		return nil, fmt.Errorf("%w: content sealed in unknown way %d", ErrCorrupt, alg)
	}
	keys := s.keys()
	content, err := keys.Open(row.purpose(), row.salt, sealed, row.bytes())
	if number, ok := vault.SealedWith(sealed); ok && number == keys.Current()+1 && errors.Is(err, ErrKey) {
		return nil, fmt.Errorf("%w: the keys were replaced since the records were opened; open them again", ErrKey)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: content of %s: %w", ErrCorrupt, row.id, vault.ErrDamaged)
	}
	return content, nil
}

func (b binding) purpose() vault.Purpose {
	if b.table == auditRow {
		return vault.Audit
	}
	return vault.Content
}

func (s *vaulted) token(kind tokenKind, text string) []byte {
	return s.keys().Tokens(kind.of(text))[0]
}

func (s *vaulted) tokens(kind tokenKind, text string) []any {
	all := s.keys().Tokens(kind.of(text))
	if s.vault.Load().Plain() {
		all = append(all, openly{}.token(kind, text))
	}
	return []any{all[0], all[len(all)-1]}
}

// openly is the sealer without a secret: it shows every damaged bit and every
// exchanged row, but hides nothing.
type openly struct{}

func (openly) alg() int64   { return openAlg }
func (openly) key() int64   { return 0 }
func (openly) salt() []byte { return nil }

func (openly) seal(content []byte, row binding) []byte {
	sum := openly{}.sum(content, row)
	return append(sum[:checkSize:checkSize], content...)
}

func (s openly) open(alg int64, sealed []byte, row binding) ([]byte, error) {
	if alg != s.alg() {
		return nil, fmt.Errorf("%w: content sealed in unknown way %d", ErrCorrupt, alg)
	}
	if len(sealed) < checkSize {
		return nil, fmt.Errorf("%w: content cut short", ErrCorrupt)
	}
	content := sealed[checkSize:]
	sum := s.sum(content, row)
	if subtle.ConstantTimeCompare(sum[:checkSize], sealed[:checkSize]) != 1 {
		return nil, fmt.Errorf("%w: content of %s does not match its checksum", ErrCorrupt, row.id)
	}
	return content, nil
}

func (openly) sum(content []byte, row binding) [sha256.Size]byte {
	h := sha256.New()
	h.Write(row.bytes())
	h.Write(content)
	return [sha256.Size]byte(h.Sum(nil))
}

func (openly) token(kind tokenKind, text string) []byte {
	sum := sha256.Sum256(kind.of(text))
	return sum[:tokenSize]
}

func (s openly) tokens(kind tokenKind, text string) []any {
	token := s.token(kind, text)
	return []any{token, token}
}
