package simulated

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"aidpost/instruments"
	"aidpost/records/vitals"
)

const (
	areoSerial   = "AR0123456"
	areoVersion  = "B.0"
	areoCapacity = 730
)

// Menarini is the twin of a GlucoMen areo or a GlucoFix Tech GK.
type Menarini struct {
	*GlucoseMeter
	model  string
	ketone bool // it has a memory of ketone
	mmol   bool
	heard  []byte
}

var _ Twin = (*Menarini)(nil)

// NewAreo returns a GlucoMen areo that measures in mg/dL.
func NewAreo(o Options) *Menarini {
	return &Menarini{GlucoseMeter: newGlucoseMeter(o, areoSerial, areoCapacity), model: "menarini-glucomen-areo"}
}

// NewGlucoFix returns a GlucoFix Tech GK that measures in mg/dL.
func NewGlucoFix(o Options) *Menarini {
	return &Menarini{GlucoseMeter: newGlucoseMeter(o, areoSerial, areoCapacity), model: "menarini-glucofix-tech", ketone: true}
}

// Model returns "menarini-glucomen-areo" or "menarini-glucofix-tech".
func (m *Menarini) Model() string { return m.model }

// Line returns 9600 8O1.
func (m *Menarini) Line() instruments.Line {
	return instruments.Line{Baud: 9600, DataBits: 8, Parity: instruments.OddParity, StopBits: 1}
}

// MeasureMmol makes it write glucose in mmol/L.
func (m *Menarini) MeasureMmol() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.mmol = true
}

// Run answers commands until ctx ends or the host is gone.
func (m *Menarini) Run(ctx context.Context, wire instruments.Port) error {
	m.mu.Lock()
	m.heard = nil
	m.mu.Unlock()
	return listen(ctx, wire, m.hear)
}

func (m *Menarini) hear(b []byte) (reply []byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.heard = append(m.heard, b...)
	for len(m.heard) > 0 {
		size := m.command()
		if size == 0 { // the rest of it is still to come
			return reply
		}
		command := m.heard[:size]
		m.heard = m.heard[size:]
		if size == 1 && !bytes.Contains([]byte{0xA2, 0x80, 0xA8}, command) {
			continue
		}
		if !m.slept() {
			reply = append(reply, m.answer(command)...)
		}
	}
	return reply
}

// command returns the length of the first command, or zero if it is not whole.
func (m *Menarini) command() int {
	const setting = len("\xC2\xA1[\r\nYYMMDDhhmm\r\nCC\r\n]\r\n")
	switch {
	case m.heard[0] != 0xC2:
		return 1
	case len(m.heard) < setting:
		return 0
	}
	return setting
}

func (m *Menarini) answer(command []byte) []byte {
	switch command[0] {
	case 0xA2:
		return menariniBlock(fmt.Sprintf("0000000000000,58,59,%12s, %s", m.serial, areoVersion))
	case 0x80:
		m.refresh()
		return m.memory(false)
	case 0xA8:
		if m.ketone {
			return m.memory(true)
		}
		return nil
	}
	text := string(command[2:])
	wall, err := time.Parse("[\r\n0601021504\r\n", text[:15])
	if err != nil || string(menariniBlock(text[3:13])) != text {
		return []byte("F")
	}
	m.show(wall, "C2 A1 set clock")
	return []byte("P")
}

func (m *Menarini) memory(ketone bool) []byte {
	var rows []string
	for _, r := range m.rows {
		if m.ketone && (r.Kind == Ketone) != ketone {
			continue
		}
		rows = append(rows, m.row(r))
	}
	if len(rows) == 0 {
		return []byte("[\r\n\x90\x3D\r\n]\r\n")
	}
	return menariniBlock(rows...)
}

func (m *Menarini) row(r storedRow) string {
	kind, unit, value := "Glu", "mg/dL", fmt.Sprint(r.MgPerDL)
	switch {
	case m.ketone && r.Kind == Ketone:
		kind, unit, value = "Ket", "mmol/L", menariniTenths(r.MgPerDL)
	case r.MgPerDL < 20:
		value = "LO"
	case r.MgPerDL > 600:
		value = "HI"
	case m.mmol:
		value = menariniTenths((r.MgPerDL*10 + 9) / 18)
	}
	if m.mmol {
		unit = "mmol/L"
	}
	mark := 0
	switch r.Meal {
	case vitals.BeforeMeal:
		mark = 2
	case vitals.AfterMeal:
		mark = 4
	}
	if r.Kind == ControlTest { // with which mark is not known: with none that is
		mark = 10
	}
	when := r.wall.Format("060102,1504")
	if r.Kind == Undated {
		when = "000000,0000"
	}
	return fmt.Sprintf("%s,%4s,%6s,%02d,%s", kind, value, unit, mark, when)
}

func menariniTenths(n int) string { return fmt.Sprintf("%d.%d", n/10, n%10) }

// menariniBlock puts brackets around rows, and their CRC.
func menariniBlock(rows ...string) []byte {
	b := []byte("[\r\n")
	for _, r := range rows {
		b = append(b, r+"\r\n"...)
	}
	return fmt.Appendf(b, "%02X\r\n]\r\n", dowCRC(b))
}

// dowCRC is CRC-8/MAXIM-DOW, bit by bit with the polynomial 31 unreflected.
func dowCRC(b []byte) byte {
	reversed := func(c byte) (r byte) {
		for range 8 {
			r, c = r<<1|c&1, c>>1
		}
		return r
	}
	var crc byte
	for _, c := range b {
		crc ^= reversed(c)
		for range 8 {
			over := crc&0x80 != 0
			crc <<= 1
			if over {
				crc ^= 0x31
			}
		}
	}
	return reversed(crc)
}
