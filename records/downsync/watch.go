package downsync

import (
	"context"
	"math/rand/v2"
	"time"
)

// longestWait is between two passes of a server that fails.
const longestWait = time.Hour

// Watch makes a pass at once and then again and again, until ctx ends. Between
// two there is about the time of every; after failures up to twice as long each
// time. Pass is what is done; told is called after each.
func Watch(ctx context.Context, every time.Duration, pass func(context.Context) error) error {
	wait := every
	for {
		wait = min(2*wait, max(longestWait, every))
		if err := pass(ctx); err == nil {
			wait = every
		}
		// Kiosks that were switched on together do not ask together.
		jitter := time.Duration(rand.Int64N(int64(wait)/5 + 1))
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(wait - wait/10 + jitter):
		}
	}
}
