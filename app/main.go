// Aidpost is a health kiosk: blood pressure, oxygen and blood sugar from
// instruments on serial ports, guided visits, and a summary on paper. Without a
// verb it opens its window; package cli has the verbs.
package main

import (
	"context"
	"os"
	"os/signal"
	"os/user"
	"runtime"
	"syscall"

	"golang.org/x/term"

	"aidpost/app/cli"
	_ "aidpost/app/locale" // before Fyne
)

func main() { os.Exit(run()) }

func run() int {
	// A pump may be running when the terminal closes or the reader of our
	// output goes away: all of that ends the command in order, and a second
	// Ctrl-C does not cut short the letting go of a cuff.
	signal.Ignore(syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	return cli.Run(ctx, os.Args[1:], cli.Env{
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
		Terminal: term.IsTerminal(int(os.Stderr.Fd())),
		Getenv:   os.Getenv,
		User:     userName(),
		System:   runtime.GOOS,
		Window:   openWindow,
		Version:  release,
	})
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
