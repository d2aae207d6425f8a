package records

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"fmt"

	"github.com/google/uuid"
)

// A sealer stands between clinical content and the disk. The store knows
// nothing of how content is protected, only which sealer did it: its number is
// kept beside everything sealed, so that several may serve one file.
type sealer interface {
	alg() int64
	// seal returns content as it goes to disk, bound to the row it is for.
	seal(content []byte, row binding) []byte
	// open returns the content of exactly what seal returned for the same row,
	// or ErrCorrupt.
	open(alg int64, sealed []byte, row binding) ([]byte, error)
	// token returns what stands in an exact-match index for a text.
	token(kind tokenKind, text string) []byte
}

// A binding names the row that sealed content belongs to, so that no content
// can be moved to another row unnoticed.
type binding struct {
	table   byte
	id      uuid.UUID
	rev     int64
	patient uuid.UUID // zero for a guest and where there is none
	day     int64
}

// The tables of sealed content. The numbers are on disk.
const (
	patientRow   byte = 1
	encounterRow byte = 2
	captureRow   byte = 3
	auditRow     byte = 4
	secretRow    byte = 20
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
)

// tokenSize and checkSize keep the first 128 bits of a SHA-256.
const (
	tokenSize = 16
	checkSize = 16
)

// openly is the sealer without a secret: it shows every damaged bit and every
// exchanged row, but hides nothing.
type openly struct{}

func (openly) alg() int64 { return 1 }

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
	sum := sha256.Sum256(append([]byte{byte(kind)}, text...))
	return sum[:tokenSize]
}
