package outbox_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os/exec"
	"strings"
	"time"
)

// A program is a server in a process of its own, that can be killed and started
// again on the port that it had. It says "ready URL" when it serves.
type program struct {
	base, port string // the port is 0 until it was started once
	cmd        *exec.Cmd
	input      io.Closer // some end with it
	errors     bytes.Buffer
}

// start starts it. The system may have lent the port to somebody meanwhile, so
// that it may take more than one try.
func (p *program) start(command func() *exec.Cmd, patience time.Duration) error {
	var err error
	for range 3 {
		p.errors.Reset()
		if err = p.launch(command(), patience); err == nil {
			return nil
		}
		p.kill()
	}
	said := p.errors.Bytes()
	return fmt.Errorf("%w: %s", err, said[max(0, len(said)-2000):])
}

func (p *program) launch(cmd *exec.Cmd, patience time.Duration) error {
	p.cmd = cmd
	if cmd.Stderr == nil {
		cmd.Stderr = &p.errors
	}
	out, err := cmd.StdoutPipe()
	if err == nil {
		p.input, err = cmd.StdinPipe()
	}
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return err
	}
	ready := make(chan string, 1)
	go func() {
		defer close(ready)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if at, ok := strings.CutPrefix(lines.Text(), "ready "); ok {
				ready <- at
			}
		}
	}()
	select {
	case at := <-ready:
		u, err := url.Parse(at)
		if err != nil || at == "" {
			return fmt.Errorf("it says %q and ends: %v", at, err)
		}
		p.base, p.port = at, u.Port()
		return nil
	case <-time.After(patience):
		return errors.New("it is not ready in time")
	}
}

// kill ends it as a power cut does.
func (p *program) kill() {
	if p.cmd != nil && p.cmd.Process != nil {
		_ = p.cmd.Process.Kill()
		_ = p.cmd.Wait()
		p.cmd = nil
	}
}
