package contec

import (
	"bytes"
	"context"
	"strings"
	"time"

	"aidpost/instruments"
	"aidpost/instruments/spotcheck"
)

// Waiting times of an exchange of commands.
const (
	commandGap = 100 * time.Millisecond // between the two stops, and quiet after them
	stopWait   = time.Second            // for the answer to the stops, and for quiet
	askWait    = 400 * time.Millisecond // for an answer that not every model gives
	leaveWait  = 250 * time.Millisecond // for the answer to the last stop
)

// A link exchanges commands and answers with an instrument.
type link struct {
	port   instruments.Port
	parser packetParser
	buf    [256]byte
	unread []byte
}

func (l *link) send(c command, parameters ...byte) error {
	b, err := request(c, parameters...)
	if err != nil {
		return instruments.Wrap(instruments.Internal, err)
	}
	return instruments.WriteAll(l.port, b)
}

// next returns the type of the next packet within the time until deadline. It
// fails as instruments.ReadSome does.
func (l *link) next(ctx context.Context, deadline time.Time) (byte, error) {
	for {
		for len(l.unread) > 0 {
			n, found := l.parser.Next(l.unread)
			l.unread = l.unread[n:]
			if found == spotcheck.Whole {
				return l.parser.buf[0], nil
			}
		}
		n, err := instruments.ReadSome(ctx, l.port, l.buf[:], max(time.Until(deadline), 0))
		if err != nil {
			return 0, err
		}
		l.unread = l.buf[:n]
		if !time.Now().Before(deadline) {
			return 0, instruments.NewFault(instruments.NoAnswer, "no answer in time")
		}
	}
}

// open stops both streams, as every known unit wants it before anything else,
// and reads until it is quiet.
func (l *link) open(ctx context.Context) error {
	if err := l.port.Discard(); err != nil {
		return instruments.Wrap(instruments.Unplugged, err)
	}
	for _, c := range []command{stopStored, stopLive} {
		if err := l.send(c); err != nil {
			return err
		}
		if err := instruments.Pause(ctx, commandGap); err != nil {
			return err
		}
	}
	return l.untilQuiet(ctx)
}

// untilQuiet waits for an answer to a stop, and then until nothing has come for
// commandGap. A line that never answers or never falls quiet is not ours.
func (l *link) untilQuiet(ctx context.Context) error {
	end := time.Now().Add(stopWait)
	for free := false; !free; {
		_, err := l.next(ctx, end)
		switch {
		case instruments.CodeOf(err) == instruments.NoAnswer && l.parser.Tally().Dropped > 0:
			return instruments.NewFault(instruments.Garbled, "no answer to the stop commands among what is sent")
		case err != nil:
			return err
		}
		free = bytes.Equal(l.parser.Frame(), []byte{typeFree, sync})
	}
	l.unread = nil
	for time.Now().Before(end) {
		_, err := instruments.ReadSome(ctx, l.port, l.buf[:], commandGap)
		switch {
		case instruments.CodeOf(err) == instruments.NoAnswer:
			return nil
		case err != nil:
			return err
		}
	}
	return instruments.NewFault(instruments.Garbled, "the line does not fall quiet after the stop commands")
}

// ask sends a command and waits for a packet of type want, whose data it
// returns. ok is false if the instrument does not know the command.
func (l *link) ask(ctx context.Context, c command, want byte, parameters ...byte) (data [maxData]byte, ok bool, err error) {
	if err := l.send(c, parameters...); err != nil {
		return data, false, err
	}
	deadline := time.Now().Add(askWait)
	for {
		kind, err := l.next(ctx, deadline)
		switch data = l.parser.data(); {
		case instruments.CodeOf(err) == instruments.NoAnswer:
			return data, false, nil
		case err != nil:
			return data, false, err
		case kind == want:
			return data, true, nil
		case kind == typeResult && command(data[0]) == c:
			return data, false, nil
		}
	}
}

// factoryID is the device id of a unit that nobody has named.
const factoryID = "user"

// A question returns what the instrument says of itself; nothing if it does not
// know the question.
type question func(ctx context.Context) (string, error)

// identify asks for the device id and the model name; either may be unknown.
func (l *link) identify(ctx context.Context, ask func(context.Context, question) (string, error)) (id instruments.Identity, err error) {
	if id.Serial, err = ask(ctx, l.deviceID); err != nil {
		return id, err
	}
	if id.Serial == factoryID {
		id.Serial = ""
	}
	id.Name, err = ask(ctx, l.model)
	return id, err
}

// once takes the answer as it is.
func once(ctx context.Context, ask question) (string, error) { return ask(ctx) }

// twice asks again for what is told, on which there is no check, and returns
// nothing if that differs.
func twice(ctx context.Context, ask question) (string, error) {
	first, err := ask(ctx)
	if err != nil || first == "" {
		return "", err
	}
	second, err := ask(ctx)
	if second != first {
		return "", err
	}
	return first, err
}

func (l *link) deviceID(ctx context.Context) (string, error) {
	data, ok, err := l.ask(ctx, askID, typeDeviceID)
	if err != nil || !ok {
		return "", err
	}
	return printable(data[:]), nil
}

// model asks for the name, which comes in two packets of six characters. The
// first is numbered zero; the order is not relied upon.
func (l *link) model(ctx context.Context) (string, error) {
	first, ok, err := l.ask(ctx, askModel, typeModel)
	if err != nil || !ok {
		return "", err
	}
	kind, err := l.next(ctx, time.Now().Add(askWait))
	switch second := l.parser.data(); {
	case instruments.CodeOf(err) == instruments.NoAnswer || err == nil && kind != typeModel:
		return printable(first[1:]), nil
	case err != nil:
		return "", err
	case first[0] == 0:
		return printable(append(first[1:], second[1:]...)), nil
	default:
		return printable(append(second[1:], first[1:]...)), nil
	}
}

// perfusion asks whether live samples carry a perfusion index. Without a clear
// yes it is not believed.
func (l *link) perfusion(ctx context.Context) (piSupport, error) {
	data, ok, err := l.ask(ctx, askPI, typePISupport)
	if ok && data[0] == 0 {
		return piYes, nil
	}
	return piNo, err
}

// stop ends a stream by its own command. It does its best on a wire that may be gone, and
// waits a moment for the answer so that the next user finds the line quiet.
func (l *link) stop(c command) {
	if l.send(c) != nil {
		return
	}
	l.unread = nil
	deadline := time.Now().Add(leaveWait)
	for {
		if kind, err := l.next(context.Background(), deadline); err != nil || kind == typeFree {
			return
		}
	}
}

// printable returns text padded with blanks or zeros, or nothing if it holds
// anything but printable ASCII.
func printable(b []byte) string {
	text := bytes.TrimRight(b, "\x00 ")
	for _, c := range text {
		if c < ' ' || c > '~' {
			return ""
		}
	}
	return strings.TrimSpace(string(text))
}
