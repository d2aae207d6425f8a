//go:build !linux && !windows

package records

import "time"

// programStart stands for the start of the machine where the system does not
// tell it. What is measured from it is shorter, never longer, than it was.
var programStart = time.Now()

// uptime returns how long this program has run. Nobody can set it.
func uptime() time.Duration { return time.Since(programStart) }
