package call

import (
	"context"
	"log/slog"
	"os/exec"
	"strconv"
	"time"

	"aidpost/records"
)

// commandTime is how long an alarm's program may take.
const commandTime = 10 * time.Second

// Command returns a listener for board.Subscribe that runs a program of the place
// whenever a call is new, goes up, is answered or is over: one that rings a bell,
// lights a lamp or pages somebody. After its own arguments the program is given
// the state of the call, its level and its reason; nothing of the person. A call
// is delivered when the program has ended well.
func Command(argv []string, board *Board, log *slog.Logger) func(Call) {
	type news struct {
		state string
		level int
		why   Why
	}
	told := map[records.ID]news{}
	return func(c Call) {
		n := news{State(c), c.Level, c.Why}
		if told[c.ID] == n {
			return
		}
		told[c.ID] = n
		if !c.IsOpen() {
			delete(told, c.ID)
		}
		ctx, stop := context.WithTimeout(context.Background(), commandTime)
		defer stop()
		args := append(append([]string{}, argv[1:]...), n.state, strconv.Itoa(n.level), string(n.why))
		if err := exec.CommandContext(ctx, argv[0], args...).Run(); err != nil {
			log.Error("the alarm's program failed", "program", argv[0], "error", err)
			return
		}
		board.Delivered(c.ID, "alarm")
	}
}
