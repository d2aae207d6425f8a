package records

import (
	"time"

	"golang.org/x/sys/windows"
)

// uptime returns how long the machine has run. Nobody can set it.
func uptime() time.Duration { return windows.DurationSinceBoot() }
