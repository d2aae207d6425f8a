package cli

import (
	"fmt"
	"io"
)

// A progress shows on a terminal what is going on, in one line that is
// rewritten. Where nobody watches it is silent.
type progress struct {
	w     io.Writer // nil: silent
	shown string
}

func (c *command) progress() *progress {
	if !c.Terminal {
		return &progress{}
	}
	return &progress{w: c.Stderr}
}

func (p *progress) show(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if p.w == nil || text == p.shown {
		return
	}
	p.shown = text
	fmt.Fprint(p.w, "\r\x1b[K", text)
}

// clear takes the line away, before anything else is written.
func (p *progress) clear() {
	if p.w != nil && p.shown != "" {
		p.shown = ""
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}
