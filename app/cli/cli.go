// Package cli is the command line of Aidpost: one file a verb, front ends to
// the same instruments, visits and records that the window uses. It needs no
// display, and reaches the world through Env alone, so that tests run a verb
// without a process.
package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os/exec"
	"slices"
	"strings"
	"time"

	"aidpost/app/power"
	"aidpost/records/staff"
	"aidpost/records/vault"
	"aidpost/reports/cups"
)

// The exit codes. They are part of the contract: scripts decide on them.
const (
	ExitOK           = 0
	ExitFailed       = 1   // no display, a database that cannot be used, a file that cannot be written
	ExitUsage        = 2   // wrong use
	ExitNoInstrument = 3   // no port, or nothing recognised on it
	ExitFault        = 4   // the instrument gave no reading
	ExitUnexpected   = 5   // a visit did not go as its script expects
	ExitDenied       = 6   // not signed in, or without the right
	ExitLocked       = 7   // quality control locks an instrument out
	ExitNotValid     = 8   // numbers are not those that were signed
	ExitInterrupted  = 130 // stopped by a signal; a cuff was let go first
)

// An Env is the world of one command.
type Env struct {
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	// Terminal is set when a person watches Stderr: long work shows progress.
	Terminal bool
	// KeyStore is the operating system's; nil: there is none.
	KeyStore vault.Store
	// Printer is the print service. Nil: that of this machine.
	Printer cups.Printer
	// Power tells how the computer is powered. Nil: what this system says.
	Power func() power.State
	// Getenv reads the environment.
	Getenv func(string) string
	// Secret asks a person for something that is typed unseen. Nil where no
	// person types: then it is a line of Stdin.
	Secret func(ctx context.Context, question string) (string, error)
	// User is the name under which the operating system knows the person.
	User string
	// System is the operating system, as runtime.GOOS names it.
	System string
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// PINCost is what a new PIN costs to guess. Zero: staff.UsualCost.
	PINCost staff.Cost
	// Window opens the kiosk's window and returns when it is closed. Nil in a
	// build without one.
	Window func(ctx context.Context, w Window) error
	// Self returns what makes commands that run this program with the arguments,
	// in a process of its own. Nil where there is no such thing.
	Self func(args []string) func() *exec.Cmd
	// Version is what --version says.
	Version string
}

// A failure is an error with an exit code. Its text is for the person at the
// terminal.
type failure struct {
	code int
	err  error
}

func (f *failure) Error() string { return f.err.Error() }
func (f *failure) Unwrap() error { return f.err }

func fail(code int, format string, args ...any) error {
	return &failure{code, fmt.Errorf(format, args...)}
}

// A verb is one command.
type verb struct {
	name, args, brief string
	// about explains, exits lists the exit codes beyond 0 and 2.
	about string
	exits []int
	// setup declares the flags and returns what runs the verb with the
	// arguments that are not flags.
	setup func(c *command) func(ctx context.Context, args []string) error
}

// A command is one verb while it runs.
type command struct {
	Env
	verb    verb
	flags   *flag.FlagSet
	keyFile *string // where --key-file was declared

	emergency *string // where --emergency was declared: why somebody may look
	log       *slog.Logger
}

// verbs lists all verbs in the order of the help.
func verbs() []verb {
	return []verb{
		clinicVerb(), instrumentsVerb(), simulateVerb(), readVerb(), enterVerb(), recordingsVerb(), clockVerb(), decodeVerb(),
		replayVerb(), conformanceVerb(), visitVerb(), encountersVerb(), reportVerb(), verifyVerb(), traceVerb(), redecodeVerb(),
		backupVerb(), checkVerb(), restoreVerb(), exportVerb(), personVerb(), summariesVerb(), capturesVerb(), eraseVerb(),
		amendVerb(), voidVerb(), moveVerb(), trayVerb(), qcVerb(), cleanVerb(), passportVerb(), dayVerb(), auditVerb(), staffVerb(), keysVerb(), patientsVerb(), timesVerb(),
		syncVerb(), carryVerb(), settingsVerb(), provisionVerb(), guardVerb(), powerVerb(),
	}
}

// Run runs one command and returns its exit code. When ctx ends, an instrument
// that is measuring is made safe before Run returns.
func Run(ctx context.Context, args []string, env Env) int {
	if env.Now == nil {
		env.Now = time.Now
	}
	chosen := kioskVerb()
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		name := args[0]
		args = args[1:]
		if name == "help" {
			return help(args, env)
		}
		i := slices.IndexFunc(verbs(), func(v verb) bool { return v.name == name })
		if i < 0 {
			fmt.Fprintf(env.Stderr, "aidpost: there is no verb %.40q; see: aidpost help\n", name)
			return ExitUsage
		}
		chosen = verbs()[i]
	}
	return chosen.run(ctx, args, env)
}

// errUsage marks wrong use; the person is shown how it is meant.
var errUsage = errors.New("wrong use")

func usage(format string, args ...any) error {
	return fmt.Errorf("%w: %s", errUsage, fmt.Sprintf(format, args...))
}

func (v verb) run(ctx context.Context, args []string, env Env) int {
	c := &command{Env: env, verb: v, flags: flag.NewFlagSet(v.name, flag.ContinueOnError)}
	c.log = slog.New(slog.NewTextHandler(env.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	c.flags.SetOutput(io.Discard)
	do := v.setup(c)
	rest, err := parse(c.flags, args)
	if errors.Is(err, flag.ErrHelp) {
		c.help(env.Stdout)
		return ExitOK
	}
	if err != nil {
		err = usage("%v", err)
	} else {
		err = do(ctx, rest)
	}
	return c.report(ctx, err)
}

// report tells the person why a command failed, in one line, and returns the
// exit code.
func (c *command) report(ctx context.Context, err error) int {
	var f *failure
	switch {
	case err == nil:
		return ExitOK
	case errors.Is(err, errUsage):
		_, text, _ := strings.Cut(err.Error(), errUsage.Error()+": ")
		fmt.Fprintf(c.Stderr, "aidpost: %s\nusage: %s\n", text, c.usage())
		return ExitUsage
	case ctx.Err() != nil && errors.Is(err, context.Cause(ctx)):
		fmt.Fprintln(c.Stderr, "aidpost: stopped")
		return ExitInterrupted
	}
	fmt.Fprintf(c.Stderr, "aidpost: %s\n", oneLine(diskFailure(err).Error()))
	if errors.As(err, &f) {
		return f.code
	}
	return ExitFailed
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// parse reads flags that may stand before, between or after the arguments,
// since people write them where they think of them. What follows "--" is never
// a flag.
func parse(flags *flag.FlagSet, args []string) (rest []string, err error) {
	var literal []string
	if i := slices.Index(args, "--"); i >= 0 {
		args, literal = args[:i], args[i+1:]
	}
	for {
		if err := flags.Parse(args); err != nil {
			return nil, err
		}
		if flags.NArg() == 0 {
			return append(rest, literal...), nil
		}
		rest = append(rest, flags.Arg(0))
		args = flags.Args()[1:]
	}
}

// one returns the only argument.
func one(args []string, what string) (string, error) {
	switch len(args) {
	case 0:
		return "", usage("name %s", what)
	case 1:
		return args[0], nil
	}
	return "", usage("%.40q is one argument too many", args[1])
}

func none(args []string) error {
	if len(args) > 0 {
		return usage("%.40q is one argument too many", args[0])
	}
	return nil
}
