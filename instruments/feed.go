package instruments

import (
	"errors"
	"fmt"
	"io"
)

// Feed reads captured bytes to their end for a [Decoder]. It hands them to take
// in pieces, which are valid until take returns, and then calls it with end set
// and nothing. What was read is forgotten: most of it may be other people's
// results.
func Feed(captured io.Reader, take func(piece []byte, end bool)) error {
	chunk := make([]byte, 4096)
	defer clear(chunk)
	for {
		n, err := captured.Read(chunk)
		if n > 0 {
			take(chunk[:n], false)
		}
		if err == nil {
			continue
		}
		take(nil, true)
		if errors.Is(err, io.EOF) {
			return nil
		}
		return fmt.Errorf("reading the capture: %w", err)
	}
}

// FeedRest is [Feed] for a take that returns how many bytes from the beginning
// of b it understood. The others come again, with more behind them. What is
// left when end is set comes no more.
func FeedRest(captured io.Reader, take func(b []byte, end bool) int) error {
	var rest []byte
	defer func() { clear(rest[:cap(rest)]) }()
	return Feed(captured, func(piece []byte, end bool) {
		rest = append(rest, piece...)
		rest = rest[:copy(rest, rest[take(rest, end):])]
	})
}
