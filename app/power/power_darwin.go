package power

import (
	"context"
	"os/exec"
	"time"
)

// Tells is whether this system tells how the computer is powered.
const Tells = true

// patience is how long the system may take to tell.
const patience = 5 * time.Second

// Look returns how this computer is powered.
func Look() State {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	text, err := exec.CommandContext(ctx, "/usr/bin/pmset", "-g", "batt").Output()
	if err != nil {
		return State{} // nobody knows
	}
	return drawn(string(text))
}
