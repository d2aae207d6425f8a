package cli

import (
	"bufio"
	"context"
	"errors"
	"io"
	"strings"
)

// maxAnswer bounds a line that somebody types or a scanner sends.
const maxAnswer = 1000

// ask returns what a person types unseen after a question, or without a
// terminal the next line of standard input: a badge's scanner types like a
// person.
func (c *command) ask(ctx context.Context, question string) (string, error) {
	if c.Secret != nil {
		return c.Secret(ctx, question)
	}
	lines, ok := c.Stdin.(*bufio.Reader)
	if !ok {
		lines = bufio.NewReaderSize(c.Stdin, maxAnswer)
		c.Stdin = lines
	}
	type answer struct {
		text string
		err  error
	}
	typed := make(chan answer, 1)
	go func() {
		line, err := lines.ReadSlice('\n')
		typed <- answer{strings.TrimRight(string(line), "\r\n"), err}
	}()
	select {
	case <-ctx.Done():
		return "", context.Cause(ctx)
	case a := <-typed:
		if a.err != nil && (!errors.Is(a.err, io.EOF) || a.text == "") {
			return "", fail(ExitFailed, "%snobody answered: %w", strings.ToLower(question), a.err)
		}
		return a.text, nil
	}
}

// askTwice asks for a new PIN until it is typed the same twice, once where
// nobody watches.
func (c *command) askTwice(ctx context.Context, question string) (string, error) {
	first, err := c.ask(ctx, question)
	if err != nil || c.Secret == nil {
		return first, err
	}
	again, err := c.ask(ctx, "Once more: ")
	if err == nil && again != first {
		err = fail(ExitFailed, "the two are not the same")
	}
	return first, err
}
