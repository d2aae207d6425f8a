package instruments_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"aidpost/instruments"
)

// TestFeedRest takes pairs of bytes out of captures of any length, however they
// are read.
func TestFeedRest(t *testing.T) {
	broken := errors.New("broken")
	for _, tt := range []struct {
		name, captured, want, left string
		err                        error
	}{
		{"nothing", "", "", "", nil},
		{"pairs", "aabbcc", "aa bb cc ", "", nil},
		{"half a pair", "aabbc", "aa bb ", "c", nil},
		{"unreadable", "aab", "aa ", "b", broken},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var captured io.Reader = iotest.OneByteReader(strings.NewReader(tt.captured))
			if tt.err != nil {
				captured = io.MultiReader(captured, iotest.ErrReader(tt.err))
			}
			var got strings.Builder
			var left string
			ends := 0
			err := instruments.FeedRest(captured, func(b []byte, end bool) (taken int) {
				for ; len(b)-taken >= 2; taken += 2 {
					got.Write(b[taken : taken+2])
					got.WriteByte(' ')
				}
				if end {
					ends++
					left = string(b[taken:])
				}
				return taken
			})
			if !errors.Is(err, tt.err) || got.String() != tt.want || left != tt.left || ends != 1 {
				t.Errorf("%q and %q left, ended %d times, %v; want %q, %q, once, %v", got.String(), left, ends, err, tt.want, tt.left, tt.err)
			}
		})
	}
}
