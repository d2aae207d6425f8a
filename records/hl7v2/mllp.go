package hl7v2

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"time"
)

// The bytes of the frame.
const (
	blockStart = 0x0B
	blockEnd   = 0x1C
	blockTail  = '\r'
)

const (
	// maxAnswer bounds an answer: an acknowledgement is a few hundred bytes.
	maxAnswer = 64 << 10
	// maxNoise bounds what is passed over before an answer begins.
	maxNoise = 256
	// remembered is how many messages' late answers are known as such.
	remembered = 16
)

// Errors of an exchange. After each it is not known what became of the message.
var (
	// ErrNoFrame: something that does not speak MLLP answered.
	ErrNoFrame = errors.New("no MLLP frame")
	// ErrOtherMessage: the answer is to a message that was not sent.
	ErrOtherMessage = errors.New("an answer to another message")
)

// A Line takes messages to one receiver, one at a time, over a connection that
// it keeps. It is used by one goroutine at a time.
type Line struct {
	// Dial connects to the receiver.
	Dial func(context.Context) (net.Conn, error)
	// Patience is how long an answer may take.
	Patience time.Duration
	// Pace slows down what is sent; nil: nothing does.
	Pace func(context.Context, io.Reader) io.Reader

	conn   net.Conn
	in     *bufio.Reader
	recent []string // control ids of what was sent before on this connection
}

// Close ends the connection, if there is one.
func (l *Line) Close() error {
	if l.conn == nil {
		return nil
	}
	err := l.conn.Close()
	l.conn, l.in, l.recent = nil, nil, nil
	return err
}

// Send sends a message and returns its answer. If commit is enough, an answer
// that it is stored will do; else one that it is taken in is waited for. A
// connection that the receiver has closed meanwhile is made anew, once. After an
// error the connection is gone, so that a late answer is taken for no other's.
func (l *Line) Send(ctx context.Context, m Message, commit bool) (Ack, error) {
	kept := l.conn != nil
	a, err := l.send(ctx, m, commit)
	if err != nil && kept && ctx.Err() == nil && gone(err) {
		a, err = l.send(ctx, m, commit)
	}
	return a, err
}

// gone reports whether a connection had ended before anything was answered. What
// was sent is sent again then, which a receiver knows by its control id.
func gone(err error) bool {
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		return false
	}
	var op *net.OpError
	return errors.Is(err, io.EOF) || errors.As(err, &op)
}

func (l *Line) send(ctx context.Context, m Message, commit bool) (a Ack, err error) {
	defer func() {
		if err != nil {
			_ = l.Close() // what it says adds nothing
		}
	}()
	if err := l.connect(ctx); err != nil {
		return a, fmt.Errorf("connect to the receiver: %w", err)
	}
	conn := l.conn
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	if err := conn.SetDeadline(time.Time{}); err != nil {
		return a, fmt.Errorf("connect to the receiver: %w", err)
	}
	from := io.Reader(bytes.NewReader(framed(m.Text)))
	if l.Pace != nil {
		from = l.Pace(ctx, from)
	}
	if _, err := io.Copy(conn, from); err != nil {
		return a, fmt.Errorf("send message %s: %w", m.ControlID, err)
	}
	if err := conn.SetReadDeadline(time.Now().Add(l.Patience)); err != nil {
		return a, fmt.Errorf("send message %s: %w", m.ControlID, err)
	}
	if ctx.Err() != nil {
		return a, context.Cause(ctx)
	}
	if a, err = l.answer(m.ControlID, commit); err != nil {
		return a, fmt.Errorf("answer to message %s: %w", m.ControlID, err)
	}
	l.recent = append(l.recent, m.ControlID)
	l.recent = l.recent[max(0, len(l.recent)-remembered):]
	return a, nil
}

func (l *Line) connect(ctx context.Context) (err error) {
	if l.conn != nil {
		return nil
	}
	if l.conn, err = l.Dial(ctx); err != nil {
		l.conn = nil
		return err
	}
	l.in = bufio.NewReader(l.conn)
	return nil
}

// answer reads until there is an answer to the message. Late ones to earlier
// messages are passed over: a receiver may say first that it has stored a
// message and then that it has taken it in.
func (l *Line) answer(control string, commit bool) (Ack, error) {
	for range remembered {
		text, err := readFrame(l.in)
		if err != nil {
			return Ack{}, err
		}
		a, err := ParseAck(text)
		switch {
		case err != nil:
			return Ack{}, err
		case a.Of != control && slices.Contains(l.recent, a.Of):
		case a.Of != control:
			return Ack{}, ErrOtherMessage
		case a.Code == CommitAccepted && !commit: // the other answer follows
		default:
			return a, nil
		}
	}
	return Ack{}, ErrOtherMessage
}

func framed(text []byte) []byte {
	return slices.Concat([]byte{blockStart}, text, []byte{blockEnd, blockTail})
}

// readFrame reads the content of one frame, and a little noise before it.
func readFrame(in *bufio.Reader) ([]byte, error) {
	for noise := 0; ; noise++ {
		c, err := in.ReadByte()
		switch {
		case err != nil:
			return nil, err
		case c == blockStart:
		case noise >= maxNoise:
			return nil, ErrNoFrame
		default:
			continue
		}
		break
	}
	var text []byte
	for {
		c, err := in.ReadByte()
		switch {
		case errors.Is(err, io.EOF):
			return nil, io.ErrUnexpectedEOF
		case err != nil:
			return nil, err
		case c == blockStart || len(text) >= maxAnswer:
			return nil, ErrNoFrame
		case c != blockEnd:
			text = append(text, c)
			continue
		}
		switch c, err := in.ReadByte(); {
		case errors.Is(err, io.EOF):
			return nil, io.ErrUnexpectedEOF
		case err != nil:
			return nil, err
		case c != blockTail:
			return nil, ErrNoFrame
		}
		return text, nil
	}
}
