//go:build !linux && !darwin && !windows

package records

import "math"

// freeSpace knows nothing here: a full disk is noticed when it is full.
func freeSpace(string) (int64, error) { return math.MaxInt64 / 2, nil }
