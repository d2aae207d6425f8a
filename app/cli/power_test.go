package cli

import (
	"bytes"
	"testing"

	"aidpost/app/power"
)

// How the computer is powered is said as it is known, and a start that waits goes on
// at once where the power lasts.
func TestPower(t *testing.T) {
	for want, s := range map[string]power.State{
		"on its battery, 42 percent left\n":           {Battery: true, Percent: 42},
		"on the mains, or the battery does not say\n": {},
	} {
		for _, args := range [][]string{{"power"}, {"power", "--wait"}} {
			var said, trouble bytes.Buffer
			code := Run(t.Context(), args, Env{Stdout: &said, Stderr: &trouble, Power: func() power.State { return s }})
			if len(args) > 1 {
				want = ""
			}
			if code != ExitOK || said.String() != want || trouble.Len() > 0 {
				t.Errorf("%v: %d, %q and %q, want %q", args, code, &said, &trouble, want)
			}
		}
	}
}
