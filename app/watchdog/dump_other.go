//go:build !unix

package watchdog

import "os"

// There is no signal here after which the Go runtime writes stacks.
var dump = os.Kill
