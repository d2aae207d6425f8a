package simulated

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"aidpost/instruments"
	"aidpost/records/vitals"
)

const (
	contourSerial   = "7220-1234567"
	contourCapacity = 480
	contourLow      = 20 // the range that its header gives
	contourHigh     = 600
	contourRefusals = 2 // that make it give up an offer
	contourMmol     = 18
	contourIdle     = time.Minute
)

// Contour is the twin of a Contour glucose meter on its serial cable. It
// offers its memory when it is plugged in and when a host ends a session.
type Contour struct {
	*GlucoseMeter
	quirk     ASTMQuirk
	mmol      bool
	oldHeader bool
}

var _ Twin = (*Contour)(nil)

// NewContour returns a meter that shows mg/dL.
func NewContour(o Options) *Contour {
	return &Contour{GlucoseMeter: newGlucoseMeter(o, contourSerial, contourCapacity)}
}

// Model returns "contour-serial".
func (c *Contour) Model() string { return "contour-serial" }

// Line returns 9600 8N1.
func (c *Contour) Line() instruments.Line {
	return instruments.Line{Baud: 9600, DataBits: 8, Parity: instruments.NoParity, StopBits: 1}
}

// SetQuirk makes it send in a way that not all do.
func (c *Contour) SetQuirk(q ASTMQuirk) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.quirk = q
}

// ShowMmol makes it show, and send, mmol/L.
func (c *Contour) ShowMmol() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.mmol = true
}

// LeaveOutSettings makes it an older product, whose header has neither its
// settings nor the number of its results.
func (c *Contour) LeaveOutSettings() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.oldHeader = true
}

// Run offers its memory and takes commands until ctx ends or the host is gone.
func (c *Contour) Run(ctx context.Context, wire instruments.Port) error {
	offer := true
	for {
		var err error
		if offer {
			err = c.send(ctx, wire)
		}
		heard := byte(0)
		if err == nil {
			heard, err = astmHear(ctx, wire, contourIdle, c.deaf)
		}
		if err == nil && heard == astmENQ {
			err = c.commands(ctx, wire)
			heard = astmEOT
		}
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			return err
		}
		offer = heard == astmEOT
	}
}

func (c *Contour) deaf() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.slept()
}

// send offers the memory and sends it. It is made when the host agrees.
func (c *Contour) send(ctx context.Context, wire instruments.Port) error {
	c.mu.Lock()
	s := &astmSender{wire: wire, quirk: c.quirk, deaf: c.deaf}
	c.mu.Unlock()
	err := s.establish(ctx, contourRefusals)
	if err == nil {
		err = s.message(ctx, c.message(), astmETB)
	}
	if errors.Is(err, errASTMStopped) || errors.Is(err, errASTMRefused) || errors.Is(err, errASTMCommand) {
		return nil
	}
	return err
}

func (c *Contour) message() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.refresh()
	settings, results := "", ""
	if !c.oldHeader {
		unit := "0"
		if c.mmol {
			unit = "1"
		}
		settings = fmt.Sprintf("A=1^C=63^G=1^I=0200^R=0^S=1^U=%s^V=%02d%03d", unit, contourLow, contourHigh)
		results = fmt.Sprint(len(c.rows))
	}
	product, _, _ := strings.Cut(c.serial, "-")
	records := []string{
		fmt.Sprintf(`H|\^&||7w3LBL|Bayer%s^01.24\01.04^%s|%s|%s||||||1|%s`, product, c.serial, settings, results, contourTime(c.wallNow())),
		"P|1",
		fmt.Sprintf("R|1|^^^GlucoseA|%s||||||||%s", c.value(112), contourTime(c.wallNow())),
	}
	for i, row := range c.rows {
		records = append(records, c.record(i+2, row))
	}
	return append(records, "L|1||N")
}

func contourTime(wall time.Time) string { return wall.Format("200601021504") }

// value is a number with its unit, in the fields of a record.
func (c *Contour) value(mgPerDL int) string {
	if c.mmol {
		tenths := (mgPerDL*10 + contourMmol/2) / contourMmol
		return fmt.Sprintf("%d.%d|mmol/L^P", tenths/10, tenths%10)
	}
	return fmt.Sprintf("%d|mg/dL^P", mgPerDL)
}

func (c *Contour) record(sequence int, row storedRow) string {
	when := contourTime(row.wall)
	number, flag, meal, control := row.MgPerDL, "", "", ""
	switch {
	case number < contourLow:
		number, flag = contourLow, "<"
	case number > contourHigh:
		number, flag = contourHigh, ">"
	}
	switch row.Meal {
	case vitals.BeforeMeal:
		meal = "B"
	case vitals.AfterMeal:
		meal = "A"
	}
	switch row.Kind {
	case ControlTest:
		control = "E"
	case Undated:
		when = "000000000000"
	}
	return fmt.Sprintf("R|%d|^^^Glucose|%s||%s|%s|%s|||%s", sequence, c.value(number), flag, meal, control, when)
}

// commands serves a host that has asked to speak, until it ends.
func (c *Contour) commands(ctx context.Context, wire instruments.Port) error {
	if _, err := wire.Write([]byte{astmACK}); err != nil {
		return err
	}
	word, state := "", ""
	for {
		var b [1]byte
		_, err := instruments.ReadSome(ctx, wire, b[:], astmReplyWait)
		switch {
		case err != nil && ctx.Err() == nil && instruments.CodeOf(err) == instruments.NoAnswer:
			return nil
		case err != nil:
			return err
		case b[0] == astmEOT:
			return nil
		}
		word += string(rune(b[0]))
		if !strings.HasSuffix(word, "|") && !strings.HasSuffix(word, "\r") ||
			state == "W|D|" && len(word) < len("240506|\r") || state == "W|T|" && len(word) < len("0708|\r") {
			continue
		}
		var reply string
		state, reply = c.word(state, word)
		word = ""
		if _, err := wire.Write([]byte(reply)); err != nil {
			return err
		}
	}
}

// word answers one word of a command.
func (c *Contour) word(state, word string) (next, reply string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	const yes, no = "\x06", "\x15"
	wall := c.wallNow()
	answer := func(s string) string { return "D|" + s + "|\r\n" + yes }
	switch state + word {
	case "R|", "W|", "W|D|", "W|T|":
		return state + word, yes
	case "R|T|":
		return "", answer(wall.Format("1504"))
	case "R|D|":
		return "", answer(wall.Format("060102"))
	case "R|M|":
		return "", answer(fmt.Sprintf("%03d", len(c.rows)))
	}
	layout, known := map[string]string{"W|D|": "060102|\r", "W|T|": "1504|\r"}[state]
	set, err := time.Parse(layout, word)
	if !known || err != nil {
		return "", no
	}
	year, month, day := wall.Date()
	clock := wall.Sub(time.Date(year, month, day, 0, 0, 0, 0, time.UTC))
	if state == "W|D|" {
		set = set.Add(clock)
	} else {
		set = time.Date(year, month, day, set.Hour(), set.Minute(), 0, 0, time.UTC)
	}
	c.show(set, state+" set clock")
	return "", yes
}
