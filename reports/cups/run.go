package cups

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
)

// commands runs the commands of this machine.
type commands struct{}

// maxOutput bounds what is kept of a command's output.
const maxOutput = 1 << 20

// Run implements Runner. Cancelling ctx ends the command.
func (commands) Run(ctx context.Context, stdin io.Reader, name string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	var stdout, stderr limited
	cmd.Stdin, cmd.Stdout, cmd.Stderr = stdin, &stdout, &stderr
	cmd.Env = append(os.Environ(), "LC_ALL=C", "LANG=C")
	cmd.WaitDelay = time.Second
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return stdout.Bytes(), nil
	case ctx.Err() != nil:
		return nil, fmt.Errorf("%s: %w", name, ctx.Err())
	case errors.As(err, &exit):
		text := strings.TrimSpace(stderr.String())
		return stdout.Bytes(), &ExitError{Command: name, Code: exit.ExitCode(), Text: text}
	}
	return nil, fmt.Errorf("running %s: %w", name, err)
}

// limited keeps the first part of an output and takes the rest unread.
type limited struct{ bytes.Buffer }

func (l *limited) Write(p []byte) (int, error) {
	if room := maxOutput - l.Len(); room > 0 {
		l.Buffer.Write(p[:min(len(p), room)])
	}
	return len(p), nil
}

// classify wraps a failed command in the error that callers decide on.
func classify(err error) error {
	var exit *ExitError
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return fmt.Errorf("%w: %w", ErrNotInstalled, err)
	case !errors.As(err, &exit):
		return err
	}
	for _, known := range []struct {
		text string
		err  error
	}{
		{"not running", ErrNotInstalled},
		{"Unable to connect", ErrNotInstalled},
		{"Connection refused", ErrNotInstalled},
		{"Bad file descriptor", ErrNotInstalled},
		{"No such file or directory", ErrNotInstalled},
		{"No destinations", ErrNoPrinter},
		{"no default destination", ErrNoPrinter},
		{"does not exist", ErrNoPrinter},
		{"Invalid destination", ErrNoPrinter},
	} {
		if strings.Contains(exit.Text, known.text) {
			return fmt.Errorf("%w: %w", known.err, err)
		}
	}
	return fmt.Errorf("%w: %w", ErrRefused, err)
}
