package standin

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"maps"
	"net"
	"strings"
	"sync"
	"time"
)

// A Receiver is an HL7 version 2 engine small enough to be read, for tests: it
// keeps messages by their control id, so that what comes twice is kept once.
type Receiver struct {
	// TLS makes it speak TLS.
	TLS *tls.Config
	// Answer returns the answer to a message, without its frame; nil: AA.
	Answer func(control string, message []byte) string

	mu        sync.Mutex
	fault     func(n int) Mishap
	held      map[string][]byte
	order     []string
	exchanges int
	times     map[string]int
	sockets   []net.Conn
}

// A Mishap is what goes wrong in one exchange. Lengths count from 1.
type Mishap struct {
	HangUpAfter int           // bytes of the message that are read
	CutAfter    int           // bytes of the answer that are written
	Silent      bool          // nothing is answered
	Delay       time.Duration // before the answer
	Instead     string        // these bytes in place of a frame
}

// Fail has fault say what becomes of the n-th exchange, from 0; nil: nothing.
func (r *Receiver) Fail(fault func(n int) Mishap) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.fault = fault
}

// Held returns a copy of the messages, by control id.
func (r *Receiver) Held() map[string][]byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	return maps.Clone(r.held)
}

// Order lists the control ids as they came first.
func (r *Receiver) Order() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string(nil), r.order...)
}

// Times returns how often a message has come.
func (r *Receiver) Times(control string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.times[control]
}

// HangUp ends all connections.
func (r *Receiver) HangUp() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range r.sockets {
		_ = c.Close()
	}
	r.sockets = nil
}

// Listen takes connections until the listener that it returns is closed.
func (r *Receiver) Listen() (net.Listener, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for messages: %w", err)
	}
	if r.TLS != nil {
		l = tls.NewListener(l, r.TLS)
	}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			r.mu.Lock()
			r.sockets = append(r.sockets, c)
			r.mu.Unlock()
			go r.serve(c)
		}
	}()
	return l, nil
}

func (r *Receiver) serve(c net.Conn) {
	defer c.Close()
	in := bufio.NewReader(c)
	for {
		r.mu.Lock()
		var f Mishap
		if r.fault != nil {
			f = r.fault(r.exchanges)
		}
		r.mu.Unlock()
		message, err := receive(in, f.HangUpAfter)
		if err != nil {
			return
		}
		answer := r.take(message)
		time.Sleep(f.Delay)
		switch {
		case f.Silent:
			continue
		case f.Instead != "":
			_, _ = c.Write([]byte(f.Instead)) // the client may be gone
			continue
		}
		wire := []byte("\x0b" + answer + "\x1c\r")
		if f.CutAfter > 0 && f.CutAfter <= len(wire) {
			_, _ = c.Write(wire[:f.CutAfter-1])
			return
		}
		_, _ = c.Write(wire)
	}
}

var errHungUp = errors.New("hung up")

// receive reads one frame, or hangs up in it.
func receive(in *bufio.Reader, hangUp int) ([]byte, error) {
	var wire []byte
	for {
		if hangUp > 0 && len(wire) >= hangUp-1 {
			return nil, errHungUp
		}
		b, err := in.ReadByte()
		if err != nil {
			return nil, err
		}
		wire = append(wire, b)
		if bytes.HasSuffix(wire, []byte("\x1c\r")) {
			return bytes.TrimSuffix(bytes.TrimPrefix(wire, []byte("\x0b")), []byte("\x1c\r")), nil
		}
	}
}

// take keeps a message that it accepts.
func (r *Receiver) take(message []byte) string {
	header, _, _ := strings.Cut(string(message), "\r")
	control := strings.Split(header+strings.Repeat("|", 20), "|")[9]
	r.mu.Lock()
	defer r.mu.Unlock()
	r.exchanges++
	answer := Acknowledge("AA", control, "")
	if r.Answer != nil {
		answer = r.Answer(control, message)
	}
	if r.times == nil {
		r.times, r.held = map[string]int{}, map[string][]byte{}
	}
	r.times[control]++
	if strings.Contains(answer, "MSA|AA") || strings.Contains(answer, "MSA|CA") {
		if r.held[control] == nil {
			r.order = append(r.order, control)
		}
		r.held[control] = message
	}
	return answer
}

// Acknowledge writes an answer; more are segments after MSA.
func Acknowledge(code, control, more string) string {
	text := `MSH|^~\&|ENGINE|HOSPITAL|KIOSK|CLINIC|20260301090000+0000||ACK^R01^ACK|R` + control + "|P|2.5.1\r" +
		"MSA|" + code + "|" + control + "\r"
	if more != "" {
		text += more + "\r"
	}
	return text
}
