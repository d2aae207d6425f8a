// Aidpost is a health kiosk: blood pressure, oxygen and blood sugar from
// instruments on serial ports, guided visits, and a summary on paper. Without a
// verb it opens its window; package cli has the verbs.
package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"os/user"
	"runtime"
	"syscall"

	"golang.org/x/term"

	"aidpost/app/cli"
	_ "aidpost/app/locale" // before Fyne
	"aidpost/records/vault"
)

func main() { os.Exit(run()) }

func run() int {
	// A pump may be running when the terminal closes or the reader of our
	// output goes away: all of that ends the command in order, and a second
	// Ctrl-C does not cut short the letting go of a cuff.
	signal.Ignore(syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	env := cli.Env{
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
		Terminal: term.IsTerminal(int(os.Stderr.Fd())),
		KeyStore: vault.System{},
		Getenv:   os.Getenv,
		User:     userName(),
		System:   runtime.GOOS,
		Window:   openWindow,
		Self:     self,
		Version:  release,
	}
	if stdin := int(os.Stdin.Fd()); term.IsTerminal(stdin) {
		env.Secret = func(ctx context.Context, question string) (string, error) { return typedUnseen(ctx, stdin, question) }
	}
	return cli.Run(ctx, os.Args[1:], env)
}

// self returns what runs this program again with other arguments.
func self(args []string) func() *exec.Cmd {
	return func() *exec.Cmd {
		// Asked for each time: a program that was updated is started anew.
		path, err := os.Executable()
		if err != nil {
			path = os.Args[0]
		}
		c := exec.Command(path, args...)
		c.Stderr = os.Stderr
		return c
	}
}

// typedUnseen asks at the terminal for what nobody may look over a shoulder for.
func typedUnseen(ctx context.Context, stdin int, question string) (string, error) {
	before, err := term.GetState(stdin)
	if err != nil {
		return "", err
	}
	// Ctrl-C while somebody types must not leave a terminal that shows nothing.
	defer context.AfterFunc(ctx, func() { _ = term.Restore(stdin, before) })()
	fmt.Fprint(os.Stderr, question)
	type answer struct {
		text []byte
		err  error
	}
	typed := make(chan answer, 1)
	go func() {
		text, err := term.ReadPassword(stdin)
		typed <- answer{text, err}
	}()
	defer fmt.Fprintln(os.Stderr)
	select {
	case <-ctx.Done():
		return "", context.Cause(ctx)
	case a := <-typed:
		return string(a.text), a.err
	}
}

// userName is who the operating system says is at the terminal, for the audit
// trail; empty where it cannot say.
func userName() string {
	u, err := user.Current()
	if err != nil {
		return ""
	}
	return u.Username
}
