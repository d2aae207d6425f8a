package call

import (
	"context"
	"log/slog"
	"os/exec"
	"strconv"
	"time"
)

// commandTime is how long an alarm's program may take.
const commandTime = 10 * time.Second

// State says in a word how a call stands, for programs.
func (c Call) State() string {
	switch {
	case !c.Closed.IsZero():
		return "closed"
	case !c.Answered.IsZero():
		return "answered"
	}
	return "calling"
}

// Command returns a listener for Board.Subscribe that runs a program of the place
// at every change of a call: one that rings a bell, lights a lamp or pages
// somebody. After its own arguments the program is given the state of the call,
// its level and its reason; nothing of the person.
func Command(argv []string, log *slog.Logger) func(Call) {
	return func(c Call) {
		ctx, stop := context.WithTimeout(context.Background(), commandTime)
		defer stop()
		args := append(append([]string{}, argv[1:]...), c.State(), strconv.Itoa(c.Level), string(c.Why))
		if err := exec.CommandContext(ctx, argv[0], args...).Run(); err != nil {
			log.Error("the alarm's program failed", "program", argv[0], "error", err)
		}
	}
}
