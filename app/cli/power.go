package cli

import (
	"context"
	"fmt"

	"aidpost/app/power"
)

func powerVerb() verb {
	return verb{
		name: "power", args: "[--wait]",
		brief: "show how the computer is powered, or wait until its battery lasts",
		about: `
Shows whether the computer runs on its battery and how much is left, as the kiosk
sees it: from 30 percent on it says so, below 15 no cuff is started, and at 5 it
ends in order. With --wait nothing is shown until the computer is on the mains or
has 15 percent: a system that starts the kiosk waits so, and does not start it only
to end it again. Linux and Windows tell; elsewhere nothing is known and nothing is
waited for.`,
		exits: []int{ExitFailed, ExitInterrupted},
		setup: setupPower,
	}
}

func setupPower(c *command) func(context.Context, []string) error {
	wait := c.flags.Bool("wait", false, "wait for the mains, or for a battery that lasts")
	return func(ctx context.Context, args []string) error {
		if len(args) > 0 {
			return usage("power takes no arguments")
		}
		look, tells := c.Power, true
		if look == nil {
			look, tells = power.Look, power.Tells
		}
		if !*wait {
			fmt.Fprintln(c.Stdout, powered(look(), tells))
			return nil
		}
		return power.Wait(ctx, look, func(s power.State) {
			fmt.Fprintf(c.Stderr, "%s; the kiosk waits until the computer is plugged in\n", powered(s, tells))
		})
	}
}

// powered says how the computer is powered.
func powered(s power.State, tells bool) string {
	switch {
	case !tells:
		return "this system does not tell how the computer is powered"
	case s.Battery:
		return fmt.Sprintf("on its battery, %d percent left", s.Percent)
	}
	return "on the mains, or the battery does not say"
}
