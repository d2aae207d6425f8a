//go:build !linux

package clinic

import "time"

// worked is the time that has passed, where the processor's is not known.
func worked() time.Duration { return time.Duration(time.Now().UnixNano()) }
