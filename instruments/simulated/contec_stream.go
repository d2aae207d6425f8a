package simulated

import (
	"context"
	"time"

	"aidpost/instruments"
)

// contecRate is the number of live frames a second of both Contec protocols.
const contecRate = 60

// A ContecStream is an older Contec CMS50D or an OEM board, which sends five
// bytes sixty times a second as soon as it is on. A finger goes in after three
// seconds and stays. Faults: finger-out (in second 20, for good), weak-signal,
// unstable, movement (seconds 12 to 18), critical.
//
// A CMS50D keeps a [ContecNight] and sends it when it is asked to, or with an
// odd seed some seconds later, when its person has chosen to. Every
// second pair of seeds has no clock. With no-result it keeps none.
type ContecStream struct {
	opt   Options
	model string
	line  instruments.Line
	night *ContecNight
}

// NewContecStream returns a twin of model contec-cms50d.
func NewContecStream(opt Options) *ContecStream {
	t := newContecStream(opt, "contec-cms50d", 19200, instruments.OddParity)
	if opt.Fault != NoResult {
		t.night = newContecNight(opt.Seed)
	}
	return t
}

// NewContecBoard returns a twin of model contec-oem.
func NewContecBoard(opt Options) *ContecStream {
	return newContecStream(opt, "contec-oem", 4800, instruments.OddParity)
}

// NewContecPlainBoard returns a twin of model contec-oem-8n1.
func NewContecPlainBoard(opt Options) *ContecStream {
	return newContecStream(opt, "contec-oem-8n1", 4800, instruments.NoParity)
}

func newContecStream(opt Options, model string, baud int, parity instruments.Parity) *ContecStream {
	return &ContecStream{opt: opt, model: model, line: instruments.Line{
		Baud: baud, DataBits: 8, Parity: parity, StopBits: 1,
	}}
}

// Model is the ID of the model it imitates.
func (t *ContecStream) Model() string { return t.model }

// Line is the line it expects.
func (t *ContecStream) Line() instruments.Line { return t.line }

// Night is what it has stored, or nil.
func (t *ContecStream) Night() *ContecNight { return t.night }

// uploadAfter is how long a person takes to choose "upload".
const uploadAfter = 5 * time.Second

// Run sends frames, and what is stored when it is asked to, until ctx ends or
// the host is gone.
func (t *ContecStream) Run(ctx context.Context, wire instruments.Port) error {
	finger := newFingertip(t.opt, contecRate)
	beat := newFramePace(t.opt, contecRate)
	var told byte    // the last byte of the host
	var upload timer // of the person
	for live := true; ; {
		asked, err := t.listen(ctx, wire, beat.wait(), &told)
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			return err
		case asked == 0xF5 && upload.idle():
			upload.set(t.opt.After(uploadAfter * time.Duration(t.opt.Seed%2)))
		case asked == 0xF6:
			live = true
		}
		if t.night != nil && upload.due() {
			live = false
			if _, err := wire.Write(t.night.streamBytes(t.opt.Seed/2%2 == 0)); err != nil {
				return err
			}
		}
		frame := streamBytes(finger.next())
		if !live {
			continue
		}
		if _, err := wire.Write(frame[:]); err != nil {
			return err
		}
	}
}

// A timer is due once, some time after it was set.
type timer struct {
	at   time.Time
	over bool
}

func (t *timer) idle() bool          { return t.at.IsZero() || t.over }
func (t *timer) set(d time.Duration) { *t = timer{at: time.Now().Add(d)} }

func (t *timer) due() bool {
	if t.idle() || time.Now().Before(t.at) {
		return false
	}
	t.over = true
	return true
}

// listen lets d pass while it hears the host. It returns a byte that the host
// said twice in a row, which is a command.
func (t *ContecStream) listen(ctx context.Context, wire instruments.Port, d time.Duration, last *byte) (command byte, err error) {
	var buf [16]byte
	for until := time.Now().Add(d); time.Now().Before(until); {
		n, err := instruments.ReadSome(ctx, wire, buf[:], time.Until(until))
		if err != nil && instruments.CodeOf(err) != instruments.NoAnswer {
			return 0, err
		}
		for _, c := range buf[:n] {
			if c == *last {
				command = c
			}
			*last = c
		}
	}
	return command, nil
}

// streamBytes writes a frame. Missing numbers are zero, as without a finger.
func streamBytes(c fingerFrame) [5]byte {
	b := [5]byte{
		0x80 | byte(c.signal),
		byte(c.pleth),
		byte(c.bar),
		byte(c.pulse) & 0x7F,
		byte(c.spo2),
	}
	if c.beat {
		b[0] |= 0x40
	}
	if c.pulse >= 128 {
		b[2] |= 0x40
	}
	if c.searching {
		b[2] |= 0x20
	}
	if c.fingerOut {
		b[2] |= 0x10
		b[1] = 0
	}
	return b
}
