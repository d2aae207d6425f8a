package simulated

import (
	"context"
	"fmt"
	"strings"
	"time"

	"aidpost/instruments"
)

// A Bedside is an oximeter of a ward that writes a line of text every second or
// two. A finger goes in after three seconds and stays. Faults: finger-out (in
// second 20, for good; the numbers stay for ten seconds more), weak-signal,
// unstable, movement (seconds 12 to 18), critical, wrong-clock (a year behind),
// and low-battery of a Nellcor.
type Bedside struct {
	opt   Options
	model string
	every time.Duration
	write func(b *Bedside, c fingerFrame, n int) string
	held  fingerFrame // the last numbers
	left  int         // lines since the finger left
	since time.Time   // see OnSince
}

// OnSince says since when the instrument has been switched on: a host that comes
// later finds it in the middle of its lines, perhaps of one. Without it, it is
// switched on for each host.
func (b *Bedside) OnSince(at time.Time) *Bedside {
	b.since = at
	return b
}

// NewMasimo returns a twin of model masimo-ascii1: with an even seed a Rad-8,
// with an odd one a Radical-7, which writes more.
func NewMasimo(opt Options) *Bedside {
	return &Bedside{opt: opt, model: "masimo-ascii1", every: time.Second, write: (*Bedside).masimo}
}

// NewNellcor returns a twin of model nellcor-printout: with an even seed an
// N-560, with an odd one an NPB-295, whose months are in capitals.
func NewNellcor(opt Options) *Bedside {
	return &Bedside{opt: opt, model: "nellcor-printout", every: 2 * time.Second, write: (*Bedside).nellcor}
}

// Model is the ID of the model it imitates.
func (b *Bedside) Model() string { return b.model }

// Line is the line it expects.
func (*Bedside) Line() instruments.Line {
	return instruments.Line{Baud: 9600, DataBits: 8, Parity: instruments.NoParity, StopBits: 1}
}

// Run writes lines until ctx ends or the host is gone. What the host says is
// ignored.
func (b *Bedside) Run(ctx context.Context, wire instruments.Port) error {
	finger := newFingertip(b.opt, 1)
	beat := &framePace{start: time.Now(), every: max(b.opt.After(b.every), time.Microsecond)}
	b.held, b.left = fingerFrame{}, 0
	first := 0
	if !b.since.IsZero() {
		ago := time.Since(b.since)
		first = int(ago / beat.every)
		beat.start, beat.n = b.since, first
		if err := b.finish(wire, first-1, ago%beat.every); err != nil {
			return err
		}
	}
	for n := first; ; n++ {
		if err := heedless(ctx, wire, beat.wait()); err != nil {
			return err
		}
		if ctx.Err() != nil {
			return nil
		}
		var c fingerFrame
		for range b.every / time.Second {
			c = finger.next()
		}
		if _, err := wire.Write([]byte(b.write(b, c, n))); err != nil {
			return err
		}
	}
}

// finish writes what is left of line n, which was begun a while ago.
func (b *Bedside) finish(wire instruments.Port, n int, ago time.Duration) error {
	text := b.write(b, fingerFrame{fingerOut: true}, n)
	gone := int(ago / b.Line().CharTime())
	if n < 0 || gone >= len(text) {
		return nil
	}
	_, err := wire.Write([]byte(text[gone:]))
	return err
}

// bedsideHold is for how many seconds numbers stay after the finger has left.
const bedsideHold = 10

// shown are the numbers on the display, three characters each.
func (b *Bedside) shown(c fingerFrame) (spo2, pulse string) {
	switch {
	case !c.fingerOut:
		b.held, b.left = c, 0
	case b.held.spo2 != 0 && b.left < bedsideHold/int(b.every/time.Second):
		b.left++
		c = b.held
	}
	if c.spo2 == 0 {
		return "---", "---"
	}
	return fmt.Sprintf("%03d", c.spo2), fmt.Sprintf("%03d", c.pulse)
}

// now is what its clock shows.
func (b *Bedside) now() time.Time {
	now := b.opt.Clock()().In(b.opt.Location())
	if b.opt.Fault == WrongClock {
		now = now.AddDate(-1, 0, 0)
	}
	return now
}

// masimo writes a line of ASCII 1.
func (b *Bedside) masimo(c fingerFrame, _ int) string {
	spo2, pulse := b.shown(c)
	exc := 0x800
	switch {
	case c.fingerOut:
		exc |= 0x020
	case c.searching:
		exc = 0x008
	case c.perfusion > 0 && c.perfusion < 50:
		exc |= 0x004
	case c.signal < 3:
		exc |= 0x400
	}
	pi := "--.--"
	if c.perfusion > 0 && c.spo2 > 0 {
		pi = fmt.Sprintf("%02d.%02d", c.perfusion/100, c.perfusion%100)
	}
	at := b.now().Format("01/02/06 15:04:05")
	if b.opt.Seed%2 == 1 {
		return fmt.Sprintf("%s SN=0000071234 SPO2=%s%% BPM=%s PI=%s SPCO=--%% SPMET=--.-%% SPHB=--.- PVI=--- DESAT=-- PIDELTA=+-- ALARM=000000 EXC=%07X EXC1=00000000\r\n",
			at, spo2, pulse, pi, exc)
	}
	return fmt.Sprintf("%s SN=0000093112 SPO2=%s%% BPM=%s PI=%s%% SPCO=--.-%% SPMET=--.-%% DESAT=-- PIDELTA=+-- ALARM=0000 EXC=%06X\r\n",
		at, spo2, pulse, pi, exc)
}

// nellcorPage is after how many lines the heading comes again.
const nellcorPage = 25

// nellcor writes a line of the printout, and a heading where it is due.
func (b *Bedside) nellcor(c fingerFrame, n int) string {
	spo2, pulse := b.shown(c)
	amplitude := fmt.Sprint(c.pleth + 1)
	if c.spo2 == 0 {
		amplitude = "---"
	}
	var codes []string
	add := func(when bool, code string) {
		if when {
			codes = append(codes, code)
		}
	}
	add(b.opt.Fault == LowBattery, "LB")
	add(c.fingerOut, "SO")
	add(c.searching && !c.fingerOut, "PS")
	add(!c.fingerOut && !c.searching && c.signal < 3, "MO")
	add(c.spo2 > 0 && c.spo2 < 90, "SL")
	old := b.opt.Seed%2 == 1
	add(!old, "AO")
	star := ""
	if c.spo2 > 0 && c.spo2 < 90 {
		star = "*"
	}
	date := b.now().Format("02-Jan-06 15:04:05")
	if old {
		date = strings.ToUpper(date)
	}
	line := fmt.Sprintf("%s   %3s%-4s %3s     %3s    %s\r\n",
		date, strings.TrimLeft(spo2, "0"), star, strings.TrimLeft(pulse, "0"), amplitude, strings.Join(codes, "    "))
	if n%nellcorPage > 0 {
		return line
	}
	if old {
		return "NPB-295 VERSION 2.05  SPO2 LIMIT: 85-100% PR LIMIT: 40-170BPM\r\n" +
			"TIME                  %SPO2  BPM   PA   STATUS\r\n" + line
	}
	return "N-560    VERSION 1.61.00    CRC:7C1E  SpO2 Limit: 90-100%    PR Limit: 50-148BPM\r\n" +
		"                             ADULT           25SAT-S\r\n" +
		"TIME                 %SpO2   BPM     PA     Status\r\n" + line
}
